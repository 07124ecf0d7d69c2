"""Inputs and payloads of the commands that assign apprentice records."""

from __future__ import annotations

import strawberry

from engine.declare.fields import input_field
from engine.kinds import changed
from schema.apprentice_records.caseloads import Caseload
from schema.apprentice_records.enums import CaseloadKind
from schema.apprentice_records.records import ApprenticeRecord
from schema.declare import payload
from schema.employer_account.organisations import Organisation

_ASSIGN = "apprentice_record.assign"
_UNASSIGN = "apprentice_record.unassign"


def _by_kind(verb: str) -> dict[str, str]:
    """Return the action that each kind of caseload needs: each side assigns its own kinds."""
    return {kind.value: f"apprentice_record.{verb}_{kind.value.lower()}" for kind in CaseloadKind}


@strawberry.input(description="Somebody to assign a record to.")
class AssignRecordInput:
    """Input of assignRecord."""

    record_id: strawberry.ID = input_field(_ASSIGN)
    user_id: strawberry.ID = input_field(_ASSIGN)
    kind: CaseloadKind = input_field(_ASSIGN, by_word=_by_kind("assign"))


@payload
class AssignRecordPayload:
    """The record, and the caseload that it is in now."""

    record: ApprenticeRecord | None = changed("apprentice_record.read")
    caseload: Caseload | None = changed("caseload.read")


@strawberry.input(description="Somebody to assign records to, all of them or none.")
class AssignRecordsInput:
    """Input of assignRecords."""

    record_ids: list[strawberry.ID] = input_field(_ASSIGN)
    user_id: strawberry.ID = input_field(_ASSIGN)
    kind: CaseloadKind = input_field(_ASSIGN, by_word=_by_kind("assign"))


@payload
class AssignRecordsPayload:
    """The caseload that the records are in now."""

    caseload: Caseload | None = changed("caseload.read")


@strawberry.input(description="Records to take from everybody they are assigned to in one kind.")
class UnassignRecordsInput:
    """Input of unassignRecords."""

    record_ids: list[strawberry.ID] = input_field(_UNASSIGN)
    kind: CaseloadKind = input_field(_UNASSIGN, by_word=_by_kind("unassign"))
    confirm: bool = input_field(
        _UNASSIGN,
        default=False,
        description="That you mean it: without, nothing is unassigned.",
    )


@payload
class UnassignRecordsPayload:
    """The organisation whose people the records were taken from."""

    organisation: Organisation | None = changed("organisation.read")
