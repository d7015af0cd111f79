"""The server's live part without its threads and its event loop: it looks when told to, and writes at once.

Feed, audience, partials, tailer, hub, stream and the consumer's replay are the real ones.
"""

import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django_eventstream import views

from accounts.errors import NotSignedIn, NotThere
from chat.live import opening, signals
from chat.live.hub import Hub
from chat.live.opening import look, open_stream
from chat.live.stream import Stream
from chat.live.tailer import Tailer


class HubAtOnce(Hub):
    """A hub whose commands run when they're given, in the one thread there is."""

    def _put(self, command: Any) -> None:
        if callable(command):
            command()
        else:
            _drive(self._hand_out(*command))


class Live:
    """The live part of one process."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.hub = HubAtOnce()
        self.tailer = Tailer(self.hub)
        self.tailer.thread = threading.current_thread()  # it counts as running, and nobody looks but us
        patch.setattr(views, "listener_manager", self.hub)
        patch.setattr(opening, "tailer", self.tailer)
        patch.setattr(signals, "send_signal", self.hub.signal)
        patch.setattr(signals, "serves", lambda: True)

    def look(self) -> None:
        """The tailer reads what has been committed, and hands it out."""
        self.tailer.look()


class Wire:
    """What a stream has written and its page hasn't read yet."""

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.closed = False

    def write(self, data: bytes) -> bool:
        self.waiting += [event for event in data.decode().split("\n\n") if event]
        return True

    def close(self) -> None:
        self.closed = True


class Line:
    """A page's stream: asked for, then live. `refused` says that the page's rights have ended."""

    def __init__(self, live: Live, client: Client, address: str, last_seen: int | None) -> None:
        self.live, self.wire = live, Wire()
        self.stream: Stream | None = None
        self.refused = False
        try:
            self.opening = open_stream(scope_of(client, address, last_seen), address.split("/")[2])
        except (NotThere, NotSignedIn):
            self.refused = True

    @property
    def is_waiting(self) -> bool:
        """Whether it has been asked for, and the answer is still to begin."""
        return self.stream is None and not self.wire.closed

    def go_on(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Go live, as consumer.begin does; `meanwhile` happens while it listens and doesn't write yet."""
        opening, hub = self.opening, self.live.hub
        asked, member = opening.asked, opening.member
        self.stream = stream = Stream(
            self.wire,
            member.organization_id,
            member.pk,
            member.user_id,
            opening.topics,
            asked.face,
            asked.channel_id,
            asked.thread_id,
            until=opening.until,
            on_end=hub.remove,
        )
        hub.add(stream)
        handed_out = hub.handed_out(member.organization_id)
        meanwhile()
        while stream.open and not (opening.holds and opening.position >= handed_out):
            try:
                opening = look(asked, opening.after)
            except (NotSignedIn, NotThere):
                stream.end()
            else:
                hub.retopic(stream, opening.topics)
        if stream.open:
            stream.go_live(opening.position, opening.replay)

    def cut(self) -> None:
        """The connection is lost, and all that was on its way."""
        if self.stream is not None:
            self.live.hub.remove(self.stream)
        self.wire.waiting.clear()
        self.wire.closed = True


def scope_of(client: Client, address: str, last_seen: int | None) -> dict[str, Any]:
    """The ASGI scope of a browser that opens a stream."""
    path, _mark, query = address.partition("?")
    name = settings.SESSION_COOKIE_NAME
    headers = [(b"host", b"testserver"), (b"cookie", f"{name}={client.cookies[name].value}".encode())]
    if last_seen is not None:
        headers.append((b"last-event-id", str(last_seen).encode()))
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": headers,
    }


def _drive(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end that only yields to let others have their turn."""
    with suppress(StopIteration):
        while True:
            work.send(None)
