"""The pages under docs/ keep up with the product: what they list is what there is."""

import ast
import re
from pathlib import Path

import pytest
from graphql import GraphQLNonNull, build_schema, get_named_type

from authz.pending import PENDING
from authz.policy import Policy
from authz.roles import SYSTEMS
from server.settings.model import Settings
from server.settings.names import names_of

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("**/*.md"))
SCHEMA = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
MADE = {"server/static/playground/", "var/fieldgate.db", "var/mail/"}
"""What making or running it makes."""
COMBINING = {"and", "or", "not"}


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


def code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_every_link_leads_to_a_file(file):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", file.read_text("utf-8"))
    assert [link for link in links if not (file.parent / link).exists()] == []


def test_the_lists_that_can_be_searched_are_those_of_the_schema():
    rows = re.findall(r"^\| (`.+) \| (.*) \| ?(.*) ?\|$", page("finding"), re.MULTILINE)
    told = {name: (code(keys), code(order)) for names, keys, order in rows for name in code(names)}
    found = {}
    for kind in SCHEMA.type_map.values():
        for name, field in getattr(kind, "fields", {}).items():
            arguments = getattr(field, "args", {})
            if not {"filter", "orderBy"} & arguments.keys():
                continue
            keys, orders = [], []
            if "filter" in arguments:
                keys = [
                    each
                    for each in get_named_type(arguments["filter"].type).fields
                    if each not in COMBINING
                ]
            if "orderBy" in arguments:
                order = get_named_type(arguments["orderBy"].type).fields["field"]
                assert isinstance(order.type, GraphQLNonNull)
                orders = list(get_named_type(order.type).values)
            place = name if kind is SCHEMA.query_type else f"{kind.name}.{name}"
            found[place] = (keys, orders)
    assert told == found


def test_the_glossary_knows_which_systems_have_a_matrix():
    [paragraph] = [
        line for line in page("glossary").splitlines() if line.startswith("Three sources have")
    ]
    with_matrix, without = paragraph.split(" Of ")
    matrices = {matrix.system for matrix in Policy.load().matrices}
    assert set(code(with_matrix)) == matrices
    assert set(code(without)) == SYSTEMS.keys() - matrices


def test_the_glossary_names_nothing_that_there_is_not():
    table = page("glossary").split("## The sources' words")[1]
    types = {word for word in code(table) if re.fullmatch(r"[A-Z][a-z]\w+(\.\w+)?", word)}
    assert {"InspectionGroup", "ApprenticeRecord", "Ilr.qaVerifiedAt"} <= types
    for word in types:
        name, _, member = word.partition(".")
        kind = SCHEMA.type_map[name]
        assert not member or member in kind.fields, word
    waiting = table.split("what waits for its fields:")[1]
    assert [feature for feature in PENDING if feature not in waiting] == []


@pytest.mark.parametrize("name", ["architecture", "glossary", "playground", "inspections"])
def test_every_file_named_is_there(name):
    paths = {
        word for word in code(page(name)) if re.fullmatch(r"[\w./-]+(/|\.(py|toml|graphql))", word)
    }
    folders = [ROOT, *(ROOT / name for name in ("server", "tests"))]
    missing = {path for path in paths if not any((folder / path).exists() for folder in folders)}
    assert missing <= MADE


def test_every_promise_of_security_is_held_by_a_test_that_there_is():
    promises = re.findall(r"^\| [^|]+ \| [^|]+ \| (.*) \|$", page("security"), re.MULTILINE)
    named = [name for cell in promises for name in code(cell) if name.startswith("tests/")]
    assert len(named) > len(promises) / 2 > 5
    for file, _, test in (name.partition("::") for name in named):
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        kinds = ast.FunctionDef, ast.AsyncFunctionDef
        assert test in {node.name for node in ast.walk(tree) if isinstance(node, kinds)}, file


def test_every_setting_that_security_names_is_one():
    known = set(names_of(Settings))
    named = {word for word in code(page("security")) if word.startswith("FIELDGATE_")}
    assert named
    assert {name for name in named if name.strip("…") not in known} == set()


def test_the_changelog_says_nothing_twice():
    lines = (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines()
    entries = [line for line in lines if line.startswith("- ")]
    begun = [entry[:60] for entry in entries]
    assert sorted(set(begun)) == sorted(begun)
