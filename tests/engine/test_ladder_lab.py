"""The rungs that no command of the product reaches: input fields, conditions, and the after-image."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import strawberry
from sqlalchemy import exists

from asking import Desk, errors_of
from authz.conditions import Condition
from authz.policy import Policy
from authz.rows.scopes import Binding, Scopes, held
from db.drivers.database import Database
from db.models import EmployerAccount, PayeScheme
from db.seed.demo.fixed import organisation_key
from engine.declare.commands import Target
from engine.declare.fields import Node, command, input_field
from engine.kinds import Declarations, by_id, changed, field
from worlds import World

MATRIX = """
system = "employer_account"
columns = ["owner", "transactor"]

[paye_scheme.read]
also = ["paye_scheme.edit", "paye_scheme.give_away"]
source = "A14"
feature = "See and edit schemes"
owner = "organisation"

[paye_scheme.change_reference]
source = "A14"
feature = "Change what a scheme is known by"
transactor = "organisation"

[paye_scheme.levy]
source = "A14"
feature = "Edit schemes where no levy is paid"
owner = "organisation"
when = "non_levy"
"""
NON_LEVY = Condition("non_levy", "row", "Where no levy is paid", "A14", reason="LEVY")


def _non_levy(schemes):
    accounts = EmployerAccount.__table__.alias("account")
    return exists().where(
        accounts.c.organisation_id == schemes.c.organisation_id,
        accounts.c.levy_status == "NON_LEVY",
    )


SCOPES = Scopes(
    {(PayeScheme, "organisation"): Binding(held, "organisation_id")},
    {(PayeScheme, "non_levy"): _non_levy},
)


async def _edit(change, given):
    scheme = await change.session.get_one(PayeScheme, change.target)
    scheme.name = given.name
    if given.reference is not strawberry.UNSET:
        scheme.reference = given.reference
    return {"scheme": scheme.id}


async def _give_away(change, given):
    scheme = await change.session.get_one(PayeScheme, change.target)
    scheme.organisation_id = given.to
    return {"scheme": scheme.id}


def _policy() -> Policy:
    with TemporaryDirectory() as folder:
        (Path(folder) / "lab.toml").write_text(MATRIX)
        return Policy.load(Path(folder), {"non_levy": NON_LEVY})


declare = Declarations(_policy())


@declare.entity(PayeScheme, read="paye_scheme.read", prefix="pay")
class Scheme(Node):
    """A scheme."""

    name: str | None = field()
    reference: str | None = field()


@strawberry.input
class EditInput:
    """A scheme to edit; what it is known by takes a right of its own."""

    scheme_id: strawberry.ID = input_field("paye_scheme.edit")
    name: str = input_field("paye_scheme.edit")
    reference: str | None = input_field("paye_scheme.change_reference", default=strawberry.UNSET)


@strawberry.input
class LevyInput:
    """A scheme to edit where no levy is paid."""

    scheme_id: strawberry.ID = input_field("paye_scheme.levy")
    name: str = input_field("paye_scheme.levy")
    reference: str | None = input_field("paye_scheme.levy", default=strawberry.UNSET)


@strawberry.input
class GiveInput:
    """A scheme, and the key of the organisation that it is given to."""

    scheme_id: strawberry.ID = input_field("paye_scheme.give_away")
    to: str = input_field("paye_scheme.give_away")


@declare.payload
class Edited:
    """The scheme."""

    scheme: Scheme | None = changed("paye_scheme.read")


SCHEME = Target("Scheme", "scheme_id", "organisation_id")
MOVING = Target("Scheme", "scheme_id", "organisation_id", moves=True)


@declare.root
class Query:
    """A scheme."""

    scheme: Scheme | None = by_id("paye_scheme.read")


@declare.root
class Mutation:
    """What is done with schemes."""

    edit: Edited | None = command("paye_scheme.edit", _edit, given=EditInput, target=SCHEME)
    levy: Edited | None = command("paye_scheme.levy", _edit, given=LevyInput, target=SCHEME)
    give: Edited | None = command(
        "paye_scheme.give_away", _give_away, given=GiveInput, target=SCHEME
    )
    move: Edited | None = command(
        "paye_scheme.give_away", _give_away, given=GiveInput, target=MOVING
    )


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    database = Database(world.url)
    await database.connect()
    schema = strawberry.Schema(Query, Mutation, types=[Scheme])
    yield Desk(database, schema=schema, policy=declare.policy, scopes=SCOPES)
    await database.close()


async def schemes(world: World, organisation: str) -> dict[str, tuple[str, str]]:
    """Name and reference of an account's schemes, by their global ids."""
    found = await world.sql(
        "SELECT id, name, reference FROM paye_schemes WHERE organisation_id = :key ORDER BY id",
        key=organisation_key(organisation),
    )
    return {f"pay_{row[0]}": (row[1], row[2]) for row in found}


