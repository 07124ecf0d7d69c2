"""Introspection shows the part that the caller can ever use; operations still run on the whole."""

from functools import cache

import pytest
from graphql import (
    GraphQLSchema,
    build_client_schema,
    build_schema,
    get_introspection_query,
    lexicographic_sort_schema,
    print_schema,
    validate_schema,
)

from asking import product_schema
from authz.permissions import published_policy
from authz.roles import ROLES
from authz.rows.grants import INSPECTOR
from authz.rows.principal import holder_of
from engine.introspection.service import printed_part
from scenarios.rows import (
    add_grant,
    add_inspector,
    add_user,
    organisation_id,
    organisation_key,
)
from worlds import NOW, Client, World

MINUTE = 60_000


async def shown_to(client: Client) -> GraphQLSchema:
    """The schema as a client's tools build it, valid."""
    reply = await client.ask(get_introspection_query(specified_by_url=True))
    assert reply.errors == []
    schema = build_client_schema(reply.data)
    assert validate_schema(schema) == []
    return schema


async def newcomer(world: World, *grants: tuple[str, str], **columns: object) -> Client:
    """A client for somebody new, who holds these roles at these organisations, by key."""
    user = await add_user(world, "Newcomer", subject="newcomer", **columns)
    for organisation, role in grants:
        if role == INSPECTOR:
            await add_inspector(world, user, organisation, None, "")
        else:
            await add_grant(world, user, organisation, role)
    return await world.client(subject="newcomer")


def told(schema: GraphQLSchema) -> str:
    return print_schema(lexicographic_sort_schema(schema))


@cache
def printed(*roles: str) -> str:
    """What `fieldgate schema --role` prints."""
    text = printed_part(product_schema(), published_policy(), holder_of(roles))
    return told(build_schema(text))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)
async def test_each_role_is_shown_what_the_command_prints(world, role):
    kind = ROLES[role].organisation_kinds[0]
    [(organisation,)] = await world.sql(
        "SELECT id FROM organisations WHERE kind = :kind AND status = 'OPEN' LIMIT 1", kind=kind
    )
    client = await newcomer(world, (organisation, role))
    assert told(await shown_to(client)) == printed(role)


async def test_who_is_signed_in_without_a_role_is_shown_what_is_everybody_s(shared_world):
    stranger = await shared_world.client(subject="stranger")
    schema = await shown_to(stranger)
    assert told(schema) == printed("signed_in")
    open_to_all = {"createAccount", "acceptInvitation", "registerInspector"}
    assert open_to_all == schema.mutation_type.fields.keys()


async def test_who_is_only_invited_is_shown_next_to_nothing(shared_world):
    schema = await shown_to(await shared_world.client("lou"))
    assert schema.query_type.fields.keys() == {"node", "nodes"}
    assert schema.mutation_type is None
    shown = {name for name in schema.type_map if not name.startswith("__")}
    assert shown == {"Query", "Node", "ID", "String", "Boolean"}


async def test_roles_of_all_organisations_count_together(shared_world):
    tariq = await shared_world.client("tariq")
    both = ("employer_account.transactor", "employer_account.owner")
    assert told(await shown_to(tariq)) == printed(*both) == printed(both[1]) != printed(both[0])


async def test_a_grant_counts_until_the_instant_that_it_ends(world):
    user = await add_user(world, "Guest", subject="guest")
    alder = await organisation_key(world, "alder")
    await add_grant(world, user, alder, "employer_account.owner", ends_at=NOW + MINUTE)
    guest = await world.client(subject="guest")
    assert told(await shown_to(guest)) == printed("employer_account.owner")
    world.clock.advance(milliseconds=MINUTE)
    guest = await world.client(subject="guest")
    assert told(await shown_to(guest)) == printed("signed_in")


async def test_one_part_does_not_reach_the_next_person(shared_world):
    for handle, role in [
        ("vera", "viewer"),
        ("olga", "owner"),
        ("aisha", "aan"),
        ("vera", "viewer"),
    ]:
        client = await shared_world.client(handle)
        assert told(await shown_to(client)) == printed(f"employer_account.{role}")


async def test_a_type_outside_of_the_part_is_null_by_name(shared_world):
    vera = await shared_world.client("vera")
    invitation = '{ __type(name: "Invitation") { name } }'
    assert (await vera.ask(invitation)).json["data"] == {"__type": None}
    reply = await (await shared_world.client("olga")).ask(invitation)
    assert reply.data == {"__type": {"name": "Invitation"}}
    reply = await vera.ask('{ __type(name: "EmployerAccount") { fields { name } } }')
    names = [field["name"] for field in reply.data["__type"]["fields"]]
    assert names == ["levyStatus", "payeSchemes", "legalEntities", "agreements", "team"]
    reply = await vera.ask('{ __type(name: "Node") { possibleTypes { name } } }')
    possible = {kind["name"] for kind in reply.data["__type"]["possibleTypes"]}
    assert possible == {
        "Agreement",
        "LegalEntity",
        "Organisation",
        "PayeScheme",
        "RoleGrant",
        "User",
    }


async def test_a_field_that_is_not_shown_is_withheld_and_not_unknown(shared_world):
    vera = await shared_world.client("vera")
    query = "{ organisations(first: 1) { nodes { name account { levyStatus warnings } } } }"
    reply = await vera.ask(query)
    assert (reply.status, reply.report.plan) == (200, "engine")
    [node] = reply.data["organisations"]["nodes"]
    assert node == {"name": "Alder", "account": {"levyStatus": "LEVY", "warnings": None}}
    assert reply.refusals == {"organisations.nodes.0.account.warnings": "FORBIDDEN"}


async def test_a_mutation_that_is_not_shown_is_refused_and_not_unknown(world):
    vera = await world.client("vera")
    reply = await vera.ask(
        "mutation ($input: RenameAccountInput!) {"
        " renameAccount(input: $input) { organisation { name } } }",
        {"input": {"organisationId": await organisation_id(world, "alder"), "name": "Ash"}},
    )
    assert reply.data == {"renameAccount": None}
    assert reply.refusals == {"renameAccount": "FORBIDDEN"}


async def test_data_beside_introspection_is_of_the_whole_schema(shared_world):
    aisha = await shared_world.client("aisha")
    reply = await aisha.ask(
        """
        {
          __typename
          __schema { mutationType { fields { name } } }
          hidden: __type(name: "EmployerAccount") { name }
          organisations(first: 1) { nodes { name account { __typename levyStatus } } }
        }
        """
    )
    assert reply.data == {
        "__typename": "Query",
        "__schema": {
            "mutationType": {
                "fields": [{"name": "acceptInvitation"}, {"name": "registerInspector"}]
            }
        },
        "hidden": None,
        "organisations": {
            "nodes": [
                {"name": "Alder", "account": {"__typename": "EmployerAccount", "levyStatus": None}}
            ]
        },
    }
    assert reply.refusals == {"organisations.nodes.0.account.levyStatus": "FORBIDDEN"}


async def test_documents_are_validated_alike_for_everybody(shared_world):
    """Only what may have been meant differs: it is a name that the caller's roles can use."""
    suggested = {"olga": ["warnings"], "vera": None, "lou": None}
    answers = []
    for handle, names in suggested.items():
        client = await shared_world.client(handle)
        reply = await client.ask("{ organisations(first: 1) { nodes { account { warning } } } }")
        [error] = reply.errors
        assert error["extensions"].pop("suggestions", None) == names, handle
        error["message"] = error["message"].partition(" Did you mean")[0]
        answers.append((reply.status, error))
    assert answers[0][0] == 400
    assert answers[0] == answers[1] == answers[2]
