"""GET /playground/: the page with its policy, its files, and where it is not."""

import re
import tomllib
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from server.development.playground import BUILT, playground_routes

served = pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)

ASSETS = sorted((BUILT / "assets").glob("*"))
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}


@served
@pytest.mark.parametrize("path", ["/", "/playground"])
async def test_what_leads_there(shared_world, path):
    response = await (await shared_world.client()).get(path)
    assert (response.status_code, response.headers["location"]) == (307, "/playground/")
    assert response.headers["cache-control"] == "no-store"


@served
async def test_the_page_allows_its_own_origin_and_one_nonce(shared_world):
    client = await shared_world.client()
    nonces = set()
    for _ in range(2):
        response = await client.get("/playground/")
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        [nonce] = set(re.findall(r'nonce="([^"]+)"', response.text))
        nonces.add(nonce)
        policy = dict(
            directive.split(" ", 1)
            for directive in response.headers["content-security-policy"].split("; ")
        )
        assert policy == {
            "default-src": "'none'",
            "script-src": "'self'",
            "worker-src": "'self'",
            "style-src-elem": f"'self' 'nonce-{nonce}'",
            "style-src-attr": "'unsafe-inline'",
            "font-src": "'self'",
            "img-src": "'self' data:",
            "connect-src": "'self'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
            "require-trusted-types-for": "'script'",
            "trusted-types": "*",
        }
    assert len(nonces) == 2


def test_the_page_is_built_of_files_of_every_expected_kind():
    assert {asset.suffix for asset in ASSETS} == TYPES.keys()


@served
@pytest.mark.parametrize("suffix", TYPES)
async def test_files_say_what_they_are_and_may_be_kept(shared_world, suffix):
    client = await shared_world.client()
    asset = next(asset for asset in ASSETS if asset.suffix == suffix)
    response = await client.get(f"/playground/assets/{asset.name}")
    assert response.content == asset.read_bytes()
    assert response.headers["content-type"] == TYPES[suffix]
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["x-content-type-options"] == "nosniff"
    again = {"If-None-Match": response.headers["etag"]}
    response = await client.get(f"/playground/assets/{asset.name}", headers=again)
    assert (response.status_code, response.content) == (304, b"")


@served
@pytest.mark.parametrize("name", ["absent.js", "../index.html", "%2e%2e/%2e%2e/%2e%2e/app.py", ""])
async def test_nothing_else_is_served(shared_world, name):
    response = await (await shared_world.client()).get(f"/playground/assets/{name}")
    assert response.status_code == 404


async def test_a_page_that_is_not_built_says_how(tmp_path):
    app = Starlette(routes=playground_routes(tmp_path / "nothing"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        response = await client.get("/playground/")
        assert response.status_code == 503
        assert "run `make setup`" in response.text
        assert (await client.get("/playground/assets/index.js")).status_code == 404


def test_the_wheel_takes_what_git_does_not():
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["artifacts"] == [
        "server/static/**"
    ]
    assert BUILT.is_relative_to(root / "server" / "static")
