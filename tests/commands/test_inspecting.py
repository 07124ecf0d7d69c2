"""The commands of inspections: what each takes, changes, tells and leaves in the audit.

Who may is written out from 1.4.b: everything of a group and of an account is the Superuser's, of
their own provider; an ILR is edited by the case owner and the inspector, and verified by the
Superuser.
"""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

from commands.acts import EVERY_ACT, INSPECTION_ACTS, do, outcome
from commands.people import STRANGER
from commands.staged import account, group, staged
from commands.tables import TABLES, audited
from db.seed.demo.fixed import organisation_key as key_of
from scenarios.rows import add_inspector, record_id, user_key

EACH = pytest.mark.parametrize("name", INSPECTION_ACTS)
AIMED = [name for name, act in INSPECTION_ACTS.items() if act.kind]
OF_GROUPS = [name for name in AIMED if INSPECTION_ACTS[name].kind != "ApprenticeRecord"]
WANDA = {"subject": "wanda-1", "email": "wanda@example.test"}
PREFIX = {
    "Organisation": "org",
    "InspectionGroup": "grp",
    "InspectorAccount": "ins",
    "ApprenticeRecord": "rec",
}


@pytest_asyncio.fixture(loop_scope="module")
async def places(world):
    return await staged(world)


async def doer(world, name):
    """A client for who does it in these tests: Sue, but for an ILR and for one's own account."""
    if name == "registerInspector":
        return await world.client(**WANDA)
    return await world.client("tina" if name == "editIlr" else "sue")


# What each may change: rows that come (+) or go (-), and the columns of the one row it edits.
CHANGES = {
    "createInspectionGroup": {"inspection_groups": "+", "inspection_openings": "+"},
    "addLearners": {"inspection_learners": "+"},
    "removeLearners": {"inspection_learners": "-"},
    "openInspection": {"inspection_openings": {"host_id", "opens_at", "closes_at", "opened_at"}},
    "closeInspection": {"inspection_openings": {"closed_at"}},
    "createInspectorAccount": {"users": "+", "role_grants": "+", "inspector_accounts": "+"},
    "updateInspectorAccount": {"role_grants": {"permissions", "revision"}},
    "activateInspector": {
        "users": {"status"},
        "role_grants": {"revision"},
        "inspector_accounts": {"status"},
    },
    "rotateInspectorCredentials": {
        "inspector_accounts": {"credentials_rotated_at"},
        "role_grants": {"revision"},
    },
    "cancelInspector": {"inspector_accounts": {"status"}, "role_grants": {"revision"}},
    "reactivateInspector": {"inspector_accounts": {"status"}, "role_grants": {"revision"}},
    "archiveInspector": {
        "inspector_accounts": {"status"},
        "role_grants": {"ends_at", "revision"},
    },
    "registerInspector": {
        "users": {"subject", "name", "name_sort", "initials"},
        "inspector_accounts": {"name", "name_sort"},
    },
    "editIlr": {
        "ilrs": {
            "completion_status", "outcome", "actual_end_on", "withdraw_reason",
            "delivery_postcode", "revision",
        }
    },
    "verifyIlr": {"ilrs": {"qa_verified_at", "qa_verified_by_id", "revision"}},
}  # fmt: skip


@pytest.mark.dealt("name")
@EACH
async def test_an_act_changes_what_it_is_for_and_nothing_else(world, tables, places, name):
    before, client = await tables.rows(), await doer(world, name)
    reply = await do(client, name, places.get(name))
    assert reply.errors == []
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
async def test_every_column_in_the_input_is_refused(world, tables, places, name):
    act, client, before = EVERY_ACT[name], await doer(world, name), await tables.digests()
    about = {*CHANGES[name], "inspection_groups", "inspection_openings", "role_grants", "users"}
    columns = {c.name for t in TABLES if t.name in about for c in t.columns}
    camel = {c.split("_")[0] + "".join(w.title() for w in c.split("_")[1:]) for c in columns}
    optional = {"hostId", "opensAt", "closesAt", "allLearners", "permissions", "channels"}
    keys = (columns | camel) - {*act.given, act.argument, "ifVersion"} - optional
    assert len(keys) >= 20
    for key in sorted(keys):
        reply = await do(client, name, places.get(name), **{key: "1"})
        assert reply.status == 400, (key, reply.json)
        assert {e["extensions"]["code"] for e in reply.errors} == {"BAD_USER_INPUT"}
    assert await tables.digests() == before


