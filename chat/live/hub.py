"""The hub: hands what the tailer sends to the streams that listen. It is django-eventstream's listener manager.

Events of one entry are gathered, so that a stream gets one event an entry, with one id: one cut in between can't lose
half of it. An event is encoded once, crosses into the loop's thread once, and is written to each stream.
"""

import asyncio
import time
from collections.abc import Callable, Iterable

import structlog
from django.conf import settings
from django_eventstream import views
from django_eventstream.event import Event
from django_eventstream.utils import sse_encode_event

from chat.live.stream import Stream
from chat.live.vocabulary import channel_name

BEAT = 15  # seconds between heartbeats
MOST_STREAMS = 64  # open ones of one member
YIELD = 500  # writes before others get their turn
logger = structlog.get_logger(__name__)

Command = Callable[[], None] | tuple[int, int, list[tuple[str, str]]]


class Hub(views.ListenerManager):
    """Every stream of this process. `do` is for any thread; the rest is the tailer's or the loop's, as marked."""

    def __init__(self) -> None:
        super().__init__()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.commands: asyncio.Queue[Command] = asyncio.Queue()
        self.listening: dict[str, set[Stream]] = {}
        self.streams: set[Stream] = set()
        self.by_member: dict[int, list[Stream]] = {}
        self.positions: dict[int, int] = {}  # what has been handed out, by organization
        self.given: dict[int, int] = {}  # what the tailer has given to be handed out
        self.gathered: list[tuple[str, str]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.on_change: Callable[[Stream], None] = lambda _stream: None  # a stream has come or gone

    # Called by the tailer's thread

    def begin(self) -> None:
        """An entry's turn: what was gathered for one that failed is forgotten."""
        self.gathered = []

    def add_to_queues(self, channel: str, event: Event) -> None:
        """Gather one topic's event of the entry under way."""
        self.gathered.append((channel, str(event.data)))

    def finish(self, organization_id: int, position: int) -> None:
        """The entry is through: hand out what was gathered for it."""
        gathered, self.gathered = self.gathered, []
        self.given[organization_id] = position  # first: a stream that misses what follows sees this
        self._put((organization_id, position, gathered))

    def do(self, command: Callable[[], None]) -> None:
        """Run `command` in the loop's thread, in its order among the events."""
        self._put(command)

    def faces(self, organization_id: int, topic: str) -> list[str]:
        """The faces that somebody listens with to a topic."""
        names = [f"page.{language}" for language, _name in settings.LANGUAGES]
        return [face for face in names if self.listening.get(channel_name(organization_id, topic, face))]

    def open_streams(self, organization_id: int) -> list[Stream]:
        """The open streams of an organization's members."""
        return [stream for stream in list(self.streams) if stream.organization_id == organization_id]

    # In the loop's thread

    def start(self) -> None:
        """Take this thread's running loop as the hub's, once."""
        loop = asyncio.get_running_loop()
        if self.loop is loop:
            return
        self.loop = loop
        self.commands = asyncio.Queue()
        self.tasks = [loop.create_task(self._work()), loop.create_task(self._beat())]

    def add(self, stream: Stream) -> None:
        """Let a stream listen; a member's oldest makes room when they have more open than anyone needs."""
        mine = self.by_member.setdefault(stream.member_id, [])
        if len(mine) >= MOST_STREAMS:
            oldest = mine[0]
            oldest.end()
            self.remove(oldest)
        self.by_member.setdefault(stream.member_id, mine).append(stream)
        self.streams.add(stream)
        for name in names(stream, stream.topics):
            self.listening.setdefault(name, set()).add(stream)
        self.on_change(stream)

    def remove(self, stream: Stream) -> None:
        if stream not in self.streams:
            return
        stream.open = False
        self.streams.discard(stream)
        mine = self.by_member[stream.member_id]
        mine.remove(stream)
        if not mine:
            del self.by_member[stream.member_id]
        self._listen(stream, frozenset())
        self.on_change(stream)

    def retopic(self, stream: Stream, topics: frozenset[str]) -> None:
        """Change what a stream listens to, in place: a right that was given or taken."""
        if stream in self.streams:
            stream.rights += 1
            self._listen(stream, topics)

    def handed_out(self, organization_id: int) -> int:
        """The position up to which entries may have been handed out without a stream that was added just now.

        That counts what came before the loop was there to hand it out, when nobody listened.
        """
        return self.given.get(organization_id, 0)

    def end_all(self) -> None:
        """End every stream: the server stops, and their pages will come back."""
        for stream in tuple(self.streams):
            stream.end()

    def _listen(self, stream: Stream, topics: frozenset[str]) -> None:
        before, after = names(stream, stream.topics), names(stream, topics)
        for name in before - after:
            if (there := self.listening.get(name)) is not None:
                there.discard(stream)
                if not there:
                    del self.listening[name]
        for name in after:
            self.listening.setdefault(name, set()).add(stream)
        stream.topics = topics

    def signal(self, organization_id: int, topic: str, data: str, *, but: int = 0) -> None:
        """Write what isn't in the log to those who listen now, all but one member."""
        encoded = encode(data, None)
        for face in self.faces(organization_id, topic):
            for stream in tuple(self.listening.get(channel_name(organization_id, topic, face), ())):
                if stream.member_id != but:
                    stream.signal(encoded)

    def _put(self, command: Command) -> None:
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.commands.put_nowait, command)

    async def _work(self) -> None:
        while True:
            command = await self.commands.get()
            try:
                if callable(command):
                    command()
                else:
                    await self._hand_out(*command)
            except Exception:  # one bad event must not end the stream of all others
                logger.exception("live_event_failed")

    async def _hand_out(self, organization_id: int, position: int, gathered: list[tuple[str, str]]) -> None:
        heard = [(self.listening[name], data) for name, data in gathered if self.listening.get(name)]
        if len(heard) == 1:
            await self._write(heard[0][0], position, encode(heard[0][1], position))
        elif heard:
            await self._write_each(heard, position)
        # Only now: a heartbeat in between must not move a reader past what they're still to get.
        self.positions[organization_id] = position

    async def _write_each(self, heard: list[tuple[set[Stream], str]], position: int) -> None:
        """Write to each stream all that it hears of the entry."""
        by_stream: dict[Stream, str] = {}
        for streams, data in heard:
            for stream in streams:
                by_stream[stream] = by_stream.get(stream, "") + data
        alike: dict[str, list[Stream]] = {}
        for stream, data in by_stream.items():
            alike.setdefault(data, []).append(stream)
        for data, streams_alike in alike.items():
            await self._write(streams_alike, position, encode(data, position))

    async def _write(self, streams: Iterable[Stream], position: int, data: bytes) -> None:
        for number, stream in enumerate(tuple(streams), start=1):
            stream.push(position, data)
            if number % YIELD == 0:
                await asyncio.sleep(0)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            now = time.time()
            for number, stream in enumerate(tuple(self.streams), start=1):
                if stream.until < now:
                    stream.end()
                    continue
                position = max(self.positions.get(stream.organization_id, 0), stream.replayed)
                stream.signal(heartbeat(position))
                if number % YIELD == 0:
                    await asyncio.sleep(0)


def names(stream: Stream, topics: Iterable[str]) -> set[str]:
    """The names under which a stream's topics are sent."""
    return {channel_name(stream.organization_id, topic, stream.face) for topic in topics}


def encode(data: str, position: int | None) -> bytes:
    """An event of the page, which htmx swaps since its type is empty; signals have no position."""
    encoded: str = sse_encode_event("", data, event_id=position)
    return encoded.removeprefix("event: \n").encode()


def heartbeat(position: int) -> bytes:
    """What moves readers past entries that aren't theirs, and tells their watchdog that all is well."""
    return f"event: position\nid: {position}\ndata: {position}\n\n".encode()


hub = Hub()
views.listener_manager = hub
