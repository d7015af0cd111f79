"""The hub and its streams: one event an entry, nothing twice, rights in order, slow readers cut."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from django_eventstream.event import Event

from chat.live.hub import MOST_STREAMS, Hub, encode, heartbeat
from chat.live.stream import MOST_BYTES, MOST_EVENTS, DaphneWriter, QueueWriter, Stream


@dataclass
class Page:
    """A writer that keeps what a page would get."""

    written: list[bytes] = field(default_factory=list)
    reads: bool = True
    closed: bool = False
    on_end: Callable[[], None] = lambda: None
    was_written: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, data: bytes) -> bool:
        self.written.append(data)
        self.was_written.set()
        return self.reads

    def close(self) -> None:
        self.closed = True
        self.on_end()


@pytest_asyncio.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = Hub()
    hub.start()
    yield hub
    for task in hub.tasks:
        task.cancel()


def stream(hub: Hub, *topics: str, member: int = 1, live: bool = True) -> tuple[Stream, Page]:
    page = Page()
    opened = Stream(page, 1, member, member, frozenset(topics), "page.en")
    page.on_end = lambda: hub.remove(opened)
    hub.add(opened)
    if live:
        opened.go_live(0, b"")
    return opened, page


async def say(hub: Hub, position: int, **told: str) -> None:
    """One entry that tells each topic something; `c_7="…"` stands for c:7."""
    for topic, data in told.items():
        hub.add_to_queues(f"1/{topic.replace('_', ':')}/page.en", Event(topic, "", data, id=position))
    hub.finish(1, position)
    await settle(hub)


async def settle(hub: Hub) -> None:
    done = asyncio.Event()
    hub.do(done.set)
    await asyncio.wait_for(done.wait(), 5)


@pytest.mark.asyncio
async def test_an_entry_is_one_event_even_where_several_topics_are_heard(hub: Hub) -> None:
    _both, page = stream(hub, "c:7", "t:9")
    _one, other = stream(hub, "c:7")
    await say(hub, 5, c_7="<row>", t_9="<reply>")
    assert page.written == [b"id: 5\ndata: <row><reply>\n\n"]
    assert other.written == [b"id: 5\ndata: <row>\n\n"]


@pytest.mark.asyncio
async def test_other_topics_and_organizations_hear_nothing(hub: Hub) -> None:
    _stream, page = stream(hub, "c:8")
    await say(hub, 5, c_7="<row>")
    hub.add_to_queues("2/c:8/page.en", Event("c:8", "", "<foreign>", id=5))
    hub.finish(2, 5)
    await settle(hub)
    assert page.written == []


@pytest.mark.asyncio
async def test_what_comes_during_the_replay_waits_and_what_it_told_is_dropped(hub: Hub) -> None:
    opened, page = stream(hub, "c:7", live=False)
    await say(hub, 5, c_7="five")
    await say(hub, 6, c_7="six")
    assert page.written == []
    opened.go_live(5, b"replay to five")
    await say(hub, 7, c_7="seven")
    assert page.written == [b"replay to five", encode("six", 6), encode("seven", 7)]


@pytest.mark.asyncio
async def test_rights_change_in_order_with_the_events(hub: Hub) -> None:
    opened, page = stream(hub, "c:7")
    hub.add_to_queues("1/c:7/page.en", Event("c:7", "", "before", id=1))
    hub.finish(1, 1)
    hub.do(lambda: hub.retopic(opened, frozenset({"c:8"})))
    hub.add_to_queues("1/c:7/page.en", Event("c:7", "", "after", id=2))
    hub.finish(1, 2)
    await say(hub, 3, c_8="elsewhere")
    assert page.written == [encode("before", 1), encode("elsewhere", 3)]
    assert opened.rights == 1


@pytest.mark.asyncio
async def test_a_stream_that_left_hears_nothing_and_leaves_nothing(hub: Hub) -> None:
    opened, page = stream(hub, "c:7")
    hub.remove(opened)
    hub.remove(opened)
    hub.retopic(opened, frozenset({"c:7"}))
    await say(hub, 1, c_7="row")
    assert page.written == []
    assert not hub.streams
    assert not hub.listening
    assert not hub.by_member


@pytest.mark.asyncio
async def test_one_broken_command_does_not_end_the_others(hub: Hub) -> None:
    _stream, page = stream(hub, "c:7")

    def break_down() -> None:
        raise ValueError

    hub.do(break_down)
    await say(hub, 1, c_7="row")
    assert page.written == [encode("row", 1)]


@pytest.mark.asyncio
async def test_a_members_oldest_stream_makes_room(hub: Hub) -> None:
    first, page = stream(hub, "c:7")
    second, _page = stream(hub, "c:7")
    for _number in range(MOST_STREAMS - 1):
        stream(hub, "c:7")
    assert page.closed
    assert second.open
    assert first not in hub.streams
    assert len(hub.streams) == MOST_STREAMS


@pytest.mark.asyncio
async def test_signals_have_no_id_and_reach_only_live_streams(hub: Hub) -> None:
    _live, page = stream(hub, "m:1")
    _held, waiting = stream(hub, "m:1", live=False)
    hub.signal(1, "m:1", "<read>")
    assert page.written == [b"data: <read>\n\n"]
    assert waiting.written == []


@pytest.mark.asyncio
async def test_a_stream_is_held_only_so_long(hub: Hub) -> None:
    opened, page = stream(hub, "c:7", live=False)
    for position in range(MOST_EVENTS + 1):
        opened.push(position, b"x")
    assert page.closed
    assert not opened.open


@pytest.mark.asyncio
async def test_a_reader_that_is_gone_gets_no_more(hub: Hub) -> None:
    opened, page = stream(hub, "c:7")
    page.reads = False
    await say(hub, 1, c_7="one")
    await say(hub, 2, c_7="two")
    assert page.written == [encode("one", 1)]
    assert not opened.open


@pytest.mark.asyncio
async def test_heartbeats_tell_the_position_and_end_sessions(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stream, page = stream(hub, "c:7")
    old, over = stream(hub, "c:7")
    old.until = time.time() - 1
    await say(hub, 12, o_1="nobody hears")
    monkeypatch.setattr("chat.live.hub.BEAT", 0.01)
    hub.tasks.append(asyncio.ensure_future(hub._beat()))
    await asyncio.wait_for(page.was_written.wait(), 5)
    assert page.written[0] == heartbeat(12) == b"event: position\nid: 12\ndata: 12\n\n"
    assert over.closed
    assert over.written == []


@pytest.mark.asyncio
async def test_a_heartbeat_tells_no_position_before_its_event(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [stream(hub, "c:7")[1] for _number in range(8)]
    monkeypatch.setattr("chat.live.hub.YIELD", 1)
    monkeypatch.setattr("chat.live.hub.BEAT", 0)
    hub.tasks.append(asyncio.ensure_future(hub._beat()))
    await say(hub, 5, c_7="row")
    for _turn in range(10_000):
        if all(heartbeat(5) in page.written for page in pages):
            break
        await asyncio.sleep(0)
    for page in pages:
        row = page.written.index(encode("row", 5))
        assert set(page.written[:row]) <= {heartbeat(0)}
        assert set(page.written[row + 1 :]) == {heartbeat(5)}


def test_data_of_several_lines_stays_one_event() -> None:
    assert encode("a\nb", 3) == b"id: 3\ndata: a\ndata: b\n\n"


class Line:
    """An ASGI server's `send`, which may be slow."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.may_send = asyncio.Event()
        self.may_send.set()
        self.over = asyncio.Event()

    async def __call__(self, message: dict[str, object]) -> None:
        await self.may_send.wait()
        body = message["body"]
        assert isinstance(body, bytes)
        self.sent.append(body)
        if not message.get("more_body"):
            self.over.set()


