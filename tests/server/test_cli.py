"""The `fieldgate` command as a person runs it."""

import asyncio
import csv
import json
import os
import re
import signal
import socket
import sqlite3
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import alembic.command
import httpx
import pytest
from alembic.config import Config
from graphql import build_schema, validate_schema
from sqlalchemy import Connection
from typer.testing import CliRunner, Result

from authz.policy import MATRICES
from db.migrate import transaction
from db.migrations import versions as migrations
from engine.clock import SystemClock
from server.auth.tokens import TokenVerifier
from server.cli.main import app
from server.development.issuer import DevelopmentIssuer
from servers import PROGRAM


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """The working directory of every command, empty at first."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def told(result: Result, status: int = 1) -> str:
    """What a person reads when a command ends with a fault; never a traceback."""
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout) == (status, "")
    lines = result.stderr.splitlines()
    assert lines
    assert all(line.startswith("fieldgate: ") for line in lines)
    return result.stderr


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def rows(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


HELP = {
    (): (
        "serve",
        "migrate",
        "seed",
        "token",
        "schema",
        "policy",
        "FIELDGATE_",
        ".env.example",
        "--version",
        "status 0",
    ),
    ("serve",): ("--demo", "FIELDGATE_PORT", "FIELDGATE_DATABASE_URL", "production"),
    ("migrate",): ("FIELDGATE_DATABASE_URL", "rows stay", "Says what it did"),
    ("seed",): ("--world", "demo", "big", "--records", "--seed", "refused"),
    ("token",): ("--as", "--subject", "--email", "fifteen minutes", "curl", "Bearer"),
    ("schema",): ("definition language", "--role", "employer_account.viewer"),
    ("policy",): ("export", "check", "diff"),
    ("policy", "export"): ("--format", "json", "csv", "md", "refusals included"),
    ("policy", "check"): ("status 1",),
    ("policy", "diff"): (
        "OLD",
        "NEW",
        "--exit-code",
        "csv",
        "json",
        "*.toml",
        "git show",
        "status 2",
    ),
    ("support",): ("restore-owner", "audited"),
    ("support", "restore-owner"): ("--organisation", "--email", "--reason", "--user", "status 1"),
    ("audit",): ("list",),
    ("audit", "list"): ("--organisation", "--subject", "--since", "--format", "json", "UTC"),
}


@pytest.mark.parametrize(("command", "words"), HELP.items(), ids=" ".join)
def test_help(command, words):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert [word for word in words if word not in result.stdout] == []


def test_token_prints_the_token_alone(folder):
    result = run("token", "--as", "olga")
    assert (result.exit_code, result.stderr) == (0, "")
    token = result.stdout.removesuffix("\n")
    clock = SystemClock()
    issuer = DevelopmentIssuer.load(folder / "var", clock)
    verifier = TokenVerifier({issuer.key.kid: issuer.key}, clock)
    assert verifier.verify(token).subject == "olga"
    result = run("token", "--subject", "idp|1", "--email", "new@example.test")
    identity = verifier.verify(result.stdout.removesuffix("\n"))
    assert (identity.subject, identity.email) == ("idp|1", "new@example.test")


def test_token_of_nobody():
    assert "Did you mean vera or petra?" in told(run("token", "--as", "verra"))
    assert "is not an e-mail address" in told(run("token", "--subject", "a", "--email", "a"))


@pytest.mark.parametrize(
    "arguments",
    [(), ("--subject", "a"), ("--email", "a@b"), ("--as", "olga", "--subject", "a")],
    ids=" ".join,
)
def test_token_must_be_told_whose(arguments):
    result = run("token", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Say whose: either --as, or --subject and --email." in result.stderr


def test_production_makes_no_token(folder, monkeypatch):
    issuer = {"issuer": "https://id.example.org", "audience": "a", "algorithms": ["RS256"]}
    monkeypatch.setenv("FIELDGATE_PROFILE", "production")
    monkeypatch.setenv("FIELDGATE_ISSUERS", json.dumps([issuer]))
    monkeypatch.setenv("FIELDGATE_CURSOR_KEYS", "ab" * 64)
    monkeypatch.setenv("FIELDGATE_SMTP__HOST", "mail.example.org")
    monkeypatch.setenv("FIELDGATE_SMTP__SENDER", "no-reply@example.org")
    monkeypatch.setenv("FIELDGATE_LINK_KEYS", "cd" * 64)
    assert "Only the development profile" in told(run("token", "--as", "olga"))
    assert not (folder / "var").exists()


def test_bad_settings_are_told(monkeypatch):
    monkeypatch.setenv("FIELDGATE_PORT", "http")
    for command in (("serve",), ("migrate",), ("seed", "--world", "demo"), ("token", "--as", "x")):
        assert "FIELDGATE_PORT: " in told(run(*command))


def test_the_demo_world_is_written_once(folder):
    result = run("seed", "--world", "demo")
    assert (result.exit_code, result.stdout) == (0, "Made the demo world.\n")
    file = folder / "var" / "fieldgate.db"
    people = rows(file, "users")
    assert people > 0
    assert "already holds rows" in told(run("seed", "--world", "demo"))
    assert "already holds rows" in told(run("seed", "--world", "big", "--records", "10"))
    assert rows(file, "users") == people


def test_a_big_world_has_as_many_records_as_asked(folder):
    result = run("seed", "--world", "big", "--records", "60")
    assert (result.exit_code, result.stdout) == (0, "Made a big world of 60 apprentice records.\n")
    assert "60/60" in result.stderr
    assert rows(folder / "var" / "fieldgate.db", "apprentice_records") == 60


def test_a_world_must_be_named():
    for arguments in ((), ("--world", "small"), ("--world", "big", "--records", "0")):
        assert run("seed", *arguments).exit_code == 2


def test_migrate_makes_the_tables_and_keeps_the_rows(folder):
    assert run("migrate").exit_code == 0
    file = folder / "var" / "fieldgate.db"
    assert rows(file, "users") == 0
    assert run("seed", "--world", "demo").exit_code == 0
    people = rows(file, "users")
    assert run("migrate").exit_code == 0
    assert rows(file, "users") == people


REVISIONS = sorted(file.name[:4] for file in Path(migrations.__path__[0]).glob("[0-9]*.py"))


async def take_back(url: str, revision: str) -> None:
    def back(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", "db:migrations")
        config.attributes["connection"] = connection
        alembic.command.downgrade(config, revision)

    async with transaction(url) as connection:
        await connection.run_sync(back)


def test_migrate_says_what_it_did():
    newest, count = REVISIONS[-1], len(REVISIONS)
    assert run("migrate").stdout == f"Made the tables of revision {newest}, in {count} steps.\n"
    nothing = f"The tables are at revision {newest} already: nothing to do.\n"
    assert run("migrate").stdout == nothing
    for before, steps in [(REVISIONS[-3], "2 steps"), (REVISIONS[-2], "1 step")]:
        asyncio.run(take_back("sqlite:///var/fieldgate.db", before))
        sentence = f"Brought the tables from revision {before} to {newest}, in {steps}.\n"
        assert run("migrate").stdout == sentence


def test_tables_of_a_newer_version_are_left_alone(folder):
    run("migrate")
    file = folder / "var" / "fieldgate.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    sentence = "fieldgate: The tables are at revision 9999, which this version does not know"
    assert told(run("migrate")).startswith(sentence)
    assert told(run("seed", "--world", "demo")).startswith(sentence)
    assert "does not have this version's tables" in told(run("serve"))


def test_the_version():
    result = run("--version")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"fieldgate {version('fieldgate')}\n"


@pytest.mark.parametrize(
    ("where", "on_the_path", "typed"),
    [
        (".venv/bin", False, ".venv/bin/fieldgate"),
        (".venv/bin", True, "fieldgate"),
        ("with space/bin", False, "'with space/bin/fieldgate'"),
        ("../elsewhere", False, "{parent}/elsewhere/fieldgate"),
    ],
)
def test_a_command_to_type_is_one_that_is_found(folder, monkeypatch, where, on_the_path, typed):
    program = (folder / where / "fieldgate").resolve()
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.argv", [str(program), "serve"])
    monkeypatch.setenv("PATH", str(program.parent) if on_the_path else "/nowhere")
    typed = typed.format(parent=folder.parent)
    assert f"run `{typed} migrate`, or `{typed} serve --demo`" in told(run("serve"))


def test_a_command_to_type_is_not_another_program_of_that_name(folder, monkeypatch):
    for name in ("mine", "other"):
        program = folder / name / "fieldgate"
        program.parent.mkdir()
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setattr("sys.argv", ["mine/fieldgate", "serve"])
    monkeypatch.setenv("PATH", str(folder / "other"))
    assert "run `mine/fieldgate migrate`" in told(run("serve"))


def test_a_port_that_is_taken_is_told_before_anything_is_made(folder, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("FIELDGATE_PORT", str(port))
        sentence = f"nothing can listen on 127.0.0.1, port {port}: Address already in use."
        assert sentence in told(run("serve", "--demo"))
    assert list(folder.iterdir()) == []


def test_a_state_directory_that_cannot_be_used_is_named(folder, monkeypatch):
    (folder / "file").touch()
    monkeypatch.setenv("FIELDGATE_STATE_DIRECTORY", "file")
    sentence = "fieldgate: file/development-key.pem cannot be used, in FIELDGATE_STATE_DIRECTORY: "
    assert told(run("token", "--as", "olga")).startswith(sentence)


def test_an_unknown_setting_is_refused_by_every_command(folder, monkeypatch):
    commands = ["serve", "migrate", "seed --world demo", "token --as olga", "audit list"]
    support = "support restore-owner --organisation o --email a@b --name n --reason r"
    monkeypatch.setenv("FIELDGATE_PROFLE", "production")
    sentence = "fieldgate: FIELDGATE_PROFLE is not a setting. Did you mean FIELDGATE_PROFILE?\n"
    for command in [*commands, support]:
        assert told(run(*command.split())) == sentence
    monkeypatch.delenv("FIELDGATE_PROFLE")
    (folder / ".env").write_text("FIELDGATE_PROFLE=production\n")
    for command in [*commands, support]:
        assert told(run(*command.split())) == sentence.replace("FIELD", ".env: FIELD", 1)
    assert [file.name for file in folder.iterdir()] == [".env"]


def test_an_audit_without_events_says_so():
    run("migrate")
    result = run("audit", "list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No event matches.\n")


async def test_output_that_nobody_reads_on_is_no_fault():
    reading, writing = os.pipe()
    os.close(reading)
    process = await asyncio.create_subprocess_exec(
        *(PROGRAM, "schema"), stdout=writing, stderr=asyncio.subprocess.PIPE
    )
    os.close(writing)
    _, said = await process.communicate()
    assert said == b""


def test_serve_wants_tables(folder, monkeypatch):
    assert "run `fieldgate migrate`" in told(run("serve"))
    assert not (folder / "var").exists()
    monkeypatch.setenv("FIELDGATE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert "The database cannot be used" in told(run("serve"))
    assert "The database cannot be used" in told(run("migrate"))
    (folder / "broken.db").write_bytes(b"not a database" * 100)
    monkeypatch.setenv("FIELDGATE_DATABASE_URL", "sqlite:///broken.db")
    sentence = "fieldgate: The database cannot be used: file is not a database.\n"
    assert told(run("serve")) == sentence


def test_policy_in_three_forms():
    lines = json.loads(run("policy", "export").stdout)
    keys = "system source feature action role effect scope when fields restored note"
    assert " ".join(lines[0]) == keys
    table = list(csv.DictReader(run("policy", "export", "--format", "csv").stdout.splitlines()))
    assert [line["action"] for line in table] == [line["action"] for line in lines]
    assert {line["effect"] for line in lines} == {"allow", "deny"}
    assert "Add/ remove PAYE schemes" in run("policy", "export", "--format", "md").stdout
    assert run("policy", "export", "--format", "xml").exit_code == 2


def test_policy_check():
    result = run("policy", "check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "the schema keeps it" in result.stdout


NOBODY = "The policy is the same: nobody gains or loses anything.\n"


@pytest.fixture
def exported(folder) -> Path:
    """The policy of this checkout in a file, and beside it one in which a Viewer has less."""
    table = run("policy", "export", "--format", "csv").stdout
    cell = "agreement.read,employer_account.viewer,{},,false,"
    assert cell.format("allow,organisation,") in table
    less = table.replace(cell.format("allow,organisation,"), cell.format("deny,,"))
    (folder / "less.csv").write_text(less, "utf-8")
    (folder / "policy.csv").write_text(table, "utf-8")
    return folder / "policy.csv"


@pytest.mark.parametrize("options", [(), ("--exit-code",)], ids=" ".join)
def test_policy_diff_of_the_same(exported, options):
    (exported.parent / "policy.json").write_text(run("policy", "export").stdout, "utf-8")
    for pair in (("policy.csv",), ("policy.csv", "policy.json"), ("policy.json", str(MATRICES))):
        result = run("policy", "diff", *pair, *options)
        assert (result.exit_code, result.stdout, result.stderr) == (0, NOBODY, "")


def test_policy_diff_tells_who_gains_or_loses(exported):
    heading = "Apprenticeship service employer account\n"
    gain = "- Viewer gains agreement.read, within their account (D0-M03).\n"
    result = run("policy", "diff", "less.csv")
    assert (result.exit_code, result.stdout, result.stderr) == (0, heading + gain, "")
    result = run("policy", "diff", str(exported), "less.csv", "--exit-code")
    loss = "- Viewer loses agreement.read (D0-M03).\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, heading + loss, "")


def test_policy_diff_of_standard_input(exported):
    result = CliRunner().invoke(app, ("policy", "diff", "-"), input=exported.read_bytes())
    assert (result.exit_code, result.stdout) == (0, NOBODY)
    result = CliRunner().invoke(app, ("policy", "diff", "-"), input=b"[]")
    sentence = "fieldgate: standard input: it holds no line of a policy.\n"
    assert told(result, 2) == sentence


def test_policy_diff_of_what_cannot_be_read(exported):
    (exported.parent / "a.toml").write_text('system = "moon"', "utf-8")
    exported.write_text(exported.read_text("utf-8").replace(",deny,", ",never,", 1), "utf-8")
    place = "fieldgate: policy.csv, line 2, column effect: 'never' stands here; "
    for arguments, beginning in {
        ("policy.csv",): place,
        ("less.csv", "policy.csv", "--exit-code"): place,
        ("none.csv",): "fieldgate: none.csv: it cannot be read: No such file",
        (str(exported.parent),): f"fieldgate: {exported.parent}/a.toml, the head: 'moon' is no",
    }.items():
        text = told(run("policy", "diff", *arguments), 2)
        assert text.startswith(beginning)
        assert text.count("\n") == 1
    assert run("policy", "diff").exit_code == 2


def test_schema():
    sdl = run("schema").stdout
    assert "type Organisation implements Node" in sdl
    assert '@requires(action: "paye_scheme.read"' in sdl
    assert '"""Owner, Transactor, Viewer; within their account."""' in sdl


def test_schema_of_a_role_is_what_its_holders_can_use():
    viewer = run("schema", "--role", "employer_account.viewer").stdout
    assert validate_schema(build_schema(viewer)) == []
    assert "  levyStatus: LevyStatus @requires(" in viewer
    assert not {"renameAccount", "RenameAccountInput", "warnings", "Invitation"} & words(viewer)
    roles = ["employer_account.viewer", "employer_account.owner"]
    roles += ["record_assignment.epao_admin", "record_assignment.provider_admin"]
    roles += ["inspection_access.superuser"]
    all_of_them = run("schema", *(word for role in roles for word in ("--role", role)))
    # Nobody edits an ILR without a permission that a role alone does not bring.
    missing = words(run("schema").stdout) - words(all_of_them.stdout)
    told = {"Change", "LOCKED"}
    assert missing - told == {"editIlr", "EditIlrInput", "APPRENTICE_RECORD_EDIT_ILR", "edit_ilr"}
    without = run("schema", *(word for role in roles[:2] for word in ("--role", role)))
    assert not {"updateTraining", "assignRecords", "Assignee"} & words(without.stdout)


def test_schema_of_an_unknown_role():
    text = told(run("schema", "--role", "employer_account.viewer", "--role", "boss"))
    assert "There is no role 'boss'." in text
    assert "employer_account.viewer, employer_account.aan" in text


async def test_serve_demo_from_nothing_to_an_answer(unused_tcp_port):
    environment = {"FIELDGATE_PORT": str(unused_tcp_port), "PATH": str(PROGRAM.parent)}
    process = await asyncio.create_subprocess_exec(
        *(PROGRAM, "serve", "--demo"), env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        for part in ("Made the", "run: fieldgate token --as olga", "Application startup complete"):
            await _line_with(process.stderr, part)
        url = f"http://127.0.0.1:{unused_tcp_port}"
        async with httpx.AsyncClient(base_url=url) as client:
            await _until_ready(client)
            token = (await client.post("/dev/token", json={"handle": "olga"})).json()["token"]
            headers = {"Authorization": f"Bearer {token}"}
            query = {"query": "{ me { name } }"}
            answer = await client.post("/graphql", json=query, headers=headers)
            assert answer.json().get("data") == {"me": {"name": "Olga"}}, answer.text
            assert "server" not in answer.headers
        line = json.loads(await _line_with(process.stderr, '"operation"'))
        assert line["subject"] == "olga"
    finally:
        process.terminate()
        assert await process.wait() == -signal.SIGTERM


async def _line_with(stream: asyncio.StreamReader, part: str) -> str:
    """The next line that holds this; a stream that ends before is a failure."""
    async with asyncio.timeout(60):
        while line := (await stream.readline()).decode():
            if part in line:
                return line
    raise AssertionError(f"The server ended without saying {part!r}.")


async def _until_ready(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                (await client.get("/readyz")).raise_for_status()
            except httpx.TransportError:
                await asyncio.sleep(0.02)
            else:
                return
