"""What can be asked."""

from __future__ import annotations

from engine.declare.connection_types import Connection
from engine.declare.fields import Node
from engine.declare.guarded import Argument
from engine.declare.kinds import Choice
from engine.kinds import (
    allowed_actions,
    by_id,
    caller,
    connection,
    node_by_id,
    nodes_by_ids,
    static,
)
from resolvers.inspections.enums import LearnersShown
from schema.apprentice_records.caseloads import Caseload, CaseloadFilter, CaseloadOrder
from schema.apprentice_records.records import (
    ApprenticeRecord,
    ApprenticeRecordFilter,
    ApprenticeRecordOrder,
)
from schema.declare import root
from schema.employer_account.organisations import (
    Organisation,
    OrganisationFilter,
    OrganisationOrder,
)
from schema.inspections.inspections import InspectionGroup
from schema.people.users import User, UserFilter, UserOrder
from schema.policy import published
from schema.policy.enums import Action, RoleName, System
from schema.policy.policy import PolicyRow, Role


@root
class Query:
    """Everything that can be read."""

    me: User | None = caller(
        "user.read", description="The caller; null for a verified subject without a User."
    )
    allowed_actions: list[Action] | None = allowed_actions(
        "user.read_rights",
        description="What you may do that acts on nothing yet, such as opening an account; your "
        "account's state is not considered. It is told, too, to whoever has no User.",
    )
    node: Node | None = node_by_id(description="Anything with a global id.")
    nodes: list[Node | None] | None = nodes_by_ids(
        description="Several things, in order; one that is not yours to see is null at its place."
    )
    organisation: Organisation | None = by_id("organisation.read")
    organisations: Connection[Organisation] | None = connection(
        "organisation.read",
        order=("name_sort",),
        filter=OrganisationFilter,
        order_by=OrganisationOrder,
    )
    user: User | None = by_id("user.read")
    apprentice_record: ApprenticeRecord | None = by_id("apprentice_record.read")
    apprentice_records: Connection[ApprenticeRecord] | None = connection(
        "apprentice_record.read",
        order=("last_name_sort",),
        filter=ApprenticeRecordFilter,
        order_by=ApprenticeRecordOrder,
        description="Every apprentice record that you may see, in whichever way.",
    )
    learners: Connection[ApprenticeRecord] | None = connection(
        "apprentice_record.read",
        order=("last_name_sort",),
        filter=ApprenticeRecordFilter,
        order_by=ApprenticeRecordOrder,
        choice=Choice(
            "show", LearnersShown, LearnersShown.MY, {"MY": "apprentice_record.read_own"}
        ),
        description="The same records as the console shows them: your own unless you ask for all.",
    )
    inspection_group: InspectionGroup | None = by_id("inspection_group.read")
    inspection_groups: Connection[InspectionGroup] | None = connection(
        "inspection_group.read", order=("name",)
    )
    caseload: Caseload | None = by_id("caseload.read")
    caseloads: Connection[Caseload] | None = connection(
        "caseload.read", order=("owner.name",), filter=CaseloadFilter, order_by=CaseloadOrder
    )
    users: Connection[User] | None = connection(
        "user.read", order=("name_sort",), filter=UserFilter, order_by=UserOrder
    )
    roles: list[Role] | None = static(
        "role.read",
        published.roles,
        arguments=(Argument("system", System | None, "role.read"),),
        description="Every role of every system.",
    )
    policy: list[PolicyRow] | None = static(
        "policy.read",
        published.policy,
        arguments=(
            Argument("system", System | None, "policy.read"),
            Argument("role", RoleName | None, "policy.read"),
            Argument("action", str | None, "policy.read"),
        ),
        description="The whole policy, refusals included.",
    )
