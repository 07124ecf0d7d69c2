"""The probes: alive as long as the process is, ready when it can answer."""


async def test_ready(shared_world):
    client = await shared_world.client()
    for _ in range(2):
        response = await client.get("/readyz")
        assert response.status_code == 200
        checks = {"database": True, "migrations": True, "writable": True}
        assert response.json() == {"status": "ready", "checks": checks}
        assert response.headers["cache-control"] == "no-store"


async def test_not_ready_while_the_tables_are_of_another_version(world):
    client = await world.client()
    [(revision,)] = await world.sql("SELECT version_num FROM alembic_version")
    await world.sql("DELETE FROM alembic_version")
    response = await client.get("/readyz")
    assert response.status_code == 503
    checks = {"database": True, "migrations": False, "writable": True}
    assert response.json()["checks"] == checks
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    await world.sql("INSERT INTO alembic_version VALUES (:revision)", revision=revision)
    assert (await client.get("/readyz")).status_code == 200


async def test_not_ready_without_the_database(world):
    client = await world.client()
    assert (await client.get("/readyz")).status_code == 200
    await (await world.app()).state.database.close()
    response = await client.get("/readyz")
    assert response.status_code == 503
    checks = {"database": False, "migrations": False, "writable": False}
    assert response.json()["checks"] == checks
    assert (await client.get("/healthz")).status_code == 200
