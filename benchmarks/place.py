"""A place to measure in: a folder and a database of its own, and the real server as a process on them.

Without DATABASE_URL the database is an SQLite file; with one of PostgreSQL, a new database beside the one it names.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from benchmarks.machine import ROOT

READY = 60  # seconds until a server that isn't ready counts as failed


@dataclass(frozen=True)
class Server:
    """A server that is ready."""

    port: int
    pid: int
    seconds: float  # from its start until it was ready


class Place:
    """Everything in it is gone when it's left."""

    def __init__(self) -> None:
        self.given = os.environ.get("DATABASE_URL", "")
        self.on_postgresql = self.given.startswith("postgres")
        self.folder = Path(tempfile.mkdtemp(prefix="workchat-benchmark-"))
        self.databases: list[str] = []
        self.environment = self.fresh()
        self._world: dict[str, Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for name in self.databases:
            self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)

    def fresh(self) -> dict[str, str]:
        """The environment of a server whose data folder and database are new and empty."""
        kept = {
            name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DATABASE_URL"}
        }
        environment = kept | {
            "DEBUG": "0",
            "DEMO": "0",
            "HTTPS": "0",
            "SECRET_KEY": "only-for-benchmarks-" + "x" * 50,
            "WORKCHAT_DATA": tempfile.mkdtemp(dir=self.folder),
            "DJANGO_SETTINGS_MODULE": "workchat_site.settings",
        }
        if self.on_postgresql:
            name = f"workchat_benchmark_{os.getpid()}_{len(self.databases)}"
            self._administer(f'CREATE DATABASE "{name}"')
            self.databases.append(name)
            environment["DATABASE_URL"] = urlunsplit(urlsplit(self.given)._replace(path=f"/{name}"))
        return environment

    @property
    def world(self) -> dict[str, Any]:
        """What benchmarks.fill made, once: the organization, its channels, and its members' sessions."""
        if self._world is None:
            self._world = self.run("benchmarks.fill")
        return self._world

    @property
    def database(self) -> str:
        """The database and its version."""
        return str(self.world["database"])

    def run(self, module: str, job: Any = None, *, seconds: float = 300) -> Any:
        """Run a module of ours as a process of its own, give it `job`, and return what it answers."""
        log = self.folder / "runs.log"
        with log.open("a") as errors:
            done = subprocess.run(
                [sys.executable, "-m", module],
                cwd=ROOT,
                env=self.environment,
                input=json.dumps(job),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                timeout=seconds,
                check=False,
            )
        if done.returncode:
            raise RuntimeError(f"{module} failed:\n{log.read_text()[-4000:]}")
        return json.loads(done.stdout)

    @contextmanager
    def server(self, environment: dict[str, str] | None = None) -> Iterator[Server]:
        """`manage.py serve` as a process, from when it is ready until it has been told to stop."""
        port = free_port()
        environment = (environment or self.environment) | {"PORT": str(port)}
        log = Path(environment["WORKCHAT_DATA"]) / "server.log"
        with log.open("ab") as errors:
            began = time.monotonic()
            process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=environment,
                stdout=errors,
                stderr=errors,
            )
            try:
                wait_until_ready(port, process, log)
                yield Server(port, process.pid, time.monotonic() - began)
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _administer(self, statement: str) -> None:
        import psycopg  # only where PostgreSQL is measured

        with psycopg.connect(self.given, autocommit=True) as connection:
            connection.execute(statement.encode())


def wait_until_ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until /health answers 200.

    Raises:
        RuntimeError: the server ended, or isn't ready after READY seconds.
    """
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.005)
    raise RuntimeError(f"The server didn't get ready:\n{log.read_text()[-4000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
