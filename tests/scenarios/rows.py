"""Rows of the demo world by name, and rows that a test adds behind the application's back."""

from __future__ import annotations

from typing import Any

from authz.roles import ROLES
from db.seed.demo.fixed import demo_key, record_key
from db.types import ascii_lower, fold, initials, new_key
from worlds import World

LONG_AGO = 1_577_836_800_000  # 2020-01-01
FAR_AWAY = 4_102_444_800_000  # 2100-01-01
NOBODYS = "nobody@example.test"
"""An address that no person of the demo world has, for a token of a subject it may not know."""
PREFIXES = {
    "organisations": "org",
    "users": "usr",
    "role_grants": "grt",
    "paye_schemes": "pay",
    "legal_entities": "len",
    "agreements": "agr",
    "invitations": "inv",
    "evidence": "evd",
    "caseloads": "cld",
}
_DEMO = {name: demo_key(f"organisation:{name}") for name in ("alder", "birch", "cherry", "elm")}
VERSIONED = {"organisations", "agreements", "role_grants", "invitations"}


async def insert(world: World, table: str, **columns: object) -> str:
    """Add a row; the id is new unless given, and returned."""
    columns.setdefault("id", new_key())
    if table in VERSIONED:
        columns.setdefault("revision", 1)
    if "email" in columns and table not in ("apprentice_records", "inspector_accounts"):
        columns.setdefault("email_sort", ascii_lower(str(columns["email"])))
    names = ", ".join(columns)
    values = ", ".join(f":{name}" for name in columns)
    await world.sql(f"INSERT INTO {table} ({names}) VALUES ({values})", **columns)
    return str(columns["id"])


async def user_key(world: World, handle: str) -> str:
    rows = await world.sql("SELECT id FROM users WHERE subject = :handle", handle=handle)
    return rows[0][0]


async def organisation_key(world: World, name: str) -> str:
    if name in _DEMO:
        return _DEMO[name]
    rows = await world.sql("SELECT id FROM organisations WHERE lower(name) = :name", name=name)
    return rows[0][0]


async def user_id(world: World, handle: str) -> str:
    return "usr_" + await user_key(world, handle)


async def organisation_id(world: World, name: str) -> str:
    return "org_" + await organisation_key(world, name)


def record_id(number: int) -> str:
    """Return the global id of a record of the scenarios: R1 is number 1."""
    return "rec_" + record_key(number)


async def add_record(world: World, like: int = 1, **columns: object) -> str:
    """Add a record that is as one of the scenarios but for these columns; its key."""
    rows = await world.sql("SELECT * FROM apprentice_records WHERE id = :id", id=record_key(like))
    row = {**rows[0]._mapping, "id": new_key(), **columns}  # noqa: SLF001 -- SQLAlchemy's public name for it
    return await insert(world, "apprentice_records", **row)


async def ids_of(world: World, table: str, organisation: str) -> list[str]:
    """Return the global ids of an organisation's rows of one table, in the order of the keys."""
    key = await organisation_key(world, organisation)
    rows = await world.sql(
        f"SELECT id FROM {table} WHERE organisation_id = :key ORDER BY id", key=key
    )
    return [f"{PREFIXES[table]}_{row[0]}" for row in rows]


async def add_user(world: World, name: str, **columns: object) -> str:
    columns = {
        "subject": None,
        "email": f"{fold(name).replace(' ', '.')}@example.test",
        "status": "ACTIVE",
        "initials": initials(name),
        **columns,
    }
    return await insert(world, "users", name=name, name_sort=fold(name), **columns)


async def add_grant(
    world: World,
    user: str,
    organisation: str,
    role: str,
    *,
    starts_at: int = LONG_AGO,
    ends_at: int | None = None,
) -> str:
    """Grant a role; user and organisation by key."""
    return await insert(
        world,
        "role_grants",
        user_id=user,
        organisation_id=organisation,
        role=role,
        system=role.partition(".")[0],
        caseload_kind=ROLES[role].caseload if role in ROLES else None,
        starts_at=starts_at,
        ends_at=ends_at,
        permissions="",
    )


async def add_inspector(
    world: World,
    user: str,
    organisation: str,
    group: str | None,
    permissions: str,
    *,
    ends_at: int | None = None,
    **columns: object,
) -> str:
    """Let a person into a group as an inspector, with the account that goes with it; its key."""
    role = "inspection_access.inspector"
    grant = await add_grant(world, user, organisation, role, ends_at=ends_at)
    await world.sql(
        "UPDATE role_grants SET group_id = :to, permissions = :may WHERE id = :id",
        to=group,
        may=permissions,
        id=grant,
    )
    [person] = await world.sql("SELECT name, email FROM users WHERE id = :id", id=user)
    account = {
        "name": person.name,
        "email": person.email,
        "email_kind": "PERSONAL",
        "channels": "CONSOLE",
        "status": "ACTIVE",
    }
    account |= columns
    folded = fold(str(account["name"]))
    return await insert(world, "inspector_accounts", id=grant, name_sort=folded, **account)


async def set_role(world: World, handle: str, organisation: str, role: str) -> None:
    """Change the role that a person holds in an employer account."""
    await world.sql(
        "UPDATE role_grants SET role = :role WHERE user_id = :user"
        " AND organisation_id = :organisation AND system = 'employer_account'",
        role=role,
        user=await user_key(world, handle),
        organisation=await organisation_key(world, organisation),
    )


async def remove_member(world: World, handle: str, organisation: str) -> None:
    await world.sql(
        "DELETE FROM role_grants WHERE user_id = :user"
        " AND organisation_id = :organisation AND system = 'employer_account'",
        user=await user_key(world, handle),
        organisation=await organisation_key(world, organisation),
    )


def names(things: list[dict[str, Any]], *way: str) -> list[Any]:
    """Return one value of each thing, found by going down these keys."""
    found: list[Any] = things
    for key in way:
        found = [thing[key] for thing in found]
    return found
