"""The request handler, asked as an ASGI server would: what Django's own keeps, and the bounds that are ours."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from workchat_site.handler import PooledHandler
from workchat_site.urls import urlpatterns as site_urlpatterns

gate = threading.Event()
entered = threading.Event()
closed: list[str] = []
read: list[str] = []


def echo(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(
        f"{request.method} {request.POST.get('said', '')} {threading.current_thread().name}"
    )
    response.set_cookie("seen", "yes")
    return response


def slow(request: HttpRequest) -> HttpResponse:
    entered.set()
    gate.wait(10)
    return HttpResponse("late")


def late(request: HttpRequest) -> HttpResponse:
    entered.set()
    gate.wait(10)
    read.append(request.POST.get("said", ""))
    return HttpResponse("read")


def parts(request: HttpRequest) -> StreamingHttpResponse:
    def content() -> Iterator[bytes]:
        try:
            yield b"one,"
            yield b"two"
        finally:
            closed.append("content")

    return StreamingHttpResponse(content())


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("a secret detail")


urlpatterns = [
    path("echo", echo),
    path("slow", slow),
    path("late", late),
    path("parts", parts),
    path("broken", broken),
    *site_urlpatterns,
]
pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.usefixtures("plain_site"),
]


@pytest.fixture
def plain_site() -> Iterator[None]:
    gate.clear()
    entered.clear()
    closed.clear()
    read.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[], ALLOWED_HOSTS=["*"], WEB_THREADS=1):
        yield
    gate.set()


FORM, FORM_WITH_FILES = b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x"


class Exchange:
    """One request to a handler, as an ASGI server holds it."""

    def __init__(
        self, handler: PooledHandler, target: str, *chunks: bytes, method: str = "GET", kind: bytes = FORM
    ) -> None:
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        for number, chunk in enumerate(chunks or (b"",), start=1):
            more = number < len(chunks or (b"",))
            self.incoming.put_nowait({"type": "http.request", "body": chunk, "more_body": more})
        form = (b"content-type", kind)
        length = (b"content-length", str(sum(map(len, chunks))).encode())
        self.scope = {
            "type": "http",
            "method": method,
            "path": target,
            "query_string": b"",
            "headers": [(b"host", b"chat.example"), form, length],
            "client": ("192.0.2.7", 1),
        }
        self.task = asyncio.ensure_future(handler(self.scope, self.incoming.get, self.keep))

    async def keep(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


async def waited(condition: Callable[[], bool]) -> None:
    for _try in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("waited in vain")


async def test_a_whole_request_runs_in_a_lasting_thread() -> None:
    handler = PooledHandler()
    signals: list[str] = []

    def began(**_kwargs: object) -> None:
        signals.append(threading.current_thread().name)

    request_started.connect(began)
    request_finished.connect(began)
    try:
        for _again in range(2):
            exchange = Exchange(handler, "/echo", b"said=", b"hello", method="POST")
            await exchange.task
            assert exchange.status == 200
            assert exchange.body == b"POST hello web_0"
            assert exchange.headers[b"Set-Cookie"].startswith(b"seen=yes")
    finally:
        request_started.disconnect(began)
        request_finished.disconnect(began)
    assert signals == ["web_0"] * 4


async def test_a_body_over_the_limit_is_refused_before_any_view() -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10_240):
        exchange = Exchange(PooledHandler(), "/echo", b"said=" + b"x" * 9_000, b"x" * 9_000, method="POST")
        await exchange.task
    assert exchange.status == 413
    assert exchange.body == b"The request is larger than 0.01024 MB. Send less."


async def test_a_form_with_a_file_may_be_larger() -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10_000, UPLOAD_LIMIT=20_000):
        for size, status in ((15_000, 200), (25_000, 413)):
            exchange = Exchange(PooledHandler(), "/echo", b"x" * size, method="PUT", kind=FORM_WITH_FILES)
            await exchange.task
            assert exchange.status == status


async def test_over_the_bound_of_the_queue_one_is_told_at_once() -> None:
    with override_settings(WEB_QUEUE=1):
        handler = PooledHandler()
        first = Exchange(handler, "/slow")
        await waited(entered.is_set)
        second = Exchange(handler, "/echo")
        await second.task
        assert second.status == 503
        assert second.headers[b"Retry-After"] == b"5"
        gate.set()
        await first.task
        assert (first.status, first.body) == (200, b"late")
        third = Exchange(handler, "/echo")
        await third.task
        assert third.status == 200


async def test_a_client_that_leaves_the_queue_frees_its_place() -> None:
    handler = PooledHandler()
    running = Exchange(handler, "/slow")
    await waited(entered.is_set)
    waiting = Exchange(handler, "/echo")
    await waited(lambda: handler.under_way == 2)
    waiting.leave()
    await waiting.task
    assert waiting.sent == []
    assert handler.under_way == 1
    gate.set()
    await running.task


async def test_a_request_that_runs_is_let_finish_though_its_client_left() -> None:
    handler = PooledHandler()
    exchange = Exchange(handler, "/late", b"said=hello", method="POST")
    await waited(entered.is_set)
    exchange.leave()
    await waited(exchange.incoming.empty)
    assert handler.under_way == 1
    gate.set()
    await exchange.task
    assert read == ["hello"]
    assert handler.under_way == 0


async def test_a_client_that_leaves_before_its_body_came_is_forgotten() -> None:
    handler = PooledHandler()
    exchange = Exchange(handler, "/echo")
    exchange.incoming.get_nowait()
    exchange.leave()
    await exchange.task
    assert exchange.sent == []
    assert handler.under_way == 0


async def test_streamed_content_goes_out_in_parts_and_is_closed() -> None:
    exchange = Exchange(PooledHandler(), "/parts")
    await exchange.task
    assert [message["body"] for message in exchange.sent[1:]] == [b"one,", b"two", b""]
    assert closed == ["content"]


async def test_an_error_is_a_page_without_its_details(caplog: pytest.LogCaptureFixture) -> None:
    exchange = Exchange(PooledHandler(), "/broken")
    await exchange.task
    assert exchange.status == 500
    assert b"secret" not in exchange.body
    missing = Exchange(PooledHandler(), "/nowhere")
    await missing.task
    assert missing.status == 404


async def test_bytes_that_are_no_text_are_a_bad_request() -> None:
    handler = PooledHandler()
    exchange = Exchange(handler, "/echo")
    exchange.scope["query_string"] = b"\xff"
    await exchange.task
    assert exchange.status == 400
