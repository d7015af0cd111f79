"""Threads one follows, live: the sidebar counts them, opening one reads it, and its button says whether one follows."""

import re

from playwright.sync_api import expect

from accounts.models import Member
from chat.actions import follow_thread
from tests import cast
from tests.chat import scene
from tests.e2e.test_looks import faults
from tests.e2e.test_notifying import told, turn_on, watcher
from tests.e2e.test_reconnecting import show
from tests.e2e.windows import Windows, at, expect_live, row, say


def test_replies_in_followed_threads_are_counted_and_read(
    windows: Windows, anna: Member, ben: Member
) -> None:
    channel, other = scene.new_channel(anna, "th-cake", ben), scene.new_channel(ben, "th-other")
    root = scene.post(ben, channel, "Who brings cake?")
    page = windows.open(ben, at(other))
    second = page.context.new_page()
    second.goto("/o/acme/threads/")
    expect_live(second)
    threads = page.locator("#sidebar .threads-link")
    scene.post(anna, channel, "I do", thread=root)
    scene.post(anna, channel, "and tea", thread=root)
    expect(threads).to_have_attribute("data-unread", "1")
    expect(threads.locator(".badge")).to_be_visible()
    expect(second.locator("#threads")).to_contain_text("2 new")
    threads.click()
    item = page.locator("#threads .list-item").filter(has_text="th-cake")
    expect(item).to_contain_text("and tea")
    found = faults(page)
    item.get_by_role("link").first.click()
    expect(row(page, "and tea", place="t")).to_be_visible()
    expect(threads).to_have_attribute("data-unread", "0")
    expect(second.locator("#sidebar .threads-link")).to_have_attribute("data-unread", "0")
    expect(second.locator("#threads .list-item").filter(has_text="th-cake")).not_to_contain_text("new")
    seen = scene.post(anna, channel, "while you look", thread=root)
    expect(row(page, seen, place="t")).to_be_visible()
    expect(threads).to_have_attribute("data-unread", "0")
    found += faults(page)
    assert not found, "\n".join(found)


def test_the_button_follows_what_one_does(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "th-button", ben)
    root = scene.post(anna, channel, "Root")
    scene.post(anna, channel, "Reply", thread=root)
    page = windows.open(ben, scene.path("thread", root.pk))
    button = page.locator(".follow-thread button")
    expect(button).to_have_text("Follow")
    say(page, "Me too", thread=True)
    expect(button).to_have_text("Following")
    button.click()
    expect(button).to_have_text("Follow")
    expect(button).to_have_attribute("aria-pressed", "false")
    follow_thread(cast.caller_of(ben), root, following=True)  # in another process: told with the next reply
    scene.post(anna, channel, "More", thread=root)
    expect(button).to_have_text("Following")


def test_a_reply_is_told_to_who_looks_elsewhere(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "th-told", ben)
    root = scene.post(ben, channel, "Question")
    page = watcher(windows, ben, "/o/acme/people/")
    turn_on(page)
    show(page, "hidden")
    reply = scene.post(anna, channel, "An answer", thread=root)
    told(page, "Anna Lind in #th-told: An answer")
    expect(page).to_have_title(re.compile("^• "))
    page.evaluate("told[0].dispatchEvent(new Event('click'))")
    show(page, "visible")
    expect(row(page, reply, place="t")).to_have_class(re.compile("highlighted"))
