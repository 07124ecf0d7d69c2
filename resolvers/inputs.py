"""What each command is given, as the schema's input types have it; what was left out is UNSET."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol


class Word(Protocol):
    """A member of a closed set."""

    @property
    def value(self) -> str:
        """The word as the database stores it."""
        ...


class CreateAccount(Protocol):
    """Input of createAccount."""

    name: str


class RenameAccount(Protocol):
    """Input of renameAccount."""

    name: str
    if_version: Any


class AcceptAgreement(Protocol):
    """Input of acceptAgreement."""

    if_version: Any


class AddPayeScheme(Protocol):
    """Input of addPayeScheme."""

    reference: str
    name: str


class AddLegalEntity(Protocol):
    """Input of addLegalEntity."""

    name: str
    code: str
    source: Word


class InviteUser(Protocol):
    """Input of inviteUser."""

    email: str
    name: str
    role: Word


class CancelInvitation(Protocol):
    """Input of cancelInvitation."""

    if_version: Any


class AcceptInvitation(Protocol):
    """Input of acceptInvitation."""

    code: str


class ChangeRole(Protocol):
    """Input of changeRole."""

    role: Word
    if_version: Any


class AssignRecords(Protocol):
    """Input of assignRecord and assignRecords."""

    kind: Word


class UnassignRecords(Protocol):
    """Input of unassignRecords."""

    kind: Word
    confirm: bool


class UpdateTraining(Protocol):
    """Input of updateTraining."""

    progress_percent: Any
    logged_hours: Any
    next_review_on: Any
    if_version: Any


class AddEvidence(Protocol):
    """Input of addEvidence."""

    title: str
    kind: Word
    content: str


class GiveFeedback(Protocol):
    """Input of giveFeedback."""

    text: str


class UpdateEndPointAssessment(Protocol):
    """Input of updateEndPointAssessment."""

    gateway_status: Any
    gateway_on: Any
    grade: Any
    certificate_number: Any
    if_version: Any


class RecordComponent(Protocol):
    """Input of recordAssessmentComponent."""

    name: str
    attempt: Word
    taken_on: date
    outcome: Any


class CreateInspectionGroup(Protocol):
    """Input of createInspectionGroup."""

    name: str
    body: Word


class OpenInspection(Protocol):
    """Input of openInspection."""

    opens_at: Any
    closes_at: Any
    all_learners: Any


class CreateInspectorAccount(Protocol):
    """Input of createInspectorAccount."""

    email: str
    name: str
    email_kind: Word
    permissions: Any
    channels: Any


class UpdateInspectorAccount(Protocol):
    """Input of updateInspectorAccount."""

    permissions: Any
    channels: Any


class EditIlr(Protocol):
    """Input of editIlr."""

    completion_status: Any
    outcome: Any
    actual_end_on: Any
    withdraw_reason: Any
    delivery_postcode: Any
    if_version: Any


class VerifyIlr(Protocol):
    """Input of verifyIlr."""

    verified: bool
    if_version: Any


class RegisterInspector(Protocol):
    """Input of registerInspector."""

    name: str
