"""The commands of apprentice records, in the order of the schema."""

from resolvers.apprentice_records import assessments, caseloads, ilrs, training

COMMANDS = (
    caseloads.assign_record,
    caseloads.assign_records,
    caseloads.unassign_records,
    training.update_training,
    training.add_evidence,
    training.give_feedback,
    assessments.update_end_point_assessment,
    assessments.record_assessment_component,
    ilrs.edit_ilr,
    ilrs.verify_ilr,
)
