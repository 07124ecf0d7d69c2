"""Suite and sweep together ask every case on both databases, and the suite asks each once."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from databases import DATABASES
from dealing import Dealer


def item(test, database, *, path="test_a.py", mark=None, **params):
    """What the dealer looks at of a collected test."""
    return SimpleNamespace(
        path=Path(path),
        originalname=test,
        callspec=SimpleNamespace(params={"shared_database": database, **params}),
        get_closest_marker=lambda _: mark,
    )


def asked(dealer, items):
    return [each for each in items if not dealer.left_out(each)]


def case_of(each):
    return each.callspec.params.get("name"), each.callspec.params["shared_database"]


@pytest.mark.parametrize("names", ["abc", "abcd", "a"])
@pytest.mark.parametrize("path", ["test_a.py", "sweep_a.py"])
def test_each_case_is_dealt_to_one_database(names, path):
    dealt = SimpleNamespace(args=("name",))
    items = [item("t", d, mark=dealt, name=n, path=path) for d in DATABASES for n in names]
    suite = [case_of(each) for each in asked(Dealer(sweeping=False), items)]
    sweep = [case_of(each) for each in asked(Dealer(sweeping=True), items)]
    first = sweep if path.startswith("sweep_") else suite
    assert sorted(name for name, _ in first) == sorted(names)
    if len(names) > 1:
        assert {database for _, database in first} == set(DATABASES)
    if first is suite:
        assert sorted(suite + sweep) == sorted(map(case_of, items))
    else:
        assert suite == []


def test_what_is_not_dealt_is_asked_by_one_of_the_two():
    plain = [item("t", d) for d in DATABASES]
    long = [item("t", d, path="sweep_a.py") for d in DATABASES]
    assert asked(Dealer(sweeping=False), [*plain, *long]) == plain
    assert asked(Dealer(sweeping=True), [*plain, *long]) == long


def test_two_tests_are_dealt_apart():
    dealt = SimpleNamespace(args=("name",))
    items = [item(t, d, mark=dealt, name=t) for d in DATABASES for t in "xy"]
    suite = asked(Dealer(sweeping=False), items)
    assert [case_of(each) for each in suite] == [("x", DATABASES[0]), ("y", DATABASES[0])]
