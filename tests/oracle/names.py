"""Names for ids of the demo world, looked up in its rows, so that documents can be read."""

from __future__ import annotations

import re
from typing import Any

from oracle.shapes import PREFIXES, global_id
from oracle.world import Row, World

ORGANISATIONS = ("alder", "birch", "cherry", "dogwood", "elm", "prov", "epa")
PEOPLE = ("olga", "otis", "vera", "tariq", "aisha", "petra", "cora", "robin", "tess", "vic", "ana")
RECORDS = (1, 2, 3, 5, 6, 7, 8)
_NAME = re.compile(r"<([a-z_0-9]+)>")


def names_of(world: World) -> dict[str, str]:
    """Return a global id for each name that documents use."""
    organisations = {row["name"].lower(): row for row in world.all("organisations")}
    people = {row["subject"]: row for row in world.all("users")}
    names = {name: global_id("organisations", organisations[name]["id"]) for name in ORGANISATIONS}
    names |= {handle: global_id("users", people[handle]["id"]) for handle in PEOPLE}
    alder, birch, elm, prov = (organisations[n] for n in ("alder", "birch", "elm", "prov"))
    names |= {
        "alder_key": alder["id"],
        "alder_grant": _first(world, "role_grants", alder, user_id=people["olga"]["id"]),
        "birch_grant": _first(world, "role_grants", birch, user_id=people["tariq"]["id"]),
        "prov_grant": _first(world, "role_grants", prov, user_id=people["petra"]["id"]),
        "alder_paye": _first(world, "paye_schemes", alder),
        "birch_paye": _first(world, "paye_schemes", birch),
        "alder_entity": _first(world, "legal_entities", alder),
        "birch_entity": _first(world, "legal_entities", birch),
        "alder_signed": _first(world, "agreements", alder, status="SIGNED"),
        "alder_pending": _first(world, "agreements", alder, status="PENDING"),
        "birch_signed": _first(world, "agreements", birch, status="SIGNED"),
        "elm_invitation": _first(world, "invitations", elm, status="PENDING"),
    }
    records = {row["reference"]: row["id"] for row in world.all("apprentice_records")}
    keys = {f"r{number}": records[f"APP-{number:04}"] for number in (*RECORDS, 9)}
    names |= {name: global_id("apprentice_records", key) for name, key in keys.items()}
    for row in world.all("caseloads"):
        owner = next(name for name, person in people.items() if person["id"] == row["owner_id"])
        names[f"{owner}_{row['kind'].lower()}"] = global_id("caseloads", row["id"])
    for name in ("r1", "r7", "r9"):
        names[f"{name}_evidence"] = _least(world, "evidence", record_id=keys[name])
    names |= _of_inspections(world)
    return names | {f"unknown_{prefix}": f"{prefix}_{'a' * 26}" for prefix in PREFIXES}


def _of_inspections(world: World) -> dict[str, str]:
    """Return groups by their names, and accounts of inspectors by person and group."""
    groups = {row["id"]: row["name"].lower() for row in world.all("inspection_groups")}
    names = {name: global_id("inspection_groups", key) for key, name in groups.items()}
    people = {row["id"]: row["subject"] for row in world.all("users")}
    for row in world.all("role_grants"):
        if row["group_id"] is not None:
            name = f"{people[row['user_id']]}_at_{groups[row['group_id']]}"
            names[name] = global_id("role_grants", row["id"], "InspectorAccount")
    other = min(row["id"] for row in world.all("role_grants") if row["group_id"] is None)
    return names | {"no_account": global_id("role_grants", other, "InspectorAccount")}


def filled(value: Any, names: dict[str, str]) -> Any:
    """Return a document or a value with each `<name>` replaced by the id it stands for."""
    if isinstance(value, str):
        return _NAME.sub(lambda match: names[match[1]], value)
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    return value


def _first(world: World, table: str, organisation: Row, **columns: object) -> str:
    """Return the id of the first row, by id, of this organisation with these values."""
    return _least(world, table, organisation_id=organisation["id"], **columns)


def _least(world: World, table: str, **columns: object) -> str:
    """Return the id of the first row, by id, with these values."""
    found = min(
        row["id"]
        for row in world.all(table)
        if all(row[column] == value for column, value in columns.items())
    )
    return global_id(table, found)
