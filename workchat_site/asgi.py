"""The ASGI application: event streams go to their consumer, everything else to Django's pages."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workchat_site.settings")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from chat.live.consumer import PageStream  # noqa: E402
from workchat_site.handler import PooledHandler, Receive, Send  # noqa: E402


async def refuse(_scope: object, receive: Receive, send: Send) -> None:
    """WorkChat speaks no WebSocket: the stream is plain HTTP."""
    await receive()
    await send({"type": "websocket.close"})


application = ProtocolTypeRouter(
    {
        "websocket": refuse,
        "http": URLRouter(
            [
                path("o/<slug:slug>/events", PageStream.as_asgi()),
                re_path(r"", PooledHandler()),  # type: ignore[arg-type] # an ASGI application, which URLRouter takes
            ]
        ),
    }
)
