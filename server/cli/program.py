"""What this program is called by the person who started it, and which version it is."""

from __future__ import annotations

import shlex
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

NAME = "fieldgate"


def program(*arguments: str) -> str:
    """Return a command of this program as its user can type it: by its path where PATH lacks it."""
    return shlex.join([_called(Path(sys.argv[0])), *arguments])


def version_line() -> str:
    """Return name and version, as `--version` prints them."""
    return f"{NAME} {version(NAME)}"


def _called(started: Path) -> str:
    found = shutil.which(NAME)
    if started.name != NAME or not started.exists() or (found and started.samefile(found)):
        return NAME  # it is on the path, or another program runs this one
    here = Path.cwd()
    path = started if started.is_absolute() else here / started
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
