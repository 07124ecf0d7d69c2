"""Changes that are remembered for a day by the `Idempotency-Key` that they were sent with."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
TABLE = "remembered_changes"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        TABLE,
        sa.Column("id", KEY, nullable=False),
        *(
            sa.Column(name, TEXT, nullable=False)
            for name in ("holder", "root", "operation", "input", "keys")
        ),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        sa.UniqueConstraint("holder", "root", name=f"uq_{TABLE}_holder_root"),
    )
    op.create_index(f"ix_{TABLE}_made_at", TABLE, ["made_at"])


def downgrade() -> None:
    """Take the change back; what was sent with a key is not recognised any more."""
    op.drop_table(TABLE)
