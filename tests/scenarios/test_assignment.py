"""S32 to S34, S37 and S38: assigning records, taking them away, and who is to be seen of whom."""

import pytest

from scenarios.records import (
    ASSIGN_MANY,
    UNASSIGN,
    assign,
    assignments,
    ids,
    listed,
    the_error,
    unassign,
)
from scenarios.rows import (
    LONG_AGO,
    add_grant,
    add_user,
    insert,
    organisation_id,
    organisation_key,
    record_id,
    user_key,
)

BADGES = (
    "query ($filter: ApprenticeRecordFilter) { apprenticeRecords(first: 50, filter: $filter) {"
    " totalCount nodes { firstName unassigned assignees { kind initials avatar } } } }"
)
ASSIGNABLE = (
    "query ($id: ID!, $kind: CaseloadKind!) { organisation(id: $id) { assignableUsers(first: 50,"
    " filter: {kind: {eq: $kind}}) { totalCount nodes { kind user { userId name initials }"
    " organisation { name } } } } }"
)
UNASSIGNED = {"filter": {"unassigned": True}}


async def badges(client, **given):
    """Return each record's assignees, as kind and initials, and whether it is unassigned."""
    reply = await client.ask(BADGES, given)
    assert reply.errors == []
    page = reply.data["apprenticeRecords"]
    assert page["totalCount"] == len(page["nodes"])
    return {
        node["firstName"]: (
            sorted((each["kind"], each["initials"]) for each in node["assignees"]),
            node["unassigned"],
        )
        for node in page["nodes"]
    }


async def offered(world, client, where: str, kind: str) -> list[str]:
    """Return the names of the people who can be assigned records somewhere."""
    given = {"id": await organisation_id(world, where), "kind": kind}
    reply = await client.ask(ASSIGNABLE, given)
    assert reply.errors == []
    found = reply.data["organisation"]["assignableUsers"]
    assert found["totalCount"] == len(found["nodes"])
    assert all(node["kind"] == kind for node in found["nodes"])
    return sorted(node["user"]["name"] for node in found["nodes"])


# S32: Given Ade bulk-assigns [R4,R5] to Ann and applies; then both appear.
async def test_assigning_in_bulk(world):
    ade, ann = await world.client("ade"), await world.client("ann")
    before = await assignments(world)
    reply = await assign(world, ade, ids(4, 5), "ann")
    assert reply.errors == []
    caseload = reply.data["assignRecords"]["caseload"]
    assert caseload["kind"] == "ASSESSOR"
    assert caseload["owner"] == {"name": "Ann"}
    held = {item["record"]["id"] for item in caseload["items"]["nodes"]}
    assert held == set(ids(1, 2, 4, 5))
    assert await listed(ann) == (4, ["L1", "L2", "L4", "L5"])
    added = [("ASSESSOR", "L4", "Ann"), ("ASSESSOR", "L5", "Ann")]
    assert await assignments(world) == sorted(before + added)
    [by] = await world.sql(
        "SELECT DISTINCT assigned_by_id, assigned_at FROM caseload_items WHERE record_id IN"
        " (SELECT id FROM apprentice_records WHERE first_name IN ('L4', 'L5'))"
        " AND kind = 'ASSESSOR'"
    )
    assert tuple(by) == (await user_key(world, "ade"), world.clock.instant)


# S32: with [R6, foreign record] → nothing assigned, NOT_FOUND.
@pytest.mark.parametrize("foreign", ["rec_" + "a" * 26, record_id(9), record_id(7)])
async def test_one_foreign_record_and_nothing_is_assigned(world, foreign):
    ade, before = await world.client("ade"), await assignments(world)
    reply = await assign(world, ade, [*ids(6), foreign], "ann")
    assert reply.data == {"assignRecords": None}
    error = the_error(reply)
    assert (error["code"], error["input"]) == ("NOT_FOUND", "input.recordIds[1]")
    unknown = await assign(world, ade, [*ids(6), "rec_" + "b" * 26], "ann")
    assert reply.response.content == unknown.response.content
    assert await assignments(world) == before


