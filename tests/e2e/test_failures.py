"""Messages that don't get through, and texts that must not be lost."""

import re

from playwright.sync_api import Route, expect

from accounts.models import Member
from chat.actions import archive_channel
from chat.models import Message
from tests import cast
from tests.chat import scene
from tests.e2e.windows import Windows, at, composer, link_to, row, say


def test_a_message_shows_at_once_and_can_be_sent_again(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "unreachable")
    page = windows.open(anna, at(channel))
    held: list[Route] = []
    page.route("**/messages/", lambda route: held.append(route))
    windows.expect_trouble("ERR_FAILED")
    composer(page).fill("Can you\nhear me?")
    with page.expect_request("**/messages/"):
        composer(page).press("Enter")
    pending = row(page, "hear me?")
    expect(pending).to_have_class(re.compile("pending"))
    expect(composer(page)).to_have_value("")
    page.route("**/messages/", lambda route: route.abort())  # for the next try, which it makes by itself
    held.pop().abort()
    expect(pending).to_contain_text("Not sent yet: the server can’t be reached.")
    expect(pending).to_have_class(re.compile("pending"))
    page.unroute("**/messages/")
    pending.get_by_role("button", name="Try again").click()
    expect(row(page, "hear me?")).to_have_attribute("data-id", re.compile(r"\d+"))
    expect(page.locator("#c-rows > .message")).to_have_count(1)


def test_an_answer_that_is_lost_doubles_nothing(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "lost-answers")
    page = windows.open(anna, at(channel))

    def deliver_but_lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/messages/", deliver_but_lose_the_answer)
    windows.expect_trouble("ERR_FAILED")
    composer(page).fill("Once")
    composer(page).press("Enter")
    expect(page.locator("#c-rows > .message[data-id]")).to_have_count(1)
    expect(page.locator(".message.failed")).to_have_count(0)
    page.reload()
    expect(page.locator("#c-rows > .message")).to_have_count(1)
    assert Message.objects.filter(channel=channel).count() == 1


def test_a_reload_in_mid_sending_loses_and_doubles_nothing(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "mid-sending")
    page = windows.open(anna, at(channel))
    held: list[Route] = []
    page.route("**/messages/", lambda route: held.append(route), times=1)
    composer(page).fill("On its way")
    with page.expect_request("**/messages/"):
        composer(page).press("Enter")
    page.reload()
    expect(row(page, "On its way")).to_have_attribute("data-id", re.compile(r"\d+"))
    expect(page.locator("#c-rows > .message")).to_have_count(1)
    assert Message.objects.filter(channel=channel).count() == 1


def test_what_failed_survives_a_walk_and_a_reload_until_it_is_discarded(
    windows: Windows, anna: Member
) -> None:
    channel, other = scene.new_channel(anna, "kept"), scene.new_channel(anna, "elsewhere")
    page = windows.open(anna, at(channel))
    page.route("**/messages/", lambda route: route.fulfill(status=500, body="<h1>Something went wrong</h1>"))
    windows.expect_trouble("500")
    composer(page).fill("Not lost")
    composer(page).press("Enter")
    expect(row(page, "Not lost")).to_have_class(re.compile("failed"))
    link_to(page, other).click()
    expect(page.get_by_role("heading", name="elsewhere", exact=True)).to_be_visible()
    expect(row(page, "Not lost")).to_have_count(0)
    link_to(page, channel).click()
    expect(row(page, "Not lost")).to_be_visible()
    page.reload()
    expect(row(page, "Not lost")).to_have_class(re.compile("failed"))
    row(page, "Not lost").get_by_role("button", name="Discard").click()
    expect(row(page, "Not lost")).to_have_count(0)
    page.reload()
    expect(composer(page)).to_be_visible()
    expect(row(page, "Not lost")).to_have_count(0)


def test_a_text_that_is_too_long_comes_back_with_the_reason(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "too-long")
    page = windows.open(anna, at(channel))
    windows.expect_trouble("422")
    composer(page).fill(scene.TOO_LONG)
    composer(page).press("Enter")
    expect(page.locator("#channel-composer-errors li")).to_have_count(1)
    expect(composer(page)).to_have_value(scene.TOO_LONG)
    expect(composer(page)).to_have_attribute("aria-invalid", "true")
    expect(composer(page)).to_have_attribute("aria-describedby", "channel-composer-errors")
    expect(page.locator("#c-rows > .message")).to_have_count(0)
    composer(page).fill("Shorter")
    expect(page.locator("#channel-composer-errors li")).to_have_count(0)
    composer(page).press("Enter")
    expect(row(page, "Shorter")).to_have_attribute("data-id", re.compile(r"\d+"))


def test_a_refusal_says_why(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "closing", ben)
    page = windows.open(ben, at(channel))
    page.route("**/frame/**", lambda route: route.abort())  # this page doesn't learn of it in time
    windows.expect_trouble("403", "ERR_FAILED")
    archive_channel(cast.caller_of(anna), channel)
    composer(page).fill("Too late")
    composer(page).press("Enter")
    expect(row(page, "Too late")).to_have_class(re.compile("failed"))
    expect(row(page, "Too late").locator(".message-failure")).to_contain_text("archived")


def test_drafts_are_kept_for_each_channel_and_thread(windows: Windows, anna: Member) -> None:
    channel, other = scene.new_channel(anna, "drafts"), scene.new_channel(anna, "other-drafts")
    root = scene.post(anna, channel, "Root")
    page = windows.open(anna, at(channel))
    composer(page).fill("a draft")
    link_to(page, other).click()
    expect(composer(page)).to_have_value("")
    composer(page).fill("another")
    page.goto(scene.path("thread", root.pk))
    expect(composer(page)).to_have_value("a draft")
    composer(page, thread=True).fill("a reply")
    page.reload()
    expect(composer(page, thread=True)).to_have_value("a reply")
    say(page, "a reply", thread=True)
    page.reload()
    expect(composer(page, thread=True)).to_have_value("")
    expect(composer(page)).to_have_value("a draft")
    page.get_by_text("Your menu").locator("..").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    assert page.evaluate("Object.keys(localStorage).length") == 0
