"""Days and instants as clients write them: the scalars Date and DateTime, and London's time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import strawberry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from strawberry.types.scalar import ScalarDefinition

_LONDON = ZoneInfo("Europe/London")
_EPOCH = datetime.fromtimestamp(0, UTC)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?"
    r"([Zz]|([+-])(\d\d):(\d\d))?",
    re.ASCII,
)
_LEAP = 60
_HOURS, _MINUTES = 24, 60


class UnreadableError(ValueError):
    """A text that is no day or no instant; the message says what one looks like."""


class LocalTimeError(ValueError):
    """A local time that London's clocks skip or show twice, so that it names no one instant."""


def read_day(given: object) -> date:
    """Return the day of a text YYYY-MM-DD, or raise UnreadableError."""
    found = _DAY.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise UnreadableError("a day is written as 2026-11-02")
    year, month, day = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableError("there is no such day") from None


def read_instant(given: object) -> datetime:
    """Return the moment of a full date and time, or raise UnreadableError.

    It is the profile of RFC 3339, in which the seconds and the offset may be left out: without an
    offset the moment is naive, a local time of London's that `milliseconds` settles.
    """
    found = _INSTANT.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise UnreadableError(
            "an instant is a full date and time, as 2026-11-02T09:00:00Z; without an offset it is "
            "London's"
        )
    *parts, fraction, zone, sign, hours, minutes = found.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    if second == _LEAP:
        raise UnreadableError("a leap second has no place on this clock")
    micro = int((fraction or "").ljust(6, "0")[:6])
    offset = None if zone is None else _offset(sign, int(hours or 0), int(minutes or 0))
    try:
        return datetime(year, month, day, hour, minute, second, micro, offset)
    except ValueError:
        raise UnreadableError("there is no such day or time") from None


def _offset(sign: str | None, hours: int, minutes: int) -> timezone:
    if sign is None:
        return UTC
    if hours >= _HOURS or minutes >= _MINUTES:
        raise UnreadableError("there is no such offset")
    if sign == "-" and hours == minutes == 0:
        raise UnreadableError("the offset -00:00 says that the offset is not known")
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(ahead if sign == "+" else -ahead)


def milliseconds(moment: datetime) -> int:
    """Return a moment as milliseconds since 1970 in UTC; one without an offset is London's.

    Raises LocalTimeError for a local time that there is not, or that there is twice.
    """
    if moment.tzinfo is None:
        moment = _in_london(moment)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _in_london(local: datetime) -> datetime:
    first, second = (local.replace(tzinfo=_LONDON, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    # behind a gap the clock shows another time than the one that was asked for
    skipped = first.astimezone(UTC).astimezone(_LONDON).replace(tzinfo=None) != local
    happens = "is skipped by" if skipped else "comes twice on"
    raise LocalTimeError(f"{happens} London's clocks that day: give its offset from UTC.")


def _scalar(
    name: str,
    description: str,
    write: Callable[[date], str],
    read: Callable[[object], date],
) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=description, serialize=write, parse_value=read)


SCALARS: Mapping[object, ScalarDefinition] = {
    date: _scalar("Date", "A day, as 2026-11-02.", date.isoformat, read_day),
    datetime: _scalar(
        "DateTime",
        "A full date and time as in RFC 3339, as 2026-11-02T09:00:00Z; without an offset it is "
        "London's.",
        datetime.isoformat,  # type: ignore[arg-type]
        read_instant,
    ),
}
"""The scalars of a schema, in place of Strawberry's own, which take every form of ISO 8601."""
