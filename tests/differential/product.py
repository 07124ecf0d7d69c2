"""What questions about the product grow from."""

from __future__ import annotations

from differential.comparing import Comparison
from differential.grown import Soil
from differential.literals import Literals
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
        preferred=("organisations", "users", "me"),
    )


def _words(world: World) -> dict[str, list[str]]:
    """Return what is found by texts: those that occur, in other letters, and one that does not."""
    columns = {"UserFilter.name": ("users", "name"), "UserFilter.email": ("users", "email")}
    columns["OrganisationFilter.name"] = ("organisations", "name")
    pools = {}
    for at, (table, column) in columns.items():
        texts = sorted({row[column] for row in world.all(table)})
        pools[at] = [*texts, *(text.upper() for text in texts[::4]), "100%", "_"]
    return pools
