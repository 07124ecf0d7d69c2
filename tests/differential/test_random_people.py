"""Engine and oracle say the same of records at random to people who hold anything at random."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from asking import product_schema
from authz.roles import ROLES
from differential.comparing import Comparison, described
from differential.random_worlds import ASSIGNED, HELD, KINDS, SIDES, fill, random_world
from differential.records import LOAD, RECORD
from oracle.answer import Oracle
from oracle.decide import in_force
from oracle.shapes import PREFIXES
from oracle.world import read_world, world_of
from worlds import NOW, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEEDS = range(6)
EVERYTHING = (
    """{
  apprenticeRecords(first: 20) { totalCount nodes { ...Record } }
  free: apprenticeRecords(first: 20, filter: {unassigned: true}) { totalCount nodes { id } }
  taken: apprenticeRecords(first: 20, filter: {not: {unassigned: true}}) { totalCount }
  some: apprenticeRecords(
    first: 20
    filter: {or: [{cost: {gt: 4000}}, {startDate: {lt: "2025-04-01"}}, {lastName: {startsWith: "é"}}]}
    orderBy: {field: COST, direction: DESC}
  ) { totalCount nodes { reference } }
  caseloads(first: 20) { totalCount nodes { ...Load } }
  organisations(first: 9) {
    nodes {
      name
      caseloads(first: 9) { totalCount }
      assignableUsers(first: 9) { totalCount nodes { kind user { name } } }
      account { apprenticeships(first: 9) { totalCount nodes { id cost unassigned } } }
    }
  }
}"""
    + RECORD
    + LOAD
)
BY_ID = (
    "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on ApprenticeRecord { uln cost epa { grade }"
    " training { loggedHours } } ... on Caseload { kind items(first: 9) { totalCount } }"
    " ... on Evidence { title content { url } } } }"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shared_database: tuple[str, str, Path]) -> AsyncIterator[World]:
    """One application, before rows that each test puts in place."""
    world = World(*shared_database)
    yield world
    await world.close()


@pytest.mark.parametrize("seed", SEEDS)
async def test_random_people(house, seed):
    made = random_world(seed)
    app = await house.app()
    await fill(house.url, made)
    comparison = Comparison(house, Oracle(product_schema().as_str(), await read_world(house.url)))
    ids = [
        f"{prefix}_{row['id']}"
        for prefix, table in PREFIXES.items()
        if table in ("apprentice_records", "caseloads", "evidence")
        for row in made.rows[table]
    ]
    differences = {}
    for person in [row["subject"] for row in made.rows["users"]]:
        for document, given in ((EVERYTHING, {}), (BY_ID, {"ids": ids})):
            found = await comparison.differences(person, document, given, plainly=False)
            if found:
                held = [r["role"] for r in made.rows["role_grants"] if r["user_id"] == person]
                differences[f"{person} {held} {document[:20]}"] = found
    assert app is await house.app()
    assert not differences, described(differences)
    assert not comparison.refused


async def test_the_worlds_hold_what_they_are_for():
    """Over the seeds every role is held, records are free and taken, and assigned in each kind."""
    worlds = [random_world(seed) for seed in SEEDS]
    grants = [grant for world in worlds for grant in world.rows["role_grants"]]
    assert {grant["role"] for grant in grants} == set(HELD)
    items = [item for world in worlds for item in world.rows["caseload_items"]]
    assert {item["kind"] for item in items} == set(SIDES)
    for world in worlds:
        assert len(world.rows["organisations"]) == len(KINDS)
        records = {row["id"]: row for row in world.rows["apprentice_records"]}
        for item in world.rows["caseload_items"]:
            assert records[item["record_id"]][SIDES[item["kind"]]] == item["organisation_id"]
    own = {
        grant["role"]
        for world in worlds
        for grant in world.rows["role_grants"]
        for load in world.rows["caseloads"]
        if in_force(world_of(world.rows), grant, NOW)
        and (grant["user_id"], grant["organisation_id"], grant["caseload_kind"])
        == (load["owner_id"], load["organisation_id"], load["kind"])
    }
    assert own == set(ASSIGNED), "somebody has records by each role that they can be assigned by"
    kinds = {grant["caseload_kind"] for grant in grants if grant["caseload_kind"]}
    assert kinds == {role.caseload for role in ROLES.values() if role.caseload}
