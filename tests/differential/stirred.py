"""A demo world with every odd row that the tables admit, so that agreement is not by luck."""

from __future__ import annotations

from db.seed.demo.fixed import organisation_key as key_of
from db.seed.demo.fixed import record_key
from db.types import fold
from differential.inspected import inspect
from scenarios.rows import (
    FAR_AWAY,
    LONG_AGO,
    add_grant,
    add_record,
    add_user,
    insert,
    organisation_key,
    user_key,
)
from worlds import World


async def stir(world: World) -> None:
    """Add windows, states, ties, orphans and letters to the rows that people may ask about."""
    await _windows(world)
    await _states(world)
    await _ties(world)
    await _letters(world)
    await _orphans(world)
    await _records(world)
    await _assignments(world)
    await inspect(world)


async def _windows(world: World) -> None:
    """Grants that begin, have ended, end at this instant, and stand twice."""
    now = world.clock.instant
    alder, birch, cherry = [await organisation_key(world, n) for n in ("alder", "birch", "cherry")]
    elm = await organisation_key(world, "elm")
    vera, robin, petra = [await user_key(world, h) for h in ("vera", "robin", "petra")]
    owner, viewer = "employer_account.owner", "employer_account.viewer"
    await add_grant(world, vera, birch, owner, starts_at=now + 1)
    await add_grant(world, vera, cherry, owner, ends_at=now)
    await add_grant(world, vera, elm, viewer, ends_at=now + 1)
    await add_grant(world, robin, alder, owner, ends_at=now - 1)
    await add_grant(world, robin, elm, "employer_account.aan")
    await add_grant(world, petra, cherry, viewer, ends_at=now + 1)
    await add_grant(world, petra, cherry, "employer_account.transactor", starts_at=now)
    await add_grant(world, petra, birch, "training_provider.provider_user")


async def _states(world: World) -> None:
    """A member who is invited, one who left, owners that do not count, and a closed account."""
    birch, cherry, elm = [await organisation_key(world, n) for n in ("birch", "cherry", "elm")]
    for name, status in (("Ina Invited", "INVITED"), ("Zed Gone", "INACTIVE")):
        member = await add_user(world, name, status=status)
        await add_grant(world, member, birch, "employer_account.owner")
        await add_grant(world, member, cherry, "employer_account.viewer")
    await world.sql("UPDATE organisations SET status = 'CLOSED' WHERE name = 'Dogwood'")
    for status in ("PENDING", "ACCEPTED", "EXPIRED", "DELETED"):
        for organisation in (birch, elm):
            await insert(
                world,
                "invitations",
                organisation_id=organisation,
                email=f"{status}@example.test",
                name=status.title(),
                role="employer_account.aan",
                status=status,
                invited_at=LONG_AGO,
                expires_at=FAR_AWAY,
            )


async def _ties(world: World) -> None:
    """People of one name, and schemes, entities and agreements of one moment."""
    birch = await organisation_key(world, "birch")
    for _ in range(3):
        await add_grant(world, await add_user(world, "Sam Same"), birch, "employer_account.viewer")
    entity = ""
    for number in range(3):
        entity = await insert(
            world,
            "legal_entities",
            organisation_id=birch,
            name="Same",
            code=str(number),
            source="OTHER",
            added_at=LONG_AGO + number,
        )
    for number in range(3):
        agreement = await insert(
            world,
            "agreements",
            organisation_id=birch,
            legal_entity_id=entity,
            version=number,
            status="EXPIRED",
            offered_at=LONG_AGO,
        )
        for status in ("PENDING", "EXPIRED")[: number + 1]:
            await insert(
                world,
                "agreement_events",
                agreement_id=agreement,
                organisation_id=birch,
                status=status,
                at=LONG_AGO,
            )


async def _letters(world: World) -> None:
    """Names that collations order differently, and moments before 1970 and between seconds."""
    alder, cherry = [await organisation_key(world, name) for name in ("alder", "cherry")]
    for name in (
        "Zoë",
        "zoe",
        "Émile",
        "emile",
        "ａｂｃ",
        "ABC",
        "a b",
        "a-b",
        "ß",
        "ss",
        "😀",
        "ﬁn",
    ):
        member = await add_user(world, name, email=f"{name.encode().hex()}@example.test")
        await add_grant(world, member, cherry, "employer_account.aan")
        await insert(
            world,
            "legal_entities",
            organisation_id=alder,
            name=name,
            code=name,
            source="CHARITIES",
            added_at=-1_234_567,
        )
        await insert(
            world,
            "paye_schemes",
            organisation_id=alder,
            reference=f"1/{name}",
            name=name,
            added_at=LONG_AGO + 123,
        )


