"""What others do shows on every open page: names, channels, members, and what is unread."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from accounts.actions import update_profile
from accounts.models import Member
from chat.actions import (
    add_members,
    archive_channel,
    delete_message,
    mark_read,
    open_direct,
    unarchive_channel,
    update_channel,
)
from chat.models import Channel
from tests import cast
from tests.chat import scene
from tests.e2e.windows import NARROW, Windows, at, composer, link_to, row


def counts(page: Page, channel: Channel) -> tuple[str | None, str | None]:
    link = link_to(page, channel)
    return link.get_attribute("data-unread"), link.get_attribute("data-mentions")


def expect_counts(page: Page, channel: Channel, unread: int, mentions: int) -> None:
    link = link_to(page, channel)
    expect(link).to_have_attribute("data-unread", str(unread))
    expect(link).to_have_attribute("data-mentions", str(mentions))
    badge = ".badge.mentions" if mentions else ".badge.unread"
    if unread:
        expect(link.locator(badge)).to_contain_text(str(mentions or unread))
    else:
        expect(link.locator(".badge:visible")).to_have_count(0)


@contextmanager
def renamed(member: Member, name: str) -> Iterator[None]:
    old = member.display_name
    update_profile(cast.caller_of(member), member, display_name=name)
    yield
    update_profile(cast.caller_of(member), member, display_name=old)


def test_unread_messages_and_mentions_are_counted(windows: Windows, anna: Member, ben: Member) -> None:
    channel, other = scene.new_channel(anna, "counted", ben), scene.new_channel(ben, "watching")
    page = windows.open(ben, at(other))
    settings = windows.open(ben, "/o/acme/people/")
    root = scene.post(anna, channel, "one")
    for window in (page, settings):
        expect_counts(window, channel, 1, 0)
        expect(window).to_have_title(re.compile(r"^(•|\(\d+\)) "))
    scene.post(anna, channel, "two, @Ben Okafor")
    scene.post(anna, channel, "a reply", thread=root)  # counts for nobody it doesn't call
    called = scene.post(anna, channel, "a reply for @Ben Okafor", thread=root)
    for window in (page, settings):
        expect_counts(window, channel, 3, 2)
    delete_message(cast.caller_of(anna), called)
    expect_counts(page, channel, 2, 1)
    page.reload()
    expect_counts(page, channel, 2, 1)

    link_to(page, channel).click()
    expect(page.locator(".unread-line")).to_have_count(1)
    for window in (page, settings):
        expect_counts(window, channel, 0, 0)
    page.reload()
    expect(row(page, "one")).to_be_visible()
    expect(page.locator(".unread-line")).to_have_count(0)


def test_what_is_read_elsewhere_is_read_here(windows: Windows, anna: Member, ben: Member) -> None:
    channel, other = scene.new_channel(anna, "two-tabs", ben), scene.new_channel(ben, "second-tab")
    page = windows.open(ben, at(other))
    message = scene.post(anna, channel, "Hello")
    expect_counts(page, channel, 1, 0)
    second = windows.open(ben, at(channel))
    expect(row(second, message)).to_be_visible()
    expect_counts(page, channel, 0, 0)


def test_a_message_that_is_watched_is_read_at_once(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "watched", ben)
    page = windows.open(ben, at(channel))
    first = scene.post(anna, channel, "Hello")
    expect(row(page, first)).to_be_visible()
    expect(page.locator("#c-rows")).to_have_attribute("data-read", str(first.pk))
    expect_counts(page, channel, 0, 0)
    expect(page.locator(".unread-line")).to_have_count(0)


def test_a_person_is_renamed(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "names", ben)
    message = scene.post(anna, channel, "Ask @Ben Okafor")
    scene.post(ben, channel, "Yes?")
    direct = open_direct(cast.caller_of(anna), [ben])
    page, people = windows.open(anna, at(channel)), windows.open(anna, "/o/acme/people/")
    with renamed(ben, "Benjamin Obi"):
        expect(row(page, "Yes?").locator(".author")).to_have_text("Benjamin Obi")
        expect(row(page, "Yes?").locator(".avatar")).to_have_text("BO")
        expect(row(page, message).locator(".mention")).to_have_text("@Benjamin Obi")
        expect(link_to(page, direct)).to_contain_text("Benjamin Obi")
        expect(people.get_by_role("link", name="Benjamin Obi").first).to_be_visible()
        expect(people.locator("#main").get_by_text("Ben Okafor")).to_have_count(0)
    expect(row(page, "Yes?").locator(".author")).to_have_text("Ben Okafor")


def test_a_channel_is_renamed_and_archived(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "old-name", ben)
    root = scene.post(anna, channel, "Root")
    page, thread = windows.open(ben, at(channel)), windows.open(ben, scene.path("thread", root.pk))
    directory = windows.open(ben, "/o/acme/channels/")
    composer(page).fill("unfinished")
    caller = cast.caller_of(anna)
    update_channel(caller, channel, name="new-name", topic="What it is about")
    for window in (page, thread):
        expect(window.get_by_role("heading", name="new-name", exact=True)).to_be_visible()
        expect(window.locator(".topic")).to_have_text("What it is about")
        expect(window).to_have_title(re.compile("#new-name · Acme$"))
        expect(link_to(window, channel)).to_contain_text("new-name")
    expect(thread.locator(".panel-header")).to_contain_text("#new-name")
    expect(directory.locator("#directory").get_by_role("link", name="new-name")).to_be_visible()
    expect(composer(page)).to_have_value("unfinished")
    expect(composer(page)).to_have_attribute("placeholder", "Message #new-name")

    archive_channel(caller, channel)
    for window in (page, thread):
        expect(window.locator(".read-only")).to_contain_text("archived")
        expect(window.locator("textarea:visible")).to_have_count(0)
    unarchive_channel(caller, channel)
    expect(composer(page)).to_have_value("unfinished")
    expect(composer(thread, thread=True)).to_be_visible()


def test_channels_come_into_the_sidebar_and_the_directory(
    windows: Windows, anna: Member, chloe: Member
) -> None:
    page = windows.open(chloe, "/o/acme/channels/")
    public = scene.new_channel(anna, "brand-new")
    expect(page.locator("#directory").get_by_role("link", name="brand-new")).to_be_visible()
    expect(link_to(page, public)).to_have_count(0)
    private = scene.new_channel(anna, "invited", chloe, kind="private")
    expect(link_to(page, private)).to_be_visible()
    message = scene.post(anna, private, "Welcome")
    expect_counts(page, private, 1, 0)
    mark_read(cast.caller_of(chloe), private, message_id=message.pk)
    # From another process nothing tells of it; the page learns when the sidebar comes anew.
    add_members(cast.caller_of(anna), public, [chloe])
    expect(link_to(page, public)).to_be_visible()
    expect_counts(page, private, 0, 0)


def test_a_narrow_page_is_live_as_well(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "pocket", ben)
    page = windows.open(ben, "/o/acme/?list", viewport=NARROW, has_touch=True)
    scene.post(anna, channel, "Are you there?")
    expect_counts(page, channel, 1, 0)
    link_to(page, channel).click()
    expect(row(page, "Are you there?")).to_be_visible()
    expect(page.locator("#sidebar")).to_be_hidden()
    expect_hidden = page.get_by_role("link", name="Back")
    expect_hidden.first.click()
    expect(link_to(page, channel)).to_be_visible()
    expect(link_to(page, channel)).to_have_attribute("data-unread", "0")
