"""A mutation in the mode `strict`: all root fields and payloads are decided first, or nothing is made."""

from __future__ import annotations

import asyncio
import threading

import pytest

from asking import Desk
from authz.rows.grants import GrantReader
from commands.acts import EVERY_ACT
from commands.racers import all_at, frame_of
from commands.ready import grown, ready
from commands.tables import audited
from commands.test_root_fields import TWO, grant_of, name_of
from db.drivers.database import Database
from db.seed.demo.fixed import demo_key
from engine.commands.payloads import Payloads
from engine.limits import Limits
from resolvers.employer_account.teams import digest
from scenarios.rows import insert, organisation_id, organisation_key, record_id

RENAME = """mutation ($at: ID!) {{
  renameAccount(input: {{ organisationId: $at, name: "New" }}) {{ organisation {{ {} }} }} }}"""
ANN = f"usr_{demo_key('user:ann')}"
ASSIGN = """mutation ($record: ID!, $user: ID!) {
  assignRecord(input: { recordId: $record, kind: ASSESSOR, userId: $user }) {
    record { training { progressPercent } } caseload { id } } }"""


async def refusals_of(world, reply) -> list[str]:
    """What the audit holds of a request: nothing but refusals, or the test fails."""
    events = await audited(world, reply.response.headers["x-request-id"])
    assert {event["decision"] for event in events} <= {"REFUSED"}
    return [event["code"] for event in events]


async def test_a_payload_that_would_be_withheld_refuses_the_change(world, tables):
    ade = await world.client("ade")
    before = await tables.digests()
    reply = await ade.ask(ASSIGN, {"record": record_id(4), "user": ANN}, mode="strict")
    assert reply.status == 403
    assert "data" not in reply.json
    [error] = reply.errors
    assert error["path"] == ["assignRecord"]
    told = error["extensions"]
    assert told["code"] == "FORBIDDEN"
    assert told["coordinate"] == "ApprenticeRecord.training"
    assert told["action"] == "apprentice_record.read_training"
    assert "INSPECTION_ACCESS_TUTOR" in told["requires"]
    assert told["source"]
    assert reply.json["extensions"]["authorization"]["withheld"] == [
        {"coordinate": "ApprenticeRecord.training", "code": "FORBIDDEN", "count": 1}
    ]
    assert "changes" not in reply.json["extensions"]
    assert await tables.digests() == before
    assert await refusals_of(world, reply) == ["FORBIDDEN"]


SECONDS = {
    "FORBIDDEN": (
        'leaveAccount(input: { organisationId: $at }) { organisation { id } } c: renameAccount(input: { organisationId: $at, name: "C" })',
        403,
    ),
    "NOT_FOUND": (
        f'renameAccount(input: {{ organisationId: "org_{"a" * 26}", name: "B" }})',
        400,
    ),
    "BAD_USER_INPUT": ('renameAccount(input: { organisationId: $at, name: "" })', 400),
    "CONFLICT": (
        'renameAccount(input: { organisationId: $at, name: "B", ifVersion: 99 })',
        400,
    ),
}


@pytest.mark.parametrize("code", SECONDS)
async def test_a_refused_second_change_undoes_the_first(world, tables, code):
    second, status = SECONDS[code]
    otis, alder = await world.client("otis"), await organisation_id(world, "alder")
    before, mails = await tables.digests(), len(await world.mails())
    reply = await otis.ask(
        f"""mutation ($at: ID!) {{
          a: inviteUser(input: {{ organisationId: $at, email: "nell@example.test", name: "Nell", role: VIEWER }}) {{ invitation {{ id }} }}
          b: {second} {{ organisation {{ id }} }} }}""",
        {"at": alder},
        mode="strict",
    )
    assert reply.status == status
    assert "data" not in reply.json
    assert [error["extensions"]["code"] for error in reply.errors] == [code]
    assert await tables.digests() == before
    assert len(await world.mails()) == mails
    assert await refusals_of(world, reply) == [code]


async def test_who_steps_down_in_a_undoes_it_by_b(world, tables):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    before = await tables.digests()
    reply = await olga.ask(TWO, {"me": await grant_of(world, "olga"), "at": alder}, mode="strict")
    assert (reply.status, reply.refusals) == (403, {"b": "FORBIDDEN"})
    assert "data" not in reply.json
    assert await tables.digests() == before


async def test_every_root_field_that_is_refused_at_first_is_told(world, tables):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    before = await tables.digests()
    reply = await olga.ask(
        f"""mutation ($at: ID!) {{
          a: renameAccount(input: {{ organisationId: "org_{"a" * 26}", name: "A" }}) {{ organisation {{ id }} }}
          b: renameAccount(input: {{ organisationId: $at, name: "B" }}) {{ organisation {{ id }} }}
          c: verifyIlr(input: {{ recordId: "{record_id(4)}" }}) {{ record {{ id }} }} }}""",
        {"at": alder},
        mode="strict",
    )
    assert reply.refusals == {"a": "NOT_FOUND", "c": "FORBIDDEN"}
    assert await tables.digests() == before
    assert sorted(await refusals_of(world, reply)) == ["FORBIDDEN", "NOT_FOUND"]


async def test_inputs_that_are_none_are_told_before_anything_is_made(world, tables):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    before = await tables.digests()
    reply = await olga.ask(
        """mutation ($at: ID!, $code: String) {
          a: renameAccount(input: { organisationId: $at, name: "A" }) { organisation { id } }
          b: acceptInvitation(input: { code: $code }) { grant { id } } }""",
        {"at": alder, "code": None},
        mode="strict",
    )
    assert reply.status == 400
    assert "data" not in reply.json
    assert await tables.digests() == before


async def test_what_all_may_be_told_is_made_in_one_go(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    reply = await olga.ask(
        """mutation ($at: ID!) {
          __typename
          a: renameAccount(input: { organisationId: $at, name: "A" }) { organisation { name } }
          b: renameAccount(input: { organisationId: $at, name: "B" }) { __typename organisation { name } } }""",
        {"at": alder},
        mode="strict",
    )
    assert (reply.status, reply.errors) == (200, [])
    assert reply.data == {
        "__typename": "Mutation",
        "a": {"organisation": {"name": "B"}},  # as it is when all of it is made
        "b": {"__typename": "RenameAccountPayload", "organisation": {"name": "B"}},
    }
    events = await audited(world, reply.response.headers["x-request-id"])
    assert [event["decision"] for event in events] == ["ALLOWED", "ALLOWED"]


async def test_a_document_without_a_change_is_answered(world):
    olga = await world.client("olga")
    reply = await olga.ask("mutation { __typename }", mode="strict")
    assert (reply.status, reply.data) == (200, {"__typename": "Mutation"})


async def test_a_payload_is_decided_with_the_rights_that_the_change_gives(world):
    """Before it, nobody without a role reads the levy status of anything."""
    tess = await world.client("tess")
    reply = await tess.ask(
        'mutation { createAccount(input: { name: "Own" }) { grant { role organisation { name } } } }',
        mode="strict",
    )
    assert (reply.status, reply.errors) == (200, [])
    assert reply.data["createAccount"]["grant"]["role"] == "EMPLOYER_ACCOUNT_OWNER"


async def test_a_payload_is_decided_without_the_rights_that_the_change_takes(world, tables):
    olga = await world.client("olga")
    before = await tables.digests()
    reply = await olga.ask(
        """mutation ($me: ID!) { changeRole(input: { grantId: $me, role: AAN }) {
          grant { role organisation { name account { warnings } } } } }""",
        {"me": await grant_of(world, "olga")},
        mode="strict",
    )
    assert reply.status == 403
    assert [
        e["extensions"]["coordinate"]
        for e in reply.errors
        if e["extensions"]["code"] == "FORBIDDEN"
    ] == ["EmployerAccount.warnings"]
    assert await tables.digests() == before


MISASKED = {
    "a cursor": ('team(first: 3, after: "mine")', "after", "CURSOR"),
    "a page": ("team(first: 101)", "first", "PAGE"),
    "two pages": ("team(first: 3, last: 3)", "last", "PAGE"),
    "a null": ("apprenticeships(filter: { lastName: { eq: null } })", "filter.lastName.eq", "NULL"),
    "a long text": (
        f'apprenticeships(filter: {{ lastName: {{ eq: "{"a" * 201}" }} }})',
        "filter.lastName.eq",
        None,
    ),
}


@pytest.mark.parametrize("what", MISASKED)
async def test_an_argument_of_a_payload_that_is_wrong_refuses_the_change(world, tables, what):
    """It is known before the change is made, so it is no refusal after effect."""
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    before = await tables.digests()
    asked, name, reason = MISASKED[what]
    document = RENAME.format(f"account {{ {asked} {{ totalCount }} }}")
    reply = await olga.ask(document, {"at": alder}, mode="strict")
    assert reply.status == 400
    assert "data" not in reply.json
    [error] = reply.errors
    assert error["path"] == ["renameAccount"]
    told = error["extensions"]
    assert (told["code"], told["input"], told.get("reason")) == ("BAD_USER_INPUT", name, reason)
    assert await tables.digests() == before
    assert await refusals_of(world, reply) == ["BAD_USER_INPUT"]


async def test_a_preview_in_a_payload_is_not_decidable(world, tables):
    """Whether the account is one of the group is known by its row alone."""
    act, before = await ready(world, "addLearners"), await tables.digests()
    preview = 'group { previewAccess(accountId: "nobody", document: "{ me { id } }") }'
    reply = await act.client.ask(act.document(preview), {"input": act.given}, mode="strict")
    assert (reply.status, "data" in reply.json) == (400, False)
    [error] = reply.errors
    assert error["extensions"]["coordinate"] == "InspectionGroup.previewAccess"
    assert error["extensions"]["reason"] == "NOT_DECIDABLE"
    assert await tables.digests() == before


async def test_what_is_out_of_sight_afterwards_is_null_and_no_refusal(world):
    otis, alder = await world.client("otis"), await organisation_id(world, "alder")
    reply = await otis.ask(
        "mutation ($at: ID!) { leaveAccount(input: { organisationId: $at }) { organisation { name } } }",
        {"at": alder},
        mode="strict",
    )
    assert (reply.status, reply.errors) == (200, [])
    assert reply.data == {"leaveAccount": {"organisation": None}}


ROWS_DECIDE = {
    "a mask on the row": ("name editVersion", "Organisation.editVersion"),
    "a mask below": ("account { warnings }", "EmployerAccount.warnings"),
    "a gate at the parent": (
        "account { invitations(first: 1) { totalCount } }",
        "EmployerAccount.invitations",
    ),
}


@pytest.mark.parametrize("place", ROWS_DECIDE)
async def test_what_only_a_row_decides_is_refused_as_not_decidable(world, tables, place):
    """Tariq owns Birch and is a Transactor in Alder: which account it is decides what he reads."""
    selection, coordinate = ROWS_DECIDE[place]
    tariq, birch = await world.client("tariq"), await organisation_id(world, "birch")
    before = await tables.digests()
    reply = await tariq.ask(RENAME.format(selection), {"at": birch}, mode="strict")
    assert reply.status == 400
    assert "data" not in reply.json
    told = {e["extensions"]["coordinate"]: e["extensions"] for e in reply.errors}
    assert coordinate in told
    assert {(e["code"], e["reason"]) for e in told.values()} == {
        ("BAD_USER_INPUT", "NOT_DECIDABLE")
    }
    assert await tables.digests() == before
    partial = await tariq.ask(RENAME.format(selection), {"at": birch})
    assert (partial.status, partial.errors) == (200, [])


@pytest.mark.parametrize("place", ROWS_DECIDE)
async def test_what_no_row_decides_is_known_beforehand(world, place):
    """Olga is an Owner wherever she is anything, so no row that she sees is another's."""
    selection, _ = ROWS_DECIDE[place]
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    reply = await olga.ask(RENAME.format(selection), {"at": alder}, mode="strict")
    assert (reply.status, reply.errors) == (200, [])
    assert reply.data["renameAccount"]["organisation"]


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", EVERY_ACT)
async def test_of_every_payload_what_could_be_withheld_is_known_beforehand(world, tables, name):
    """What partial answers withhold is among what strict refuses; all the rest is made and told."""
    act = await ready(world, name)
    given, rows = {"input": act.given}, await tables.rows()
    before = await tables.digests()
    refused = await act.client.ask(act.document(grown(name)), given, mode="strict")
    foreseen = frozenset(error["extensions"]["coordinate"] for error in refused.errors)
    if foreseen:
        assert refused.status in {400, 403}, refused.json
        assert "data" not in refused.json
        assert len(await refusals_of(world, refused)) == 1
        assert await tables.digests() == before
    else:
        assert (refused.status, refused.errors) == (200, []), refused.json
        await tables.restore(rows, before)

    partial = await act.client.ask(act.document(grown(name)), given)
    assert partial.data[name] is not None, partial.json
    lines = partial.json["extensions"]["authorization"].get("withheld", [])
    assert {line["coordinate"] for line in lines} <= foreseen

    await tables.restore(rows, before)
    strict = await act.client.ask(act.document(grown(name, foreseen)), given, mode="strict")
    assert (strict.status, strict.errors) == (200, []), strict.json
    assert await tables.digests() != before


BEFORE_COMMIT = [
    "checked",
    "locked",
    *2 * ["checked again", "changed", "audited"],
    "decided",
]


async def test_an_exception_at_any_step_of_several_changes_leaves_nothing(world, tables):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    frame, before, reached = frame_of(await world.app()), await tables.digests(), []

    class Crash(Exception):
        pass

    def crash_at(number: int):
        reached.clear()

        def on_step(step: str) -> None:
            reached.append(step)
            if len(reached) == number:
                raise Crash

        return on_step

    document = """mutation ($at: ID!) {
      a: renameAccount(input: { organisationId: $at, name: "A" }) { organisation { name } }
      b: inviteUser(input: { organisationId: $at, email: "nell@example.test", name: "Nell", role: VIEWER }) { invitation { id } } }"""
    for number in range(1, len(BEFORE_COMMIT) + 1):
        frame.on_step = crash_at(number)
        reply = await olga.ask(document, {"at": alder}, mode="strict")
        assert reply.status == 500
        assert reached == BEFORE_COMMIT[:number]
        assert await tables.digests() == before, reached
        assert await audited(world, reply.response.headers["x-request-id"]) == []
    frame.on_step = lambda _: None


async def test_rights_that_end_between_commit_and_payload_do_not_hide_the_change(
    world, monkeypatch
):
    """The one race that no decision can foresee: the answer then has data, and says what is made."""
    act, principal = await ready(world, "giveFeedback"), GrantReader.principal

    async def demoted_first(self, reader, identity, now):
        if await world.sql("SELECT id FROM feedback WHERE text = :text", text=act.given["text"]):
            await world.sql(
                "UPDATE role_grants SET role = 'inspection_access.employer_user',"
                " organisation_id = :alder, caseload_kind = NULL WHERE user_id = :tina",
                alder=demo_key("organisation:alder"),
                tina=demo_key("user:tina"),
            )
        return await principal(self, reader, identity, now)

    monkeypatch.setattr(GrantReader, "principal", demoted_first)
    document = act.document("record { id ilr { fundingModel } }")
    reply = await act.client.ask(document, {"input": act.given}, mode="strict")
    assert reply.status == 200
    record = {"id": act.given["recordId"], "ilr": None}
    assert reply.data == {"giveFeedback": {"record": record}}
    assert reply.refusals == {"giveFeedback.record.ilr": "FORBIDDEN"}
    assert reply.json["extensions"]["changes"] == {"made": ["giveFeedback"]}


@pytest.mark.parametrize("mode", ["partial", "strict"])
async def test_a_payload_that_takes_too_long_does_not_hide_the_change(world, monkeypatch, mode):
    alder, read = await organisation_id(world, "alder"), Payloads.read
    database = Database(world.url)
    await database.connect()

    async def slow(self, call, *rest):
        if call.key == "b":
            await asyncio.sleep(60)
        return await read(self, call, *rest)

    monkeypatch.setattr(Payloads, "read", slow)
    rename = (
        'renameAccount(input: {{ organisationId: $at, name: "{}" }}) {{ organisation {{ name }} }}'
    )
    answer = await Desk(database, limits=Limits(operation_seconds=1)).ask(
        "olga",
        "mutation ($at: ID!) { " + " ".join(f"{k}: {rename.format(k)}" for k in "abc") + " }",
        {"at": alder},
        mode=mode,
    )
    await database.close()
    made = ["a", "b"] if mode == "partial" else ["a", "b", "c"]
    assert await name_of(world, alder) == made[-1]
    assert answer.status == 200
    assert answer.payload["extensions"]["changes"] == {"made": made}
    assert answer.payload["data"] == {
        "a": {"organisation": {"name": "a" if mode == "partial" else "c"}},
        "b": None,
        "c": None,
    }
    told = {
        e["path"][0]: (e["extensions"]["code"], e["extensions"]["made"])
        for e in answer.payload["errors"]
    }
    assert told == {
        "b": ("QUERY_TOO_COMPLEX", True),
        "c": ("QUERY_TOO_COMPLEX", mode == "strict"),
    }


@pytest.mark.parametrize("mode", ["partial", "strict"])
async def test_an_answer_that_is_too_large_does_not_hide_the_change(world, mode):
    alder = await organisation_id(world, "alder")
    database = Database(world.url)
    await database.connect()
    answer = await Desk(database, limits=Limits(positions=1)).ask(
        "olga", RENAME.format("name"), {"at": alder}, mode=mode
    )
    await database.close()
    assert await name_of(world, alder) == "New"
    assert [e["extensions"]["code"] for e in answer.payload["errors"]] == ["RESPONSE_TOO_LARGE"]
    assert answer.payload["extensions"]["changes"] == {"made": ["renameAccount"]}


@pytest.mark.parametrize("mode", ["partial", "strict"])
async def test_a_payload_that_breaks_does_not_hide_the_change(world, monkeypatch, mode):
    """As where what is shown cannot be written down: nothing is shown, and the change stands."""
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")

    async def broken(*_):
        raise RuntimeError("petra@example.test")

    monkeypatch.setattr("engine.commands.payloads.write_down", broken)
    reply = await olga.ask(RENAME.format("name"), {"at": alder}, mode=mode)
    assert await name_of(world, alder) == "New"
    assert (reply.status, reply.data) == (200, {"renameAccount": None})
    assert reply.refusals == {"renameAccount": "INTERNAL_SERVER_ERROR"}
    assert reply.json["extensions"]["changes"] == {"made": ["renameAccount"]}
    assert "petra" not in reply.response.text


async def test_a_fault_of_the_database_is_no_collision(world, tables):
    act, before = await ready(world, "giveFeedback"), await tables.digests()
    await world.sql("ALTER TABLE feedback RENAME TO elsewhere")
    try:
        reply = await act.client.ask(act.document("record { id }"), {"input": act.given})
    finally:
        await world.sql("ALTER TABLE elsewhere RENAME TO feedback")
    assert (reply.status, reply.data) == (500, None)
    assert await tables.digests() == before


JOIN_AND_RENAME = """mutation ($code: String!, $at: ID!) {
  a: acceptInvitation(input: { code: $code }) { grant { id } }
  b: renameAccount(input: { organisationId: $at, name: "New" }) { organisation { name } } }"""


async def test_of_two_that_wait_for_each_other_one_gives_way_whole(world, racers):
    """Each locks its own account, then the one that its invitation turns out to be of."""
    homes = {"olga": "alder", "cora": "cherry"}
    for invited, account in zip(homes, reversed(homes.values()), strict=True):
        await insert(
            world,
            "invitations",
            organisation_id=await organisation_key(world, account),
            email=f"{invited}@example.test",
            name=invited.title(),
            role="employer_account.viewer",
            status="PENDING",
            invited_at=1,
            expires_at=world.clock.instant + 60_000,
            code_digest=digest(f"the-code-of-{invited}"),
        )
    # SQLite has one writer: there they go one after the other
    step = "locked" if world.database == "postgresql" else "checked"
    barrier = threading.Barrier(2)
    for racer in racers:
        racer.frame.on_step = all_at(step, barrier)
    asked = [
        {"code": f"the-code-of-{who}", "at": await organisation_id(world, account)}
        for who, account in homes.items()
    ]
    replies = await asyncio.gather(
        *(
            racer.ask((who, f"{who}@example.test"), JOIN_AND_RENAME, variables=given, mode="strict")
            for racer, who, given in zip(racers, homes, asked, strict=True)
        )
    )
    if world.database == "sqlite":
        assert [reply.status for reply in replies] == [200, 200]
        return
    assert sorted(reply.status for reply in replies) == [200, 400]
    [refused] = [reply for reply in replies if reply.errors]
    assert "data" not in refused.json
    [error] = refused.errors
    assert (error["extensions"]["code"], error["extensions"]["reason"]) == ("CONFLICT", "BUSY")
    assert await refusals_of(world, refused) == ["CONFLICT"]
    accepted = "SELECT id FROM invitations WHERE status = 'ACCEPTED'"
    assert len(await world.sql(accepted)) == 1
    assert len(await world.sql("SELECT id FROM organisations WHERE name = 'New'")) == 1
