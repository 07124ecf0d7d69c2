"""The mutations as a person sends them: a document each, and an input that would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from db.seed.demo.fixed import demo_key
from scenarios.rows import record_id
from worlds import Client, Reply


@dataclass(frozen=True)
class Act:
    """One mutation: the type whose id it takes and under which name, and the rest of its input."""

    name: str
    kind: str | None
    argument: str | None
    given: dict[str, Any]
    payload: str

    @property
    def document(self) -> str:
        title = self.name[0].upper() + self.name[1:]
        return f"mutation ($input: {title}Input!) {{ {self.name}(input: $input) {{ {self.payload} }} }}"


ACTS = {
    act.name: act
    for act in (
        Act(
            "createAccount",
            None,
            None,
            {"name": "Cedar"},
            "organisation { id name } grant { id role }",
        ),
        Act(
            "renameAccount",
            "Organisation",
            "organisationId",
            {"name": "Another Name"},
            "organisation { id name editVersion }",
        ),
        Act("acceptAgreement", "Agreement", "agreementId", {}, "agreement { id status signedBy }"),
        Act(
            "addPayeScheme",
            "Organisation",
            "organisationId",
            {"reference": "999/ZZ99999", "name": "More staff"},
            "payeScheme { id reference name } organisation { id }",
        ),
        Act("removePayeScheme", "PayeScheme", "payeSchemeId", {}, "organisation { id }"),
        Act(
            "addLegalEntity",
            "Organisation",
            "organisationId",
            {"name": "Another Limited", "code": "09999999", "source": "COMPANIES_HOUSE"},
            "legalEntity { id name } agreement { id status } organisation { id }",
        ),
        Act("removeLegalEntity", "LegalEntity", "legalEntityId", {}, "organisation { id }"),
        Act(
            "inviteUser",
            "Organisation",
            "organisationId",
            {"email": "nell@example.test", "name": "Nell", "role": "VIEWER"},
            "invitation { id email role status }",
        ),
        Act("cancelInvitation", "Invitation", "invitationId", {}, "invitation { id status }"),
        Act(
            "acceptInvitation",
            None,
            None,
            {"code": "not-a-code-of-any-mail"},
            "grant { id role } organisation { id name }",
        ),
        Act("changeRole", "RoleGrant", "grantId", {"role": "TRANSACTOR"}, "grant { id role }"),
        Act("removeUser", "RoleGrant", "grantId", {}, "organisation { id }"),
        Act("leaveAccount", "Organisation", "organisationId", {}, "organisation { id }"),
    )
}
"""What is done in an employer's account."""

_RECORD = ("ApprenticeRecord", "recordId")
_RECORDS = ("ApprenticeRecord", "recordIds")
RECORD_ACTS = {
    act.name: act
    for act in (
        Act(
            "assignRecord",
            *_RECORD,
            {"kind": "ASSESSOR", "userId": f"usr_{demo_key('user:ann')}"},
            "record { id } caseload { id kind owner { name } }",
        ),
        Act(
            "assignRecords",
            *_RECORDS,
            {"kind": "ASSESSOR", "userId": f"usr_{demo_key('user:ann')}"},
            "caseload { id kind owner { name } }",
        ),
        Act(
            "unassignRecords",
            *_RECORDS,
            {"kind": "ASSESSOR", "confirm": True},
            "organisation { id }",
        ),
        Act(
            "updateTraining",
            *_RECORD,
            {"progressPercent": 99, "loggedHours": 123, "nextReviewOn": "2026-12-24"},
            "record { id training { progressPercent loggedHours nextReviewOn editVersion } }",
        ),
        Act(
            "addEvidence",
            *_RECORD,
            {"title": "My own work", "kind": "TESTIMONY", "content": "So it was.\nAnd so on."},
            "evidence { id title kind status } record { id }",
        ),
        Act("giveFeedback", *_RECORD, {"text": "Very well\ndone."}, "record { id }"),
        Act(
            "updateEndPointAssessment",
            *_RECORD,
            {
                "gatewayStatus": "SUBMITTED",
                "gatewayOn": "2026-10-30",
                "grade": "DISTINCTION",
                "certificateNumber": "00012345",
            },
            "record { id epa { gatewayStatus gatewayOn grade certificateNumber editVersion } }",
        ),
        Act(
            "recordAssessmentComponent",
            *_RECORD,
            {
                "name": "Practical test",
                "attempt": "RETAKE",
                "takenOn": "2026-10-28",
                "outcome": "PASS",
            },
            "record { id epa { components { name attempt takenOn outcome } } }",
        ),
    )
}
"""What is done to apprentice records, by an EPAO or by a training provider."""

