"""A schema over the demo world for what a row answers: conditions, lists, cards, edges, faults."""

from __future__ import annotations

from enum import Enum
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Annotated, NewType

import strawberry
from sqlalchemy import exists
from strawberry.schema.config import StrawberryConfig

from authz.conditions import Condition
from authz.policy import Policy
from authz.rows.bindings import SCOPES
from authz.rows.scopes import Scopes
from db import models
from engine.declare.connection_types import Connection
from engine.declare.fields import Node, input_field, value
from engine.declare.guarded import Argument
from engine.errors import Refusal
from engine.instants import SCALARS
from engine.kinds import (
    Declarations,
    any_of,
    by_id,
    caller,
    card,
    computed,
    connection,
    facet,
    field,
    many,
    node_by_id,
    one,
    static,
)

EMPLOYER = """
system = "employer_account"
columns = ["owner", "transactor", "viewer", "aan", "signed_in"]

[organisation.read]
source = "A14"
feature = "Accounts"
owner = "organisation"
transactor = "organisation"
viewer = "organisation"
signed_in = "self"

[organisation.read_details]
source = "A14"
feature = "For these, some details only"
owner = "organisation"
viewer = "organisation"
fields = ["status", "sums"]

[account.read]
source = "A14"
feature = "What an account pays, where it pays no levy"
owner = "organisation"
when = "non_levy_here"

[paye_scheme.read]
source = "A14"
feature = "Schemes of accounts that pay no levy"
owner = "organisation"
viewer = "organisation"
when = "non_levy_here"

[legal_entity.read]
source = "A14"
feature = "Entities"
owner = "organisation"
transactor = "organisation"

[legal_entity.read_code]
source = "A14"
feature = "Codes of what is registered"
owner = "organisation"
viewer = "organisation"
when = "registered"

[registered_entity.read]
source = "A14"
feature = "What is registered, and nothing else"
owner = "organisation"
when = "registered"

[role_grant.read]
source = "A14"
feature = "Grants"
owner = "organisation"
viewer = "organisation"
signed_in = "self"

[role_grant.read_holder]
source = "A14"
feature = "Who holds it"
owner = "organisation"

[person.read]
source = "A14"
feature = "People"
owner = "organisation"
signed_in = "self"

[member.read]
source = "A14"
feature = "Members are for AAN users"
aan = "organisation"

[word.read]
source = "A14"
feature = "Words are public"
signed_in = "everything"
"""
PROVIDER = """
system = "training_provider"
columns = ["provider_user"]

[organisation.read]
source = "A14"
feature = "Every account"
provider_user = "everything"

[organisation.read_details]
source = "A14"
feature = "All details of every account"
provider_user = "everything"

[paye_scheme.read]
source = "A14"
feature = "Every scheme"
provider_user = "everything"

[legal_entity.read]
source = "A14"
feature = "Entities that are registered, of every account"
provider_user = "everything"
when = "registered"
"""

CONDITIONS = {
    condition.name: condition
    for condition in (
        Condition("non_levy_here", "parent", "For accounts that pay no levy", "A14", reason="LEVY"),
        Condition("registered", "row", "Once it is registered", "A14", reason="UNREGISTERED"),
    )
}


def _pays_no_levy(column):
    def says(table):
        accounts = models.EmployerAccount.__table__.alias("paying")
        return exists().where(
            accounts.c.organisation_id == table.c[column], accounts.c.levy_status == "NON_LEVY"
        )

    return says


SCOPES = Scopes(
    SCOPES.bindings,
    {
        (models.Organisation, "non_levy_here"): _pays_no_levy("id"),
        (models.PayeScheme, "non_levy_here"): _pays_no_levy("organisation_id"),
        (models.EmployerAccount, "non_levy_here"): lambda table: table.c.levy_status == "NON_LEVY",
        (models.LegalEntity, "registered"): lambda table: table.c.source == "COMPANIES_HOUSE",
    },
)


@cache
def lab_policy() -> Policy:
    with TemporaryDirectory() as folder:
        (Path(folder) / "employer.toml").write_text(EMPLOYER)
        (Path(folder) / "provider.toml").write_text(PROVIDER)
        return Policy.load(Path(folder), CONDITIONS)


@strawberry.enum
class Shade(Enum):
    DARK = "dark"
    LIGHT = "light"


Pence = NewType("Pence", int)
PENCE = strawberry.scalar(name="Pence", serialize=lambda pence: f"{pence // 100}.{pence % 100:02}")
Nothing = NewType("Nothing", str)
NOTHING = strawberry.scalar(name="Nothing", serialize=lambda _: None)
"""A scalar that makes null of every value, which graphql-core does not allow."""


