"""docs/clients.md is true: its code is that of the tested programs, and what it names exists."""

import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest

CLIENTS = Path(__file__).parent
ROOT = CLIENTS.parents[1]
PAGE = (ROOT / "docs" / "clients.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PROGRAMS = {
    "ts": [
        "src/session.ts",
        "src/withheld.ts",
        "src/apollo.ts",
        "src/urql.ts",
        "src/run-apollo-cache.ts",
        "relay/Account.ts",
        "codegen.ts",
    ],
    "python": ["test_gql.py"],
}
LOCKED = json.loads((CLIENTS / "package-lock.json").read_text("utf-8"))["packages"]
VERSIONS = {
    "Apollo Client": LOCKED["node_modules/@apollo/client"]["version"],
    "`@urql/core`": LOCKED["node_modules/@urql/core"]["version"],
    "Graphcache": LOCKED["node_modules/@urql/exchange-graphcache"]["version"],
    "Relay": LOCKED["node_modules/relay-runtime"]["version"],
    "gql": version("gql"),
}


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_code_of_the_page_is_that_of_the_programs(language):
    sources = [(CLIENTS / path).read_text("utf-8") for path in PROGRAMS[language]]
    shown = [code for name, code in BLOCKS if name == language]
    assert shown
    for code in shown:
        assert any(code in source for source in sources), code


def test_the_commands_of_the_page_are_those_that_the_tests_run():
    named = set(re.findall(r"npx ([a-z-]+)", PAGE))
    tests = "".join(path.read_text("utf-8") for path in CLIENTS.glob("test_*.py"))
    assert named == {"graphql-codegen", "relay-compiler"}
    assert all(f"node_modules/.bin/{name}" in tests for name in named)


@pytest.mark.parametrize("name", VERSIONS)
def test_the_page_names_the_major_version_that_is_tested(name):
    assert re.findall(rf"{name} (\d+)", PAGE) == [VERSIONS[name].split(".")[0]]


def test_every_file_named_exists():
    named = re.findall(r"`((?:tests|docs)/[^`]+|schema\.graphql)`", PAGE)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
