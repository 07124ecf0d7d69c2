"""Checks of input that several commands share; each refusal names the input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import strawberry
from email_validator import EmailNotValidError, validate_email
from strawberry.utils.str_converters import to_camel_case

from engine.errors import Refusal

if TYPE_CHECKING:
    from typing import Protocol

    class Versioned(Protocol):
        """A row that counts its edits."""

        revision: int


_PAYE = re.compile(r"[0-9]{3}/[A-Z0-9]{1,10}", re.ASCII)


def bad_input(name: str, reason: str, message: str) -> Refusal:
    """Return the refusal of one input."""
    return Refusal("BAD_USER_INPUT", message, input=f"input.{name}", reason=reason)


def text(name: str, value: str, longest: int = 200) -> str:
    """Return a text without blanks around it; empty, too long or with controls is refused."""
    kept = " ".join(value.split())
    if not kept:
        raise bad_input(name, "EMPTY", f"{name} is empty.")
    if len(kept) > longest:
        raise bad_input(name, "TOO_LONG", f"{name} is longer than {longest} characters.")
    if not kept.isprintable():
        raise bad_input(name, "CHARACTERS", f"{name} holds characters that cannot be shown.")
    return kept


def prose(name: str, value: str, longest: int) -> str:
    """Return a text of several lines; empty, too long or with other controls is refused."""
    kept = value.replace("\r\n", "\n").strip()
    if not kept:
        raise bad_input(name, "EMPTY", f"{name} is empty.")
    if len(kept) > longest:
        raise bad_input(name, "TOO_LONG", f"{name} is longer than {longest} characters.")
    if not all(line.isprintable() for line in kept.replace("\t", " ").split("\n")):
        raise bad_input(name, "CHARACTERS", f"{name} holds characters that cannot be shown.")
    return kept


def whole(name: str, value: int | None, most: int) -> int:
    """Return a whole number from 0 to `most`; `name` is the input's in Python."""
    camel = to_camel_case(name)
    if value is None:
        raise bad_input(camel, "EMPTY", f"{camel} cannot be taken away.")
    if not 0 <= value <= most:
        raise bad_input(camel, "RANGE", f"{camel} is not from 0 to {most}.")
    return value


def email(name: str, value: str) -> str:
    """Return an e-mail address in its normal form."""
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise bad_input(name, "EMAIL", f"{name} is not an e-mail address.") from None


def paye_reference(name: str, value: str) -> str:
    """Return an employer's PAYE reference, such as 123/AB45678."""
    reference = value.strip().upper()
    if not _PAYE.fullmatch(reference):
        message = f"{name} is not a PAYE reference: three digits, a slash, letters and digits."
        raise bad_input(name, "FORMAT", message)
    return reference


def version(row: Versioned, given: Any) -> None:
    """Refuse an edit that was made of another version of the row, if it names one."""
    if given is not strawberry.UNSET and given is not None and given != row.revision:
        message = "It was changed since you read it; read it again."
        raise Refusal("CONFLICT", message, reason="STALE", input="input.ifVersion")


def conflict(reason: str, message: str) -> Refusal:
    """Return the refusal of a state that the change does not fit."""
    return Refusal("CONFLICT", message, reason=reason)
