"""Decisions and statements of an operation do not grow with its rows."""

import pytest

from db.types import fold, new_key
from scenarios.rows import LONG_AGO, organisation_id, organisation_key

USERS = """
{ users(first: 100) { totalCount nodes { id name email status grants { role organisation { name
  account { levyStatus warnings } } } } } }
"""
TEAM = """
query ($id: ID!) { organisation(id: $id) { account { levyStatus warnings
  payeSchemes { reference } legalEntities { name }
  agreements { status legalEntity { name } history { status } }
  team(first: 100) { totalCount edges { cursor node { role user { name email } } } }
} } }
"""


async def grow(world, organisation, count):
    """Add so many members, schemes, entities, agreements and events to an account."""
    from sqlalchemy import text  # noqa: PLC0415
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

    from db.drivers.database import sqlalchemy_url  # noqa: PLC0415

    people = [new_key() for _ in range(count)]
    entities = [new_key() for _ in range(count)]
    agreements = [new_key() for _ in range(count)]
    rows = {
        "users": [
            {
                "id": key,
                "email": f"{key}@example.test",
                "email_sort": f"{key}@example.test",
                "name": f"Zed {key}",
                "name_sort": fold(f"Zed {key}"),
                "initials": "Z",
                "status": "ACTIVE",
            }
            for key in people
        ],
        "role_grants": [
            {
                "id": new_key(),
                "user_id": key,
                "organisation_id": organisation,
                "role": "employer_account.viewer",
                "system": "employer_account",
                "starts_at": LONG_AGO,
                "permissions": "",
                "revision": 1,
            }
            for key in people
        ],
        "legal_entities": [
            {
                "id": key,
                "organisation_id": organisation,
                "name": f"Entity {key}",
                "code": key,
                "source": "OTHER",
                "added_at": LONG_AGO,
            }
            for key in entities
        ],
        "paye_schemes": [
            {
                "id": new_key(),
                "organisation_id": organisation,
                "reference": f"1/{key}",
                "name": "Scheme",
                "added_at": LONG_AGO,
            }
            for key in people
        ],
        "agreements": [
            {
                "id": key,
                "organisation_id": organisation,
                "legal_entity_id": entity,
                "version": 1,
                "status": "PENDING",
                "offered_at": LONG_AGO,
                "revision": 1,
            }
            for key, entity in zip(agreements, entities, strict=True)
        ],
        "agreement_events": [
            {
                "id": new_key(),
                "agreement_id": key,
                "organisation_id": organisation,
                "status": "PENDING",
                "at": LONG_AGO,
            }
            for key in agreements
        ],
    }
    engine = create_async_engine(sqlalchemy_url(world.url))
    async with engine.begin() as connection:
        for table, values in rows.items():
            names = list(values[0])
            columns = ", ".join(names)
            marks = ", ".join(f":{name}" for name in names)
            await connection.execute(
                text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), values
            )
    await engine.dispose()


@pytest.mark.parametrize("handle", ["cora", "robin"])
async def test_one_row_and_a_thousand_cost_the_same(world, handle):
    """Cora owns Cherry; Robin views it and owns Dogwood, so his rows are masked one by one."""
    client = await world.client(handle)
    cherry = await organisation_id(world, "cherry")
    asked = [(USERS, None), (TEAM, {"id": cherry})]
    few = [await client.ask(*question) for question in asked]
    await grow(world, await organisation_key(world, "cherry"), 1000)
    # a new text each, so that its decisions are taken anew and not found with the old plan
    many = [await client.ask(f"{document} # again", given) for document, given in asked]
    assert few[0].data["users"]["totalCount"] < 10
    assert many[0].data["users"]["totalCount"] == few[0].data["users"]["totalCount"] + 1000
    assert len(many[0].data["users"]["nodes"]) == 100
    account = many[1].data["organisation"]["account"]
    assert account["team"]["totalCount"] > 1000
    assert min(len(account[name]) for name in ("payeSchemes", "agreements")) > 1000
    for before, after in zip(few, many, strict=True):
        assert after.report.plan == "engine"
        assert after.report.decisions == before.report.decisions > 0
        assert after.report.statements == before.report.statements > 0
        assert after.statements == before.statements


async def test_both_databases_take_the_same_number_of_statements(world):
    """One statement a relation and level; the number is the same on SQLite and PostgreSQL."""
    client = await world.client("cora")
    cherry = await organisation_id(world, "cherry")
    reply = await client.ask(TEAM, {"id": cherry})
    assert reply.report.statements == len(reply.statements)
    # grants; organisation; account; warnings; PAYE; entities; agreements; their entity and
    # history; team with its count; the members
    assert 10 <= reply.report.statements <= 12
