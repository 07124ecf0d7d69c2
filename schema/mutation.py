"""What can be changed: each field is one command, and each one an operation of its own."""

from __future__ import annotations

from engine.command_specs import LockByWord, Named, Target
from engine.fields import command
from resolvers import (
    accounts,
    agreements,
    assessments,
    caseloads,
    ilrs,
    inspections,
    inspectors,
    teams,
    training,
)
from schema import account_commands as account
from schema import caseload_commands as caseload
from schema import inspection_commands as inspection
from schema import record_commands as record
from schema import team_commands as team
from schema.declare import root

_ACCOUNT = Target("Organisation", "organisation_id", "id")
_GRANT = Target("RoleGrant", "grant_id", "organisation_id")
_RECORD = Target("ApprenticeRecord", "record_id", "provider_id")
_ASSESSED = Target("ApprenticeRecord", "record_id", "epao_id", optional=True)
_SIDE = LockByWord(
    "kind",
    {"ASSESSOR": "epao_id", "TRAINING_COORDINATOR": "provider_id", "CASE_OWNER": "provider_id"},
)
_RECORDS = Target("ApprenticeRecord", "record_ids", _SIDE, many=True)
_GROUP = Target("InspectionGroup", "group_id", "organisation_id")
_INSPECTOR = Target("InspectorAccount", "account_id", "organisation_id")
_ENDED = Target("InspectorAccount", "account_id", "organisation_id", moves=True)
_ASSIGNEE = (Named("User", "user_id", "apprentice_record.assign"),)


def _learners(action: str) -> tuple[Named, ...]:
    return (Named("ApprenticeRecord", "record_ids", action, many=True),)


