"""What the demo world fixes for ever: its keys and its moments."""

import hashlib
from datetime import UTC, datetime
from urllib.parse import quote

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


def record_key(number: int) -> str:
    """Give the key of an apprentice record of the demo world: R1 is number 1."""
    return demo_key(f"apprentice_record:r{number}")


FIRST_DAY = instant("2024-01-08T09:00")


def avatar(handle: str) -> str:
    """Give a profile picture of its own colour, as a data: URI."""
    colour = hashlib.sha256(handle.encode()).hexdigest()[:6]
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
        f'<rect width="8" height="8" fill="#{colour}"/><circle cx="4" cy="3" r="2" fill="#fff"/>'
        '<path d="M0 8a4 3 0 0 1 8 0" fill="#fff"/></svg>'
    )
    return f"data:image/svg+xml,{quote(picture)}"
