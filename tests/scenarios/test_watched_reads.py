"""Reads of what is most private are written down, before the answer leaves.

«Reads of `ilr`, `training` work and identity's birth date, e-mail and NI number: one audit row per
operation, type and group, ids as an array, path names, request id, written before the bytes leave;
failing fails the read. Names in lists are not audited.»
"""

import json
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from commands.staged import TWO as TWO_WORDS
from commands.staged import group
from db.drivers.database import Database
from db.drivers.faults import TooSlow
from db.seed.demo.fixed import organisation_key as demo_organisation
from scenarios.inspecting import DETAILS, ILR, THREE, TRAINING, TWO, do, in_force
from scenarios.records import ids, listed
from scenarios.rows import add_inspector, record_id, user_key
from worlds import World

IDENTITY, TRAINED, ILRS = (
    f"apprentice_record.{name}" for name in ("read_identity", "read_training", "read_ilr")
)
WORK = "work"
PIECE = [f"Evidence.{name}" for name in ("kind", "status", "submittedAt", "title")]
ALL = (
    f"{{ apprenticeRecords(first: 50) {{ nodes {{ {DETAILS} email dateOfBirth {TRAINING} {ILR} }}"
    " } }"
)
ONE = "query ($id: ID!) {{ apprenticeRecord(id: $id) {{ {} }} }}"
CASELOADS = (
    "{ caseloads(first: 5) { nodes { items(first: 1) { nodes { record { dateOfBirth } } } } } }"
)
WAYS = pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])


async def written(world: World, reply=None) -> list[dict]:
    """Return what the audit holds of reads, or of one operation, by action."""
    where, given = "", {}
    if reply is not None:
        where = " WHERE request_id = :id"
        given = {"id": reply.response.headers["x-request-id"]}
    rows = await world.sql(
        f"SELECT * FROM audit_events{where} ORDER BY action, resource_type", **given
    )
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 -- SQLAlchemy's public name for it


def brief(events: list[dict]) -> dict[str, tuple[list[str], list[str]]]:
    """Return ids and names of each row by its action; of pieces of work under `WORK`."""
    found = {}
    for event in events:
        details = json.loads(event["details"])
        key = event["action"]
        if event["resource_type"] == "Evidence":
            assert key == TRAINED
            key = WORK
        assert key not in found
        found[key] = (details["ids"], details["fields"])
    return found


def keys(*numbers: int) -> list[str]:
    return sorted(id_[4:] for id_ in ids(*numbers))


async def work_of(world: World, *numbers: int) -> list[str]:
    """Return the keys of all pieces of work of these learners."""
    rows = await world.sql("SELECT id, record_id FROM evidence")
    return sorted(id_ for id_, record in rows if record in keys(*numbers))


SEARCHES = [
    ('{dateOfBirth: {lt: "2003-01-01"}}', ["ApprenticeRecord.dateOfBirth"]),
    (
        '{or: [{not: {email: {in: ["x", "y"]}}}, {dateOfBirth: {gt: "1990-01-01"}}, {email: {eq: "x"}}]}',
        ["ApprenticeRecord.dateOfBirth", "ApprenticeRecord.email"],
    ),
    ('{uln: {eq: "9900000001"}}', None),
    ("{dateOfBirth: {}, not: {email: {}}}", None),
]


@WAYS
@pytest.mark.parametrize(("by", "fields"), SEARCHES)
async def test_who_finds_rows_by_it_is_written_down_too(own_world, by, fields, plain):
    """A count by birth date tells a birth date, however little is selected."""
    max_ = await own_world.client("max")
    reply = await max_.ask(
        f"{{ apprenticeRecords(first: 0, filter: {by}) {{ totalCount }} }}", plain=plain
    )
    assert reply.errors == []
    events = await written(own_world, reply)
    assert brief(events) == ({IDENTITY: ([], [])} if fields else {})
    assert [json.loads(event["details"])["searched"] for event in events] == [fields] * len(events)
    for event in events:
        assert (event["subject"], event["resource_type"]) == ("max", "ApprenticeRecord")
        assert "1990" not in event["details"]


