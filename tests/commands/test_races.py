"""The worst interleaving of commands: everybody is checked before anybody has locked anything."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from commands.racers import PATIENCE, Racer, all_at
from db.drivers.database import sqlalchemy_url
from db.seed.demo import demo_key
from resolvers.employer_account.teams import digest
from worlds import NOW

ROUNDS = {"postgresql": 25, "sqlite": 5}
"""SQLite has one writer at a time: a few rounds show that nothing waits for ever."""

ALDER, BIRCH = demo_key("organisation:alder"), demo_key("organisation:birch")
NELL = ("nell", "nell@example.test")
OWNER = "employer_account.owner"
CODE = "a-code-that-was-mailed"


def person(handle: str) -> tuple[str, str]:
    return handle, f"{handle}@example.test"


@dataclass(frozen=True)
class Attempt:
    """What one person sends."""

    who: tuple[str, str]
    name: str
    target: str | None = None
    given: tuple[tuple[str, Any], ...] = ()


class Track:
    """A database, three applications in front of it, and a direct road to its rows."""

    def __init__(self, kind: str, url: str, racers: list[Racer]) -> None:
        self.rounds = ROUNDS[kind]
        self.racers = racers
        self.engine = create_async_engine(sqlalchemy_url(url))

    async def sql(self, *statements: str, **parameters: object) -> list[Any]:
        """Run statements in one transaction; the rows of the last."""
        async with self.engine.begin() as connection:
            for statement in statements:
                names = {n: v for n, v in parameters.items() if f":{n}" in statement}
                result = await connection.execute(text(statement), names)
            return [tuple(row) for row in result.all()] if result.returns_rows else []

    async def race(self, *attempts: Attempt) -> list[tuple[str, bytes]]:
        """Let all go on from their first check at the same moment."""
        barrier = threading.Barrier(len(attempts))
        running = []
        for racer, attempt in zip(self.racers, attempts, strict=False):
            racer.frame.on_step = all_at("checked", barrier)
            running.append(
                racer.act(attempt.who, attempt.name, attempt.target, dict(attempt.given))
            )
        try:
            return list(await asyncio.gather(*running))
        finally:
            for racer in self.racers:
                racer.frame.on_step = lambda _: None

    async def fresh_team(self, *owners: str) -> dict[str, str]:
        """Alder's first members are back, these are its owners; the ids of their grants."""
        keys = {f"owner{n}": demo_key(f"user:{owner}") for n, owner in enumerate(owners)}
        chosen = f"user_id IN ({', '.join(f':{name}' for name in keys)})"
        team = "organisation_id = :alder AND system = 'employer_account'"
        found = await self.sql(
            f"DELETE FROM role_grants WHERE {team} AND starts_at = :now",
            f"UPDATE role_grants SET ends_at = NULL, role = 'employer_account.viewer' WHERE {team}",
            f"UPDATE role_grants SET role = :role WHERE {team} AND {chosen}",
            f"SELECT user_id, id FROM role_grants WHERE {team} AND {chosen}",
            alder=ALDER,
            now=NOW,
            role=OWNER,
            **keys,
        )
        grants = dict(found)
        return {owner: f"grt_{grants[demo_key(f'user:{owner}')]}" for owner in owners}

    async def owners(self) -> set[str]:
        """The subjects of Alder's effective owners."""
        rows = await self.sql(
            "SELECT u.subject FROM role_grants g JOIN users u ON u.id = g.user_id"
            " WHERE g.organisation_id = :alder AND g.role = :role AND g.ends_at IS NULL",
            alder=ALDER,
            role=OWNER,
        )
        return {row[0] for row in rows}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def track(common_world) -> AsyncIterator[Track]:
    racers = [Racer(common_world) for _ in range(3)]
    for racer in racers:
        await racer.start()
    track = Track(common_world.database, common_world.url, racers)
    yield track
    await track.engine.dispose()
    for racer in racers:
        await racer.close()


def demote(who: str, grant: str) -> Attempt:
    return Attempt(person(who), "changeRole", grant, (("role", "VIEWER"),))


async def test_two_owners_demote_each_other(track):
    for _ in range(track.rounds):
        grants = await track.fresh_team("olga", "otis")
        ended = await track.race(demote("olga", grants["otis"]), demote("otis", grants["olga"]))
        assert sorted(outcome for outcome, _ in ended) == ["FORBIDDEN", "ok"]
        winner = "olga" if ended[0][0] == "ok" else "otis"
        assert await track.owners() == {winner}