# D1-12: the single-record path «must enforce the identical checks as bulk».
@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
async def test_one_record_is_held_to_the_checks_of_many(world, many):
    ade, ann, sen = [await world.client(who) for who in ("ade", "ann", "sen")]
    before = await assignments(world)

    async def attempt(client, number, who, kind="ASSESSOR"):
        records = ids(number) if many else record_id(number)
        error = the_error(await assign(world, client, records, who, kind))
        return error["code"], error.get("reason")

    assert await attempt(ann, 1, "ann") == ("FORBIDDEN", None)  # B05: not re-assigning
    assert await attempt(sen, 1, "ann") == ("FORBIDDEN", None)  # B01
    assert await attempt(ade, 7, "ann") == ("NOT_FOUND", None)
    assert await attempt(ade, 1, "kim") == ("NOT_FOUND", None)
    assert await attempt(ade, 1, "abi") == ("PRECONDITION", "NO_ACCOUNT")
    assert await attempt(ade, 1, "ade") == ("BAD_USER_INPUT", "WRONG_KIND")
    for kind in ("TRAINING_COORDINATOR", "CASE_OWNER"):  # B04: the other side's
        assert await attempt(ade, 1, "ann", kind) == ("FORBIDDEN", None)
    assert await assignments(world) == before
    records = ids(4) if many else record_id(4)
    assert (await assign(world, ade, records, "ann")).errors == []
    assert ("ASSESSOR", "L4", "Ann") in await assignments(world)


async def test_who_is_assigned_already_stays_so(world):
    """B03: a record may be assigned to many; it is assigned to nobody twice."""
    ade, before = await world.client("ade"), await assignments(world)
    assert (await assign(world, ade, ids(1, 4), "ann")).errors == []
    assert await assignments(world) == sorted([*before, ("ASSESSOR", "L4", "Ann")])
    assert (await assign(world, ade, ids(1, 4), "abe")).errors == []
    assert [who for _, record, who in await assignments(world) if record == "L1"] == [
        "Abe", "Ann", "Tina", "Kim",
    ]  # fmt: skip


# S33: Given Ade; when assigning to an INVITED user or a user of another organisation; then
# PRECONDITION/NO_ACCOUNT resp. NOT_FOUND, and `assignableUsers` never lists them.
async def test_only_who_has_an_account_here_is_assigned(world):
    ade, before = await world.client("ade"), await assignments(world)
    invited = the_error(await assign(world, ade, ids(4), "abi"))
    assert (invited["code"], invited["reason"]) == ("PRECONDITION", "NO_ACCOUNT")
    assert invited["input"] == "input.userId"
    answers = set()
    for who in ("kim", "max", "olga", "stan"):
        reply = await assign(world, ade, ids(4), who)
        error = the_error(reply)
        assert (error["code"], error["input"]) == ("NOT_FOUND", "input.userId")
        answers.add(reply.response.content)
    given = {"recordIds": ids(4), "kind": "ASSESSOR", "userId": "usr_" + "a" * 26}
    answers.add((await ade.ask(ASSIGN_MANY, {"input": given})).response.content)
    assert len(answers) == 1
    assert await assignments(world) == before
    assert await offered(world, ade, "epa", "ASSESSOR") == ["Abe", "Ann", "Sen"]


async def test_only_who_is_active_and_holds_the_role_now_is_offered(world):
    """I18: ACTIVE, and the kind's role, now, in the organisation."""
    sam, epa = await world.client("sam"), await organisation_key(world, "epa")
    now = world.clock.instant
    people = {
        "Nora Now": ("record_assignment.assessor", "ACTIVE", LONG_AGO, None),
        "Lena Later": ("record_assignment.assessor", "ACTIVE", now + 1, None),
        "Eva Ended": ("record_assignment.assessor", "ACTIVE", LONG_AGO, now),
        "Ina Inactive": ("record_assignment.assessor", "INACTIVE", LONG_AGO, None),
        "Ada Admin": ("record_assignment.epao_admin", "ACTIVE", LONG_AGO, None),
    }
    keys = {}
    for name, (role, status, start, end) in people.items():
        keys[name] = await add_user(world, name, status=status)
        await add_grant(world, keys[name], epa, role, starts_at=start, ends_at=end)
    role = "record_assignment.senior_assessor"  # two roles of one kind are one person to choose
    await add_grant(world, keys["Nora Now"], epa, role)
    assert await offered(world, sam, "epa", "ASSESSOR") == ["Abe", "Ann", "Nora Now", "Sen"]
    assert await offered(world, sam, "epa", "TRAINING_COORDINATOR") == []


@pytest.mark.parametrize("who", ["sen", "ann", "petra", "kim", "olga", "tina"])
async def test_who_does_not_assign_is_not_told_who_could_be(shared_world, who):
    client = await shared_world.client(who)
    where = {"sen": "epa", "ann": "epa", "olga": "alder"}.get(who, "prov")
    given = {"id": await organisation_id(shared_world, where), "kind": "ASSESSOR"}
    reply = await client.ask(ASSIGNABLE, given)
    assert reply.data == {"organisation": {"assignableUsers": None}}
    assert reply.refusals == {"organisation.assignableUsers": "FORBIDDEN"}


