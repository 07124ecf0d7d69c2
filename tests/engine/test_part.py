"""A part of a schema: what is refused goes, and with it all that cannot be used without it."""

import pytest
from graphql import build_schema, print_schema, validate_schema

from engine.introspection.visible_schema import part_of

SDL = """
    type Query {
      me(depth: Depth, kind: Kind! = OLD): User
      things(filter: Filter): [Thing!]!
      pet(name: String!): Pet
    }

    type Mutation {
      rename(input: RenameInput!): Renamed
      drop(id: ID!): Boolean
    }

    interface Named {
      name: String
    }

    type User implements Named {
      name: String
      email: String
    }

    type Thing implements Named {
      name: String
      owner: User
      box: Box
    }

    type Box {
      thing: Thing
      size(unit: Unit!): Int
    }

    enum Unit {
      CM
      INCH
    }

    enum Kind {
      OLD
      NEW
    }

    scalar Depth

    input Filter {
      name: String
      unit: Unit
    }

    input RenameInput {
      id: ID!
      name: String!
      note: Note
    }

    input Note {
      text: String
    }

    type Renamed {
      thing: Thing
    }

    union Pet = Cat | Dog

    type Cat {
      lives: Int
    }

    type Dog {
      legs: Int
    }
"""
WHOLE = build_schema(SDL)
CASES = {
    "nothing": ((), ()),
    "a field": (("User.email",), ("User.email",)),
    "an argument that may be left out": (("Query.me(depth:)",), ("Query.me(depth:)", "Depth")),
    "an argument that has a default": (("Query.me(kind:)",), ("Query.me(kind:)", "Kind")),
    "an argument that must be given": (("Query.pet(name:)",), ("Query.pet", "Pet", "Cat", "Dog")),
    "a value": (("Unit.INCH",), ("Unit.INCH",)),
    "every value": (("Unit.CM", "Unit.INCH"), ("Unit", "Box.size", "Filter.unit")),
    "the last field of a type": (("Cat.lives",), ("Cat",)),
    "all members of a union": (("Cat.lives", "Dog"), ("Cat", "Dog", "Pet", "Query.pet")),
    "a type": (
        ("Thing",),
        (
            *("Thing", "Query.things", "Filter", "Box", "Unit"),
            *("Renamed", "Mutation.rename", "RenameInput", "Note"),
        ),
    ),
    "a field that an interface has": (("User.name",), ("User.name", "User implements Named")),
    "the only field of an interface": (
        ("Named.name",),
        ("Named", "User implements Named", "Thing implements Named"),
    ),
    "an input that must be given": (
        ("RenameInput.name",),
        ("RenameInput", "Note", "Mutation.rename", "Renamed"),
    ),
    "an input that may be left out": (("Note.text",), ("Note", "RenameInput.note")),
    "every mutation": (
        ("Mutation.rename", "Mutation.drop"),
        ("Mutation", "RenameInput", "Note", "Renamed"),
    ),
    "all that leads to a type": (("Box.size", "Filter.unit"), ("Box.size", "Filter.unit", "Unit")),
}


def coordinates(schema) -> set[str]:
    """Everything that a schema holds, by its coordinates."""
    found = set()
    for name, kind in schema.type_map.items():
        if name.startswith("__") or name in {"Boolean", "ID", "Int", "String"}:
            continue
        found.add(name)
        found |= {f"{name} implements {i.name}" for i in getattr(kind, "interfaces", ())}
        for member, field in getattr(kind, "fields", getattr(kind, "values", {})).items():
            found.add(f"{name}.{member}")
            found |= {f"{name}.{member}({a}:)" for a in getattr(field, "args", ())}
    return found


def below(coordinate: str) -> set[str]:
    """A coordinate with all that is written inside it."""
    heads = (f"{coordinate}.", f"{coordinate}(", f"{coordinate} implements")
    return {c for c in coordinates(WHOLE) if c == coordinate or c.startswith(heads)}


@pytest.mark.parametrize(("refused", "gone"), CASES.values(), ids=CASES)
def test_what_goes_with_what_is_refused(refused, gone):
    part = part_of(WHOLE, lambda coordinate: coordinate not in refused)
    assert validate_schema(part) == []
    expected = set().union(*(below(coordinate) for coordinate in gone))
    assert coordinates(WHOLE) - coordinates(part) == expected
    assert coordinates(part) <= coordinates(WHOLE)


def test_a_part_is_printed_as_the_whole_is():
    part = part_of(WHOLE, lambda _: True)
    assert sorted(print_schema(part).split("\n\n")) == sorted(print_schema(WHOLE).split("\n\n"))


def test_the_whole_stays_as_it_was():
    before = print_schema(WHOLE)
    part_of(WHOLE, lambda coordinate: coordinate.startswith(("Query", "User", "Named")))
    assert print_schema(WHOLE) == before


def test_the_query_type_stays_even_empty():
    part = part_of(WHOLE, lambda coordinate: coordinate == "Query")
    assert part.query_type.fields == {}
    assert coordinates(part) == {"Query"}
    assert part.mutation_type is None