def one_after_another(
    order: tuple[str, ...], victims: dict[str, str]
) -> tuple[dict[str, str], set[str]]:
    """What the ring comes to when its acts are done in this order."""
    owners, outcomes = set(victims), {}
    for who in order:
        outcomes[who] = "ok" if who in owners else "FORBIDDEN"
        if who in owners:
            owners.discard(victims[who])
    return outcomes, owners


async def test_three_owners_in_a_ring(track):
    victims = {"olga": "otis", "otis": "tariq", "tariq": "olga"}
    possible = [one_after_another(order, victims) for order in itertools.permutations(victims)]
    for _ in range(track.rounds):
        grants = await track.fresh_team(*victims)
        # Tariq owns Birch as well: demoted here, he is refused by (3) and not by (1).
        ended = await track.race(*(demote(who, grants[victim]) for who, victim in victims.items()))
        outcomes = dict(zip(victims, (outcome for outcome, _ in ended), strict=True))
        owners = await track.owners()
        assert (outcomes, owners) in possible
        assert owners


async def fresh_invitation(track: Track) -> None:
    await track.fresh_team("olga", "otis")
    await track.sql(
        "DELETE FROM invitations WHERE organisation_id = :alder",
        "DELETE FROM role_grants WHERE user_id IN (SELECT id FROM users WHERE email_sort = :email)",
        "DELETE FROM users WHERE email_sort = :email",
        alder=ALDER,
        email=NELL[1],
    )
    await track.sql(
        "INSERT INTO invitations (id, organisation_id, email, email_sort, name, role, status, invited_at, expires_at, code_digest, revision)"
        " VALUES (:id, :alder, :email, :email, 'Nell', 'employer_account.viewer', 'PENDING', 1, :end, :digest, 1)",
        id=demo_key("invitation:race"),
        alder=ALDER,
        email=NELL[1],
        end=NOW + 1,
        digest=digest(CODE),
    )


@pytest.mark.parametrize(
    "second", [NELL, ("nells-other-sign-in", NELL[1])], ids=["one subject", "two subjects"]
)
async def test_one_invitation_is_accepted_twice(track, second):
    for _ in range(track.rounds):
        await fresh_invitation(track)
        attempts = [
            Attempt(who, "acceptInvitation", None, (("code", CODE),)) for who in (NELL, second)
        ]
        ended = sorted(outcome for outcome, _ in await track.race(*attempts))
        assert ended[1] == "ok"
        assert ended[0] in {"CONFLICT/NOT_PENDING", "BAD_USER_INPUT/CODE"}
        joined = await track.sql(
            "SELECT g.role FROM role_grants g JOIN users u ON u.id = g.user_id WHERE u.email_sort = :email",
            email=NELL[1],
        )
        assert joined == [("employer_account.viewer",)]
        assert await track.sql(
            "SELECT count(*) FROM users WHERE email_sort = :email", email=NELL[1]
        ) == [(1,)]
    await track.sql(
        "DELETE FROM role_grants WHERE user_id IN (SELECT id FROM users WHERE email_sort = :email)",
        email=NELL[1],
    )


async def test_a_code_is_accepted_while_it_is_taken_back(track):
    for _ in range(track.rounds):
        await fresh_invitation(track)
        accepting = Attempt(NELL, "acceptInvitation", None, (("code", CODE),))
        cancelling = Attempt(
            person("olga"), "cancelInvitation", f"inv_{demo_key('invitation:race')}"
        )
        (accepted, _), (cancelled, _) = await track.race(accepting, cancelling)
        [[status]] = await track.sql(
            "SELECT status FROM invitations WHERE organisation_id = :alder", alder=ALDER
        )
        joined = await track.sql(
            "SELECT count(*) FROM users WHERE email_sort = :email", email=NELL[1]
        )
        if accepted == "ok":
            assert (cancelled, status, joined) == ("CONFLICT/NOT_PENDING", "ACCEPTED", [(1,)])
        else:
            assert accepted in {"CONFLICT/NOT_PENDING", "BAD_USER_INPUT/CODE"}
            assert (cancelled, status, joined) == ("ok", "DELETED", [(0,)])


async def test_the_last_but_one_owner_leaves_while_she_is_removed(track):
    for _ in range(track.rounds):
        grants = await track.fresh_team("olga", "otis")
        ended = await track.race(
            Attempt(person("olga"), "leaveAccount", f"org_{ALDER}"),
            Attempt(person("otis"), "removeUser", grants["olga"]),
        )
        # She left first: there is no grant to remove. She was removed first: nothing is hers to leave.
        assert [outcome for outcome, _ in ended] in (["ok", "NOT_FOUND"], ["FORBIDDEN", "ok"])
        assert await track.owners() == {"otis"}


