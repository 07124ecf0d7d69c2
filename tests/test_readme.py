"""The README is true: its worked query has the answers it prints, and what it names exists."""

import json
import re
import shlex
from pathlib import Path

import pytest
from graphql import parse, print_ast
from typer.main import get_command

from scenarios.inspecting import in_force
from server.cli.main import app
from server.settings.model import PREFIX, Settings
from server.settings.names import names_of

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
ANSWERS = (ROOT / "docs" / "answers.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WORKED = re.compile(
    r"^```graphql\n(?P<query>.*?)^```$"
    r"|^\*\*(?P<name>\w+)\*\*[^\n]*\n\n```json\n(?P<answer>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
AT_A_VISIT = "ivy"


def blocks(language: str, text: str = README) -> list[str]:
    return [body for name, body in BLOCK.findall(text) if name == language]


def worked(text: str) -> list[tuple[str, str, dict]]:
    """Who is answered what: each answer belongs to the query before it."""
    found, query = [], ""
    for match in WORKED.finditer(text):
        query = match["query"] or query
        if match["name"]:
            found.append((match["name"].lower(), query, json.loads(match["answer"])))
    return found


def answered(text: str) -> list:
    return [pytest.param(*each, id=each[0]) for each in worked(text) if each[0] != AT_A_VISIT]


def abridged(answer: dict) -> dict:
    """An answer without the parts that the README says it leaves out."""
    kept = {key: part for key, part in answer.items() if key != "extensions"}
    if "errors" in kept:
        kept["errors"] = [
            {key: part for key, part in error.items() if key not in {"locations", "extensions"}}
            for error in kept["errors"]
        ]
    return kept


def test_every_answer_that_is_printed_is_somebodys():
    people = [who for who, _, _ in worked(README)]
    assert people == ["olga", "vera", "ade", "tina", "ivy"]
    assert len(blocks("json")) == len(people)
    people = [who for who, _, _ in worked(ANSWERS)]
    assert people == ["olga", "vera", "aisha"]
    assert len(blocks("json", ANSWERS)) == len(people) + 1  # and the extensions of an error


@pytest.mark.parametrize(("handle", "query", "answer"), [*answered(README), *answered(ANSWERS)])
async def test_a_worked_query_is_answered_as_printed(shared_world, handle, query, answer):
    client = await shared_world.client(handle)
    reply = await client.ask(query, accept="application/json")
    assert reply.status == 200
    assert abridged(reply.json) == answer


async def test_an_inspector_is_answered_as_printed(world):
    """By the steps that docs/inspections.md tells."""
    [(_, query, answer)] = [each for each in worked(README) if each[0] == AT_A_VISIT]
    visit = await in_force(world, 1, who=AT_A_VISIT)
    client = await world.client(AT_A_VISIT)
    reply = await client.ask(query, accept="application/json")
    assert abridged(reply.json) == answer
    await visit.close()
    reply = await client.ask(query)
    assert reply.data["learners"]["totalCount"] == 0


async def test_an_assessor_sees_what_is_assigned_until_it_is_not(world):
    query = next(query for who, query, _ in worked(README) if who == "ade")
    ann, ade = await world.client("ann"), await world.client("ade")
    seen = (await ann.ask("{ apprenticeRecords(first: 9) { totalCount nodes { id } } }")).data
    assert seen["apprenticeRecords"]["totalCount"] == 2
    [record, _] = seen["apprenticeRecords"]["nodes"]
    given = {"recordIds": [record["id"]], "kind": "ASSESSOR", "confirm": True}
    command = "mutation ($input: UnassignRecordsInput!) { unassignRecords(input: $input) {"
    reply = await ade.ask(f"{command} __typename }} }}", {"input": given})
    assert reply.errors == []
    assert (await ann.ask(query)).data["apprenticeRecords"]["totalCount"] == 1


async def test_the_error_shown_whole_is_the_first_of_vera(shared_world):
    _, query, _ = worked(ANSWERS)[0]
    client = await shared_world.client("vera")
    reply = await client.ask(query)
    assert reply.errors[0]["extensions"] == json.loads(blocks("json", ANSWERS)[-1])


@pytest.mark.parametrize("text", [README, ANSWERS], ids=["README", "answers"])
def test_the_answers_to_one_query_differ(text):
    told = [(query, json.dumps(answer, sort_keys=True)) for _, query, answer in worked(text)]
    assert len(set(told)) == len(told)


def test_curl_sends_the_query_that_is_shown():
    [command] = [block for block in blocks("sh") if block.startswith("curl ")]
    words = shlex.split(command.replace("\\\n", " "))
    sent = json.loads(words[words.index("-d") + 1])
    assert print_ast(parse(sent["query"])) == print_ast(parse(worked(README)[0][1]))
    assert words[1] == f"http://127.0.0.1:{Settings.model_fields['port'].default}/graphql"


def code() -> str:
    """The shell blocks, without their comments, and whatever the text sets as code."""
    shell = [re.sub(r"\s#.*", "", block) for block in blocks("sh")]
    return "\n".join([*shell, *re.findall(r"`([^`\n]+)`", BLOCK.sub("", README))])


def test_every_make_target_named_exists():
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z]+)", code(), re.MULTILINE))
    assert {"run", "test"} <= named
    assert named <= targets


def test_every_command_named_exists():
    named = re.findall(r"\bfieldgate((?: [a-z][a-z-]*)+)((?: --[a-z-]+)*)", code())
    assert {"token", "serve", "migrate", "policy export"} <= {words.strip() for words, _ in named}
    for words, options in named:
        command = get_command(app)
        for word in words.split():
            command = command.commands[word]
        assert not hasattr(command, "commands"), f"{words} needs a word more"
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(options.split()) <= known


def test_every_setting_named_exists():
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", README))
    assert {"PROFILE", "DATABASE_URL", "ISSUERS", "CURSOR_KEYS"} <= named
    assert {f"{PREFIX}{name}" for name in named} <= set(names_of(Settings))


def test_every_link_leads_to_a_file():
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
