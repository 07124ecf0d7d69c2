"""Engine, plain path and oracle say the same to every person on every document."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import pytest

from authz.policy import PolicyLine
from db.seed.demo import PEOPLE
from differential.comparing import NOBODY, described
from differential.corpus import DOCUMENTS
from differential.generated import generated
from differential.grown import grown
from differential.product import soil_of
from differential.records import DOCUMENTS as ON_RECORDS
from oracle.decide import policy_lines, principal_of
from oracle.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERYBODY = [person.handle for person in PEOPLE if person.signs_in] + [NOBODY]
# One of each standing (see below) is put the whole corpus, that on accounts or that on records;
# everybody the crawl and a short list.
WHOLE = ["olga", "tariq", "vera", "aisha", "tess", "robin", "petra", "lou", NOBODY]
OF_RECORDS = ["ade", "sen", "ann", "max", "kim", "tina", "eric", "sue"]
ALSO_OF_RECORDS = ["olga", "robin", "lou"]
SHORT = ["crawl", "me", "my grants", "organisations", "users", "nodes of no row", "rights at alder"]
SHORT_OF_RECORDS = ["records of nobody", "caseloads by kind"]
# The plain path writes its statements anew for each request, so it is put to these alone, and to
# some of what is grown and generated; Robin and Sen are asked on it in the stirred world, and the
# sweep asks all.
PLAINLY = ["aisha", "lou"]
SOME = 10
# The policy is the same text for everybody who may read it, and long: two people suffice.
PUBLIC = [name for name in DOCUMENTS if name.startswith(("roles", "policy"))]
READERS = ["aisha", "lou"]
GROWN = 40
GENERATED = 30


def standing(world: World, person: str, now: int) -> object:
    """Return what of a person can matter to an answer: sign-in, and what is held per place.

    Roles count by what the matrices give them; which organisation it is that they are held at
    shows in the short list, which everybody is asked.
    """
    principal = principal_of(world, person, now)
    given = {
        role: frozenset((line.action, line.scope, line.when) for line in lines)
        for role, lines in groupby(sorted(_allowed(), key=_role), key=_role)
    }
    places: dict[str, set[object]] = {}
    for grant in principal.grants:
        held = places.setdefault(grant["organisation_id"], set())
        held |= {given[grant["role"]]} if grant["role"] in given else set()
    return (
        principal.signed_in,
        principal.user is not None,
        Counter(frozenset(roles) for roles in places.values()),
    )


def _allowed() -> list[PolicyLine]:
    return [line for line in policy_lines() if line.effect == "allow"]


def _role(line: PolicyLine) -> str:
    return line.role


async def test_everybody_stands_like_one_who_is_asked_everything(comparison):
    world, now = comparison.oracle.world, comparison.world.clock.instant
    asked = [standing(world, person, now) for person in (*WHOLE, *OF_RECORDS)]
    assert [who for who in EVERYBODY if standing(world, who, now) not in asked] == []
    assert len({repr(each) for each in asked}) == len(asked)


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", EVERYBODY)
async def test_hand_picked(comparison, person):
    differences = {}
    on_records = person in OF_RECORDS or person in ALSO_OF_RECORDS
    for name, question in (DOCUMENTS | ON_RECORDS).items():
        if name in ON_RECORDS:
            asked = on_records or name in SHORT_OF_RECORDS
        else:
            asked = person in WHOLE and (name not in PUBLIC or person in READERS)
            asked = asked or name in SHORT
        if not asked:
            continue
        found = await comparison.differences(
            person, question.document, question.variables, plainly=person in PLAINLY
        )
        if found:
            differences[name] = found
    assert not differences, described(differences)


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", ["tariq", "robin", "max"])
async def test_grown(comparison, person):
    questions = grown(soil_of(comparison), GROWN)
    differences = await comparison.all_differences(person, questions, plainly=SOME)
    assert not differences, described(differences)


@pytest.mark.dealt("person")
@pytest.mark.parametrize("person", ["tariq", "ann"])
async def test_generated(comparison, person):
    questions = generated(soil_of(comparison), GENERATED)
    differences = await comparison.all_differences(person, questions, plainly=SOME)
    assert not differences, described(differences)
