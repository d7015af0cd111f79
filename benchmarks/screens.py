"""Thousands of screens: a process of its own that opens event streams, posts, and notes each receipt.

One epoll loop on raw sockets, 127.0.0.1 only. It goes through phases: it reads one JSON job a line, does it while it
keeps reading the streams, and answers one line. Times are CLOCK_MONOTONIC's.

Screens and posts go round the job's places: the nth screen is in the nth place, by the nth session.
"""

import errno
import heapq
import json
import re
import resource
import select
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

from benchmarks.ledger import Ledger
from benchmarks.load import head
from benchmarks.texts import body

MOST_STREAMS, MOST_POSTS, MOST_SECONDS = 12_000, 20_000, 180
NONCE, IDENTITY = b'data-nonce="s', b'data-id="'
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
AGAIN = 0.5  # seconds until a screen that was refused tries again
IN, OUT = select.EPOLLIN, select.EPOLLOUT


class Screen:
    """One open stream, or one that is to be opened again after what it has seen."""

    def __init__(self, screens: "Screens", number: int, *, counted: bool = True) -> None:
        self.screens, self.number, self.counted = screens, number, counted
        self.rest = self.last = b""
        self.live = self.up = False
        self.began = time.monotonic()
        self.connect()

    def connect(self) -> None:
        self.rest, self.live, self.asked, self.greeted = b"", False, False, False
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = self.socket.connect_ex(("127.0.0.1", self.screens.job["port"]))
        if code not in {0, errno.EINPROGRESS}:
            raise OSError(code, "connecting")
        self.screens.watch(self.socket, self.ready, IN | OUT)
        self.up = True

    def ready(self, events: int) -> None:
        if events & OUT and not self.asked:
            if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                return self.over()
            self.asked = True
            job = self.screens.job
            session = job["sessions"][self.number % len(job["sessions"])]
            top = head(
                job, self.screens.place(self.number)["stream"], session, b"", accept="text/event-stream"
            )
            if self.last:
                seen = re.findall(rb"^id: (\d+)", self.last, re.MULTILINE)[-1]
                top = top[:-2] + b"Last-Event-ID: " + seen + b"\r\n\r\n"
            self.socket.send(top)
            self.screens.watch(self.socket, self.ready, IN)
            return None
        try:
            data = self.socket.recv(1 << 16)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data:
            return self.over()
        return self.take(data, time.monotonic())

    def take(self, data: bytes, at: float) -> None:
        if self.rest:
            data = self.rest + data
        end = data.rfind(b"\n\n")
        if not self.live:
            if not self.greeted and not data.startswith(b"HTTP/1.1 200 "):
                raise RuntimeError(f"A stream was refused: {data[:300]!r}")
            self.greeted = True
            if self.screens.is_live(data):
                self.live = True
                self.screens.opened(self, at)
        if end < 0:
            self.rest = data
            return
        self.rest = data[end + 2 :]
        if b"id: " in data:
            self.last = data[:end]
        at_nonce = data.find(NONCE, 0, end)
        while at_nonce >= 0:
            begins = at_nonce + len(NONCE)
            number = int(data[begins : data.index(b'"', begins)])
            if self.counted:
                row = data.rfind(IDENTITY, 0, at_nonce) + len(IDENTITY)
                identity = data[row : data.index(b'"', row)] if row >= len(IDENTITY) else None
                self.screens.ledger.receipt(self.number, number, identity, at)
            at_nonce = data.find(NONCE, begins, end)

    def over(self) -> None:
        """The server has ended it, or didn't take the connection."""
        self.close()
        self.screens.ended(self)

    def close(self) -> None:
        if self.up:
            self.up = self.live = False
            self.screens.forget(self.socket)
            self.socket.close()