@pytest.mark.asyncio
async def test_a_queue_sends_in_order_and_ends() -> None:
    line = Line()
    writer = QueueWriter(line)
    assert writer.write(b"one")
    assert writer.write(b"two")
    writer.close()
    await asyncio.wait_for(line.over.wait(), 5)
    assert b"".join(line.sent) == b"onetwo"


@pytest.mark.asyncio
async def test_a_reader_that_does_not_read_is_cut() -> None:
    line = Line()
    line.may_send.clear()
    writer = QueueWriter(line)
    assert writer.write(b"first")
    await asyncio.sleep(0)
    results = [writer.write(b"x" * (MOST_BYTES // 4)) for _ in range(6)]
    assert results[0]
    assert not results[-1]


class Socket:
    """Of a reader who doesn't read: what is written stays."""

    connected, disconnecting, aborted = True, False, False
    _tempDataLen = 0  # noqa: N815 - Twisted's name

    def __init__(self) -> None:
        self.dataBuffer = b""

    def abortConnection(self) -> None:  # noqa: N802 - Twisted's name
        self.aborted = True


class Request:
    """Daphne's request on such a socket."""

    finished, chunked = False, True

    def __init__(self) -> None:
        self.channel, self.transport = self, Socket()

    def write(self, data: bytes) -> None:
        self.transport.dataBuffer += data


def test_a_reader_is_cut_at_so_many_events_however_small() -> None:
    request = Request()
    writer = DaphneWriter(request)
    request.write(b"what the kernel didn't take")
    assert all(writer.write(b"x") for _event in range(MOST_EVENTS))
    assert not writer.write(b"x")
    assert request.transport.aborted


def test_a_reader_who_has_caught_up_may_fall_behind_anew() -> None:
    request = Request()
    writer = DaphneWriter(request)
    for _time in range(2):
        request.transport.dataBuffer = b"some"
        assert all(writer.write(b"x") for _event in range(MOST_EVENTS - 1))
        request.transport.dataBuffer = b""
        request.chunked = False  # so that the idle socket is written to by Twisted
        assert writer.write(b"x")
    assert not request.transport.aborted


def test_what_was_told_before_there_was_anyone_to_hear_counts_as_handed_out() -> None:
    """The first streams of a process are looked up before its loop is the hub's: they have to see what they missed."""
    hub = Hub()
    assert hub.handed_out(1) == 0
    hub.finish(1, 7)
    assert hub.handed_out(1) == 7
    assert hub.handed_out(2) == 0
