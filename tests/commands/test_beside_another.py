"""Every command beside a second, busy tenant: it ends as it does without, and theirs is left alone."""

import pytest

from commands.acts import EVERY_ACT, do, outcome
from commands.ready import ready
from commands.staged import TWO, account, group
from db.seed.demo.fixed import organisation_key as key_of
from db.seed.demo.fixed import record_key
from scenarios.rows import FAR_AWAY, LONG_AGO, add_grant, add_user, insert

TENANTS = {"ASSESSOR": "epa-two", "TRAINING_COORDINATOR": "prov-two", "CASE_OWNER": "prov-two"}
"""Another organisation of the side that assigns each kind of caseload."""
RECORDS = range(1, 8)


async def busy(world):
    """Let other organisations have, of the same people and records, all that a command looks at.

    They keep what was theirs when a record moved: items of their caseloads, learners of their
    groups. Somebody manages ILRs at a visit of theirs that shows everybody.
    """
    for kind, tenant in TENANTS.items():
        owner = await add_user(world, f"Busy {kind.title()}", subject=f"busy-{kind.lower()}")
        load = await insert(
            world, "caseloads", kind=kind, organisation_id=key_of(tenant), owner_id=owner
        )
        for number in RECORDS:
            await insert(
                world,
                "caseload_items",
                caseload_id=load,
                record_id=record_key(number),
                kind=kind,
                organisation_id=key_of(tenant),
                owner_id=owner,
                assigned_at=LONG_AGO,
            )
    theirs = await group(world, "Busy", *RECORDS, opened=True, whole=True, at="prov-two")
    await account(world, "busy-inspector", theirs, permissions=f"MANAGE_ILR {TWO}", channels="CLASSIC CONSOLE", at="prov-two")  # fmt: skip
    for person in ("pending@example.test", "petra@example.test", "new@example.test"):
        await insert(
            world,
            "invitations",
            organisation_id=key_of("birch"),
            email=person,
            name="Guest",
            role="employer_account.owner",
            status="PENDING",
            invited_at=LONG_AGO,
            expires_at=FAR_AWAY,
            code_digest=person,
        )
    owner = await add_user(world, "Busy Owner", subject="busy-owner")
    await add_grant(world, owner, key_of("birch"), "employer_account.owner")


async def of_tenants(tables):
    """The rows that stand at the other organisations, and those that hang on them."""
    others = {key_of(tenant) for tenant in (*TENANTS.values(), "birch")}
    return {
        table: [row for row in rows if row.get("organisation_id") in others]
        for table, rows in (await tables.rows()).items()
    }


@pytest.mark.dealt("name")
@pytest.mark.parametrize("name", EVERY_ACT)
async def test_a_command_ends_as_it_does_alone_and_leaves_theirs(world, tables, name):
    mine = await ready(world, name)
    await busy(world)
    before = await of_tenants(tables)
    assert all(before[each] for each in ("caseload_items", "inspection_openings", "invitations"))
    document = mine.document()
    assert outcome(await mine.client.ask(document, {"input": mine.given})) == "ok"
    assert await of_tenants(tables) == before


async def test_a_verification_is_withdrawn_whatever_another_provider_visits(world):
    """D4-28, I14: «the learners being sampled» are those of the provider's own groups."""
    mine = await ready(world, "verifyIlr")
    await busy(world)
    verified = f"rec_{record_key(4)}"
    for wanted in (True, False):
        reply = await do(mine.client, "verifyIlr", verified, verified=wanted)
        assert outcome(reply) in {"ok", "CONFLICT/ALREADY_VERIFIED"}
    [[stands]] = await world.sql(
        "SELECT qa_verified_at FROM ilrs WHERE record_id = :id", id=record_key(4)
    )
    assert stands is None


async def test_records_are_taken_from_one_s_own_people_alone(world, tables):
    """D1-11: who is assigned at another organisation, as before a move, keeps what they have."""
    mine = await ready(world, "unassignRecords")
    await busy(world)
    before = await of_tenants(tables)
    assert outcome(await mine.client.ask(mine.document(), {"input": mine.given})) == "ok"
    after = await of_tenants(tables)
    assert after["caseload_items"] == before["caseload_items"] != []


@pytest.mark.parametrize(("kind", "tenant"), TENANTS.items())
async def test_a_record_that_moved_is_in_nobody_s_old_caseload(world, kind, tenant):
    """I18: the caseload's organisation is the record's; who had it before the move sees it no more."""
    await busy(world)
    role = {
        "ASSESSOR": "record_assignment.assessor",
        "TRAINING_COORDINATOR": "record_assignment.training_coordinator",
        "CASE_OWNER": "inspection_access.tutor",
    }[kind]
    [[owner]] = await world.sql("SELECT id FROM users WHERE subject = :who", who=f"busy-{kind.lower()}")  # fmt: skip
    await add_grant(world, owner, key_of(tenant), role)
    handle = f"busy-{kind.lower()}"
    client = await world.client(subject=handle, email=f"{handle}@example.test")
    document = "query Q($id: ID!) { apprenticeRecord(id: $id) { id } apprenticeRecords(first: 50) { totalCount nodes { id } } }"
    for number in RECORDS:
        [[side]] = await world.sql(
            f"SELECT {'epao_id' if kind == 'ASSESSOR' else 'provider_id'} FROM apprentice_records WHERE id = :id",
            id=record_key(number),
        )
        reply = await client.ask(document, {"id": f"rec_{record_key(number)}"})
        listed = {node["id"] for node in reply.data["apprenticeRecords"]["nodes"]}
        theirs = side == key_of(tenant)
        assert (f"rec_{record_key(number)}" in listed) is theirs, number
        assert (reply.data["apprenticeRecord"] is not None) is theirs, number
