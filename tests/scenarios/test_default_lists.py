"""Lists as they come when nothing is asked of them: whose they are, and in which order."""

import pytest

from db.types import fold
from scenarios.inspecting import visit
from scenarios.records import assign, ids
from scenarios.rows import names, organisation_id, user_key

VIEWER = "VIEWER"
MY = (
    "query ($first: Int, $after: String, $f: ApprenticeRecordFilter) { learners(first: $first,"
    " after: $after, filter: $f) { totalCount nodes { firstName } edges { cursor } pageInfo {"
    " hasNextPage hasPreviousPage startCursor endCursor } } }"
)
EMPTY = {
    "totalCount": 0,
    "nodes": [],
    "edges": [],
    "pageInfo": {
        "hasNextPage": False,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    },
}
HINT = {
    "coordinate": "Query.learners",
    "argument": "show",
    "given": "MY",
    "instead": ["ALL"],
    "message": "learners(show: MY) is empty for every role that you hold."
    " Rows are in learners(show: ALL).",
}


# F10: «MY (so a new inspector sees nothing until ALL)».
@pytest.mark.parametrize("who", ["ade", "olga", "max"])
async def test_who_can_have_no_caseload_has_an_empty_one_and_is_told_where_the_rows_are(
    shared_world, who
):
    client = await shared_world.client(who)
    whole = await client.ask("{ learners(show: ALL, first: 2) { totalCount edges { cursor } } }")
    assert whole.data["learners"]["totalCount"] > 2
    assert "hints" not in whole.json["extensions"]["authorization"]
    for plain in (False, True):
        reply = await client.ask(MY, {"first": 5, "f": {}}, plain=plain)
        assert (reply.data, reply.errors) == ({"learners": EMPTY}, [])
        assert reply.json["extensions"]["authorization"]["hints"] == [HINT]
        assert not any("apprentice_records" in text for text in reply.statements)
        cursor = whole.data["learners"]["edges"][0]["cursor"]
        elsewhere = await client.ask(MY, {"first": 5, "f": {}, "after": cursor}, plain=plain)
        assert elsewhere.refusals == {"learners": "BAD_USER_INPUT"}
        assert elsewhere.errors[0]["extensions"]["reason"] == "CURSOR"


async def test_an_empty_list_refuses_what_the_whole_one_refuses(shared_world):
    ade, vera = await shared_world.client("ade"), await shared_world.client("vera")
    for plain in (False, True):
        refused = await ade.ask(MY, {"first": 5, "f": {"cost": {"eq": 1}}}, plain=plain)
        assert refused.refusals == {"learners": "FORBIDDEN"}
        assert refused.errors[0]["extensions"]["argument"] == "filter.cost"
        wrong = await ade.ask(MY, {"first": 101, "f": {}}, plain=plain)
        assert wrong.refusals == {"learners": "BAD_USER_INPUT"}
        unread = await vera.ask(MY, {"first": 5, "f": {}}, plain=plain)
        assert unread.refusals == {"learners": "FORBIDDEN"}
        assert "argument" not in unread.errors[0]["extensions"]


@pytest.mark.parametrize("who", ["tina", "sue", "eric"])
async def test_who_can_have_a_caseload_is_given_no_hint(shared_world, who):
    client = await shared_world.client(who)
    for plain in (False, True):
        reply = await client.ask(MY, {"first": 5, "f": {}}, plain=plain)
        assert reply.errors == []
        assert "hints" not in reply.json["extensions"]["authorization"]


BY_PEOPLE = (
    "query ($first: Int, $last: Int, $after: String, $before: String, $l: CaseloadOrder,"
    " $u: AssignableUserOrder, $at: ID!) { organisation(id: $at) {"
    " caseloads(first: $first, last: $last, after: $after, before: $before, orderBy: $l) {"
    " edges { cursor } nodes { id kind p: owner { name } } }"
    " assignableUsers(first: $first, last: $last, orderBy: $u) { nodes { kind p: user { name } }"
    " edges { cursor } } } }"
)
ROOT = "query ($o: CaseloadOrder) { caseloads(first: 50, orderBy: $o) { nodes { id p: owner { name } } edges { cursor } } }"


