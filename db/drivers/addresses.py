"""Addresses of databases: which of the two dialects, and how each driver wants to be told."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from db.drivers.statements import DialectName

_DRIVERS: dict[str, tuple[DialectName, str]] = {
    "sqlite": ("sqlite", "sqlite+aiosqlite"),
    "sqlite+aiosqlite": ("sqlite", "sqlite+aiosqlite"),
    "postgresql": ("postgresql", "postgresql+asyncpg"),
    "postgresql+asyncpg": ("postgresql", "postgresql+asyncpg"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is: its dialect, SQLAlchemy's URL, and the driver's file path or DSN."""

    dialect: DialectName
    sqlalchemy: URL
    driver: str


def parse_address(url: str) -> Address:
    """Read `sqlite:///path.db` or `postgresql://user@host:port/name`; else raise ValueError."""
    scheme = url.partition("://")[0]  # the rest may hold a password and is never shown
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.drivername not in _DRIVERS:
        raise ValueError(
            f"The database address beginning with {scheme!r} is not one Fieldgate can use; "
            "write sqlite:///path.db or postgresql://user@host:port/name."
        )
    dialect, driver = _DRIVERS[parsed.drivername]
    if not parsed.database or parsed.database == ":memory:":
        raise ValueError(
            f"The database address {parsed.render_as_string()!r} names no "
            f"{'file' if dialect == 'sqlite' else 'database'}."
        )
    if dialect == "sqlite":
        return Address(dialect, parsed.set(drivername=driver), parsed.database)
    dsn = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    return Address(dialect, parsed.set(drivername=driver), dsn)


def existing(path: str) -> str:
    """Give the URI under which SQLite opens a file that is there, and makes none that is not."""
    return f"{Path(path).resolve().as_uri()}?mode=rw"


def sqlalchemy_url(url: str) -> URL:
    """Give the URL under which SQLAlchemy's async engine reaches the database."""
    return parse_address(url).sqlalchemy
