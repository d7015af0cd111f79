"""The ASGI application: event streams go to their consumer, everything else to Django's pages."""

import os
import re
from collections.abc import Coroutine
from typing import Any

import django
from asgiref.sync import markcoroutinefunction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workchat_site.settings")
django.setup(set_prefix=False)

from chat.live.consumer import page_stream  # noqa: E402 - once Django is set up
from workchat_site.handler import PooledHandler, Receive, Scope, Send  # noqa: E402 - the same

STREAM = re.compile(r"/o/([-a-zA-Z0-9_]+)/events")
pages = PooledHandler()


@markcoroutinefunction  # it returns a coroutine, without being one itself
def application(scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
    """The coroutine that answers; no frame of this function's stays while it does."""
    if scope["type"] == "websocket":
        return refuse(receive, send)
    if scope["type"] != "http":
        raise ValueError(f"WorkChat serves HTTP, not {scope['type']}.")
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if stream := STREAM.fullmatch(path):
        return page_stream(scope, receive, send, slug=stream[1])
    return pages(scope, receive, send)


async def refuse(receive: Receive, send: Send) -> None:
    """WorkChat speaks no WebSocket: the stream is plain HTTP."""
    await receive()
    await send({"type": "websocket.close"})
