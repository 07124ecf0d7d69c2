"""What each party sees of an apprentice record, and who is assigned to it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
DAY = sa.String(10)

PARTIES = ("", "employer_id_", "provider_id_", "epao_id_")
RECORD_DATES = ("pause_date", "stop_date", "completion_date")
CASELOADS = {
    "record_assignment.senior_assessor": "ASSESSOR",
    "record_assignment.assessor": "ASSESSOR",
    "record_assignment.training_coordinator": "TRAINING_COORDINATOR",
    "inspection_access.tutor": "CASE_OWNER",
}
OF_ITEMS = {"organisation_id": "organisations", "owner_id": "users"}
PRICES = ("cost_pence", "training_price_pence", "assessment_price_pence")


def upgrade() -> None:
    """Apply the change."""
    _complete_users()
    _complete_grants()
    _complete_items()
    _complete_records()
    _create_parts()


def _complete_users() -> None:
    op.add_column("users", sa.Column("initials", TEXT))
    op.add_column("users", sa.Column("avatar", TEXT))
    users = sa.table("users", sa.column("id"), sa.column("name"), sa.column("initials"))
    connection = op.get_bind()
    named = [
        {"key": key, "made": _initials(name)}
        for key, name in connection.execute(sa.select(users.c.id, users.c.name))
    ]
    if named:
        write = sa.update(users).where(users.c.id == sa.bindparam("key"))
        connection.execute(write.values(initials=sa.bindparam("made")), named)
    with op.batch_alter_table("users") as batch:
        batch.alter_column("initials", existing_type=TEXT, nullable=False)


def _initials(name: str) -> str:
    """Return initials as db.types.initials did when this revision was written."""
    words = name.split()
    return "".join(word[0].upper() for word in (words[0], *words[1:][-1:])) if words else ""


def _complete_grants() -> None:
    op.add_column("role_grants", sa.Column("caseload_kind", TEXT))
    grants = sa.table("role_grants", sa.column("role"), sa.column("caseload_kind"))
    kind = sa.case(CASELOADS, value=grants.c.role, else_=None)
    op.get_bind().execute(sa.update(grants).values(caseload_kind=kind))
    name = "ix_role_grants_organisation_id_caseload_kind"
    op.create_index(name, "role_grants", ["organisation_id", "caseload_kind"])


def _complete_items() -> None:
    names = tuple(OF_ITEMS)
    items = sa.table("caseload_items", sa.column("caseload_id"), *map(sa.column, names))
    loads = sa.table("caseloads", sa.column("id"), *map(sa.column, names))
    for name in names:
        op.add_column("caseload_items", sa.Column(name, KEY))
        own = sa.select(loads.c[name]).where(loads.c.id == items.c.caseload_id).scalar_subquery()
        op.get_bind().execute(sa.update(items).values({name: own}))
    with op.batch_alter_table("caseload_items") as batch:
        for name, table in OF_ITEMS.items():
            batch.alter_column(name, existing_type=KEY, nullable=False)
            batch.create_foreign_key(f"fk_caseload_items_{name}_{table}", table, [name], ["id"])
    op.create_index(
        "ix_caseload_items_organisation_id_record_id",
        "caseload_items",
        ["organisation_id", "record_id"],
    )
    op.create_index("ix_caseload_items_owner_id", "caseload_items", ["owner_id"])


def _rename_sort(old: str, new: str) -> None:
    """Call the column that folds last names what it tells, and its indexes after it."""
    for party in PARTIES:
        op.drop_index(f"ix_apprentice_records_{party}{old}_id", "apprentice_records")
    op.alter_column("apprentice_records", old, new_column_name=new)
    for party in PARTIES:
        leading = [party.removesuffix("_")] if party else []
        op.create_index(
            f"ix_apprentice_records_{party}{new}_id", "apprentice_records", [*leading, new, "id"]
        )


def _complete_records() -> None:
    _rename_sort("name_sort", "last_name_sort")
    op.add_column("apprentice_records", sa.Column("standard_version", TEXT))
    op.add_column("apprentice_records", sa.Column("standard_option", TEXT))
    for name in RECORD_DATES:
        op.add_column("apprentice_records", sa.Column(name, DAY))
    records = sa.table("apprentice_records", sa.column("standard_version"))
    op.get_bind().execute(sa.update(records).values(standard_version="1.0"))
    with op.batch_alter_table("apprentice_records") as batch:
        batch.alter_column("standard_version", existing_type=TEXT, nullable=False)


def _create_parts() -> None:
    _part(
        "price_episodes",
        ("from_date",),
        sa.Column("from_date", DAY, nullable=False),
        sa.Column("to_date", DAY),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in PRICES),
    )
    _part(
        "trainings",
        None,
        sa.Column("progress_percent", sa.Integer(), nullable=False),
        sa.Column("planned_hours", sa.Integer(), nullable=False),
        sa.Column("logged_hours", sa.Integer(), nullable=False),
        sa.Column("next_review_on", DAY),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    _part(
        "evidence",
        ("submitted_at",),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("content", TEXT, nullable=False),
    )
    _part(
        "feedback",
        ("at",),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("by_id", KEY),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name="fk_feedback_by_id_users"),
    )
    op.create_index("ix_feedback_by_id", "feedback", ["by_id"])
    _part(
        "end_point_assessments",
        None,
        sa.Column("gateway_status", TEXT, nullable=False),
        sa.Column("gateway_on", DAY),
        sa.Column("grade", TEXT),
        sa.Column("certificate_number", TEXT),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    _part(
        "assessment_components",
        ("taken_on",),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("attempt", TEXT, nullable=False),
        sa.Column("taken_on", DAY, nullable=False),
        sa.Column("outcome", TEXT),
    )


def _part(
    name: str, order: tuple[str, ...] | None, *columns: sa.Column[Any] | sa.ForeignKeyConstraint
) -> None:
    """Create a table of what is part of a record: ordered, or one row for each."""
    one = [sa.UniqueConstraint("record_id", name=f"uq_{name}_record_id")] if order is None else []
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        sa.Column("record_id", KEY, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["apprentice_records.id"],
            name=f"fk_{name}_record_id_apprentice_records",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        *one,
    )
    if order is not None:
        op.create_index(f"ix_{name}_record_id_{'_'.join(order)}", name, ["record_id", *order])


def downgrade() -> None:
    """Take the change back; training and assessments are lost."""
    for name in (
        "assessment_components",
        "end_point_assessments",
        "feedback",
        "evidence",
        "trainings",
        "price_episodes",
    ):
        op.drop_table(name)
    _rename_sort("last_name_sort", "name_sort")
    with op.batch_alter_table("apprentice_records") as batch:
        for column in ("standard_version", "standard_option", *RECORD_DATES):
            batch.drop_column(column)
    op.drop_index("ix_caseload_items_owner_id", "caseload_items")
    op.drop_index("ix_caseload_items_organisation_id_record_id", "caseload_items")
    with op.batch_alter_table("caseload_items") as batch:
        for name, table in OF_ITEMS.items():
            batch.drop_constraint(f"fk_caseload_items_{name}_{table}", type_="foreignkey")
            batch.drop_column(name)
    op.drop_index("ix_role_grants_organisation_id_caseload_kind", "role_grants")
    with op.batch_alter_table("role_grants") as batch:
        batch.drop_column("caseload_kind")
    with op.batch_alter_table("users") as batch:
        batch.drop_column("avatar")
        batch.drop_column("initials")
