"""Two superusers at once: one opening of a group, and I14 whatever the order."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from commands.racers import meanwhile
from commands.staged import INSPECTOR, TWO
from commands.test_races import Attempt, Track, person, track  # noqa: F401 -- `track` is a fixture
from db.seed.demo import demo_key
from db.seed.demo.fixed import record_key
from scenarios.rows import LONG_AGO, record_id
from worlds import NOW

PROV, GROUP = demo_key("organisation:prov"), demo_key("race:group")
DRAFT, GRANT, SECOND = demo_key("race:opening"), demo_key("race:ivy"), demo_key("race:second")
THERE = demo_key("race:there")
TINA, MAX = demo_key("user:tina"), demo_key("user:max")
IVY = demo_key("user:ivy")
WINDOW = "2026-11-03T17:00:00Z"
THREE = ["MANAGE_ILR", *TWO.split()]


async def fresh(track: Track, *learners: int, account: bool = False, opened: bool = False) -> None:  # noqa: F811 -- the fixture's name
    """One group with one opening of these learners, and Max beside Sue; L4 is not verified."""
    await track.sql(
        "DELETE FROM inspection_learners",
        "DELETE FROM inspector_accounts",
        "DELETE FROM role_grants WHERE group_id IS NOT NULL OR id = :second",
        "DELETE FROM inspection_openings",
        "DELETE FROM inspection_groups",
        "DELETE FROM users WHERE email = 'una@example.test'",
        "UPDATE users SET status = 'INVITED' WHERE id = :ivy",
        "UPDATE ilrs SET qa_verified_at = 1 WHERE record_id = :one",
        "UPDATE ilrs SET qa_verified_at = NULL WHERE record_id = :four",
        "INSERT INTO inspection_groups (id, organisation_id, name, body, revision)"
        " VALUES (:group, :prov, 'Race', 'ESFA', 1)",
        "INSERT INTO inspection_openings (id, group_id, organisation_id, number, all_learners,"
        " host_id, opens_at, closes_at, opened_at) VALUES (:draft, :group, :prov, 1, FALSE,"
        " :host, :opens, :closes, :opened)",
        "INSERT INTO role_grants (id, user_id, organisation_id, role, system, starts_at,"
        " permissions, revision) VALUES (:second, :max, :prov, 'inspection_access.superuser',"
        " 'inspection_access', 1, '', 1)",
        second=SECOND,
        max=MAX,
        ivy=IVY,
        one=record_key(1),
        four=record_key(4),
        group=GROUP,
        prov=PROV,
        draft=DRAFT,
        host=TINA if opened else None,
        opens=NOW if opened else None,
        closes=NOW + 3_600_000 if opened else None,
        opened=NOW if opened else None,
    )
    for number in learners:
        await track.sql(
            "INSERT INTO inspection_learners (id, opening_id, organisation_id, record_id, added_at)"
            " VALUES (:id, :draft, :prov, :record, :at)",
            id=demo_key(f"race:{number}"),
            draft=DRAFT,
            prov=PROV,
            record=record_key(number),
            at=LONG_AGO,
        )
    if account:
        await track.sql(
            "INSERT INTO role_grants (id, user_id, organisation_id, role, system, starts_at,"
            " group_id, permissions, revision) VALUES (:grant, :ivy, :prov, :role,"
            " 'inspection_access', 1, :group, :permissions, 1)",
            grant=GRANT,
            ivy=IVY,
            prov=PROV,
            role=INSPECTOR,
            group=GROUP,
            permissions=TWO,
        )
        await track.sql(
            "INSERT INTO inspector_accounts (id, name, name_sort, email, email_kind, channels, status)"
            " VALUES (:grant, 'Ivy', 'ivy', 'ivy@example.test', 'GENERIC', 'CONSOLE', 'INVITED')",
            grant=GRANT,
        )


async def holds_i14(track: Track) -> bool:  # noqa: F811 -- the fixture's name
    """I14: «group has a MANAGE_ILR inspector ⇒ every learner's ILR QA-verified»."""
    managed = await track.sql(
        "SELECT count(*) FROM role_grants WHERE group_id = :group AND permissions LIKE '%MANAGE%'",
        group=GROUP,
    )
    unverified = await track.sql(
        "SELECT count(*) FROM inspection_learners l JOIN ilrs i ON i.record_id = l.record_id"
        " WHERE i.qa_verified_at IS NULL"
    )
    return managed == [(0,)] or unverified == [(0,)]


