"""The `graphql-http` audit of GraphQL over HTTP, against a running server."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest

from servers import serving

ROOT = Path(__file__).parent.parent
NODE = ROOT / ".venv" / "node" / "node"
AUDIT = ROOT / "tests" / "http_audit"


@pytest.mark.parametrize("own_world", ["sqlite"], indirect=True)
async def test_the_server_keeps_all_that_it_must_and_should(world):
    async with serving(world) as server:
        audit = await asyncio.create_subprocess_exec(
            *(NODE, AUDIT / "audit.mjs", f"{server.url}/graphql"),
            env={"AUDIT_TOKEN": await server.token("olga")},
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await audit.communicate()
    results = [json.loads(line) for line in output.splitlines()]
    wanted = [result for result in results if not result["name"].startswith("MAY")]
    assert [result for result in wanted if result["status"] != "ok"] == []
    assert Counter(result["name"].split()[0] for result in wanted) == {"MUST": 13, "SHOULD": 23}
    assert audit.returncode == 0