async def test_two_owners_leave_at_once(track):
    for _ in range(track.rounds):
        await track.fresh_team("olga", "otis")
        leaving = [Attempt(person(who), "leaveAccount", f"org_{ALDER}") for who in ("olga", "otis")]
        ended = await track.race(*leaving)
        assert sorted(outcome for outcome, _ in ended) == ["CONFLICT/LAST_OWNER", "ok"]
        assert len(await track.owners()) == 1


async def test_an_owner_leaves_while_she_demotes_the_other(track):
    for _ in range(track.rounds):
        grants = await track.fresh_team("olga", "otis")
        ended = await track.race(
            Attempt(person("otis"), "leaveAccount", f"org_{ALDER}"), demote("olga", grants["otis"])
        )
        assert [outcome for outcome, _ in ended] in (["ok", "NOT_FOUND"], ["FORBIDDEN", "ok"])
        assert await track.owners() == {"olga"}


def paye(who: str, account: str) -> Attempt:
    return Attempt(
        person(who),
        "addPayeScheme",
        f"org_{account}",
        (("reference", "555/RACE"), ("name", "Race")),
    )


async def test_two_owners_add_one_paye_scheme(track):
    await track.fresh_team("olga", "otis")
    for _ in range(track.rounds):
        await track.sql("DELETE FROM paye_schemes WHERE reference = '555/RACE'")
        ended = await track.race(paye("olga", ALDER), paye("otis", ALDER))
        assert sorted(outcome for outcome, _ in ended) == ["CONFLICT/ALREADY_ADDED", "ok"]
        assert await track.sql(
            "SELECT count(*) FROM paye_schemes WHERE reference = '555/RACE'"
        ) == [(1,)]


async def test_two_accounts_add_one_paye_scheme(track):
    """Whoever comes second reads the same bytes as if the scheme had always been another's."""
    await track.fresh_team("olga", "otis")
    refused = {}
    for _ in range(track.rounds):
        await track.sql("DELETE FROM paye_schemes WHERE reference = '555/RACE'")
        ended = await track.race(paye("olga", ALDER), paye("tariq", BIRCH))
        assert sorted(outcome for outcome, _ in ended) == ["CONFLICT/UNAVAILABLE", "ok"]
        assert await track.sql(
            "SELECT count(*) FROM paye_schemes WHERE reference = '555/RACE'"
        ) == [(1,)]
        for who, (outcome, answer) in zip(("olga", "tariq"), ended, strict=True):
            if outcome != "ok":
                refused.setdefault(who, set()).add(answer)
    for who, account, holder in (("olga", ALDER, BIRCH), ("tariq", BIRCH, ALDER)):
        await track.sql(
            "UPDATE paye_schemes SET organisation_id = :holder WHERE reference = '555/RACE'",
            holder=holder,
        )
        attempt = paye(who, account)
        _, quiet = await track.racers[0].act(
            attempt.who, attempt.name, attempt.target, dict(attempt.given)
        )
        assert refused.get(who, {quiet}) == {quiet}
    await track.sql("DELETE FROM paye_schemes WHERE reference = '555/RACE'")


async def test_one_address_is_invited_twice(track):
    await track.fresh_team("olga", "otis")
    for _ in range(track.rounds):
        await track.sql(
            "DELETE FROM invitations WHERE organisation_id = :alder",
            "DELETE FROM mails",
            alder=ALDER,
        )
        attempts = [
            Attempt(person(who), "inviteUser", f"org_{ALDER}", (("email", NELL[1]),))
            for who in ("olga", "otis")
        ]
        ended = await track.race(*attempts)
        assert sorted(outcome for outcome, _ in ended) == ["CONFLICT/ALREADY_INVITED", "ok"]
        assert await track.sql("SELECT count(*) FROM mails") == [(1,)]
        assert await track.sql(
            "SELECT count(*) FROM invitations WHERE organisation_id = :alder", alder=ALDER
        ) == [(1,)]
    await track.sql("DELETE FROM invitations WHERE organisation_id = :alder", alder=ALDER)


async def test_two_edits_of_one_version(track):
    await track.fresh_team("olga", "otis")
    for _ in range(track.rounds):
        await track.sql(
            "UPDATE organisations SET revision = 1, name = 'Alder' WHERE id = :alder", alder=ALDER
        )
        edits = [
            Attempt(
                person(who),
                "renameAccount",
                f"org_{ALDER}",
                (("name", f"By {who}"), ("ifVersion", 1)),
            )
            for who in ("olga", "otis")
        ]
        ended = await track.race(*edits)
        assert sorted(outcome for outcome, _ in ended) == ["CONFLICT/STALE", "ok"]
        winner = "olga" if ended[0][0] == "ok" else "otis"
        found = await track.sql(
            "SELECT name, revision FROM organisations WHERE id = :alder", alder=ALDER
        )
        assert found == [(f"By {winner}", 2)]