# Action and source of each, and the type that its one row of the audit names.
AUDITED = {
    "createInspectionGroup": ("inspection_group.create", "D4-02", "Organisation"),
    "addLearners": ("inspection_group.add_learners", "D4-10", "InspectionGroup"),
    "removeLearners": ("inspection_group.remove_learners", "D4-24", "InspectionGroup"),
    "openInspection": ("inspection_group.open", "D4-17", "InspectionGroup"),
    "closeInspection": ("inspection_group.close", "D4-12", "InspectionGroup"),
    "createInspectorAccount": ("inspector_account.create", "D4-03", "InspectionGroup"),
    "updateInspectorAccount": ("inspector_account.edit", "D4-03", "InspectorAccount"),
    "activateInspector": ("inspector_account.activate", "D4-09", "InspectorAccount"),
    "rotateInspectorCredentials": (
        "inspector_account.rotate_credentials", "D4-21", "InspectorAccount",
    ),
    "cancelInspector": ("inspector_account.cancel", "D4-22", "InspectorAccount"),
    "reactivateInspector": ("inspector_account.reactivate", "D4-22", "InspectorAccount"),
    "archiveInspector": ("inspector_account.archive", "D4-23", "InspectorAccount"),
    "registerInspector": ("inspector_account.register", "D4-03", "InspectorAccount"),
    "editIlr": ("apprentice_record.edit_ilr", "D4-26", "ApprenticeRecord"),
    "verifyIlr": ("apprentice_record.verify_ilr", "D4-28", "ApprenticeRecord"),
}  # fmt: skip
PERSONAL = ("Visitor", "Wanda", "Moved", "ZZ9", "Ofsted June", "@")


@pytest.mark.dealt("name")
@EACH
async def test_a_change_is_one_row_of_the_audit(world, places, name):
    action, source, kind = AUDITED[name]
    client = await doer(world, name)
    world.clock.instant += 5
    reply = await do(client, name, places.get(name))
    assert reply.errors == []
    [event] = await audited(world, reply.response.headers["x-request-id"])
    details = event.pop("details")
    assert len(event.pop("id")) == 26
    assert source in event.pop("source").split(", ")
    registers = name == "registerInspector"
    who = "wanda-1" if registers else "tina" if name == "editIlr" else "sue"
    assert event == {
        "at": world.clock.instant,
        "request_id": reply.response.headers["x-request-id"],
        "subject": who,
        "user_id": await user_key(world, who),
        "action": action,
        "decision": "ALLOWED",
        "code": None,
        "resource_type": kind,
        "resource_id": (places["wanda"] if registers else places[name])[4:],
        "organisation_id": key_of("prov"),
    }
    assert isinstance(json.loads(details), dict)
    assert not any(value in details for value in PERSONAL)


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", AIMED)
async def test_a_refusal_is_one_row_that_names_what_it_can(world, tables, places, name):
    client, before = await world.client("vera"), await tables.digests()
    reply = await do(client, name, places[name])
    assert outcome(reply) == "FORBIDDEN"
    [event] = await audited(world, reply.response.headers["x-request-id"])
    assert (event["decision"], event["code"], event["subject"]) == ("REFUSED", "FORBIDDEN", "vera")
    assert (event["action"], event["details"]) == (AUDITED[name][0], "{}")
    assert (event["resource_type"], event["resource_id"]) == (
        EVERY_ACT[name].kind,
        places[name][4:],
    )
    assert await tables.digests() == before


