"""What a page does, and says, when its server, its line or its database fails it, in a real browser."""

import re
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from accounts.models import Member
from chat.actions import edit_message
from chat.models import Message
from tests.cast import caller_of
from tests.chat import scene
from tests.e2e.windows import Windows, at, composer, expect_live, link_to, row
from tests.faults.locking import locked
from tests.faults.proxy import Proxy
from tests.faults.sharing import database, server
from tests.faults.tabs import Tabs
from tests.server import Server, until

__all__ = ["database", "server"]
pytestmark = pytest.mark.browser
OUTAGE = ("ERR_", "SSE reconnect failed", "htmx:sse:error", "502", "503")
LONG = 10  # seconds


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


@pytest.fixture
def tabs(chromium: Browser, proxy: Proxy, ben: Member) -> Iterator[Tabs]:
    with closing(Tabs(chromium, proxy, ben)) as tabs:
        yield tabs


def said(page: Page) -> list[str]:
    return page.locator("#c-rows > .message .message-body").all_inner_texts()


def test_a_proxy_that_answers_502_at_first(windows: Windows, proxy: Proxy, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "gateway", ben)
    page = windows.blank(ben)
    proxy.bad_gateways = 4
    page.goto(at(channel))
    bar = page.locator(".connection")
    expect(bar).to_contain_text("Reconnecting…")
    scene.post(anna, channel, "in between")
    expect(row(page, "in between")).to_be_visible()
    expect_live(page)
    expect(bar).to_be_hidden()
    expect(page).to_have_title(re.compile("gateway"))


def test_a_line_that_went_silent(windows: Windows, proxy: Proxy, anna: Member, ben: Member) -> None:
    """All the browser's lines are dead, those too that it keeps for its next requests; none is closed."""
    channel = scene.new_channel(anna, "silent-line", ben)
    page = windows.blank(ben)
    page.clock.install()
    page.goto(at(channel))
    expect_live(page)
    first = scene.post(anna, channel, "before")
    expect(row(page, first)).to_be_visible()
    proxy.swallow()
    dead = len(proxy.lines)
    proxy.unanswered = 1  # at least one new stream is asked for on a line like those
    edit_message(caller_of(anna), first, body="before, put right")
    for words in ("missed", "missed too"):
        scene.post(anna, channel, words)
    bar = page.locator(".connection")
    page.clock.fast_forward(41_000)
    expect(bar).to_contain_text("Reconnecting…")
    until(lambda: proxy.unanswered == 0)
    while proxy.asked[-1].dead:
        asked = len(proxy.asked)
        assert asked <= dead + 2
        page.clock.fast_forward(21_000)
        until(lambda asked=asked: len(proxy.asked) > asked)
    expect_live(page)
    expect(row(page, "missed too")).to_be_visible()
    scene.post(anna, channel, "after")
    expect(row(page, "after")).to_be_visible()
    assert said(page) == ["before, put right", "missed", "missed too", "after"]


@pytest.mark.parametrize("life", ["active", "frozen"])
def test_a_hidden_tab_that_returns(tabs: Tabs, proxy: Proxy, anna: Member, ben: Member, life: str) -> None:
    """Behind another tab the channel's stream is closed; the browser may freeze the tab as well, as after minutes."""
    channel = scene.new_channel(anna, f"hidden-{life}", ben)
    expected = [f"No. {number}" for number in range(13)]
    first = scene.post(anna, channel, expected[0])
    tab = tabs.open(at(channel))
    state = "document.querySelector('.connection')?.dataset.state"
    rows = "[...document.querySelectorAll('#c-rows > .message .message-body')].map(row => row.innerText)"
    until(lambda: tab.evaluate(state) == "live" and proxy.streams() == 1)
    tabs.open("about:blank")
    until(lambda: tab.evaluate("document.visibilityState") == "hidden")
    until(lambda: proxy.streams() == 0)
    if life == "frozen":
        assert "error" not in tab.ask("Page.setWebLifecycleState", state="frozen")
    expected[0] = "No. 0, put right"
    edit_message(caller_of(anna), first, body=expected[0])
    for words in expected[1:]:
        scene.post(anna, channel, words)
    assert proxy.streams() == 0
    assert len(proxy.asked) == 1
    if life == "frozen":
        tab.ask("Page.setWebLifecycleState", state="active")
    assert tab.evaluate(rows) == ["No. 0"]
    tab.show()
    until(lambda: tab.evaluate(rows) == expected)
    scene.post(anna, channel, "seen at once")
    until(lambda: tab.evaluate(rows) == [*expected, "seen at once"])
    assert tab.evaluate(state) == "live"
    assert (proxy.streams(), len(proxy.asked)) == (1, 2)


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL no program locks out all writers")
def test_a_database_that_another_program_has_locked(windows: Windows, anna: Member, ben: Member) -> None:
    channel, other = scene.new_channel(anna, "locked-out", ben), scene.new_channel(anna, "also-there", ben)
    page, first = windows.open(ben, at(channel)), windows.open(anna, at(channel))
    reading = windows.open(ben, at(other))
    with locked():
        end = time.monotonic() + LONG
        composer(first).fill("first in line")
        composer(first).press("Enter")
        expect(row(first, "first in line")).to_have_class(re.compile("pending"))
        composer(page).fill("in vain?")
        composer(page).press("Enter")
        waiting = row(page, "in vain?")
        expect(waiting).to_have_class(re.compile("pending"))
        expect(waiting).to_contain_text("Not sent yet: the server is busy.")
        while time.monotonic() < end:  # all that needs no writing goes on
            for place in (channel, other):
                link_to(reading, place).click()
                expect(reading).to_have_url(re.compile(at(place)))
                expect_live(reading)
        for window in (page, first):
            expect_live(window)
        assert not Message.objects.filter(channel=channel).exists()
    for window in (page, first):
        for words in ("first in line", "in vain?"):
            expect(row(window, words)).to_have_attribute("data-id", re.compile(r"\d+"))
        expect(window.locator(".message-failure:visible")).to_have_count(0)
    scene.post(anna, channel, "and on it goes")
    bodies = list(Message.objects.filter(channel=channel).order_by("pk").values_list("body", flat=True))
    assert sorted(bodies) == ["and on it goes", "first in line", "in vain?"]
    for window in (page, first):
        expect(row(window, "and on it goes")).to_be_visible()
        assert said(window) == bodies
