"""Invitations: one code, one person, one time; and nothing of it anywhere but in the mail."""

from __future__ import annotations

import logging

import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from commands.acts import do, outcome
from commands.tables import audited
from db.base import Base
from scenarios.rows import add_grant, add_user, organisation_id, organisation_key
from server.development.issuer import AUDIENCE, ISSUER, DevelopmentIssuer
from server.logs import JsonLines

NELL = "nell@example.test"
DAY = 24 * 60 * 60 * 1000


@pytest_asyncio.fixture(loop_scope="module")
async def invited(world):
    """Olga has invited Nell as a Viewer: the invitation's id, and the code of the mail."""
    olga = await world.client("olga")
    reply = await do(olga, "inviteUser", await organisation_id(world, "alder"), email=NELL)
    [[body]] = await world.sql("SELECT body FROM mails WHERE recipient = :to", to=NELL)
    [code] = [line.strip() for line in body.splitlines() if line.startswith("    ")]
    return reply.data["inviteUser"]["invitation"]["id"], code


async def unverified(world, claims: dict[str, object], subject: str = "nell"):
    """A client with a token of our issuer that says something else of the e-mail."""
    pem = (world.folder / "development-key.pem").read_bytes()
    issuer = DevelopmentIssuer.load(world.folder, world.clock)
    now = world.clock.instant // 1000
    token = jwt.encode(
        {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + 60,
            "jti": subject,
        }
        | claims,
        load_pem_private_key(pem, password=None),
        algorithm="EdDSA",
        headers={"typ": "at+jwt", "kid": issuer.key.kid},
    )
    return await world.client(token=token)


async def accept(client, code: str) -> str:
    return outcome(await do(client, "acceptInvitation", code=code))


async def nobody_joined(world) -> bool:
    grants = await world.sql(
        "SELECT id FROM role_grants WHERE organisation_id = :key AND system = 'employer_account'",
        key=await organisation_key(world, "alder"),
    )
    return len(grants) == 5 and not await world.sql(
        "SELECT id FROM users WHERE email = :at", at=NELL
    )


async def test_an_unknown_subject_gets_a_user_bound_to_the_token(world, invited):
    _, code = invited
    nell = await world.client(subject="sign-in|of-nell", email=NELL)
    assert await accept(nell, code) == "ok"
    users = await world.sql(
        "SELECT subject, email, name, status FROM users WHERE email = :at", at=NELL
    )
    assert [tuple(user) for user in users] == [("sign-in|of-nell", NELL, "Nell", "ACTIVE")]
    reply = await nell.ask("{ me { name email status grants { role } } }")
    assert reply.data["me"] == {
        "name": "Nell",
        "email": NELL,
        "status": "ACTIVE",
        "grants": [{"role": "EMPLOYER_ACCOUNT_VIEWER"}],
    }
    rows = await world.sql(
        "SELECT i.status, i.code_digest, i.accepted_at, u.subject FROM invitations i JOIN users u ON u.id = i.accepted_by_id"
    )
    assert [tuple(row) for row in rows] == [
        ("ACCEPTED", None, world.clock.instant, "sign-in|of-nell")
    ]


async def test_a_known_person_keeps_the_user_they_have(world, invited):
    _, code = invited
    await world.sql(
        "UPDATE users SET email = :at, email_sort = :at WHERE subject = 'petra'", at=NELL
    )
    before = await world.sql("SELECT count(*) FROM users")
    petra = await world.client(subject="petra", email=NELL)
    assert await accept(petra, code) == "ok"
    assert await world.sql("SELECT count(*) FROM users") == before
    reply = await petra.ask("{ me { name grants { role } } }")
    assert reply.data["me"]["name"] == "Petra"
    assert sorted(g["role"] for g in reply.data["me"]["grants"]) == [
        "EMPLOYER_ACCOUNT_VIEWER",
        "TRAINING_PROVIDER_PROVIDER_USER",
    ]


async def test_blanks_around_a_pasted_code_do_not_matter(world, invited):
    _, code = invited
    nell = await world.client(subject="nell", email="Nell@Example.test")
    half = len(code) // 2
    assert await accept(nell, f"{code[:half]} {code[half:]}") == "BAD_USER_INPUT/CODE"
    assert await accept(nell, f"\u00a0 {code}\n\u200b") == "ok"


