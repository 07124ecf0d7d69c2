"""The last rung of the ladder: a command whose condition is false is PRECONDITION, and no sooner."""

from __future__ import annotations

from enum import Enum
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
import strawberry

import value_lab
from asking import Desk, errors_of
from authz.policy import Policy
from db import models
from engine.declare.commands import Target
from engine.declare.connection_types import Connection
from engine.declare.fields import Node, command, input_field
from engine.kinds import Declarations, allowed_actions, by_id, changed, connection, field
from server.schema_check import audit

MATRIX = """
system = "employer_account"
columns = ["owner", "transactor", "viewer", "aan"]

[legal_entity.read]
source = "A14"
feature = "Owners, transactors and viewers see entities"
owner = "organisation"
transactor = "organisation"
viewer = "organisation"

[legal_entity.sign]
source = "A14"
feature = "Owners, viewers and AAN users sign for what is registered"
owner = "organisation"
viewer = "organisation"
aan = "organisation"
when = "registered"

[legal_entity.edit]
source = "A14"
feature = "Owners edit the name, and nothing else"
owner = "organisation"
fields = ["name"]
"""
PROVIDER = """
system = "training_provider"
columns = ["provider_user"]

[legal_entity.read]
source = "A14"
feature = "All"
provider_user = "everything"

[legal_entity.edit]
source = "A14"
feature = "Edit all of it"
provider_user = "everything"
"""


@cache
def policy() -> Policy:
    with TemporaryDirectory() as folder:
        (Path(folder) / "employer.toml").write_text(MATRIX)
        (Path(folder) / "provider.toml").write_text(PROVIDER)
        return Policy.load(Path(folder), value_lab.CONDITIONS)


declare = Declarations(policy())


@strawberry.enum
class Action(Enum):
    LEGAL_ENTITY_SIGN = "legal_entity.sign"
    LEGAL_ENTITY_EDIT = "legal_entity.edit"


@declare.entity(models.LegalEntity, read="legal_entity.read", prefix="len")
class LegalEntity(Node):
    """An entity."""

    name: str | None = field()
    allowed_actions: list[Action] | None = allowed_actions("legal_entity.read")


@strawberry.input
class SignInput:
    """What to sign for."""

    entity_id: strawberry.ID = input_field("legal_entity.sign")


@strawberry.input
class EditInput:
    """What to edit, and how."""

    entity_id: strawberry.ID = input_field("legal_entity.edit")
    name: str | None = input_field("legal_entity.edit", default=strawberry.UNSET)
    new_code: str | None = input_field("legal_entity.edit", default=strawberry.UNSET)
    if_version: int | None = input_field("legal_entity.edit", default=strawberry.UNSET)


@declare.payload
class EntityPayload:
    """The entity."""

    entity: LegalEntity | None = changed("legal_entity.read")


async def _leave(change, given):
    del given
    return {"entity": change.target}


TARGET = Target("LegalEntity", "entity_id", "organisation_id")


@declare.root
class Query:
    """Everything."""

    entity: LegalEntity | None = by_id("legal_entity.read")
    entities: Connection[LegalEntity] | None = connection("legal_entity.read", order=("added_at",))


@declare.root
class Mutation:
    """Two commands that leave everything as it is."""

    sign: EntityPayload | None = command(
        "legal_entity.sign", _leave, given=SignInput, target=TARGET
    )
    edit: EntityPayload | None = command(
        "legal_entity.edit", _leave, given=EditInput, target=TARGET
    )


@cache
def schema() -> strawberry.Schema:
    return strawberry.Schema(Query, Mutation, types=[LegalEntity])


@pytest.fixture
def lab(database) -> Desk:
    return Desk(database, schema=schema(), policy=policy(), scopes=value_lab.SCOPES)


@pytest.fixture
async def entities(lab) -> SimpleNamespace:
    """The ids of entities by their names; Petra sees them all."""
    answer = await lab.ask("petra", "{ entities(first: 20) { nodes { id name } } }")
    return {node["name"]: node["id"] for node in answer.payload["data"]["entities"]["nodes"]}