async def act(desk: Desk, who: str, name: str, /, **given: str):
    kind = {"edit": "Edit", "levy": "Levy"}.get(name, "Give") + "Input"
    document = f"mutation ($input: {kind}!) {{ it: {name}(input: $input) {{ scheme {{ name }} }} }}"
    return await desk.ask(who, document, {"input": given})


async def test_a_change_that_leaves_the_scope_of_its_action_is_not_made(desk, world):
    """Unless it is declared to move its row, a command keeps it where the caller may act."""
    before = await schemes(world, "alder")
    [scheme, *_] = before
    birch = organisation_key("birch")
    answer = await act(desk, "olga", "give", schemeId=scheme, to=birch)
    assert answer.payload["data"] == {"it": None}
    assert errors_of(answer) == {"it": "NOT_FOUND"}
    assert await schemes(world, "alder") == before
    moved = await act(desk, "olga", "move", schemeId=scheme, to=birch)
    assert moved.payload["data"] == {"it": {"scheme": None}}  # done, and out of her sight
    assert "errors" not in moved.payload
    assert scheme in await schemes(world, "birch")


async def test_an_input_field_has_a_right_of_its_own_and_only_when_it_is_sent(desk, world):
    before = await schemes(world, "alder")
    [scheme, *_] = before
    sent = await act(desk, "olga", "edit", schemeId=scheme, name="New", reference="999/NEW")
    assert errors_of(sent) == {"it": "FORBIDDEN"}
    assert sent.payload["errors"][0]["extensions"]["action"] == "paye_scheme.change_reference"
    assert await schemes(world, "alder") == before
    unsent = await act(desk, "olga", "edit", schemeId=scheme, name="New")
    assert unsent.payload["data"] == {"it": {"scheme": {"name": "New"}}}


async def test_the_right_to_an_input_field_is_asked_on_the_row(desk, world):
    """Tariq edits at Birch as its Owner; what changes references he is at Alder alone."""
    before = await schemes(world, "birch")
    [scheme, *_] = before
    answer = await act(desk, "tariq", "edit", schemeId=scheme, name="New", reference="999/NEW")
    assert errors_of(answer) == {"it": "FORBIDDEN"}
    assert await schemes(world, "birch") == before


async def test_a_condition_that_is_false_on_the_row_is_a_precondition(desk, world):
    """Alder pays the levy, Birch does not."""
    before = await schemes(world, "alder")
    refused = await act(desk, "olga", "levy", schemeId=next(iter(before)), name="New")
    assert errors_of(refused) == {"it": "PRECONDITION"}
    assert refused.payload["errors"][0]["extensions"]["condition"] == "non_levy"
    assert await schemes(world, "alder") == before
    [scheme, *_] = await schemes(world, "birch")
    made = await act(desk, "tariq", "levy", schemeId=scheme, name="New")
    assert made.payload["data"] == {"it": {"scheme": {"name": "New"}}}
