"""Which half of a dealt test's cases the suite asks, and which the sweep.

A dealt test asks each of its cases on one database in the suite, the first on SQLite, the second on
PostgreSQL and so on, and on the other database in `make sweep`. The sweep's own files are named
`sweep_*.py`; in them, too, each case of a dealt test is asked on one database only.
"""

from __future__ import annotations

from typing import Any

import pytest

from databases import DATABASES

DEALT = "dealt(name): its cases, by this parameter, are asked on one database each; see tests/dealing.py"


class Dealer:
    """Deals the tests of one run, in the order in which they were collected."""

    def __init__(self, *, sweeping: bool) -> None:
        """Deal for the sweep or for the suite."""
        self._sweeping = sweeping
        self._cases: dict[tuple[object, str], list[Any]] = {}

    def left_out(self, item: pytest.Item) -> bool:
        """Tell whether this run leaves a test to another."""
        of_sweep = item.path.name.startswith("sweep_")
        if of_sweep and not self._sweeping:
            return True
        dealt, others = item.get_closest_marker("dealt"), self._sweeping and not of_sweep
        return others if dealt is None else self._in_first_half(item, dealt) is others

    def _in_first_half(self, item: pytest.Item, dealt: pytest.Mark) -> bool:
        """Tell whether a case is asked on this database in the suite, by its place among the cases.

        That place is counted here: pytest's own index counts a case anew for each database.
        """
        params = item.callspec.params
        cases = self._cases.setdefault((item.path, item.originalname), [])
        case = params[dealt.args[0]] if dealt.args else None
        if case not in cases:
            cases.append(case)
        return DATABASES[cases.index(case) % len(DATABASES)] in params.values()
