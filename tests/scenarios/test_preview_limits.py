"""What previews may cost, on both paths, and who is refused one on some of the groups they see."""

import pytest

from differential.inspected import VIEW_ALL, add_group, add_opening, let_in
from engine.limits import Limits
from scenarios.inspecting import TWO, in_force, visit
from scenarios.records import the_error
from scenarios.rows import organisation_id, user_key

PREVIEW = (
    "query ($id: ID!, $document: String!, $variables: JSON) { inspectionGroup(id: $id) {"
    " previewAccess(permissions: [VIEW_ALL_IN_ASSIGNED_GROUP], channels: [CONSOLE],"
    " document: $document, variables: $variables) } }"
)
ASKED = "{ learners(show: ALL, first: 5) { totalCount } }"
MOST = Limits().previews


def previews(count, beside=""):
    asked = " ".join(
        f"p{n}: previewAccess(permissions: [VIEW_ALL_IN_ASSIGNED_GROUP], channels: [CONSOLE],"
        " document: $document)"
        for n in range(count)
    )
    return f"query ($id: ID!, $document: String!) {{ inspectionGroup(id: $id) {{ {asked} }} {beside} }}"


@pytest.mark.parametrize("beside", ["", "__schema { queryType { name } }"], ids=["engine", "plain"])
async def test_so_many_previews_are_answered_and_not_one_more(world, beside):
    made = await in_force(world, 1, 2)
    given = {"id": made.group, "document": ASKED}
    reply = await made.sue.ask(previews(MOST, beside), given)
    assert reply.errors == []
    shown = reply.data["inspectionGroup"].values()
    assert [each["data"]["learners"]["totalCount"] for each in shown] == [2] * MOST
    refused = await made.sue.ask(previews(MOST + 1, beside), given)
    assert refused.status == 400
    assert refused.data is None
    [error] = refused.errors
    assert (error["extensions"]["code"], error["extensions"]["reason"]) == (
        "QUERY_TOO_COMPLEX",
        "PREVIEWS",
    )


async def test_a_change_is_told_though_its_payload_previews_too_much(world):
    """What is committed is never answered as a request that was not run."""
    sue, prov = await world.client("sue"), await organisation_id(world, "prov")
    asked = " ".join(
        f"p{n}: previewAccess(permissions: [], channels: [CONSOLE], document: $document)"
        for n in range(MOST + 1)
    )
    made = 'createInspectionGroup(input: {organisationId: $prov, name: "Made", body: EQA})'
    reply = await sue.ask(
        f"mutation ($prov: ID!, $document: String!) {{ one: {made} {{ group {{ {asked} }} }}"
        f" two: {made} {{ group {{ name }} }} }}",
        {"prov": prov, "document": ASKED},
    )
    assert reply.data == {"one": None, "two": {"group": {"name": "Made"}}}
    [error] = reply.errors
    assert (error["path"], error["extensions"]["code"]) == (["one"], "QUERY_TOO_COMPLEX")
    groups = await world.sql("SELECT count(*) FROM inspection_groups WHERE name = 'Made'")
    assert [tuple(row) for row in groups] == [(2,)]


async def test_the_variables_of_a_preview_are_as_few_as_those_of_a_request(world):
    """What is sent once can be meant twice."""
    made = await visit(world)
    document = PREVIEW.replace("variables: $variables", "variables: {a: $variables, b: $variables}")
    for count, refused in ((Limits().values // 3, False), (Limits().values // 2, True)):
        given = {"id": made.group, "document": ASKED, "variables": list(range(count))}
        reply = await made.sue.ask(document, given)
        assert bool(reply.errors) is refused
        if refused:
            error = the_error(reply)
            assert (error["code"], error["input"]) == ("BAD_USER_INPUT", "variables")


async def test_the_document_of_a_preview_is_as_short_as_a_request_s(world):
    made = await visit(world)
    document = ASKED + "#" * Limits().cached_document
    reply = await made.sue.ask(PREVIEW, {"id": made.group, "document": document})
    payload = reply.data["inspectionGroup"]["previewAccess"]
    assert payload.get("data") is None
    assert payload["errors"][0]["extensions"]["reason"] == "DOCUMENT"


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_a_superuser_who_is_an_inspector_elsewhere_looks_ahead_at_home_alone(world, plain):
    """D4-04: a preview is the superuser's; whoever is let into a group is shown what is in it."""
    made = await in_force(world, 1)
    now = world.clock.instant
    away = await add_group(world, "away", organisation="prov-two")
    await add_opening(
        world, away, 1, (9,), opens_at=now, closes_at=now + 60_000, opened_at=now, host_id=None
    )
    sue = await user_key(world, "sue")
    await let_in(world, sue, away, VIEW_ALL, organisation="prov-two")
    reply = await made.sue.ask(
        "query ($document: String!) { inspectionGroups(first: 5) { nodes { id"
        f" previewAccess(permissions: [{TWO[1]}], channels: [CONSOLE], document: $document) }} }} }}",
        {"document": ASKED},
        plain=plain,
    )
    groups = {node["id"]: node["previewAccess"] for node in reply.data["inspectionGroups"]["nodes"]}
    assert groups.keys() == {made.group, f"grp_{away}"}
    assert groups[f"grp_{away}"] is None
    assert groups[made.group]["data"]["learners"]["totalCount"] == 1
    [error] = reply.errors
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["path"][-1] == "previewAccess"
