"""An id is of one type: what clients that keep objects by their id rely on."""

import pytest
from graphql import build_schema, get_named_type, is_leaf_type, is_required_argument

from schema import build_schema as product_schema
from walking import every

SCHEMA = build_schema(product_schema().as_str())
PAGING = {"first", "after", "last", "before"}
LEADING_ON = {"organisationId": "Organisation", "userId": "User"}
PEOPLE = ["olga", "vera", "aisha", "ade", "ann", "kim", "max", "robin", "sue"]


def selection(kind, depth: int, above: frozenset[str] = frozenset()) -> str:
    """Every object that a type leads to, with its type and whatever ids it shows."""
    above |= {kind.name}
    parts = ["__typename"]
    for name, field in kind.fields.items():
        named = get_named_type(field.type)
        if any(is_required_argument(given) for given in field.args.values()):
            continue
        if is_leaf_type(named):
            parts += [name] if named.name == "ID" else []
        elif depth and field.args.keys() >= PAGING:
            node = get_named_type(named.fields["nodes"].type)
            if node.name not in above:
                parts.append(f"{name}(first: 2) {{ nodes {selection(node, depth - 1, above)} }}")
        elif depth and named.name not in above:
            parts.append(f"{name} {selection(named, depth - 1, above)}")
    return "{ " + " ".join(parts) + " }"


LISTS = {
    name: selection(get_named_type(get_named_type(field.type).fields["nodes"].type), 3)
    for name, field in SCHEMA.query_type.fields.items()
    if field.args.keys() >= PAGING
}


@pytest.mark.parametrize("who", PEOPLE)
async def test_an_id_is_of_one_type_wherever_it_is_met(shared_world, who):
    client = await shared_world.client(who)
    types: dict[str, set[str]] = {}
    for name, below in LISTS.items():
        reply = await client.ask(f"{{ {name}(first: 8) {{ nodes {below} }} }}")
        assert reply.data is not None, reply.errors
        for found in every(reply.data):
            if not isinstance(found, dict):
                continue
            if found.get("id"):
                types.setdefault(found["id"], set()).add(found["__typename"])
            for key in LEADING_ON.keys() & found.keys():
                types.setdefault(found[key], set()).add(LEADING_ON[key])
    assert types
    assert {key: kinds for key, kinds in types.items() if len(kinds) > 1} == {}


def test_only_what_can_be_asked_for_by_its_id_has_one():
    """The ids of the schema are those of `Node`, each behind the prefix of its type."""
    node = SCHEMA.get_type("Node")
    identified = {
        kind.name
        for kind in SCHEMA.type_map.values()
        if not kind.name.startswith("__") and "id" in getattr(kind, "fields", {})
    }
    nodes = {kind.name for kind in SCHEMA.get_possible_types(node)}
    assert (
        identified
        - {"Node"}
        - {k.name for k in SCHEMA.type_map.values() if k.name.endswith("Input")}
        == nodes
    )
