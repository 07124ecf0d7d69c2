"""The figures as tables in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bench.comparison import Costs, median, ratio
from bench.questions import CELLS
from bench.scaling import Growth
from bench.servers import FIELDGATE, KINDS


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; every column but the first is of numbers."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def compared(costs: Costs) -> str:
    """Return the comparison: Fieldgate's milliseconds, and each peer's as multiples of them."""
    head = [cell.name for cell in CELLS]
    parts: list[tuple[str, Callable[..., float]]] = [
        ("Server", lambda cost: cost.server),
        ("Database", lambda cost: cost.database),
    ]
    found = []
    for title, part in parts:
        ours = [f"{part(median(costs[FIELDGATE.name, cell])):.2f}" for cell in CELLS]
        rows = [[f"{FIELDGATE.name}, ms", *ours]]
        for kind in KINDS:
            if kind is not FIELDGATE:
                theirs = [f"{part(ratio(costs, kind.name, cell)):.1f} x" for cell in CELLS]
                rows.append([kind.name, *theirs])
        found.append(table([f"{title} CPU a request", *head], rows))
    return "\n\n".join(found)


def grown(sizes: Sequence[int], found: Sequence[Growth]) -> str:
    """Return what each question costs at each size, and the last as a multiple of the first."""
    head = ["Statements, ms of CPU", *(f"{size:,} records" for size in sizes), "last to first"]
    rows = [
        [
            f"{each.database}, {each.asked}, {each.who}",
            *(f"{cost:.3f}" for cost in each.costs),
            f"{each.ratio:.2f}",
        ]
        for each in found
    ]
    return table(head, rows)
