"""The oracle itself: it knows every field there is, and judges small worlds as a person would."""

from __future__ import annotations

import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type, is_interface_type

from oracle.answer import no_cursor
from oracle.decide import SignInRefusedError, decide, holds, holds_at, principal_of
from oracle.filters import truth, without_absent
from oracle.inspections import EVERY, Asked
from oracle.shapes import Thing
from oracle.world import world_of
from schema import build_schema as product_schema

VALUES = (
    "Role", "PolicyRow", "PageInfo", "Document", "OrganisationCard", "PersonCard", "PersonName",
)  # fmt: skip
NOW = 1_000


def test_every_field_that_a_query_reaches_is_judged():
    schema = build_schema(product_schema().as_str())
    reached, waiting = set(), [schema.query_type]
    while waiting:
        found = waiting.pop()
        if found.name in reached or not (
            isinstance(found, GraphQLObjectType) or is_interface_type(found)
        ):
            continue
        reached.add(found.name)
        waiting += [get_named_type(field.type) for field in found.fields.values()]
        waiting += schema.get_possible_types(found) if is_interface_type(found) else []
    guarded = {
        f"{name}.{field}"
        for name in reached
        if name not in VALUES
        and not name.endswith(("Connection", "Edge"))
        and isinstance(schema.type_map[name], GraphQLObjectType)
        for field in schema.type_map[name].fields
    }
    assert guarded == set(EVERY)


def grant(user, organisation, role, starts_at=0, ends_at=None):
    return {
        "id": f"{user}-{role}-{organisation}",
        "user_id": user,
        "organisation_id": organisation,
        "role": role,
        "system": role.partition(".")[0],
        "starts_at": starts_at,
        "ends_at": ends_at,
    }


def user(handle, status="ACTIVE"):
    email = f"{handle}@example.test"
    return {"id": handle, "subject": handle, "status": status, "email": email, "email_sort": email}


def organisation(name, kind="EMPLOYER", status="OPEN"):
    return {"id": name, "kind": kind, "status": status}


OWNER, VIEWER, AAN = (f"employer_account.{role}" for role in ("owner", "viewer", "aan"))
WORLD = world_of(
    {
        "users": [
            user("olga"), user("vera"), user("aisha"), user("later"), user("former"),
            user("invited", "INVITED"), user("gone", "ARCHIVED"), user("petra"),
        ],
        "organisations": [
            organisation("alder"), organisation("birch"), organisation("shut", status="CLOSED"),
            organisation("prov", "TRAINING_PROVIDER"),
        ],
        "paye_schemes": [{"id": "scheme", "organisation_id": "alder"}],
        "role_grants": [
            grant("olga", "alder", OWNER),
            grant("olga", "shut", OWNER),
            grant("vera", "alder", VIEWER),
            grant("vera", "prov", OWNER),
            grant("aisha", "alder", AAN),
            grant("later", "alder", OWNER, starts_at=NOW + 1),
            grant("former", "alder", OWNER, ends_at=NOW),
            grant("invited", "alder", OWNER),
            grant("petra", "prov", "training_provider.provider_user"),
        ],
    }
)  # fmt: skip

