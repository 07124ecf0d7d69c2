"""Every mutation ready to be made: who makes it, on what, and a payload of all that it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

from asking import product_schema
from commands.acts import ACTS, EVERY_ACT, INSPECTION_ACTS
from commands.staged import staged
from commands.targets import CODE, targets_of
from commands.test_inspecting import doer
from commands.test_records import DOERS
from commands.test_records import target as record_of
from worlds import Client, World


@dataclass(frozen=True)
class Ready:
    """One mutation that would be made as it stands."""

    client: Client
    name: str
    given: dict[str, Any]

    def document(self, payload: str | None = None) -> str:
        """Its document, with the usual payload or another."""
        act = EVERY_ACT[self.name]
        return act.document if payload is None else act.document.replace(act.payload, payload)


async def ready(world: World, name: str) -> Ready:
    """Put what a mutation acts on into the world; return who makes it, and with what input."""
    act = EVERY_ACT[name]
    if name in INSPECTION_ACTS:
        target, client = (await staged(world)).get(name), await doer(world, name)
    else:
        targets = await targets_of(world)
        client = await world.client(({"acceptInvitation": "petra"} | DOERS).get(name, "olga"))
        target = record_of(name) if name in DOERS else targets.get(ACTS[name].kind)
    given = act.given | ({"code": CODE} if name == "acceptInvitation" else {})
    return Ready(client, name, given if target is None else {act.argument: target} | given)


def grown(name: str, without: frozenset[str] = frozenset(), depth: int = 3) -> str:
    """Every field that a mutation's payload leads to so deep, but for some coordinates."""
    schema = product_schema()._schema  # noqa: SLF001 -- GraphQL-core's own
    return _grown(get_named_type(schema.mutation_type.fields[name].type), without, depth)


def _grown(owner: GraphQLObjectType, without: frozenset[str], depth: int) -> str:
    selected = ["__typename"]
    for name, definition in owner.fields.items():
        named = get_named_type(definition.type)
        if f"{owner.name}.{name}" in without or any(
            is_required_argument(argument) for argument in definition.args.values()
        ):
            continue
        page = "(first: 2)" if "first" in definition.args else ""
        if is_leaf_type(named):
            selected.append(name + page)
        elif depth > 0 and isinstance(named, GraphQLObjectType):
            below = depth if "pageInfo" in named.fields else depth - 1
            selected.append(f"{name}{page} {{ {_grown(named, without, below)} }}")
    return " ".join(selected)
