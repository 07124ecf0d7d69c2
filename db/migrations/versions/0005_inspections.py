"""Inspections: groups, openings and their learners, inspectors' accounts, and ILRs."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
DAY = sa.String(10)
RUNNING = sa.text("role = 'inspection_access.inspector' AND ends_at IS NULL")
ACCOUNT = {"email_kind": "PERSONAL", "channels": "CONSOLE"}


def upgrade() -> None:
    """Apply the change."""
    for name in ACCOUNT:
        op.add_column("users", sa.Column(name, TEXT))
    users = sa.table("users", *map(sa.column, ACCOUNT))
    op.get_bind().execute(sa.update(users).values(**ACCOUNT))
    with op.batch_alter_table("users") as batch:
        for name in ACCOUNT:
            batch.alter_column(name, existing_type=TEXT, nullable=False)
        batch.add_column(sa.Column("credentials_rotated_at", sa.BigInteger()))
    _create(
        "inspection_groups",
        ("organisation_id", "organisations", False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_index(
        "ix_inspection_groups_organisation_id", "inspection_groups", ["organisation_id"]
    )
    _create(
        "inspection_openings",
        ("group_id", "inspection_groups", False),
        ("organisation_id", "organisations", False),
        sa.Column("number", sa.Integer(), nullable=False),
        ("host_id", "users", True),
        sa.Column("all_learners", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger())
            for name in ("opens_at", "closes_at", "opened_at", "closed_at")
        ),
        sa.UniqueConstraint("group_id", "number", name="uq_inspection_openings_group_id_number"),
    )
    for name in ("organisation_id", "host_id"):
        op.create_index(f"ix_inspection_openings_{name}", "inspection_openings", [name])
    _create(
        "inspection_learners",
        ("opening_id", "inspection_openings", False),
        ("organisation_id", "organisations", False),
        ("record_id", "apprentice_records", False),
        ("added_by_id", "users", True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint(
            "opening_id", "record_id", name="uq_inspection_learners_opening_id_record_id"
        ),
    )
    for names in (["organisation_id"], ["record_id", "opening_id"], ["added_by_id"]):
        index = f"ix_inspection_learners_{'_'.join(names)}"
        op.create_index(index, "inspection_learners", names)
    _create(
        "ilrs",
        ("record_id", "apprentice_records", False),
        sa.Column("learn_ref_number", TEXT, nullable=False),
        sa.Column("funding_model", sa.Integer(), nullable=False),
        sa.Column("planned_end_on", DAY, nullable=False),
        sa.Column("actual_end_on", DAY),
        sa.Column("completion_status", TEXT, nullable=False),
        sa.Column("outcome", TEXT),
        sa.Column("withdraw_reason", TEXT),
        sa.Column("delivery_postcode", TEXT, nullable=False),
        sa.Column("qa_verified_at", sa.BigInteger()),
        ("qa_verified_by_id", "users", True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.UniqueConstraint("record_id", name="uq_ilrs_record_id"),
    )
    op.create_index("ix_ilrs_qa_verified_by_id", "ilrs", ["qa_verified_by_id"])
    with op.batch_alter_table("role_grants") as batch:
        batch.add_column(sa.Column("group_id", KEY))
        batch.create_foreign_key(
            "fk_role_grants_group_id_inspection_groups", "inspection_groups", ["group_id"], ["id"]
        )
    op.create_index("ix_role_grants_group_id", "role_grants", ["group_id"])
    op.create_index(
        "ix_role_grants_running_inspector",
        "role_grants",
        ["user_id"],
        unique=True,
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )


def _create(
    table: str,
    *parts: "tuple[str, str, bool] | sa.Column[Any] | sa.UniqueConstraint",
) -> None:
    """Create a table with an id; a reference is its name, its table, and whether it is optional."""
    columns: list[sa.schema.SchemaItem] = [sa.Column("id", KEY, nullable=False)]
    for part in parts:
        if isinstance(part, tuple):
            name, to, optional = part
            columns.append(sa.Column(name, KEY, nullable=optional))
            constraint = f"fk_{table}_{name}_{to}"
            columns.append(sa.ForeignKeyConstraint([name], [f"{to}.id"], name=constraint))
        else:
            columns.append(part)
    op.create_table(table, *columns, sa.PrimaryKeyConstraint("id", name=f"pk_{table}"))


def downgrade() -> None:
    """Take the change back; inspections and ILRs are lost."""
    op.drop_index("ix_role_grants_running_inspector", "role_grants")
    op.drop_index("ix_role_grants_group_id", "role_grants")
    with op.batch_alter_table("role_grants") as batch:
        batch.drop_constraint("fk_role_grants_group_id_inspection_groups", type_="foreignkey")
        batch.drop_column("group_id")
    for table in ("ilrs", "inspection_learners", "inspection_openings", "inspection_groups"):
        op.drop_table(table)
    with op.batch_alter_table("users") as batch:
        for name in (*ACCOUNT, "credentials_rotated_at"):
            batch.drop_column(name)