def sue(name: str, target: str | None, who: str = "sue", /, **given: object) -> Attempt:
    return Attempt(person(who), name, target, tuple(given.items()))


def opening(who: str) -> Attempt:
    return sue("openInspection", f"grp_{GROUP}", who, closesAt=WINDOW, hostId=f"usr_{TINA}")


def managing(who: str, group: str = GROUP) -> Attempt:
    return sue(
        "createInspectorAccount", f"grp_{group}", who,
        email="una@example.test", name="Una", permissions=THREE,
    )  # fmt: skip


@pytest_asyncio.fixture(autouse=True, scope="module", loop_scope="module")
async def left_as_it_was(track):  # noqa: F811 -- a fixture
    yield
    await fresh(track)
    await track.sql(
        "DELETE FROM inspection_openings",
        "DELETE FROM role_grants WHERE id = :second",
        "DELETE FROM inspection_groups",
        second=SECOND,
    )


async def test_a_group_is_opened_once(track):  # noqa: F811 -- a fixture
    for _ in range(track.rounds):
        await fresh(track, 1)
        ended = await track.race(opening("sue"), opening("max"))
        assert sorted(said for said, _ in ended) == ["CONFLICT/ALREADY_OPEN", "ok"]
        assert await track.sql("SELECT number FROM inspection_openings") == [(1,)]


async def test_a_group_is_closed_once(track):  # noqa: F811 -- a fixture
    for _ in range(track.rounds):
        await fresh(track, 1, opened=True)
        ended = await track.race(
            sue("closeInspection", f"grp_{GROUP}"), sue("closeInspection", f"grp_{GROUP}", "max")
        )
        assert sorted(said for said, _ in ended) == ["CONFLICT/NOT_OPEN", "ok"]


async def test_a_group_is_closed_while_it_is_opened(track):  # noqa: F811 -- a fixture
    for _ in range(track.rounds):
        await fresh(track, 1, opened=True)
        ended = await track.race(sue("closeInspection", f"grp_{GROUP}"), opening("max"))
        assert ended[0][0] == "ok"
        assert ended[1][0] in {"ok", "CONFLICT/ALREADY_OPEN"}
        rows = await track.sql(
            "SELECT number, opened_at IS NOT NULL, closed_at IS NOT NULL FROM inspection_openings"
        )
        again = [(2, True, False)] if ended[1][0] == "ok" else []
        assert sorted(rows) == [(1, True, True), *again]
        learners = await track.sql("SELECT opening_id FROM inspection_learners")
        assert learners == [(DRAFT,)]  # the next use starts empty


async def test_learners_join_the_next_visit_once(track):  # noqa: F811 -- a fixture
    """Nobody begins a second opening of the same number, and nobody is in one twice."""
    for _ in range(track.rounds):
        await fresh(track, 1, opened=True)
        await track.sql("UPDATE inspection_openings SET closed_at = :now", now=NOW)
        adding = {"recordIds": [record_id(2), record_id(3)]}
        ended = await track.race(
            sue("addLearners", f"grp_{GROUP}", **adding),
            sue("addLearners", f"grp_{GROUP}", "max", **adding),
        )
        assert [said for said, _ in ended] == ["ok", "ok"]
        assert await track.sql("SELECT count(*), max(number) FROM inspection_openings") == [(2, 2)]
        assert await track.sql("SELECT count(*) FROM inspection_learners") == [(3,)]