@pytest.mark.parametrize(("who", "at"), [("ade", "epa"), ("max", "prov")])
async def test_people_come_by_name_and_by_id_among_namesakes(world, who, at):
    for handle, name in (("ann", "éve"), ("abe", "Zoë"), ("kim", "Éve"), ("leo", "bea")):
        await world.sql(
            "UPDATE users SET name = :name, name_sort = :folded WHERE id = :id",
            name=name,
            folded=fold(name),
            id=await user_key(world, handle),
        )
    if who == "ade":
        assert (await assign(world, await world.client("ade"), ids(4), "sen")).errors == []
    else:
        assert (
            await assign(world, await world.client("max"), ids(4), "leo", "TRAINING_COORDINATOR")
        ).errors == []
    client = await world.client(who)
    asked = {"at": await organisation_id(world, at)}
    falling = {"field": "NAME", "direction": "DESC"}
    rising = {"field": "NAME"}
    for plain in (False, True):
        reply = await client.ask(BY_PEOPLE, {**asked, "first": 50}, plain=plain)
        assert reply.errors == []
        spelled = {**asked, "first": 50, "l": rising, "u": rising}
        assert (await client.ask(BY_PEOPLE, spelled, plain=plain)).data == reply.data
        back = {**asked, "first": 50, "l": falling, "u": falling}
        other_way = (await client.ask(BY_PEOPLE, back, plain=plain)).data["organisation"]
        for field, page in reply.data["organisation"].items():
            found = names(page["nodes"], "p", "name")
            assert len(found) > 1
            assert found == sorted(found, key=fold), field
            assert other_way[field]["nodes"] == page["nodes"][::-1]
        loads = reply.data["organisation"]["caseloads"]
        behind = {**asked, "first": 50, "after": loads["edges"][0]["cursor"]}
        rest = (await client.ask(BY_PEOPLE, behind, plain=plain)).data["organisation"]
        assert rest["caseloads"]["nodes"] == loads["nodes"][1:]
        before = {**asked, "last": 1, "before": loads["edges"][-1]["cursor"]}
        ahead = (await client.ask(BY_PEOPLE, before, plain=plain)).data["organisation"]
        assert ahead["caseloads"]["nodes"] == loads["nodes"][-2:-1]
        whole = (await client.ask(ROOT, plain=plain)).data["caseloads"]
        keys = [(fold(node["p"]["name"]), node["id"]) for node in whole["nodes"]]
        assert keys == sorted(keys)
        assert (await client.ask(ROOT, {"o": rising}, plain=plain)).data["caseloads"] == whole


async def test_namesakes_come_by_id(world):
    client = await world.client("max")
    await world.sql("UPDATE users SET name = 'Same', name_sort = 'same'")
    for plain in (False, True):
        whole = (await client.ask(ROOT, plain=plain)).data["caseloads"]
        keys = [node["id"] for node in whole["nodes"]]
        assert len(keys) > 1
        assert keys == sorted(keys)


async def test_groups_and_inspectors_come_by_name(world):
    for name in ("Ofsted June", "ESFA May", "Ofsted April"):
        made = await visit(world, name)
    for who in ("ivy", "art"):
        await made.account(who, kind="GENERIC", active=False)
    document = (
        "{ inspectionGroups(first: 9) { nodes { name inspectors(first: 9) { nodes { name }"
        " edges { cursor } } } } }"
    )
    for plain in (False, True):
        reply = await made.sue.ask(document, plain=plain)
        assert reply.errors == []
        groups = reply.data["inspectionGroups"]["nodes"]
        assert names(groups, "name") == ["ESFA May", "Ofsted April", "Ofsted June"]
        assert names(groups[1]["inspectors"]["nodes"], "name") == ["Art", "Ivy"]
        cursor = groups[1]["inspectors"]["edges"][0]["cursor"]
        rest = await made.sue.ask(
            "query ($id: ID!, $after: String) { inspectionGroup(id: $id) { inspectors(first: 9,"
            " after: $after) { nodes { name } } } }",
            {"id": made.group, "after": cursor},
            plain=plain,
        )
        found = rest.data["inspectionGroup"]["inspectors"]["nodes"]
        assert names(found, "name") == ["Ivy"]


async def test_invitations_come_by_address(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    for address in ("zoe@example.test", "Bea@example.test", "abe@example.test"):
        invited = await olga.ask(
            "mutation ($i: InviteUserInput!) { inviteUser(input: $i) { invitation { id } } }",
            {"i": {"organisationId": alder, "email": address, "name": "New", "role": VIEWER}},
        )
        assert invited.errors == []
    document = (
        "query ($at: ID!) { organisation(id: $at) { account { invitations(first: 9) { nodes {"
        " email } } } } }"
    )
    for plain in (False, True):
        reply = await olga.ask(document, {"at": alder}, plain=plain)
        found = names(reply.data["organisation"]["account"]["invitations"]["nodes"], "email")
        assert len(found) >= 3
        assert found == sorted(found, key=fold)