async def _orphans(world: World) -> None:
    """An employer role at an organisation without an account, and a member without any grant."""
    prov = await organisation_key(world, "prov")
    customer = await organisation_key(world, "c1")
    await add_grant(world, await user_key(world, "indy"), customer, "employer_account.owner")
    await add_grant(world, await user_key(world, "kim"), prov, "employer_account.transactor")
    await add_user(world, "Una Unheld", subject="una")


async def _records(world: World) -> None:
    """Records of every state, of odd names, and of one name; an apprentice on the team."""
    for name in ("Zoë", "zoe", "ﬁn", "FIN", "100%", "_"):
        await add_record(
            world,
            5,
            first_name="L",
            last_name=name,
            last_name_sort=fold(f"{name} L"),
            reference=name,
            epao_id=None,
            pause_date="2026-01-31",
        )
    await world.sql(
        "UPDATE apprentice_records SET status = 'STOPPED', stop_date = '2026-05-01',"
        " end_date = '2026-05-01', delivery_model = 'FLEXI_JOB_AGENCY' WHERE id = :id",
        id=record_key(2),
    )
    await world.sql(
        "UPDATE apprentice_records SET status = 'COMPLETED', completion_date = '2026-09-30',"
        " start_date = '2024-09-02' WHERE id = :id",
        id=record_key(3),
    )
    await world.sql(
        "UPDATE apprentice_records SET pause_date = '2026-03-01', stop_date = '2026-04-01',"
        " completion_date = '2026-05-01' WHERE id = :id",
        id=record_key(10),
    )
    await world.sql("DELETE FROM trainings WHERE record_id = :id", id=record_key(6))
    learner = await world.sql(
        "SELECT apprentice_id FROM apprentice_records WHERE reference = 'APP-0001'"
    )
    await add_grant(world, learner[0][0], key_of("alder"), "employer_account.viewer")


async def _assignments(world: World) -> None:
    """Caseloads without a role, of roles elsewhere, ended and not begun; roles of two sides."""
    now = world.clock.instant
    people = ("max", "leo", "sen", "eric", "abe", "petra", "tess", "kim")
    maximum, leo, sen, eric, abe, petra, tess, kim = [await user_key(world, who) for who in people]
    coordinator = "record_assignment.training_coordinator"
    await add_grant(world, maximum, key_of("elm"), "employer_account.owner")
    await add_grant(world, maximum, key_of("birch"), "employer_account.viewer")
    await add_grant(world, leo, key_of("epa"), "record_assignment.assessor")
    await add_grant(world, sen, key_of("epa"), "record_assignment.assessor")  # two of one kind
    await add_grant(
        world, sen, key_of("epa-two"), "record_assignment.epao_admin", starts_at=now + 1
    )
    await add_grant(world, petra, key_of("prov"), coordinator, ends_at=now)
    await add_grant(world, petra, key_of("prov"), "inspection_access.tutor", ends_at=now + 1)
    await add_grant(world, tess, key_of("epa"), coordinator)  # which means nothing there
    await add_grant(world, kim, key_of("prov-two"), "record_assignment.training_manager")
    for owner, kind, organisation, numbers in (
        (leo, "ASSESSOR", "epa", (1, 4)),
        (leo, "CASE_OWNER", "prov", (5,)),  # a kind that no role of theirs comes with
        (sen, "ASSESSOR", "epa", (2, 5)),
        (eric, "TRAINING_COORDINATOR", "prov", (6,)),
        (abe, "ASSESSOR", "epa-two", (9,)),
        (petra, "CASE_OWNER", "prov", (3, 8)),
        (petra, "TRAINING_COORDINATOR", "prov", (4, 8)),
        (kim, "TRAINING_COORDINATOR", "prov-two", (10, 11)),
    ):
        given = {"kind": kind, "organisation_id": key_of(organisation), "owner_id": owner}
        caseload = await insert(world, "caseloads", **given)
        for number in numbers:
            await insert(
                world,
                "caseload_items",
                **given,
                caseload_id=caseload,
                record_id=record_key(number),
                assigned_by_id=None if number % 2 else maximum,
                assigned_at=LONG_AGO,
            )
