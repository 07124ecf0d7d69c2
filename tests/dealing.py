"""Which half of a dealt test's cases the suite asks, and which the sweep.

A dealt test asks each of its cases on one database in the suite, the first on SQLite, the second on
PostgreSQL and so on, and on the other database in `make sweep`. The sweep's own files are named
`sweep_*.py`; in them, too, each case of a dealt test is asked on one database only.
"""

from __future__ import annotations

import pytest

from databases import DATABASES

DEALT = "dealt(name): its cases, by this parameter, are asked on one database each; see tests/dealing.py"


def left_out(item: pytest.Item, *, sweeping: bool) -> bool:
    """Tell whether this run leaves a test to another."""
    of_sweep = item.path.name.startswith("sweep_")
    if of_sweep and not sweeping:
        return True
    dealt, others = item.get_closest_marker("dealt"), sweeping and not of_sweep
    return others if dealt is None else _first_half(item, dealt) is others


def _first_half(item: pytest.Item, dealt: pytest.Mark) -> bool:
    case = item.callspec.indices[dealt.args[0]] if dealt.args else 0
    return DATABASES[case % len(DATABASES)] in item.callspec.params.values()
