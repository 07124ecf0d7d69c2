"""Accounts of inspectors: what a provider keeps of one moves from the User to its own grant."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INDEX = "ix_role_grants_running_inspector"
INSPECTOR = "inspection_access.inspector"
RUNNING = sa.text("role = 'inspection_access.inspector' AND ends_at IS NULL")
MOVED = ("email_kind", "channels", "credentials_rotated_at")
FILL = """
INSERT INTO inspector_accounts
 (id, name, name_sort, email, email_kind, channels, status, credentials_rotated_at)
SELECT g.id, u.name, u.name_sort, u.email, u.email_kind, u.channels,
 CASE WHEN g.ends_at IS NOT NULL THEN 'ARCHIVED'
 WHEN u.status IN ('INVITED', 'ACTIVE', 'CANCELLED', 'ARCHIVED') THEN u.status
 ELSE 'CANCELLED' END, u.credentials_rotated_at
FROM role_grants g JOIN users u ON u.id = g.user_id WHERE g.role = :inspector
"""
# What a provider did to somebody who holds nothing else stood on the User; it is the account's now.
FREE = """
UPDATE users SET status = 'ACTIVE' WHERE status IN ('CANCELLED', 'ARCHIVED')
 AND EXISTS (SELECT 1 FROM role_grants g WHERE g.user_id = users.id)
 AND NOT EXISTS (SELECT 1 FROM role_grants g WHERE g.user_id = users.id AND g.role <> :inspector)
"""
# An account of several stands on the User again as the one that gives most.
BACK = """
UPDATE users SET
 email_kind = COALESCE((SELECT MIN(a.email_kind) FROM inspector_accounts a
  JOIN role_grants g ON g.id = a.id WHERE g.user_id = users.id), 'PERSONAL'),
 channels = COALESCE((SELECT MAX(a.channels) FROM inspector_accounts a
  JOIN role_grants g ON g.id = a.id WHERE g.user_id = users.id), 'CONSOLE'),
 credentials_rotated_at = (SELECT MAX(a.credentials_rotated_at) FROM inspector_accounts a
  JOIN role_grants g ON g.id = a.id WHERE g.user_id = users.id)
"""
BOUND = """
UPDATE users SET status = 'CANCELLED' WHERE status = 'ACTIVE'
 AND EXISTS (SELECT 1 FROM role_grants g WHERE g.user_id = users.id)
 AND NOT EXISTS (SELECT 1 FROM role_grants g
  LEFT JOIN inspector_accounts a ON a.id = g.id WHERE g.user_id = users.id
  AND (a.id IS NULL OR a.status IN ('INVITED', 'ACTIVE')))
"""
END = """
UPDATE role_grants SET ends_at = starts_at WHERE ends_at IS NULL AND id IN
 (SELECT id FROM inspector_accounts WHERE status IN ('CANCELLED', 'ARCHIVED'))
 AND EXISTS (SELECT 1 FROM users u WHERE u.id = role_grants.user_id AND u.status = 'ACTIVE')
"""


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "inspector_accounts",
        sa.Column("id", KEY, nullable=False),
        *(
            sa.Column(name, TEXT, nullable=False)
            for name in ("name", "name_sort", "email", "email_kind", "channels", "status")
        ),
        sa.Column("credentials_rotated_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["id"], ["role_grants.id"], name="fk_inspector_accounts_id_role_grants"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inspector_accounts"),
    )
    _run(FILL)
    _run(FREE)
    with op.batch_alter_table("users") as batch:
        for name in MOVED:
            batch.drop_column(name)
    _index("user_id", "organisation_id")


def downgrade() -> None:
    """Take the change back; who is let in by several providers keeps the first grant alone."""
    op.add_column("users", sa.Column("email_kind", TEXT))
    op.add_column("users", sa.Column("channels", TEXT))
    op.add_column("users", sa.Column("credentials_rotated_at", sa.BigInteger()))
    _run(BACK)
    _run(BOUND)
    _run(END)
    _run(
        "UPDATE role_grants SET ends_at = starts_at WHERE role = :inspector AND ends_at IS NULL"
        " AND EXISTS (SELECT 1 FROM role_grants o WHERE o.user_id = role_grants.user_id"
        " AND o.role = :inspector AND o.ends_at IS NULL AND o.id < role_grants.id)"
    )
    with op.batch_alter_table("users") as batch:
        for name in ("email_kind", "channels"):
            batch.alter_column(name, existing_type=TEXT, nullable=False)
    _index("user_id")
    op.drop_table("inspector_accounts")


def _run(statement: str) -> None:
    text = sa.text(statement)
    given = {"inspector": INSPECTOR} if ":inspector" in statement else {}
    op.get_bind().execute(text, given)


def _index(*columns: str) -> None:
    """Make the index of running inspectors' grants anew, over these columns."""
    op.drop_index(INDEX, "role_grants")
    op.create_index(
        INDEX,
        "role_grants",
        list(columns),
        unique=True,
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )
