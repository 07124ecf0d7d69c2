"""A change that is sent twice with one `Idempotency-Key` is made once; its payload is read anew."""

from __future__ import annotations

import asyncio
import threading

import httpx
import pytest

from asking import product_catalogue
from commands.acts import EVERY_ACT, do, outcome
from commands.racers import all_at, frame_of
from commands.ready import ready
from commands.tables import audited
from commands.test_root_fields import grant_of, name_of
from db.seed.demo.fixed import demo_key
from scenarios.rows import organisation_id, record_id
from worlds import NOW, Client

DAY = 24 * 60 * 60 * 1000
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
ADD = """mutation ($at: ID!, $name: String!) {
  addPayeScheme(input: { organisationId: $at, reference: "999/ZZ99999", name: $name }) {
    payeScheme { id reference name } } }"""
CREATE = 'mutation { createAccount(input: { name: "Cedar" }) { organisation { id name } } }'
REUSED = ("BAD_USER_INPUT", "IDEMPOTENCY_KEY_REUSED", "Idempotency-Key")


def told(reply) -> dict[str, list[str]]:
    """What an answer says of changes that stand, and of those that an earlier request made."""
    return reply.json["extensions"]["changes"]


def refused_as(reply) -> tuple[str, str, str]:
    [error] = reply.errors
    extensions = error["extensions"]
    return extensions["code"], extensions["reason"], extensions["input"]


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", EVERY_ACT)
async def test_every_change_that_is_sent_twice_is_made_once(world, tables, name):
    act = await ready(world, name)
    first = await act.client.ask(act.document(), {"input": act.given}, key=KEY)
    assert outcome(first) == "ok"
    assert told(first) == {"made": [name], "replayed": []}
    after, mails = await tables.digests(), len(await world.mails())
    again = await act.client.ask(act.document(), {"input": act.given}, key=KEY)
    assert (again.status, again.errors, again.data) == (200, [], first.data)
    assert told(again) == {"made": [name], "replayed": [name]}
    assert await tables.digests() | {"mails": ""} == after | {"mails": ""}
    assert len(await world.mails()) == mails
    action = product_catalogue().commands[name].guarded.action
    events = await audited(world, again.response.headers["x-request-id"])
    assert [event for event in events if event["action"] == action] == []