# 1.4.b: «group and account management, addLearners, allLearners, previewAccess»: Superuser org, and
# everybody else is refused; A14: who has a role at Prov sees its name, and no more of it.
NOBODY_ELSE = (
    *("tina", "eric", "petra", "kim", "max", "robin", "olga", "vera", "aisha", "sam", "ann"),
    *("viva", "mila", "theo", "lou", STRANGER),
)


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", OF_GROUPS)
async def test_the_ladder_of_groups_and_accounts(world, tables, places, name):
    kind, before = EVERY_ACT[name].kind, await tables.digests()
    hidden = {
        "InspectionGroup": places["elsewhere"],
        "InspectorAccount": places["theirs"],
        "Organisation": f"org_{key_of('prov-two')}",
    }[kind]
    unknown = f"{PREFIX[kind]}_{'a' * 26}"
    for who in NOBODY_ELSE:
        client = await (
            world.client(subject=STRANGER) if who == STRANGER else world.client(subject=who)
        )
        answers = set()
        for target in (places[name], hidden, unknown, "nonsense"):
            reply = await do(client, name, target)
            assert outcome(reply) == "FORBIDDEN", who
            answers.add(reply.response.content)
        assert len(answers) == 1
    una = await world.client(subject="una")
    sue = await world.client("sue")
    for client, target in ((sue, hidden), (una, places[name])):
        seen = await do(client, name, target)
        nowhere = await do(client, name, unknown)
        assert outcome(seen) == "NOT_FOUND"
        assert seen.response.content == nowhere.response.content
        assert seen.statements == nowhere.statements
        assert outcome(await do(client, name, "nonsense")) == "BAD_USER_INPUT/ID"
    assert await tables.digests() == before
    assert (await do(sue, name, places[name])).errors == []
    assert await tables.digests() != before


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", OF_GROUPS)
async def test_who_sees_it_by_another_role_is_told_that_this_one_lacks(world, tables, places, name):
    """Rung (3): Una inspects the open group at Prov, and is a superuser elsewhere."""
    if EVERY_ACT[name].kind == "InspectorAccount":
        return  # whoever sees an account holds all that is done to it
    [[una]] = await world.sql("SELECT id FROM users WHERE subject = 'una'")
    [[opened]] = await world.sql("SELECT id FROM inspection_groups WHERE name = 'Open'")
    await add_inspector(world, una, key_of("prov"), opened, "")
    before = await tables.digests()
    target = places[name] if EVERY_ACT[name].kind == "Organisation" else f"grp_{opened}"
    una_ = await world.client(subject="una")
    assert outcome(await do(una_, name, target)) == "FORBIDDEN"
    assert await tables.digests() == before


# 1.4.b: edit ilr: Superuser no, Tutor own with MANAGE_ILR, Employer user no, Inspector «as read»: in
# the group, with MANAGE_ILR and CLASSIC, when QA verified; and then it is locked. Verify: Superuser.
ILRS = {
    "editIlr": {
        ("tina", 4): "ok", ("tina", 1): "LOCKED/QA_VERIFIED", ("tina", 5): "NOT_FOUND",
        ("tina", 9): "NOT_FOUND", ("sue", 4): "FORBIDDEN", ("sue", 1): "FORBIDDEN",
        ("sue", 9): "FORBIDDEN", ("eric", 1): "FORBIDDEN", ("robin", 7): "FORBIDDEN",
        ("mila", 1): "LOCKED/QA_VERIFIED", ("mila", 4): "NOT_FOUND", ("viva", 1): "FORBIDDEN",
        ("viva", 4): "FORBIDDEN", ("kim", 1): "FORBIDDEN", ("max", 4): "FORBIDDEN",
        ("ann", 1): "FORBIDDEN", ("olga", 1): "FORBIDDEN", ("petra", 4): "FORBIDDEN",
        ("una", 9): "FORBIDDEN",
    },
    "verifyIlr": {
        ("sue", 4): "ok", ("sue", 1): "CONFLICT/ALREADY_VERIFIED", ("sue", 9): "NOT_FOUND", ("una", 9): "ok",
        ("una", 4): "NOT_FOUND", ("tina", 4): "FORBIDDEN", ("tina", 9): "FORBIDDEN",
        ("eric", 1): "FORBIDDEN", ("robin", 7): "FORBIDDEN", ("mila", 1): "FORBIDDEN",
        ("viva", 1): "FORBIDDEN", ("max", 4): "FORBIDDEN", ("olga", 1): "FORBIDDEN",
    },
}  # fmt: skip
STEPS = [(name, *place, said) for name, places in ILRS.items() for place, said in places.items()]


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(("name", "who", "number", "said"), STEPS)
async def test_the_ladder_of_ilrs(world, tables, name, who, number, said):
    before, client = await tables.digests(), await world.client(subject=who)
    assert outcome(await do(client, name, record_id(number))) == said
    assert (await tables.digests() == before) is (said != "ok")


