"""The `fieldgate` command: serve, prepare a database, sign in for development, show the policy."""

# The schema and the server are imported by the commands that need them: the others answer sooner.
# ruff: noqa: PLC0415

from __future__ import annotations

import asyncio
import enum
from typing import Annotated

import typer

from authz.policy import Policy
from authz.rows.principal import holder_of
from db.migrate import upgrade
from engine.clock import SystemClock
from server.cli.clients import Client
from server.cli.complaints import complaining
from server.cli.operators import audit_app, support_app
from server.cli.policy import policy_app
from server.cli.program import version_line
from server.cli.seeding import fill_with_big, fill_with_demo, refuse_made_up_people
from server.development.issuer import DevelopmentIssuer
from server.settings.model import SettingsError, load_settings

app = typer.Typer(
    name="fieldgate",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""
A GraphQL gateway that answers each person with exactly what published role matrices give them.

Start with `fieldgate serve --demo`, then `fieldgate token --as olga` in a second terminal: the
token goes into the header *Authorization: Bearer …* of a POST to /graphql.

Settings are environment variables that begin with FIELDGATE_, or lines of a file `.env` in the
working directory; `.env.example` explains them, and a name that is none of them is refused.

A command ends with status 0 when it did what it says, with 1 and a sentence on standard error when
it could not, and with 2 when it was called wrongly.
""",
)
app.add_typer(policy_app, name="policy")
app.add_typer(support_app, name="support")
app.add_typer(audit_app, name="audit")


def _tell_version(asked: bool) -> None:  # noqa: FBT001 - how Typer calls it
    if asked:
        typer.echo(version_line())
        raise typer.Exit


@app.callback()
def _fieldgate(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_tell_version, help="Print the version and end."
        ),
    ] = False,
) -> None:
    """Take the options of no command."""
    del version  # told before a command is looked for


class World(enum.StrEnum):
    """What a database can be filled with."""

    DEMO = "demo"
    BIG = "big"


@app.command()
def serve(
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make the demo world first, if the database is empty.")
    ] = False,
) -> None:
    """Serve the API until interrupted.

    Listens on FIELDGATE_HOST and FIELDGATE_PORT (127.0.0.1:8000) in front of
    FIELDGATE_DATABASE_URL (the file var/fieldgate.db). The log goes to standard error, one JSON
    object a line.

    The development profile, which is the default, trusts tokens of this machine's own making. The
    production profile needs an issuer and keys for cursors and links, and refuses to start without
    them.
    """
    from server.cli.serving import serve_application
    from server.schema_check import AuditError

    with complaining(AuditError):
        serve_application(load_settings(), demo=demo)


@app.command()
def migrate() -> None:
    """Bring the tables of FIELDGATE_DATABASE_URL to this version; rows stay.

    An empty database gets all tables, and a SQLite file that is missing is created. Says what it
    did: from which revision to which. Tables that a newer version made are refused.
    """
    with complaining():
        typer.echo(asyncio.run(upgrade(load_settings().database_url)))


@app.command()
def seed(
    world: Annotated[
        World,
        typer.Option(
            help="**demo**: the people and organisations of the "
            "documentation. **big**: as many generated records as you ask for."
        ),
    ],
    records: Annotated[
        int, typer.Option(min=1, metavar="N", help="How many apprentice records the big world has.")
    ] = 100_000,
    number: Annotated[
        int,
        typer.Option("--seed", metavar="N", help="The same number makes the same rows again."),
    ] = 1,
) -> None:
    """Fill an empty database with a world.

    Writes to FIELDGATE_DATABASE_URL, after bringing its tables to this version. A database that
    holds any row already is refused and left as it is.
    """
    with complaining():
        settings = load_settings()
        refuse_made_up_people(settings)
        url = settings.database_url
        if world is World.DEMO:
            fill_with_demo(url)
            typer.echo("Made the demo world.")
        else:
            fill_with_big(url, records, number)
            typer.echo(f"Made a big world of {records} apprentice records.")


@app.command()
def token(
    handle: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="HANDLE", help="A person of the demo world: olga, vera, aisha …"
        ),
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="SUB", help="Any subject, instead of --as.")
    ] = None,
    email: Annotated[
        str | None, typer.Option(metavar="ADDR", help="The e-mail address of --subject.")
    ] = None,
) -> None:
    r"""Print an access token for development, valid for fifteen minutes.

    It is signed with the key in FIELDGATE_STATE_DIRECTORY (var) and proves an identity to servers
    that share this directory; what the person may do stands in the database. The production
    profile makes and trusts no such token.

        curl localhost:8000/graphql \
          -H "Authorization: Bearer $(fieldgate token --as olga)" \
          --json '{"query": "{ me { name } }"}'
    """
    with complaining():
        settings = load_settings()
        if not settings.development:
            raise SettingsError("Only the development profile has an issuer of its own.")
        issuer = DevelopmentIssuer.load(settings.state_directory, SystemClock())
        if handle is not None and subject is None and email is None:
            typer.echo(issuer.token_for(handle))
        elif handle is None and subject is not None and email is not None:
            typer.echo(issuer.token(subject, email))
        else:
            raise typer.BadParameter("Say whose: either --as, or --subject and --email.")


@app.command()
def schema(
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE",
            help="Print only what a holder of this role can ever use; it may be given several "
            "times. Written as in the policy: employer_account.viewer.",
        ),
    ] = None,
    client: Annotated[
        Client | None,
        typer.Option(
            help="Print what a client's cache must know of the schema, as a TypeScript module: "
            "**apollo** for Apollo Client 4, **urql** for its Graphcache 9."
        ),
    ] = None,
) -> None:
    """Print the GraphQL schema in its definition language.

    Every field says who may, and names the action that it needs and the source of the rule. Of
    a role, it is the part that introspection shows to its holders.
    """
    from engine.introspection.service import printed_part
    from schema import build_schema
    from server.cli.clients.caches import cache_policies

    with complaining():
        if role and client:
            raise typer.BadParameter("--client is about the whole schema: leave --role out.")
        whole = build_schema()
        if client:
            typer.echo(cache_policies(whole, client), nl=False)
        elif role:
            typer.echo(printed_part(whole, Policy.load(), holder_of(role)))
        else:
            typer.echo(whole.as_str())
