"""What the demo world fixes for ever: its keys and its moments."""

import hashlib
from datetime import UTC, datetime

from db.types import encode_key

Row = dict[str, object]


def demo_key(name: str) -> str:
    """Give the key of a row of the demo world by its name, such as `organisation:alder`."""
    return encode_key(hashlib.sha256(name.encode()).digest())


def instant(text: str) -> int:
    """Read a moment in UTC, such as `2024-01-08T09:00`, as an Instant."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def organisation_key(handle: str) -> str:
    """Give the key of an organisation of the demo world."""
    return demo_key(f"organisation:{handle}")


def user_key(handle: str) -> str:
    """Give the key of a person of the demo world."""
    return demo_key(f"user:{handle}")


FIRST_DAY = instant("2024-01-08T09:00")
