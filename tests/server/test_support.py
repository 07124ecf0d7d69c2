"""Operators' commands: an account without owners gets one again (D0-17), and the audit is read."""

import asyncio
import json
import os
import pwd
import re

import pytest
from typer.testing import Result

from commands.acts import do, outcome
from scenarios.rows import (
    add_grant,
    add_user,
    insert,
    organisation_id,
    organisation_key,
    record_id,
    remove_member,
    user_id,
    user_key,
)
from servers import PROGRAM
from worlds import NOW

OPERATOR = pwd.getpwuid(os.getuid()).pw_name
NEW = ("--email", "nora@example.test", "--name", "Nora New", "--reason", "Both owners have left.")
GRANTS = """
SELECT g.role, g.user_id FROM role_grants g WHERE g.organisation_id = :key
AND g.system = 'employer_account' AND (g.ends_at IS NULL OR g.ends_at > :now) ORDER BY g.role
"""
ACCEPT = """
mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) {
  grant { role } organisation { name account { agreements { document { url } } } } } }
"""


async def without_owner(world, organisation: str = "birch") -> str:
    """Take the owners from an account; its global id."""
    key = await organisation_key(world, organisation)
    await world.sql(
        "DELETE FROM role_grants WHERE organisation_id = :key AND role = 'employer_account.owner'",
        key=key,
    )
    return f"org_{key}"


def refused(result: Result) -> str:
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    assert result.stderr.startswith("fieldgate: ")
    return result.stderr


async def audited(world) -> list[tuple[object, ...]]:
    rows = await world.sql(
        "SELECT action, source, decision, code, subject, user_id, resource_type, resource_id,"
        " organisation_id, details FROM audit_events ORDER BY at, id"
    )
    return [(*row[:-1], json.loads(row[-1])) for row in rows]


async def changed(world) -> list[object]:
    """Everything that restoring could touch, the audit apart."""
    return [
        await world.sql(f"SELECT * FROM {table} ORDER BY id")
        for table in ("role_grants", "invitations", "users", "organisations", "mails")
    ]


async def test_an_invitation_brings_an_owner_back(world, run):
    account = await without_owner(world)
    result = await run("support", "restore-owner", "--organisation", account, *NEW)
    assert result.exit_code == 0, result.output
    [[invitation, role, status, digest, by]] = await world.sql(
        "SELECT id, role, status, code_digest, invited_by_id FROM invitations"
        " WHERE email = 'nora@example.test'"
    )
    assert result.stdout == f"nora@example.test is invited to own {account}, by inv_{invitation}.\n"
    assert (role, status, by) == ("employer_account.owner", "PENDING", None)
    key = account.removeprefix("org_")
    details = {
        "operator": OPERATOR,
        "reason": "Both owners have left.",
        "invitation": invitation,
        "role": role,
    }
    assert await audited(world) == [
        (
            "support.restore_owner",
            "D0-17",
            "ALLOWED",
            None,
            f"operator {OPERATOR}",
            None,
            "Organisation",
            key,
            key,
            details,
        )
    ]
    [[recipient, body]] = await world.sql("SELECT recipient, body FROM mails")
    assert recipient == "nora@example.test"
    [code] = re.findall(r"^    (\S+)$", body, re.MULTILINE)
    assert code not in result.output
    assert code != digest

    # The real clock wrote the row, so the answer comes from a world of that day.
    [[world.clock.instant]] = await world.sql("SELECT max(at) FROM audit_events")
    nora = await world.client(subject="idp|nora", email="nora@example.test")
    reply = await nora.ask(ACCEPT, {"input": {"code": code}})
    assert reply.errors == []
    accepted = reply.data["acceptInvitation"]
    assert accepted["grant"] == {"role": "EMPLOYER_ACCOUNT_OWNER"}
    assert accepted["organisation"]["account"]["agreements"][0]["document"]["url"]


async def test_a_waiting_invitation_is_replaced(world, run):
    account = await without_owner(world)
    waiting = await insert(
        world,
        "invitations",
        organisation_id=account.removeprefix("org_"),
        email="Nora@Example.test",
        email_sort="nora@example.test",
        name="Nora",
        role="employer_account.viewer",
        status="PENDING",
        invited_at=NOW,
        expires_at=4_102_444_800_000,
        code_digest="0" * 64,
    )
    result = await run("support", "restore-owner", "--organisation", account, *NEW)
    assert result.exit_code == 0, result.output
    found = await world.sql(
        "SELECT id = :waiting, status, role, code_digest IS NULL, revision FROM invitations"
        " WHERE email_sort = 'nora@example.test' ORDER BY role",
        waiting=waiting,
    )
    assert [tuple(row) for row in found] == [
        (False, "PENDING", "employer_account.owner", False, 1),
        (True, "DELETED", "employer_account.viewer", True, 2),
    ]
    [event] = await audited(world)
    assert event[-1]["replaced"] == waiting


