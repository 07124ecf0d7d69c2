"""What is not an answer to a document: refused requests, tokens, and every other path."""

from __future__ import annotations

import base64
import json

import pytest

from canary.canaries import Cell
from canary.journeys import Traveller

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXCUSED = {
    "/dev/personas": "it lists the people of a development database to programs on this machine",
}


async def test_no_other_path_shows_a_cell(crawler):
    app = await crawler.world.app()
    client = await crawler.client("ellis")
    paths = {route.path for route in app.routes}
    assert EXCUSED.keys() <= paths
    name = crawler.rows["users"][0]["name"]
    for path in sorted(paths - EXCUSED.keys()):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
            with crawler.log.listening():
                response = await client.request(
                    method, path.replace("{sealed}", "x"), json={"name": name}
                )
            shown, headed = crawler.shown_openly(response)
            assert not shown | headed, f"{method} {path}"
    assert crawler.logged() == []


async def test_a_token_says_no_more_than_its_person_did(crawler):
    client = await crawler.client("ellis")
    with crawler.log.listening():
        response = await client.post("/dev/token", json={"handle": "olga"})
    token = response.json()["token"]
    parts = [base64.urlsafe_b64decode(part + "==").decode() for part in token.split(".")[:2]]
    assert json.loads(parts[1])["sub"] == "olga"
    assert not crawler.canaries.found(" ".join([*parts, response.text]))
    assert crawler.logged() == []


async def test_a_request_that_is_refused_whole_says_no_more_than_was_sent(crawler):
    [taken] = [row for row in crawler.rows["users"] if row["subject"] == "tariq"]
    cell, text = Cell("users", taken["id"], "name"), taken["name"]
    documents = [
        (f"{{ {text} }}", {}),
        (f'{{ node(id: "{text}" }}', {}),
        (f'{{ users(first: "{text}") {{ totalCount }} }}', {}),
        (f'{{ node(id: "x", {text}: 1) {{ id }} }}', {}),
        (f"{{ roles(system: {text}) {{ name }} }}", {}),
        (f"fragment {text} on User {{ id }} {{ me {{ id }} }}", {}),
    ]
    for listed in Traveller(crawler, "aisha").followed:
        documents += [
            (listed.document, {"id": "x", "first": text}),
            (listed.document, {"id": [text], "first": {text: text}}),
        ]
    for document, variables in documents:
        reply = await crawler.ask("aisha", document, variables)
        shown, headed = crawler.shown_openly(reply.response)
        assert reply.status == 400, reply.response.text
        assert not headed
        assert shown <= {cell}
    assert crawler.logged() == []
