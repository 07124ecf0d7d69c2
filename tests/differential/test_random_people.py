"""Engine and oracle say the same of records at random to people who hold anything at random."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from asking import product_schema
from authz.roles import ROLES
from differential.comparing import Comparison, described
from differential.inspections import ACCOUNT, GROUP, ILR
from differential.random_visits import PERMISSIONS, WINDOWS
from differential.random_worlds import ASSIGNED, HELD, KINDS, SIDES, fill, random_world
from differential.records import LOAD, RECORD
from oracle.answer import Oracle
from oracle.decide import SignInRefusedError, in_force, openings_of, principal_of
from oracle.shapes import PREFIXES
from oracle.world import read_world, world_of
from worlds import NOW, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEEDS = range(12, 18)  # in which there is all that the last two tests ask for
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
INSPECTED = (
    """{
  learners(show: ALL, first: 20) { totalCount nodes { ...Record ilr { ...Ilr } } }
  mine: learners(first: 20) { totalCount }
  some: learners(
    show: ALL, first: 20, filter: {or: [{cost: {gt: 4000}}, {lastName: {startsWith: "é"}}]}
  ) { totalCount nodes { id } }
  inspectionGroups(first: 9) { totalCount nodes { ...Group } }
}"""
    + RECORD
    + ILR
    + GROUP
    + ACCOUNT
)
BY_ID = (
    "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on ApprenticeRecord { uln cost epa { grade }"
    " training { loggedHours } } ... on Caseload { kind items(first: 9) { totalCount } }"
    " ... on Evidence { title content { url } } ... on InspectionGroup { name openings { number"
    " allLearners } } } }"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(shared_database: tuple[str, str, Path]) -> AsyncIterator[World]:
    """One application, before rows that each test puts in place."""
    world = World(*shared_database)
    yield world
    await world.close()


@pytest.mark.parametrize("seed", SEEDS)
async def test_random_people(running, seed):
    made = random_world(seed)
    app = await running.app()
    await fill(running.url, made)
    comparison = Comparison(
        running, Oracle(product_schema().as_str(), await read_world(running.url))
    )
    ids = [
        f"{prefix}_{row['id']}"
        for prefix, table in PREFIXES.items()
        if table in ("apprentice_records", "caseloads", "evidence", "inspection_groups")
        for row in made.rows[table]
    ]
    differences = {}
    for person in [row["subject"] for row in made.rows["users"]]:
        try:
            principal_of(world_of(made.rows), person, NOW)
        except SignInRefusedError:
            client = await running.client(subject=person)
            assert (await client.ask("{ me { id } }")).status == 401
            continue
        for document, given in ((EVERYTHING, {}), (INSPECTED, {}), (BY_ID, {"ids": ids})):
            found = await comparison.differences(person, document, given, plainly=False)
            if found:
                held = [r["role"] for r in made.rows["role_grants"] if r["user_id"] == person]
                differences[f"{person} {held} {document[:20]}"] = found
    assert app is await running.app()
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


async def test_the_worlds_hold_visits_of_every_kind():
    """Over the seeds visits are in every state, and each way to be let in is somebody's."""
    states, ways, learners = set(), set(), set()
    for made in map(random_world, SEEDS):
        world = world_of(made.rows)
        providers = {row["id"]: row["provider_id"] for row in made.rows["apprentice_records"]}
        verified = {row["record_id"]: row["qa_verified_at"] for row in made.rows["ilrs"]}
        for visit in made.rows["inspection_openings"]:
            window = {name: visit[name] for name in WINDOWS["over"]}
            [state] = (name for name, each in WINDOWS.items() if each == window)
            states.add(state)
        for grant in made.rows["role_grants"]:
            accounts = made.rows["inspector_accounts"]
            account = next((row for row in accounts if row["id"] == grant["id"]), {})
            for visit in openings_of(grant, world, NOW) if in_force(world, grant, NOW) else ():
                may = [name in grant["permissions"] for name in PERMISSIONS]
                ways.add((visit["all_learners"], *may[1:], "CLASSIC" in account["channels"]))
                learners |= {
                    (providers[row["record_id"]] == row["organisation_id"],
                     verified.get(row["record_id"]) is not None)
                    for row in made.rows["inspection_learners"]
                    if row["opening_id"] == visit["id"]
                }  # fmt: skip
    assert states == set(WINDOWS)
    for at in range(4):
        assert {way[at] for way in ways} == {False, True}, ways
    assert (False, True, True, True) in ways, "with all that opens the ILRs of some learners"
    assert len(learners) == 4, "somebody sees learners that are, and are not, verified or moved"