async def test_an_ilr_that_is_not_verified_is_no_inspectors_to_edit(world, tables):
    """F05: there «the `ilr` of an unverified learner is null + PRECONDITION»."""
    whole = await group(world, "Whole", opened=True, whole=True)
    await account(
        world, "mila", whole, permissions="MANAGE_ILR VIEW_ALL_IN_ASSIGNED_GROUP",
        channels="CLASSIC",
    )  # fmt: skip
    before, mila = await tables.digests(), await world.client(subject="mila")
    refused = await do(mila, "editIlr", record_id(4))
    assert outcome(refused) == "PRECONDITION/ILR_NOT_QA_VERIFIED"
    assert refused.errors[0]["extensions"]["condition"] == "verified_ilr_in_classic"
    assert outcome(await do(mila, "editIlr", record_id(1))) == "LOCKED/QA_VERIFIED"
    assert outcome(await do(mila, "editIlr", record_id(9))) == "NOT_FOUND"
    assert await tables.digests() == before


# What is promised is what then happens: `allowedActions` of a group, of an account, of a record.
PROMISES = (
    "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on InspectionGroup { allowedActions } ... on"
    " InspectorAccount { allowedActions } ... on ApprenticeRecord { allowedActions } } }"
)
WHO = ("sue", "una", "tina", "eric", "robin", "viva", "mila", "kim", "olga", "lou")


@pytest.mark.dealt("who")
@pytest.mark.parametrize("who", WHO)
async def test_what_is_promised_is_what_happens(world, tables, places, who):
    client = await world.client(subject=who)
    ids = sorted({places[name] for name in AIMED if EVERY_ACT[name].kind != "Organisation"})
    ids += [places["elsewhere"], places["theirs"], record_id(1), record_id(7)]
    reply = await client.ask(PROMISES, {"ids": ids})
    nodes = dict(zip(ids, reply.data["nodes"] or [None] * len(ids), strict=True))
    promised = {(id_, a) for id_, node in nodes.items() if node for a in node["allowedActions"]}
    rows, past = await tables.rows(), set()
    for name in AIMED:
        action = AUDITED[name][0].upper().replace(".", "_")
        for id_ in ids:
            if id_.startswith(PREFIX[EVERY_ACT[name].kind]):
                # an aim that is not in the input's organisation is another question
                ended = outcome_or_ok(await do(client, name, id_))
                if ended == "ok":
                    await tables.restore(rows)
                if ended not in {"FORBIDDEN", "NOT_FOUND"}:
                    past.add((id_, action))
    about = {AUDITED[name][0].upper().replace(".", "_") for name in AIMED}
    if who == "una":  # the learners and the host that are named lie at Prov
        elsewhere = {"INSPECTION_GROUP_ADD_LEARNERS", "INSPECTION_GROUP_REMOVE_LEARNERS", "INSPECTION_GROUP_OPEN"}  # fmt: skip
        about -= elsewhere
    assert {each for each in promised if each[1] in about} == {p for p in past if p[1] in about}
    assert bool(past) is (who in {"sue", "una", "tina", "mila"})


def outcome_or_ok(reply) -> str:
    """The code of a refusal; a payload in which all is out of sight is no refusal."""
    return reply.errors[0]["extensions"]["code"] if reply.errors else "ok"


async def test_what_can_be_done_at_a_provider(world, places):
    document = (
        "query ($at: ID!) { me { can(action: INSPECTION_GROUP_CREATE, organisationId: $at) } }"
    )
    for who, here, there in (("sue", True, False), ("una", False, True), ("tina", False, False)):
        client = await world.client(subject=who)
        answers = [
            (await client.ask(document, {"at": f"org_{key_of(at)}"})).data["me"]["can"]
            for at in ("prov", "prov-two")
        ]
        assert answers == [here, there]
    assert places


