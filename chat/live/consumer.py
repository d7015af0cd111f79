"""The page's stream over HTTP: `/o/<slug>/events?channel=&thread=&after=`.

A Channels consumer, never a Django view: an open stream costs no thread and no database connection. Without rights
it answers 401 or 404, never a redirect, which htmx would follow forever.
"""

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

import structlog
from channels.exceptions import StopConsumer
from channels.generic.http import AsyncHttpConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import translation
from django.utils.translation import get_language_from_request

from accounts.access import member_of
from accounts.errors import NotThere
from accounts.models import Member
from audit.queries import head_position
from chat.live import signals
from chat.live.hub import encode, heartbeat, hub
from chat.live.partials import RELOAD
from chat.live.stream import DaphneWriter, QueueWriter, Stream
from chat.live.tailer import tailer
from chat.live.topics import topics_for

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
HEADERS = [
    (b"Content-Type", b"text/event-stream"),
    (b"Cache-Control", b"no-cache, no-transform"),
    (b"X-Accel-Buffering", b"no"),
    (b"X-Content-Type-Options", b"nosniff"),
]
T = TypeVar("T")
logger = structlog.get_logger(__name__)
pool = ThreadPoolExecutor(2, thread_name_prefix="live-open")


class NotSignedIn(Exception):
    """No session, or one that has ended."""


@dataclass(frozen=True)
class Opening:
    """Who opens a stream, to what, and from where on."""

    member: Member
    topics: frozenset[str]
    face: str
    until: float  # Unix time
    channel_id: int | None
    thread_id: int | None
    after: int


class PageStream(AsyncHttpConsumer):
    # Of no layer: each stream would join it; the process has one subscription of its own (chat.live.signals).
    channel_layer_alias = "none"
    stream: Stream | None = None

    async def http_request(self, message: dict[str, Any]) -> None:
        """Unlike a usual consumer's, the response stays open when the request is through."""
        if message.get("more_body"):
            return
        if self.scope["method"] != "GET":
            await self.refuse(405, [(b"Allow", b"GET")])
        try:
            opening = await in_pool(lambda: open_stream(self.scope))
        except NotSignedIn:
            await self.refuse(401)
        except NotThere:
            await self.refuse(404)
        except DisallowedHost:
            await self.refuse(400)
        except (OperationalError, InterfaceError) as error:  # the page's script tries again
            logger.warning("live_open_failed", error=type(error).__name__)
            await self.refuse(503, [(b"Retry-After", b"3")])
        else:
            await self.begin(opening)

    async def begin(self, opening: Opening) -> None:
        hub.start()
        signals.listen()
        await self.send_headers(headers=HEADERS)
        await self.send_body(b": open\n\n", more_body=True)
        member = opening.member
        request = DaphneWriter.fits(self.base_send)
        writer = DaphneWriter(request, self.leave) if request else QueueWriter(self.base_send, self.leave)
        self.stream = stream = Stream(
            writer,
            member.organization_id,
            member.pk,
            member.user_id,
            opening.topics,
            opening.face,
            opening.channel_id,
            opening.thread_id,
            opening.until,
        )
        hub.add(stream)
        # From here on nothing is missed; but a right may have changed since it was looked at, so look again.
        while stream.open:
            rights = stream.rights
            try:
                topics, replay, position = await in_pool(lambda: catch_up(self.scope, stream, opening.after))
            except (NotSignedIn, NotThere):
                stream.end()
                return
            except Exception:  # within a response daphne can't say 500, and would fail at trying
                logger.exception("live_replay_failed")
                stream.end()
                return
            if stream.rights == rights and topics == stream.topics:
                stream.go_live(position, replay)
                return
            hub.retopic(stream, topics)

    async def http_disconnect(self, message: dict[str, Any]) -> None:
        self.leave()
        raise StopConsumer

    def leave(self) -> None:
        if self.stream is not None:
            hub.remove(self.stream)

    async def refuse(self, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        await self.send_headers(status=status, headers=[(b"Content-Type", b"text/plain"), *(headers or [])])
        await self.send_body(b"")
        raise StopConsumer


def open_stream(scope: dict[str, Any]) -> Opening:
    """Who asks, and for what.

    Raises:
        NotSignedIn: there is no session of an active user.
        NotThere: the organization or channel isn't there for them.
        DisallowedHost: the Host header isn't one of ours.
    """
    request = ASGIRequest(scope, io.BytesIO())
    request.get_host()
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    if not user.is_authenticated or not user.is_active:
        raise NotSignedIn
    member = member_of(user, scope["url_route"]["kwargs"]["slug"])
    channel_id, thread_id = number(request.GET.get("channel")), number(request.GET.get("thread"))
    topics = topics_for(member, channel_id=channel_id, thread_id=thread_id)
    if channel_id is not None and f"c:{channel_id}" not in topics:
        raise NotThere
    last_seen = number(request.headers.get("Last-Event-ID"))
    after = last_seen if last_seen is not None else number(request.GET.get("after"))
    return Opening(
        member=member,
        topics=topics,
        face=f"page.{get_language_from_request(request)}",
        until=session_end(request.COOKIES.get(settings.SESSION_COOKIE_NAME)),
        channel_id=channel_id,
        thread_id=thread_id,
        after=after if after is not None else tailer.follow(member.organization_id).position,
    )


def catch_up(scope: dict[str, Any], stream: Stream, after: int) -> tuple[frozenset[str], bytes, int]:
    """What the stream may listen to now; what it missed since `after`; and the position it then reflects.

    Raises:
        NotSignedIn: the session has ended meanwhile.
        NotThere: the member has been shut out meanwhile.
    """
    topics = open_stream(scope).topics
    feed = tailer.follow(stream.organization_id)
    with feed.lock, translation.override(stream.face.removeprefix("page.")):
        position = feed.position
        missed = feed.after(after, topics) if after <= position else iter(())
    if after > position:
        # The page was made after a commit that this process's tailer is still to read, or its log has been put back.
        position = after if after <= head_position(stream.organization_id) else position
        missed = missed if position == after else None
    if missed is None:
        return topics, encode(RELOAD, position), position
    replay = b"".join(encode(data, at) for at, data in missed)
    return topics, replay + heartbeat(position), position


def session_end(key: str | None) -> float:
    """When the stored session ends, in Unix time; the session itself only knows its whole age."""
    ends = Session.objects.filter(pk=key).values_list("expire_date", flat=True).first()
    if ends is None:
        raise NotSignedIn
    return ends.timestamp()


def number(text: str | None) -> int | None:
    """A whole number that fits a position; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


async def in_pool(work: Callable[[], T]) -> T:
    """Run database work in one of a few threads whose connections last."""

    def run() -> T:
        close_old_connections()
        try:
            return work()
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(pool, run)
