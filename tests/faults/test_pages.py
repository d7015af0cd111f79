"""What a page does, and says, when its server, its line or its database fails it, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from accounts.models import Member
from tests.chat import scene
from tests.e2e.windows import Windows, at, expect_live, row
from tests.faults.proxy import Proxy
from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]
OUTAGE = ("ERR_", "SSE reconnect failed", "htmx:sse:error", "502", "503")


@pytest.fixture
def proxy(chromium: Browser, server: Server) -> Iterator[Proxy]:
    with Proxy(server) as proxy:
        yield proxy


@pytest.fixture
def windows(chromium: Browser, proxy: Proxy) -> Iterator[Windows]:
    opened = Windows(proxy, chromium)
    opened.expect_trouble(*OUTAGE)
    yield opened
    opened.close()
    assert opened.problems == []


def test_a_proxy_that_answers_502_at_first(windows: Windows, proxy: Proxy, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "gateway", ben)
    page = windows.blank(ben)
    proxy.bad_gateways = 4
    page.goto(at(channel))
    bar = page.locator(".connection")
    expect(bar).to_have_text("Reconnecting…")
    scene.post(anna, channel, "in between")
    expect(row(page, "in between")).to_be_visible()
    expect_live(page)
    expect(bar).to_be_hidden()
    expect(page).to_have_title(re.compile("gateway"))
