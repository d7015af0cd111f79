"""From page to page without loading it whole: where one is, what has the focus, where a log stands."""

import re
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Member
from chat.actions import mark_read
from chat.models import Channel, Message
from tests import cast
from tests.chat import scene
from tests.e2e.windows import Windows, at, composer, expect_live, link_to, row, say
from tests.server import until

END = 10_000_000  # pixels; below any log


def fill(channel: Channel, author: Member, count: int) -> list[Message]:
    """Messages enough to scroll through."""
    return [scene.post(author, channel, f"message {number}") for number in range(count)]


def top_of(item: Locator) -> float:
    box = item.bounding_box()
    assert box is not None
    return box["y"]


def scroll(page: Page, top: int) -> None:
    """Scroll the channel's log as a wheel would."""
    page.locator("#channel-log").evaluate("(log, top) => { log.scrollTop = top }", top)


def scroll_until(page: Page, top: int, attribute: str, value: str) -> None:
    """Scroll there again and again, as pages of history come, until the window ends as it should."""
    rows = page.locator("#c-rows")
    ends = page.locator("#c-rows > .message[data-id]")

    def state() -> tuple[str | None, ...]:
        return tuple(end.get_attribute("data-id") for end in (ends.first, ends.last))

    def moved(before: tuple[str | None, ...]) -> bool:
        return rows.get_attribute(attribute) == value or state() != before

    while rows.get_attribute(attribute) != value:
        before = state()
        scroll(page, top)
        until(partial(moved, before))


def is_at_end(page: Page) -> bool:
    return bool(
        page.locator("#channel-log").evaluate(
            "log => log.scrollHeight - log.scrollTop - log.clientHeight < 2"
        )
    )


