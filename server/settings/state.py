"""Secrets that a development server makes for itself, in files that only its user can read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


class UnusableState(RuntimeError):
    """The state directory cannot be read or written; the text is a sentence."""


PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700


def kept_secret(file: Path, make: Callable[[], bytes]) -> bytes:
    """Return the secret in the file; make it first when there is none.

    Two processes that start at once end up with the same secret: the first one's file stands.
    Raises UnusableState where there can be none.
    """
    try:
        if not file.exists():
            _place(file, make())
        return file.read_bytes()
    except OSError as error:
        message = f"{file} cannot be used, in FIELDGATE_STATE_DIRECTORY: {error.strerror}."
        raise UnusableState(message) from error


def _place(file: Path, secret: bytes) -> None:
    """Write the whole secret beside the file, then link it into place unless one is there."""
    file.parent.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(stream.fileno(), PRIVATE_FILE)
            stream.write(secret)
        try:
            os.link(draft, file)
        except FileExistsError:
            return
    finally:
        Path(draft).unlink()
