"""A small schema over the demo world whose fields never come to an end, and who is still counting."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import strawberry
from sqlalchemy import func, literal, literal_column, select

from authz.conditions import Condition
from authz.policy import Policy
from authz.rows.bindings import SCOPES
from authz.rows.scopes import Scopes
from db import models
from db.seed.demo.fixed import demo_key
from engine import ids
from engine.declare.connection_types import Connection
from engine.declare.fields import Node
from engine.kinds import Declarations, by_id, computed, connection, facet, field, many

MATRIX = """
system = "employer_account"
columns = ["owner", "viewer", "signed_in"]

[organisation.read]
source = "A14"
feature = "Accounts"
owner = "organisation"

[legal_entity.read]
source = "A14"
feature = "Rows of which it takes for ever to say whether they are in scope"
owner = "organisation"
when = "counted"
"""
CONDITIONS = {
    "counted": Condition("counted", "row", "Once it is counted", "A14", reason="UNCOUNTED")
}


@cache
def endless():
    """A number that no database has found in a test's time."""
    numbers = select(literal(1).label("n")).cte("endless", recursive=True)
    numbers = numbers.union_all(
        select(numbers.c.n + 1).where(numbers.c.n < literal_column("1000000000000"))
    )
    return select(func.count()).select_from(numbers)


async def _count(rows, loading):
    [[counted]] = await loading.fetch(endless(), {})
    return [counted] * len(rows)


@cache
def policy() -> Policy:
    with TemporaryDirectory() as folder:
        (Path(folder) / "lab.toml").write_text(MATRIX)
        return Policy.load(Path(folder), CONDITIONS)


declare = Declarations(policy())
ENDLESS = Scopes(
    SCOPES.bindings,
    {(models.LegalEntity, "counted"): lambda table: table.c.added_at < endless().scalar_subquery()},
)


@declare.entity(models.LegalEntity, read="legal_entity.read", prefix="len")
class Entity(Node):
    """An entity."""

    name: str | None = field()


@declare.entity(models.Organisation, read="organisation.read", prefix="org")
class Organisation(Node):
    """An account."""

    name: str | None = field()
    counted: int | None = computed("organisation.read", _count, reads=("id",))
    entities: list[Entity] | None = many("legal_entity.read", by="organisation_id")
    entity: Entity | None = facet("legal_entity.read", by="organisation_id")
    pages: Connection[Entity] | None = connection("legal_entity.read", by="organisation_id")


@declare.root
class Query:
    """Everything."""

    organisations: Connection[Organisation] | None = connection("organisation.read")
    entities: Connection[Entity] | None = connection("legal_entity.read")
    entity: Entity | None = by_id("legal_entity.read")


@cache
def schema() -> strawberry.Schema:
    return strawberry.Schema(Query, types=[Entity, Organisation])


async def left_running(url: str) -> int:
    """How many statements that count without end PostgreSQL is still working on."""
    watcher = await asyncpg.connect(url)
    try:
        found: int = await watcher.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' "
            "AND pid <> pg_backend_pid() AND query LIKE '%endless%' "
            "AND datname = current_database()"
        )
    finally:
        await watcher.close()
    return found


ENTITY = ids.encode("len", demo_key("legal_entity:alder-works"))
BELOW = "{ organisations(first: 3) { nodes { name %s } } }"
SLOW = {
    "a page": "{ entities(first: 3) { nodes { name } } }",
    "a count": "{ entities(first: 3) { totalCount } }",
    "one row": f'{{ entity(id: "{ENTITY}") {{ name }} }}',
    "a list below": BELOW % "entities { name }",
    "one row below": BELOW % "entity { name }",
    "pages below": BELOW % "pages(last: 2) { nodes { name } }",
    "counts below": BELOW % "pages(last: 2) { totalCount }",
    "a computed field's own": BELOW % "counted",
    "several at once": BELOW % "counted entities { name } pages(first: 1) { totalCount }",
}
