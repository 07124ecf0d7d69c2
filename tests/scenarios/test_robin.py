"""Robin holds four roles over two records: each group of fields by whichever way leads to it.

Robin is VIEWER in Cherry, OWNER in Dogwood, TRAINING_COORDINATOR of R7 (employer Cherry) and R8
(employer Dogwood), TUTOR and case owner of R7; both records have provider Prov and no EPAO.
"""

import pytest

from scenarios.records import listed, the_error
from scenarios.rows import add_record, organisation_id, organisation_key, record_id
from worlds import Reply

# field                              R7    R8    who reads it
FIELDS = [
    ("firstName",                    "YY", "1.1.b: list, search, read identity: cl"),
    ("lastName",                     "YY", "1.1.b"),
    ("uln",                          "YY", "1.1.b"),
    ("email",                        "YY", "1.1.b read identity"),
    ("dateOfBirth",                  "YY", "1.1.b read identity"),
    ("reference",                    "YY", "1.1.b read commitment"),
    ("standardCode",                 "YY", "1.1.b read commitment"),
    ("standardTitle",                "YY", "1.1.b read commitment"),
    ("standardVersion",              "YY", "1.1.b read commitment"),
    ("deliveryModel",                "YY", "1.1.b read commitment"),
    ("status",                       "YY", "1.1.b read commitment"),
    ("startDate",                    "YY", "1.1.b read commitment"),
    ("endDate",                      "YY", "1.1.b read commitment"),
    ("employer { organisationId name kind }",    "YY", "1.1.b read commitment"),
    ("provider { organisationId name kind }",    "YY", "1.1.b read commitment"),
    # 1.0.b M15 «commitment+funding groups»: Owner Y, Viewer X; 1.1.b funding refused; 1.4.b has none.
    ("cost",                         "XY", "M15"),
    ("trainingPrice",                "XY", "M15"),
    ("endPointAssessmentPrice",      "XY", "M15"),
    ("priceHistory { fromDate cost trainingPrice }", "XY", "M15"),
    # 1.1.b read training: cl, and 1.4.b: own
    ("training { progressPercent plannedHours loggedHours nextReviewOn editVersion }", "YY", "1.1.b"),
    ("training { evidence(first: 9) { totalCount nodes { title kind content { url } } } }", "YY", "1.1.b"),
    ("training { feedback(first: 9) { totalCount nodes { text at by } } }", "YY", "1.1.b"),
    # 1.1.b read assignees, unassigned: refused to a Training Coordinator
    ("assignees { kind initials avatar }", "XX", "1.1.b"),
    ("unassigned",                   "XX", "1.1.b"),
]  # fmt: skip
# Empty, for there is no EPAO and nothing has happened yet; held, so without an error.
EMPTY = ("epa { gatewayStatus grade components { name } }", "epao { organisationId name }", "standardOption",
         "pauseDate", "stopDate", "completionDate")  # fmt: skip
RECORDS = {7: 0, 8: 1}


def filled(value) -> bool:
    """Tell whether everything in an answer holds something."""
    if isinstance(value, dict):
        return all(filled(each) for each in value.values())
    if isinstance(value, list):
        return bool(value) and all(filled(each) for each in value)
    return value is not None


@pytest.mark.parametrize(("field", "cells", "source"), FIELDS, ids=[each[0] for each in FIELDS])
async def test_each_field_of_both_records(shared_world, field, cells, source):
    robin = await shared_world.client("robin")
    name = field.partition(" ")[0]
    listed_ = await robin.ask(f"{{ apprenticeRecords(first: 9) {{ nodes {{ id {field} }} }} }}")
    nodes = {node["id"]: node for node in listed_.data["apprenticeRecords"]["nodes"]}
    order = list(nodes)
    assert sorted(nodes) == sorted(map(record_id, RECORDS)), source
    expected = {}
    for number, cell in RECORDS.items():
        id_ = record_id(number)
        reply = await robin.ask(f'{{ apprenticeRecord(id: "{id_}") {{ id {field} }} }}')
        record = reply.data["apprenticeRecord"]
        assert without_links(record) == without_links(nodes[id_])
        if cells[cell] == "Y":
            assert reply.errors == []
            assert filled(record)
        else:
            assert record == {"id": id_, name: None}
            assert reply.refusals == {f"apprenticeRecord.{name}": "FORBIDDEN"}
            expected[f"apprenticeRecords.nodes.{order.index(id_)}.{name}"] = "FORBIDDEN"
    assert listed_.refusals == expected


