"""The processor time of a process and its children, as Linux accounts for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_PROCESSES = Path("/proc")
_PROCESSORS = sorted(os.sched_getaffinity(0))


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield pid
    for task in _tasks(pid):
        for child in (task / "children").read_text().split():
            yield from family(int(child))


class Meter:
    """Reads how much a process and those below it have worked since the meter was made."""

    def __init__(self, pid: int) -> None:
        """Start to count."""
        self._pid = pid
        self._before = self._read()

    def milliseconds(self) -> float:
        """Return the time that the threads alive now have worked since then."""
        now = self._read()
        return sum(worked - self._before.get(thread, 0) for thread, worked in now.items()) / 1e6

    def _read(self) -> dict[str, int]:
        return {
            task.name: int((task / "schedstat").read_text().split()[0])
            for pid in family(self._pid)
            for task in _tasks(pid)
        }


def pin(pid: int, place: int) -> None:
    """Keep a process and those below it on one of two processors, where there are two."""
    processor = _PROCESSORS[place % len(_PROCESSORS)]
    for member in family(pid):
        for task in _tasks(member):
            os.sched_setaffinity(int(task.name), {processor})


def _tasks(pid: int) -> list[Path]:
    return list((_PROCESSES / str(pid) / "task").iterdir())
