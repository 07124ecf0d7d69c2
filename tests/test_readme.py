"""The README is true: its worked query has the answers it prints, and what it names exists."""

import json
import re
import shlex
from pathlib import Path

import pytest
from graphql import parse, print_ast
from typer.main import get_command

from engine.limits import Limits
from server.cli import app
from server.settings import PREFIX, HttpLimits, Settings
from server.smtp_settings import SmtpSettings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PEOPLE = ["olga", "vera", "aisha"]
OF_AN_EPAO = ["ade", "ann"]


def blocks(language: str) -> list[str]:
    return [body for name, body in BLOCK.findall(README) if name == language]


def worked() -> tuple[str, dict[str, dict], dict]:
    """The first query, the answer of each person, and the extensions of Vera's first error."""
    answers, extensions = blocks("json")[: len(PEOPLE)], blocks("json")[len(PEOPLE)]
    return (
        blocks("graphql")[0],
        dict(zip(PEOPLE, map(json.loads, answers), strict=True)),
        json.loads(extensions),
    )


def of_records() -> tuple[str, dict[str, dict]]:
    """The second query, and the answer of each person of the EPAO."""
    [_, query] = blocks("graphql")
    answers = map(json.loads, blocks("json")[len(PEOPLE) + 1 :])
    return query, dict(zip(OF_AN_EPAO, answers, strict=True))


def abridged(answer: dict) -> dict:
    """An answer without the parts that the README says it leaves out."""
    kept = {key: part for key, part in answer.items() if key != "extensions"}
    if "errors" in kept:
        kept["errors"] = [
            {key: part for key, part in error.items() if key not in {"locations", "extensions"}}
            for error in kept["errors"]
        ]
    return kept


@pytest.mark.parametrize("handle", PEOPLE)
async def test_the_worked_query_is_answered_as_printed(shared_world, handle):
    query, answers, _ = worked()
    client = await shared_world.client(handle)
    reply = await client.ask(query, accept="application/json")
    assert reply.status == 200
    assert abridged(reply.json) == answers[handle]


@pytest.mark.parametrize("handle", OF_AN_EPAO)
async def test_each_party_s_part_of_a_record_is_as_printed(shared_world, handle):
    query, answers = of_records()
    client = await shared_world.client(handle)
    reply = await client.ask(query, accept="application/json")
    assert reply.status == 200
    assert abridged(reply.json) == answers[handle]


async def test_the_error_shown_whole_is_the_first_of_vera(shared_world):
    query, _, extensions = worked()
    client = await shared_world.client("vera")
    reply = await client.ask(query)
    assert reply.errors[0]["extensions"] == extensions


def test_the_three_answers_differ():
    _, answers, _ = worked()
    assert len({json.dumps(answer, sort_keys=True) for answer in answers.values()}) == len(PEOPLE)


def test_curl_sends_the_query_that_is_shown():
    [command] = [block for block in blocks("sh") if block.startswith("curl ")]
    words = shlex.split(command.replace("\\\n", " "))
    sent = json.loads(words[words.index("-d") + 1])
    assert print_ast(parse(sent["query"])) == print_ast(parse(worked()[0]))
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
    groups = {
        "LIMITS": Limits.__dataclass_fields__,
        "HTTP": HttpLimits.model_fields,
        "SMTP": SmtpSettings.model_fields,
    }
    inside = {f"{group}__{name}".upper() for group, names in groups.items() for name in names}
    assert named <= inside | {name.upper() for name in Settings.model_fields}


def test_every_link_leads_to_a_file():
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