@WAYS
async def test_what_was_searched_by_stands_beside_what_was_shown(own_world, plain):
    max_ = await own_world.client("max")
    reply = await max_.ask(
        '{ apprenticeRecords(first: 9, filter: {uln: {eq: "9900000001"}, not: {email: {eq: "x"}}})'
        " { nodes { dateOfBirth } } }",
        plain=plain,
    )
    assert reply.errors == []
    [event] = await written(own_world, reply)
    assert json.loads(event["details"]) == {
        "ids": keys(1),
        "fields": ["ApprenticeRecord.dateOfBirth"],
        "searched": ["ApprenticeRecord.email"],
    }


@WAYS
async def test_one_row_for_each_group_of_what_was_shown(own_world, plain):
    tina = await own_world.client("tina")
    own_world.clock.instant += 5
    reply = await tina.ask(ALL, plain=plain)
    assert reply.errors == []
    events = await written(own_world, reply)
    for event in events:
        assert len(event["id"]) == 26
        assert event["at"] == own_world.clock.instant
        assert (event["subject"], event["user_id"]) == ("tina", await user_key(own_world, "tina"))
        assert (event["decision"], event["code"]) == ("ALLOWED", None)
        assert event["resource_type"] in {"ApprenticeRecord", "Evidence"}
        assert event["resource_id"] is None
        assert set(json.loads(event["details"])) == {"ids", "fields"}
    assert brief(events) == {
        IDENTITY: (
            keys(1, 2, 3, 4),
            ["ApprenticeRecord.dateOfBirth", "ApprenticeRecord.email"],
        ),
        ILRS: (keys(1, 2, 3, 4), ["ApprenticeRecord.ilr"]),
        TRAINED: (keys(1, 2, 3, 4), ["ApprenticeRecord.training"]),
        WORK: (await work_of(own_world, 1, 2, 3, 4), PIECE),
    }
    sources = {event["action"]: event["source"] for event in events}
    assert "D4-26" in sources[ILRS]
    assert "D4-18" in sources[TRAINED]
    assert len(await written(own_world)) == 4


@WAYS
@pytest.mark.parametrize(
    ("asked", "actions"),
    [
        ("firstName lastName uln", []),
        ("status startDate cost", []),
        ("email", [IDENTITY]),
        ("dateOfBirth", [IDENTITY]),
        ("a: email b: email dateOfBirth", [IDENTITY]),
        ("training { progressPercent }", [TRAINED]),
        ("x: training { evidence(first: 1) { nodes { title } } }", [TRAINED, WORK]),
        ("training { evidence(first: 1) { totalCount nodes { id } } }", [TRAINED]),
        ("training { feedback(first: 9) { nodes { text } } }", [TRAINED]),
        ("ilr { niNumber }", [ILRS]),
        ("ilr { qaVerifiedAt } email training { plannedHours }", [IDENTITY, ILRS, TRAINED]),
        ("...on ApprenticeRecord { ...own }", [IDENTITY]),
    ],
)
async def test_what_is_written_down_is_what_was_asked(world, asked, actions, plain):
    sue = await world.client("sue")
    document = ONE.format(asked) + (
        " fragment own on ApprenticeRecord { email }" if "...own" in asked else ""
    )
    reply = await sue.ask(document, {"id": record_id(4)}, plain=plain)
    assert set(reply.refusals.values()) <= {"FORBIDDEN"}
    found = brief(await written(world, reply))
    assert list(found) == actions
    assert all(shown == keys(4) for kind, (shown, _) in found.items() if kind != WORK)
    assert len(found.get(WORK, ([0], []))[0]) == 1


@WAYS
async def test_names_in_lists_are_not_written_down(own_world, plain):
    for who in ("sue", "tina", "eric", "max", "olga"):
        client = await own_world.client(who)
        assert (await listed(client))[0]
        document = (
            '{ apprenticeRecords(first: 50, filter: {lastName: {eq: "Learner"}}) { totalCount'
            " nodes { firstName lastName uln assignees { initials } employer { name } } } }"
        )
        await client.ask(document, plain=plain)
    assert await written(own_world) == []


