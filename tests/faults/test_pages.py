"""What a page does, and says, when its server, its line or its database fails it, in a real browser."""

import re
import sqlite3
from collections.abc import Iterator

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from accounts.models import Member
from chat.models import Message
from tests.chat import scene
from tests.e2e.windows import Windows, at, composer, expect_live, row
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


def test_a_line_that_went_silent(windows: Windows, proxy: Proxy, anna: Member, ben: Member) -> None:
    """All the browser's lines are dead, those too that it keeps for its next requests."""
    channel = scene.new_channel(anna, "silent-line", ben)
    page = windows.blank(ben)
    page.clock.install()
    page.goto(at(channel))
    expect_live(page)
    proxy.swallow()
    missed = scene.post(anna, channel, "missed")

    def look_again() -> bool:
        page.clock.fast_forward(20_000)
        page.clock.run_for(2_000)
        return row(page, missed).count() == 1

    for _look in range(8):
        if look_again():
            break
        page.wait_for_timeout(200)
    expect(row(page, missed)).to_be_visible()
    expect(page.locator(".connection")).to_have_attribute("data-state", "live")


def test_a_hidden_tab_that_returns(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "in-the-dock", ben)
    page = windows.open(ben, at(channel))
    seen = scene.post(anna, channel, "seen")
    expect(row(page, seen)).to_be_visible()
    minimize(page, "minimized")
    expect(page.locator("html")).to_have_js_property("ownerDocument.visibilityState", "hidden")
    missed = [scene.post(anna, channel, f"missed {number}") for number in range(3)]
    minimize(page, "normal")
    for message in missed:
        expect(row(page, message)).to_be_visible()
    expect_live(page)
    assert page.locator("#c-rows > .message").count() == 4


def minimize(page: Page, state: str) -> None:
    """Hide the window, or show it; Playwright has every page believe that it's in front, which is ended first."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    window = session.send("Browser.getWindowForTarget")["windowId"]
    session.send("Browser.setWindowBounds", {"windowId": window, "bounds": {"windowState": state}})


@pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL no program locks out all writers")
def test_a_database_that_another_program_has_locked(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "locked-out", ben)
    page = windows.open(ben, at(channel))
    other = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    first = windows.open(anna, at(channel))  # reading goes on; and this one's message waits before Ben's
    composer(first).fill("first in line")
    composer(first).press("Enter")
    composer(page).fill("written in vain?")
    composer(page).press("Enter")
    waiting = row(page, "written in vain?")
    expect(waiting).to_have_class(re.compile("pending"))
    expect(waiting).to_contain_text("Not sent yet: the server is busy.")
    expect(page.locator(".connection")).to_have_attribute("data-state", "live")
    other.execute("ROLLBACK")
    other.close()
    for window in (page, first):
        for words in ("first in line", "written in vain?"):
            expect(row(window, words)).to_have_attribute("data-id", re.compile(r"\d+"))
            expect(row(window, words)).to_have_count(1)
        expect(window.locator(".message-failure:visible")).to_have_count(0)
    assert Message.objects.filter(channel=channel).count() == 2