@value
class Leaf:
    """The innermost value."""

    text: str
    maybe: str | None


@value
class Branch:
    """Values below a value, nullable and not."""

    leaf: Leaf | None
    strict: Leaf
    some: list[Leaf | None]
    every: list[Leaf] | None
    rows: list[list[int]] | None
    number: int
    shade: Shade | None
    price: Pence | None
    nothing: Nothing | None


def leaf(text="a", maybe=None):
    return SimpleNamespace(text=text, maybe=maybe)


def branch(**odd):
    """A branch whose values all fit, but for what is odd; what is left out is missing."""
    whole = {
        "leaf": leaf("b", "c"), "strict": leaf(), "some": [leaf(), None], "every": (leaf(), leaf("d")),
        "rows": [[1, 2], []], "number": 7, "shade": Shade.DARK, "price": 1234, "nothing": None,
    }  # fmt: skip
    return SimpleNamespace(**{k: v for k, v in {**whole, **odd}.items() if v is not ...})


class Raising:
    """A value whose every attribute fails."""

    def __getattr__(self, name):
        raise ArithmeticError(name) if name in Branch.__annotations__ else AttributeError(name)


FAULTY = {
    "nothing": None,
    "whole": branch(),
    "a null where there is none": branch(number=None),
    "a null below a null": branch(leaf=leaf(None)),
    "a null below no null": branch(strict=leaf(None)),
    "no object at all": branch(strict=None),
    "an attribute that is missing": branch(leaf=..., price=...),
    "a missing attribute without null": branch(number=...),
    "an item of a list": branch(some=[leaf(), leaf(None), leaf(3), leaf(object())]),
    "an item without null": branch(every=[leaf(), leaf(None), leaf(None)]),
    "a null item without null": branch(every=[leaf(), None]),
    "no list": branch(some=leaf(), every=3),
    "a number in a list in a list": branch(rows=[[1], [2, "x"], [None]]),
    "a number that is none": branch(number="seven"),
    "a number that is too large": branch(number=2**31),
    "an unknown word": branch(shade="loud"),
    "a scalar that fails": branch(price="dear"),
    "a scalar that makes null": branch(nothing="something"),
    "many at once": branch(leaf=leaf(None), shade=3, price="dear", rows=[[None]], some=[3]),
    "attributes that fail": Raising(),
    "a fault before a null": branch(leaf=leaf(None), strict=leaf(None), shade=3),
}
"""What a value type is given, by what is wrong with it."""


def _branches(which):
    return [branch(), FAULTY[which], branch()]


def _branch(which):
    return FAULTY[which]


def _words(words):
    if words == ["fail"]:
        raise ArithmeticError(words)
    return words


def _asked(text="x", number=None, given=None):
    return f"{text} {number} {given}"


async def _branch_of(rows, loading):
    """Another fault for each row, in the order of the table above."""
    del loading
    return [FAULTY[list(FAULTY)[len(row["name"]) % len(FAULTY)]] for row in rows]


async def _numbers(rows, loading):
    del loading
    return [[len(row["name"]), None, "x"] if "r" in row["name"] else None for row in rows]


async def _too_few(rows, loading):
    del loading
    return [1] * (len(rows) - 1)


async def _refused(rows, loading):
    del rows, loading
    raise Refusal("CONFLICT", "Not now.", reason="LATER")


async def _some_fail(rows, loading):
    del loading
    return [ArithmeticError("r") if "r" in row["name"] else len(row["name"]) for row in rows]


declare = Declarations(lab_policy())


@value
class PersonCard:
    """A person as others show them."""

    name: str
    status: Shade | None
    login: str | None = strawberry.field(name="login", default=None)


@value
class Parent:
    """An organisation as others show it."""

    name: str
    ukprn: str | None


@declare.entity(models.User, read="person.read", prefix="per")
class Person(Node):
    """A person."""

    name: str | None = field()


@declare.entity(models.User, read="member.read", prefix="mem")
class Member(Node):
    """A member."""

    email: str | None = field()


Holder = Annotated[Person | Member, strawberry.union("Holder")]


@declare.entity(models.RoleGrant, read="role_grant.read")
class Grant:
    """A grant."""

    role: str | None = field()
    holder: Holder | None = any_of(
        "role_grant.read_holder",
        on="user_id",
        kind="role",
        types={
            "employer_account.owner": "Person",
            "employer_account.transactor": "Person",
            "employer_account.viewer": "Member",
        },
    )
    node: Node | None = any_of(
        "role_grant.read",
        on="user_id",
        kind="role",
        types={
            "employer_account.owner": "Person",
            "employer_account.transactor": "Member",
            "employer_account.viewer": "Person",
            "employer_account.aan": "Person",
            "training_provider.provider_user": "Person",
        },
    )
    person: HolderCard | None = card("role_grant.read_holder", on="user_id", of=models.User)
    organisation: Organisation | None = one("organisation.read", on="organisation_id")


