"""Runs the tests that are to kill a mutant, in a copy of the checkout that carries it."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest

from mutants.declared import Mutant, MutantError

Fate = Literal["killed", "SURVIVED", "BROKEN"]

_NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".cache", "__pycache__", "node_modules", "var", "*.db"
)
_SECONDS = 300
_FAILED = re.compile(r"^FAILED (.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant; `told` is the test that failed, or what the run said instead."""

    mutant: Mutant
    fate: Fate
    told: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the checkout, in which one mutant at a time is alive."""

    folder: Path

    @contextmanager
    def carrying(self, mutant: Mutant) -> Iterator[None]:
        """Make the mutant's change, and take it back at the end."""
        file, changed = mutant.applied(self.folder)
        text = file.read_text("utf-8")
        file.write_text(changed, "utf-8")
        try:
            yield
        finally:
            file.write_text(text, "utf-8")

    def pytest(self, *arguments: str) -> tuple[int, str]:
        """Run tests of the copy on the code of the copy; the exit code, and what was said."""
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(self.folder), str(self.folder / "tests"))),
            # a mutant of the same length, made within the second, would meet stale bytecode
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = (
            *(sys.executable, "-m", "pytest", "-p", "mutants.inside"),
            *("--quiet", "--no-header", "--tb=line", "-rfE", *arguments),
        )
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return -1, f"The tests did not end within {_SECONDS} seconds."
        return done.returncode, done.stdout

    def judge(self, mutant: Mutant) -> Verdict:
        """Let the tests that are to kill a mutant try."""
        began = time.monotonic()
        try:
            with self.carrying(mutant):
                code, said = self.pytest("-x", *mutant.killed_by)
        except MutantError as error:
            return Verdict(mutant, "BROKEN", str(error), 0)
        seconds = time.monotonic() - began
        if code == pytest.ExitCode.OK:
            return Verdict(mutant, "SURVIVED", "\n".join(mutant.killed_by), seconds)
        failed = _FAILED.search(said)
        if code != pytest.ExitCode.TESTS_FAILED or failed is None:
            return Verdict(mutant, "BROKEN", said, seconds)
        return Verdict(mutant, "killed", failed[1], seconds)


def survey(
    root: Path, mutants: Sequence[Mutant], jobs: int, told: Callable[[Verdict], None]
) -> list[Verdict]:
    """Judge every mutant in copies of `root`; `told` hears each verdict as soon as it falls.

    Raises MutantError when the tests that are to kill them fail on the code as it stands.
    """
    with TemporaryDirectory(prefix="fieldgate-mutants-") as folder:
        copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for number in range(jobs):
            copy = Copy(Path(folder) / str(number))
            shutil.copytree(root, copy.folder, ignore=_NOT_COPIED)
            copies.put(copy)
        killing = dict.fromkeys(test for mutant in mutants for test in mutant.killed_by)
        parallel = ("-n", str(jobs)) if jobs > 1 else ()
        code, said = copy.pytest(*parallel, *killing)
        if code != pytest.ExitCode.OK:
            raise MutantError(f"The tests fail without any mutant:\n{said}")

        def judged(mutant: Mutant) -> Verdict:
            free = copies.get()
            try:
                return free.judge(mutant)
            finally:
                copies.put(free)

        with ThreadPoolExecutor(jobs) as pool:
            verdicts = []
            for future in as_completed([pool.submit(judged, mutant) for mutant in mutants]):
                verdicts.append(future.result())
                told(verdicts[-1])
        return verdicts
