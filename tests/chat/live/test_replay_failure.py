"""A stream that can't be brought up to date ends as a whole response: the page comes back, and the server goes on."""

from typing import cast

import pytest
from channels.testing import ApplicationCommunicator
from django.db import OperationalError

from accounts.models import Member
from chat.live import consumer
from chat.live.feed import Feed
from chat.live.hub import hub
from chat.live.opening import Asked, Opening
from workchat_site.asgi import application

SCOPE = {"type": "http", "method": "GET", "path": "/o/acme/events", "query_string": b"", "headers": []}


class Changed:
    """A feed in which a right was given since one looked."""

    changed_at = 2


@pytest.mark.asyncio
async def test_a_stream_whose_second_look_fails_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_asked: Asked, _after: int) -> None:
        raise OperationalError

    member = Member(pk=1, organization_id=1, user_id=1)
    asked = Asked("key", "acme", "page.en", None, None, False, 0)
    feed = cast("Feed", Changed())
    opening = Opening(
        asked, member, frozenset(), until=0, after=0, position=0, replay=b"", feed=feed, looked_at=1
    )
    monkeypatch.setattr(consumer, "open_stream", lambda _scope, _slug: opening)
    monkeypatch.setattr(consumer, "look", fail)
    page = ApplicationCommunicator(application, SCOPE)
    await page.send_input({"type": "http.request", "body": b""})
    assert (await page.receive_output())["status"] == 200
    while (await page.receive_output()).get("more_body"):
        pass
    assert not hub.streams
    await page.send_input({"type": "http.disconnect"})
    await page.wait()
