"""A pytest plugin for the runs of the mutants: the copy is what is tested, and a test is what fails."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

PACKAGES = ("authz", "db", "engine", "resolvers", "schema", "server")
ELSEWHERE = 20
"""How a run ends that would have tested other code than the copy's."""
NO_TEST_FAILED = 21
"""How a run ends in which only fixtures failed: the product did not start, so no test told it."""

_failed: list[str] = []


def pytest_sessionstart(session: pytest.Session) -> None:
    del session
    for package in PACKAGES:
        found = importlib.import_module(package).__file__ or ""
        if not Path(found).resolve().is_relative_to(Path.cwd().resolve()):
            pytest.exit(f"{package} was imported from {found}, which is not the copy.", ELSEWHERE)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _failed.append(report.when)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _failed and "call" not in _failed:
        session.exitstatus = NO_TEST_FAILED