@pytest.mark.parametrize("role", [None, "employer_account.viewer"])
async def test_a_user_is_made_owner_at_once(world, run, role):
    account = await without_owner(world)
    key = account.removeprefix("org_")
    await remove_member(world, "vera", "birch")
    vera = await user_key(world, "vera")
    if role is not None:
        await add_grant(world, vera, key, role)
    arguments = ("--email", "VERA@example.test", "--name", "Vera", "--reason", "Asked by phone.")
    identifier = await user_id(world, "vera")
    before = await world.sql("SELECT count(*) FROM invitations")
    result = await run(
        "support", "restore-owner", "--organisation", account, "--user", identifier, *arguments
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{identifier} owns {account} now, by grt_")
    [[world.clock.instant]] = await world.sql("SELECT max(at) FROM audit_events")
    mine = [
        row[0]
        for row in await world.sql(GRANTS, key=key, now=world.clock.instant)
        if row[1] == vera
    ]
    assert mine == ["employer_account.owner"]
    assert await world.sql("SELECT count(*) FROM invitations") == before
    assert await world.sql("SELECT id FROM mails") == []
    [event] = await audited(world)
    assert event[2] == "ALLOWED"
    assert event[-1]["user"] == vera
    assert event[-1].get("before") == role
    client = await world.client("vera")
    reply = await client.ask(f'{{ organisation(id: "{account}") {{ account {{ warnings }} }} }}')
    assert reply.data == {"organisation": {"account": {"warnings": ["SINGLE_OWNER"]}}}


async def owned(_world):
    return NEW, "The account has an owner who can give others access; support does not."


async def owned_twice(world):
    await add_grant(
        world,
        await add_user(world, "Una Second"),
        await organisation_key(world, "birch"),
        "employer_account.owner",
    )
    return NEW, "The account has 2 owners"


async def closed(world):
    await world.sql("UPDATE organisations SET status = 'CLOSED' WHERE name = 'Birch'")
    return NEW, "The account is closed"


async def on_the_team(world):
    await without_owner(world)
    key = await organisation_key(world, "birch")
    await add_grant(world, await user_key(world, "vera"), key, "employer_account.viewer")
    mail = ("--email", "vera@example.test", "--name", "Vera", "--reason", "x")
    return mail, "on the team already: name them as the user instead"


async def no_address(world):
    await without_owner(world)
    return ("--email", "nora", "--name", "Nora", "--reason", "x"), "email is not an e-mail address"


async def nameless(world):
    await without_owner(world)
    mail = ("--email", "nora@example.test", "--name", " ", "--reason", "x")
    return mail, "name is empty."


async def somebody_else(world):
    await without_owner(world)
    return (*NEW, "--user", await user_id(world, "vera")), "no user with this id and this e-mail"


async def nobody(world):
    await without_owner(world)
    return (*NEW, "--user", "usr_" + "a" * 26), "no user with this id and this e-mail"


async def cannot_sign_in(world):
    await without_owner(world)
    await world.sql("UPDATE users SET status = 'INACTIVE' WHERE subject = 'vera'")
    mail = ("--email", "vera@example.test", "--name", "Vera", "--reason", "x")
    return (*mail, "--user", await user_id(world, "vera")), "cannot sign in; they are INACTIVE"


async def never_signs_in(world):
    await without_owner(world)
    key = await add_user(world, "Nora New", email="nora@example.test")
    return (*NEW, "--user", f"usr_{key}"), "cannot sign in"


REFUSALS = {
    owned: "CONFLICT",
    owned_twice: "CONFLICT",
    closed: "CONFLICT",
    on_the_team: "CONFLICT",
    no_address: "BAD_USER_INPUT",
    nameless: "BAD_USER_INPUT",
    somebody_else: "NOT_FOUND",
    nobody: "NOT_FOUND",
    cannot_sign_in: "CONFLICT",
    never_signs_in: "CONFLICT",
}


@pytest.mark.parametrize(
    ("arrange", "code"), REFUSALS.items(), ids=lambda v: getattr(v, "__name__", v)
)
async def test_a_refusal_is_a_sentence_and_leaves_its_audit_row_alone(world, run, arrange, code):
    arguments, sentence = await arrange(world)
    account = await organisation_id(world, "birch")
    before = await changed(world)
    result = await run("support", "restore-owner", "--organisation", account, *arguments)
    assert sentence in refused(result)
    assert await changed(world) == before
    [event] = await audited(world)
    key = account.removeprefix("org_")
    assert event[:4] == ("support.restore_owner", "D0-17", "REFUSED", code)
    assert event[4:9] == (f"operator {OPERATOR}", None, "Organisation", key, key)
    assert event[-1] == {"operator": OPERATOR, "reason": arguments[5]}


async def test_an_owner_who_cannot_sign_in_does_not_count(world, run):
    account = await organisation_id(world, "birch")
    await world.sql("UPDATE users SET status = 'CANCELLED' WHERE subject = 'tariq'")
    result = await run("support", "restore-owner", "--organisation", account, *NEW)
    assert result.exit_code == 0, result.output


async def test_only_employer_accounts_have_owners(world, run):
    provider = (
        await world.sql("SELECT id FROM organisations WHERE kind = 'TRAINING_PROVIDER' LIMIT 1")
    )[0][0]
    for key in (provider, "a" * 26):
        result = await run("support", "restore-owner", "--organisation", f"org_{key}", *NEW)
        assert "There is no employer account with this id." in refused(result)
    assert [event[3] for event in await audited(world)] == ["NOT_FOUND"] * 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--organisation", "birch", *NEW), "--organisation is not an id"),
        (("--organisation", "usr_" + "a" * 26, *NEW), "not the id of a Organisation"),
        (("--organisation", "org_" + "a" * 26, "--user", "org_" + "a" * 26, *NEW), "--user is not"),
        (("--organisation", "org_" + "a" * 26, *NEW[:-1], "  "), "reason is empty."),
        (("--organisation", "org_" + "a" * 26, *NEW[:-1], "a\u202eb"), "cannot be shown"),
    ],
)
async def test_what_is_no_request_at_all_reaches_no_table(world, run, arguments, sentence):
    assert sentence in refused(await run("support", "restore-owner", *arguments))
    assert await audited(world) == []


