"""A channel opens where one left off, however much has come since; what is unread is read by seeing it, and can be
made unread again."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Member
from chat.actions import mark_read
from chat.models import Channel, Membership, Message
from tests import cast
from tests.chat import scene
from tests.e2e.test_navigation import END, fill, scroll, scroll_until, top_of
from tests.e2e.windows import Windows, at, choose, composer, link_to, row, say
from tests.server import until


def jump_of(page: Page) -> Locator:
    return page.locator("#channel-log ~ .jump")


def line_above(page: Page) -> str:
    """The id of the message below the line of what is new."""
    line = page.locator("#c-rows > .unread-line")
    expect(line).to_have_count(1)
    return str(line.evaluate("line => line.nextElementSibling.dataset.id"))


def read_position(member: Member, channel: Channel) -> int:
    return Membership.objects.get(member=member, channel=channel).read_position


def left_off(
    anna: Member, reader: Member, name: str, *, read: int, count: int
) -> tuple[Channel, list[Message]]:
    """A channel of `count` messages of which the first `read` have been read."""
    channel = scene.new_channel(anna, name, reader)
    messages = fill(channel, anna, count)
    mark_read(cast.caller_of(reader), channel, message_id=messages[read - 1].pk)
    return channel, messages


def test_more_unread_than_a_page_holds(windows: Windows, anna: Member, ben: Member) -> None:
    channel, messages = left_off(anna, ben, "far-behind", read=30, count=190)
    page = windows.open(ben, at(channel))
    assert line_above(page) == str(messages[30].pk)
    expect(page.locator(".unread-line")).to_be_in_viewport()
    expect(row(page, messages[29])).to_be_in_viewport()
    expect(row(page, messages[-1])).to_have_count(0)
    expect(jump_of(page)).to_contain_text("99+")
    late = scene.post(anna, channel, "far below")
    scroll_until(page, END, "data-newest", "1")
    scroll(page, END)
    expect(row(page, late)).to_be_in_viewport()
    ids = page.locator("#c-rows > .message").evaluate_all("rows => rows.map(row => Number(row.dataset.id))")
    assert ids == [one.pk for one in [*messages, late] if one.pk >= ids[0]]
    expect(link_to(page, channel)).to_have_attribute("data-unread", "0")
    expect(jump_of(page)).to_be_hidden()


def test_what_was_seen_is_read_and_the_rest_is_there_next_time(
    windows: Windows, anna: Member, ben: Member
) -> None:
    channel, messages = left_off(anna, ben, "half-way", read=10, count=100)
    page = windows.open(ben, at(channel))
    target = row(page, messages[60])
    expect(row(page, messages[50])).to_have_count(1)
    scroll_to = "row => row.scrollIntoView({ block: 'end' })"
    row(page, messages[50]).evaluate(scroll_to)
    expect(target).to_have_count(1)
    target.evaluate(scroll_to)
    until(lambda: read_position(ben, channel) >= messages[59].pk)
    page.reload()
    assert messages[60].pk <= int(line_above(page)) <= messages[70].pk


def test_jumping_to_the_newest(windows: Windows, anna: Member, ben: Member) -> None:
    channel, messages = left_off(anna, ben, "jumped", read=20, count=160)
    page = windows.open(ben, at(channel))
    scene.post(anna, channel, "Came in meanwhile")
    expect(row(page, "Came in meanwhile")).to_have_count(0)
    jump_of(page).click()
    expect(row(page, "Came in meanwhile")).to_be_in_viewport()
    expect(jump_of(page)).to_be_hidden()
    expect(page.locator("#channel-log")).to_be_focused()
    expect(page).to_have_url(re.compile(f"{at(channel)}$"))
    expect(link_to(page, channel)).to_have_attribute("data-unread", "0")
    expect(page.locator(".unread-line")).to_have_count(0)  # it stands further up
    assert page.locator("#c-rows > .message").count() <= 100
    live = scene.post(anna, channel, "And live again")
    expect(row(page, live)).to_be_in_viewport()
    scroll_until(page, 0, "data-oldest", "0")
    assert line_above(page) == str(messages[20].pk)


def test_saying_something_leads_to_the_newest(windows: Windows, anna: Member, ben: Member) -> None:
    channel, _messages = left_off(anna, ben, "answered", read=20, count=120)
    page = windows.open(ben, at(channel))
    say(page, "Here I am")
    expect(row(page, "Here I am")).to_be_in_viewport()
    expect(row(page, "Here I am")).to_have_count(1)
    expect(row(page, "message 119")).to_have_count(1)
    expect(page.locator("#c-rows")).to_have_attribute("data-newest", "1")


def test_a_thread_opens_beside_where_one_is(windows: Windows, anna: Member, ben: Member) -> None:
    channel, messages = left_off(anna, ben, "beside", read=20, count=120)
    page = windows.open(ben, at(channel))
    expect(row(page, messages[22])).to_be_in_viewport()
    before = top_of(row(page, messages[22]))
    row(page, messages[22]).hover()
    row(page, messages[22]).get_by_role("link", name="Reply in thread").click()
    expect(page.locator("#panel")).to_be_visible()
    assert top_of(row(page, messages[22])) == pytest.approx(before, abs=2)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_have_count(0)
    assert top_of(row(page, messages[22])) == pytest.approx(before, abs=2)


def test_a_thread_beside_a_very_long_message_leaves_the_log_at_its_end(
    windows: Windows, anna: Member
) -> None:
    channel = scene.new_channel(anna, "beside-long")
    for number in range(8):
        scene.post(anna, channel, f"{number} " + "as wide as the page " * 90)
    root = scene.post(anna, channel, "The last")
    page = windows.open(anna, at(channel))
    row(page, root).hover()
    row(page, root).get_by_role("link", name="Reply in thread").click()
    expect(page.locator("#panel")).to_be_visible()
    away = "log => log.scrollHeight - log.scrollTop - log.clientHeight"
    until(lambda: page.locator("#channel-log").evaluate(away) < 2)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_have_count(0)
    until(lambda: page.locator("#channel-log").evaluate(away) < 2)


def test_marking_unread_from_here(windows: Windows, anna: Member, ben: Member) -> None:
    channel, messages = left_off(anna, ben, "unread-again", read=30, count=30)
    other = scene.new_channel(ben, "unread-elsewhere")
    page, second = windows.open(ben, at(channel)), windows.open(ben, at(channel))
    third = windows.open(ben, at(other))
    choose(page, row(page, messages[26]), "Mark unread from here")
    for window in (page, second):
        assert line_above(window) == str(messages[26].pk)
    for window in (page, second, third):
        expect(link_to(window, channel)).to_have_attribute("data-unread", "4")
    scroll(page, 0)
    scroll(page, END)
    late = scene.post(anna, channel, "It stays unread")
    for window in (page, second, third):
        expect(link_to(window, channel)).to_have_attribute("data-unread", "5")
    assert read_position(ben, channel) == messages[26].pk - 1
    assert line_above(page) == str(messages[26].pk)
    # Leaving and coming back is reading.
    link_to(page, other).click()
    expect(page.get_by_role("heading", name="unread-elsewhere", exact=True)).to_be_visible()
    expect(link_to(page, channel)).to_have_attribute("data-unread", "5")
    link_to(page, channel).click()
    assert line_above(page) == str(messages[26].pk)
    for window in (page, third):
        expect(link_to(window, channel)).to_have_attribute("data-unread", "0")
    assert read_position(ben, channel) == late.pk


def test_nobody_marks_their_own_message_unread(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "unread-own")
    message = scene.post(anna, channel, "Mine")
    page = windows.open(anna, at(channel))
    row(page, message).hover()
    row(page, message).get_by_role("link", name="More").click()
    expect(page.locator(".menu-items.popover")).to_be_visible()
    expect(page.get_by_role("button", name="Mark unread from here")).to_have_count(0)


def test_marking_all_read_and_taking_it_back(windows: Windows, anna: Member, ben: Member) -> None:
    channels = [scene.new_channel(anna, f"all-read-{number}", ben) for number in range(2)]
    quiet = scene.new_channel(ben, "all-read-quiet")
    for channel in channels:
        scene.post(anna, channel, "Unread, @Ben Okafor")
    page, second = windows.open(ben, at(quiet)), windows.open(ben, "/o/acme/people/")
    for channel in channels:
        expect(link_to(page, channel)).to_have_attribute("data-mentions", "1")
    composer(page).focus()
    page.keyboard.press("Shift+Escape")
    for window in (page, second):
        for channel in channels:
            expect(link_to(window, channel)).to_have_attribute("data-unread", "0")
            expect(link_to(window, channel)).to_have_attribute("data-mentions", "0")
    expect(page.get_by_role("status").filter(has_text="Everything is marked as read.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    for window in (page, second):
        for channel in channels:
            expect(link_to(window, channel)).to_have_attribute("data-unread", "1")
            expect(link_to(window, channel)).to_have_attribute("data-mentions", "1")
    page.get_by_text("Your menu").locator("..").click()
    page.get_by_role("button", name="Mark all as read").click()
    for channel in channels:
        expect(link_to(second, channel)).to_have_attribute("data-unread", "0")