@value
class HolderCard:
    """Who holds a grant."""

    name: str
    subject: str | None
    status: Shade | None


@declare.entity(models.PayeScheme, read="paye_scheme.read", prefix="pay")
class Scheme(Node):
    """A scheme."""

    reference: str | None = field()
    added: int | None = field(column="added_at")
    worth: Pence | None = field(column="name")
    nothing: Nothing | None = field(column="name")


@declare.entity(models.LegalEntity, read="legal_entity.read", prefix="len")
class LegalEntity(Node):
    """An entity."""

    name: str | None = field()
    code: str | None = field("legal_entity.read_code")


@declare.entity(models.LegalEntity, read="registered_entity.read", prefix="reg")
class RegisteredEntity(Node):
    """An entity that is registered."""

    source: str | None = field()


@declare.entity(models.EmployerAccount, read="account.read")
class Account:
    """What an account pays."""

    levy_status: str | None = field()


@declare.entity(models.Organisation, read="organisation.read", prefix="org")
class Organisation(Node):
    """An account."""

    name: str | None = field()
    status: str | None = field("organisation.read_details")
    ukprn: str | None = field("organisation.read_details")
    schemes: list[Scheme] | None = many(
        "paye_scheme.read", by="organisation_id", order=("reference",)
    )
    scheme_pages: Connection[Scheme] | None = connection(
        "paye_scheme.read", by="organisation_id", order=("reference",)
    )
    entities: list[LegalEntity] | None = many(
        "legal_entity.read", by="organisation_id", order=("added_at",)
    )
    registered: list[RegisteredEntity] | None = many(
        "registered_entity.read", by="organisation_id", order=("added_at",)
    )
    account: Account | None = facet("account.read", by="organisation_id")
    parent: Parent | None = card("organisation.read", on="parent_id", of=models.Organisation)
    parent_name: Parent | None = card(
        "organisation.read_details", on="parent_id", of=models.Organisation
    )
    cost: Pence | None = field(column="revision")
    refused: int | None = computed("organisation.read", _refused, reads=("name",))
    grants: list[Grant] | None = many("role_grant.read", by="organisation_id", order=("role",))
    branch: Branch | None = computed("organisation.read", _branch_of, reads=("name",))
    numbers: list[int] | None = computed("organisation.read", _numbers, reads=("name",))
    too_few: int | None = computed("organisation.read", _too_few, reads=("name",))
    some_fail: int | None = computed("organisation.read", _some_fail, reads=("name",))
    sums: list[int] | None = computed("organisation.read_details", _numbers, reads=("name",))


_WHICH = (Argument("which", str),)


@strawberry.input
class Given:
    """Words and numbers, some with a default."""

    words: list[str] = input_field("word.read")
    number: int = input_field("word.read", default=3)
    inner: Given | None = input_field("word.read", default=None)


@declare.root
class Query:
    """Everything."""

    me: Person | None = caller("person.read")
    node: Node | None = node_by_id()
    organisation: Organisation | None = by_id("organisation.read")
    organisations: Connection[Organisation] | None = connection(
        "organisation.read", order=("name_sort",)
    )
    schemes: Connection[Scheme] | None = connection("paye_scheme.read", order=("reference",))
    entities: Connection[LegalEntity] | None = connection("legal_entity.read", order=("added_at",))
    registered: Connection[RegisteredEntity] | None = connection(
        "registered_entity.read", order=("added_at",)
    )
    branch: Branch | None = static("word.read", _branch, arguments=_WHICH)
    branches: list[Branch | None] | None = static("word.read", _branches, arguments=_WHICH)
    whole: list[Branch] | None = static("word.read", _branches, arguments=_WHICH)
    words: list[str] | None = static("word.read", _words, arguments=(Argument("words", list[str]),))
    asked: str | None = static(
        "word.read",
        _asked,
        arguments=(
            Argument("text", str | None, "word.read"),
            Argument("number", int | None, "word.read"),
            Argument("given", Given | None, "word.read"),
        ),
    )


@cache
def lab_schema() -> strawberry.Schema:
    return strawberry.Schema(
        Query,
        types=[Person, Member, Grant, Scheme, LegalEntity, RegisteredEntity, Account, Organisation],
        config=StrawberryConfig(scalar_map={**SCALARS, Pence: PENCE, Nothing: NOTHING}),
    )