async def test_operators_at_once_restore_one_owner(world):
    account = await without_owner(world)
    users = [
        await add_user(world, name, subject=name, email=f"{name}@example.test")
        for name in ("one", "two", "three", "four")
    ]
    results = []
    for name, key in zip(("one", "two", "three", "four"), users, strict=True):
        mail = ("--email", f"{name}@example.test", "--name", name, "--reason", "at once")
        results.append(_process(world, account, f"usr_{key}", mail))
    codes = await asyncio.gather(*results)
    assert sorted(codes) == [0, 1, 1, 1]
    key = account.removeprefix("org_")
    owners = [
        row
        for row in await world.sql(GRANTS, key=key, now=NOW)
        if row[0] == "employer_account.owner"
    ]
    assert len(owners) == 1
    assert sorted(event[2] for event in await audited(world)) == ["ALLOWED"] + ["REFUSED"] * 3


async def _process(world, account, user, mail) -> int:
    process = await asyncio.create_subprocess_exec(
        *(PROGRAM, "support", "restore-owner", "--organisation", account, "--user", user, *mail),
        env={"FIELDGATE_DATABASE_URL": world.url, "PATH": os.environ["PATH"]},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()


async def event(world, at: int, **columns: object) -> str:
    columns = {
        "request_id": "0123456789abcdef",
        "subject": "olga",
        "action": "paye_scheme.add",
        "source": "D0-M06",
        "decision": "ALLOWED",
        "details": "{}",
    } | columns
    return await insert(world, "audit_events", at=at, **columns)


async def lines(run, *arguments: str) -> list[str]:
    result = await run("audit", "list", *arguments)
    told = "" if result.stdout else "No event matches.\n"
    assert (result.exit_code, result.stderr) == (0, told), result.output
    return result.stdout.splitlines()


async def test_the_audit_is_listed_by_time(world, run):
    alder = await organisation_key(world, "alder")
    olga, scheme = await user_key(world, "olga"), "c" * 26
    later = await event(world, NOW + 1, decision="REFUSED", code="FORBIDDEN", subject="vera")
    first = await event(
        world,
        NOW,
        user_id=olga,
        resource_type="PayeScheme",
        resource_id=scheme,
        organisation_id=alder,
        details='{"payeScheme":"x"}',
    )
    assert await lines(run) == [
        (
            "2026-11-02T09:00:00.000+00:00  ALLOWED  paye_scheme.add (D0-M06)  olga"
            f'  pay_{scheme}  org_{alder}  {{"payeScheme":"x"}}'
        ),
        "2026-11-02T09:00:00.001+00:00  REFUSED FORBIDDEN  paye_scheme.add (D0-M06)  vera",
    ]
    one, other = [json.loads(line) for line in await lines(run, "--format", "json")]
    assert one == {
        "id": first,
        "at": "2026-11-02T09:00:00.000+00:00",
        "requestId": "0123456789abcdef",
        "subject": "olga",
        "user": f"usr_{olga}",
        "action": "paye_scheme.add",
        "source": "D0-M06",
        "decision": "ALLOWED",
        "code": None,
        "times": 1,
        "resourceType": "PayeScheme",
        "resource": f"pay_{scheme}",
        "organisation": f"org_{alder}",
        "details": {"payeScheme": "x"},
    }
    assert (other["id"], other["code"], other["resource"]) == (later, "FORBIDDEN", None)


async def test_the_audit_is_narrowed(world, run):
    alder, birch = [await organisation_key(world, name) for name in ("alder", "birch")]
    await event(world, NOW - 1, organisation_id=birch, action="team.invite")
    await event(world, NOW, organisation_id=alder, action="team.remove")
    await event(world, NOW + 1, subject="vera", organisation_id=alder, action="team.leave")

    async def actions(*arguments: str) -> list[str]:
        found = await lines(run, "--format", "json", *arguments)
        return [json.loads(line)["action"] for line in found]

    everything = ["team.invite", "team.remove", "team.leave"]
    assert await actions() == everything
    assert await actions("--organisation", f"org_{alder}") == everything[1:]
    assert await actions("--subject", "olga") == everything[:2]
    assert await actions("--subject", "Olga") == []
    assert await actions("--since", "2026-11-02T09:00:00") == everything[1:]
    assert await actions("--since", "2026-11-02T10:00:00+01:00") == everything[1:]
    assert await actions("--since", "2026-11-02T09:00:00.001Z") == everything[2:]
    assert await actions("--since", "2026-11-02") == everything
    assert await actions("--since", "2026-11-03") == []
    both = ("--subject", "olga", "--organisation", f"org_{alder}", "--since", "2026-11-02")
    assert await actions(*both) == ["team.remove"]


async def test_the_audit_is_read_to_its_end(world, run):
    values = ", ".join(
        f"('{i:026d}', {NOW + i // 700}, 'r', 'olga', 'a.b', 'D0-01', 'ALLOWED', '{{}}')"
        for i in range(2001)
    )
    await world.sql(
        "INSERT INTO audit_events (id, at, request_id, subject, action, source, decision, details)"
        f" VALUES {values}".replace(":", r"\:")
    )
    found = [json.loads(line)["id"] for line in await lines(run, "--format", "json")]
    assert found == [f"{i:026d}" for i in range(2001)]


async def test_a_question_that_cannot_be_asked_of_the_audit(run):
    assert "--organisation is not an id" in refused(
        await run("audit", "list", "--organisation", "x")
    )
    wrong = "usr_" + "a" * 26
    assert "not the id of a Organisation" in refused(
        await run("audit", "list", "--organisation", wrong)
    )
    for since in ("yesterday", "2026", "2026-11", "2026-W45-1", "20261102T09", "2026-11-02T09Z"):
        result = await run("audit", "list", "--since", since)
        assert result.exit_code == 2
        assert f"'{since}' is not a date" in result.stderr


BARE = re.compile(r"(?<![a-z2-7_])[a-z2-7]{26}(?![a-z2-7])")


async def test_the_audit_prints_the_ids_of_the_api_in_columns_and_details(world, run):
    """What commands, links and watched reads leave: no key stands there without its type."""
    olga, alder = await world.client("olga"), await organisation_id(world, "alder")
    ade, tina = await world.client("ade"), await world.client("tina")
    mixed = [record_id(4), record_id(9), "rec_" + "a" * 26]
    for client, name, target, said in (
        (olga, "inviteUser", alder, "ok"),
        (olga, "addPayeScheme", alder, "ok"),
        (olga, "addLegalEntity", alder, "ok"),
        (ade, "assignRecords", [record_id(4)], "ok"),
        (ade, "assignRecords", mixed, "NOT_FOUND"),
        (tina, "addEvidence", record_id(2), "ok"),
    ):
        assert outcome(await do(client, name, target)) == said
        world.clock.instant += 1
    printed = await lines(run, "--format", "json")
    found = [json.loads(line) for line in printed]
    found[5:] = sorted(found[5:], key=lambda each: str(each["action"]))  # of one instant
    assert [each["action"] for each in found] == [
        "team.invite",
        "paye_scheme.add",
        "legal_entity.add",
        "apprentice_record.assign",
        "apprentice_record.assign",
        "apprentice_record.edit_training",
        "apprentice_record.read_training",
    ]
    for each in found:
        del each["id"]  # of the event itself, which the API does not show
        assert BARE.findall(json.dumps(each)) == [], each
    assert found[0]["details"]["invitation"].startswith("inv_")
    assert found[3]["details"]["user"] == await user_id(world, "ann")
    assert found[5]["details"]["evidence"].startswith("evd_")
    assert found[6]["details"]["ids"] == [found[5]["details"]["evidence"]]
    for line in await lines(run):
        assert BARE.findall(line) == []
        assert "org_" in line or "apprentice_record" in line
    both = [await organisation_id(world, name) for name in ("epa", "epa two")]
    for organisation in both:  # a refusal on rows of several is found by each of them
        [refused_] = [
            each
            for line in await lines(run, "--format", "json", "--organisation", organisation)
            if (each := json.loads(line))["decision"] == "REFUSED"
        ]
        assert refused_["details"] == {"organisations": sorted(both)}
    who = await user_id(world, "tina")
    assert {json.loads(line)["user"] for line in await lines(run, "--format", "json", "--user", who)} == {who}  # fmt: skip


async def test_an_organisation_or_a_person_that_there_is_not_is_a_fault(run):
    for option, prefix, kind in (
        ("--organisation", "org", "organisation"),
        ("--user", "usr", "user"),
    ):
        unknown = f"{prefix}_{'a' * 26}"
        said = refused(await run("audit", "list", option, unknown))
        assert f"{option}: there is no {kind} with the id {unknown}." in said
        assert "is not the id of a" in refused(
            await run("audit", "list", option, "rec_" + "a" * 26)
        )


async def refused_somebody(world, who="vera"):
    client, alder = await world.client(who), await organisation_id(world, "alder")
    assert outcome(await do(client, "renameAccount", alder, name="Mine")) == "FORBIDDEN"


async def kept(world):
    """What the audit holds: who, what and details, oldest first."""
    found = await world.sql("SELECT subject, action, details FROM audit_events ORDER BY at, id")
    return [tuple(row) for row in found]


DAY = 24 * 60 * 60 * 1000
PRUNE = ("audit", "prune", "--reason", "Kept for a year by law.", "--before")


@pytest.fixture
def at_once(world, monkeypatch):
    """Let the command's clock be the world's."""
    monkeypatch.setattr("server.cli.operators.SystemClock", lambda: world.clock)


@pytest.mark.usefixtures("at_once")
async def test_old_rows_of_the_audit_are_pruned_and_that_is_audited(world, run):
    await refused_somebody(world)
    world.clock.instant += 10 * DAY
    await refused_somebody(world)
    before = await kept(world)
    world.clock.instant += 1
    day = "2026-11-05"
    asked = await run(*PRUNE, day)
    assert asked.exit_code == 1  # nobody answers the question
    assert await kept(world) == before
    assert re.search(r"Delete \d+ rows of the audit from before 2026-11-05\?", asked.output)
    done = await run(*PRUNE, day, "--yes")
    assert done.exit_code == 0, done.output
    left = await kept(world)
    assert left[-1][:2] == (f"operator {OPERATOR}", "audit.prune")
    details = json.loads(left[-1][2])
    assert details["events"] == len(before) - (len(left) - 1) > 0
    assert details["reason"] == "Kept for a year by law."
    assert left[:-1] == before[-(len(left) - 1) :]
    again = await run(*PRUNE, day, "--yes")
    assert "0 rows" in again.stdout
    listed = await run("audit", "list", "--subject", f"operator {OPERATOR}")
    assert listed.stdout.count("audit.prune") == 2


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("day", "said"),
    [("2999-01-01", "--before lies in the future"), ("yesterday", "'yesterday' is not a date")],
)
async def test_a_day_that_is_not_over_is_not_pruned(world, run, day, said):
    await refused_somebody(world)
    before = await kept(world)
    done = await run(*PRUNE, day, "--yes")
    assert done.exit_code != 0
    assert said in done.output
    assert await kept(world) == before


@pytest.mark.usefixtures("at_once")
async def test_nothing_but_an_act_that_is_kept_lets_a_row_be_deleted(world, run):
    """A pruning frees what is older than it says, and can neither be changed nor taken back."""
    await refused_somebody(world)
    world.clock.instant += 10 * DAY
    await refused_somebody(world)
    await run(*PRUNE, "2026-11-05", "--yes")
    before = await kept(world)
    for statement in (
        "DELETE FROM audit_events",
        "DELETE FROM audit_prunings",
        "UPDATE audit_prunings SET before = before + 1",
    ):
        with pytest.raises(Exception, match="append-only"):
            await world.sql(statement)
    assert await kept(world) == before
