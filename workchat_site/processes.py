"""Several processes of one server: a parent that holds the socket and watches, and children that serve.

The children accept on the one socket that the parent has bound, so while one of them starts again, or has died with
connections still waiting, the others take those; no connection is refused. Each has its own tailer and streams.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import structlog
from django.conf import settings
from django.core.management.base import CommandError

LOOK = 0.1  # seconds between looks at the children
STEADY = 10.0  # seconds after which a child that dies is started again at once
LONGEST_WAIT = 30.0  # seconds between two starts of one that dies at once
GRACE = 15.0  # seconds that children have to end in
BACKLOG = 8192  # connections that may wait to be accepted
logger = structlog.get_logger(__name__)


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens on `host` and `port`.

    Raises:
        CommandError: the address can't be had.
    """
    try:
        (family, kind, *_more, address), *_others = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        listening = socket.socket(family, kind)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        raise CommandError(f"Can't listen on {host}, port {port}: {error.strerror}.") from error
    listening.setblocking(False)
    return listening


@dataclass
class Child:
    """A place for a serving process, which is filled anew whenever the process in it dies."""

    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    wait: float = 0.0  # seconds before the next start

    def died(self, now: float) -> bool:
        """Whether it has died since one last looked; then it's known when to start it again."""
        if self.process is None or self.process.poll() is None:
            return False
        self.wait = 0.0 if now - self.started_at > STEADY else min(max(0.5, self.wait * 2), LONGEST_WAIT)
        self.start_at = now + self.wait
        logger.error(
            "server_process_died",
            process=self.process.pid,
            code=self.process.returncode,
            again_in=self.wait,
        )
        self.process = None
        return True


class Processes:
    """`number` children on one socket, for as long as `run` runs."""

    def __init__(self, number: int, listening: socket.socket) -> None:
        self.number = number
        self.listening = listening
        self.children = [Child() for _ in range(number)]
        self.stop = threading.Event()
        # Nothing is ever written: children see its end when this process dies, however it does.
        self.lifeline, self.held = os.pipe()

    def run(self) -> None:
        """Start the children and keep them, until SIGTERM or Ctrl-C; a second one ends them without grace."""
        signal.signal(signal.SIGTERM, self.ask_to_stop)
        signal.signal(signal.SIGINT, self.ask_to_stop)
        while not self.stop.is_set():
            now = time.monotonic()
            for child in self.children:
                child.died(now)
                if child.process is None and now >= child.start_at:
                    self.start(child)
            self.stop.wait(LOOK)
        self.end()

    def start(self, child: Child) -> None:
        """Start a process anew, rather than fork this one, whose threads and event loop wouldn't survive that."""
        accept_on = self.listening.fileno()
        command = [sys.executable, str(settings.BASE_DIR("manage.py")), "serve", "--skip-checks"]
        child.process = subprocess.Popen(  # noqa: S603 - itself
            [*command, "--accept-on", str(accept_on), "--lifeline", str(self.lifeline)],
            pass_fds=(accept_on, self.lifeline),
            env={**os.environ, "PROCESSES": str(self.number)},
        )
        child.started_at = time.monotonic()

    def ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self.stop.is_set():
            self.tell(signal.SIGKILL)
        self.stop.set()

    def end(self) -> None:
        """Have the children end their streams and requests, and wait for them."""
        self.listening.close()
        self.tell(signal.SIGTERM)
        end = time.monotonic() + GRACE
        for child in self.children:
            if child.process is not None:
                try:
                    child.process.wait(max(0.0, end - time.monotonic()))
                except subprocess.TimeoutExpired:
                    logger.error("server_process_killed", process=child.process.pid)
                    child.process.kill()
                    child.process.wait()

    def tell(self, what: signal.Signals) -> None:
        for child in self.children:
            if child.process is not None:
                child.process.send_signal(what)


def end_with(lifeline: int, stop: Callable[[], object]) -> None:
    """In a child: call `stop` when the parent has gone. Ctrl-C, which reaches the child as well, is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        os.read(lifeline, 1)
        stop()

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
