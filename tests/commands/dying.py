"""Run by test_crashes: for each step read, a process sends one mutation and is killed at the step."""

import asyncio
import os
import signal
import sys

from asking import Desk, product_catalogue
from commands.acts import ACTS
from db.drivers.database import Database


async def die_at(step: str, url: str, account: str) -> None:
    database = Database(url)
    await database.connect()
    desk = Desk(database)

    def on_step(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    desk.engine.commands.on_step = on_step
    act = ACTS["inviteUser"]
    given = act.given | {act.argument: account, "email": "killed@example.test"}
    await desk.ask("olga", act.document, {"input": given})


def main(url: str, account: str) -> None:
    """Answer each step with the signal that its process died of."""
    product_catalogue()  # what takes long is done before the processes part
    for step in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(die_at(step.strip(), url, account))
            os._exit(0)
        sys.stdout.write(f"{os.WTERMSIG(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
