"""S30 and S31: who is assigned a record sees it and works on it, and from then on only so long."""

import pytest

from scenarios.records import (
    LIST,
    NODE,
    ONE,
    UNKNOWN,
    UPDATE_EPA,
    assign,
    ids,
    learners,
    listed,
    the_error,
    unassign,
)
from scenarios.rows import add_grant, add_record, organisation_key, record_id, user_key
from worlds import NOW

WORK = (
    "query ($id: ID!) { apprenticeRecord(id: $id) { training { evidence(first: 9) { nodes { id"
    " content { url } } } } } }"
)
NO_DOCUMENT = "This link does not open a document. Ask for a new one where you found it.\n"


# D1-02: «This gives individual users access only to the Apprentice records that have been assigned
# to them.»
@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ann", (1, 2)),
        ("abe", (3,)),
        ("sen", (1, 2, 3, 4, 5, 6)),
        ("ade", (1, 2, 3, 4, 5, 6)),
        ("sam", (1, 2, 3, 4, 5, 6)),
        ("kim", (1, 2)),
        ("leo", ()),
        ("max", (1, 2, 3, 4, 5, 6, 7, 8)),
        ("tina", (1, 2, 3, 4)),
        ("sue", (1, 2, 3, 4, 5, 6, 7, 8)),
        ("eric", (1, 2, 3)),
        ("olga", (1, 2, 3)),
        ("tariq", (1, 2, 3, 4, 5, 6)),
        ("robin", (7, 8)),
    ],
)
async def test_everybody_sees_their_own_records_and_no_other(shared_world, who, seen):
    client = await shared_world.client(who)
    assert await listed(client) == (len(seen), learners(*seen))
    for number in range(1, 10):
        reply = await client.ask(ONE, {"id": record_id(number)})
        if number in seen:
            assert reply.data["apprenticeRecord"]["firstName"] == f"L{number}"
            assert reply.errors == []
        else:
            assert reply.data == {"apprenticeRecord": None}
            assert reply.refusals == {"apprenticeRecord": "NOT_FOUND"}


@pytest.mark.parametrize("who", ["vera", "aisha", "petra", "ivy", "eve", "indy"])
async def test_who_holds_no_right_to_records_is_told_so(shared_world, who):
    client = await shared_world.client(who)
    reply = await client.ask(LIST, {"first": 50})
    assert reply.data == {"apprenticeRecords": None}
    assert reply.refusals == {"apprenticeRecords": "FORBIDDEN"}
    [here, nowhere] = [await client.ask(ONE, {"id": id_}) for id_ in (record_id(1), UNKNOWN)]
    assert here.refusals == {"apprenticeRecord": "FORBIDDEN"}
    assert here.response.content == nowhere.response.content


# S30: Given Ann; `record(R3)` NOT_FOUND identical to a random id.
@pytest.mark.parametrize("document", [ONE, NODE, UPDATE_EPA], ids=["record", "node", "update"])
@pytest.mark.parametrize("hidden", [3, 4, 7, 9])
async def test_a_hidden_record_is_an_unknown_one(shared_world, document, hidden):
    ann = await shared_world.client("ann")
    unknown = await ann.ask(document, {"id": UNKNOWN})
    reply = await ann.ask(document, {"id": record_id(hidden)})
    assert the_error(reply)["code"] == "NOT_FOUND"
    assert reply.response.content == unknown.response.content
    assert reply.status == unknown.status
    assert reply.statements == unknown.statements


# S31: Given Ann updates R1 → ok; R3 → NOT_FOUND; when R1 is unassigned mid-session; then her next
# read/update of R1 → NOT_FOUND.
async def test_unassigned_in_mid_session(world):
    ann, ade = await world.client("ann"), await world.client("ade")
    updated = await ann.ask(UPDATE_EPA, {"id": record_id(1), "number": "00049999"})
    record = updated.data["updateEndPointAssessment"]["record"]
    assert updated.errors == []
    assert record == {"id": record_id(1), "epa": {"certificateNumber": "00049999"}}
    hers = await ann.ask(LIST, {"first": 50})
    cursors = [edge["cursor"] for edge in hers.data["apprenticeRecords"]["edges"]]
    assert len(cursors) == 2
    before = await world.sql("SELECT * FROM end_point_assessments ORDER BY id")

    assert (await unassign(ade, ids(1))).errors == []

    assert await listed(ann) == (1, ["L2"])
    assert await listed(ann, after=cursors[0]) == (1, ["L2"])
    assert await listed(ann, first=None, last=50, before=cursors[1]) == (1, [])
    for document in (ONE, NODE, UPDATE_EPA):
        gone = await ann.ask(document, {"id": record_id(1), "number": "1"})
        unknown = await ann.ask(document, {"id": UNKNOWN, "number": "1"})
        assert the_error(gone)["code"] == "NOT_FOUND"
        assert gone.response.content == unknown.response.content
    assert await world.sql("SELECT * FROM end_point_assessments ORDER BY id") == before
    reply = await ann.ask(
        "{ caseloads(first: 9) { totalCount nodes { items(first: 9) { totalCount nodes {"
        " record { firstName } } } } } }"
    )
    assert reply.errors == []
    assert reply.data["caseloads"] == {
        "totalCount": 1,
        "nodes": [{"items": {"totalCount": 1, "nodes": [{"record": {"firstName": "L2"}}]}}],
    }


