"""The part of the schema that roles can ever use, held against the rules by the oracle."""

from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, get_named_type, parse, validate_schema
from graphql.language import FieldDefinitionNode, ObjectTypeDefinitionNode

from asking import product_catalogue, product_schema
from authz.decision import Shape
from authz.permissions import published_policy
from authz.roles import ROLES
from authz.rows.principal import holder_of
from engine.introspection.service import Introspection, printed_part
from oracle.decide import Principal, holds
from worlds import NOW

WHOLE = (Path(__file__).parents[2] / "schema.graphql").read_text("utf-8")
EMPLOYER = [role for role in ROLES if role.startswith("employer_account.")]
HOLDERS = [
    *[(role,) for role in ROLES],
    *[roles for count in (0, 2, 3, 4) for roles in combinations(EMPLOYER, count)],
]
FREE = {"Query.node", "Query.nodes"}
"""The fields that name no action, since the type of the id decides (decision 13)."""


@cache
def introspection() -> Introspection:
    return Introspection(product_catalogue(), published_policy())


@cache
def actions() -> dict[str, str]:
    """The action of each field that names one, read from what is committed."""
    return {
        f"{kind.name.value}.{field.name.value}": directive.arguments[0].value.value
        for kind in parse(WHOLE).definitions
        if isinstance(kind, ObjectTypeDefinitionNode)
        for field in kind.fields
        if isinstance(field, FieldDefinitionNode)
        for directive in field.directives or ()
        if directive.name.value == "requires"
    }


@cache
def whole() -> GraphQLSchema:
    return build_schema(WHOLE)


def owner(place: str) -> str:
    return place.partition(".")[0]


def fields(schema: GraphQLSchema) -> dict[str, str]:
    """Each field of an object type, and the name of the type that it leads to."""
    return {
        f"{name}.{field}": get_named_type(definition.type).name
        for name, kind in schema.type_map.items()
        if hasattr(kind, "fields") and hasattr(kind, "interfaces") and not name.startswith("__")
        for field, definition in kind.fields.items()
    }


def oracle(roles: tuple[str, ...]) -> Principal:
    grants = [
        {
            "role": role,
            "system": role.partition(".")[0],
            "organisation_id": "o",
            "ends_at": None,
            "permissions": "",
        }
        for role in roles
    ]
    return Principal(None, tuple(grants), signed_in=True, now=NOW)


@pytest.mark.parametrize("roles", HOLDERS, ids=" ".join)
def test_a_part_holds_what_the_roles_hold_and_no_more(roles):
    part = introspection().part(holder_of(roles))
    assert validate_schema(part) == []
    shown, principal = fields(part), oracle(roles)
    held = {
        place
        for place, action in actions().items()
        if holds(principal, action, place.partition(".")[2])
    }
    assert held >= shown.keys() & actions().keys()
    usable = {p for p, target in fields(whole()).items() if p in held and target in part.type_map}
    assert {p for p in usable if owner(p) in part.type_map} <= shown.keys()
    emptied = {fields(whole())[p] for p in held - shown.keys() if owner(p) in part.type_map}
    assert {owner(p) for p in usable}.isdisjoint(emptied), "a type went although a field is left"


@pytest.mark.parametrize("roles", HOLDERS, ids=" ".join)
def test_what_is_printed_is_the_part_with_its_rules(roles):
    text = printed_part(product_schema(), published_policy(), holder_of(roles))
    printed = build_schema(text)
    assert validate_schema(printed) == []
    assert fields(printed) == fields(introspection().part(holder_of(roles)))
    assert text.count('@requires(action: "') == len(fields(printed).keys() & actions().keys())