class Poster:
    """A keep-alive connection that posts, one at a time."""

    def __init__(self, screens: "Screens", place: dict[str, Any], session: str) -> None:
        self.screens, self.place, self.session = screens, place, session
        self.under_way: int | None = None
        self.request = self.rest = b""
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.screens.job["port"]), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.used = False
        self.screens.watch(self.socket, self.read, IN)

    def post(self, number: int, content: bytes) -> None:
        self.under_way = number
        self.request = head(self.screens.job, self.place["post"], self.session, content) + content
        self.screens.ledger.sent[number] = time.monotonic()
        self.socket.send(self.request)

    def read(self, _events: int) -> None:
        data = self.socket.recv(1 << 18)
        if not data and self.under_way is None:  # idle for too long: the server may close it
            self.screens.forget(self.socket)
            self.place["posters"].remove(self)
            return
        if not data and self.used and not self.rest:  # closed just as we wrote: again, as a browser does
            self.screens.forget(self.socket)
            self.socket.close()
            self.connect()
            self.socket.send(self.request)
            return
        self.rest += data
        top, found, content = self.rest.partition(b"\r\n\r\n")
        length = LENGTH.search(top)
        if not data or (found and length is None):
            raise RuntimeError(f"The poster got {self.rest[:300]!r}.")
        if found and length and len(content) >= int(length[1]):
            self.screens.answered_by(self, int(top.split(b" ", 2)[1]), content)
            self.rest, self.under_way, self.used = b"", None, True