async def test_without_a_key_what_is_sent_twice_is_made_twice(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    asked = {"input": {"recordId": record_id(1), "text": "Well done."}}
    tina = await world.client("tina")
    for key in (None, None, "one", "one", "two"):
        assert outcome(await tina.ask(EVERY_ACT["giveFeedback"].document, asked, key=key)) == "ok"
    assert len(await world.sql("SELECT id FROM feedback WHERE text = 'Well done.'")) == 4
    reply = await do(olga, "renameAccount", alder, name="New")
    assert "changes" not in reply.json["extensions"]


async def test_a_replay_shows_what_is_there_now(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    asked = EVERY_ACT["renameAccount"]
    given = {"input": {"organisationId": alder, "name": "First"}}
    await olga.ask(asked.document, given, key=KEY)
    assert outcome(await do(olga, "renameAccount", alder, name="Second")) == "ok"
    again = await olga.ask(asked.document, given, key=KEY)
    assert again.data["renameAccount"]["organisation"]["name"] == "Second"
    assert await name_of(world, alder) == "Second"


async def test_a_replay_is_told_under_the_rights_of_today(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    document = """mutation ($at: ID!) { addLegalEntity(input: {
      organisationId: $at, name: "Another Limited", code: "09999999", source: COMPANIES_HOUSE }) {
      legalEntity { name } organisation { name account { warnings levyStatus } } } }"""
    first = await olga.ask(document, {"at": alder}, key=KEY)
    assert first.errors == []
    grant = (await grant_of(world, "olga"))[4:]
    change = "UPDATE role_grants SET role = 'employer_account.{}' WHERE id = :id"
    await world.sql(change.format("viewer"), id=grant)
    again = await olga.ask(document, {"at": alder}, key=KEY)
    assert again.data["addLegalEntity"] == {
        "legalEntity": {"name": "Another Limited"},
        "organisation": {"name": "Alder", "account": {"warnings": None, "levyStatus": "LEVY"}},
    }
    assert again.refusals == {"addLegalEntity.organisation.account.warnings": "FORBIDDEN"}
    assert told(again) == {"made": ["addLegalEntity"], "replayed": ["addLegalEntity"]}
    await world.sql(change.format("aan"), id=grant)
    again = await olga.ask(document, {"at": alder}, key=KEY)
    assert again.data["addLegalEntity"]["legalEntity"] is None  # out of sight, which is no refusal
    await world.sql("UPDATE users SET status = 'INACTIVE' WHERE subject = 'olga'")
    assert (await olga.ask(document, {"at": alder}, key=KEY)).status == 401


@pytest.mark.parametrize("mode", ["partial", "strict"])
async def test_the_key_of_another_operation_or_input_is_refused(world, tables, mode):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    document = ADD + "\nquery Other { __typename }"
    named = document.replace("mutation", "mutation Add", 1)

    async def send(asked, name, **more):
        return await olga.ask(asked, {"at": alder, "name": name}, mode=mode, key=KEY, **more)

    assert outcome(await send(ADD, "Staff")) == "ok"
    after = await tables.digests()
    others = [
        await send(ADD, "Other staff"),
        await send(ADD + " ", "Staff"),
        await send(named, "Staff", operation_name="Add"),
        await olga.ask(CREATE, mode=mode, key=KEY),
        await olga.ask(ADD, {"at": alder, "name": "Staff"}, key=KEY, mode={"partial": "strict", "strict": "partial"}[mode]),
    ]  # fmt: skip
    for reply in others:
        assert reply.status == 400
        assert "data" not in reply.json
        assert refused_as(reply) == REUSED
    assert await tables.digests() == after
    assert told(await send(ADD, "Staff"))["replayed"] == ["addPayeScheme"]


async def test_the_input_is_what_was_understood_and_not_how_it_was_written(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    document = "mutation ($input: RenameAccountInput!) { renameAccount(input: $input) { organisation { name } } }"
    given = {"organisationId": alder, "name": "New"}
    assert outcome(await olga.ask(document, {"input": given}, key=KEY)) == "ok"
    again = await olga.ask(document, {"input": dict(reversed(given.items()))}, key=KEY)
    assert told(again)["replayed"] == ["renameAccount"]
    null = await olga.ask(document, {"input": given | {"ifVersion": None}}, key=KEY)
    assert refused_as(null) == REUSED


async def test_the_key_of_somebody_else_is_another_key(world):
    for who in ("tess", "olga", "tess"):
        assert outcome(await (await world.client(who)).ask(CREATE, key=KEY)) == "ok"
    assert len(await world.sql("SELECT id FROM organisations WHERE name = 'Cedar'")) == 2


async def test_what_was_refused_may_be_tried_again(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    document = 'mutation ($at: ID!, $v: Int) { renameAccount(input: { organisationId: $at, name: "New", ifVersion: $v }) { organisation { name } } }'
    stale = await olga.ask(document, {"at": alder, "v": 99}, key=KEY)
    assert outcome(stale) == "CONFLICT/STALE"
    assert told(stale) == {"made": [], "replayed": []}
    assert outcome(await olga.ask(document, {"at": alder, "v": 1}, key=KEY)) == "ok"


TWO = """mutation ($at: ID!, $v: Int) {
  a: addPayeScheme(input: { organisationId: $at, reference: "999/ZZ99999", name: "Staff" }) { payeScheme { id } }
  b: renameAccount(input: { organisationId: $at, name: "New", ifVersion: $v }) { organisation { name } }
}"""


async def test_of_several_changes_those_that_were_made_are_replayed_and_the_others_made(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    first = await olga.ask(TWO, {"at": alder, "v": 99}, key=KEY)
    assert first.refusals == {"b": "CONFLICT"}
    assert told(first) == {"made": ["a"], "replayed": []}
    second = await olga.ask(TWO, {"at": alder, "v": 1}, key=KEY)
    assert second.data == {"a": first.data["a"], "b": {"organisation": {"name": "New"}}}
    assert told(second) == {"made": ["a", "b"], "replayed": ["a"]}
    third = await olga.ask(TWO, {"at": alder, "v": 1}, key=KEY)
    assert third.data == second.data
    assert told(third) == {"made": ["a", "b"], "replayed": ["a", "b"]}
    assert len(await world.sql("SELECT id FROM paye_schemes WHERE reference = '999/ZZ99999'")) == 1


async def test_a_strict_document_is_remembered_whole_or_not_at_all(world, tables):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    before = await tables.digests()
    refused = await olga.ask(TWO, {"at": alder, "v": 99}, mode="strict", key=KEY)
    assert (refused.status, refused.refusals) == (400, {"b": "CONFLICT"})
    assert await tables.digests() == before
    first = await olga.ask(TWO, {"at": alder, "v": 1}, mode="strict", key=KEY)
    assert told(first) == {"made": ["a", "b"], "replayed": []}
    after = await tables.digests()
    again = await olga.ask(TWO, {"at": alder, "v": 1}, mode="strict", key=KEY)
    assert (again.status, again.data) == (200, first.data)
    assert told(again) == {"made": ["a", "b"], "replayed": ["a", "b"]}
    assert await tables.digests() == after


async def test_a_strict_replay_that_is_withheld_now_says_that_it_is_made(world):
    act = await ready(world, "giveFeedback")
    document, given = act.document("record { id ilr { fundingModel } }"), {"input": act.given}
    first = await act.client.ask(document, given, mode="strict", key=KEY)
    assert (first.status, first.errors) == (200, [])
    await world.sql(
        "UPDATE role_grants SET role = 'inspection_access.employer_user',"
        " organisation_id = :alder, caseload_kind = NULL WHERE user_id = :tina",
        alder=demo_key("organisation:alder"),
        tina=demo_key("user:tina"),
    )
    again = await act.client.ask(document, given, mode="strict", key=KEY)
    assert again.status == 200
    assert again.refusals == {"giveFeedback.record.ilr": "FORBIDDEN"}
    assert told(again) == {"made": ["giveFeedback"], "replayed": ["giveFeedback"]}


async def test_a_change_is_remembered_for_a_day_and_then_forgotten(world):
    tess = await world.client("tess")
    first = await tess.ask(CREATE, key=KEY)
    world.clock.advance(milliseconds=DAY - 1)
    tess = await world.client("tess")  # whose token is new
    again = await tess.ask(CREATE, key=KEY)
    assert (again.data, told(again)["replayed"]) == (first.data, ["createAccount"])
    world.clock.advance(milliseconds=1)
    anew = await tess.ask(CREATE, key=KEY)
    assert told(anew) == {"made": ["createAccount"], "replayed": []}
    assert anew.data != first.data
    assert len(await world.sql("SELECT id FROM remembered_changes")) == 1


async def test_what_is_past_its_day_is_swept_by_whoever_comes_next(world):
    tess = await world.client("tess")
    for key in ("one", "two", "three"):
        assert outcome(await tess.ask(CREATE, key=key)) == "ok"
    world.clock.advance(milliseconds=DAY)
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    assert outcome(await olga.ask(ADD, {"at": alder, "name": "Staff"}, key="four")) == "ok"
    assert await world.sql("SELECT made_at FROM remembered_changes") == [(NOW + DAY,)]


async def test_what_is_remembered_holds_nothing_that_was_sent(world):
    otis, alder = await world.client("otis"), await organisation_id(world, "alder")
    document = 'mutation ($at: ID!) { nell: inviteUser(input: { organisationId: $at, email: "nell@example.test", name: "Nell", role: VIEWER }) { invitation { id } } }'
    reply = await otis.ask(document, {"at": alder}, key="otis@example.test")
    [row] = await world.sql("SELECT * FROM remembered_changes")
    text = " ".join(map(str, row)).lower()
    assert [word for word in ("nell", "otis", "viewer", "alder") if word in text] == []
    assert reply.data["nell"]["invitation"]["id"][4:] in text


async def test_a_query_takes_no_notice_of_a_key(world):
    olga = await world.client("olga")
    for document in ("{ me { name } }", "{ me { id } }"):
        reply = await olga.ask(document, key=KEY)
        assert (reply.status, reply.errors) == (200, [])
        assert "changes" not in reply.json["extensions"]
    assert await world.sql("SELECT id FROM remembered_changes") == []


async def test_a_change_that_broke_is_not_remembered(world):
    tess, frame = await world.client("tess"), frame_of(await world.app())

    def on_step(step: str) -> None:
        if step == "audited":
            raise RuntimeError

    frame.on_step = on_step
    assert (await tess.ask(CREATE, key=KEY)).status == 500
    frame.on_step = lambda _: None
    assert told(await tess.ask(CREATE, key=KEY)) == {"made": ["createAccount"], "replayed": []}


async def test_a_change_whose_answer_was_lost_is_answered_the_next_time(world):
    tess, frame = await world.client("tess"), frame_of(await world.app())

    def on_step(step: str) -> None:
        if step == "committed":
            raise RuntimeError

    frame.on_step = on_step
    assert (await tess.ask(CREATE, key=KEY)).status == 500
    frame.on_step = lambda _: None
    again = await tess.ask(CREATE, key=KEY)
    assert told(again) == {"made": ["createAccount"], "replayed": ["createAccount"]}
    assert again.data["createAccount"]["organisation"]["name"] == "Cedar"


WRONG = ["", " ", "two words", "x" * 256, "caf\u00e9".encode(), b"\x7f"]


@pytest.mark.parametrize("key", WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_key_that_is_none_is_refused(world, key, accept):
    tess = await world.client("tess")
    headers = [
        (b"Accept", accept.encode()),
        (b"Idempotency-Key", key if isinstance(key, bytes) else key.encode()),
    ]
    await refused(world, tess, headers)


async def test_two_keys_are_refused(world):
    await refused(world, await world.client("tess"), 2 * [(b"Idempotency-Key", KEY.encode())])


async def refused(world, client: Client, headers: list[tuple[bytes, bytes]]) -> None:
    response: httpx.Response = await client.post(
        "/graphql", json={"query": CREATE}, headers=headers
    )
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "reason": "IDEMPOTENCY_KEY"}
    assert "Idempotency-Key" in error["message"]
    assert await world.sql("SELECT id FROM organisations WHERE name = 'Cedar'") == []


@pytest.mark.parametrize("key", ["!", "~" * 255, '"8e03978e"'])
async def test_a_key_is_any_visible_characters(world, key):
    tess = await world.client("tess")
    assert told(await tess.ask(CREATE, key=key))["replayed"] == []
    assert told(await tess.ask(CREATE, key=key))["replayed"] == ["createAccount"]


async def test_a_page_of_a_listed_origin_may_send_a_key(world):
    world.settings = world.settings.model_copy(update={"cors_origins": ["https://app.example"]})
    world._app = None  # noqa: SLF001 -- an application with these settings
    client = await world.client()
    reply = await client.options(
        "/graphql",
        headers={
            "Origin": "https://app.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type, idempotency-key",
        },
    )
    assert reply.status_code == 200
    assert "idempotency-key" in reply.headers["access-control-allow-headers"].lower()


SENT_AT_ONCE = {
    "createAccount": (("tess", "tess@example.test"), CREATE),
    "leaveAccount": (
        ("otis", "otis@example.test"),
        f'mutation {{ leaveAccount(input: {{ organisationId: "org_{demo_key("organisation:alder")}" }}) {{ organisation {{ id }} }} }}',
    ),
}


@pytest.mark.parametrize("mode", ["partial", "strict"])
@pytest.mark.parametrize("name", SENT_AT_ONCE)
async def test_of_two_at_the_same_moment_one_makes_the_change(world, racers, name, mode):
    who, document = SENT_AT_ONCE[name]
    for number in range(3):
        barrier = threading.Barrier(2)
        for racer in racers:
            racer.frame.on_step = all_at("checked", barrier)
        replies = await asyncio.gather(
            *(racer.ask(who, document, mode=mode, key=str(number)) for racer in racers)
        )
        assert [outcome(reply) for reply in replies] == ["ok", "ok"]
        assert sorted(told(reply)["replayed"] for reply in replies) == [[], [name]]
        assert replies[0].data == replies[1].data
        made = "SELECT id FROM audit_events WHERE decision = 'ALLOWED' AND subject = :who AND request_id IN (:one, :two)"
        requests = [reply.response.headers["x-request-id"] for reply in replies]
        assert len(await world.sql(made, who=who[0], one=requests[0], two=requests[1])) == 1
        if name == "leaveAccount":
            return


async def test_of_two_different_ones_with_one_key_at_the_same_moment_one_is_refused(world, racers):
    who, barrier = ("tess", "tess@example.test"), threading.Barrier(2)
    for racer in racers:
        racer.frame.on_step = all_at("checked", barrier)
    replies = await asyncio.gather(
        *(
            racer.ask(who, CREATE.replace("Cedar", name), key=KEY)
            for racer, name in zip(racers, ("Cedar", "Cypress"), strict=True)
        )
    )
    assert sorted(map(outcome, replies)) == ["BAD_USER_INPUT/IDEMPOTENCY_KEY_REUSED", "ok"]
    names = "SELECT name FROM organisations WHERE name IN ('Cedar', 'Cypress')"
    assert len(await world.sql(names)) == 1
