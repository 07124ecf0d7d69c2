"""A small schema with a matrix of its own, for what the product's matrices do not reach."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import strawberry

from authz.policy import Policy
from db import models
from engine.declare.connection_types import Connection
from engine.declare.fields import Node, value
from engine.declare.filters import filter_input
from engine.declare.guarded import Argument
from engine.kinds import (
    Declarations,
    by_id,
    computed,
    connection,
    facet,
    field,
    many,
    node_by_id,
    one,
    static,
)
from engine.sql.statement import UndecidedError

MATRIX = """
system = "employer_account"
columns = ["owner", "transactor", "viewer", "aan", "signed_in"]

[organisation.read]
source = "A14"
feature = "An owner sees the account, a transactor every account, anybody signed in their own"
owner = "organisation"
transactor = "everything"
signed_in = "self"

[organisation.read_name]
source = "A14"
feature = "A name is for owners and, where a caseload has it, for viewers"
owner = "organisation"
viewer = "caseload"

[organisation.read_length]
also = ["organisation.fail"]
source = "A14"
feature = "What is computed of the name"
owner = "organisation"

[organisation.read_nothing]
source = "A14"
feature = "A scope that means nothing for organisations"
owner = "caseload"

[account.read]
source = "A14"
feature = "What an account pays"
owner = "organisation"

[paye_scheme.read]
source = "A14"
feature = "Schemes: of every account for transactors, of their own for owners"
owner = "organisation"
transactor = "everything"

[legal_entity.read]
source = "A14"
feature = "Entities are for nobody here but AAN users"
aan = "organisation"

[legal_entity.list]
source = "A14"
feature = "A list that an owner may ask for, of rows that only AAN users may read"
owner = "organisation"

[user.read]
source = "A14"
feature = "The caller"
signed_in = "self"

[word.read]
source = "A14"
feature = "Words are public"
signed_in = "everything"
"""
SECRET = "a sentence that no client may read"


@cache
def lab_policy() -> Policy:
    with TemporaryDirectory() as folder:
        (Path(folder) / "lab.toml").write_text(MATRIX)
        return Policy.load(Path(folder))


async def _length(rows, loading):
    del loading
    return [[row["name"], str(len(row["name"]))] for row in rows]


async def _fail(rows, loading):
    del rows, loading
    raise RuntimeError(SECRET)


async def _trip(rows, loading):
    del rows, loading
    raise UndecidedError(SECRET)


def _words(prefix=None):
    if prefix == "fail":
        raise RuntimeError(SECRET)
    return [Word(text=prefix, below=[Word(text=None, below=[], on=True)], on=False)]


@value
class Word:
    """A word, with words below it."""

    text: str | None
    below: list[Word]
    on: bool


declare = Declarations(lab_policy())


@declare.entity(models.PayeScheme, read="paye_scheme.read", prefix="pay")
class PayeScheme(Node):
    """A scheme."""

    reference: str | None = field(filter=True)


PayeSchemeFilter = filter_input(PayeScheme)


@declare.entity(models.EmployerAccount, read="account.read")
class Account:
    """What an account pays, which is part of it."""

    levy_status: str | None = field(filter=True)


AccountFilter = filter_input(Account)


@declare.entity(models.LegalEntity, read="legal_entity.read", prefix="len")
class LegalEntity(Node):
    """An entity."""

    title: str | None = field(column="name")


@declare.entity(models.Organisation, read="organisation.read", prefix="org")
class Organisation(Node):
    """An account."""

    kind: str | None = field()
    name: str | None = field("organisation.read_name")
    status: str | None = field("organisation.read_nothing")
    length: list[str] | None = computed("organisation.read_length", _length, reads=("name",))
    tripping: int | None = computed("organisation.fail", _trip, reads=("name",))
    failing: list[str] | None = computed("organisation.fail", _fail, reads=("name",))
    schemes: Connection[PayeScheme] | None = connection(
        "paye_scheme.read", by="organisation_id", order=("reference",)
    )
    nobodys_schemes: list[PayeScheme] | None = many(
        "organisation.read_nothing", by="organisation_id"
    )
    account: Account | None = facet("organisation.read_name", by="organisation_id", part=True)
    all_schemes: list[PayeScheme] | None = many(
        "paye_scheme.read", by="organisation_id", order=("reference",)
    )
    entities: list[LegalEntity] | None = many("legal_entity.list", by="organisation_id")
    entity_pages: Connection[LegalEntity] | None = connection(
        "legal_entity.list", by="organisation_id"
    )
    parent: Organisation | None = one("organisation.read", on="parent_id")
    ghost: LegalEntity | None = one("legal_entity.list", on="parent_id")


OrganisationFilter = filter_input(
    Organisation, through={"nobodys_schemes": PayeSchemeFilter, "account": AccountFilter}
)


@declare.root
class Query:
    """Everything."""

    node: Node | None = node_by_id()
    organisation: Organisation | None = by_id("organisation.read")
    organisations: Connection[Organisation] | None = connection(
        "organisation.read", order=("name_sort",), filter=OrganisationFilter
    )
    entities: Connection[LegalEntity] | None = connection("legal_entity.list")
    words: list[Word] | None = static(
        "word.read", _words, arguments=(Argument("prefix", str | None, "word.read"),)
    )


@cache
def lab_schema() -> strawberry.Schema:
    return strawberry.Schema(Query, types=[PayeScheme, LegalEntity, Organisation])
