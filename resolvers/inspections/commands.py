"""The commands of inspections, in the order of the schema."""

from resolvers.inspections import groups, inspectors

COMMANDS = (
    groups.create_inspection_group,
    groups.add_learners,
    groups.remove_learners,
    groups.open_inspection,
    groups.close_inspection,
    inspectors.create_inspector_account,
    inspectors.update_inspector_account,
    inspectors.activate_inspector,
    inspectors.rotate_inspector_credentials,
    inspectors.cancel_inspector,
    inspectors.reactivate_inspector,
    inspectors.archive_inspector,
    inspectors.register_inspector,
)
