"""Inspections in the stirred world: groups in every state, and inspectors of each kind."""

from __future__ import annotations

from collections.abc import Sequence

from db.seed.demo.fixed import demo_key, record_key
from db.seed.demo.fixed import organisation_key as key_of
from scenarios.rows import FAR_AWAY, LONG_AGO, add_grant, add_inspector, add_user, insert, user_key
from worlds import World

HOUR = 3_600_000
TRAINEE, VIEW_ALL, MANAGE = "TRAINEE_ASSESSOR", "VIEW_ALL_IN_ASSIGNED_GROUP", "MANAGE_ILR"
BOTH = "CONSOLE CLASSIC"


async def inspect(world: World) -> None:
    """Add groups that are in force, over, to come, prepared and without any learner of theirs."""
    now = world.clock.instant
    tina, petra = await user_key(world, "tina"), await user_key(world, "petra")
    window = {"opens_at": now, "closes_at": now + 1, "opened_at": LONG_AGO, "host_id": tina}
    await world.sql(
        "UPDATE ilrs SET actual_end_on = '2026-04-30', completion_status = 'WITHDRAWN',"
        " outcome = 'PARTIAL', withdraw_reason = 'Moved away' WHERE record_id = :id",
        id=record_key(3),
    )
    june = await add_group(world, "june")
    await add_opening(
        world, june, 1, (3, 5), opens_at=LONG_AGO, closes_at=now + HOUR, opened_at=LONG_AGO,
        closed_at=now - HOUR, host_id=petra,
    )  # fmt: skip
    await add_opening(world, june, 2, (1, 2), **window)
    over = await add_group(world, "over", "ESFA")
    await add_opening(world, over, 1, (3, 4), **window | {"opens_at": LONG_AGO, "closes_at": now})
    everybody = await add_group(world, "everybody", "EQA")
    await add_opening(world, everybody, 1, (), **window, all_learners=True)
    verified = await add_group(world, "verified", "EPA")
    await add_opening(world, verified, 1, (1, 3), **window)
    draft = await add_group(world, "draft", "EV")
    await add_opening(world, draft, 1, (2, 9))
    soon = await add_group(world, "soon", "OTHER")
    await add_opening(
        world, soon, 1, (4,), **window | {"opens_at": now + 1, "closes_at": now + HOUR}
    )
    await add_group(world, "bare")
    away = await add_group(world, "away", organisation="prov-two")
    await add_opening(world, away, 1, (9, 10, 7), **window)  # of these the last is of Prov

    ivy, art = await user_key(world, "ivy"), await user_key(world, "art")
    await world.sql("UPDATE users SET status = 'ACTIVE' WHERE subject IN ('ivy', 'art')")
    await let_in(world, ivy, june, TRAINEE, VIEW_ALL, channels="CONSOLE")
    await let_in(world, art, verified, TRAINEE, VIEW_ALL, MANAGE, channels=BOTH)
    await let_in(world, await _person(world, "cyd"), everybody, TRAINEE, VIEW_ALL, MANAGE)
    # Elsewhere in charge, and let in there and here: what they hold at one place counts there.
    dot = await _person(world, "dot")
    await add_grant(world, dot, key_of("prov-two"), "inspection_access.superuser")
    await let_in(world, dot, june, TRAINEE, VIEW_ALL)
    await let_in(world, dot, verified, MANAGE, ends_at=FAR_AWAY)
    # In classic for a group that is sampled before its ILRs are verified, and of one that is over.
    eli = await _person(world, "eli")
    await let_in(world, eli, away, VIEW_ALL, MANAGE, organisation="prov-two")
    await let_in(world, eli, over, VIEW_ALL, MANAGE, ends_at=now + 1)
    await let_in(world, eli, soon, VIEW_ALL, ends_at=FAR_AWAY)
    # without being shown anybody
    await let_in(world, eli, everybody, TRAINEE, MANAGE, ends_at=FAR_AWAY)
    # One who has to change their credentials, and those who are to be cancelled and archived.
    for who, kind, status, rotated in (
        ("gen", "GENERIC", "ACTIVE", now - 1),
        ("gil", "GENERIC", "ACTIVE", now),
        ("pam", "PERSONAL", "ACTIVE", None),
        ("pip", "PERSONAL", "CANCELLED", None),
        ("pug", "PERSONAL", "ARCHIVED", None),
    ):
        account = {"status": status, "email_kind": kind, "credentials_rotated_at": rotated}
        ends_at = now if status == "ARCHIVED" else None
        person = await _person(world, who)
        await let_in(world, person, over, TRAINEE, VIEW_ALL, ends_at=ends_at, **account)
    new = await _person(world, "ned", status="INVITED")
    await let_in(world, new, draft, TRAINEE, VIEW_ALL, status="INVITED")
    # Two who hold something else: one of them is cancelled here, the other waits for the rest.
    owen = await _person(world, "owen")
    await add_grant(world, owen, key_of("alder"), "employer_account.viewer")
    await let_in(world, owen, june, TRAINEE, VIEW_ALL, status="CANCELLED", name="Owen at Prov")
    wes = await _person(world, "wes", status="INVITED")
    await add_grant(world, wes, key_of("alder"), "employer_account.viewer")
    await let_in(world, wes, june, TRAINEE, VIEW_ALL)
    await let_in(world, await _person(world, "lex"), june, TRAINEE, VIEW_ALL, ends_at=now)


def group_key(name: str) -> str:
    """Return the key of a group."""
    return demo_key(f"inspection group:{name}")


def opening_key(name: str, number: int) -> str:
    """Return the key of an opening of a group."""
    return demo_key(f"inspection opening:{group_key(name)}:{number}")


async def add_group(
    world: World, name: str, body: str = "OFSTED", *, organisation: str = "prov"
) -> str:
    """Add a group of a provider; its key."""
    return await insert(
        world,
        "inspection_groups",
        id=group_key(name),
        organisation_id=key_of(organisation),
        name=name.capitalize(),
        body=body,
        revision=1,
    )


async def add_opening(
    world: World,
    group: str,
    number: int,
    records: Sequence[int],
    *,
    all_learners: bool = False,
    **columns: object,
) -> None:
    """Add an opening of a group with some of the records of the scenarios."""
    [[organisation]] = await world.sql(
        "SELECT organisation_id FROM inspection_groups WHERE id = :id", id=group
    )
    opening = await insert(
        world,
        "inspection_openings",
        id=demo_key(f"inspection opening:{group}:{number}"),  # as `opening_key` has it
        group_id=group,
        organisation_id=organisation,
        number=number,
        all_learners=all_learners,
        **columns,
    )
    for record in records:
        await insert(
            world,
            "inspection_learners",
            opening_id=opening,
            organisation_id=organisation,
            record_id=record_key(record),
            added_by_id=await user_key(world, "sue") if record % 2 else None,
            added_at=LONG_AGO + record % 3,
        )


async def _person(world: World, subject: str, **columns: object) -> str:
    return await add_user(world, subject.capitalize(), **{"subject": subject, **columns})


async def let_in(
    world: World,
    user: str,
    group: str,
    *permissions: str,
    organisation: str = "prov",
    ends_at: int | None = None,
    **account: object,
) -> str:
    """Let a person into a group as an inspector with these permissions; the key of the grant."""
    return await add_inspector(
        world,
        user,
        key_of(organisation),
        group,
        " ".join(permissions),
        ends_at=ends_at,
        **{"channels": BOTH, **account},
    )
