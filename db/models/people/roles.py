"""Role grants: the edge that says who may act, where, and from when to when."""

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Instant, Key, Word

_RUNNING_MEMBERSHIP = "system = 'employer_account' AND ends_at IS NULL"
_RUNNING_INSPECTION = "role = 'inspection_access.inspector' AND ends_at IS NULL"


class RoleGrant(Base):
    """A user holds a role at an organisation from `starts_at` until, not including, `ends_at`.

    On the team of an account a person has one role at a time (D0-04), and as an inspector of one
    provider they are let into one group (D4-05).
    """

    __tablename__ = "role_grants"
    __table_args__ = (
        Index(None, "organisation_id", "system", "user_id"),
        Index(None, "organisation_id", "caseload_kind"),
        Index(
            None,
            "user_id",
            "organisation_id",
            unique=True,
            sqlite_where=text(_RUNNING_MEMBERSHIP),
            postgresql_where=text(_RUNNING_MEMBERSHIP),
        ),
        Index(
            "ix_role_grants_running_inspector",
            "user_id",
            "organisation_id",
            unique=True,
            sqlite_where=text(_RUNNING_INSPECTION),
            postgresql_where=text(_RUNNING_INSPECTION),
        ),
    )

    id: Mapped[str] = mapped_column(Key, primary_key=True)
    user_id: Mapped[str] = mapped_column(Key, ForeignKey("users.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(Key, ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(Word)  # system.role
    system: Mapped[str] = mapped_column(Word)  # the part of the role before the dot
    caseload_kind: Mapped[str | None] = mapped_column(Word)  # what the role may be assigned in
    starts_at: Mapped[int] = mapped_column(Instant)
    ends_at: Mapped[int | None] = mapped_column(Instant)
    group_id: Mapped[str | None] = mapped_column(  # the one that an inspector is let into
        Key, ForeignKey("inspection_groups.id"), index=True
    )
    permissions: Mapped[str] = mapped_column(Word)  # sorted, separated by spaces; '' when none
    revision: Mapped[int]  # 1, raised by each edit
