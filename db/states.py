"""States that follow from a clock, each one expression over the instant `:now`.

Whatever reads, filters, counts or acts by such a state uses the same expression, so none of them
needs a job that writes it down and no two of them can differ.
"""

from typing import TypeAlias

from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, bindparam, case, func, or_

Moment: TypeAlias = ColumnElement[int] | int
"""An instant: the operation's own, which is bound, or that of a command under way."""

NOW: ColumnElement[int] = bindparam("now", type_=BigInteger)


def begun(grants: FromClause, now: Moment = NOW) -> ColumnElement[bool]:
    """Tell whether a grant has started."""
    started: ColumnElement[bool] = grants.c.starts_at <= now
    return started


def not_ended(grants: FromClause, now: Moment = NOW) -> ColumnElement[bool]:
    """Tell whether a grant has not ended, begun or not."""
    return or_(grants.c.ends_at.is_(None), grants.c.ends_at > now)


def running(grants: FromClause, now: Moment = NOW) -> ColumnElement[bool]:
    """Tell whether a grant has started and not ended."""
    return and_(begun(grants, now), not_ended(grants, now))


def invitation_status(invitations: FromClause, now: Moment = NOW) -> ColumnElement[str]:
    """Return where an invitation stands: one that waits is EXPIRED from its end on (A18)."""
    status = invitations.c.status
    over = and_(status == "PENDING", invitations.c.expires_at <= now)
    return case((over, "EXPIRED"), else_=status)


def opening_status(openings: FromClause, now: Moment = NOW) -> ColumnElement[str]:
    """Return where a visit stands: DRAFT until its window begins, then OPEN, then CLOSED (F08)."""
    opened_at, closes_at = openings.c.opened_at, openings.c.closes_at
    return case(
        (openings.c.closed_at.is_not(None), "CLOSED"),
        (opened_at.is_(None), "DRAFT"),
        (or_(closes_at.is_(None), closes_at <= now), "CLOSED"),
        (openings.c.opens_at > now, "DRAFT"),
        else_="OPEN",
    )


def in_force(openings: FromClause) -> ColumnElement[bool]:
    """Tell whether a visit is in force, so that what it shows is in an inspector's sight."""
    return opening_status(openings) == "OPEN"


def end_of_visit(openings: FromClause) -> ColumnElement[int]:
    """Return when a visit that was opened ended or ends: by an act, or else by the clock."""
    return func.coalesce(openings.c.closed_at, openings.c.closes_at)


def was_in_force(openings: FromClause) -> ColumnElement[bool]:
    """Tell whether a visit was in force and is over; one closed before it began never was."""
    end = end_of_visit(openings)
    return and_(
        opening_status(openings) == "CLOSED",
        openings.c.opened_at <= end,
        openings.c.opens_at <= end,
    )
