"""Faults that a person at the command line can mend, told as a sentence instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from authz.matrix import MatrixError
from authz.roles import UnknownRole
from db.migrate import UnknownRevision
from db.seed.bulk import NotEmpty
from server.development.issuer import UnknownPerson
from server.settings.model import SettingsError
from server.settings.state import UnusableState

_TOLD = (
    *(SettingsError, UnusableState, MatrixError, UnknownRole, UnknownPerson),
    *(NotEmpty, UnknownRevision),
)


@contextmanager
def complaining(*others: type[Exception], status: int = 1) -> Iterator[None]:
    """End the command with this status and the fault's own sentences on standard error."""
    told: tuple[type[Exception], ...] = (*_TOLD, *others)
    try:
        yield
    except told as fault:
        raise _ended(str(fault), status) from None
    except DBAPIError as fault:
        raise _ended(f"The database cannot be used: {fault.orig}.", status) from None
    except BrokenPipeError:
        raise  # whoever reads the output has read enough, as `head` does
    except (OSError, SQLAlchemyError) as fault:
        raise _ended(f"The database cannot be used: {fault}.", status) from None


def _ended(text: str, status: int) -> typer.Exit:
    for line in text.splitlines():
        typer.echo(f"fieldgate: {line}", err=True)
    return typer.Exit(status)
