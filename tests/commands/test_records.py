"""The commands on apprentice records: what each takes, changes, tells and leaves in the audit."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from commands.acts import ACTS, EVERY_ACT, INSPECTION_ACTS, RECORD_ACTS, do, outcome
from commands.tables import TABLES, audited
from db.seed.demo.fixed import demo_key
from scenarios.rows import add_record, insert, organisation_key, record_id, user_id, user_key
from schema import build_schema

# Who does it, and to which record: R2 is assigned to Ann, Kim and Tina, R1 to Ann alone of its EPAO.
DOERS = {
    "assignRecord": "ade",
    "assignRecords": "ade",
    "unassignRecords": "ade",
    "updateTraining": "tina",
    "addEvidence": "kim",
    "giveFeedback": "tina",
    "updateEndPointAssessment": "ann",
    "recordAssessmentComponent": "ann",
}
NUMBERS = {"assignRecord": 4, "assignRecords": 4}
ASSIGNING = ("assignRecord", "assignRecords", "unassignRecords")
EACH = pytest.mark.parametrize("name", RECORD_ACTS)


def target(name: str, number: int | None = None) -> str | list[str]:
    """The id, or the ids, that a mutation is sent."""
    key = record_id(number or NUMBERS.get(name, 2))
    return [key] if EVERY_ACT[name].argument == "recordIds" else key


@pytest_asyncio.fixture(loop_scope="module")
async def speak(world):
    """A client for whoever does it."""
    clients = {}

    async def spoken(name):
        who = DOERS.get(name, name)
        if who not in clients:
            clients[who] = await world.client(who)
        return clients[who]

    return spoken


def test_every_mutation_is_among_the_acts():
    mutation = build_schema()._schema.mutation_type  # noqa: SLF001 -- GraphQL-core's own
    assert set(mutation.fields) == set(EVERY_ACT)
    assert RECORD_ACTS.keys() == DOERS.keys()
    assert len(EVERY_ACT) == len(ACTS) + len(RECORD_ACTS) + len(INSPECTION_ACTS)


# The columns that each may change, of the row it acts on and of what it adds.
CHANGES = {
    "assignRecord": {"caseload_items": "+"},
    "assignRecords": {"caseload_items": "+"},
    "unassignRecords": {"caseload_items": "-"},
    "updateTraining": {
        "trainings": {"progress_percent", "logged_hours", "next_review_on", "revision"}
    },
    "addEvidence": {"evidence": "+"},
    "giveFeedback": {"feedback": "+"},
    "updateEndPointAssessment": {
        "end_point_assessments": {
            "gateway_status", "gateway_on", "grade", "certificate_number", "revision",
        }
    },
    "recordAssessmentComponent": {"assessment_components": "+"},
}  # fmt: skip


@pytest.mark.dealt("name")
@EACH
async def test_an_act_changes_what_it_is_for_and_nothing_else(tables, speak, name):
    before, client = await tables.rows(), await speak(name)
    assert outcome(await do(client, name, target(name))) == "ok"
    after = await tables.rows()
    for table, old in before.items():
        was, is_ = ({row["id"]: row for row in rows} for rows in (old, after[table]))
        change = CHANGES[name].get(table, set())
        assert len(is_.keys() - was.keys()) == (1 if change == "+" else 0), table
        assert len(was.keys() - is_.keys()) == (1 if change == "-" else 0), table
        edited = [key for key in was.keys() & is_.keys() if was[key] != is_[key]]
        assert len(edited) == (1 if isinstance(change, set) and change else 0), table
        columns = {c for key in edited for c in was[key] if was[key][c] != is_[key][c]}
        if edited:
            assert columns == change, table


@pytest.mark.dealt("name")
@EACH
async def test_every_column_in_the_input_is_refused(tables, speak, name):
    act, client, before = EVERY_ACT[name], await speak(name), await tables.digests()
    columns = {c.name for t in TABLES if t.name in {*CHANGES[name], "apprentice_records"} for c in t.columns}  # fmt: skip
    spellings = columns | {c.split("_")[0] + c.title().replace("_", "")[len(c.split("_")[0]):] for c in columns}  # fmt: skip
    keys = spellings - {*act.given, act.argument, "ifVersion"}
    assert len(keys) >= 20
    for key in sorted(keys):
        reply = await do(client, name, target(name), **{key: "1"})
        assert reply.status == 400, (key, reply.json)
        assert {e["extensions"]["code"] for e in reply.errors} == {"BAD_USER_INPUT"}
    assert await tables.digests() == before


# Action, source rule and organisation of each; 1.1.b and 1.4.b.
AUDITED = {
    "assignRecord": ("apprentice_record.assign", "D1-05", "epa"),
    "assignRecords": ("apprentice_record.assign", "D1-05", "epa"),
    "unassignRecords": ("apprentice_record.unassign", "D1-05", "epa"),
    "updateTraining": ("apprentice_record.edit_training", "D1-03", "prov"),
    "addEvidence": ("apprentice_record.edit_training", "D1-03", "prov"),
    "giveFeedback": ("apprentice_record.edit_training", "D1-03", "prov"),
    "updateEndPointAssessment": ("apprentice_record.edit_epa", "D1-03", "epa"),
    "recordAssessmentComponent": ("apprentice_record.edit_epa", "D1-03", "epa"),
}
PERSONAL = ("Ann", "My own", "So it was", "done", "0001234", "Practical", "Learner", "@")


@pytest.mark.dealt("name")
@EACH
async def test_a_change_is_one_row_of_the_audit(world, speak, name):
    action, source, organisation = AUDITED[name]
    client = await speak(name)
    world.clock.instant += 5
    reply = await do(client, name, target(name))
    assert outcome(reply) == "ok"
    events = await audited(world, reply.response.headers["x-request-id"])
    [event] = [each for each in events if each["action"] == action]
    # what the payload shows of the training or of the work is a read that is written down
    shown = {"updateTraining": ["ApprenticeRecord"], "addEvidence": ["Evidence"]}.get(name, [])
    rest = [each["resource_type"] for each in events if each is not event]
    assert rest == shown
    sent = target(name)
    record = sent[0] if isinstance(sent, list) else sent
    details = event.pop("details")
    assert len(event.pop("id")) == 26
    assert source in event.pop("source").split(", ")
    assert event == {
        "at": world.clock.instant,
        "request_id": reply.response.headers["x-request-id"],
        "subject": DOERS[name],
        "user_id": await user_key(world, DOERS[name]),
        "action": action,
        "decision": "ALLOWED",
        "code": None,
        "resource_type": "ApprenticeRecord",
        "resource_id": record[4:],
        "organisation_id": await organisation_key(world, organisation),
    }
    assert isinstance(json.loads(details), dict)
    assert not any(value in details for value in PERSONAL)


@pytest.mark.dealt("name")
@EACH
async def test_a_refusal_is_one_row_that_names_what_it_can(world, tables, speak, name):
    client, before = await speak("vera"), await tables.digests()
    reply = await do(client, name, target(name))
    assert outcome(reply) == "FORBIDDEN"
    [event] = await audited(world, reply.response.headers["x-request-id"])
    assert (event["decision"], event["code"], event["subject"]) == ("REFUSED", "FORBIDDEN", "vera")
    assert (event["action"], event["details"]) == (AUDITED[name][0], "{}")
    assert event["resource_type"] == "ApprenticeRecord"
    many = isinstance(target(name), list)
    assert event["resource_id"] == (None if many else target(name)[4:])
    assert await tables.digests() == before


# Whoever else does it sees what was refused to whom, from the ladder: not held at all, not in sight,
# not held there, or done (1.1.b, 1.4.b, M15). Nobody's record is R9.
LADDER = {
    "updateTraining": {
        ("kim", 2): "ok", ("kim", 3): "NOT_FOUND", ("tina", 4): "ok", ("tina", 5): "NOT_FOUND",
        ("max", 5): "ok", ("max", 9): "NOT_FOUND", ("eric", 1): "FORBIDDEN",
        ("olga", 1): "FORBIDDEN", ("ann", 1): "FORBIDDEN", ("ade", 9): "FORBIDDEN",
        ("petra", 1): "FORBIDDEN", ("robin", 8): "ok", ("robin", 1): "NOT_FOUND",
    },
    "updateEndPointAssessment": {
        ("ann", 2): "ok", ("ann", 3): "NOT_FOUND", ("ade", 6): "ok", ("ade", 7): "NOT_FOUND",
        ("sen", 1): "FORBIDDEN", ("sen", 9): "NOT_FOUND", ("kim", 2): "FORBIDDEN",
        ("max", 9): "FORBIDDEN", ("olga", 1): "FORBIDDEN", ("eric", 1): "FORBIDDEN",
    },
    "unassignRecords": {
        ("ade", 1): "ok", ("sam", 9): "NOT_FOUND", ("sen", 1): "FORBIDDEN",
        ("ann", 1): "FORBIDDEN", ("max", 1): "FORBIDDEN", ("kim", 1): "FORBIDDEN",
        ("tina", 1): "FORBIDDEN", ("olga", 1): "FORBIDDEN",
    },
}  # fmt: skip
STEPS = [(name, *place, said) for name, places in LADDER.items() for place, said in places.items()]


@pytest.mark.parametrize(("name", "who", "number", "said"), STEPS)
async def test_the_ladder(tables, speak, name, who, number, said):
    before, client = await tables.digests(), await speak(who)
    assert outcome(await do(client, name, target(name, number))) == said
    assert (await tables.digests() == before) is (said != "ok")


async def test_a_senior_edits_what_is_assigned_to_them(world, speak):
    """B02: «UPDATE only on own assigned rows»."""
    ade, sen = await speak("ade"), await speak("sen")
    name = "updateEndPointAssessment"
    assert outcome(await do(sen, name, target(name, 5))) == "FORBIDDEN"
    given = {"userId": await user_id(world, "sen")}
    assert outcome(await do(ade, "assignRecord", record_id(5), **given)) == "ok"
    assert outcome(await do(sen, name, target(name, 5))) == "ok"
    assert outcome(await do(sen, name, target(name, 6))) == "FORBIDDEN"


# What is promised in `allowedActions` of R1 is what then happens (the words of 1.1.b by role).
EPA = {"APPRENTICE_RECORD_EDIT_EPA"}
TRAINING = {"APPRENTICE_RECORD_EDIT_TRAINING"}
ASSIGN = {"APPRENTICE_RECORD_ASSIGN", "APPRENTICE_RECORD_UNASSIGN"}
OF_PROVIDER = {"kind": "CASE_OWNER", "userId": f"usr_{demo_key('user:tina')}"}
PROMISED = {
    "sam": EPA | ASSIGN, "ade": EPA | ASSIGN, "sen": set(), "ann": EPA,
    "max": TRAINING | ASSIGN, "kim": TRAINING, "tina": TRAINING | {"APPRENTICE_RECORD_EDIT_ILR"},
    "sue": {"APPRENTICE_RECORD_VERIFY_ILR"},
    "eric": set(), "olga": set(), "tariq": set(),
}  # fmt: skip


@pytest.mark.parametrize("who", PROMISED)
async def test_what_is_promised_of_a_record(world, speak, who):
    client = await speak(who)
    document = "query ($id: ID!) { apprenticeRecord(id: $id) { allowedActions } }"
    reply = await client.ask(document, {"id": record_id(1)})
    assert reply.errors == []
    assert set(reply.data["apprenticeRecord"]["allowedActions"]) == PROMISED[who]
    done = {
        "APPRENTICE_RECORD_ASSIGN": "assignRecord",
        "APPRENTICE_RECORD_UNASSIGN": "unassignRecords",
        "APPRENTICE_RECORD_EDIT_TRAINING": "updateTraining",
        "APPRENTICE_RECORD_EDIT_EPA": "updateEndPointAssessment",
    }
    for action, name in done.items():
        given = OF_PROVIDER if who == "max" and "ASSIGN" in action else {}
        given = {k: v for k, v in given.items() if k in EVERY_ACT[name].given}
        ended = outcome(await do(client, name, target(name, 1), **given))
        assert (ended == "ok") is (action in PROMISED[who]), action
    prov = await organisation_key(world, "prov")
    epa = await organisation_key(world, "epa")
    asked = " ".join(
        f"{verb}_{n}: can(action: APPRENTICE_RECORD_{verb}, organisationId: $at{n})"
        for verb in ("ASSIGN", "EDIT_TRAINING", "EDIT_EPA")
        for n in (1, 2)
    )
    reply = await client.ask(
        f"query ($at1: ID!, $at2: ID!) {{ me {{ {asked} }} }}",
        {"at1": f"org_{epa}", "at2": f"org_{prov}"},
    )
    assert reply.errors == []
    assert (reply.data["me"]["ASSIGN_1"], reply.data["me"]["ASSIGN_2"]) == (
        who in {"sam", "ade"},
        who == "max",
    )


VERSIONED = {
    "updateTraining": "trainings",
    "updateEndPointAssessment": "end_point_assessments",
}


@pytest.mark.parametrize("name", VERSIONED)
async def test_an_edit_of_another_version_is_stale(world, tables, speak, name):
    client, table, key = await speak(name), VERSIONED[name], target(name)[4:]
    await world.sql(f"UPDATE {table} SET revision = 7 WHERE record_id = :key", key=key)
    before = await tables.digests()
    for version in (6, 8, 0, -1):
        reply = await do(client, name, target(name), ifVersion=version)
        assert outcome(reply) == "CONFLICT/STALE"
        assert reply.errors[0]["extensions"]["input"] == "input.ifVersion"
    assert await tables.digests() == before
    reply = await do(client, name, target(name), ifVersion=7)
    [part] = [v for v in reply.data[name]["record"].values() if isinstance(v, dict)]
    assert part["editVersion"] == 8


@pytest.mark.parametrize("name", VERSIONED)
async def test_what_is_left_out_stays(world, speak, name):
    client, table, key = await speak(name), VERSIONED[name], target(name)[4:]
    read = f"SELECT * FROM {table} WHERE record_id = :key"
    [was] = await world.sql(read, key=key)
    for field, value in EVERY_ACT[name].given.items():
        reply = await client.ask(
            EVERY_ACT[name].document, {"input": {"recordId": target(name), field: value}}
        )
        assert outcome(reply) == "ok"
        [is_] = await world.sql(read, key=key)
        changed = {c for c, v in is_._mapping.items() if v != was._mapping[c]}  # noqa: SLF001 -- SQLAlchemy's public name for it
        assert changed <= {
            "revision",
            "".join("_" + c.lower() if c.isupper() else c for c in field),
        }
        assert "revision" in changed
        was = is_


CLEARED = [
    ("updateTraining", "nextReviewOn", "ok"),
    ("updateTraining", "progressPercent", "BAD_USER_INPUT/EMPTY"),
    ("updateTraining", "loggedHours", "BAD_USER_INPUT/EMPTY"),
    ("updateEndPointAssessment", "gatewayOn", "ok"),
    ("updateEndPointAssessment", "grade", "ok"),
    ("updateEndPointAssessment", "certificateNumber", "ok"),
    ("updateEndPointAssessment", "gatewayStatus", "BAD_USER_INPUT/EMPTY"),
]


@pytest.mark.parametrize(("name", "key", "said"), CLEARED)
async def test_null_takes_away_what_can_be_away(tables, speak, name, key, said):
    client, before = await speak(name), await tables.digests()
    reply = await do(client, name, target(name), **{key: None})
    assert outcome(reply) == said
    if said == "ok":
        [part] = [v for v in reply.data[name]["record"].values() if isinstance(v, dict)]
        assert part[key] is None
    else:
        assert reply.errors[0]["extensions"]["input"] == f"input.{key}"
        assert await tables.digests() == before


BAD = [
    *[("updateTraining", "progressPercent", v, "RANGE") for v in (-1, 101)],
    *[("updateTraining", "loggedHours", v, "RANGE") for v in (-1, 20_001)],
    *[("addEvidence", "title", v, r) for v, r in ((" ", "EMPTY"), ("x" * 201, "TOO_LONG"))],
    *[("addEvidence", "content", v, r) for v, r in (("\n", "EMPTY"), ("x" * 20_001, "TOO_LONG"))],
    *[("giveFeedback", "text", v, r) for v, r in (("", "EMPTY"), ("x" * 4_001, "TOO_LONG"))],
    *[(n, k, "A\u202eb", "CHARACTERS") for n, k in (("addEvidence", "title"), ("addEvidence", "content"), ("giveFeedback", "text"), ("recordAssessmentComponent", "name"), ("updateEndPointAssessment", "certificateNumber"))],
    ("recordAssessmentComponent", "name", "", "EMPTY"),
    ("updateEndPointAssessment", "certificateNumber", "x" * 51, "TOO_LONG"),
]  # fmt: skip


PROSE = [("addEvidence", "content", "evidence"), ("giveFeedback", "text", "feedback")]
WRITTEN = {
    "spaces of print": "12\u00a0000\u202f\u20ac,\u2009so",
    "Japanese": "\u5c71\u7530\u3000\u592a\u90ce",
    "emoji family": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
    "Persian": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Khmer": "\u1781\u17d2\u1789\u17bb\u17c6\u200b\u1793\u17c5",
    "soft hyphen": "Donau\u00addampf",
    "private use": "\uf8d0",
    "lines and tabs": "one\n\n\ttwo\u2028three",
    "directions, each closed in its line": "a \u2067\u05d0\u2069 b\n\u202b\u05d1\u202c",
}


@pytest.mark.parametrize(("name", "key", "table"), PROSE)
@pytest.mark.parametrize("value", WRITTEN.values(), ids=WRITTEN)
async def test_prose_is_kept_as_people_write_it(world, speak, name, key, table, value):
    client = await speak(name)
    assert outcome(await do(client, name, target(name), **{key: f"\u3000{value}\r\n"})) == "ok"
    [[kept]] = await world.sql(f"SELECT {key} FROM {table} WHERE {key} = :value", value=value)
    assert kept == value


NO_PROSE = ("A\x9bb", "A\x7fb", "A\u202db\u202c", "A\u2067b\nc\u2069", "\u200b \u2800")


@pytest.mark.parametrize(("name", "key", "table"), PROSE)
async def test_prose_holds_no_control_and_shows_something(tables, speak, name, key, table):
    client, before = await speak(name), await tables.digests()
    for value in NO_PROSE:
        reply = await do(client, name, target(name), **{key: value})
        reason = "EMPTY" if value.endswith("\u2800") else "CHARACTERS"
        assert outcome(reply) == f"BAD_USER_INPUT/{reason}", ascii(value)
        assert reply.errors[0]["extensions"]["input"] == f"input.{key}"
    assert await tables.digests() == before, table


@pytest.mark.parametrize(("name", "key", "value", "reason"), BAD)
async def test_values_that_are_none(tables, speak, name, key, value, reason):
    client, before = await speak(name), await tables.digests()
    reply = await do(client, name, target(name), **{key: value})
    assert outcome(reply) == f"BAD_USER_INPUT/{reason}"
    assert reply.errors[0]["extensions"]["input"] == f"input.{key}"
    assert await tables.digests() == before


DAYS = [("updateTraining", "nextReviewOn"), ("updateEndPointAssessment", "gatewayOn"), ("recordAssessmentComponent", "takenOn")]  # fmt: skip


@pytest.mark.parametrize(("name", "key"), DAYS)
async def test_days_that_are_none(tables, speak, name, key):
    client, before = await speak(name), await tables.digests()
    for value in ("2026-02-30", "2026-13-01", "30/10/2026", "2026-10-30T09:00:00Z", "", 20261030):
        reply = await do(client, name, target(name), **{key: value})
        assert reply.status == 400, value
        assert {e["extensions"]["code"] for e in reply.errors} == {"BAD_USER_INPUT"}
    assert await tables.digests() == before


async def test_a_record_without_its_parts_gets_them_when_they_are_told(world, speak):
    """R7 has no EPAO and no assessment; a record that was just made has no training either."""
    bare = f"rec_{await add_record(world, first_name='Bare')}"
    ade, max_ = await speak("ade"), await speak("max")
    reply = await do(max_, "updateTraining", bare)
    assert outcome(reply) == "ok"
    assert reply.data["updateTraining"]["record"]["training"] == {
        "progressPercent": 99, "loggedHours": 123, "nextReviewOn": "2026-12-24", "editVersion": 1,
    }  # fmt: skip
    reply = await do(ade, "recordAssessmentComponent", bare)
    assert outcome(reply) == "ok"
    components = reply.data["recordAssessmentComponent"]["record"]["epa"]["components"]
    assert components == [
        {"name": "Practical test", "attempt": "RETAKE", "takenOn": "2026-10-28", "outcome": "PASS"}
    ]
    assert outcome(await do(ade, "updateEndPointAssessment", bare)) == "ok"
    counted = await world.sql(
        "SELECT count(*) FROM end_point_assessments WHERE record_id = :key", key=bare[4:]
    )
    assert counted[0][0] == 1


async def test_feedback_bears_the_name_of_who_gave_it(world, speak):
    tina = await speak("tina")
    assert outcome(await do(tina, "giveFeedback", record_id(2))) == "ok"
    rows = await world.sql(
        "SELECT by, by_id, at, text FROM feedback WHERE at = :now", now=world.clock.instant
    )
    now = world.clock.instant
    assert [tuple(row) for row in rows] == [
        ("Tina", await user_key(world, "tina"), now, "Very well\ndone.")
    ]


async def test_a_caseload_that_was_emptied_is_used_again(world, speak):
    """One caseload for each person, kind and organisation, however often records come and go."""
    ade, leo = await speak("ade"), await user_key(world, "abe")
    load = "SELECT id FROM caseloads WHERE owner_id = :owner"
    [[first]] = await world.sql(load, owner=leo)
    assert outcome(await do(ade, "unassignRecords", [record_id(3)])) == "ok"
    given = {"userId": await user_id(world, "abe")}
    reply = await do(ade, "assignRecord", record_id(3), **given)
    assert reply.data["assignRecord"]["caseload"]["id"] == f"cld_{first}"
    assert len(await world.sql(load, owner=leo)) == 1
    other = await insert(
        world,
        "caseloads",
        kind="CASE_OWNER",
        organisation_id=await organisation_key(world, "prov"),
        owner_id=leo,
    )
    assert (
        (await do(ade, "assignRecord", record_id(4), **given)).data["assignRecord"]["caseload"][
            "id"
        ]
        == f"cld_{first}"
        != f"cld_{other}"
    )
