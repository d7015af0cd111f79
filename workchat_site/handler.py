"""The ASGI handler: a whole request runs in one hop, in one of a few threads that last.

Django's own handler opens a thread, and with it a database connection, for every request; here threads and
connections stay, which more than doubles what a core serves (benchmarks/README.md). Event streams never pass here.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import structlog
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.urls import set_script_prefix

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class BodyTooLarge(Exception):
    """The request's body is over the limit, of so many bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class PooledHandler(ASGIHandler):
    """Serves HTTP requests by synchronous middleware and views in `WEB_THREADS` lasting threads.

    At most `WEB_QUEUE` requests wait or run; one more is answered by 503 with Retry-After at once, since a queue
    that only grows serves nobody.
    """

    def __init__(self) -> None:
        super(ASGIHandler, self).__init__()
        self.load_middleware(is_async=False)
        self.pool = ThreadPoolExecutor(settings.WEB_THREADS, thread_name_prefix="web")
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        if self.under_way >= settings.WEB_QUEUE:
            return await answer(
                send, 503, "The server is busy. Try again in a few seconds.", {"Retry-After": "5"}
            )
        self.under_way += 1
        try:
            await self.serve(scope, receive, send)
        finally:
            self.under_way -= 1

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_limited(scope, receive)
        except RequestAborted:
            return None
        except BodyTooLarge as error:
            return await answer(
                send, 413, f"The request is larger than {error.limit / 1_000_000:g} MB. Send less."
            )
        gone: asyncio.Future[Any] = asyncio.ensure_future(receive())
        loop = asyncio.get_running_loop()
        job = self.pool.submit(self.respond, scope, body)
        work = asyncio.wrap_future(job)
        try:
            # A client that leaves while its request still queues frees the place; one that runs is let finish,
            # which the thread's own future knows: asyncio's would say that it's cancelled either way.
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done() and job.cancel():
                return None
            response, parts = await work
            try:
                await self.send_head(response, send)
                await self.send_parts(response, parts, send)
            finally:
                if response.streaming:
                    await loop.run_in_executor(self.pool, response.close)
        finally:
            gone.cancel()
            body.close()

    async def read_limited(self, scope: Scope, receive: Receive) -> IO[bytes]:
        """The body as a spooled file.

        Raises:
            BodyTooLarge: it is over the limit; what was read is dropped.
            RequestAborted: the client left first.
        """
        limit = limit_of(scope)
        body: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - the request closes it
            max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, mode="w+b"
        )
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted
            body.write(message.get("body", b""))
            if body.tell() > limit:
                body.close()
                raise BodyTooLarge(limit)
            if not message.get("more_body", False):
                body.seek(0)
                return body

    def respond(self, scope: Scope, body: IO[bytes]) -> tuple[HttpResponseBase, Iterator[bytes]]:
        """Run the request in this thread; returns the response and the parts of its content."""
        structlog.contextvars.clear_contextvars()
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response = self.get_response(request) if request is not None else refusal
        assert response is not None  # noqa: S101 - without a request there is a refusal
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if isinstance(response, StreamingHttpResponse):
            return response, iter(response)
        assert isinstance(response, HttpResponse)  # noqa: S101 - the only other kind Django has
        content = response.content
        # Closing sends request_finished, which returns this thread's connection in order.
        response.close()
        return response, iter((content,))

    async def send_head(self, response: HttpResponseBase, send: Send) -> None:
        headers = [(k.encode("ascii"), v.encode("latin1")) for k, v in response.items()]
        headers += [
            (b"Set-Cookie", cookie.output(header="").encode("ascii").strip())
            for cookie in response.cookies.values()
        ]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})

    async def send_parts(self, response: HttpResponseBase, parts: Iterator[bytes], send: Send) -> None:
        if not response.streaming:
            await send({"type": "http.response.body", "body": next(parts)})
            return
        loop = asyncio.get_running_loop()
        while (part := await loop.run_in_executor(self.pool, next, parts, None)) is not None:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def limit_of(scope: Scope) -> int:
    """How many bytes a request's body may have: forms with files more than others."""
    kind = dict(scope["headers"]).get(b"content-type", b"")
    files = kind.startswith(b"multipart/form-data")
    return settings.UPLOAD_LIMIT if files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0


async def answer(send: Send, status: int, text: str, headers: dict[str, str] | None = None) -> None:
    """A plain answer given without Django, where none of it can run."""
    fields = {"Content-Type": "text/plain; charset=utf-8", **(headers or {})}
    start = [(k.encode(), v.encode()) for k, v in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": text.encode()})
