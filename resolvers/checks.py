"""Checks of input that several commands share; each refusal names the input."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import strawberry
from email_validator import EmailNotValidError, validate_email
from strawberry.utils.str_converters import to_camel_case

from engine.errors import Refusal
from engine.texts import as_sent

if TYPE_CHECKING:
    from typing import Protocol

    class Versioned(Protocol):
        """A row that counts its edits."""

        revision: int


VERSION = "The version that the edit was made of; another one is refused as stale."
CLEARED = "Null takes it away."


_LONGEST_ADDRESS = 320
_UNSEEN_BLANKS = "\u200b\u2060\ufeff"
_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + _UNSEEN_BLANKS

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"
_OVERRIDES = r"\u202d\u202e"
"""They show letters in another order than they are written in, which no language needs."""

_NOT_IN_A_TEXT = re.compile(f"[{_CONTROLS}{_OVERRIDES}]")
_NOT_IN_A_LINE = re.compile(f"[{_CONTROLS}{_OVERRIDES}{_UNSEEN_BLANKS}]")

_DIRECTIONS = re.compile(r"[\u202a-\u202c\u2066-\u2069]")
_CLOSED_BY = {
    **dict.fromkeys("\u202a\u202b", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}

# Unicode's Default_Ignorable_Code_Point, and the blank pattern of Braille.
_SHOWS_NOTHING = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def bad_input(name: str, reason: str, message: str) -> Refusal:
    """Return the refusal of one input."""
    return Refusal("BAD_USER_INPUT", message, input=f"input.{name}", reason=reason)


def trimmed(value: str) -> str:
    """Return a text without the blanks around it, those that nobody sees included."""
    return value.strip(_BLANKS)


def text(name: str, value: str, longest: int = 200) -> str:
    """Return a text of one line, in which blanks of every kind are one space.

    One that is empty or shows nothing, is too long or holds what no line holds is refused.
    """
    kept = trimmed(value)
    _hold_characters(name, kept, _NOT_IN_A_LINE)
    return _held(name, " ".join(kept.split()), longest)


def prose(name: str, value: str, longest: int) -> str:
    """Return a text of several lines; empty, too long or with what no text holds is refused."""
    kept = trimmed(value.replace("\r\n", "\n").replace("\r", "\n"))
    _hold_characters(name, kept, _NOT_IN_A_TEXT)
    return _held(name, kept, longest)


def _held(name: str, kept: str, longest: int) -> str:
    if not _SHOWS_NOTHING.sub("", kept).strip():
        raise bad_input(name, "EMPTY", f"{name} is empty.")
    if len(kept) > longest:
        raise bad_input(name, "TOO_LONG", f"{name} is longer than {longest} characters.")
    return kept


def _hold_characters(name: str, value: str, refused: re.Pattern[str]) -> None:
    found = refused.search(value)
    if found is not None:
        message = f"{name} holds a character that cannot be shown in it: U+{ord(found[0]):04X}."
        raise bad_input(name, "CHARACTERS", message)
    if not all(map(_closes_what_it_opens, value.splitlines())):
        message = f"{name} changes the direction of what follows it: a mark is not closed."
        raise bad_input(name, "CHARACTERS", message)


def _closes_what_it_opens(line: str) -> bool:
    """Tell whether each change of direction within a line ends there, the last one first."""
    closing: list[str] = []
    for mark in _DIRECTIONS.findall(line):
        if mark in _CLOSED_BY:
            closing.append(_CLOSED_BY[mark])
        elif not closing or closing.pop() != mark:
            return False
    return not closing


def whole(name: str, value: int | None, most: int) -> int:
    """Return a whole number from 0 to `most`; `name` is the input's in Python."""
    camel = to_camel_case(name)
    if value is None:
        raise bad_input(camel, "EMPTY", f"{camel} cannot be taken away.")
    if not 0 <= value <= most:
        raise bad_input(camel, "RANGE", f"{camel} is not from 0 to {most}.")
    return value


def email(name: str, value: str) -> str:
    """Return an e-mail address in its normal form, of one that may have blanks around it.

    No letter of the mailbox becomes one of ASCII: that would be somebody else's.
    """
    sent = trimmed(as_sent(value))
    refusal = bad_input(name, "EMAIL", f"{name} is not an e-mail address.")
    mailbox = sent.rpartition("@")[0]
    if len(sent) > _LONGEST_ADDRESS or any(map(_becomes_ascii, mailbox)):
        raise refusal
    try:
        return validate_email(sent, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise refusal from None


def _becomes_ascii(char: str) -> bool:
    return not char.isascii() and unicodedata.normalize("NFC", char).isascii()


def version(row: Versioned | None, given: Any) -> None:
    """Refuse an edit that was made of another version of the row, if it names one.

    What does not exist yet has the version 0.
    """
    revision = row.revision if row is not None else 0
    if given is not strawberry.UNSET and given is not None and given != revision:
        message = "It was changed since you read it; read it again."
        raise Refusal("CONFLICT", message, reason="STALE", input="input.ifVersion")


def conflict(reason: str, message: str) -> Refusal:
    """Return the refusal of a state that the change does not fit."""
    return Refusal("CONFLICT", message, reason=reason)
