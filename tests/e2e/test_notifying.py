"""What reaches those who look elsewhere: the titles of hidden tabs, and notifications, by one stream for all tabs."""

import re
from typing import Any

import pytest
from django.db.models import Max
from playwright.sync_api import Page, expect

from accounts.models import Member
from chat.actions import mark_read, open_direct
from chat.models import Channel, Membership, Message
from tests import cast
from tests.chat import scene
from tests.e2e.test_live import expect_counts
from tests.e2e.test_looks import faults
from tests.e2e.test_reconnecting import show
from tests.e2e.windows import Windows, at, expect_live, link_to, row

# Notifications are the system's; here they're written down, and one can be clicked.
TOLD = """
window.told = [];
window.Notification = class extends EventTarget {
    static permission = location.origin === "null" ? "default" : localStorage.getItem("allowed") ?? "default";
    static async requestPermission() {
        localStorage.setItem("allowed", "granted");
        return (Notification.permission = "granted");
    }
    constructor(title, options) {
        super();
        Object.assign(this, { title, ...options });
        window.told.push(this);
        document.documentElement.dataset.told = window.told.map((one) => one.title + ": " + one.body).join("|");
    }
    close() { this.closed = true; document.documentElement.dataset.closed = this.title; }
};
"""
MARK = "document.hasFocus = () => document.visibilityState === 'visible'"


def watcher(windows: Windows, member: Member, path: str, **options: Any) -> Page:
    """A window whose notifications can be seen, and which looks elsewhere when it's told to."""
    page = windows.blank(member, **options)
    page.context.add_init_script(TOLD)
    page.context.add_init_script(MARK)
    page.goto(path)
    expect_live(page)
    return page


def turn_on(page: Page) -> None:
    page.goto("/o/acme/notifications/")
    page.get_by_role("button", name="Turn notifications on").click()
    expect(page.locator(".notify-state [role=status] span:visible")).to_have_text("Notifications are on.")


def told(page: Page, text: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-told", re.compile(re.escape(text) + "$"))


@pytest.fixture
def channel(anna: Member, ben: Member, request: pytest.FixtureRequest) -> Channel:
    newest = Message.objects.aggregate(newest=Max("id"))["newest"] or 0
    Membership.objects.filter(member=ben).update(read_position=newest)  # of the tests before
    return scene.new_channel(anna, request.node.name[:50].replace("_", "-").lower(), ben)


def test_hidden_tabs_count_what_calls_me(
    windows: Windows, anna: Member, ben: Member, channel: Channel
) -> None:
    page = windows.open(ben, at(channel))
    other = page.context.new_page()
    other.goto("/o/acme/people/")
    expect_live(other)
    for tab in (page, other):
        show(tab, "hidden")
    first = scene.post(anna, channel, "Nothing special")
    for tab in (page, other):
        expect(tab).to_have_title(re.compile("^• "))
    scene.post(anna, channel, "@Ben Okafor")
    for tab in (page, other):
        expect(tab).to_have_title(re.compile(r"^\(1\) "))
        expect(tab.locator("link[rel=icon]")).to_have_attribute("href", re.compile("calling"))
    direct = open_direct(cast.caller_of(anna), [ben])
    scene.post(anna, direct, "Psst")
    show(other, "visible")
    expect_counts(other, channel, 2, 1)
    expect_counts(other, direct, 1, 0)
    expect(other).to_have_title(re.compile(r"^\(2\) "))
    mark_read(cast.caller_of(ben), direct, message_id=scene.post(anna, direct, "again").pk)
    show(page, "visible")
    expect(row(page, first)).to_be_visible()
    expect(page).to_have_title(re.compile("#"))
    expect(link_to(page, direct)).to_have_attribute("data-unread", "0")


def test_a_tab_that_leads_hands_over(windows: Windows, anna: Member, ben: Member, channel: Channel) -> None:
    page = windows.open(ben, "/o/acme/people/")
    other = page.context.new_page()
    other.goto("/o/acme/channels/")
    expect_live(other)
    page.close()
    show(other, "hidden")
    scene.post(anna, channel, "@Ben Okafor")
    expect(other).to_have_title(re.compile(r"^\(\d+\) "))


def test_a_notification_says_who_calls_and_leads_there(
    windows: Windows, anna: Member, ben: Member, channel: Channel
) -> None:
    page = watcher(windows, ben, "/o/acme/people/")
    turn_on(page)
    show(page, "hidden")
    scene.post(anna, channel, "for everyone")  # which calls nobody
    message = scene.post(anna, channel, "**@Ben Okafor**, look here")
    told(page, f"Anna Lind in #{channel.name}: @Ben Okafor, look here")
    assert page.evaluate("told.length") == 1
    page.evaluate("told[0].dispatchEvent(new Event('click'))")
    show(page, "visible")
    expect(row(page, message)).to_have_class(re.compile("highlighted"))
    expect(page.locator("html")).to_have_attribute("data-closed", re.compile("Anna"))


def test_what_is_looked_at_is_not_told(windows: Windows, anna: Member, ben: Member, channel: Channel) -> None:
    page = watcher(windows, ben, at(channel))
    turn_on(page)
    other = page.context.new_page()
    other.goto(at(channel))
    expect_live(other)
    show(page, "hidden")
    seen = scene.post(anna, channel, "@Ben Okafor, you see this")
    expect(row(other, seen)).to_be_visible()
    show(other, "hidden")
    scene.post(anna, channel, "@Ben Okafor, but not this")
    told(page, "@Ben Okafor, but not this")
    assert page.evaluate("told.length") == 1


def test_levels_are_chosen_and_obeyed(windows: Windows, anna: Member, ben: Member, channel: Channel) -> None:
    page = watcher(windows, ben, at(channel))
    turn_on(page)
    page.goto(at(channel))
    menu = page.locator("#level-menu")
    menu.locator("summary").click()
    found = faults(page)
    assert not found, "\n".join(found)
    menu.get_by_role("button", name="Every message").click()
    expect(link_to(page, channel)).to_have_attribute("data-level", "all")
    expect(menu).not_to_have_attribute("open", "")
    show(page, "hidden")
    scene.post(anna, channel, "calls nobody")
    told(page, ": calls nobody")
    show(page, "visible")
    menu.locator("summary").click()
    menu.get_by_role("button", name="mute").click()
    expect(link_to(page, channel)).to_have_class(re.compile("muted"))
    page.goto("/o/acme/people/")
    scene.post(anna, channel, "@Ben Okafor into the void")
    expect(link_to(page, channel)).to_have_attribute("data-mentions", "1")
    expect(link_to(page, channel).locator(".badge:visible")).to_have_count(0)
    expect(page).to_have_title(re.compile("^People"))


def test_a_conversation_is_closed(windows: Windows, anna: Member, ben: Member) -> None:
    direct = open_direct(cast.caller_of(ben), [anna])
    scene.post(anna, direct, "Bye")
    page = windows.open(ben, at(direct))
    page.get_by_role("button", name="Close the conversation").click()
    expect(link_to(page, direct)).to_have_count(0)
    scene.post(anna, direct, "One more thing")
    expect_counts(page, direct, 1, 0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_of_notifications(windows: Windows, ben: Member, theme: str) -> None:
    page = windows.open(ben, "/o/acme/notifications/", color_scheme=theme)
    found = faults(page)
    page.get_by_role("button", name="Until tomorrow").click()
    expect(page.get_by_text("are paused until")).to_be_visible()
    found += faults(page)
    page.get_by_role("button", name="Notify me again").click()
    assert not found, "\n".join(found)
