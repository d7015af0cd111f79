"""A real server in a process of its own, on the tests' database, and a reader of its streams."""

import http.client
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
DEADLINE = 15  # seconds that anything may take before a test gives up
STARTING = 60  # seconds that a server may take to start, beside others that start
CSRF = "c" * 32  # a cookie and a header that agree


def database_url() -> str:
    """The address of the database that this test's connection has open."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    user, host, port = found["USER"] or "postgres", found["HOST"] or "127.0.0.1", found["PORT"] or 5432
    return f"postgres://{user}:{found['PASSWORD']}@{host}:{port}/{found['NAME']}"


class Site:
    """What answers on a port of this machine; its responses that go on are closed when its `with` ends."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.links: list[http.client.HTTPConnection | http.client.HTTPResponse] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        for link in self.links:
            link.close()

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> object:
        raise NotImplementedError

    def request(
        self, method: str, path: str, *, client: Client | None = None, body: str = "", **headers: str
    ) -> "Answer":
        """One whole request, with the session of a signed-in test client."""
        with (
            closing(self.link()) as link,
            closing(self.ask(link, method, path, client, body, headers)) as response,
        ):
            cookies = ", ".join(response.headers.get_all("Set-Cookie", []))
            headers = {**dict(response.headers), "Set-Cookie": cookies}
            return Answer(response.status, headers, response.read().decode())

    def post(self, path: str, *, client: Client, **fields: str) -> "Answer":
        """A page's POST, as its script makes it."""
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        return self.request(
            "POST",
            path,
            body=urlencode(fields),
            Cookie=f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}",
            X_CSRFToken=CSRF,
            HX_Request="true",
            Content_Type="application/x-www-form-urlencoded",
        )

    def open(self, path: str, *, client: Client, **headers: str) -> http.client.HTTPResponse:
        """A response that goes on."""
        link = self.link()
        response = self.ask(link, "GET", path, client, "", headers)
        self.links += [response, link]
        return response

    def link(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)

    @staticmethod
    def ask(
        link: http.client.HTTPConnection,
        method: str,
        path: str,
        client: Client | None,
        body: str,
        headers: dict[str, str],
    ) -> http.client.HTTPResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if client is not None:
            name = settings.SESSION_COOKIE_NAME
            sent["Cookie"] = f"{name}={client.cookies[name].value}"
        link.request(method, path, body=body or None, headers=sent)
        return link.getresponse()


class Server(Site):
    """`manage.py serve` on a free port, until the `with` ends."""

    def __init__(self, **environment: str) -> None:
        super().__init__()
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "PORT": str(self.port),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it's healthy."""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self.is_healthy, within=STARTING)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop, and wait; returns its exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(DEADLINE)

    def kill(self) -> None:
        """End it and all its processes at once, as a machine does that loses its power."""
        for process in self.children():
            os.kill(process, signal.SIGKILL)
        self.stop(signal.SIGKILL)

    def children(self) -> list[int]:
        """The ids of the processes that it has started."""
        assert self.process is not None
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def is_healthy(self) -> bool:
        try:
            return self.request("GET", "/health").status == 200
        except (OSError, http.client.HTTPException):
            return False


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True)
class Event:
    id: int | None
    kind: str
    data: str


class Reader:
    """Reads a stream in a thread of its own. `next` waits for an event that holds what one looks for."""

    def __init__(self, server: Site, path: str, *, client: Client, **headers: str) -> None:
        self.response = server.open(path, client=client, **headers)
        assert self.response.status == 200, self.response.status
        self.events: queue.Queue[Event | None] = queue.Queue()
        self.seen: list[Event] = []
        threading.Thread(target=self._read, daemon=True).start()

    def next(self, holding: str) -> Event:
        """The next event whose data holds `holding`; those before it are passed over.

        Raises:
            AssertionError: the stream ended, or nothing came in time.
        """
        end = time.monotonic() + DEADLINE
        while True:
            try:
                event = self.events.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no event with {holding!r} in {self.seen}") from None
            if event is None:
                raise AssertionError(f"the stream ended before {holding!r}: {self.seen}")
            if holding in event.data:
                return event

    def ended(self) -> bool:
        """Whether the stream ends in time; what comes before its end is passed over."""
        end = time.monotonic() + DEADLINE
        while True:
            try:
                if self.events.get(timeout=max(0.0, end - time.monotonic())) is None:
                    return True
            except queue.Empty:
                return False

    def caught_up(self) -> int:
        """Wait for the position that ends the replay; returns it."""
        while True:
            event = self.next("")
            if event.kind == "position":
                return int(event.data)

    def _read(self) -> None:
        for event in self._parse():
            self.seen.append(event)
            self.events.put(event)
        self.events.put(None)

    def _parse(self) -> Iterator[Event]:
        number: int | None = None
        kind, data = "", list[str]()
        while True:
            try:
                line = self.response.readline().decode().rstrip("\n")
            except (OSError, ValueError, http.client.HTTPException, AttributeError):
                return
            if not line:
                if data:
                    yield Event(number, kind, "\n".join(data))
                elif self.response.isclosed() or self.response.fp is None:
                    return
                number, kind, data = None, "", []
            elif line.startswith("id: "):
                number = int(line[4:])
            elif line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                data.append(line[6:])


def until(condition: object, *, within: float = DEADLINE) -> None:
    """Wait until `condition()` holds.

    Raises:
        AssertionError: it didn't in time.
    """
    assert callable(condition)
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        threading.Event().wait(0.02)