# S34: Given Sam, Ade, Sen; when `records{assignees{initials avatar}}` and
# `filter:{unassigned:true}`; then badges and R4 to R6.
@pytest.mark.parametrize("who", ["sam", "ade", "sen"])
async def test_the_badges_of_the_epao_are_its_assessors(shared_world, who):
    client = await shared_world.client(who)
    a = [("ASSESSOR", "A")]
    assert await badges(client) == {
        "L1": (a, False), "L2": (a, False), "L3": (a, False),
        "L4": ([], True), "L5": ([], True), "L6": ([], True),
    }  # fmt: skip
    assert list(await badges(client, **UNASSIGNED)) == ["L4", "L5", "L6"]
    assert list(await badges(client, filter={"unassigned": False})) == ["L1", "L2", "L3"]
    reply = await client.ask(BADGES)
    [ann, _, abe, *_] = reply.data["apprenticeRecords"]["nodes"]
    [[picture]] = await shared_world.sql("SELECT avatar FROM users WHERE subject = 'ann'")
    assert picture.startswith("data:image/")
    assert [each["avatar"] for each in ann["assignees"]] == [picture]
    assert [each["avatar"] for each in abe["assignees"]] == [None]


async def test_the_badges_of_the_provider_are_its_coordinators_and_case_owners(shared_world):
    """D1-08: «only assignees of the caller's own side»."""
    client = await shared_world.client("max")
    kim, tina = ("TRAINING_COORDINATOR", "K"), ("CASE_OWNER", "T")
    robin = [("CASE_OWNER", "R"), ("TRAINING_COORDINATOR", "R")]
    assert await badges(client) == {
        "L1": ([tina, kim], False), "L2": ([tina, kim], False),
        "L3": ([tina], False), "L4": ([tina], False),
        "L5": ([], True), "L6": ([], True),
        "L7": (robin, False), "L8": (robin[1:], False),
    }  # fmt: skip
    assert list(await badges(client, **UNASSIGNED)) == ["L5", "L6"]


# S34: Ann gets `assignees` null+FORBIDDEN on her own R1. D1-09: «argument denied to others».
@pytest.mark.parametrize("who", ["ann", "kim", "tina", "eric", "olga", "tariq", "robin"])
async def test_nobody_else_sees_who_is_assigned(shared_world, who):
    client = await shared_world.client(who)
    number = 7 if who == "robin" else 1
    reply = await client.ask(
        "query ($id: ID!) { apprenticeRecord(id: $id) { firstName assignees { initials avatar }"
        " unassigned } }",
        {"id": record_id(number)},
    )
    record = {"firstName": f"L{number}", "assignees": None, "unassigned": None}
    assert reply.data == {"apprenticeRecord": record}
    names = ("assignees", "unassigned")
    assert reply.refusals == {f"apprenticeRecord.{name}": "FORBIDDEN" for name in names}
    for given in ({"unassigned": True}, {"not": {"unassigned": False}}):
        refused = await client.ask(
            "query ($filter: ApprenticeRecordFilter) { apprenticeRecords(filter: $filter, first:"
            " 50) { totalCount nodes { firstName } } }",
            {"filter": given},
        )
        assert refused.data == {"apprenticeRecords": None}
        error = the_error(refused)
        assert error["code"] == "FORBIDDEN"
        assert error["argument"].startswith("filter")


async def test_who_was_assigned_and_left_is_still_named(world):
    """B07: the assignment stays, gives no access, and the record counts as assigned."""
    ade, ann = await world.client("ade"), await world.client("ann")
    await world.sql("UPDATE users SET status = 'INACTIVE' WHERE subject = 'ann'")
    assert (await ann.ask("{ me { id } }")).status == 401
    assert (await badges(ade))["L1"] == ([("ASSESSOR", "A")], False)
    assert list(await badges(ade, **UNASSIGNED)) == ["L4", "L5", "L6"]
    assert await offered(world, ade, "epa", "ASSESSOR") == ["Abe", "Sen"]
    assert (await unassign(ade, ids(1))).errors == []
    assert (await badges(ade))["L1"] == ([], True)


async def test_an_assignment_of_another_organisation_is_none(world):
    """D1-09: «no assignment of the caller's own side»; one left behind by another EPAO counts not."""
    two, ellis = await organisation_key(world, "epa two"), await user_key(world, "ellis")
    load = await insert(world, "caseloads", kind="ASSESSOR", organisation_id=two, owner_id=ellis)
    await insert(
        world,
        "caseload_items",
        caseload_id=load,
        record_id=record_id(4)[4:],
        kind="ASSESSOR",
        organisation_id=two,
        owner_id=ellis,
        assigned_at=1,
    )
    ade = await world.client("ade")
    assert (await badges(ade))["L4"] == ([], True)