@WAYS
async def test_what_is_withheld_is_not_written_down(world, plain):
    made = await in_force(world, 1, 2, permissions=THREE, channels=["CONSOLE"])
    before = len(await written(world))
    ivy, eric = await world.client("ivy"), await world.client("eric")
    reply = await ivy.ask(ALL, plain=plain)
    assert set(reply.refusals.values()) == {"FORBIDDEN"}
    assert brief(await written(world, reply)) == {
        TRAINED: (keys(1, 2), ["ApprenticeRecord.training"]),
        WORK: (await work_of(world, 1, 2), PIECE),
    }
    refused = await ivy.ask(
        ONE.format("email dateOfBirth ilr { niNumber }"), {"id": record_id(1)}, plain=plain
    )
    assert len(refused.refusals) == 3
    for document, id_ in ((ALL, None), (ONE.format("training { plannedHours }"), record_id(4))):
        hidden = await eric.ask(document, {"id": id_} if id_ else None, plain=plain)
        assert (id_ is None) is bool(await written(world, hidden))
    assert await written(world, refused) == []
    assert await written(world, reply) != []
    await made.act("updateInspectorAccount", channels=["CONSOLE", "CLASSIC"])
    shown = await ivy.ask(ALL, plain=plain)
    assert brief(await written(world, shown))[ILRS] == (keys(1, 2), ["ApprenticeRecord.ilr"])
    assert len(await written(world)) > before


@WAYS
async def test_only_the_rows_on_which_it_is_shown_are_named(world, plain):
    """F05: of an unverified learner the `ilr` is withheld on that very row."""
    made = await in_force(world, who="art", permissions=THREE, channels=["CLASSIC"])
    await made.close()
    await made.open(allLearners=True)
    art = await world.client("art")
    reply = await art.ask(
        "{ learners(show: ALL, first: 9) { nodes { ilr { outcome } } } }", plain=plain
    )
    assert len(reply.refusals) == 5
    assert brief(await written(world, reply)) == {ILRS: (keys(1, 2, 3), ["ApprenticeRecord.ilr"])}


@WAYS
async def test_a_record_without_an_ilr_shows_none(world, plain):
    await world.sql("DELETE FROM ilrs WHERE record_id = :id", id=record_id(2)[4:])
    tina = await world.client("tina")
    reply = await tina.ask(
        ONE.format("firstName ilr { outcome }"), {"id": record_id(2)}, plain=plain
    )
    assert reply.data == {"apprenticeRecord": {"firstName": "L2", "ilr": None}}
    assert reply.errors == []
    assert set(brief(await written(world, reply))) <= {ILRS}


