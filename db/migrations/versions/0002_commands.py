"""What commands need: row versions, one-time codes, the outbox and the audit."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")

VERSIONED = ("organisations", "agreements", "role_grants", "invitations")
ADDRESSED = ("users", "invitations")
RUNNING = sa.text("system = 'employer_account' AND ends_at IS NULL")
PENDING = sa.text("status = 'PENDING'")
WAITING = sa.text("sent_at IS NULL AND failed_at IS NULL")

KEEP = {
    "sqlite": [
        f"""
        CREATE TRIGGER audit_events_keep_from_{event} BEFORE {event} ON audit_events {when}
        BEGIN SELECT RAISE(ABORT, 'The audit is append-only.'); END
        """
        for event, when in (
            ("UPDATE", ""),
            ("DELETE", ""),
            # INSERT OR REPLACE deletes without asking the trigger for it.
            ("INSERT", "WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id)"),
        )
    ],
    "postgresql": [
        """
        CREATE FUNCTION audit_events_keep() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'The audit is append-only.'; END $$
        """,
        """
        CREATE TRIGGER audit_events_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION audit_events_keep()
        """,
    ],
}


def upgrade() -> None:
    """Apply the change."""
    _add_what_old_rows_are_given()
    for table in VERSIONED:
        with op.batch_alter_table(table) as batch:
            batch.alter_column("revision", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("users") as users:
        users.alter_column("email_sort", existing_type=TEXT, nullable=False)
        users.create_index("ix_users_email_sort", ["email_sort"])
    with op.batch_alter_table("invitations") as invitations:
        invitations.alter_column("email_sort", existing_type=TEXT, nullable=False)
        invitations.add_column(sa.Column("code_digest", TEXT))
        invitations.add_column(sa.Column("accepted_at", sa.BigInteger()))
        invitations.create_unique_constraint("uq_invitations_code_digest", ["code_digest"])
        for column in ("invited_by_id", "accepted_by_id"):
            invitations.add_column(sa.Column(column, KEY))
            invitations.create_foreign_key(
                f"fk_invitations_{column}_users", "users", [column], ["id"]
            )
            invitations.create_index(f"ix_invitations_{column}", [column])
    _create_index_where(PENDING, "invitations", "organisation_id", "email_sort", unique=True)
    _create_index_where(RUNNING, "role_grants", "user_id", "organisation_id", unique=True)
    _create_outbox()
    _create_audit()


def _add_what_old_rows_are_given() -> None:
    connection = op.get_bind()
    for name in VERSIONED:
        op.add_column(name, sa.Column("revision", sa.Integer()))
        connection.execute(sa.update(sa.table(name, sa.column("revision"))).values(revision=1))
    for name in ADDRESSED:
        op.add_column(name, sa.Column("email_sort", TEXT))
        table = sa.table(name, sa.column("id"), sa.column("email"), sa.column("email_sort"))
        folded = [
            {"key": key, "folded": _fold(email)}
            for key, email in connection.execute(sa.select(table.c.id, table.c.email))
        ]
        if folded:
            write = sa.update(table).where(table.c.id == sa.bindparam("key"))
            connection.execute(write.values(email_sort=sa.bindparam("folded")), folded)


def _fold(text: str) -> str:
    """Fold as db.types.fold did when this revision was written."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _create_index_where(
    condition: sa.TextClause, table: str, *columns: str, unique: bool = False
) -> None:
    op.create_index(
        f"ix_{table}_{'_'.join(columns)}",
        table,
        columns,
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _create_outbox() -> None:
    op.create_table(
        "mails",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("recipient", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("failed_at", sa.BigInteger()),
        sa.Column("last_error", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
    )
    _create_index_where(WAITING, "mails", "not_before", "id")


def _create_audit() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("request_id", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("user_id", KEY),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("decision", TEXT, nullable=False),
        sa.Column("code", TEXT),
        sa.Column("resource_type", TEXT),
        sa.Column("resource_id", KEY),
        sa.Column("organisation_id", KEY),
        sa.Column("details", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_events"),
    )
    for column in ("at", "user_id", "organisation_id"):
        op.create_index(f"ix_audit_events_{column}", "audit_events", [column])
    for statement in KEEP[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Take the change back; the audit and the outbox are lost."""
    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_events_keep()")
    op.drop_table("mails")
    op.drop_index("ix_role_grants_user_id_organisation_id", "role_grants")
    op.drop_index("ix_invitations_organisation_id_email_sort", "invitations")
    with op.batch_alter_table("invitations") as invitations:
        for column in ("invited_by_id", "accepted_by_id"):
            invitations.drop_index(f"ix_invitations_{column}")
            invitations.drop_constraint(f"fk_invitations_{column}_users", type_="foreignkey")
            invitations.drop_column(column)
        invitations.drop_constraint("uq_invitations_code_digest", type_="unique")
        invitations.drop_column("accepted_at")
        invitations.drop_column("code_digest")
        invitations.drop_column("email_sort")
    with op.batch_alter_table("users") as users:
        users.drop_index("ix_users_email_sort")
        users.drop_column("email_sort")
    for table in VERSIONED:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("revision")
