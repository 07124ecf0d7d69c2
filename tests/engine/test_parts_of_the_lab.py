"""Filters and orders of the lab: a part offers what its holders may find rows by."""

from functools import cache

import pytest
from graphql import build_schema, introspection_from_schema, validate_schema

from authz.decision import Never
from authz.roles import ROLES
from authz.rows.principal import holder_of
from engine.catalogue import Catalogue
from engine.introspection.service import Introspection, printed_part
from lab.policy import SCOPES, lab_policy
from lab.schema import lab_schema

ACTORS = sorted(
    {role for action in lab_policy().actions for role in lab_policy().requires(action)} & set(ROLES)
)


@cache
def catalogue() -> Catalogue:
    return Catalogue(lab_schema(), SCOPES)


@cache
def introspection() -> Introspection:
    return Introspection(catalogue(), lab_policy())


def holds(role: str, actions: tuple[str, ...]) -> bool:
    decided = (lab_policy().decide(action, holder_of([role])) for action in actions)
    return not any(isinstance(decision, Never) for decision in decided)


@pytest.mark.parametrize("role", ACTORS)
def test_rows_are_found_by_what_may_be_read_and_searched(role):
    part = introspection().part(holder_of([role]))
    keys = part.get_type("RecordFilter").fields.keys()
    choices = part.get_type("RecordOrderField").values.keys()
    for place in catalogue().entities["Record"].fields.values():
        found = place.guarded.findable
        held = holds(role, (place.guarded.action, *found.search))
        if found.filter:
            assert (place.name in keys) == held
        if found.sort:
            assert (place.guarded.python_name.upper() in choices) == held


@pytest.mark.parametrize("role", ACTORS)
def test_only_what_may_be_read_is_added_up(role):
    part = introspection().part(holder_of([role]))
    for name, sums in catalogue().sums.items():
        held = {s.name for s in sums.values() if holds(role, (s.guarded.action,))}
        shown = part.get_type(name).fields.keys() if name in part.type_map else set()
        assert held == shown & sums.keys()


@pytest.mark.parametrize("role", ACTORS)
def test_every_part_can_be_introspected_and_printed(role):
    part = introspection().part(holder_of([role]))
    assert validate_schema(part) == []
    assert introspection_from_schema(part)["__schema"]["queryType"] == {
        "name": "Query",
        "kind": "OBJECT",
    }
    printed = build_schema(printed_part(lab_schema(), lab_policy(), holder_of([role])))
    assert printed.type_map.keys() == part.type_map.keys()
