"""One open stream: what it listens to, how far it is, and how its bytes go out.

A stream is held while its replay is made: what comes meanwhile waits, and what the replay already told is dropped.
A reader that doesn't read is cut; it comes back and resumes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from twisted.internet import tcp

Send = Callable[[dict[str, Any]], Awaitable[None]]

MOST_EVENTS = 256  # waiting for a reader
MOST_BYTES = 1 << 20


class Writer(Protocol):
    def write(self, data: bytes) -> bool:
        """Take `data`; False when the reader is too far behind."""

    def close(self) -> None:
        """End the response."""


@dataclass(eq=False, slots=True)
class Stream:
    """A reader's stream. Touched by the event loop's thread alone, but for `topics`, which is replaced whole."""

    writer: Writer
    organization_id: int
    member_id: int
    user_id: int | None
    topics: frozenset[str]
    face: str
    channel_id: int | None = None
    thread_id: int | None = None
    hints: bool = False  # all of a browser's hidden pages listen by it
    until: float = float("inf")  # Unix time at which its session ends
    replayed: int = 0  # what is at or below this position has been told, by the replay or since
    rights: int = 0  # how often its topics were changed
    held: list[tuple[int, bytes]] | None = field(default_factory=list)
    open: bool = True
    on_end: Callable[["Stream"], None] = lambda _stream: None

    def push(self, position: int, data: bytes) -> None:
        """Write an event, keep it until the replay is through, or drop what the replay told."""
        if not self.open:
            return
        if self.held is not None:
            self.held.append((position, data))
            if len(self.held) > MOST_EVENTS:
                self.end()
        elif position > self.replayed:
            self.replayed = position
            self._write(data)

    def signal(self, data: bytes) -> None:
        """Write what has no place in the log."""
        if self.open and self.held is None:
            self._write(data)

    def go_live(self, replayed: int, replay: bytes) -> None:
        """Write the replay, then what came meanwhile and isn't in it."""
        waiting, self.held = self.held or [], None
        self.replayed = replayed
        if replay:
            self._write(replay)
        for position, data in waiting:
            self.push(position, data)

    def end(self) -> None:
        """End the response; the page comes back and is told how things stand."""
        if self.open:
            self.open = False
            self.writer.close()
            self.on_end(self)

    def _write(self, data: bytes) -> None:
        if not self.writer.write(data):
            self.open = False
            self.on_end(self)


class QueueWriter:
    """For any ASGI server: bytes wait in a queue, and one task sends them in turn."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.waiting: list[bytes] = []
        self.size = 0
        self.closed = False
        self.wake = asyncio.Event()
        self.task = asyncio.ensure_future(self._pump())

    def write(self, data: bytes) -> bool:
        if len(self.waiting) >= MOST_EVENTS or self.size + len(data) > MOST_BYTES:
            self.task.cancel()
            return False
        self.waiting.append(data)
        self.size += len(data)
        self.wake.set()
        return True

    def close(self) -> None:
        self.closed = True
        self.wake.set()

    async def _pump(self) -> None:
        while not (self.closed and not self.waiting):
            await self.wake.wait()
            self.wake.clear()
            data, self.waiting, self.size = b"".join(self.waiting), [], 0
            if data:
                await self.send({"type": "http.response.body", "body": data, "more_body": True})
        await self.send({"type": "http.response.body", "body": b""})


class DaphneWriter:
    """For daphne over plain TCP: to an idle socket at once, else through Twisted's buffer, which is kept small.

    `request` is daphne's WebRequest. This rests on private parts of Twisted's transport, so the versions are locked;
    the exact type is checked since a TLS wrapper proxies attributes, and would let plaintext through.
    """

    __slots__ = ("request", "waiting")

    def __init__(self, request: Any) -> None:
        self.request = request
        self.waiting = 0  # events since the transport was last idle

    @classmethod
    def fits(cls, send: Send) -> Any:
        """Daphne's request behind `send`, or None when this isn't daphne on a plain socket."""
        request = (getattr(send, "args", None) or (None,))[0]
        transport = getattr(getattr(request, "channel", None), "transport", None)
        plain = isinstance(transport, tcp.Connection) and not transport.TLS
        return request if plain and getattr(request, "_response_started", False) else None

    def write(self, data: bytes) -> bool:
        channel = self.request.channel
        if channel is None or self.request.finished:
            return False
        transport = channel.transport
        size = len(transport.dataBuffer) + transport._tempDataLen
        self.waiting = self.waiting + 1 if size else 0
        if self.waiting > MOST_EVENTS or size + len(data) > MOST_BYTES:
            transport.abortConnection()
            return False
        if size or not self.request.chunked or not transport.connected or transport.disconnecting:
            self.request.write(data)
            return True
        chunk = b"%x\r\n%b\r\n" % (len(data), data)
        written = transport.writeSomeData(chunk)
        if isinstance(written, int) and written < len(chunk):
            transport.write(chunk[written:])
        return isinstance(written, int)

    def close(self) -> None:
        if self.request.channel is not None and not self.request.finished:
            self.request.finish()
