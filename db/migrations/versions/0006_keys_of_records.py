"""A hash index on the keys of records, by which caseloads find them one by one on PostgreSQL."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "apprentice_records"
NAME = f"ix_{TABLE}_id"


def upgrade() -> None:
    """Put the index beside the B-tree of the primary key."""
    if op.get_bind().dialect.name == "postgresql":
        op.create_index(NAME, TABLE, ["id"], postgresql_using="hash")


def downgrade() -> None:
    """Take the change back; no row is touched."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(NAME, TABLE)
