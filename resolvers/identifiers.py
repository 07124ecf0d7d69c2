"""Identifiers that other registers give out: each by the rule of its register, in one spelling.

An identifier is held against its alphabet as it was sent, without the blanks around it, and is
then written in the one form in which it is stored and compared. So two spellings are one
identifier, and no letter becomes another on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from engine.texts import as_sent
from resolvers.checks import bad_input, trimmed

_PRINTABLE = re.compile(r"[\x21-\x7e]+( [\x21-\x7e]+)*")
_LONGEST_CODE = 50
_LONGEST_POSTCODE = 10
_NATIONAL_INSURANCE = re.compile(r"[A-Z]{2}[0-9]{6}[A-D]")
_PAYE = re.compile(r"[0-9]{3}/[A-Z0-9]{1,10}")
_UKPRN = re.compile(r"1[0-9]{7}")
_ULN = re.compile(r"[1-9][0-9]{9}")
_URN = re.compile(r"[1-9][0-9]{5}")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
_COMPANY = re.compile(r"([A-Z]{2}|R0|)([0-9]{1,8})(R?)")
_COMPANY_LENGTH = 8
_CHARITY = re.compile(r"0*([1-9][0-9]{5,6}(?:-[1-9][0-9]{0,3})?)")
_CHARITY_ELSEWHERE = re.compile(r"(SC|NIC)([0-9]{1,6})")
_PENSION_SCHEME = re.compile(r"1[0-9]{7}")
_OTHER = re.compile(r"[A-Z0-9][A-Z0-9&'()./_-]*")
_ULN_MODULUS, _ULN_CHECK, _ULN_WEIGHTS = 11, 10, range(10, 1, -1)


def paye_reference(name: str, value: str) -> str:
    """Return an employer's PAYE reference, such as 123/AB45678."""
    return _of_form(
        name, _capitals(value), _PAYE, "a PAYE reference: three digits, a slash, letters and digits"
    )


def legal_entity_code(name: str, value: str, source: str) -> str:
    """Return the number of a legal entity in its register, by the rule of that register."""
    read, what = _REGISTERS[source]
    code = _bounded(name, value, _LONGEST_CODE)
    found = read(code)
    if found is None:
        raise bad_input(name, "FORMAT", f"{name} is not {what}.")
    return found


def postcode(name: str, value: str) -> str:
    """Return a postcode of the United Kingdom, its two parts one space apart."""
    found = _POSTCODE.fullmatch(_bounded(name, value, _LONGEST_POSTCODE))
    if found is None:
        raise bad_input(name, "FORMAT", f"{name} is not a postcode, such as SW1A 1AA.")
    return " ".join(found.groups())


def ukprn(name: str, value: str) -> str:
    """Return a UK provider reference number."""
    return _of_form(
        name, _capitals(value), _UKPRN, "a UKPRN: eight digits, of which the first is 1"
    )


def urn(name: str, value: str) -> str:
    """Return the unique reference number of a school or college."""
    return _of_form(name, _capitals(value), _URN, "a URN: six digits")


def uln(name: str, value: str) -> str:
    """Return a unique learner number, whose last digit checks the others."""
    what = "a ULN: ten digits, of which the last checks the others"
    number = _of_form(name, _capitals(value), _ULN, what)
    *digits, check = map(int, number)
    rest = sum(w * d for w, d in zip(_ULN_WEIGHTS, digits, strict=True)) % _ULN_MODULUS
    if rest == 0 or check != _ULN_CHECK - rest:
        raise bad_input(name, "FORMAT", f"{name} is not {what}.")
    return number


def national_insurance_number(name: str, value: str) -> str:
    """Return a National Insurance number without spaces, such as QQ123456A."""
    return _of_form(
        name,
        _capitals(value),
        _NATIONAL_INSURANCE,
        "a National Insurance number: two letters, six digits and a letter from A to D",
    )


def one_time_code(value: str) -> str:
    """Return a code as it was mailed, of one that may have been pasted with blanks around it."""
    return trimmed(as_sent(value))


def _capitals(value: str) -> str:
    """Return what was sent without the blanks around it, its ASCII letters as capitals.

    A letter of another alphabet stays what it is: capitals of it may be ASCII letters.
    """
    sent = trimmed(as_sent(value))
    return sent.upper() if sent.isascii() else sent


def _of_form(name: str, value: str, form: re.Pattern[str], what: str) -> str:
    if not form.fullmatch(value):
        raise bad_input(name, "FORMAT", f"{name} is not {what}.")
    return value


def _bounded(name: str, value: str, longest: int) -> str:
    code = _capitals(value)
    if not code:
        raise bad_input(name, "EMPTY", f"{name} is empty.")
    if len(code) > longest:
        raise bad_input(name, "TOO_LONG", f"{name} is longer than {longest} characters.")
    if not _PRINTABLE.fullmatch(code):
        message = f"{name} holds other characters than letters, digits and signs of ASCII."
        raise bad_input(name, "CHARACTERS", message)
    return code


def _company_number(code: str) -> str | None:
    """Return a company number of eight characters: digits filled up behind the letters."""
    found = _COMPANY.fullmatch(code)
    if found is None:
        return None
    letters, digits, end = found.groups()
    width = _COMPANY_LENGTH - len(letters) - len(end)
    number = digits.lstrip("0")
    if not number or len(number) > width or (end and not letters):
        return None
    return f"{letters}{number.zfill(width)}{end}"


def _charity_number(code: str) -> str | None:
    """Return a charity's number: of England and Wales, or SC and NIC with six digits."""
    if found := _CHARITY.fullmatch(code):
        return found[1]
    found = _CHARITY_ELSEWHERE.fullmatch(code)
    if found is None or not found[2].strip("0"):
        return None
    return found[1] + found[2].zfill(6)


def _as_it_is(form: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda code: code if form.fullmatch(code) else None


_REGISTERS: Mapping[str, tuple[Callable[[str], str | None], str]] = {
    "COMPANIES_HOUSE": (
        _company_number,
        "a company number: eight digits, or two letters and six digits",
    ),
    "CHARITIES": (
        _charity_number,
        "a charity number: six or seven digits, or SC or NIC and six digits",
    ),
    "PENSIONS_REGULATOR": (
        _as_it_is(_PENSION_SCHEME),
        "a pension scheme registration: eight digits, of which the first is 1",
    ),
    "PUBLIC_BODIES": (_as_it_is(_OTHER), "a code of letters, digits and signs without spaces"),
    "OTHER": (_as_it_is(_OTHER), "a code of letters, digits and signs without spaces"),
}