async def test_a_learner_who_is_not_verified_joins_as_somebody_comes_to_manage_ilrs(track):  # noqa: F811 -- a fixture
    for _ in range(track.rounds):
        await fresh(track)
        ended = await track.race(
            sue("addLearners", f"grp_{GROUP}", recordIds=[record_id(4)]), managing("max")
        )
        refused = "PRECONDITION/ILR_NOT_QA_VERIFIED"
        assert sorted(said for said, _ in ended) == sorted(["ok", refused])
        assert await holds_i14(track)


async def test_a_learner_who_is_not_verified_joins_as_an_account_is_given_more(track):  # noqa: F811 -- a fixture
    for _ in range(track.rounds):
        await fresh(track, account=True)
        ended = await track.race(
            sue("addLearners", f"grp_{GROUP}", recordIds=[record_id(4)]),
            sue("updateInspectorAccount", f"ins_{GRANT}", "max", permissions=THREE),
        )
        refused = "PRECONDITION/ILR_NOT_QA_VERIFIED"
        assert sorted(said for said, _ in ended) == sorted(["ok", refused])
        assert await holds_i14(track)


async def test_an_ilr_is_no_longer_verified_as_its_learner_joins(track):  # noqa: F811 -- a fixture
    """F06: «refused while learner is in a group with MANAGE_ILR member»."""
    for _ in range(track.rounds):
        await fresh(track, account=True)
        await track.sql("UPDATE role_grants SET permissions = 'MANAGE_ILR' WHERE id = :i", i=GRANT)
        (withdrawn, _), (added, _) = await track.race(
            sue("verifyIlr", record_id(1), verified=False),
            sue("addLearners", f"grp_{GROUP}", "max", recordIds=[record_id(1)]),
        )
        assert (withdrawn, added) in {
            ("ok", "PRECONDITION/ILR_NOT_QA_VERIFIED"),
            ("CONFLICT/ILR_SAMPLED", "ok"),
        }
        assert await holds_i14(track)


async def test_an_ilr_is_no_longer_verified_as_somebody_comes_to_manage_it(track):  # noqa: F811 -- a fixture
    for _ in range(track.rounds):
        await fresh(track, 1)
        (withdrawn, _), (made, _) = await track.race(
            sue("verifyIlr", record_id(1), verified=False), managing("max")
        )
        assert (withdrawn, made) in {
            ("ok", "PRECONDITION/ILR_NOT_QA_VERIFIED"),
            ("CONFLICT/ILR_SAMPLED", "ok"),
        }
        assert await holds_i14(track)


async def test_an_ilr_is_edited_as_it_is_verified(track):  # noqa: F811 -- a fixture
    """I15: «ILR QA-verified ⇒ `ilr` immutable»."""
    for _ in range(track.rounds):
        await fresh(track)
        await track.sql(
            "UPDATE ilrs SET outcome = NULL, revision = 1 WHERE record_id = :four",
            four=record_key(4),
        )
        (edited, _), (verified, _) = await track.race(
            sue("editIlr", record_id(4), "tina"), sue("verifyIlr", record_id(4))
        )
        assert verified == "ok"
        assert edited in {"ok", "LOCKED/QA_VERIFIED"}
        rows = await track.sql(
            "SELECT outcome, revision FROM ilrs WHERE record_id = :four", four=record_key(4)
        )
        assert rows == [("PARTIAL", 3) if edited == "ok" else (None, 2)]


async def test_one_address_gets_one_account(track):  # noqa: F811 -- a fixture
    for _ in range(track.rounds):
        await fresh(track)
        ended = await track.race(managing("sue"), managing("max"))
        assert sorted(said for said, _ in ended) == ["CONFLICT/UNAVAILABLE", "ok"]
        assert await track.sql(
            "SELECT count(*) FROM role_grants WHERE group_id = :group", group=GROUP
        ) == [(1,)]
        assert await track.sql("SELECT count(*) FROM users WHERE email = 'una@example.test'") == [
            (1,)
        ]


