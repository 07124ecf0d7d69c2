"""Documents for caches, made from the schema: all of an object in two halves, and each list."""

from pathlib import Path

from graphql import build_schema, get_named_type, is_leaf_type, is_required_argument

SCHEMA = build_schema((Path(__file__).parents[2] / "schema.graphql").read_text("utf-8"))
PAGING = {"first", "after", "last", "before"}
ALWAYS = {"id", "organisationId", "userId"}
FACETS = {"EmployerAccount", "EndPointAssessment", "Ilr", "Training"}
"""What belongs to one parent each, by the schema's own words."""
PAGE_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"


def selection(kind, half: int, depth: int, above: frozenset[str] = frozenset()) -> str:
    """Half of the leaves of an object that has parts to tell apart, and all that lies below."""
    parts: list[str] = []
    above |= {kind.name}
    split = "id" in kind.fields or kind.name in FACETS
    for place, (name, field) in enumerate(kind.fields.items()):
        named = get_named_type(field.type)
        required = any(is_required_argument(given) for given in field.args.values())
        if required or named.name.removesuffix("Connection") in above or named.name == "Document":
            continue  # a link is a new one in each answer
        if is_leaf_type(named):
            if not split or name in ALWAYS or place % 2 == half:
                parts.append(name)
        elif depth:
            below = selection(named, half, depth - 1, above)
            if field.args.keys() >= PAGING:
                node = selection(get_named_type(named.fields["nodes"].type), half, depth - 1, above)
                parts.append(
                    f"{name}(first: 2) {{ totalCount {PAGE_INFO} edges {{ cursor node {node} }} }}"
                )
            elif below != "{ __typename }":
                parts.append(f"{name} {below}")
    return "{ " + " ".join(parts or ["__typename"]) + " }"


def halves(field: str, argument: str, depth: int = 3) -> list[str]:
    """Both halves of what a root field leads to."""
    kind = get_named_type(SCHEMA.query_type.fields[field].type)
    return [f"{{ {field}({argument}) {selection(kind, half, depth)} }}" for half in (0, 1)]


def paged(place: str, *, rows: str, around: str = "%s", backward: bool = False) -> str:
    """A document that pages a list in one direction; `around` holds the list."""
    first, after = ("last", "before") if backward else ("first", "after")
    what = f"{place}({first}: $size, {after}: $cursor) {{ totalCount {PAGE_INFO} {rows} }}"
    return f"query ($size: Int, $cursor: String) {{ {around % what} }}"
