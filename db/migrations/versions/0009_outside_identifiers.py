"""One spelling of a legal entity's number, and e-mail addresses that only their own case folds."""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING
from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Callable

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = "ix_legal_entities_organisation_id_source_code"
KEYS = ("organisation_id", "source", "code")
ADDRESSED = ("users", "invitations")
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_COMPANY = re.compile(r"([A-Z]{2}|R0|)([0-9]{1,8})(R?)")
_CHARITY = re.compile(r"0*([1-9][0-9]{5,6}(?:-[1-9][0-9]{0,3})?)")
_CHARITY_ELSEWHERE = re.compile(r"(SC|NIC)([0-9]{1,6})")
_OTHER = re.compile(r"[A-Z0-9][A-Z0-9&'()./_-]*")


def upgrade() -> None:
    """Write what is stored anew, and allow a legal entity once an account."""
    _write_codes()
    op.create_index(NAME, "legal_entities", KEYS, unique=True)
    _write_addresses(lambda email: email.translate(_SMALL))


def downgrade() -> None:
    """Take the change back; codes stay in their canonical form, which they could always have."""
    op.drop_index(NAME, "legal_entities")
    _write_addresses(lambda email: normalize("NFKC", normalize("NFKC", email).casefold()))


def _write_codes() -> None:
    """Write each code in its canonical form, the oldest entity's of an account first.

    An entity of which the account has that code already keeps its own spelling: both have
    agreements of their own, and nothing of either is lost.
    """
    connection = op.get_bind()
    table = sa.table("legal_entities", *map(sa.column, ("id", "added_at", *KEYS)))
    found = connection.execute(sa.select(table).order_by(table.c.added_at, table.c.id)).all()
    taken: dict[tuple[str, str, str], str] = {}
    for row in found:
        key = (row.organisation_id, row.source, row.code)
        if key in taken:
            message = (
                f"The legal entities {taken[key]} and {row.id} of one account have the same code: "
                "remove one of them, or correct its code, before this migration."
            )
            raise ValueError(message)
        taken[key] = row.id
    for row in found:
        code = _canonical(row.source, row.code)
        if (row.organisation_id, row.source, code) not in taken:
            taken[row.organisation_id, row.source, code] = row.id
            connection.execute(sa.update(table).where(table.c.id == row.id).values(code=code))


def _canonical(source: str, code: str) -> str:
    """Return a code as resolvers.identifiers wrote it at this revision; unknown forms stay."""
    if not code.isascii():
        return code
    found = code.strip().upper()
    if source == "COMPANIES_HOUSE":
        return _company_number(found.replace(" ", "")) or code
    if source == "CHARITIES":
        return _charity_number(found) or code
    return found if _OTHER.fullmatch(found) else code


def _company_number(code: str) -> str | None:
    match = _COMPANY.fullmatch(code)
    if match is None:
        return None
    letters, digits, end = match.groups()
    width, number = 8 - len(letters) - len(end), digits.lstrip("0")
    if not number or len(number) > width or (end and not letters):
        return None
    return f"{letters}{number.zfill(width)}{end}"


def _charity_number(code: str) -> str | None:
    if match := _CHARITY.fullmatch(code):
        return match[1]
    match = _CHARITY_ELSEWHERE.fullmatch(code)
    return match[1] + match[2].zfill(6) if match and match[2].strip("0") else None


def _write_addresses(compared: Callable[[str], str]) -> None:
    """Write what addresses are compared by.

    A pending invitation stays as it is where its account has another one with the same: they fold
    alike, and were never one to this version.
    """
    connection = op.get_bind()
    for name in ADDRESSED:
        table = sa.table(name, *map(sa.column, ("id", "email", "email_sort")))
        changed = {
            row.id: compared(row.email)
            for row in connection.execute(sa.select(table))
            if compared(row.email) != row.email_sort
        }
        for key in changed.keys() - (_crowded(changed) if name == "invitations" else set()):
            write = sa.update(table).where(table.c.id == key)
            connection.execute(write.values(email_sort=changed[key]))


def _crowded(changed: dict[str, str]) -> set[str]:
    """Return the pending invitations that would have what another one of the account has."""
    columns = ("id", "organisation_id", "email_sort", "status")
    table = sa.table("invitations", *map(sa.column, columns))
    pending = sa.select(table).where(table.c.status == "PENDING").order_by(table.c.id)
    found = op.get_bind().execute(pending).all()
    taken = {(row.organisation_id, row.email_sort) for row in found}
    crowded = set()
    for row in found:
        if row.id in changed:
            wanted = (row.organisation_id, changed[row.id])
            if wanted in taken:
                crowded.add(row.id)
            taken.add(wanted)
    return crowded
