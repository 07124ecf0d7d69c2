"""Holds what the engine skips against a walk that skips nothing, wherever documents are compared."""

from __future__ import annotations

from typing import Any

import pytest

import engine.engine
from engine.errors import Withheld
from engine.execution.completion import Completed
from engine.execution.results import positions


def every(data: Any):
    """Each value of a result, as often as the answer spells it out."""
    yield data
    if isinstance(data, Completed):
        yield from every(data.value)
    for below in (
        data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    ):
        yield from every(below)


def held(data: Any, marks: Any, tally: Any) -> None:
    """Assert that marks lead to all that is withheld and counted, and that the tally is no less."""
    found = [*every(data)]
    spelled_out = sum(isinstance(value, (dict, list)) for value in found)
    assert positions(data, marks) == positions(data, None) == spelled_out
    if tally is not None and not tally.opaque:
        assert tally.size >= spelled_out
        assert not any(isinstance(value, (Withheld, Completed)) for value in found)


@pytest.fixture(autouse=True)
def walked(monkeypatch):
    """Every result is walked through before it leaves the engine."""
    errors_within = engine.engine.errors_within

    def checked(data, marks, limits, tally=None):
        held(data, marks, tally)
        return errors_within(data, marks, limits, tally)

    monkeypatch.setattr(engine.engine, "errors_within", checked)