class Screens:
    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.places: list[dict[str, Any]] = [place | {"posters": []} for place in job["places"]]
        self.poll = select.epoll()
        self.handlers: dict[int, Callable[[int], None]] = {}
        self.screens: list[Screen] = []
        self.passing: deque[Screen] = deque()
        self.open_count = self.ended_count = 0
        self.opening_took: list[float] = []
        self.coming_back = False
        self.returns: list[tuple[float, int, Screen]] = []  # when to try again
        self.base = int(time.time()) * 10_000  # numbers of posts: never those of an earlier process
        self.next_number = self.base
        self.ledger = Ledger()

    def place(self, number: int) -> dict[str, Any]:
        return self.places[number % len(self.places)]

    def watch(self, what: socket.socket | int, handler: Callable[[int], None], events: int) -> None:
        number = what if isinstance(what, int) else what.fileno()
        (self.poll.modify if number in self.handlers else self.poll.register)(number, events)
        self.handlers[number] = handler

    def forget(self, what: socket.socket) -> None:
        self.poll.unregister(what.fileno())
        del self.handlers[what.fileno()]

    def turn(self, seconds: float) -> None:
        while self.returns and self.returns[0][0] <= time.monotonic():
            heapq.heappop(self.returns)[2].connect()
        for number, events in self.poll.poll(max(0.0, seconds)):
            if handler := self.handlers.get(number):
                handler(events)

    def until(self, done: Callable[[], bool], *, seconds: float) -> bool:
        """Keep reading until `done`, for `seconds` at most; whether it came to that."""
        deadline = time.monotonic() + min(seconds, MOST_SECONDS)
        while not done() and time.monotonic() < deadline:
            self.turn(0.02)
        return done()

    def expected(self, number: int) -> int:
        """How many screens a post is owed to."""
        place = (number - self.base) % len(self.places)
        return len(range(place, len(self.screens), len(self.places)))

    # Opening

    def open(self, *, count: int, at_once: int) -> dict[str, Any]:
        """Open `count` streams, at most `at_once` of them under way at any time."""
        began, spent = time.monotonic(), time.process_time()
        wanted = min(count, MOST_STREAMS)
        deadline = began + MOST_SECONDS
        while len(self.screens) < wanted and time.monotonic() < deadline:
            if len(self.screens) - self.open_count < at_once:
                self.screens.append(Screen(self, len(self.screens)))
            else:
                self.turn(0.05)
        if not self.until(lambda: self.open_count >= wanted, seconds=60):
            raise RuntimeError(f"Only {self.open_count} of {wanted} streams opened.")
        return {
            "seconds": time.monotonic() - began,
            "took": [took * 1000 for took in self.opening_took],
            "client CPU": time.process_time() - spent,
        }

    def is_live(self, data: bytes) -> bool:
        return self.job["live"].encode() in data

    def opened(self, screen: Screen, at: float) -> None:
        if screen.counted:
            self.open_count += 1
            self.opening_took.append(at - screen.began)

    def ended(self, screen: Screen) -> None:
        self.ended_count += 1
        if self.coming_back:
            heapq.heappush(self.returns, (time.monotonic() + AGAIN, screen.number, screen))

    # Posting

    def publish(self, *, rate: float, seconds: float, passing: float = 0) -> dict[str, Any]:
        """Post at an even `rate`, whether or not earlier ones are through; then wait for what is still to come.

        Meanwhile `passing` other streams a second come, and go after ten.
        """
        count = min(round(rate * seconds), MOST_POSTS)
        first, ended, spent = self.next_number, self.ended_count, time.process_time()
        numbers = range(first, first + count)
        began = time.monotonic() + 0.1
        late = 0.0
        for number in numbers:
            due = began + (number - first) / rate
            self.let_pass(passing, time.monotonic() - began)
            while (wait := due - time.monotonic()) > 0:
                self.turn(wait)
            late = max(late, -wait)
            self.post()
        self.until(lambda: self.ledger.is_complete(numbers, self.expected), seconds=15)
        self.until(lambda: False, seconds=0.3)  # for what comes twice
        account = self.ledger.account(numbers, self.expected)
        account |= {"streams ended": self.ended_count - ended, "late ms": late * 1000}
        self.ledger.forget(numbers)
        return account | {"client CPU": time.process_time() - spent}

    def post(self) -> None:
        number, self.next_number = self.next_number, self.next_number + 1
        content = self.job["content"].replace("{number}", str(number))
        content = content.replace("{text}", quote_plus(body(number)))
        self.free_poster((number - self.base) % len(self.places)).post(number, content.encode())

    def let_pass(self, rate: float, elapsed: float) -> None:
        while self.passing and time.monotonic() - self.passing[0].began > 10:
            self.passing.popleft().close()
        if rate and len(self.passing) < rate * min(10.0, elapsed):
            self.passing.append(Screen(self, len(self.screens) + self.open_count % 1000, counted=False))

    def free_poster(self, place: int) -> Poster:
        posters: list[Poster] = self.places[place]["posters"]
        for poster in posters:
            if poster.under_way is None:
                return poster
        session = self.job["sessions"][place + len(posters) * len(self.places)]
        posters.append(Poster(self, self.places[place], session))
        return posters[-1]

    def answered_by(self, poster: Poster, status: int, content: bytes) -> None:
        number = poster.under_way
        if number is None or status not in self.job["statuses"]:
            raise RuntimeError(f"A post was answered by {status}: {content[:300]!r}")
        self.ledger.answered[number] = time.monotonic()
        if IDENTITY in content:
            begins = content.index(IDENTITY) + len(IDENTITY)
            self.ledger.identities[number] = content[begins : content.index(b'"', begins)]

    # Coming back after a restart

    def take_numbers(self, *, count: int) -> dict[str, Any]:
        """The numbers of posts that somebody else is going to make while no server runs."""
        first, self.next_number = self.next_number, self.next_number + count
        return {"numbers": list(range(first, first + count))}

    def come_back(self, *, missed: list[int], rate: float, seconds: float, within: float) -> dict[str, Any]:
        """All at some time `within` so many seconds, each after what it saw, as browsers do that were refused before.

        Until all are live and have what they missed and what is posted meanwhile.
        """
        began, spent = time.monotonic(), time.process_time()
        first_new = self.next_number
        for number in missed:
            self.ledger.sent[number] = self.ledger.answered[number] = began
        self.open_count, self.opening_took, self.coming_back = 0, [], True
        for screen in self.screens:
            screen.close()
            screen.began = began
            at = began + within * (screen.number * 0.618034 % 1)  # evenly, in no order
            heapq.heappush(self.returns, (at, screen.number, screen))
        due = began

        def all_back() -> bool:
            nonlocal due
            if time.monotonic() > due and self.open_count < len(self.screens):
                due += 1 / rate
                self.post()
            return self.open_count >= len(self.screens)

        back = self.until(all_back, seconds=seconds)
        numbers = [*missed, *range(first_new, self.next_number)]
        self.until(lambda: self.ledger.is_complete(numbers, self.expected), seconds=15)
        done = time.monotonic() - began
        self.until(lambda: False, seconds=0.3)
        self.coming_back = False
        account = self.ledger.account(numbers, self.expected)
        return {
            "all back": back,
            "seconds": done,
            "took": [took * 1000 for took in self.opening_took],
            "posts": account["posts"],
            **{name: account[name] for name in ("delivered", "lost", "doubled", "wrong")},
            "client CPU": time.process_time() - spent,
        }


def main() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # Unbuffered: a line that waits in a buffer would wake no epoll.
    phases = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115 - it's open to the end
    screens = Screens(json.loads(phases.readline()))
    over = False

    def next_phase(_events: int) -> None:
        nonlocal over
        line = phases.readline()
        if not line:
            over = True
            return
        phase = json.loads(line)
        done = getattr(screens, phase.pop("do"))(**phase)
        print(json.dumps(done), flush=True)

    screens.watch(phases.fileno(), next_phase, IN)
    while not over:
        screens.turn(1)


if __name__ == "__main__":
    main()
