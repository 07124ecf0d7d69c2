"""What strangers can do is counted, repeats of a refusal are, and old audit rows can be pruned."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")

_PRUNED = "(SELECT coalesce(max(before), 0) FROM audit_prunings)"

FREED = {
    "sqlite": [
        "DROP TRIGGER audit_events_keep_from_DELETE",
        f"""
        CREATE TRIGGER audit_events_keep_from_DELETE BEFORE DELETE ON audit_events
        WHEN OLD.at >= {_PRUNED}
        BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END
        """,
        *(
            f"""
            CREATE TRIGGER audit_prunings_keep_from_{event} BEFORE {event} ON audit_prunings {when}
            BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END
            """
            for event, when in (
                ("UPDATE", ""),
                ("DELETE", ""),
                ("INSERT", "WHEN EXISTS (SELECT 1 FROM audit_prunings WHERE id = NEW.id)"),
            )
        ),
    ],
    "postgresql": [
        "DROP TRIGGER audit_events_keep ON audit_events",
        f"""
        CREATE FUNCTION audit_events_keep_young() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
          IF OLD.at >= {_PRUNED} THEN RAISE EXCEPTION 'The audit is append-only.'; END IF;
          RETURN OLD;
        END $$
        """,
        """
        CREATE TRIGGER audit_events_keep BEFORE UPDATE OR TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION audit_events_keep()
        """,
        """
        CREATE TRIGGER audit_events_keep_young BEFORE DELETE ON audit_events
        FOR EACH ROW EXECUTE FUNCTION audit_events_keep_young()
        """,
        """
        CREATE TRIGGER audit_prunings_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_prunings
        FOR EACH STATEMENT EXECUTE FUNCTION audit_events_keep()
        """,
    ],
}
KEPT = {
    "sqlite": [
        "DROP TRIGGER audit_events_keep_from_DELETE",
        """
        CREATE TRIGGER audit_events_keep_from_DELETE BEFORE DELETE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END
        """,
    ],
    "postgresql": [
        "DROP TRIGGER audit_events_keep_young ON audit_events",
        "DROP TRIGGER audit_events_keep ON audit_events",
        "DROP FUNCTION audit_events_keep_young()",
        """
        CREATE TRIGGER audit_events_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION audit_events_keep()
        """,
    ],
}


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "allowances",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_allowances"),
    )
    op.create_index("ix_allowances_ends_at", "allowances", ["ends_at"])
    op.create_table(
        "audit_repeats",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_repeats"),
    )
    for column in ("event_id", "last_at"):
        op.create_index(f"ix_audit_repeats_{column}", "audit_repeats", [column])
    op.create_table(
        "audit_prunings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_prunings"),
    )
    for statement in FREED[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take the change back; what was pruned stays away, and what was counted is forgotten."""
    for statement in KEPT[op.get_bind().dialect.name]:
        op.execute(statement)
    for table in ("audit_prunings", "audit_repeats", "allowances"):
        op.drop_table(table)
