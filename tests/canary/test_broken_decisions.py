"""Decisions, masks, filters and cursors broken on purpose: the crawl finds each, and so does change."""

from __future__ import annotations

import pytest

from authz.decision import Always, Never
from canary.breaking import answered_otherwise, decided, faults
from canary.changes import altered, grown
from canary.journeys import Traveller, foreign_cursors
from canary.metamorphic import differences
from engine.cursors import CursorSealer
from engine.execution.guards import Mask
from engine.planning.filters import FilterCompiler

# who, the action that all of a sudden everybody holds, what they are shown
GIVEN = [
    ("vera", "user.read_contact", "users", "email"),
    ("vera", "role_grant.read_period", "role_grants", "starts_at"),
    ("aisha", "organisation.read", "organisations", "name"),
    ("petra", "organisation.read_version", "organisations", "revision"),
]


@pytest.mark.parametrize(("person", "action", "table", "column"), GIVEN)
async def test_an_action_too_many_is_found(fresh, monkeypatch, person, action, table, column):
    decided(monkeypatch, action, Always())
    found = await faults(fresh, person)
    assert any(fault.startswith(f"shows {table}.{column} of ") for fault in found)
    other = altered(fresh, person)
    assert await answered_otherwise(fresh, person, other) != []


async def test_rows_too_many_are_found_by_adding_some(fresh, monkeypatch):
    decided(monkeypatch, "organisation.read", Always())
    more = grown(fresh, "aisha")
    assert "organisations" in await answered_otherwise(fresh, "aisha", more)


async def test_an_action_too_few_is_found(fresh, monkeypatch):
    decided(monkeypatch, "paye_scheme.read", Never("for nobody"))
    names = [f"withholds paye_schemes.name of {row['id']}" for row in fresh.rows["paye_schemes"]]
    assert set(names) & set(await faults(fresh, "olga"))


async def test_a_mask_that_is_dropped_is_found(fresh, monkeypatch):
    monkeypatch.setattr(Mask, "refusal", lambda *_: None)
    found = await faults(fresh, "vera")
    assert any(fault.startswith("shows users.email of ") for fault in found)
    other = altered(fresh, "vera")
    assert await answered_otherwise(fresh, "vera", other) != []


async def test_a_filter_that_sees_more_than_the_caller_is_found(fresh, monkeypatch):
    monkeypatch.setattr(FilterCompiler, "needed", lambda *_: ())
    asked = [each for each in Traveller(fresh, "vera").questions() if " by filter " in each[0]]
    looks = [await fresh.look("vera", document, given) for _, document, given in asked]
    assert any("out of place" in fault for look in looks for fault in look.faults)
    assert await differences(fresh, "vera", asked, altered(fresh, "vera")) != []


async def test_a_cursor_that_opens_for_everybody_is_found(fresh, monkeypatch):
    seal, opened = CursorSealer.seal, CursorSealer.open
    monkeypatch.setattr(
        CursorSealer, "seal", lambda sealer, position, _: seal(sealer, position, "")
    )
    monkeypatch.setattr(
        CursorSealer, "open", lambda sealer, cursor, _, *rest: opened(sealer, cursor, "", *rest)
    )
    [listed] = [
        each for each in Traveller(fresh, "tariq").followed if each.coordinate == "Query.users"
    ]
    [(_, cursor)] = await foreign_cursors(fresh, listed, "tariq")
    ways = ({"first": 9, "after": cursor}, {"last": 9, "before": cursor})
    looks = [await fresh.look("tariq", listed.document, way) for way in ways]
    assert any(fault.startswith("shows users.") for look in looks for fault in look.faults)