ALL_SIDES = (
    "employer_account.owner",
    "record_assignment.provider_super_admin",
    "record_assignment.epao_super_admin",
    "inspection_access.superuser",
)
MANAGING = Shape("inspection_access.tutor", ("MANAGE_ILR",))
"""Who holds these sees every side of a record, an account whole and inspections, and edits ILRs."""
OF_RECORDS = {
    *("ApprenticeRecord", "PriceEpisode", "Training", "Evidence", "Feedback"),
    *("EndPointAssessment", "AssessmentComponent", "Assignee"),
    *("Caseload", "CaseloadItem", "AssignableUser"),
}
OF_INSPECTIONS = {
    *("InspectionGroup", "InspectionOpening", "InspectedLearner", "InspectorAccount", "Ilr"),
}
TO_RECORDS = {
    *("Query.apprenticeRecord", "Query.apprenticeRecords", "Query.caseload", "Query.caseloads"),
    *("Organisation.caseloads", "Organisation.assignableUsers"),
    *("Query.learners", "Query.inspectionGroup", "Query.inspectionGroups"),
}


def test_who_holds_a_role_on_every_side_is_shown_everything():
    holder = tuple(sorted((*holder_of(ALL_SIDES), MANAGING)))
    part = introspection().part(holder)
    assert fields(part) == fields(whole())
    text = printed_part(product_schema(), published_policy(), holder)
    assert text + "\n" == WHOLE


def test_the_owner_is_spared_what_is_the_provider_s_and_the_epao_s():
    """An employer's apprenticeships are commitment and funding (D0-M15)."""
    types, places = lost("employer_account.owner")
    assert types == OF_INSPECTIONS | OF_RECORDS - {"ApprenticeRecord", "PriceEpisode"}
    assert {place for place in places if owner(place) != "Mutation"} == {
        *(
            f"ApprenticeRecord.{name}"
            for name in ("training", "epa", "assignees", "unassigned", "ilr")
        ),
        *TO_RECORDS - {"Query.apprenticeRecord", "Query.apprenticeRecords", "Query.learners"},
    }


def lost(*roles: str) -> tuple[set[str], set[str]]:
    """The types of rows that a part lacks, and the fields that those lack which it has."""
    part = introspection().part(holder_of(roles))
    places = fields(whole()).keys() - fields(part).keys()
    gone = product_catalogue().entities.keys() - part.type_map.keys()
    return gone, {place for place in places if owner(place) in part.type_map}


def test_a_viewer_is_spared_what_the_table_refuses():
    types, places = lost("employer_account.viewer")
    assert types == {"Invitation"} | OF_RECORDS | OF_INSPECTIONS
    assert {place for place in places if owner(place) != "Mutation"} == {
        "Agreement.document",
        "EmployerAccount.apprenticeships",
        "EmployerAccount.invitations",
        "EmployerAccount.warnings",
        "Organisation.editVersion",
        *TO_RECORDS,
    }
    part = introspection().part(holder_of(["employer_account.viewer"]))
    assert list(part.mutation_type.fields) == [
        "createAccount",
        "acceptInvitation",
        "registerInspector",
    ]


def test_aan_is_left_with_the_account_s_name():
    types, places = lost("employer_account.aan")
    assert types == {
        *("Agreement", "AgreementEvent", "EmployerAccount"),
        *("Invitation", "LegalEntity", "PayeScheme"),
        *OF_RECORDS,
        *OF_INSPECTIONS,
    }
    assert {place for place in places if owner(place) != "Mutation"} == {
        "Organisation.account",
        "Organisation.editVersion",
        *TO_RECORDS,
    }
    part = introspection().part(holder_of(["employer_account.aan"]))
    assert list(part.mutation_type.fields) == ["acceptInvitation", "registerInspector"]
    assert list(part.get_type("Action").values) == [
        "INVITATION_ACCEPT",
        "INSPECTOR_ACCOUNT_REGISTER",
    ]


def test_nobody_at_all_is_left_with_a_schema_that_is_valid():
    part = introspection().part(())
    assert validate_schema(part) == []
    assert fields(part).keys() == {*FREE, "Node.id"}
    assert part.mutation_type is None
    assert part.get_directive("requires") is None


def test_a_part_is_made_once_for_all_who_hold_the_same_actions():
    partner, nobody = holder_of(["careers_register.partner"]), holder_of([])
    assert introspection().part(partner) is introspection().part(nobody)
    assert introspection().part(partner) is not introspection().part(())
