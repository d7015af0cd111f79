"""The stream goes away and comes back; nothing is lost, and nothing comes twice."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from playwright.sync_api import Page, expect

from accounts.models import Member
from chat.actions import edit_message
from tests import cast
from tests.chat import scene
from tests.e2e.windows import Windows, at, composer, expect_live, row, say
from tests.server import Server

OUTAGE = ("ERR_", "SSE reconnect failed", "htmx:sse:error")


@contextmanager
def away(server: Server) -> Iterator[None]:
    """The server is killed, and starts again in the end."""
    server.stop(signal.SIGKILL)
    try:
        yield
    finally:
        server.start()


def show(page: Page, visibility: str) -> None:
    """Hide the tab, or bring it to the front, as far as the page can tell: Playwright keeps pages visible."""
    page.evaluate(
        """visibility => {
            for (const [name, value] of [["visibilityState", visibility], ["hidden", visibility === "hidden"]]) {
                Object.defineProperty(document, name, { configurable: true, get: () => value });
            }
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        visibility,
    )


def said(page: Page) -> list[str]:
    return page.locator("#c-rows > .message .message-body").all_inner_texts()


def test_a_restart_of_the_server_loses_and_doubles_nothing(
    windows: Windows, server: Server, anna: Member, ben: Member
) -> None:
    channel = scene.new_channel(anna, "restarts", ben)
    page = windows.open(ben, at(channel))
    windows.expect_trouble(*OUTAGE)
    scene.post(anna, channel, "before")
    expect(row(page, "before")).to_be_visible()
    message = scene.post(anna, channel, "to be changed")
    expect(row(page, message)).to_be_visible()

    bar = page.locator(".connection")
    with away(server):
        scene.post(anna, channel, "while it was away")
        edit_message(cast.caller_of(anna), message, body="changed meanwhile")
        expect(bar).to_be_visible()
        expect(bar).to_have_text("Reconnecting… Try now")
        composer(page).fill("from the dark")
        composer(page).press("Enter")
        expect(row(page, "from the dark")).to_contain_text("Not sent yet")
    expect_live(page)
    expect(bar).to_be_hidden()
    expect(row(page, "from the dark")).to_have_attribute("data-id", re.compile(r"\d+"))
    scene.post(anna, channel, "after")
    expect(row(page, "after")).to_be_visible()
    assert said(page) == ["before", "changed meanwhile", "while it was away", "from the dark", "after"]


def test_a_first_connection_that_fails_is_tried_again(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "first-connection", ben)
    page = windows.blank(ben)
    windows.expect_trouble("502", *OUTAGE)
    page.route(
        "**/events?**", lambda route: route.fulfill(status=502, body="<title>Bad gateway</title>"), times=2
    )
    page.goto(at(channel))
    scene.post(anna, channel, "in between")
    expect_live(page)
    expect(row(page, "in between")).to_be_visible()
    expect(page).to_have_title(re.compile("first-connection"))


def test_a_stream_without_rights_reloads_the_page(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "signed-out")
    page = windows.open(anna, at(channel))
    windows.expect_trouble("401", *OUTAGE)
    page.context.clear_cookies()
    page.locator("#stream").evaluate("stream => { stream._htmx.sse.reader.cancel() }")
    page.wait_for_url("**/accounts/login/**")


def test_a_page_that_is_older_than_the_server_is_loaded_anew(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "upgraded")
    page = windows.blank(anna)
    windows.expect_trouble(*OUTAGE)
    said = 'data: <hx-partial hx-target="body" hx-swap="of-tomorrow"><i></i></hx-partial>\n\n'
    page.route(
        "**/events?**", lambda route: route.fulfill(content_type="text/event-stream", body=said), times=1
    )
    loads = count(1)
    with page.expect_event("framenavigated", lambda _: next(loads) == 2):
        page.goto(at(channel), wait_until="commit")
    expect_live(page)


def test_silence_is_noticed(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "silence", ben)
    page = windows.blank(ben)
    page.clock.install()
    page.goto(at(channel))
    expect_live(page)
    with page.expect_request("**/events?**"):
        page.clock.fast_forward(41_000)
        page.clock.run_for(3_000)
    say(page, "Here again")
    expect(row(page, "Here again")).to_have_count(1)


def test_a_hidden_tab_rests_and_catches_up(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "resting", ben)
    page = windows.open(ben, at(channel))
    seen = scene.post(anna, channel, "seen")
    expect(page.locator("#c-rows")).to_have_attribute("data-read", str(seen.pk))
    show(page, "hidden")
    missed = scene.post(anna, channel, "missed")
    show(page, "visible")
    expect(row(page, missed)).to_be_visible()
    line = page.locator(".unread-line")
    expect(line).to_have_count(1)
    assert line.evaluate("line => line.nextElementSibling.dataset.id") == str(missed.pk)
    expect_live(page)
