"""Each root field of a mutation is an operation of its own, and its payload obeys what it made."""

from __future__ import annotations

import pytest

from authz.rows.grants import GrantReader
from commands.acts import do, outcome
from commands.tables import audited
from scenarios.rows import ids_of, organisation_id, user_key


async def grant_of(world, handle: str, account: str = "alder") -> str:
    rows = await world.sql(
        "SELECT g.id FROM role_grants g JOIN organisations o ON o.id = g.organisation_id"
        " WHERE g.user_id = :user AND lower(o.name) = :account AND g.system = 'employer_account'",
        user=await user_key(world, handle),
        account=account,
    )
    return f"grt_{rows[0][0]}"


async def name_of(world, account: str) -> str:
    rows = await world.sql("SELECT name FROM organisations WHERE id = :id", id=account[4:])
    return rows[0][0]


TWO = """
mutation ($me: ID!, $at: ID!) {
  a: changeRole(input: { grantId: $me, role: VIEWER }) { grant { role } }
  b: renameAccount(input: { organisationId: $at, name: "Never" }) { organisation { name } }
}
"""


async def test_who_steps_down_in_a_may_not_act_in_b(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    reply = await olga.ask(TWO, {"me": await grant_of(world, "olga"), "at": alder})
    assert reply.data == {"a": {"grant": {"role": "EMPLOYER_ACCOUNT_VIEWER"}}, "b": None}
    assert reply.refusals == {"b": "FORBIDDEN"}
    assert await name_of(world, alder) == "Alder"


async def test_the_answers_fingerprint_is_the_one_after_the_change(world):
    olga, vera = await world.client("olga"), await world.client("vera")
    me = await grant_of(world, "olga")
    reply = await olga.ask(
        "mutation ($me: ID!) { changeRole(input: { grantId: $me, role: VIEWER }) { grant { role } } }",
        {"me": me},
    )
    of_a_viewer = await vera.ask("{ me { name } }")
    read = lambda r: r.json["extensions"]["authorization"]["fingerprint"]  # noqa: E731 -- said twice below
    assert read(reply) == read(of_a_viewer) == read(await olga.ask("{ me { name } }"))


async def test_each_field_has_grants_of_its_own_instant(world):
    """What a gives, b may use."""
    tess = await world.client("tess")
    reply = await tess.ask("""mutation {
      a: createAccount(input: { name: "One" }) { organisation { name } }
      b: createAccount(input: { name: "Two" }) { organisation { name allowedActions } grant { role } }
    }""")
    assert reply.errors == []
    assert reply.data["a"] == {"organisation": {"name": "One"}}
    assert "EMPLOYER_ACCOUNT_RENAME" in reply.data["b"]["organisation"]["allowedActions"]
    assert reply.data["b"]["grant"] == {"role": "EMPLOYER_ACCOUNT_OWNER"}


async def test_fields_run_in_the_order_they_are_written(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    rename = (
        'renameAccount(input: {{ organisationId: $at, name: "{}" }}) {{ organisation {{ name }} }}'
    )
    names = ["Zed", "Alpha", "Mid", "Alder Last"]
    document = (
        "mutation ($at: ID!) { "
        + " ".join(f"f{index}: {rename.format(name)}" for index, name in enumerate(names))
        + " }"
    )
    reply = await olga.ask(document, {"at": alder})
    assert list(reply.data) == ["f0", "f1", "f2", "f3"]
    assert [each["organisation"]["name"] for each in reply.data.values()] == names
    assert await name_of(world, alder) == "Alder Last"


async def test_a_field_that_is_refused_stops_none_that_follow(world):
    olga = await world.client("olga")
    alder, birch = await organisation_id(world, "alder"), await organisation_id(world, "birch")
    reply = await olga.ask(
        """mutation ($a: ID!, $b: ID!) {
          first: renameAccount(input: { organisationId: $b, name: "X" }) { organisation { id } }
          second: renameAccount(input: { organisationId: $a, name: "" }) { organisation { id } }
          third: renameAccount(input: { organisationId: $a, name: "Third" }) { organisation { name } }
        }""",
        {"a": alder, "b": birch},
    )
    assert reply.data == {
        "first": None,
        "second": None,
        "third": {"organisation": {"name": "Third"}},
    }
    assert reply.refusals == {"first": "NOT_FOUND", "second": "BAD_USER_INPUT"}
    events = await audited(world, reply.response.headers["x-request-id"])
    assert sorted((e["decision"], e["code"] or "") for e in events) == [
        ("ALLOWED", ""),
        ("REFUSED", "BAD_USER_INPUT"),
        ("REFUSED", "NOT_FOUND"),
    ]


async def test_a_payload_is_never_null_though_all_in_it_is_out_of_sight(world):
    otis, alder = await world.client("otis"), await organisation_id(world, "alder")
    reply = await otis.ask(
        """mutation ($at: ID!) { leaveAccount(input: { organisationId: $at }) {
          __typename organisation { id name account { levyStatus } } } }""",
        {"at": alder},
    )
    assert reply.status == 200
    assert reply.errors == []
    assert reply.data == {
        "leaveAccount": {"__typename": "LeaveAccountPayload", "organisation": None}
    }


async def test_what_a_payload_shows_is_what_the_new_role_may_read(world):
    olga = await world.client("olga")
    reply = await olga.ask(
        """mutation ($me: ID!) { changeRole(input: { grantId: $me, role: AAN }) {
          grant { role user { name } organisation { name account { levyStatus warnings } } } } }""",
        {"me": await grant_of(world, "olga")},
    )
    grant = reply.data["changeRole"]["grant"]
    assert grant["role"] == "EMPLOYER_ACCOUNT_AAN"
    assert grant["organisation"] == {
        "name": "Alder",
        "account": {"levyStatus": None, "warnings": None},
    }
    at = "changeRole.grant.organisation.account."
    assert reply.refusals == {at + "levyStatus": "FORBIDDEN", at + "warnings": "FORBIDDEN"}


async def test_a_member_who_is_removed_is_not_in_the_team_of_the_payload(world):
    olga = await world.client("olga")
    reply = await olga.ask(
        """mutation ($grant: ID!) { removeUser(input: { grantId: $grant }) { organisation {
          account { team(first: 20) { totalCount nodes { user { name } } } } } } }""",
        {"grant": await grant_of(world, "vera")},
    )
    team = reply.data["removeUser"]["organisation"]["account"]["team"]
    assert team["totalCount"] == 4
    assert "Vera" not in [node["user"]["name"] for node in team["nodes"]]


async def test_bad_arguments_below_a_payload_do_not_hide_that_it_was_done(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    reply = await olga.ask(
        """mutation ($at: ID!) { renameAccount(input: { organisationId: $at, name: "Done" }) {
          organisation { name account { levyStatus team(first: 1, last: 1) { totalCount } } } } }""",
        {"at": alder},
    )
    assert reply.data["renameAccount"]["organisation"] == {
        "name": "Done",
        "account": {"levyStatus": "LEVY", "team": None},
    }
    assert reply.refusals == {"renameAccount.organisation.account.team": "BAD_USER_INPUT"}


SWITCHED = """
mutation ($at: ID!, $yes: Boolean!, $no: Boolean!) {
  a: renameAccount(input: { organisationId: $at, name: "A" }) @skip(if: $yes) { organisation { name } }
  b: renameAccount(input: { organisationId: $at, name: "B" }) @include(if: $yes) { organisation { name @skip(if: $yes) id @include(if: $no) } }
  c: renameAccount(input: { organisationId: $at, name: "C" }) @include(if: $no) { organisation { name } }
  ... on Mutation @include(if: $no) { d: renameAccount(input: { organisationId: $at, name: "D" }) { organisation { name } } }
  ...More @skip(if: $yes)
  __typename
}
fragment More on Mutation { e: renameAccount(input: { organisationId: $at, name: "E" }) { organisation { name } } }
"""


async def test_skip_and_include_decide_what_is_done(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    reply = await olga.ask(SWITCHED, {"at": alder, "yes": True, "no": False})
    assert reply.errors == []
    assert reply.data == {"b": {"organisation": {}}, "__typename": "Mutation"}
    assert await name_of(world, alder) == "B"
    assert len(await audited(world, reply.response.headers["x-request-id"])) == 1
    reply = await olga.ask(SWITCHED, {"at": alder, "yes": False, "no": True})
    assert list(reply.data) == ["a", "c", "d", "e", "__typename"]
    assert await name_of(world, alder) == "E"
    assert len(await audited(world, reply.response.headers["x-request-id"])) == 4


async def test_fields_that_merge_are_done_once(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    reply = await olga.ask(
        """mutation ($at: ID!) {
          ...One
          renameAccount(input: { organisationId: $at, name: "Once" }) { organisation { editVersion } }
          ...One
        }
        fragment One on Mutation {
          renameAccount(input: { organisationId: $at, name: "Once" }) { organisation { name } }
        }""",
        {"at": alder},
    )
    assert reply.data == {"renameAccount": {"organisation": {"name": "Once", "editVersion": 2}}}
    assert len(await audited(world, reply.response.headers["x-request-id"])) == 1


async def test_a_refused_change_in_strict_mode_is_403(world, tables):
    vera, alder = await world.client("vera"), await organisation_id(world, "alder")
    before = await tables.digests()
    document = """mutation ($at: ID!) { renameAccount(input: { organisationId: $at, name: "X" }) { organisation { id } } }"""
    reply = await vera.ask(document, {"at": alder}, mode="strict")
    assert reply.status == 403
    assert "data" not in reply.json
    assert reply.refusals == {"renameAccount": "FORBIDDEN"}
    assert await tables.digests() == before
    olga = await world.client("olga")
    reply = await olga.ask(document, {"at": alder}, mode="strict")
    assert (reply.status, reply.data) == (200, {"renameAccount": {"organisation": {"id": alder}}})


async def test_only_the_chosen_operation_is_done(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    document = """
    mutation One($at: ID!) { renameAccount(input: { organisationId: $at, name: "One" }) { organisation { name } } }
    mutation Two($at: ID!) { renameAccount(input: { organisationId: $at, name: "Two" }) { organisation { name } } }
    query Three($at: ID!) { organisation(id: $at) { name } }
    """
    reply = await olga.ask(document, {"at": alder}, operation_name="Two")
    assert reply.data == {"renameAccount": {"organisation": {"name": "Two"}}}
    reply = await olga.ask(document, {"at": alder}, operation_name="Three")
    assert reply.data == {"organisation": {"name": "Two"}}
    reply = await olga.ask(document, {"at": alder})
    assert reply.status == 400
    assert await name_of(world, alder) == "Two"


BROKEN = [
    'mutation { renameAccount(input: { organisationId: $at, name: "X" }) { organisation { nothing } } }',
    "mutation { renameAccount { organisation { id } } }",
    'mutation { renameAccount(input: { organisationId: "x", name: "X" }) }',
    'mutation ($at: ID!) { renameAccount(input: { organisationId: $at, name: "X" }) { organisation { id } } nothing }',
    'mutation ($at: ID!) { a: renameAccount(input: { organisationId: $at, name: "X" }) { organisation { id } } a: renameAccount(input: { organisationId: $at, name: "Y" }) { organisation { id } } }',
]


@pytest.mark.parametrize("document", BROKEN, ids=range(len(BROKEN)))
async def test_a_document_that_is_not_valid_does_nothing(world, tables, document):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    before = await tables.digests()
    reply = await olga.ask(document, {"at": alder})
    assert reply.status == 400
    assert "data" not in reply.json
    assert await tables.digests() == before


async def test_the_same_change_by_alias_in_two_accounts(world):
    """D0-13: one person, Owner here and Transactor there, in one request."""
    tariq = await world.client("tariq")
    alder, birch = await organisation_id(world, "alder"), await organisation_id(world, "birch")
    reply = await tariq.ask(
        """mutation ($a: ID!, $b: ID!) {
          here: renameAccount(input: { organisationId: $a, name: "A" }) { organisation { name } }
          there: renameAccount(input: { organisationId: $b, name: "B" }) { organisation { name } }
        }""",
        {"a": alder, "b": birch},
    )
    assert reply.data == {"here": None, "there": {"organisation": {"name": "B"}}}
    assert reply.refusals == {"here": "FORBIDDEN"}


async def test_a_removed_row_is_gone_for_the_next_field(world):
    olga = await world.client("olga")
    [scheme, *_] = await ids_of(world, "paye_schemes", "alder")
    reply = await olga.ask(
        """mutation ($id: ID!) {
          a: removePayeScheme(input: { payeSchemeId: $id }) { organisation { account { payeSchemes { id } } } }
          b: removePayeScheme(input: { payeSchemeId: $id }) { organisation { id } }
        }""",
        {"id": scheme},
    )
    assert [s["id"] for s in reply.data["a"]["organisation"]["account"]["payeSchemes"]] != [scheme]
    assert len(reply.data["a"]["organisation"]["account"]["payeSchemes"]) == 1
    assert reply.refusals == {"b": "NOT_FOUND"}


async def test_a_mutation_is_never_run_on_the_plain_path_unguarded(world, tables):
    """Asked of the fall-back, a change is refused or made by the same frame: once, and audited."""
    vera, alder = await world.client("vera"), await organisation_id(world, "alder")
    before = await tables.digests()
    reply = await vera.ask(
        'mutation ($at: ID!) { renameAccount(input: { organisationId: $at, name: "X" }) { organisation { id } } __typename }',
        {"at": alder},
        plain=True,
    )
    assert reply.refusals == {"renameAccount": "FORBIDDEN"}
    assert await tables.digests() == before
    olga = await world.client("olga")
    reply = await olga.ask(
        'mutation ($at: ID!) { renameAccount(input: { organisationId: $at, name: "Plain" }) { organisation { name } } }',
        {"at": alder},
        plain=True,
    )
    assert outcome(reply) == "ok"
    assert len(await audited(world, reply.response.headers["x-request-id"])) == 1
    assert outcome(await do(olga, "renameAccount", alder, name="Alder", ifVersion=2)) == "ok"


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
async def test_who_is_shut_out_right_after_the_change_sees_nothing_of_it(world, monkeypatch, plain):
    """The payload is read with the grants after the commit; the change is made all the same."""
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    principal = GrantReader.principal

    async def shut_out_first(self, reader, identity, now):
        if await name_of(world, alder) == "New":
            await world.sql("UPDATE users SET status = 'INACTIVE' WHERE subject = 'olga'")
        return await principal(self, reader, identity, now)

    monkeypatch.setattr(GrantReader, "principal", shut_out_first)
    reply = await olga.ask(
        'mutation ($at: ID!) { renameAccount(input: { organisationId: $at, name: "New" })'
        " { organisation { name } } }",
        {"at": alder},
        plain=plain,
    )
    assert reply.status == 200
    assert reply.data == {"renameAccount": {"organisation": None}}
    assert reply.errors == []
    assert await name_of(world, alder) == "New"
    assert (await olga.ask("{ me { name } }")).status == 401