def test_the_lab_keeps_its_policy():
    audit(schema(), policy(), {}, value_lab.SCOPES)


SIGN = "mutation ($id: ID!) { sign(input: {entityId: $id}) { entity { name } } }"
# Alder Works and Birch are registered. Aisha is an AAN user at Alder, Tariq a transactor there.
SIGNING = [
    ("olga", "Alder Works Limited", None),
    ("olga", "The Alder Trust", "PRECONDITION"),
    ("vera", "The Alder Trust", "PRECONDITION"),
    ("olga", "Birch Limited", "NOT_FOUND"),
    ("olga", "Dogwood Pensions", "NOT_FOUND"),
    ("tariq", "Birch Limited", None),
    ("tariq", "Alder Works Limited", "FORBIDDEN"),  # in sight, and not held there
    ("tariq", "The Alder Trust", "FORBIDDEN"),  # the role comes before the condition
    ("tess", "Birch Limited", "FORBIDDEN"),  # held nowhere
    ("petra", "The Alder Trust", "FORBIDDEN"),
    ("aisha", "Alder Works Limited", None),  # reached by the action alone
    ("aisha", "The Alder Trust", "PRECONDITION"),
    ("aisha", "Birch Limited", "NOT_FOUND"),
]


@pytest.mark.parametrize(("who", "name", "code"), SIGNING)
async def test_the_condition_is_asked_last(lab, entities, who, name, code):
    answer = await lab.ask(who, SIGN, {"id": entities[name]})
    if code is None:
        seen = None if who == "aisha" else {"name": name}
        assert answer.payload["data"] == {"sign": {"entity": seen}}
        assert "errors" not in answer.payload
    else:
        assert answer.payload["data"] == {"sign": None}
        assert errors_of(answer) == {"sign": code}
    if code == "PRECONDITION":
        details = answer.payload["errors"][0]["extensions"]
        assert (details["condition"], details["action"]) == ("registered", "legal_entity.sign")
        assert details["reason"] == "UNREGISTERED"


@pytest.mark.parametrize("plain", [False, True], ids=["engine", "plain"])
@pytest.mark.parametrize("who", ["olga", "vera", "tariq", "tess", "petra", "robin"])
async def test_what_is_allowed_is_what_is_not_refused(lab, who, plain):
    document = "{ entities(first: 20) { nodes { id allowedActions } } }"
    answer = await lab.ask(who, document, plain=plain)
    nodes = answer.payload["data"]["entities"]["nodes"]
    assert nodes
    for node in nodes:
        signed = await lab.ask(who, SIGN, {"id": node["id"]})
        allowed = "LEGAL_ENTITY_SIGN" in node["allowedActions"]
        assert allowed is ("errors" not in signed.payload)


EDITS = [
    ("olga", {}, None),
    ("olga", {"name": "Alder"}, None),
    ("olga", {"name": None, "ifVersion": 1}, None),  # a version is no field to be edited
    ("olga", {"newCode": "9"}, "FORBIDDEN"),
    ("olga", {"name": "Alder", "newCode": "9"}, "FORBIDDEN"),
    ("petra", {"name": "Alder", "newCode": "9"}, None),
    ("vera", {"name": "Alder"}, "FORBIDDEN"),
]


@pytest.mark.parametrize(("who", "given", "code"), EDITS)
async def test_a_rule_that_lists_fields_lets_those_be_sent(lab, entities, who, given, code):
    """Owners may send the name; the list is asked before anything is read."""
    sent = {"entityId": entities["Alder Works Limited"], **given}
    document = "mutation ($input: EditInput!) { edit(input: $input) { entity { name } } }"
    answer = await lab.ask(who, document, {"input": sent})
    assert errors_of(answer) == ({"edit": code} if code else {})
    elsewhere = {**sent, "entityId": "len_" + "a" * 26}
    unknown = await lab.ask(who, document, {"input": elsewhere})
    assert errors_of(unknown) == {"edit": code or "NOT_FOUND"}
