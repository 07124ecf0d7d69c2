"""Identifiers of other registers that no command takes yet, each in the form of its register."""

from __future__ import annotations

import pytest

from db.seed.demo.accounts import LEGAL_ENTITIES, PAYE_SCHEMES
from db.seed.demo.organisations import ORGANISATIONS
from engine.errors import Refusal
from resolvers import identifiers

SOUND = [
    (identifiers.ukprn, " 10000001\u00a0", "10000001"),
    (identifiers.urn, "100000\n", "100000"),
    (identifiers.uln, "1000000108", "1000000108"),
    (identifiers.national_insurance_number, "qq123456c ", "QQ123456C"),
    (identifiers.postcode, "sw1a1aa", "SW1A 1AA"),
    (identifiers.postcode, "ZZ99 9ZZ ", "ZZ99 9ZZ"),
]


@pytest.mark.parametrize(("read", "given", "kept"), SOUND)
def test_an_identifier_has_one_spelling(read, given, kept):
    assert read("number", given) == kept
    assert read("number", kept) == kept


NONE = [
    *[(identifiers.ukprn, given) for given in ("20000001", "1000001", "100000011", "\uff110000001")],
    *[(identifiers.urn, given) for given in ("010000", "1000000", "10000A")],
    *[(identifiers.uln, given) for given in ("1000000109", "9999999999", "0000000000", "999999999", "99999 99999")],
    *[(identifiers.national_insurance_number, given) for given in ("QQ 123456 C", "QQ123456E", "Q\u212a123456C")],
    *[(identifiers.postcode, given) for given in ("SW1A  1AA", "SW1A", "SW1A 1A\u212b", "1AA SW1A")],
]  # fmt: skip


@pytest.mark.parametrize(("read", "given"), NONE)
def test_what_is_none_is_refused_by_name(read, given):
    with pytest.raises(Refusal) as refused:
        read("number", given)
    assert refused.value.code == "BAD_USER_INPUT"
    assert refused.value.extensions["input"] == "input.number"
    assert refused.value.extensions["reason"] in {"FORMAT", "CHARACTERS"}


def test_one_digit_in_eleven_checks_a_learner_number():
    """No two learner numbers differ in one digit alone."""

    def sound(number: int) -> bool:
        try:
            return bool(identifiers.uln("uln", str(number)))
        except Refusal:
            return False

    found = [n for n in range(1_000_000_000, 1_000_001_000) if sound(n)]
    assert 85 <= len(found) <= 100
    for one in found:
        for place in range(10):
            assert not sound(one + 10**place if one // 10**place % 10 < 9 else one - 10**place)


def test_the_demo_world_is_in_canonical_form():
    for entity in LEGAL_ENTITIES:
        assert identifiers.legal_entity_code("code", entity.code, entity.source) == entity.code
    for scheme in PAYE_SCHEMES:
        assert identifiers.paye_reference("reference", scheme.reference) == scheme.reference
    for organisation in ORGANISATIONS:
        if organisation.ukprn:
            assert identifiers.ukprn("ukprn", organisation.ukprn) == organisation.ukprn