# S37: Given R1 assigned to Ann and Abe; when `unassignRecords([R1], ASSESSOR)` without confirm →
# BAD_INPUT; with confirm → both removed, R1 shows as unassigned.
async def test_unassigning_takes_a_record_from_everybody_of_the_kind(world):
    ade, before = await world.client("ade"), await assignments(world)
    assert (await assign(world, ade, ids(1), "abe")).errors == []
    both = await assignments(world)
    for given in ({"confirm": False}, {"confirm": None}):
        refused = await unassign(ade, ids(1), **given)
        error = the_error(refused)
        assert error["code"] == "BAD_USER_INPUT"
        if given["confirm"] is False:
            assert error["input"] == "input.confirm"
        assert await assignments(world) == both
    without = await ade.ask(UNASSIGN, {"input": {"recordIds": ids(1), "kind": "ASSESSOR"}})
    assert the_error(without)["code"] == "BAD_USER_INPUT"
    assert await assignments(world) == both

    reply = await unassign(ade, ids(1))
    assert reply.errors == []
    organisation = {"id": await organisation_id(world, "epa")}
    assert reply.data == {"unassignRecords": {"organisation": organisation}}
    left = [each for each in before if each[:2] != ("ASSESSOR", "L1")]
    assert await assignments(world) == left
    assert {("TRAINING_COORDINATOR", "L1", "Kim"), ("CASE_OWNER", "L1", "Tina")} <= set(left)
    assert (await badges(ade))["L1"] == ([], True)
    assert list(await badges(ade, **UNASSIGNED)) == ["L1", "L4", "L5", "L6"]


async def test_unassigning_is_all_or_nothing_and_of_ones_own_side(world):
    ade, max_, ann = [await world.client(who) for who in ("ade", "max", "ann")]
    before = await assignments(world)
    assert the_error(await unassign(ade, [*ids(1), record_id(9)]))["code"] == "NOT_FOUND"
    assert the_error(await unassign(ade, ids(1), "CASE_OWNER"))["code"] == "FORBIDDEN"
    assert the_error(await unassign(max_, ids(1)))["code"] == "FORBIDDEN"
    assert the_error(await unassign(ann, ids(1)))["code"] == "FORBIDDEN"
    assert await assignments(world) == before
    assert (await unassign(max_, ids(1, 2, 5), "TRAINING_COORDINATOR")).errors == []
    gone = {("TRAINING_COORDINATOR", "L1", "Kim"), ("TRAINING_COORDINATOR", "L2", "Kim")}
    assert set(before) - set(await assignments(world)) == gone


# S38: Given Max opens one record and assigns Training Coordinator Leo → ok; Lou (INVITED) not
# offered, PRECONDITION/NO_ACCOUNT; Ann → NOT_FOUND; Petra → BAD_USER_INPUT/WRONG_KIND.
async def test_assigning_one_record_to_a_training_coordinator(world):
    max_, leo = await world.client("max"), await world.client("leo")
    kind, before = "TRAINING_COORDINATOR", await assignments(world)
    opened = await max_.ask(
        "query ($id: ID!) { apprenticeRecord(id: $id) { firstName allowedActions } }",
        {"id": record_id(3)},
    )
    assert "APPRENTICE_RECORD_ASSIGN" in opened.data["apprenticeRecord"]["allowedActions"]
    assert await offered(world, max_, "prov", kind) == ["Kim", "Leo", "Robin"]
    assert await offered(world, max_, "prov", "CASE_OWNER") == ["Robin", "Tina"]
    for who, code, reason in (
        ("lou", "PRECONDITION", "NO_ACCOUNT"),
        ("ann", "NOT_FOUND", None),
        ("petra", "BAD_USER_INPUT", "WRONG_KIND"),
        ("tina", "BAD_USER_INPUT", "WRONG_KIND"),
    ):
        error = the_error(await assign(world, max_, record_id(3), who, kind))
        assert (error["code"], error.get("reason")) == (code, reason)
        assert error["input"] == "input.userId"
    assert await assignments(world) == before
    reply = await assign(world, max_, record_id(3), "leo", kind)
    assert reply.errors == []
    payload = reply.data["assignRecord"]
    assert payload["record"] == {"id": record_id(3)}
    assert payload["caseload"]["kind"] == kind
    assert payload["caseload"]["owner"] == {"name": "Leo"}
    assert await listed(leo) == (1, ["L3"])


async def test_a_refused_filter_cites_the_right_that_it_needs(shared_world):
    """D1-09 says who identifies what is not assigned yet; whose badges are seen says D1-08."""
    client = await shared_world.client("ann")
    for plain in (False, True):
        reply = await client.ask(
            "{ apprenticeRecords(first: 5, filter: {unassigned: true}) { totalCount } }",
            plain=plain,
        )
        told = the_error(reply)
        assert (told["code"], told["argument"]) == ("FORBIDDEN", "filter.unassigned")
        assert (told["action"], told["source"]) == ("apprentice_record.search_unassigned", "D1-09")
