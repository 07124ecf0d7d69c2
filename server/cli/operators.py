"""Commands of those who run Fieldgate: support's break-glass, and the audit."""

# What a command needs is imported when it runs: the others answer sooner.
# ruff: noqa: PLC0415

from __future__ import annotations

import asyncio
import enum
from typing import TYPE_CHECKING, Annotated

import typer

from engine.clock import SystemClock
from server.cli.complaints import complaining
from server.settings.model import load_settings

if TYPE_CHECKING:
    from server.cli.audit import Wanted

support_app = typer.Typer(
    no_args_is_help=True,
    help="What support may do where the people of an account no longer can; always audited.",
)
audit_app = typer.Typer(
    no_args_is_help=True, help="Who did, or was refused, what: the table that nothing changes."
)


class Form(enum.StrEnum):
    """How the audit can be printed."""

    TEXT = "text"
    JSON = "json"


@support_app.callback()
def _support() -> None:
    """Keep `restore-owner` a command of its own while it is the only one."""


@support_app.command()
def restore_owner(
    organisation: Annotated[
        str, typer.Option(metavar="ORG_ID", help="The account, by the id that the API shows.")
    ],
    email: Annotated[str, typer.Option(metavar="ADDR", help="The new owner's e-mail address.")],
    name: Annotated[str, typer.Option(help="The new owner's name.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it goes into the audit.")],
    user: Annotated[
        str | None,
        typer.Option(
            metavar="USR_ID",
            help="Grant the role to this user, whose e-mail address is ADDR, instead of inviting.",
        ),
    ] = None,
) -> None:
    """Give an account that no longer has any owner a new one (D0-17).

    Mails an invitation to be Owner to ADDR, in place of one that may wait there; or, with --user,
    makes that user Owner at once. An account with an owner who can sign in is refused, with
    status 1. The audit keeps your system user's name and the reason, also of a refusal.
    """
    from engine import ids
    from engine.errors import Refusal
    from server.cli.support import Request, restored

    with complaining(Refusal):
        request = Request(organisation, email, name, reason, user)
        settings = load_settings()
        restoring = restored(settings.database_url, SystemClock(), request, settings.pages())
        keys = asyncio.run(restoring)
        if grant := keys.get("grant"):
            typer.echo(f"{user} owns {organisation} now, by {ids.encode('grt', grant)}.")
        else:
            invitation = ids.encode("inv", str(keys["invitation"]))
            typer.echo(f"{email} is invited to own {organisation}, by {invitation}.")
            typer.echo("The mail waits in the outbox, which a running server sends.", err=True)


@audit_app.command("list")
def list_events(
    organisation: Annotated[
        str | None,
        typer.Option(
            metavar="ORG_ID",
            help="Of this organisation alone: what was done there, and what was refused on its "
            "rows, to whomever.",
        ),
    ] = None,
    user: Annotated[
        str | None, typer.Option(metavar="USR_ID", help="Of this person alone.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(metavar="SUB", help="Of this token subject alone.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="ISO", help="From this date or instant on; UTC unless it says."),
    ] = None,
    form: Annotated[
        Form, typer.Option("--format", help="A line for people, or a JSON object a line.")
    ] = Form.TEXT,
) -> None:
    """Print the audit, oldest first: one event a line.

    Each says when, whether it was allowed or why it was refused, the action with its rule, the
    subject of the token, the row, its organisation, and ids and names of fields; never a value.
    Ids are those that the API gives out.
    """
    from engine.errors import Refusal
    from server.cli.audit import Wanted

    with complaining(Refusal):
        wanted = Wanted(
            _key(organisation, "--organisation", "org", "Organisation"),
            _key(user, "--user", "usr", "User"),
            subject,
            _since(since),
        )
        asyncio.run(_print(load_settings().database_url, wanted, form))


@audit_app.command()
def prune(
    before: Annotated[
        str,
        typer.Option(
            metavar="ISO", help="Rows older than this date or instant; UTC unless it says."
        ),
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it goes into the audit.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you mean it.")] = False,
) -> None:
    """Delete what is old from the audit, for good.

    Says how many rows there are and asks first. That it was done, by your system user, why, and of
    how many rows, stays in the audit. Nothing else can delete a row: keep a copy of what the law
    has you keep.
    """
    from engine.errors import Refusal
    from server.cli.pruning import prunable, pruned

    with complaining(Refusal):
        url, clock, instant = (
            load_settings().database_url,
            SystemClock(),
            _moment(before, "--before"),
        )
        number = asyncio.run(prunable(url, clock, instant))
        if not yes:
            typer.confirm(f"Delete {number:,} rows of the audit from before {before}?", abort=True)
        number = asyncio.run(pruned(url, clock, instant, reason))
        typer.echo(f"{number:,} rows of the audit from before {before} are deleted.")


async def _print(url: str, wanted: Wanted, form: Form) -> None:
    from engine.catalogue import Catalogue
    from schema import build_schema
    from server.cli.audit import as_json, as_text, events

    entities = Catalogue(build_schema()).entities
    prefixes = {name: entity.prefix for name, entity in entities.items() if entity.prefix}
    line = as_json if form is Form.JSON else as_text
    found = False
    async for event in events(url, wanted):
        found = True
        typer.echo(line(event, prefixes))
    if not found:
        typer.echo("No event matches.", err=True)


def _key(text: str | None, option: str, prefix: str, kind: str) -> str | None:
    from engine import ids

    return None if text is None else ids.key_of(text, option, prefix, kind)


def _since(text: str | None) -> int:
    return 0 if text is None else _moment(text, "--since")


def _moment(text: str, option: str) -> int:
    from server.cli.audit import milliseconds

    try:
        return milliseconds(text)
    except ValueError:
        message = (
            f"{text!r} is not a date such as 2026-11-02 or an instant such as 2026-11-02T09:00Z."
        )
        raise typer.BadParameter(message, param_hint=option) from None