# who, action, table, id: may they?
JUDGEMENTS = [
    ("olga", "organisation.read", "organisations", "alder", True),
    ("olga", "organisation.read", "organisations", "birch", False),
    ("olga", "organisation.read", "organisations", "shut", False),
    ("olga", "paye_scheme.read", "paye_schemes", "scheme", True),
    ("olga", "user.read_contact", "users", "vera", True),
    ("olga", "user.read", "users", "later", True),
    ("olga", "user.read", "users", "former", False),
    ("olga", "user.read", "users", "invited", True),
    ("olga", "user.read", "users", "petra", False),
    ("vera", "user.read", "users", "olga", True),
    ("vera", "user.read_contact", "users", "olga", False),
    ("vera", "user.read_contact", "users", "vera", True),
    ("vera", "organisation.read", "organisations", "prov", False),
    ("vera", "role_grant.read", "role_grants", f"olga-{OWNER}-alder", True),
    ("vera", "role_grant.read", "role_grants", f"former-{OWNER}-alder", False),
    ("vera", "role_grant.read", "role_grants", f"olga-{OWNER}-shut", False),
    ("aisha", "organisation.read", "organisations", "alder", True),
    ("aisha", "paye_scheme.read", "paye_schemes", "scheme", False),
    ("aisha", "user.read", "users", "aisha", True),
    ("aisha", "user.read", "users", "olga", False),
    ("aisha", "role_grant.read", "role_grants", f"aisha-{AAN}-alder", True),
    ("aisha", "role_grant.read", "role_grants", f"olga-{OWNER}-alder", False),
    ("later", "organisation.read", "organisations", "alder", False),
    ("former", "organisation.read", "organisations", "alder", False),
    ("invited", "user.read", "users", "invited", False),
    ("petra", "organisation.read", "organisations", "prov", True),
    ("petra", "organisation.read", "organisations", "alder", False),
    ("nobody", "organisation.read", "organisations", "alder", False),
    ("olga", "role_grant.read_period", "role_grants", f"vera-{VIEWER}-alder", True),
    ("vera", "role_grant.read_period", "role_grants", f"olga-{OWNER}-alder", False),
    ("vera", "role_grant.read_period", "role_grants", f"vera-{VIEWER}-alder", True),
    ("olga", "team.change_role", "role_grants", f"vera-{VIEWER}-alder", True),
    ("olga", "team.change_role", "role_grants", f"olga-{OWNER}-shut", False),
    ("vera", "team.remove", "role_grants", f"vera-{VIEWER}-alder", False),
    ("olga", "user.read_rights", "users", "olga", True),
    ("olga", "user.read_rights", "users", "vera", False),
]


@pytest.mark.parametrize(("who", "action", "table", "key", "may"), JUDGEMENTS)
def test_judgement(who, action, table, key, may):
    principal = principal_of(WORLD, who, NOW)
    assert decide(principal, action, table, WORLD.get(table, key), WORLD) is may


def test_a_gate_is_open_where_the_role_is_held():
    vera = principal_of(WORLD, "vera", NOW)
    assert holds_at(vera, "paye_scheme.read", "alder")
    assert not holds_at(vera, "paye_scheme.read", "birch")
    assert not holds_at(vera, "paye_scheme.read", "prov")
    assert not holds(vera, "invitation.read")


@pytest.mark.parametrize(
    ("who", "may"),
    [("olga", True), ("vera", True), ("petra", True), ("nobody", True), ("former", True),
     ("aisha", False), ("invited", False)],
)  # fmt: skip
def test_who_may_create_an_account(who, may):
    principal = principal_of(WORLD, who, NOW)
    assert holds(principal, "employer_account.create") is may
    assert holds_at(principal, "employer_account.create", "birch") is may


def test_everybody_signed_in_reads_the_policy_and_the_invited_nothing():
    for who, may in (("olga", True), ("nobody", True), ("invited", False)):
        assert holds(principal_of(WORLD, who, NOW), "policy.read") is may


def test_who_has_left_is_not_signed_in():
    with pytest.raises(SignInRefusedError):
        principal_of(WORLD, "gone", NOW)


OLGAS = {"email": {"startsWith": "OLGA"}}
# who asks of olga, the filter, and what it says
FILTERS = [
    ("olga", OLGAS, True),
    ("olga", {"not": OLGAS}, False),
    ("olga", {"email": {"isNull": True}}, False),
    ("olga", {"email": {"eq": "OLGA@example.test"}}, False),
    ("olga", {"status": {"in": []}}, False),
    ("olga", {"status": {"in": ["INVITED", "ACTIVE"]}, "and": []}, True),
    ("vera", OLGAS, None),
    ("vera", {"not": OLGAS}, None),
    ("vera", {"email": {"isNull": True}}, None),
    ("vera", {"status": {"in": []}}, None),
    ("vera", {"or": [OLGAS, {"not": {"or": []}}]}, True),
    ("vera", {"or": [OLGAS, {"or": []}]}, None),
    ("vera", {"and": [OLGAS, {"or": []}]}, False),
    ("vera", without_absent({"or": [OLGAS, {"and": []}]}), None),
    ("vera", without_absent({"or": [{"email": {}}], "not": {"status": {}}}), True),
]


@pytest.mark.parametrize(("who", "given", "says"), FILTERS)
def test_a_filter_says_what_is_known(who, given, says):
    asked = Asked(WORLD, principal_of(WORLD, who, NOW), no_cursor)
    assert truth(asked, "User", Thing("users", WORLD.get("users", "olga")), given) is says