async def test_one_agreement_is_signed_by_one(track):
    await track.fresh_team("olga", "otis")
    agreement = demo_key("agreement:alder-trust")
    for _ in range(track.rounds):
        await track.sql(
            "UPDATE agreements SET status = 'PENDING', signed_at = NULL, signed_by = NULL, signed_by_id = NULL WHERE id = :id",
            "DELETE FROM agreement_events WHERE agreement_id = :id AND status = 'SIGNED'",
            id=agreement,
        )
        attempts = [
            Attempt(person(who), "acceptAgreement", f"agr_{agreement}") for who in ("olga", "otis")
        ]
        ended = await track.race(*attempts)
        assert sorted(outcome for outcome, _ in ended) == ["CONFLICT/NOT_PENDING", "ok"]
        winner = "Olga" if ended[0][0] == "ok" else "Otis"
        events = await track.sql(
            "SELECT by FROM agreement_events WHERE agreement_id = :id AND status = 'SIGNED'",
            id=agreement,
        )
        assert events == [(winner,)]


async def test_one_subject_opens_two_accounts_at_once_and_is_one_person(track):
    newcomer = ("newcomer", "newcomer@example.test")
    for _ in range(track.rounds):
        await track.sql(
            "DELETE FROM role_grants WHERE user_id IN (SELECT id FROM users WHERE subject = 'newcomer')",
            "DELETE FROM users WHERE subject = 'newcomer'",
            "DELETE FROM allowances",
        )
        attempts = [
            Attempt(newcomer, "createAccount", None, (("name", f"New {n}"),)) for n in range(2)
        ]
        ended = sorted(outcome for outcome, _ in await track.race(*attempts))
        assert ended[1] == "ok"
        assert ended[0] in {"ok", "CONFLICT/UNAVAILABLE"}
        assert await track.sql("SELECT count(*) FROM users WHERE subject = 'newcomer'") == [(1,)]
        owned = await track.sql(
            "SELECT count(*) FROM role_grants WHERE user_id IN (SELECT id FROM users WHERE subject = 'newcomer')"
        )
        assert owned == [(ended.count("ok"),)]


LATE = [
    ("changeRole", "vera's grant", (("role", "OWNER"),)),
    ("removeUser", "vera's grant", ()),
    ("renameAccount", "account", ()),
    ("inviteUser", "account", ()),
    ("addPayeScheme", "account", (("reference", "555/LATE"),)),
    ("addLegalEntity", "account", ()),
    ("leaveAccount", "account", ()),
]


@pytest.mark.parametrize(("name", "what", "given"), LATE, ids=[name for name, *_ in LATE])
async def test_who_was_demoted_between_check_and_lock_does_nothing(track, name, what, given):
    """Olga is past her check when Otis demotes her, whole and committed; then she goes on."""
    grants = await track.fresh_team("olga", "otis")
    [[vera]] = await track.sql(
        "SELECT id FROM role_grants WHERE user_id = :vera AND organisation_id = :alder",
        vera=demo_key("user:vera"),
        alder=ALDER,
    )
    checked, demoted = threading.Event(), threading.Event()

    def wait_for_otis(step: str) -> None:
        if step == "checked":
            checked.set()
            assert demoted.wait(PATIENCE)

    hers, his, _ = track.racers
    hers.frame.on_step = wait_for_otis
    target = f"grt_{vera}" if what == "vera's grant" else f"org_{ALDER}"
    acting = asyncio.ensure_future(hers.act(person("olga"), name, target, dict(given)))
    try:
        assert await asyncio.to_thread(checked.wait, PATIENCE)
        demotion = demote("otis", grants["olga"])
        outcome, _ = await his.act(
            demotion.who, demotion.name, demotion.target, dict(demotion.given)
        )
        assert outcome == "ok"
    finally:
        demoted.set()
        ended, _ = await acting
        hers.frame.on_step = lambda _: None
    assert ended == "FORBIDDEN"
    assert await track.owners() == {"otis"}
    assert await track.sql("SELECT role FROM role_grants WHERE id = :id", id=vera) == [
        ("employer_account.viewer",)
    ]
    assert await track.sql(
        "SELECT count(*) FROM mails WHERE recipient = 'nell@example.test' AND created_at > :now",
        now=NOW,
    ) == [(0,)]