@pytest.mark.parametrize(("who", "kind"), [("kim", "TRAINING_COORDINATOR"), ("tina", "CASE_OWNER")])
async def test_links_to_work_die_with_the_assignment(world, who, kind):
    client, max_ = await world.client(who), await world.client("max")
    urls = {}
    for number in (1, 2):
        reply = await client.ask(WORK, {"id": record_id(number)})
        assert reply.errors == []
        nodes = reply.data["apprenticeRecord"]["training"]["evidence"]["nodes"]
        urls[number] = [node["content"]["url"] for node in nodes]
        assert len(urls[number]) == 3
    opened = await client.get(urls[1][0])
    assert opened.status_code == 200
    assert opened.headers["content-disposition"].startswith("inline")

    assert (await unassign(max_, ids(1), kind)).errors == []

    for url in urls[1]:
        closed = await client.get(url)
        assert (closed.status_code, closed.text) == (404, NO_DOCUMENT)
    for url in urls[2]:
        assert (await client.get(url)).status_code == 200
    gone = await client.ask(WORK, {"id": record_id(1)})
    assert gone.refusals == {"apprenticeRecord": "NOT_FOUND"}


# A caseload gives sight at the organisation where the role is held, while it is held (1.1.b «own
# caseload»; D1-02).
CHANGES = {
    "the role has ended": "UPDATE role_grants SET ends_at = :now WHERE user_id = :ann",
    "the role has not begun": "UPDATE role_grants SET starts_at = :later WHERE user_id = :ann",
    "the role is held elsewhere": (
        "UPDATE role_grants SET organisation_id = :elsewhere WHERE user_id = :ann"
    ),
    "the organisation is closed": ("UPDATE organisations SET status = 'CLOSED' WHERE name = 'Epa'"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_caseload_gives_nothing_without_the_role(world, change):
    ann = await world.client("ann")
    assert (await listed(ann))[0] == 2
    values = {
        "now": NOW,
        "later": NOW + 1,
        "ann": await user_key(world, "ann"),
        "elsewhere": await organisation_key(world, "epa two"),
    }
    statement = CHANGES[change]
    await world.sql(statement, **{k: v for k, v in values.items() if f":{k}" in statement})
    reply = await ann.ask(ONE, {"id": record_id(1)})
    assert reply.data == {"apprenticeRecord": None}
    code = "NOT_FOUND" if change == "the role is held elsewhere" else "FORBIDDEN"
    assert reply.refusals == {"apprenticeRecord": code}


async def test_a_caseload_of_one_kind_gives_nothing_to_another_role(world):
    """What Leo is assigned as case owner he sees as a tutor, and so long as he is one."""
    prov = await organisation_key(world, "prov")
    leo, max_ = await world.client("leo"), await world.client("max")
    assert (await listed(leo))[0] == 0
    await add_grant(world, await user_key(world, "leo"), prov, "inspection_access.tutor")
    assert await listed(leo) == (0, [])
    assert (await assign(world, max_, ids(5), "leo", "CASE_OWNER")).errors == []
    assert await listed(leo) == (1, ["L5"])
    await world.sql(
        "DELETE FROM role_grants WHERE role = 'inspection_access.tutor' AND user_id = :leo",
        leo=await user_key(world, "leo"),
    )
    assert await listed(leo) == (0, [])


# B06: «all records of own organisation; never another EPAO/LTP's».
async def test_an_administrator_sees_their_own_organisation_whole_and_no_other(world):
    await add_record(world, first_name="Epaless", epao_id=None)
    two = await organisation_key(world, "epa two")
    await add_record(world, first_name="Other", epao_id=two)
    provider = await organisation_key(world, "prov two")
    await add_record(world, first_name="Shared", provider_id=provider)
    ade, max_ = await world.client("ade"), await world.client("max")
    assert sorted((await listed(ade))[1]) == [*learners(1, 2, 3, 4, 5, 6), "Shared"]
    seen = sorted((await listed(max_))[1])
    assert seen == ["Epaless", *learners(1, 2, 3, 4, 5, 6, 7, 8), "Other"]


EVERYTHING = (
    "{ apprenticeRecords(first: 60) { totalCount edges { node { id firstName lastName uln email"
    " status cost training { progressPercent } epa { gatewayStatus } assignees { kind initials"
    " avatar } unassigned allowedActions } } }"
    " caseloads(first: 20) { totalCount nodes { id kind owner { name } items(first: 20) {"
    " totalCount nodes { assignedAt record { id } } } } } }"
)
EVERYBODY = (
    *("olga", "otis", "tariq", "vera", "aisha", "eric", "tess", "cora", "robin", "ellis", "petra"),
    *("tina", "kim", "leo", "lou", "max", "sue", "sam", "ade", "sen", "ann", "abe", "abi", "pat1"),
    *("eve", "stan", "indy", "sal", "nobody"),
)


@pytest.mark.parametrize(
    ("kind", "who", "by", "others"),
    [
        ("ASSESSOR", "abe", "ade", {"sam", "ade", "sen"}),
        ("TRAINING_COORDINATOR", "leo", "max", {"max"}),
        ("CASE_OWNER", "tina", "max", {"max"}),
    ],
)
async def test_an_assignment_concerns_the_assignee_and_who_sees_their_side(
    world, kind, who, by, others
):
    """Nobody else's answer changes by a byte when R6 is assigned, and when it is taken away."""
    clients = {
        each: await world.client(subject=each, email=f"{each}@example.test") for each in EVERYBODY
    }

    async def answers():
        replies = {each: await client.ask(EVERYTHING) for each, client in clients.items()}
        assert all(reply.status in {200, 401} for reply in replies.values())
        return {each: reply.response.content for each, reply in replies.items()}

    def changed(one, other):
        return {each for each in EVERYBODY if one[each] != other[each]}

    before = await answers()
    assert (await assign(world, clients[by], ids(6), who, kind)).errors == []
    during = await answers()
    assert changed(before, during) == {who, *others}
    assert (await unassign(clients[by], ids(6), kind)).errors == []
    after = await answers()
    assert changed(during, after) == {who, *others}
    made = {who, *others} if who == "leo" else set()  # his caseload is there now, and empty
    assert changed(before, after) == made


CASELOADS = (
    "{ caseloads(first: 50, filter: {kind: {eq: ASSESSOR}}) { nodes { owner { name } items(first: 5)"
    " { totalCount nodes { record { firstName } } edges { cursor node { record { firstName } } }"
    " pageInfo { hasNextPage hasPreviousPage } } } } }"
)
NOTHING = {"hasNextPage": False, "hasPreviousPage": False}


@pytest.mark.parametrize("who", ["ann", "ade"])
async def test_a_record_that_left_is_in_no_caseload_nor_in_its_count(world, who):
    """What is about a record that is out of sight is no row of a list."""
    client = await world.client(who)
    await world.sql(
        "UPDATE apprentice_records SET epao_id = :two WHERE first_name IN ('L1', 'L3')",
        two=await organisation_key(world, "epa two"),
    )
    for plain in (False, True):
        reply = await client.ask(CASELOADS, plain=plain)
        assert reply.errors == []
        loads = {load["owner"]["name"]: load["items"] for load in reply.data["caseloads"]["nodes"]}
        of_ann = loads.pop("Ann")
        kept = [{"record": {"firstName": "L2"}}]
        assert (of_ann["totalCount"], of_ann["nodes"]) == (1, kept)
        assert [edge["node"] for edge in of_ann["edges"]] == kept
        assert of_ann["pageInfo"] == NOTHING
        left = {"totalCount": 0, "nodes": [], "edges": [], "pageInfo": NOTHING}
        assert loads == ({"Abe": left} if who == "ade" else {})


async def test_a_page_of_a_caseload_is_filled_by_what_is_in_sight(world):
    client = await world.client("ann")
    await world.sql(
        "UPDATE apprentice_records SET epao_id = NULL WHERE first_name = 'L1'",
    )
    document = "{ caseloads(first: 5) { nodes { items(first: 1) { nodes { record { firstName } } pageInfo { hasNextPage } } } } }"
    for plain in (False, True):
        reply = await client.ask(document, plain=plain)
        [load] = reply.data["caseloads"]["nodes"]
        assert load["items"] == {
            "nodes": [{"record": {"firstName": "L2"}}],
            "pageInfo": {"hasNextPage": False},
        }