async def test_one_address_gets_one_account_of_two_providers(track):  # noqa: F811 -- a fixture
    """Of two Users with one address neither could register, so both let in the same one (F12)."""
    for _ in range(track.rounds):
        await fresh(track)
        await track.sql(
            "DELETE FROM role_grants WHERE id = :id",
            "INSERT INTO inspection_groups (id, organisation_id, name, body, revision)"
            " VALUES (:id, :there, 'There', 'ESFA', 1)",
            "INSERT INTO role_grants (id, user_id, organisation_id, role, system, starts_at,"
            " permissions, revision) VALUES (:id, :max, :there, 'inspection_access.superuser',"
            " 'inspection_access', 1, '', 1)",
            id=THERE,
            max=MAX,
            there=demo_key("organisation:prov-two"),
        )
        ended = await track.race(managing("sue"), managing("max", THERE))
        assert [said for said, _ in ended] == ["ok", "ok"]
        made = await track.sql(
            "SELECT count(DISTINCT u.id), count(DISTINCT g.id) FROM users u LEFT JOIN role_grants g"
            " ON g.user_id = u.id WHERE u.email = 'una@example.test'"
        )
        assert made == [(1, 2)]
    await track.sql(
        "DELETE FROM inspector_accounts", "DELETE FROM role_grants WHERE id = :id", id=THERE
    )


@pytest.mark.parametrize("first", ["cancelInspector", "createAccount"])
async def test_nobody_is_made_an_owner_who_is_being_cancelled(track, first):  # noqa: F811 -- a fixture
    """X06, A08: whatever comes first, who is made an owner can sign in and keeps the account."""
    owned = "FROM role_grants WHERE user_id = :ivy AND system = 'employer_account'"
    await fresh(track, account=True)
    await track.sql(
        f"DELETE {owned}",
        "UPDATE users SET status = 'ACTIVE' WHERE id = :ivy",
        "UPDATE inspector_accounts SET status = 'ACTIVE' WHERE id = :grant",
        ivy=IVY,
        grant=GRANT,
    )
    acts = {
        "cancelInspector": (person("sue"), "cancelInspector", f"ins_{GRANT}", {}),
        "createAccount": (person("ivy"), "createAccount", None, {"name": "Ivy Ltd"}),
    }
    [second] = set(acts) - {first}
    one, other, _ = track.racers
    one.frame.on_step, begun = meanwhile(other, *acts[second])
    try:
        ended = {first: (await one.act(*acts[first]))[0]}
    finally:
        one.frame.on_step = lambda _: None
    ended[second] = (await asyncio.wrap_future(begun[0]))[0]
    [[status]] = await track.sql("SELECT status FROM users WHERE id = :ivy", ivy=IVY)
    grants = await track.sql(f"SELECT count(*) {owned}", ivy=IVY)
    assert ended[first] == "ok"
    assert status == "ACTIVE"  # the account is cancelled, and not the User
    if first == "createAccount" or ended[second] == "ok":
        assert (ended[second], grants) == ("ok", [(1,)])
    else:
        assert (ended[second], grants) == ("UNAUTHENTICATED", [(0,)])
    await track.sql(f"DELETE {owned}", ivy=IVY)


async def test_one_account_is_taken_up_by_one_sign_in(track):  # noqa: F811 -- a fixture
    for _ in range(track.rounds):
        await fresh(track, account=True)
        await track.sql("UPDATE users SET subject = NULL WHERE id = :ivy", ivy=IVY)
        ended = await track.race(
            *(
                Attempt((subject, "ivy@example.test"), "registerInspector")
                for subject in ("ivy-1", "ivy-2")
            )
        )
        assert sorted(said for said, _ in ended) == ["CONFLICT/NO_ACCOUNT", "ok"]
        [[subject]] = await track.sql("SELECT subject FROM users WHERE id = :ivy", ivy=IVY)
        assert subject == ("ivy-1" if ended[0][0] == "ok" else "ivy-2")
    await track.sql(
        "UPDATE users SET subject = 'ivy', name = 'Ivy', name_sort = 'ivy', initials = 'I'"
        " WHERE id = :ivy",
        ivy=IVY,
    )
