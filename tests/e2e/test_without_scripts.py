"""Everything but being live works where no script runs."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Member
from tests.cast import PASSWORD
from tests.chat import scene
from tests.e2e.windows import NARROW, WIDE, Windows, at, composer, row


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def options(request: pytest.FixtureRequest) -> dict[str, object]:
    return {"java_script_enabled": False, "viewport": request.param}


def named(name: str, options: dict[str, object]) -> str:
    """A channel's name of its own in each width."""
    return f"{name}-{'wide' if options['viewport'] is WIDE else 'narrow'}"


def act(item: Locator, name: str) -> None:
    """Follow one of the links that a row shows to who points at it."""
    item.hover()
    item.get_by_role("link", name=name).click()


def press_send(page: Page, *, thread: bool = False) -> None:
    page.locator(f"#{'thread' if thread else 'channel'}-composer").get_by_role("button", name="Send").click()


def test_signing_in_leads_to_the_page_that_was_asked_for(
    windows: Windows, anna: Member, options: dict[str, object]
) -> None:
    channel = scene.new_channel(anna, named("plain-sign-in", options))
    page = windows.open(None, at(channel), **options)
    page.get_by_label("Email").fill("anna@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name=channel.name, exact=True)).to_be_visible()


def test_post_edit_and_delete(windows: Windows, anna: Member, options: dict[str, object]) -> None:
    channel = scene.new_channel(anna, named("plain", options))
    page = windows.open(anna, at(channel), **options)
    composer(page).fill("Plain *words*")
    press_send(page)
    expect(row(page, "Plain words")).to_be_in_viewport()
    act(row(page, "Plain words"), "More")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Edit the message").fill("Other words")
    page.get_by_role("button", name="Save").click()
    expect(row(page, "Other words")).to_be_in_viewport()
    row(page, "Other words").get_by_role("link", name="(edited)").click()
    expect(page.get_by_text("Plain words")).to_be_visible()
    page.go_back()
    act(row(page, "Other words"), "More")
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("This message was deleted.")).to_be_visible()


def test_a_text_that_will_not_do_stays_in_the_composer(
    windows: Windows, anna: Member, options: dict[str, object]
) -> None:
    channel = scene.new_channel(anna, named("plain-errors", options))
    page = windows.open(anna, at(channel), **options)
    windows.expect_trouble("422")
    composer(page).fill(scene.TOO_LONG)
    press_send(page)
    expect(page.locator("#channel-composer-errors li")).to_be_visible()
    expect(composer(page)).to_have_value(scene.TOO_LONG)


def test_a_thread(windows: Windows, anna: Member, options: dict[str, object]) -> None:
    channel = scene.new_channel(anna, named("plain-threads", options))
    root = scene.post(anna, channel, "Root")
    page = windows.open(anna, at(channel), **options)
    act(row(page, root), "Reply in thread")
    composer(page, thread=True).fill("A reply")
    press_send(page, thread=True)
    expect(row(page, "A reply", place="t")).to_be_in_viewport()
    page.locator("#panel").get_by_role("link", name=re.compile("Back|Close")).filter(visible=True).click()
    expect(row(page, root).locator(".replies")).to_have_text("1 reply")


def test_history_is_paged_both_ways(windows: Windows, anna: Member, options: dict[str, object]) -> None:
    channel = scene.new_channel(anna, named("plain-history", options))
    messages = [scene.post(anna, channel, f"number {number}") for number in range(70)]
    page = windows.open(anna, at(channel), **options)
    expect(row(page, messages[-1])).to_be_in_viewport()
    expect(row(page, messages[0])).to_have_count(0)
    page.get_by_role("link", name="Older messages").click()
    expect(row(page, messages[0])).to_have_count(1)
    expect(row(page, messages[20])).to_have_count(0)
    page.get_by_role("link", name="Newer messages").click()
    expect(row(page, messages[20])).to_have_count(1)
    expect(row(page, messages[-1])).to_have_count(1)


def test_joining_and_leaving_a_channel(
    windows: Windows, anna: Member, chloe: Member, options: dict[str, object]
) -> None:
    channel = scene.new_channel(anna, named("plain-joining", options))
    page = windows.open(chloe, "/o/acme/channels/", **options)
    page.locator("#directory").get_by_role("link", name=str(channel.name)).click()
    expect(composer(page)).to_have_count(0)
    page.get_by_role("button", name="Join the channel").click()
    expect(composer(page)).to_be_visible()
    page.get_by_role("link", name="Channel settings").click()
    page.get_by_role("button", name="Leave the channel").click()
    expect(page.get_by_text(f"You left #{channel.name}.")).to_have_count(1)
    page.goto(at(channel))
    expect(page.get_by_role("button", name="Join the channel")).to_be_visible()


def test_a_channel_and_a_direct_message_are_made(
    windows: Windows, anna: Member, options: dict[str, object]
) -> None:
    page = windows.open(anna, "/o/acme/?list", **options)
    page.get_by_role("link", name="New channel").first.click()
    page.get_by_label("Name", exact=True).fill(named("plain-new", options))
    page.get_by_role("button", name="Make the channel").click()
    expect(composer(page)).to_be_visible()
    page.goto("/o/acme/direct/new/")
    page.get_by_label("Ben Okafor").check()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Ben Okafor")).to_be_visible()
