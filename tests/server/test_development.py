"""POST /dev/token: who may ask it, for whom, and that production does not have it."""

import json

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from db.seed.demo import PEOPLE
from server.app import create_app
from server.development.issuer import DevelopmentIssuer
from server.settings.fields import IssuerSettings
from server.settings.model import Settings
from server.settings.smtp import SmtpSettings

pytestmark = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)

QUERY = {"query": "{ me { name } }"}


async def test_everybody_who_signs_in_can_have_a_token(shared_world):
    client = await shared_world.client()
    for person in PEOPLE:
        response = await client.post("/dev/token", json={"handle": person.handle})
        assert response.is_success == person.signs_in, person.handle


async def test_a_token_for_any_subject(shared_world):
    client = await shared_world.client()
    asked = {"subject": "idp|0815", "email": "new@example.test"}
    answer = (await client.post("/dev/token", json=asked)).json()
    assert answer["expiresIn"] == 15 * 60
    client = await shared_world.client(token=answer["token"])
    reply = await client.ask("{ me { name } }")
    assert (reply.status, reply.json["data"]) == (200, {"me": None})
    assert reply.report.subject == "idp|0815"


BAD = {
    "nobody": ({"handle": "nobody"}, "Nobody in the demo world signs in as 'nobody'."),
    "nearly": ({"handle": "olgaa"}, "Did you mean olga?"),
    "capitals": ({"handle": "Olga"}, "Did you mean olga?"),
    "both": ({"handle": "olga", "subject": "vera"}, "Send either 'handle', or 'subject' and"),
    "no e-mail": ({"subject": "olga"}, "Send either 'handle', or 'subject' and 'email'"),
    "a number": ({"handle": 1}, "Send either 'handle', or 'subject' and 'email'"),
    "empty": ({}, "Send either 'handle', or 'subject' and 'email'"),
    "bad subject": ({"subject": "a b", "email": "a@b"}, "A subject is 1 to 255 visible ASCII"),
    "bad e-mail": ({"subject": "a", "email": "a"}, "'a' is not an e-mail address."),
    "a list": ([], "Batches are not taken"),
}


@pytest.mark.parametrize(("asked", "sentence"), BAD.values(), ids=BAD)
async def test_bad_requests(shared_world, asked, sentence):
    response = await (await shared_world.client()).post("/dev/token", json=asked)
    assert response.status_code == 400
    assert sentence in response.json()["errors"][0]["message"]


FROM = {
    "this machine": ("127.0.0.1", {}, 200),
    "this machine, IPv6": ("::1", {}, 200),
    "a page of this machine": ("127.0.0.1", {"Origin": "http://localhost:5173"}, 200),
    "another machine": ("192.0.2.7", {}, 403),
    "another machine that claims": ("192.0.2.7", {"X-Forwarded-For": "127.0.0.1"}, 403),
    "a proxy on this machine": ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),
    "a newer proxy": ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 403),
    "a page of another site": ("127.0.0.1", {"Origin": "https://evil.example"}, 403),
    "a page with no origin": ("127.0.0.1", {"Origin": "null"}, 403),
    "a page that looks local": ("127.0.0.1", {"Origin": "http://localhost.evil.example"}, 403),
    "a page with a broken origin": ("127.0.0.1", {"Origin": "http://[::1"}, 403),
    "a form": ("127.0.0.1", {"Content-Type": "text/plain"}, 415),
}


@pytest.mark.parametrize(("client", "headers", "status"), FROM.values(), ids=FROM)
async def test_only_this_machine(shared_world, client, headers, status):
    transport = httpx.ASGITransport(await shared_world.app(), client=(client, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as asking:
        response = await asking.post(
            "/dev/token",
            content=json.dumps({"handle": "olga"}),
            headers={"Content-Type": "application/json"} | headers,
        )
    assert response.status_code == status
    assert ("token" in response.json()) == (status == 200)


async def test_only_post(shared_world):
    response = await (await shared_world.client()).get("/dev/token")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_production_neither_makes_nor_trusts_such_tokens(shared_world, tmp_path):
    theirs = Ed25519PrivateKey.generate().public_key()
    file = tmp_path / "key.pem"
    file.write_bytes(theirs.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    issuer = IssuerSettings(
        issuer="https://id.example.org",
        audience="fieldgate",
        algorithms=("EdDSA",),
        pem_files={"their-key": file},
    )
    settings = Settings(
        profile="production",
        database_url=shared_world.url,
        state_directory=tmp_path,
        issuers=(issuer,),
        cursor_keys=("ab" * 64,),
        smtp=SmtpSettings(host="mail.example.org", sender="no-reply@example.org"),
        link_keys=("cd" * 64,),
    )
    mine = DevelopmentIssuer.load(tmp_path, shared_world.clock)
    transport = httpx.ASGITransport(create_app(settings, clock=shared_world.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        response = await client.post("/dev/token", json={"handle": "olga"})
        assert response.status_code == 404
        for path in ["/", "/playground", "/playground/", "/dev/personas", "/dev/reference"]:
            assert (await client.get(path)).status_code == 404, path
        headers = {"Authorization": f"Bearer {mine.token_for('olga')}"}
        response = await client.post("/graphql", json=QUERY, headers=headers)
        assert response.status_code == 401
