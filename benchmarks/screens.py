"""A thousand screens: a process of its own that opens event streams, posts, and notes each receipt.

One epoll loop on raw sockets, 127.0.0.1 only. It goes through phases: it reads one JSON job a line, does it while it
keeps reading the streams, and answers one line. Times are CLOCK_MONOTONIC's.
"""

import json
import re
import selectors
import socket
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

from benchmarks.ledger import Ledger
from benchmarks.load import head
from benchmarks.texts import body

MOST_STREAMS, MOST_POSTS, MOST_SECONDS = 12_000, 5_000, 120
MARK = re.compile(rb'data-nonce="s(\d+)"')
IDENTITY = re.compile(rb'data-id="(\d+)"')
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Screen:
    """One open stream."""

    def __init__(self, screens: "Screens", number: int, session: str) -> None:
        self.screens, self.number = screens, number
        self.rest = b""
        self.live = False
        self.began = time.monotonic()
        self.socket = connect(screens.job["port"])
        job = screens.job
        self.socket.send(head(job, job["stream"], session, b"", accept="text/event-stream"))
        screens.selector.register(self.socket, selectors.EVENT_READ, self.read)

    def read(self) -> None:
        data = self.socket.recv(1 << 18)
        at = time.monotonic()
        if not data:
            self.screens.lost_streams += 1
            self.screens.selector.unregister(self.socket)
            self.socket.close()
            return
        *events, self.rest = (self.rest + data).split(b"\n\n")
        if not self.live and self.screens.is_live(events, self.rest):
            self.live = True
            self.screens.opened(at - self.began)
        for event in events:
            if mark := MARK.search(event):
                identity = IDENTITY.search(event)
                self.screens.ledger.receipt(self.number, int(mark[1]), identity and identity[1], at)


class Poster:
    """A keep-alive connection that posts, one at a time."""

    def __init__(self, screens: "Screens", session: str) -> None:
        self.screens, self.session = screens, session
        self.socket = connect(screens.job["port"])
        self.under_way: int | None = None
        self.rest = b""
        screens.selector.register(self.socket, selectors.EVENT_READ, self.read)

    def post(self, number: int, content: bytes) -> None:
        self.under_way = number
        request = head(self.screens.job, self.screens.job["post"], self.session, content) + content
        self.screens.ledger.sent[number] = time.monotonic()
        self.socket.send(request)

    def read(self) -> None:
        data = self.socket.recv(1 << 18)
        if not data and self.under_way is None:  # idle for too long: the server may close it
            self.screens.selector.unregister(self.socket)
            self.screens.posters.remove(self)
            return
        self.rest += data
        top, found, content = self.rest.partition(b"\r\n\r\n")
        length = LENGTH.search(top)
        if not data or (found and length is None):
            raise RuntimeError(f"The poster got {self.rest[:300]!r}.")
        if found and length and len(content) >= int(length[1]):
            self.screens.answered_by(self, int(top.split(b" ", 2)[1]), content)
            self.rest, self.under_way = b"", None


class Screens:
    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.selector = selectors.DefaultSelector()
        self.screens: list[Screen] = []
        self.open_count = 0
        self.opening_took: list[float] = []
        self.lost_streams = 0
        self.posters: list[Poster] = []
        self.base = int(time.time()) * 10_000  # numbers of posts: never those of an earlier process
        self.ledger = Ledger()

    def turn(self, seconds: float) -> None:
        for key, _events in self.selector.select(seconds):
            key.data()

    def until(self, done: Callable[[], bool], *, seconds: float) -> bool:
        """Keep reading until `done`, for `seconds` at most; whether it came to that."""
        deadline = time.monotonic() + min(seconds, MOST_SECONDS)
        while not done() and time.monotonic() < deadline:
            self.turn(0.05)
        return done()

    # Opening

    def open(self, *, count: int, at_once: int) -> dict[str, Any]:
        """Open `count` streams, at most `at_once` of them under way at any time."""
        began = time.monotonic()
        sessions = self.job["sessions"]
        wanted = min(count, MOST_STREAMS)
        while len(self.screens) < wanted:
            if len(self.screens) - self.open_count < at_once:
                number = len(self.screens)
                self.screens.append(Screen(self, number, sessions[number % len(sessions)]))
            else:
                self.turn(0.05)
        if not self.until(lambda: self.open_count >= wanted, seconds=60):
            raise RuntimeError(
                f"Only {self.open_count} of {wanted} streams opened: {self.screens[-1].rest[:300]!r}"
            )
        return {"seconds": time.monotonic() - began, "took": [took * 1000 for took in self.opening_took]}

    def is_live(self, events: list[bytes], rest: bytes) -> bool:
        mark = self.job["live"].encode()
        return mark in rest or any(mark in event for event in events)

    def opened(self, took: float) -> None:
        self.open_count += 1
        self.opening_took.append(took)

    # Posting

    def publish(self, *, rate: float, seconds: float) -> dict[str, Any]:
        """Post at an even `rate`, whether or not earlier ones are through; then wait for what is still to come."""
        count = min(round(rate * seconds), MOST_POSTS)
        ledger = self.ledger
        first = self.base + len(ledger.sent)
        numbers = range(first, first + count)
        began = time.monotonic() + 0.1
        late = 0.0
        for number in numbers:
            due = began + (number - first) / rate
            while (wait := due - time.monotonic()) > 0:
                self.turn(wait)
            late = max(late, -wait)
            content = self.job["content"].replace("{number}", str(number))
            content = content.replace("{text}", quote_plus(body(number)))
            self.free_poster().post(number, content.encode())
        self.until(lambda: ledger.is_complete(numbers, len(self.screens)), seconds=15)
        self.until(lambda: False, seconds=0.3)  # for what comes twice
        account = ledger.account(numbers, len(self.screens))
        return account | {"streams ended": self.lost_streams, "late ms": late * 1000}

    def free_poster(self) -> Poster:
        for poster in self.posters:
            if poster.under_way is None:
                return poster
        self.posters.append(Poster(self, self.job["sessions"][len(self.posters)]))
        return self.posters[-1]

    def answered_by(self, poster: Poster, status: int, content: bytes) -> None:
        number = poster.under_way
        if number is None or status not in self.job["statuses"]:
            raise RuntimeError(f"A post was answered by {status}: {content[:300]!r}")
        self.ledger.answered[number] = time.monotonic()
        if identity := IDENTITY.search(content):
            self.ledger.identities[number] = identity[1]


def connect(port: int) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", port), timeout=30)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def main() -> None:
    # Unbuffered: a line that waits in a buffer would wake no selector.
    phases = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115 - it's open to the end
    screens = Screens(json.loads(phases.readline()))
    over = False

    def next_phase() -> None:
        nonlocal over
        line = phases.readline()
        if not line:
            over = True
            return
        phase = json.loads(line)
        done = getattr(screens, phase.pop("do"))(**phase)
        print(json.dumps(done), flush=True)

    screens.selector.register(phases, selectors.EVENT_READ, next_phase)
    while not over:
        screens.turn(1)


if __name__ == "__main__":
    main()