BAD = [
    *[("createInspectionGroup", "name", v, r) for v, r in ((" ", "EMPTY"), ("x" * 201, "TOO_LONG"), ("A\u202eb", "CHARACTERS"))],
    *[("createInspectorAccount", "name", v, r) for v, r in (("", "EMPTY"), ("x" * 201, "TOO_LONG"), ("A\u202eb", "CHARACTERS"))],
    *[("createInspectorAccount", "email", v, "EMAIL") for v in ("", "una", "una@", "@example.test", "a b@example.test")],
    *[("registerInspector", "name", v, r) for v, r in ((" ", "EMPTY"), ("x" * 201, "TOO_LONG"))],
    ("createInspectorAccount", "channels", [], "EMPTY"),
    ("updateInspectorAccount", "channels", [], "EMPTY"),
    ("createInspectorAccount", "channels", ["CLASSIC"], "CLASSIC_WITHOUT_MANAGE_ILR"),
    ("editIlr", "completionStatus", None, "EMPTY"),
    ("editIlr", "deliveryPostcode", None, "EMPTY"),
    ("editIlr", "deliveryPostcode", "x" * 11, "TOO_LONG"),
    ("editIlr", "withdrawReason", "x" * 201, "TOO_LONG"),
    ("openInspection", "closesAt", "2026-11-02T08:59:59Z", "WINDOW"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "key", "value", "reason"), BAD)
async def test_values_that_are_none(world, tables, places, name, key, value, reason):
    client, before = await doer(world, name), await tables.digests()
    reply = await do(client, name, places.get(name), **{key: value})
    assert outcome(reply) == f"BAD_USER_INPUT/{reason}"
    assert reply.errors[0]["extensions"]["input"] == f"input.{key}"
    assert await tables.digests() == before


@pytest.mark.parametrize("name", ["addLearners", "removeLearners"])
async def test_learners_are_named_all_or_nothing(world, tables, places, name):
    sue, before = await world.client("sue"), await tables.digests()
    for foreign in (record_id(9), f"rec_{'a' * 26}"):
        reply = await do(sue, name, places[name], recordIds=[record_id(1), foreign])
        assert outcome(reply) == "NOT_FOUND"
        assert reply.errors[0]["extensions"]["input"] == "input.recordIds[1]"
    reply = await do(sue, name, places[name], recordIds=[record_id(1), "nonsense"])
    assert outcome(reply) == "BAD_USER_INPUT/ID"
    assert await tables.digests() == before


@pytest.mark.parametrize("name", ["editIlr", "verifyIlr"])
async def test_an_edit_of_another_version_is_stale(world, tables, places, name):
    client = await doer(world, name)
    await world.sql("UPDATE ilrs SET revision = 7 WHERE record_id = :id", id=places[name][4:])
    before = await tables.digests()
    for version in (6, 8, 0, -1):
        reply = await do(client, name, places[name], ifVersion=version)
        assert outcome(reply) == "CONFLICT/STALE"
    assert await tables.digests() == before
    assert outcome(await do(client, name, places[name], ifVersion=7)) == "ok"


async def test_each_root_field_is_an_operation_of_its_own(world, tables, places):
    """What a gives, b may use; what a refuses stops nothing."""
    sue = await world.client("sue")
    reply = await sue.ask(
        """mutation ($closed: ID!, $opened: ID!, $record: ID!) {
          a: closeInspection(input: {groupId: $opened}) { group { openings { status } } }
          b: closeInspection(input: {groupId: $opened}) { group { id } }
          c: addLearners(input: {groupId: $closed, recordIds: [$record]}) { group { openings {
            learners(first: 9) { totalCount } } } }
          d: verifyIlr(input: {recordId: $record}) { record { firstName } }
        }""",
        {
            "opened": places["closeInspection"],
            "closed": places["addLearners"],
            "record": record_id(4),
        },
    )
    assert reply.data["a"] == {"group": {"openings": [{"status": "CLOSED"}]}}
    assert reply.data["b"] is None
    assert reply.refusals == {"b": "CONFLICT"}
    assert reply.data["c"] == {"group": {"openings": [{"learners": {"totalCount": 3}}]}}
    assert reply.data["d"] == {"record": {"firstName": "L4"}}
    assert len(await audited(world, reply.response.headers["x-request-id"])) == 4
    assert await tables.digests()


async def test_an_insert_of_the_audit_that_fails_fails_the_change(world, tables, places):
    sue, before = await world.client("sue"), await tables.digests()
    await world.sql("ALTER TABLE audit_events RENAME TO audit_events_away")
    try:
        reply = await do(sue, "closeInspection", places["closeInspection"])
    finally:
        await world.sql("ALTER TABLE audit_events_away RENAME TO audit_events")
    assert reply.status == 500
    assert await tables.digests() == before