def without_links(value):
    """An answer without the addresses in it, of which each is new."""
    if isinstance(value, dict):
        return {k: without_links(v) for k, v in value.items() if k != "url"}
    return [without_links(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("field", EMPTY)
@pytest.mark.parametrize("number", RECORDS)
async def test_what_is_held_and_empty_is_no_refusal(shared_world, field, number):
    robin = await shared_world.client("robin")
    name = field.partition(" ")[0]
    reply = await robin.ask(f'{{ apprenticeRecord(id: "{record_id(number)}") {{ {field} }} }}')
    assert reply.errors == []
    assert reply.data == {"apprenticeRecord": {name: None}}


async def test_a_price_that_shows_on_one_record_finds_that_record_alone(shared_world):
    robin = await shared_world.client("robin")
    document = (
        "query ($filter: ApprenticeRecordFilter, $order: ApprenticeRecordOrder)"
        " { apprenticeRecords(first: 9, filter: $filter, orderBy: $order) { totalCount nodes"
        " { firstName } } }"
    )

    async def found(given, order=None) -> Reply:
        reply = await robin.ask(document, {"filter": given, "order": order})
        assert reply.errors == []
        return reply

    for given in (
        {"cost": {"gt": 0}},
        {"cost": {"isNull": False}},
        {"not": {"cost": {"lt": 0}}},
        {"cost": {"gte": 0}, "reference": {"in": ["APP-0007", "APP-0008"]}},
    ):
        page = (await found(given)).data["apprenticeRecords"]
        assert page == {"totalCount": 1, "nodes": [{"firstName": "L8"}]}
    assert (await found({"cost": {"isNull": True}})).data["apprenticeRecords"]["totalCount"] == 0
    for direction in ("ASC", "DESC"):  # what is withheld stands behind, in either direction
        reply = await found({}, {"field": "COST", "direction": direction})
        names = [node["firstName"] for node in reply.data["apprenticeRecords"]["nodes"]]
        assert names == ["L8", "L7"]
        [narrowed] = reply.json["extensions"]["authorization"]["narrowed"]
        assert narrowed["argument"] == "orderBy.field"
    refused = await robin.ask(document, {"filter": {"unassigned": True}})
    assert refused.data == {"apprenticeRecords": None}
    assert the_error(refused)["code"] == "FORBIDDEN"


async def test_apprenticeships_are_those_of_the_account_that_shows_them(shared_world):
    """M15: Owner Y, Viewer X."""
    robin = await shared_world.client("robin")
    document = (
        "query ($id: ID!) { organisation(id: $id) { account { apprenticeships(first: 9) {"
        " totalCount nodes { firstName cost } } } } }"
    )
    ours = await robin.ask(document, {"id": await organisation_id(shared_world, "dogwood")})
    assert ours.errors == []
    page = ours.data["organisation"]["account"]["apprenticeships"]
    assert page["totalCount"] == 1
    assert [node["firstName"] for node in page["nodes"]] == ["L8"]
    assert page["nodes"][0]["cost"] > 0
    theirs = await robin.ask(document, {"id": await organisation_id(shared_world, "cherry")})
    assert theirs.data == {"organisation": {"account": {"apprenticeships": None}}}
    assert theirs.refusals == {"organisation.account.apprenticeships": "FORBIDDEN"}


COMMANDS = {
    # as Training Coordinator of both, and case owner of R7 (1.1.b, 1.4.b: edit training)
    "updateTraining": ("progressPercent: 77", "YY"),
    "giveFeedback": ('text: "Well done."', "YY"),
    "addEvidence": ('title: "A page", kind: ASSIGNMENT, content: "Work."', "YY"),
    # 1.1.b: edit epa, refused to a Training Coordinator
    "updateEndPointAssessment": ("grade: PASS", "XX"),
    "recordAssessmentComponent": (
        'name: "Test", attempt: FIRST, takenOn: "2026-10-01", outcome: PASS',
        "XX",
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("number", RECORDS)
async def test_what_robin_may_do(world, name, number):
    robin = await world.client("robin")
    given, cells = COMMANDS[name]
    reply = await robin.ask(
        f'mutation {{ {name}(input: {{recordId: "{record_id(number)}", {given}}})'
        " { record { id } } }"
    )
    if cells[RECORDS[number]] == "Y":
        assert reply.errors == []
        assert reply.data == {name: {"record": {"id": record_id(number)}}}
    else:
        assert reply.data == {name: None}
        assert reply.refusals == {name: "FORBIDDEN"}


async def test_a_way_that_ends_takes_what_it_alone_opened(world):
    robin = await world.client("robin")
    document = (
        "{ apprenticeRecords(first: 9) { nodes { firstName cost training { plannedHours } } } }"
    )
    reply = await robin.ask(document)
    [seven, eight] = reply.data["apprenticeRecords"]["nodes"]
    assert (seven["cost"], bool(seven["training"])) == (None, True)
    assert (bool(eight["cost"]), bool(eight["training"])) == (True, True)

    async def end(role):
        await world.sql("DELETE FROM role_grants WHERE role = :role AND user_id = (SELECT id FROM"
                        " users WHERE subject = 'robin')", role=role)  # fmt: skip

    await end("record_assignment.training_coordinator")
    reply = await robin.ask(document)
    assert await listed(robin) == (2, ["L7", "L8"])
    [seven, eight] = reply.data["apprenticeRecords"]["nodes"]
    assert (seven["cost"], bool(seven["training"])) == (None, True)  # as its case owner
    assert (bool(eight["cost"]), eight["training"]) == (True, None)  # as its employer's Owner
    nodes = "apprenticeRecords.nodes"
    refusals = {f"{nodes}.0.cost": "FORBIDDEN", f"{nodes}.1.training": "FORBIDDEN"}
    assert reply.refusals == refusals
    await end("inspection_access.tutor")
    assert await listed(robin) == (1, ["L8"])
    await end("employer_account.owner")
    gone = await robin.ask(document)
    assert gone.data == {"apprenticeRecords": None}
    assert gone.refusals == {"apprenticeRecords": "FORBIDDEN"}


async def test_a_viewer_of_the_employer_sees_no_more_of_it(world):
    """M15: X for the Viewer, so another record of Cherry's is out of sight."""
    await add_record(world, 7, first_name="L70")
    dogwood = await organisation_key(world, "dogwood")
    await add_record(world, 8, first_name="L80", employer_id=dogwood)
    robin = await world.client("robin")
    total, names = await listed(robin)
    assert (total, sorted(names)) == (3, ["L7", "L8", "L80"])
