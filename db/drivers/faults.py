"""What a database does that is nobody's fault: it is away, locked or full, or takes too long.

    NotAnswered                     the statement was not answered; it may be sent again later
    ├── Unavailable                 the database is gone, starting, locked, full or read-only
    ├── Busy                        no connection came free in time
    └── TooSlow                     a statement took longer than a statement may

Everything else that a driver raises is a fault of ours and passes as it is.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError


class NotAnswered(Exception):
    """The database did not answer; the text says why in words of ours, for the log."""


class Unavailable(NotAnswered):
    """The database is gone, starting, locked, full or read-only."""


class Busy(NotAnswered):
    """No connection came free in time."""


class TooSlow(NotAnswered):
    """A statement took longer than a statement may."""


_QUERY_CANCELED = "57014"
_CLASSES = frozenset({"08", "53", "57", "58"})
"""SQLSTATE: connection, resources, operator's intervention, system."""
_LOCK_NOT_AVAILABLE = "55P03"
_READ_ONLY = "25006"
"""A transaction that may only read, as on a standby."""

_ENDED = ("closed", "released back to the pool", "cannot switch to state")
"""What asyncpg says of a connection that ended, the last where its server has just told it so."""

_INTERRUPTED = sqlite3.SQLITE_INTERRUPT
_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)


def fault_of(error: BaseException, *, writing: bool = False) -> NotAnswered | None:
    """Return what an exception of a driver or of SQLAlchemy tells of the database, if anything.

    That it may only be read is its state where one is `writing`, and else a fault of ours.
    """
    while isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return Unavailable("the connection ended")
        error = (error.orig and error.orig.__cause__) or error.orig or Exception()
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, writing=writing)
    if isinstance(error, asyncpg.PostgresError):
        return _of_postgresql(str(error.sqlstate), writing=writing)
    if isinstance(error, (asyncpg.InterfaceError, asyncpg.InternalClientError)):
        # asyncpg has no type of its own for it; what is left are faults of ours.
        ended = any(word in str(error) for word in _ENDED)
        return Unavailable("the connection ended") if ended else None
    if isinstance(error, OSError):
        return Unavailable(type(error).__name__)
    return error if isinstance(error, NotAnswered) else None


def _of_sqlite(error: sqlite3.Error, *, writing: bool) -> NotAnswered | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of it says more of the same
    if code == _INTERRUPTED:
        return TooSlow("SQLITE_INTERRUPT")
    known = code in _CODES or (writing and code == sqlite3.SQLITE_READONLY)
    return Unavailable(error.sqlite_errorname) if known else None


def _of_postgresql(state: str, *, writing: bool) -> NotAnswered | None:
    if state == _QUERY_CANCELED:
        return TooSlow(f"SQLSTATE {state}")
    known = state[:2] in _CLASSES or state == _LOCK_NOT_AVAILABLE
    known = known or (writing and state == _READ_ONLY)
    return Unavailable(f"SQLSTATE {state}") if known else None


@contextmanager
def told(*, writing: bool = False) -> Iterator[None]:
    """Raise NotAnswered in place of the driver's exceptions that say no more than that."""
    try:
        yield
    except Exception as error:
        fault = fault_of(error, writing=writing)
        if fault is None or fault is error:
            raise
        raise fault from error
