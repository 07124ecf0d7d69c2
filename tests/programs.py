"""Node programs of the tests: each is run to its end, and says what it saw as JSON."""

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
NODE = ROOT / ".venv" / "node" / "node"
_SECONDS = 120


def run(*command: object, folder: Path = ROOT) -> str:
    """What a program prints; one that fails is an error, with all that it said."""
    ended = subprocess.run(
        [NODE, *map(str, command)],
        cwd=folder,
        env={},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def answer(*command: object, folder: Path = ROOT) -> dict[str, Any]:
    """The JSON that a program prints."""
    return json.loads(run(*command, folder=folder))
