"""Inspections at Prov in every state, for each command of theirs to act on."""

from __future__ import annotations

from db.seed.demo.fixed import organisation_key as key_of
from db.seed.demo.fixed import record_key, user_key
from scenarios.rows import LONG_AGO, add_grant, add_inspector, add_user, insert
from worlds import World

INSPECTOR = "inspection_access.inspector"
TWO = "TRAINEE_ASSESSOR VIEW_ALL_IN_ASSIGNED_GROUP"
HOUR = 3_600_000


async def group(
    world: World,
    name: str,
    *learners: int,
    opened: bool = False,
    whole: bool = False,
    at: str = "prov",
) -> str:
    """Add a group with one opening, prepared or in force since an hour; its key."""
    now = world.clock.instant
    key = await insert(
        world, "inspection_groups", organisation_id=key_of(at), name=name, body="OTHER", revision=1
    )
    opening = await insert(
        world,
        "inspection_openings",
        group_id=key,
        organisation_id=key_of(at),
        number=1,
        host_id=user_key("tina") if opened else None,
        all_learners=whole,
        opens_at=now - HOUR if opened else None,
        closes_at=now + HOUR if opened else None,
        opened_at=now - HOUR if opened else None,
    )
    for number in learners:
        await insert(
            world,
            "inspection_learners",
            opening_id=opening,
            organisation_id=key_of(at),
            record_id=record_key(number),
            added_at=LONG_AGO,
        )
    return key


async def account(
    world: World,
    handle: str,
    group_key: str,
    status: str = "ACTIVE",
    *,
    permissions: str = TWO,
    channels: str = "CONSOLE",
    signs_in: bool = True,
    at: str = "prov",
) -> str:
    """Add an inspector's account, by which `handle` signs in unless told otherwise; its key."""
    user = await add_user(
        world,
        handle.title(),
        subject=handle if signs_in else None,
        email=f"{handle}@example.test",
        status="INVITED" if status == "INVITED" else "ACTIVE",
    )
    return await add_inspector(
        world,
        user,
        key_of(at),
        group_key,
        permissions,
        status=status,
        email_kind="GENERIC",
        channels=channels,
    )


async def staged(world: World) -> dict[str, str]:
    """Add what there is to act on: by the mutation that would succeed on it, its id.

    Of Prov: a group that is prepared with L1 and L2 and one that is open with them, one account of
    each state, and Wanda's, who has not registered. Of Prov Two: `elsewhere` and `theirs`, and Una
    is its superuser. Visitors: `viva` in the open group, `mila` in it with the ILR.
    """
    prepared = await group(world, "Prepared", 1, 2)
    opened = await group(world, "Open", 1, 2, opened=True)
    other = await group(world, "Elsewhere", 9, at="prov-two")
    invited = await account(world, "wanda", prepared, "INVITED", signs_in=False)
    active = await account(world, "viva", opened)
    await account(
        world, "mila", opened, permissions=f"MANAGE_ILR {TWO}", channels="CLASSIC CONSOLE"
    )
    cancelled = await account(world, "carl", opened, "CANCELLED")
    theirs = await account(world, "theo", other, at="prov-two")
    una = await add_user(world, "Una", subject="una")
    await add_grant(world, una, key_of("prov-two"), "inspection_access.superuser")
    return {
        "createInspectionGroup": f"org_{key_of('prov')}",
        "addLearners": f"grp_{prepared}",
        "removeLearners": f"grp_{prepared}",
        "openInspection": f"grp_{prepared}",
        "closeInspection": f"grp_{opened}",
        "createInspectorAccount": f"grp_{prepared}",
        "updateInspectorAccount": f"ins_{active}",
        "activateInspector": f"ins_{invited}",
        "rotateInspectorCredentials": f"ins_{active}",
        "cancelInspector": f"ins_{active}",
        "reactivateInspector": f"ins_{cancelled}",
        "archiveInspector": f"ins_{cancelled}",
        "editIlr": f"rec_{record_key(4)}",
        "verifyIlr": f"rec_{record_key(4)}",
        "elsewhere": f"grp_{other}",
        "theirs": f"ins_{theirs}",
        "wanda": f"ins_{invited}",
    }
