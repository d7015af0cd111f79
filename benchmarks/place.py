"""A place to measure in: a folder of its own, worlds to measure on, and the real server as a process."""

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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.machine import ROOT
from benchmarks.worlds import SIZES, Databases, World, run

READY = 60  # seconds until a server that isn't ready counts as failed


@dataclass(frozen=True)
class Server:
    """A server that is ready."""

    port: int
    pid: int
    seconds: float  # from its start until it was ready


class Place:
    """Everything in it is gone when it's left, but for the kept worlds."""

    def __init__(self, names: Sequence[str] = tuple(SIZES), *, minutes: float = 30) -> None:
        self.names, self.minutes = names, minutes
        self.folder = Path(tempfile.mkdtemp(prefix="workchat-benchmark-"))
        self.databases = Databases(self.folder, os.environ.get("DATABASE_URL", ""))
        self._worlds: dict[str, World] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.databases.drop_all()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def worlds(self) -> Iterator[World]:
        """The worlds to measure on, one after the other."""
        return (self.world(name) for name in self.names)

    def world(self, name: str) -> World:
        if name not in self._worlds:
            self._worlds[name] = self.databases.world(name)
        return self._worlds[name]

    @property
    def database(self) -> str:
        """The database and its version."""
        return str(self.world(self.names[0])["database"])

    def run(self, module: str, world: World, job: Any = None, *, seconds: float = 300) -> Any:
        """Run a module of ours as a process on a world's database; returns what it answers."""
        return run(module, job, world.environment, self.folder, seconds=seconds)

    @contextmanager
    def server(self, environment: dict[str, str], *, port: int = 0) -> Iterator[Server]:
        """`manage.py serve` as a process, from when it is ready until it has been told to stop."""
        port = port or free_port()
        environment = environment | {"PORT": str(port)}
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
