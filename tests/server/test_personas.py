"""What development lets this machine read: who is listed, with which roles, and who may ask."""

import httpx
import pytest

import server.development.personas
from db.seed.demo import PEOPLE, demo_key


async def listed(world) -> dict[str, dict]:
    answer = await (await world.client()).get("/dev/personas")
    assert answer.headers["cache-control"] == "no-store"
    return {persona["subject"]: persona for persona in answer.json()["personas"]}


async def test_everybody_who_signs_in_is_listed_by_name(shared_world):
    people = await listed(shared_world)
    assert people.keys() == {person.handle for person in PEOPLE if person.signs_in}
    names = [persona["name"] for persona in people.values()]
    assert names == sorted(names)


async def test_a_persona_is_what_a_token_and_a_list_need(shared_world):
    people = await listed(shared_world)
    assert people["tariq"] == {
        "subject": "tariq",
        "name": "Tariq",
        "email": "tariq@example.test",
        "status": "ACTIVE",
        "grants": [
            {
                "role": f"EMPLOYER_ACCOUNT_{title.upper()}",
                "title": title,
                "organisation": place,
                "organisationId": f"org_{demo_key(f'organisation:{place.lower()}')}",
            }
            for title, place in [("Transactor", "Alder"), ("Owner", "Birch")]
        ],
    }
    assert people["ivy"]["status"] == "INVITED"
    assert people["ivy"]["grants"] == []


async def test_grants_are_those_of_this_moment(world):
    now = world.clock.now()
    moment = "UPDATE role_grants SET {} WHERE user_id = :user AND system = 'employer_account'"
    for change, handle in [(f"ends_at = {now}", "vera"), (f"starts_at = {now + 1}", "tess")]:
        await world.sql(moment.format(change), user=demo_key(f"user:{handle}"))
    people = await listed(world)
    assert (people["vera"]["grants"], people["tess"]["grants"]) == ([], [])
    world.clock.advance(milliseconds=1)
    assert len((await listed(world))["tess"]["grants"]) == 1


async def test_a_long_list_says_that_it_is_cut(shared_world, monkeypatch):
    monkeypatch.setattr(server.development.personas, "LISTED", 3)
    client = await shared_world.client()
    answer = (await client.get("/dev/personas")).json()
    assert [persona["subject"] for persona in answer["personas"]] == ["abe", "abi", "ade"]
    assert answer["more"]


READ = {"/dev/personas": "personas", "/dev/reference": "schema"}
FROM = {
    "this machine": ("127.0.0.1", {}, 200),
    "a page of this machine": ("127.0.0.1", {"Origin": "http://localhost:5173"}, 200),
    "this machine by name": ("127.0.0.1", {"Host": "localhost:8000"}, 200),
    "another machine": ("192.0.2.7", {}, 403),
    "a proxy on this machine": ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),
    "a page of another site": ("127.0.0.1", {"Origin": "https://evil.example"}, 403),
    "a page that calls this machine its own": ("127.0.0.1", {"Host": "evil.example:8000"}, 403),
    "a name that looks local": ("127.0.0.1", {"Host": "localhost.evil.example"}, 403),
}


@pytest.mark.parametrize(("client", "headers", "status"), FROM.values(), ids=FROM)
@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)
async def test_only_this_machine(shared_world, path, client, headers, status):
    transport = httpx.ASGITransport(await shared_world.app(), client=(client, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as asking:
        answer = await asking.get(path, headers=headers)
        assert answer.status_code == status
        assert (READ[path] in answer.json()) == (status == 200)
        asked = {"handle": "olga"}
        answer = await asking.post("/dev/token", json=asked, headers=headers)
        assert answer.status_code == status


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)
async def test_only_get(shared_world, path):
    response = await (await shared_world.client()).post(path, json={})
    assert (response.status_code, response.headers["allow"]) == (405, "GET")