_GROUP = ("InspectionGroup", "groupId")
_INSPECTOR = ("InspectorAccount", "accountId")
INSPECTION_ACTS = {
    act.name: act
    for act in (
        Act(
            "createInspectionGroup",
            "Organisation",
            "organisationId",
            {"name": "Ofsted June", "body": "OFSTED"},
            "group { id name body }",
        ),
        Act("addLearners", *_GROUP, {"recordIds": [record_id(3)]}, "group { id }"),
        Act("removeLearners", *_GROUP, {"recordIds": [record_id(1)]}, "group { id }"),
        Act(
            "openInspection",
            *_GROUP,
            {"hostId": f"usr_{demo_key('user:tina')}", "closesAt": "2026-11-03T17:00:00Z"},
            "group { id }",
        ),
        Act("closeInspection", *_GROUP, {}, "group { id }"),
        Act(
            "createInspectorAccount",
            *_GROUP,
            {"email": "una.visitor@example.test", "name": "Una Visitor", "emailKind": "PERSONAL"},
            "account { id } group { id }",
        ),
        Act(
            "updateInspectorAccount",
            *_INSPECTOR,
            {"permissions": ["VIEW_ALL_IN_ASSIGNED_GROUP"]},
            "account { id permissions }",
        ),
        Act("activateInspector", *_INSPECTOR, {}, "account { id }"),
        Act("rotateInspectorCredentials", *_INSPECTOR, {}, "account { id }"),
        Act("cancelInspector", *_INSPECTOR, {}, "account { id }"),
        Act("reactivateInspector", *_INSPECTOR, {}, "account { id }"),
        Act("archiveInspector", *_INSPECTOR, {}, "account { id }"),
        Act("registerInspector", None, None, {"name": "Wanda Waiting"}, "user { id }"),
        Act(
            "editIlr",
            *_RECORD,
            {
                "completionStatus": "WITHDRAWN",
                "outcome": "PARTIAL",
                "actualEndOn": "2026-10-30",
                "withdrawReason": "Moved away",
                "deliveryPostcode": "ZZ9 9ZZ",
            },
            "record { id }",
        ),
        Act("verifyIlr", *_RECORD, {}, "record { id }"),
    )
}
"""What is done about inspections, and to the ILRs that they sample."""

EVERY_ACT = ACTS | RECORD_ACTS | INSPECTION_ACTS


async def do(client: Client, name: str, target: str | None = None, /, **given: object) -> Reply:
    """Send one mutation with its usual input, or what is given instead."""
    act = EVERY_ACT[name]
    sent = act.given | given
    if target is not None:
        sent = {act.argument: target} | sent
    return await client.ask(act.document, {"input": sent})


def outcome(reply: Reply) -> str:
    """Say how a mutation ended: `ok`, or the code of its one error; and why, but for a right."""
    if not reply.errors:
        assert reply.status == 200, reply.json
        assert all(value is not None for value in reply.data.values()), reply.json
        return "ok"
    [error] = reply.errors
    code, reason = error["extensions"]["code"], error["extensions"].get("reason")
    return f"{code}/{reason}" if reason and code != "FORBIDDEN" else code
