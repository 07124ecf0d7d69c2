"""What commands act on: the rows their inputs name, and whose organisation is locked for them."""

from __future__ import annotations

from engine.declare.commands import LockByWord, Named, Target

_SIDE = LockByWord(
    "kind",
    {"ASSESSOR": "epao_id", "TRAINING_COORDINATOR": "provider_id", "CASE_OWNER": "provider_id"},
)

ACCOUNT = Target("Organisation", "organisation_id", "id")
AGREEMENT = Target("Agreement", "agreement_id", "organisation_id")
REMOVED_PAYE_SCHEME = Target("PayeScheme", "paye_scheme_id", "organisation_id", moves=True)
REMOVED_LEGAL_ENTITY = Target("LegalEntity", "legal_entity_id", "organisation_id", moves=True)
INVITATION = Target("Invitation", "invitation_id", "organisation_id")
GRANT = Target("RoleGrant", "grant_id", "organisation_id")
ENDED_GRANT = Target("RoleGrant", "grant_id", "organisation_id", moves=True)

RECORD = Target("ApprenticeRecord", "record_id", "provider_id")
ASSESSED = Target("ApprenticeRecord", "record_id", "epao_id", optional=True)
RECORD_ON_ITS_SIDE = Target("ApprenticeRecord", "record_id", _SIDE)
RECORDS = Target("ApprenticeRecord", "record_ids", _SIDE, many=True)
ASSIGNEE = (Named("User", "user_id", "apprentice_record.assign"),)

GROUP = Target("InspectionGroup", "group_id", "organisation_id")
HOST = (Named("User", "host_id", "inspection_group.open"),)
INSPECTOR = Target("InspectorAccount", "account_id", "organisation_id")


def learners(action: str) -> tuple[Named, ...]:
    """Return that an input names learners, on whom this action must be held."""
    return (Named("ApprenticeRecord", "record_ids", action, many=True),)
