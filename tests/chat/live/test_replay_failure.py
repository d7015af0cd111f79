"""A stream whose replay fails ends as a whole response: the page comes back, and the server goes on."""

import pytest
from channels.testing import ApplicationCommunicator
from django.db import OperationalError

from accounts.models import Member
from chat.live import consumer
from chat.live.consumer import Opening, PageStream
from chat.live.hub import hub

SCOPE = {"type": "http", "method": "GET", "path": "/o/acme/events", "query_string": b"", "headers": []}


@pytest.mark.asyncio
async def test_a_stream_whose_replay_fails_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_stream: object, _after: int) -> None:
        raise OperationalError

    opening = Opening(Member(pk=1, organization_id=1, user_id=1), frozenset(), "page.en", 0, None, None, 0)
    monkeypatch.setattr(consumer, "open_stream", lambda _scope: opening)
    monkeypatch.setattr(consumer, "catch_up", fail)
    page = ApplicationCommunicator(PageStream.as_asgi(), SCOPE)
    await page.send_input({"type": "http.request", "body": b""})
    assert (await page.receive_output())["status"] == 200
    while (await page.receive_output()).get("more_body"):
        pass
    assert not hub.streams
    await page.send_input({"type": "http.disconnect"})
    await page.wait()
