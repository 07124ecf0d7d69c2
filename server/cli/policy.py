"""Commands about the policy: print it, check it, and tell what changed in it."""

# The schema is imported by the command that needs it: the others answer sooner.
# ruff: noqa: PLC0415

from __future__ import annotations

import enum
from typing import Annotated

import typer

from authz.policy import Policy
from authz.publishing.difference import differences, told
from authz.publishing.export import render
from authz.publishing.exported import UnreadablePolicy, read_policy
from server.cli.complaints import complaining

policy_app = typer.Typer(
    no_args_is_help=True,
    help="The role matrices as one policy: print it, check it against the schema, or tell what "
    "changed in it.",
)


class Format(enum.StrEnum):
    """How the policy can be printed."""

    JSON = "json"
    CSV = "csv"
    MD = "md"


@policy_app.command()
def export(
    form: Annotated[Format, typer.Option("--format", help="For programs, tables or people.")] = (
        Format.JSON
    ),
) -> None:
    """Print every cell of every matrix, refusals included.

    One line for each system, source rule, action and role: whether it may (allow or deny), in
    which scope, under which condition, and whether the cell was restored.
    """
    with complaining():
        typer.echo(render(Policy.load(), form.value), nl=False)


@policy_app.command()
def check() -> None:
    """Check that the matrices can be read and that the schema leaves nothing unguarded.

    Ends with status 1 and names the file and row, or the field, that is at fault. A server does
    the same before it starts.
    """
    from schema import build_schema
    from server.schema_check import AuditError, audit

    with complaining(AuditError):
        policy = Policy.load()
        audit(build_schema(), policy)
        counted = f"{len(policy.matrices)} matrices, {len(policy.actions)} actions"
        typer.echo(f"Policy {policy.version}: {counted}; the schema keeps it.")


@policy_app.command()
def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help="The policy as it was: a file that `fieldgate policy export` wrote as csv or "
            "json, `-` for such a file on standard input, or a directory of matrices (*.toml).",
        ),
    ],
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="NEW",
            help="The policy as it is, given in the same ways.",
            show_default="the policy of this checkout",
        ),
    ] = None,
    *,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with status 1 if anything changed.")
    ] = False,
) -> None:
    """Tell who gains or loses what between two policies, in sentences.

    They stand by system, in the order of the sources: rights gained and lost; scopes, conditions
    and lists of fields that changed; actions, columns and matrices that are new or gone; and
    words that changed, by which nobody gains or loses. What a scope or a condition means is code,
    which is not compared.

    Before a commit, what it changes:

        git show HEAD:tests/golden/policy.csv | fieldgate policy diff -

    Ends with status 0 whether or not anything changed, and with status 2 and the file, line and
    column at fault if a policy cannot be read.
    """
    with complaining(UnreadablePolicy, status=2):
        now = Policy.load().lines() if new is None else read_policy(new)
        found = differences(read_policy(old), now)
    typer.echo(told(found), nl=False)
    if found and exit_code:
        raise typer.Exit(1)
