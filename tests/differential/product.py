"""What questions about the product grow from."""

from __future__ import annotations

from typing import Any

from differential.comparing import Comparison
from differential.grown import Soil
from differential.literals import PREVIEWED, Literals
from oracle.world import World


def soil_of(comparison: Comparison) -> Soil:
    """Return what documents about the product grow from: ids of every type, and no id at all."""
    names = comparison.names
    ids = (*(names[name] for name in names if name != "alder_key"), "nonsense")
    return Soil(
        comparison.oracle.schema,
        ids,
        Literals(_words(comparison.oracle.world)),
        shunned=("roles", "policy"),
        preferred=(
            "organisations",
            "users",
            "me",
            "apprenticeRecords",
            "caseloads",
            "learners",
            "inspectionGroups",
        ),
    )


def _words(world: World) -> dict[str, list[Any]]:
    """Return what is found by texts: those that occur, in other letters, and one that does not."""
    columns = {"UserFilter.name": ("users", "name"), "UserFilter.email": ("users", "email")}
    columns["OrganisationFilter.name"] = ("organisations", "name")
    for field, column in {
        "lastName": "last_name",
        "uln": "uln",
        "email": "email",
        "reference": "reference",
        "standardCode": "standard_code",
        "startDate": "start_date",
        "dateOfBirth": "date_of_birth",
        "cost": "cost_pence",
    }.items():
        columns[f"ApprenticeRecordFilter.{field}"] = ("apprentice_records", column)
    pools: dict[str, list[Any]] = {"document": list(PREVIEWED)}
    for at, (table, column) in columns.items():
        found = sorted({row[column] for row in world.all(table)})
        pools[at] = found
        if found and isinstance(found[0], str) and not column.startswith(("start_", "date_")):
            pools[at] = [*found, *(text.upper() for text in found[::4]), "100%", "_"]
    return pools
