"""Indexes that give the records of one organisation by id and by name, a page at a time."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLE = "apprentice_records"
PARTIES = ("employer_id", "provider_id", "epao_id")


def upgrade() -> None:
    """Put the id, and the name, behind the column of each party."""
    for party in PARTIES:
        op.create_index(f"ix_{TABLE}_{party}_id", TABLE, [party, "id"])
        op.create_index(f"ix_{TABLE}_{party}_name_sort_id", TABLE, [party, "name_sort", "id"])
        op.drop_index(f"ix_{TABLE}_{party}", TABLE)


def downgrade() -> None:
    """Take the change back; no row is touched."""
    for party in PARTIES:
        op.create_index(f"ix_{TABLE}_{party}", TABLE, [party])
        op.drop_index(f"ix_{TABLE}_{party}_name_sort_id", TABLE)
        op.drop_index(f"ix_{TABLE}_{party}_id", TABLE)