@root
class Mutation:
    """Everything that can be changed."""

    create_account: account.CreateAccountPayload | None = command(
        "employer_account.create",
        accounts.create,
        given=account.CreateAccountInput,
        description="Open an account; you are its Owner.",
    )
    rename_account: account.RenameAccountPayload | None = command(
        "employer_account.rename",
        accounts.rename,
        given=account.RenameAccountInput,
        target=_ACCOUNT,
    )
    accept_agreement: account.AcceptAgreementPayload | None = command(
        "agreement.accept",
        agreements.accept,
        given=account.AcceptAgreementInput,
        target=Target("Agreement", "agreement_id", "organisation_id"),
    )
    add_paye_scheme: account.AddPayeSchemePayload | None = command(
        "paye_scheme.add",
        accounts.add_paye_scheme,
        given=account.AddPayeSchemeInput,
        target=_ACCOUNT,
    )
    remove_paye_scheme: account.RemovePayeSchemePayload | None = command(
        "paye_scheme.remove",
        accounts.remove_paye_scheme,
        given=account.RemovePayeSchemeInput,
        target=Target("PayeScheme", "paye_scheme_id", "organisation_id", moves=True),
    )
    add_legal_entity: account.AddLegalEntityPayload | None = command(
        "legal_entity.add",
        accounts.add_legal_entity,
        given=account.AddLegalEntityInput,
        target=_ACCOUNT,
    )
    remove_legal_entity: account.RemoveLegalEntityPayload | None = command(
        "legal_entity.remove",
        accounts.remove_legal_entity,
        given=account.RemoveLegalEntityInput,
        target=Target("LegalEntity", "legal_entity_id", "organisation_id", moves=True),
    )
    invite_user: team.InviteUserPayload | None = command(
        "team.invite", teams.invite, given=team.InviteUserInput, target=_ACCOUNT
    )
    cancel_invitation: team.CancelInvitationPayload | None = command(
        "invitation.cancel",
        teams.cancel,
        given=team.CancelInvitationInput,
        target=Target("Invitation", "invitation_id", "organisation_id"),
    )
    accept_invitation: team.AcceptInvitationPayload | None = command(
        "invitation.accept",
        teams.accept,
        given=team.AcceptInvitationInput,
        description="Join a team with the one-time code that came by mail.",
    )
    change_role: team.ChangeRolePayload | None = command(
        "team.change_role", teams.change_role, given=team.ChangeRoleInput, target=_GRANT
    )
    remove_user: team.RemoveUserPayload | None = command(
        "team.remove",
        teams.remove,
        given=team.RemoveUserInput,
        target=Target("RoleGrant", "grant_id", "organisation_id", moves=True),
    )
    leave_account: team.LeaveAccountPayload | None = command(
        "team.leave", teams.leave, given=team.LeaveAccountInput, target=_ACCOUNT
    )
    assign_record: caseload.AssignRecordPayload | None = command(
        "apprentice_record.assign",
        caseloads.assign,
        given=caseload.AssignRecordInput,
        target=Target("ApprenticeRecord", "record_id", _SIDE),
        named=_ASSIGNEE,
    )
    assign_records: caseload.AssignRecordsPayload | None = command(
        "apprentice_record.assign",
        caseloads.assign,
        given=caseload.AssignRecordsInput,
        target=_RECORDS,
        named=_ASSIGNEE,
        description="Assign all of the records, or none.",
    )
    unassign_records: caseload.UnassignRecordsPayload | None = command(
        "apprentice_record.unassign",
        caseloads.unassign,
        given=caseload.UnassignRecordsInput,
        target=_RECORDS,
        description="Take records from everybody of one kind; their sight of them ends at once.",
    )
    update_training: record.UpdateTrainingPayload | None = command(
        "apprentice_record.edit_training",
        training.update,
        given=record.UpdateTrainingInput,
        target=_RECORD,
    )
    add_evidence: record.AddEvidencePayload | None = command(
        "apprentice_record.edit_training",
        training.add_evidence,
        given=record.AddEvidenceInput,
        target=_RECORD,
    )
    give_feedback: record.GiveFeedbackPayload | None = command(
        "apprentice_record.edit_training",
        training.give_feedback,
        given=record.GiveFeedbackInput,
        target=_RECORD,
    )
    update_end_point_assessment: record.UpdateEndPointAssessmentPayload | None = command(
        "apprentice_record.edit_epa",
        assessments.update,
        given=record.UpdateEndPointAssessmentInput,
        target=_ASSESSED,
    )
    record_assessment_component: record.RecordAssessmentComponentPayload | None = command(
        "apprentice_record.edit_epa",
        assessments.record_component,
        given=record.RecordAssessmentComponentInput,
        target=_ASSESSED,
    )
    edit_ilr: record.IlrPayload | None = command(
        "apprentice_record.edit_ilr",
        ilrs.edit,
        given=record.EditIlrInput,
        target=_RECORD,
        description="Change an ILR; one that is QA verified is LOCKED.",
    )
    verify_ilr: record.IlrPayload | None = command(
        "apprentice_record.verify_ilr",
        ilrs.verify,
        given=record.VerifyIlrInput,
        target=_RECORD,
    )
    create_inspection_group: inspection.InspectionGroupPayload | None = command(
        "inspection_group.create",
        inspections.create,
        given=inspection.CreateInspectionGroupInput,
        target=_ACCOUNT,
    )
    add_learners: inspection.InspectionGroupPayload | None = command(
        "inspection_group.add_learners",
        inspections.add_learners,
        given=inspection.AddLearnersInput,
        target=_GROUP,
        named=(
            Named("ApprenticeRecord", "record_ids", "inspection_group.add_learners", many=True),
        ),
    )
    remove_learners: inspection.InspectionGroupPayload | None = command(
        "inspection_group.remove_learners",
        inspections.remove_learners,
        given=inspection.RemoveLearnersInput,
        target=_GROUP,
        named=(
            Named("ApprenticeRecord", "record_ids", "inspection_group.remove_learners", many=True),
        ),
    )
    open_inspection: inspection.InspectionGroupPayload | None = command(
        "inspection_group.open",
        inspections.open_visit,
        given=inspection.OpenInspectionInput,
        target=_GROUP,
        named=(Named("User", "host_id", "inspection_group.open"),),
    )
    close_inspection: inspection.InspectionGroupPayload | None = command(
        "inspection_group.close",
        inspections.close,
        given=inspection.CloseInspectionInput,
        target=_GROUP,
        description="End a visit; nothing of the group is in sight from the next request on.",
    )
    create_inspector_account: inspection.CreateInspectorAccountPayload | None = command(
        "inspector_account.create",
        inspectors.create,
        given=inspection.CreateInspectorAccountInput,
        target=_GROUP,
    )
    update_inspector_account: inspection.InspectorAccountPayload | None = command(
        "inspector_account.edit",
        inspectors.update,
        given=inspection.UpdateInspectorAccountInput,
        target=_INSPECTOR,
    )
    activate_inspector: inspection.InspectorAccountPayload | None = command(
        "inspector_account.activate",
        inspectors.activate,
        given=inspection.ActivateInspectorInput,
        target=_INSPECTOR,
    )
    rotate_inspector_credentials: inspection.InspectorAccountPayload | None = command(
        "inspector_account.rotate_credentials",
        inspectors.rotate_credentials,
        given=inspection.RotateInspectorCredentialsInput,
        target=_INSPECTOR,
    )
    cancel_inspector: inspection.InspectorAccountPayload | None = command(
        "inspector_account.cancel",
        inspectors.cancel,
        given=inspection.CancelInspectorInput,
        target=_ENDED,
    )
    reactivate_inspector: inspection.InspectorAccountPayload | None = command(
        "inspector_account.reactivate",
        inspectors.reactivate,
        given=inspection.ReactivateInspectorInput,
        target=_INSPECTOR,
    )
    archive_inspector: inspection.InspectorAccountPayload | None = command(
        "inspector_account.archive",
        inspectors.archive,
        given=inspection.ArchiveInspectorInput,
        target=_ENDED,
    )
    register_inspector: inspection.RegisterInspectorPayload | None = command(
        "inspector_account.register",
        inspectors.register,
        given=inspection.RegisterInspectorInput,
        description="Take up the inspector's account that waits for your e-mail.",
    )
