"""Engine, plain path and oracle say the same to every person on every document."""

from __future__ import annotations

from collections import Counter

import pytest

from db.demo import PEOPLE
from differential.comparing import NOBODY, described
from differential.corpus import DOCUMENTS
from differential.generated import generated
from differential.grown import grown
from differential.product import soil_of
from oracle.decide import policy_lines, principal_of
from oracle.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERYBODY = [person.handle for person in PEOPLE if person.signs_in] + [NOBODY]
# One of each standing (see below) is put the whole corpus, everybody the crawl and a short list.
WHOLE = ["olga", "tariq", "vera", "aisha", "tess", "robin", "petra", "lou", NOBODY]
SHORT = ["crawl", "me", "my grants", "organisations", "users", "nodes of no row", "rights at alder"]
# The plain path writes its statements anew for each request, so it is put to these alone, and to
# some of what is grown and generated; Robin is asked on it in the stirred world, and the sweep of
# `make check` asks all.
PLAINLY = ["aisha", "lou"]
SOME = 10
# The policy is the same text for everybody who may read it, and long: two people suffice.
PUBLIC = [name for name in DOCUMENTS if name.startswith(("roles", "policy"))]
READERS = ["aisha", "lou"]
GROWN = 40
GENERATED = 30


def standing(world: World, person: str, now: int) -> object:
    """Return what of a person can matter to an answer: sign-in, and the roles held per place.

    Of roles only those count that a matrix knows; which organisation it is that they are held at
    shows in the short list, which everybody is asked.
    """
    principal = principal_of(world, person, now)
    known = {line.role for line in policy_lines()}
    places: dict[str, set[str]] = {}
    for grant in principal.grants:
        places.setdefault(grant["organisation_id"], set()).update({grant["role"]} & known)
    return (
        principal.signed_in,
        principal.user is not None,
        Counter(frozenset(roles) for roles in places.values()),
    )


async def test_everybody_stands_like_one_who_is_asked_everything(comparison):
    world, now = comparison.oracle.world, comparison.world.clock.instant
    asked = [standing(world, person, now) for person in WHOLE]
    assert [who for who in EVERYBODY if standing(world, who, now) not in asked] == []
    assert len({repr(each) for each in asked}) == len(WHOLE)


@pytest.mark.parametrize("person", EVERYBODY)
async def test_hand_picked(comparison, person):
    differences = {}
    for name, question in DOCUMENTS.items():
        if name not in SHORT and (
            person not in WHOLE or (name in PUBLIC and person not in READERS)
        ):
            continue
        found = await comparison.differences(
            person, question.document, question.variables, plainly=person in PLAINLY
        )
        if found:
            differences[name] = found
    assert not differences, described(differences)


@pytest.mark.parametrize("person", ["tariq", "robin", "aisha"])
async def test_grown(comparison, person):
    questions = grown(soil_of(comparison), GROWN)
    differences = await comparison.all_differences(person, questions, plainly=SOME)
    assert not differences, described(differences)


@pytest.mark.parametrize("person", ["tariq", "petra"])
async def test_generated(comparison, person):
    questions = generated(soil_of(comparison), GENERATED)
    differences = await comparison.all_differences(person, questions, plainly=SOME)
    assert not differences, described(differences)