def test_the_sidebar_swaps_only_the_page(windows: Windows, anna: Member) -> None:
    first, second = scene.new_channel(anna, "first-stop"), scene.new_channel(anna, "second-stop")
    scene.post(anna, second, "Here")
    page = windows.open(anna, at(first))
    page.evaluate("window.untouched = true")
    link_to(page, second).click()
    expect(page.get_by_role("heading", name="second-stop", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(f"{at(second)}$"))
    expect(page).to_have_title(re.compile("#second-stop · Acme$"))
    expect(link_to(page, second)).to_have_attribute("aria-current", "page")
    expect(link_to(page, first)).not_to_have_attribute("aria-current", "page")
    expect(composer(page)).to_be_focused()
    page.get_by_role("link", name="All channels").click()
    expect(page.get_by_role("heading", name="Channels", level=1)).to_be_focused()
    expect(page.locator("#sidebar [aria-current]")).to_have_count(0)
    page.locator("#directory").get_by_role("link", name="first-stop").click()
    expect(page.get_by_role("heading", name="first-stop", exact=True)).to_be_visible()

    page.go_back()
    expect(page.get_by_role("heading", name="Channels", level=1)).to_be_visible()
    page.go_back()
    expect(row(page, "Here")).to_be_visible()
    expect(link_to(page, second)).to_have_attribute("aria-current", "page")
    page.go_forward()
    expect(page.get_by_role("heading", name="Channels", level=1)).to_be_visible()
    assert page.evaluate("window.untouched") is True


def test_one_stream_is_open_however_often_one_moves(windows: Windows, anna: Member) -> None:
    channels = [scene.new_channel(anna, f"moving-{number}") for number in range(3)]
    page = windows.open(anna, at(channels[0]))
    page.evaluate(
        """() => {
            window.streams = 0;
            document.addEventListener("htmx:sse:after:connection", () => window.streams++);
            document.addEventListener("htmx:sse:close", () => window.streams--);
        }"""
    )
    for _round in range(3):
        for channel in channels:
            link_to(page, channel).click()
            expect(page.locator("#main")).to_have_attribute("data-channel", str(channel.pk))
            expect_live(page)
    assert (
        page.evaluate("window.streams") == 0
    )  # opened and closed as often; the one from before is gone as well
    say(page, "still live")
    expect(row(page, "still live")).to_have_count(1)


def test_a_page_that_is_gone_is_loaded_whole(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "dead-links")
    scene.post(anna, channel, "See http://127.0.0.1/ or nothing")
    page = windows.open(anna, at(channel))
    windows.expect_trouble("404")
    page.evaluate(
        "path => document.querySelector('#c-rows .permalink').setAttribute('href', path)",
        scene.path("channel", scene.NOWHERE),
    )
    page.locator("#c-rows .message").hover()
    page.locator("#c-rows .permalink").click()
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    expect(page.locator("#sidebar")).to_have_count(0)


def test_history_comes_while_scrolling_and_nothing_jumps(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "long-history")
    messages = fill(channel, anna, 130)
    page = windows.open(anna, at(channel))
    assert is_at_end(page)
    expect(page.locator("#c-rows > .message")).to_have_count(50)
    anchor = row(page, messages[82])
    anchor.evaluate("row => row.scrollIntoView({ block: 'start' })")
    before = top_of(anchor)
    expect(page.locator("#c-rows > .message")).to_have_count(100)
    assert top_of(anchor) == pytest.approx(before, abs=2)
    row(page, messages[31]).evaluate("row => row.scrollIntoView({ block: 'start' })")
    expect(page.locator("#c-rows > .message")).to_have_count(130)
    expect(page.locator(".older")).to_have_count(0)
    expect(page.locator(".log-start")).to_have_count(1)
    ids = page.locator("#c-rows > .message").evaluate_all("rows => rows.map(row => Number(row.dataset.id))")
    assert ids == [message.pk for message in messages]


def test_a_long_way_up_lets_go_of_the_end_and_finds_it_again(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "very-long")
    messages = fill(channel, anna, 460)
    page = windows.open(anna, at(channel))
    rows = page.locator("#c-rows")
    scroll_until(page, 0, "data-oldest", "0")
    expect(rows).to_have_attribute("data-newest", "0")
    assert page.locator("#c-rows > .message").count() <= 400
    expect(row(page, messages[0])).to_have_count(1)
    scroll_until(page, END, "data-newest", "1")
    expect(row(page, messages[-1])).to_have_count(1)
    ids = page.locator("#c-rows > .message").evaluate_all("rows => rows.map(row => Number(row.dataset.id))")
    assert ids == [message.pk for message in messages if message.pk >= ids[0]]
    say(page, "Here again")
    expect(row(page, "Here again")).to_be_in_viewport()


def test_a_permalink_opens_in_the_middle_and_goes_both_ways(
    windows: Windows, anna: Member, ben: Member
) -> None:
    channel = scene.new_channel(anna, "permalinks", ben)
    messages = fill(channel, anna, 160)
    middle = messages[80]
    page = windows.open(anna, scene.path("message", channel.pk, middle.pk))
    expect(row(page, middle)).to_be_in_viewport()
    expect(row(page, middle)).to_have_class(re.compile("highlighted"))
    late = scene.post(ben, channel, "far below")  # beyond the window: it is counted, not shown
    expect(page.locator("#channel-log ~ .jump")).to_contain_text("1")
    expect(row(page, late)).to_have_count(0)
    scroll_until(page, END, "data-newest", "1")
    expect(row(page, late)).to_have_count(1)
    expect(page.locator(".newer")).to_have_count(0)
    ids = page.locator("#c-rows > .message").evaluate_all("rows => rows.map(row => Number(row.dataset.id))")
    assert ids == sorted(set(ids))
    assert ids[-1] == late.pk


def test_new_messages_do_not_move_who_reads_above(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "reading-above", ben)
    messages = fill(channel, anna, 45)
    mark_read(cast.caller_of(ben), channel, message_id=messages[-1].pk)
    page = windows.open(ben, at(channel))
    scroll(page, 300)
    anchor = row(page, messages[12])
    before = top_of(anchor)
    jump = page.locator("#channel-log ~ .jump")
    for number in range(2):
        scene.post(anna, channel, f"news {number}")
    expect(jump).to_contain_text("2")
    assert top_of(anchor) == pytest.approx(before, abs=1)
    expect(page.locator(".unread-line")).to_have_count(1)
    expect(link_to(page, channel)).to_have_attribute("data-unread", "2")
    jump.click()
    expect(row(page, "news 1")).to_be_in_viewport()
    expect(jump).to_be_hidden()
    expect(link_to(page, channel)).to_have_attribute("data-unread", "0")
    scene.post(anna, channel, "news 2")
    expect(row(page, "news 2")).to_be_in_viewport()


def test_a_channel_opens_where_one_left_off(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "left-off", ben)
    messages = fill(channel, anna, 45)
    mark_read(cast.caller_of(ben), channel, message_id=messages[9].pk)
    page = windows.open(ben, at(channel))
    line = page.locator(".unread-line")
    expect(line).to_be_in_viewport()
    assert line.evaluate("line => line.nextElementSibling.dataset.id") == str(messages[10].pk)
    expect(link_to(page, channel)).to_have_attribute("data-unread", re.compile("^[123][0-9]$"))
    scroll(page, 100_000)
    expect(link_to(page, channel)).to_have_attribute("data-unread", "0")


def test_opening_a_thread_leaves_the_channel_as_it_stands(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "standing-still")
    messages = fill(channel, anna, 45)
    page = windows.open(anna, at(channel))
    scroll(page, 400)
    item = row(page, messages[14])
    before = top_of(item)
    item.hover()
    item.get_by_role("link", name="Reply in thread").click()
    expect(page.locator("#panel")).to_be_visible()
    assert top_of(item) == pytest.approx(before, abs=2)
    expect(composer(page, thread=True)).to_be_focused()
    say(page, "A reply", thread=True)
    expect(item.locator(".replies")).to_have_text("1 reply")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_have_count(0)
    expect(item).to_be_in_viewport()
    page.go_back()
    expect(row(page, "A reply", place="t")).to_be_visible()
    say(page, "Still here")
    expect(row(page, "Still here")).to_have_count(1)
