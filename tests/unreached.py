"""Fails where no test reached a line of what decides and runs; `make coverage` asks it at its end."""

from __future__ import annotations

import sys
from pathlib import Path

from coverage import Coverage

WHOLE = ("authz", "engine")
"""The folders of which every line is reached."""


def unreached(measured: Coverage) -> list[str]:
    """The lines that no test reached, by file."""
    files = (str(file) for folder in WHOLE for file in sorted(Path(folder).rglob("*.py")))
    lines = ((file, measured.analysis2(file)[-1]) for file in files)
    return [f"{file} {missing}" for file, missing in lines if missing]


if __name__ == "__main__":
    measured = Coverage()
    measured.load()
    found = unreached(measured)
    sys.exit(f"No test reaches {'; '.join(found)}." if found else 0)
