"""What tests of the server and the command line share."""

import asyncio

import pytest
from typer.testing import CliRunner, Result

from server.cli.main import app


@pytest.fixture
def run(world, tmp_path, monkeypatch):
    """Run the `fieldgate` command on the world's database, as a process of its own would."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("FIELDGATE_DATABASE_URL", world.url)
    monkeypatch.setenv("USER", "somebody-else")  # who it is, is not for the environment to say
    monkeypatch.setenv("LOGNAME", "somebody-else")

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, arguments)

    return run