@WAYS
async def test_a_read_that_cannot_be_written_down_fails(world, plain):
    tina = await world.client("tina")
    await world.sql("ALTER TABLE audit_events RENAME TO audit_events_away")
    try:
        reply = await tina.ask(ALL, plain=plain)
        names = await tina.ask(
            "{ apprenticeRecords(first: 5) { nodes { firstName } } }", plain=plain
        )
    finally:
        await world.sql("ALTER TABLE audit_events_away RENAME TO audit_events")
    assert reply.status == 500
    assert reply.data is None
    assert reply.errors[0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    for secret in ("Learner", "@example.test", "LRN", "Planning a week"):
        assert secret not in reply.response.text
    assert names.errors == []  # where nothing is watched nothing is written


@WAYS
async def test_by_whichever_way_the_record_is_reached(world, plain):
    tina = await world.client("tina")
    field = "... on ApprenticeRecord { dateOfBirth }"
    for document, given in (
        (f"query ($id: ID!) {{ node(id: $id) {{ {field} }} }}", {"id": record_id(1)}),
        (f"query ($id: ID!) {{ nodes(ids: [$id]) {{ {field} }} }}", {"id": record_id(1)}),
        (CASELOADS, None),
        ("{ learners(first: 1) { edges { node { dateOfBirth } } } }", None),
    ):
        reply = await tina.ask(document, given, plain=plain)
        assert reply.errors == []
        [(action, (shown, fields))] = brief(await written(world, reply)).items()
        assert (action, fields) == (IDENTITY, ["ApprenticeRecord.dateOfBirth"])
        assert len(shown) == 1
        assert set(shown) <= set(keys(1, 2, 3, 4))


async def test_operations_are_rows_of_their_own(own_world):
    tina = await own_world.client("tina")
    first = await tina.ask(ONE.format("email"), {"id": record_id(1)})
    second = await tina.ask(ONE.format("email"), {"id": record_id(2)})
    assert brief(await written(own_world, first))[IDENTITY][0] == keys(1)
    assert brief(await written(own_world, second))[IDENTITY][0] == keys(2)
    requests = {event["request_id"] for event in await written(own_world)}
    assert len(requests) == 2


async def test_what_a_change_shows_is_written_down_too(world):
    tina = await world.client("tina")
    reply = await do(tina, "editIlr", recordId=record_id(4), outcome="ACHIEVED")
    assert reply.errors == []
    assert reply.data["editIlr"]["record"]["ilr"]["outcome"] == "ACHIEVED"
    events = await written(world, reply)
    assert [event["action"] for event in events] == ["apprentice_record.edit_ilr", ILRS]
    assert brief(events[1:]) == {ILRS: (keys(4), ["ApprenticeRecord.ilr"])}
    silent = await do(tina, "giveFeedback", recordId=record_id(4), text="Good")
    assert [event["action"] for event in await written(world, silent)] == [
        "apprentice_record.edit_training"
    ]


async def test_a_preview_is_written_down_for_who_looked(world):
    """What Sue is shown of a preview is shown to her."""
    made = await in_force(world, 1, 2)
    reply = await made.sue.ask(
        "query ($id: ID!, $permissions: [InspectorPermission!]!, $document: String!) {"
        " inspectionGroup(id: $id) { previewAccess(permissions: $permissions, channels: [CONSOLE],"
        " document: $document) } }",
        {"id": made.group, "permissions": TWO, "document": ALL},
    )
    payload = reply.data["inspectionGroup"]["previewAccess"]
    assert payload["data"]["apprenticeRecords"]["nodes"][0]["training"]
    events = await written(world, reply)
    assert brief(events) == {
        TRAINED: (keys(1, 2), ["ApprenticeRecord.training"]),
        WORK: (await work_of(world, 1, 2), PIECE),
    }
    sue = await user_key(world, "sue")
    assert {(event["subject"], event["user_id"]) for event in events} == {("sue", sue)}


async def test_work_that_is_opened_is_written_down(world):
    await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    reply = await ivy.ask(ONE.format(TRAINING), {"id": record_id(1)})
    [piece, *_] = reply.data["apprenticeRecord"]["training"]["evidence"]["nodes"]
    before = len(await written(world))
    opened = await ivy.get(piece["content"]["url"])
    assert opened.status_code == 200
    [event] = [each for each in await written(world) if each["resource_id"] == piece["id"][4:]]
    assert len(await written(world)) == before + 1
    assert event["resource_type"] == "Evidence"
    assert (event["subject"], event["decision"]) == ("ivy", "ALLOWED")


async def test_evidence_by_its_own_id_is_work_too(world):
    """«`training` work»: also where the piece is asked for by its own id."""
    await in_force(world, 1, 2)
    ivy = await world.client("ivy")
    whole = await ivy.ask(ONE.format(TRAINING), {"id": record_id(1)})
    [piece, *_] = whole.data["apprenticeRecord"]["training"]["evidence"]["nodes"]
    reply = await ivy.ask(
        "query ($id: ID!) { node(id: $id) { ... on Evidence { title status } } }",
        {"id": piece["id"]},
    )
    assert reply.errors == []
    shown = {WORK: ([piece["id"][4:]], ["Evidence.status", "Evidence.title"])}
    assert brief(await written(world, reply)) == shown


class Leap:
    """The time of a clock that is past the end of every visit once it was read so often."""

    def __init__(self, world: World, reads: int) -> None:
        self.left, self.world = reads, world

    def __call__(self) -> int:
        self.left -= 1
        return self.world.clock.instant + (0 if self.left >= 0 else HOUR)

    @property
    def over(self) -> bool:
        """Whether the clock was read after the end."""
        return self.left < 0


HOUR = 3_600_000


# security.md: «written before the bytes leave», and the end of a window holds behind that wait, too.
@WAYS
async def test_no_answer_leaves_after_the_end_that_came_while_it_was_written_down(
    own_world, monkeypatch, plain
):
    await in_force(own_world, 1, permissions=TWO)
    ivy = await own_world.client("ivy")
    shown = set()
    for reads in range(1, 9):
        leap = Leap(own_world, reads)
        monkeypatch.setattr(own_world.clock, "now", leap)
        reply = await ivy.ask(
            ONE.format("training { progressPercent }"), {"id": record_id(1)}, plain=plain
        )
        monkeypatch.undo()
        seen = bool(reply.data and reply.data["apprenticeRecord"])
        assert seen is not leap.over, reads
        shown.add(seen)
    assert shown == {True, False}


async def test_no_document_leaves_after_the_end_that_came_while_it_was_written_down(
    own_world, monkeypatch
):
    await in_force(own_world, 1, permissions=TWO)
    ivy = await own_world.client("ivy")
    asked = ONE.format("training { evidence(first: 1) { nodes { content { url } } } }")
    statuses = set()
    for reads in range(1, 9):
        reply = await ivy.ask(asked, {"id": record_id(1)})
        [piece] = reply.data["apprenticeRecord"]["training"]["evidence"]["nodes"]
        leap = Leap(own_world, reads)
        monkeypatch.setattr(own_world.clock, "now", leap)
        response = await ivy.get(piece["content"]["url"])
        monkeypatch.undo()
        assert response.status_code == (404 if leap.over else 200), reads
        statuses.add(response.status_code)
        request = response.headers["x-request-id"]
        decisions = await own_world.sql(
            "SELECT decision FROM audit_events WHERE request_id = :id ORDER BY at, decision DESC",
            id=request,
        )
        assert decisions[-1][0] == ("REFUSED" if leap.over else "ALLOWED")
    assert statuses == {200, 404}


SEARCH = (
    '{ apprenticeRecords(first: 50, filter: {dateOfBirth: {gt: "1990-01-01"}}) {'
    " nodes { firstName } } }"
)
SEARCHED = [{"ids": [], "fields": [], "searched": ["ApprenticeRecord.dateOfBirth"]}]


# Record 25: who finds by what is most private is written down, and a refusal may tell the hit.
@WAYS
async def test_a_search_whose_answer_is_too_large_is_written_down_all_the_same(own_world, plain):
    limits = replace(own_world.settings.limits, positions=2)
    own_world.settings = own_world.settings.model_copy(update={"limits": limits})
    reply = await (await own_world.client("sue")).ask(SEARCH, plain=plain)
    assert (reply.data, reply.errors[0]["extensions"]["reason"]) == (None, "POSITIONS")
    assert [json.loads(each["details"]) for each in await written(own_world, reply)] == SEARCHED


async def test_a_search_that_takes_too_long_is_written_down_all_the_same(own_world):
    sue = await own_world.client("sue")
    database = (await own_world.app()).state.database
    note = database.observer

    def late(statement: str) -> None:
        note(statement)
        if "FROM apprentice_records" in statement:
            raise TooSlow

    database.observer = late
    reply = await sue.ask(SEARCH)
    database.observer = note
    assert (reply.data, reply.errors[0]["extensions"]["reason"]) == (None, "TIME")
    assert [json.loads(each["details"]) for each in await written(own_world, reply)] == SEARCHED


async def goes_on(world):
    """Let another provider show Ivy all of its learners for a day."""
    later = await group(world, "EV later", opened=True, whole=True, at="prov-two")
    await world.sql(
        "UPDATE inspection_openings SET closes_at = :end WHERE group_id = :key",
        end=world.clock.instant + 24 * HOUR,
        key=later,
    )
    ivy = await user_key(world, "ivy")
    await add_inspector(world, ivy, demo_organisation("prov-two"), later, TWO_WORDS)


# D4-12: each visit ends by its own window; who is let into several keeps the others.
@WAYS
async def test_the_end_of_the_next_of_several_visits_is_held_while_it_is_written_down(
    own_world, monkeypatch, plain
):
    """Two providers let one person in; the first visit that ends takes its learner with it."""
    await in_force(own_world, 1, permissions=TWO)
    await goes_on(own_world)
    ivy = await own_world.client("ivy")
    document = "query ($id: ID!) { apprenticeRecord(id: $id) { training { progressPercent } } }"
    shown = set()
    for reads in range(1, 9):
        leap = Leap(own_world, reads)
        monkeypatch.setattr(own_world.clock, "now", leap)
        reply = await ivy.ask(document, {"id": record_id(1)}, plain=plain)
        monkeypatch.undo()
        seen = bool(reply.data and reply.data["apprenticeRecord"])
        assert seen is not leap.over, reads
        shown.add(seen)
    assert shown == {True, False}
    own_world.clock.instant += HOUR
    ivy = await own_world.client("ivy")
    everybody = "{ apprenticeRecords(first: 50) { totalCount } }"
    [[theirs]] = await own_world.sql(
        "SELECT count(*) FROM apprentice_records WHERE provider_id = :key",
        key=demo_organisation("prov-two"),
    )
    left = (await ivy.ask(everybody, plain=plain)).data["apprenticeRecords"]["totalCount"]
    assert left == theirs > 0  # the other visit goes on


@pytest.fixture
def late(own_world, monkeypatch):
    """Let an hour pass while something is written into the audit, whoever reads the clock then."""
    real, end = Database.transaction, own_world.clock.instant + HOUR

    @asynccontextmanager
    async def transaction(self, *given):
        async with real(self, *given) as writer:
            yield writer
        own_world.clock.instant = end

    def begin():
        monkeypatch.setattr(Database, "transaction", transaction)

    return begin


@WAYS
async def test_an_answer_that_waited_for_the_audit_too_long_shows_nothing(own_world, late, plain):
    await in_force(own_world, 1, permissions=TWO)
    ivy = await own_world.client("ivy")
    document = ONE.format("training { progressPercent }")
    assert (await ivy.ask(document, {"id": record_id(1)}, plain=plain)).errors == []
    late()
    reply = await ivy.ask(document, {"id": record_id(1)}, plain=plain)
    assert reply.data["apprenticeRecord"] is None
    assert [e["extensions"]["code"] for e in reply.errors] == ["NOT_FOUND"]


@WAYS
async def test_one_of_several_visits_that_ended_meanwhile_shows_nothing(own_world, late, plain):
    """The other visit goes on for a day, and its end is not the end of this one."""
    await in_force(own_world, 1, permissions=TWO)
    await goes_on(own_world)
    ivy = await own_world.client("ivy")
    late()
    document = ONE.format("training { progressPercent }")
    reply = await ivy.ask(document, {"id": record_id(1)}, plain=plain)
    assert reply.data["apprenticeRecord"] is None


async def test_a_document_that_waited_for_the_audit_too_long_is_not_there(own_world, late):
    await in_force(own_world, 1, permissions=TWO)
    ivy = await own_world.client("ivy")
    asked = ONE.format("training { evidence(first: 1) { nodes { content { url } } } }")
    reply = await ivy.ask(asked, {"id": record_id(1)})
    [piece] = reply.data["apprenticeRecord"]["training"]["evidence"]["nodes"]
    assert (await ivy.get(piece["content"]["url"])).status_code == 200
    late()
    assert (await ivy.get(piece["content"]["url"])).status_code == 404
