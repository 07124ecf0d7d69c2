"""The first tables: organisations and accounts, users, grants, agreements, records, caseloads."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")

TABLES = (
    "organisations",
    "users",
    "apprentice_records",
    "caseloads",
    "employer_accounts",
    "invitations",
    "legal_entities",
    "paye_schemes",
    "role_grants",
    "agreements",
    "caseload_items",
    "agreement_events",
)


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "organisations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_sort", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("ukprn", TEXT),
        sa.Column("parent_id", KEY),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisations.id"], name="fk_organisations_parent_id_organisations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
    )
    op.create_index("ix_organisations_name_sort_id", "organisations", ["name_sort", "id"])
    op.create_index("ix_organisations_parent_id", "organisations", ["parent_id"])
    op.create_table(
        "users",
        sa.Column("id", KEY, nullable=False),
        sa.Column("subject", TEXT),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("name_sort", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("subject", name="uq_users_subject"),
    )
    op.create_index("ix_users_name_sort_id", "users", ["name_sort", "id"])
    op.create_table(
        "apprentice_records",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("apprentice_id", KEY),
        sa.Column("employer_id", KEY, nullable=False),
        sa.Column("provider_id", KEY, nullable=False),
        sa.Column("epao_id", KEY),
        sa.Column("first_name", TEXT, nullable=False),
        sa.Column("last_name", TEXT, nullable=False),
        sa.Column("name_sort", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("date_of_birth", sa.String(10), nullable=False),
        sa.Column("uln", TEXT, nullable=False),
        sa.Column("ni_number", TEXT),
        sa.Column("standard_code", TEXT, nullable=False),
        sa.Column("standard_title", TEXT, nullable=False),
        sa.Column("delivery_model", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("start_date", sa.String(10), nullable=False),
        sa.Column("end_date", sa.String(10), nullable=False),
        sa.Column("cost_pence", sa.Integer(), nullable=False),
        sa.Column("training_price_pence", sa.Integer(), nullable=False),
        sa.Column("assessment_price_pence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["apprentice_id"], ["users.id"], name="fk_apprentice_records_apprentice_id_users"
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["organisations.id"],
            name="fk_apprentice_records_employer_id_organisations",
        ),
        sa.ForeignKeyConstraint(
            ["epao_id"], ["organisations.id"], name="fk_apprentice_records_epao_id_organisations"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["organisations.id"],
            name="fk_apprentice_records_provider_id_organisations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_apprentice_records"),
    )
    op.create_index("ix_apprentice_records_apprentice_id", "apprentice_records", ["apprentice_id"])
    op.create_index("ix_apprentice_records_employer_id", "apprentice_records", ["employer_id"])
    op.create_index("ix_apprentice_records_epao_id", "apprentice_records", ["epao_id"])
    op.create_index("ix_apprentice_records_name_sort_id", "apprentice_records", ["name_sort", "id"])
    op.create_index("ix_apprentice_records_provider_id", "apprentice_records", ["provider_id"])
    op.create_table(
        "caseloads",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_caseloads_organisation_id_organisations",
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_caseloads_owner_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_caseloads"),
        sa.UniqueConstraint(
            "kind", "organisation_id", "owner_id", name="uq_caseloads_kind_organisation_id_owner_id"
        ),
    )
    op.create_index("ix_caseloads_organisation_id", "caseloads", ["organisation_id"])
    op.create_index("ix_caseloads_owner_id", "caseloads", ["owner_id"])
    op.create_table(
        "employer_accounts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("levy_status", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_employer_accounts_organisation_id_organisations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_employer_accounts"),
        sa.UniqueConstraint("organisation_id", name="uq_employer_accounts_organisation_id"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("invited_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_invitations_organisation_id_organisations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
    )
    op.create_index("ix_invitations_organisation_id", "invitations", ["organisation_id"])
    op.create_table(
        "legal_entities",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_legal_entities_organisation_id_organisations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_legal_entities"),
    )
    op.create_index("ix_legal_entities_organisation_id", "legal_entities", ["organisation_id"])
    op.create_table(
        "paye_schemes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("reference", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_paye_schemes_organisation_id_organisations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_paye_schemes"),
        sa.UniqueConstraint("reference", name="uq_paye_schemes_reference"),
    )
    op.create_index("ix_paye_schemes_organisation_id", "paye_schemes", ["organisation_id"])
    op.create_table(
        "role_grants",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("system", TEXT, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger()),
        sa.Column("permissions", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_role_grants_organisation_id_organisations",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_role_grants_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_role_grants"),
    )
    op.create_index(
        "ix_role_grants_organisation_id_system_user_id",
        "role_grants",
        ["organisation_id", "system", "user_id"],
    )
    op.create_index("ix_role_grants_user_id", "role_grants", ["user_id"])
    op.create_table(
        "agreements",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("legal_entity_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger()),
        sa.Column("signed_by", TEXT),
        sa.Column("signed_by_id", KEY),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"],
            ["legal_entities.id"],
            name="fk_agreements_legal_entity_id_legal_entities",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_agreements_organisation_id_organisations",
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["users.id"], name="fk_agreements_signed_by_id_users"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
    )
    op.create_index("ix_agreements_legal_entity_id", "agreements", ["legal_entity_id"])
    op.create_index("ix_agreements_organisation_id", "agreements", ["organisation_id"])
    op.create_index("ix_agreements_signed_by_id", "agreements", ["signed_by_id"])
    op.create_table(
        "caseload_items",
        sa.Column("id", KEY, nullable=False),
        sa.Column("caseload_id", KEY, nullable=False),
        sa.Column("record_id", KEY, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("assigned_by_id", KEY),
        sa.Column("assigned_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["users.id"], name="fk_caseload_items_assigned_by_id_users"
        ),
        sa.ForeignKeyConstraint(
            ["caseload_id"], ["caseloads.id"], name="fk_caseload_items_caseload_id_caseloads"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["apprentice_records.id"],
            name="fk_caseload_items_record_id_apprentice_records",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_caseload_items"),
        sa.UniqueConstraint(
            "caseload_id", "record_id", name="uq_caseload_items_caseload_id_record_id"
        ),
    )
    op.create_index("ix_caseload_items_assigned_by_id", "caseload_items", ["assigned_by_id"])
    op.create_index("ix_caseload_items_record_id_kind", "caseload_items", ["record_id", "kind"])
    op.create_table(
        "agreement_events",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agreement_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", TEXT),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name="fk_agreement_events_agreement_id_agreements"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name="fk_agreement_events_organisation_id_organisations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_agreement_events"),
    )
    op.create_index("ix_agreement_events_agreement_id", "agreement_events", ["agreement_id"])
    op.create_index("ix_agreement_events_organisation_id", "agreement_events", ["organisation_id"])


def downgrade() -> None:
    """Take the change back."""
    for table in reversed(TABLES):
        op.drop_table(table)
