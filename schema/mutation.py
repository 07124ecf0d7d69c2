"""What can be changed: each field is one command, made by itself or, strictly, with all others."""

from __future__ import annotations

from engine.declare.fields import command
from resolvers.apprentice_records import assessments, caseloads, ilrs, training
from resolvers.employer_account import accounts, agreements, teams
from resolvers.inspections import groups, inspectors
from schema import targets
from schema.apprentice_records import caseload_commands as caseload
from schema.apprentice_records import record_commands as record
from schema.declare import root
from schema.employer_account import account_commands as account
from schema.employer_account import team_commands as team
from schema.inspections import commands as inspection


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
        target=targets.ACCOUNT,
    )
    accept_agreement: account.AcceptAgreementPayload | None = command(
        "agreement.accept",
        agreements.accept,
        given=account.AcceptAgreementInput,
        target=targets.AGREEMENT,
    )
    add_paye_scheme: account.AddPayeSchemePayload | None = command(
        "paye_scheme.add",
        accounts.add_paye_scheme,
        given=account.AddPayeSchemeInput,
        target=targets.ACCOUNT,
    )
    remove_paye_scheme: account.RemovePayeSchemePayload | None = command(
        "paye_scheme.remove",
        accounts.remove_paye_scheme,
        given=account.RemovePayeSchemeInput,
        target=targets.REMOVED_PAYE_SCHEME,
    )
    add_legal_entity: account.AddLegalEntityPayload | None = command(
        "legal_entity.add",
        accounts.add_legal_entity,
        given=account.AddLegalEntityInput,
        target=targets.ACCOUNT,
    )
    remove_legal_entity: account.RemoveLegalEntityPayload | None = command(
        "legal_entity.remove",
        accounts.remove_legal_entity,
        given=account.RemoveLegalEntityInput,
        target=targets.REMOVED_LEGAL_ENTITY,
    )
    invite_user: team.InviteUserPayload | None = command(
        "team.invite", teams.invite, given=team.InviteUserInput, target=targets.ACCOUNT
    )
    cancel_invitation: team.CancelInvitationPayload | None = command(
        "invitation.cancel",
        teams.cancel,
        given=team.CancelInvitationInput,
        target=targets.INVITATION,
    )
    accept_invitation: team.AcceptInvitationPayload | None = command(
        "invitation.accept",
        teams.accept,
        given=team.AcceptInvitationInput,
        description="Join a team with the one-time code that came by mail.",
    )
    change_role: team.ChangeRolePayload | None = command(
        "team.change_role", teams.change_role, given=team.ChangeRoleInput, target=targets.GRANT
    )
    remove_user: team.RemoveUserPayload | None = command(
        "team.remove",
        teams.remove,
        given=team.RemoveUserInput,
        target=targets.ENDED_GRANT,
    )
    leave_account: team.LeaveAccountPayload | None = command(
        "team.leave", teams.leave, given=team.LeaveAccountInput, target=targets.ACCOUNT
    )
    assign_record: caseload.AssignRecordPayload | None = command(
        "apprentice_record.assign",
        caseloads.assign,
        given=caseload.AssignRecordInput,
        target=targets.RECORD_ON_ITS_SIDE,
        named=targets.ASSIGNEE,
    )
    assign_records: caseload.AssignRecordsPayload | None = command(
        "apprentice_record.assign",
        caseloads.assign,
        given=caseload.AssignRecordsInput,
        target=targets.RECORDS,
        named=targets.ASSIGNEE,
        description="Assign all of the records, or none.",
    )
    unassign_records: caseload.UnassignRecordsPayload | None = command(
        "apprentice_record.unassign",
        caseloads.unassign,
        given=caseload.UnassignRecordsInput,
        target=targets.RECORDS,
        description="Take records from everybody of one kind; their sight of them ends at once.",
    )
    update_training: record.UpdateTrainingPayload | None = command(
        "apprentice_record.edit_training",
        training.update,
        given=record.UpdateTrainingInput,
        target=targets.RECORD,
    )
    add_evidence: record.AddEvidencePayload | None = command(
        "apprentice_record.edit_training",
        training.add_evidence,
        given=record.AddEvidenceInput,
        target=targets.RECORD,
    )
    give_feedback: record.GiveFeedbackPayload | None = command(
        "apprentice_record.edit_training",
        training.give_feedback,
        given=record.GiveFeedbackInput,
        target=targets.RECORD,
    )
    update_end_point_assessment: record.UpdateEndPointAssessmentPayload | None = command(
        "apprentice_record.edit_epa",
        assessments.update,
        given=record.UpdateEndPointAssessmentInput,
        target=targets.ASSESSED,
    )
    record_assessment_component: record.RecordAssessmentComponentPayload | None = command(
        "apprentice_record.edit_epa",
        assessments.record_component,
        given=record.RecordAssessmentComponentInput,
        target=targets.ASSESSED,
    )
    edit_ilr: record.IlrPayload | None = command(
        "apprentice_record.edit_ilr",
        ilrs.edit,
        given=record.EditIlrInput,
        target=targets.RECORD,
        description="Change an ILR; one that is QA verified is LOCKED.",
    )
    verify_ilr: record.IlrPayload | None = command(
        "apprentice_record.verify_ilr",
        ilrs.verify,
        given=record.VerifyIlrInput,
        target=targets.RECORD,
    )
    create_inspection_group: inspection.InspectionGroupPayload | None = command(
        "inspection_group.create",
        groups.create,
        given=inspection.CreateInspectionGroupInput,
        target=targets.ACCOUNT,
    )
    add_learners: inspection.InspectionGroupPayload | None = command(
        "inspection_group.add_learners",
        groups.add_learners,
        given=inspection.AddLearnersInput,
        target=targets.GROUP,
        named=targets.learners("inspection_group.add_learners"),
    )
    remove_learners: inspection.InspectionGroupPayload | None = command(
        "inspection_group.remove_learners",
        groups.remove_learners,
        given=inspection.RemoveLearnersInput,
        target=targets.GROUP,
        named=targets.learners("inspection_group.remove_learners"),
    )
    open_inspection: inspection.InspectionGroupPayload | None = command(
        "inspection_group.open",
        groups.open_visit,
        given=inspection.OpenInspectionInput,
        target=targets.GROUP,
        named=targets.HOST,
    )
    close_inspection: inspection.InspectionGroupPayload | None = command(
        "inspection_group.close",
        groups.close,
        given=inspection.CloseInspectionInput,
        target=targets.GROUP,
        description="End a visit; nothing of the group is in sight from the next request on.",
    )
    create_inspector_account: inspection.CreateInspectorAccountPayload | None = command(
        "inspector_account.create",
        inspectors.create,
        given=inspection.CreateInspectorAccountInput,
        target=targets.GROUP,
    )
    update_inspector_account: inspection.InspectorAccountPayload | None = command(
        "inspector_account.edit",
        inspectors.update,
        given=inspection.UpdateInspectorAccountInput,
        target=targets.INSPECTOR,
    )
    activate_inspector: inspection.InspectorAccountPayload | None = command(
        "inspector_account.activate",
        inspectors.activate,
        given=inspection.ActivateInspectorInput,
        target=targets.INSPECTOR,
    )
    rotate_inspector_credentials: inspection.InspectorAccountPayload | None = command(
        "inspector_account.rotate_credentials",
        inspectors.rotate_credentials,
        given=inspection.RotateInspectorCredentialsInput,
        target=targets.INSPECTOR,
    )
    cancel_inspector: inspection.InspectorAccountPayload | None = command(
        "inspector_account.cancel",
        inspectors.cancel,
        given=inspection.CancelInspectorInput,
        target=targets.INSPECTOR,
    )
    reactivate_inspector: inspection.InspectorAccountPayload | None = command(
        "inspector_account.reactivate",
        inspectors.reactivate,
        given=inspection.ReactivateInspectorInput,
        target=targets.INSPECTOR,
    )
    archive_inspector: inspection.InspectorAccountPayload | None = command(
        "inspector_account.archive",
        inspectors.archive,
        given=inspection.ArchiveInspectorInput,
        target=targets.INSPECTOR,
    )
    register_inspector: inspection.RegisterInspectorPayload | None = command(
        "inspector_account.register",
        inspectors.register,
        given=inspection.RegisterInspectorInput,
        description="Take up the inspector's account that waits for your e-mail.",
    )
