"""The page's stream over HTTP: `/o/<slug>/events?channel=&thread=&after=`, and with `?hints`
the small one by which a browser hears for all of its hidden pages.

An ASGI application of its own: an open stream costs no thread, no database connection, and none of the frames and
thread hops of Django's handler or of a Channels consumer. Without rights it answers 401 or 404, never a redirect,
which htmx would follow forever.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import structlog
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError, close_old_connections

from accounts.errors import NotSignedIn, NotThere, SecondFactorMissing
from chat.live import signals
from chat.live.attendance import attendance
from chat.live.hub import hub
from chat.live.opening import Opening, look, open_stream
from chat.live.stream import DaphneWriter, QueueWriter, Send, Stream

HEADERS = [
    (b"Content-Type", b"text/event-stream"),
    (b"Cache-Control", b"no-cache, no-transform"),
    (b"X-Accel-Buffering", b"no"),
    (b"X-Content-Type-Options", b"nosniff"),
]
Receive = Callable[[], Awaitable[dict[str, Any]]]
T = TypeVar("T")
leave = hub.remove
logger = structlog.get_logger(__name__)
pool = ThreadPoolExecutor(2, thread_name_prefix="live-open")


async def page_stream(scope: dict[str, Any], receive: Receive, send: Send, *, slug: str) -> None:
    """Answer a request for a stream; returns when the reader has left."""
    if scope["method"] != "GET":
        return await refuse(send, 405, [(b"Allow", b"GET")])
    try:
        opening = await in_pool(lambda: open_stream(scope, slug))
    except NotSignedIn:
        return await refuse(send, 401)
    except NotThere:
        return await refuse(send, 404)
    except SecondFactorMissing:
        return await refuse(send, 403)
    except SuspiciousOperation:  # a foreign host, a thousand parameters
        return await refuse(send, 400)
    except (OperationalError, InterfaceError) as error:  # the page's script tries again
        logger.warning("live_open_failed", error=type(error).__name__)
        return await refuse(send, 503, [(b"Retry-After", b"3")])
    stream = await begin(opening, send)
    scope = {}
    del opening  # nor the scope: they'd be held as long as the stream is open
    try:
        while (await receive())["type"] != "http.disconnect":
            pass
    finally:
        leave(stream)


async def begin(opening: Opening, send: Send) -> Stream:
    """Let the stream listen, and bring it to where the log is."""
    hub.start()
    signals.listen()
    attendance.start()
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b": open\n\n", "more_body": True})
    request = DaphneWriter.fits(send)
    asked, member = opening.asked, opening.member
    stream = Stream(
        DaphneWriter(request) if request else QueueWriter(send),
        member.organization_id,
        member.pk,
        member.user_id,
        opening.topics,
        asked.face,
        asked.channel_id,
        asked.thread_id,
        asked.hints,
        opening.until,
        on_end=leave,
    )
    hub.add(stream)
    missed = hub.handed_out(member.organization_id) > opening.position
    # From here on nothing is missed. Where a right has changed since it was looked at, or something was handed out
    # that the replay doesn't hold, look again.
    while stream.open and (missed or not opening.holds):
        try:
            opening = await in_pool(partial(look, asked, opening.after))
        except (NotSignedIn, NotThere, SecondFactorMissing):
            stream.end()
        except Exception:  # within a response daphne can't say 500, and would fail at trying
            logger.exception("live_replay_failed")
            stream.end()
        else:
            hub.retopic(stream, opening.topics)
            missed = False  # what a feed has told it also holds
    if stream.open:
        stream.go_live(opening.position, opening.replay)
    return stream


async def refuse(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    headers = [(b"Content-Type", b"text/plain"), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def in_pool(work: Callable[[], T]) -> T:
    """Run database work in one of a few threads whose connections last."""

    def run() -> T:
        close_old_connections()
        try:
            return work()
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(pool, run)