async def test_somebody_whose_mailbox_only_folds_alike_is_not_the_invited_one(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    assert (
        outcome(await do(olga, "inviteUser", alder, email="stra\u00dfe@b\u00fccher.test")) == "ok"
    )
    [[body]] = await world.sql("SELECT body FROM mails")
    [code] = [line.strip() for line in body.splitlines() if line.startswith("    ")]
    for email in ("strasse@b\u00fccher.test", "stra\u00dfe@bucher.test"):
        other = await world.client(subject="other", email=email)
        assert await accept(other, code) == "BAD_USER_INPUT/CODE"
    same = await world.client(subject="same", email="STRA\u00dfE@xn--bcher-kva.test")
    assert await accept(same, code) == "ok"


async def test_a_code_works_once(world, invited):
    _, code = invited
    nell = await world.client(subject="nell", email=NELL)
    twin = await world.client(subject="another-nell", email=NELL)
    assert await accept(nell, code) == "ok"
    for client in (nell, twin):
        assert await accept(client, code) == "BAD_USER_INPUT/CODE"
    assert len(await world.sql("SELECT id FROM users WHERE email = :at", at=NELL)) == 1


async def test_the_case_of_an_address_does_not_matter(world, invited):
    nell = await world.client(subject="nell", email="Nell@Example.TEST")
    assert await accept(nell, invited[1]) == "ok"


async def test_a_code_is_nobody_elses(world, tables, invited):
    """D0-03: the invited identity alone; a stolen code answers as a wrong one does."""
    _, code = invited
    before = await tables.digests()
    for subject, email in (
        ("mallory", "mallory@example.test"),
        ("mallory", "nell@example.test.evil.test"),
        ("mallory", "nell+x@example.test"),
        ("mallory", "anell@example.test"),
    ):
        mallory = await world.client(subject=subject, email=email)
        stolen = await do(mallory, "acceptInvitation", code=code)
        wrong = await do(mallory, "acceptInvitation", code="x" * len(code))
        assert outcome(stolen) == "BAD_USER_INPUT/CODE"
        assert stolen.response.content == wrong.response.content
    for handle in ("olga", "vera", "tess", "petra"):
        assert await accept(await world.client(handle), code) == "BAD_USER_INPUT/CODE"
    assert await tables.digests() == before
    assert await nobody_joined(world)


UNVERIFIED = [
    {"email": NELL},
    {"email": NELL, "email_verified": False},
    {"email": NELL, "email_verified": None},
    {"email": NELL, "email_verified": "true"},
    {"email": NELL, "email_verified": 1},
    {"email_verified": True},
    {"email": "", "email_verified": True},
    {"email": [NELL], "email_verified": True},
]


@pytest.mark.parametrize("claims", UNVERIFIED, ids=str)
async def test_an_address_must_be_verified(world, tables, invited, claims):
    before = await tables.digests()
    nell = await unverified(world, claims)
    reply = await do(nell, "acceptInvitation", code=invited[1])
    assert reply.status == 401 or outcome(reply) == "BAD_USER_INPUT/CODE"
    reply = await do(nell, "createAccount")
    assert reply.status == 401 or outcome(reply) == "PRECONDITION/EMAIL_NOT_VERIFIED"
    assert await tables.digests() == before
    assert await nobody_joined(world)
    assert (
        await accept(await unverified(world, {"email": NELL, "email_verified": True}), invited[1])
        == "ok"
    )


async def test_an_invitation_ends_by_the_clock(world, tables, invited):
    before = await tables.digests()
    for late in (8 * DAY, 8 * DAY + 1, 400 * DAY):
        world.clock.instant += late
        nell = await world.client(subject="nell", email=NELL)
        assert await accept(nell, invited[1]) == "CONFLICT/NOT_PENDING"
        world.clock.instant -= late
    assert await tables.digests() == before
    world.clock.instant += 8 * DAY - 1
    assert await accept(await world.client(subject="nell", email=NELL), invited[1]) == "ok"


async def test_who_was_not_in_time_is_invited_again(world, invited):
    identifier, code = invited
    world.clock.instant += 8 * DAY
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    assert outcome(await do(olga, "cancelInvitation", identifier)) == "CONFLICT/NOT_PENDING"
    assert outcome(await do(olga, "inviteUser", alder, email=NELL, role="TRANSACTOR")) == "ok"
    bodies = [
        row[0] for row in await world.sql("SELECT body FROM mails WHERE recipient = :to", to=NELL)
    ]
    [new] = [
        line.strip()
        for body in bodies
        for line in body.splitlines()
        if line.startswith("    ") and line.strip() != code
    ]
    nell = await world.client(subject="nell", email=NELL)
    assert await accept(nell, code) != "ok"
    assert await accept(nell, new) == "ok"
    reply = await nell.ask("{ me { grants { role } } }")
    assert reply.data["me"]["grants"] == [{"role": "EMPLOYER_ACCOUNT_TRANSACTOR"}]


async def test_a_cancelled_invitation_opens_nothing(world, invited):
    identifier, code = invited
    otis = await world.client("otis")
    reply = await do(otis, "cancelInvitation", identifier)
    assert reply.data["cancelInvitation"]["invitation"] == {"id": identifier, "status": "DELETED"}
    nell = await world.client(subject="nell", email=NELL)
    assert await accept(nell, code) == "BAD_USER_INPUT/CODE"
    assert outcome(await do(otis, "cancelInvitation", identifier)) == "CONFLICT/NOT_PENDING"
    assert await nobody_joined(world)


async def test_an_invitation_is_the_accounts_and_not_the_inviters(world, invited):
    """D0-16: there is no primary owner; what Olga began stands when she is gone."""
    otis = await world.client("otis")
    [[grant]] = await world.sql(
        "SELECT g.id FROM role_grants g JOIN users u ON u.id = g.user_id WHERE u.subject = 'olga'"
    )
    assert outcome(await do(otis, "removeUser", f"grt_{grant}")) == "ok"
    assert await accept(await world.client(subject="nell", email=NELL), invited[1]) == "ok"


async def test_who_joined_by_another_way_has_one_role(world, tables, invited):
    """D0-04: one role for a person in an account."""
    user = await add_user(world, "Nell", subject="nell", email=NELL)
    await add_grant(world, user, await organisation_key(world, "alder"), "employer_account.aan")
    before = await tables.digests()
    nell = await world.client(subject="nell", email=NELL)
    assert await accept(nell, invited[1]) == "CONFLICT/ALREADY_MEMBER"
    assert await tables.digests() == before


async def test_who_was_removed_can_come_back_by_another_invitation(world, invited):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    nell = await world.client(subject="nell", email=NELL)
    reply = await do(nell, "acceptInvitation", code=invited[1])
    grant = reply.data["acceptInvitation"]["grant"]["id"]
    assert outcome(await do(olga, "removeUser", grant)) == "ok"
    assert outcome(await do(olga, "inviteUser", alder, email=NELL, role="OWNER")) == "ok"
    bodies = [
        row[0] for row in await world.sql("SELECT body FROM mails WHERE recipient = :to", to=NELL)
    ]
    codes = {
        line.strip() for body in bodies for line in body.splitlines() if line.startswith("    ")
    } - {invited[1]}
    assert await accept(nell, codes.pop()) == "ok"
    assert len(await world.sql("SELECT id FROM users WHERE email = :at", at=NELL)) == 1


async def test_the_code_is_in_the_mail_and_nowhere_else(world, caplog):
    caplog.set_level(logging.DEBUG)
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    invite = await do(olga, "inviteUser", alder, email=NELL)
    [[body]] = await world.sql("SELECT body FROM mails WHERE recipient = :to", to=NELL)
    [code] = [line.strip() for line in body.splitlines() if line.startswith("    ")]
    assert len(code) >= 22
    nell = await world.client(subject="nell", email=NELL)
    mallory = await world.client(subject="mallory", email="mallory@example.test")
    replies = [
        invite,
        await olga.ask(
            "query ($id: ID!) { organisation(id: $id) { account { invitations(first: 5) { nodes { id email name role status } } } } }",
            {"id": alder},
        ),
        await do(mallory, "acceptInvitation", code=code),
    ]

    async def everywhere() -> str:
        everything = []
        for table in Base.metadata.sorted_tables:
            columns = [c.name for c in table.columns if (table.name, c.name) != ("mails", "body")]
            everything += await world.sql(f"SELECT {', '.join(columns)} FROM {table.name}")
        return "\n".join(map(repr, everything))

    assert code not in await everywhere()
    replies.append(await do(nell, "acceptInvitation", code=code))
    assert outcome(replies[-1]) == "ok"
    assert code not in await everywhere()
    events = [e for r in replies for e in await audited(world, r.response.headers["x-request-id"])]
    assert len(events) == 3
    assert NELL not in repr(events)
    assert all(code not in reply.response.text for reply in replies)
    written = [JsonLines().format(record) for record in caplog.records]
    assert not any(code in line or NELL in line for line in written)
    assert sum('"event":"operation"' in line for line in written) == len(replies)


async def test_codes_are_long_and_never_the_same(world):
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    for number in range(20):
        assert outcome(await do(olga, "inviteUser", alder, email=f"n{number}@example.test")) == "ok"
    bodies = [row[0] for row in await world.sql("SELECT body FROM mails")]
    codes = {
        line.strip() for body in bodies for line in body.splitlines() if line.startswith("    ")
    }
    assert len(codes) == 20
    assert min(map(len, codes)) >= 22  # 128 bits and more
