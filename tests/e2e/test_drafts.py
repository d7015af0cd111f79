"""Drafts on two devices: what is typed on one is on the other, and what was sent stays sent."""

import re

from playwright.sync_api import Page, Route, expect

from accounts.models import Member
from chat.models import Channel, Draft, Message
from tests.chat import scene
from tests.e2e.windows import Windows, at, composer, link_to, row, say


def write(page: Page, channel: Channel, text: str) -> None:
    """Type a text, and wait until it's kept."""
    with page.expect_response(f"**/c/{channel.pk}/draft/"):
        composer(page).fill(text)


def test_what_is_typed_on_one_device_is_on_the_other(windows: Windows, anna: Member, ben: Member) -> None:
    channel, other = scene.new_channel(anna, "devices", ben), scene.new_channel(anna, "devices-too")
    laptop, phone = windows.open(anna, at(channel)), windows.open(anna, at(channel))
    away, stranger = windows.open(anna, at(other)), windows.open(ben, at(channel))
    write(laptop, channel, "Half a thought")
    expect(composer(phone)).to_have_value("Half a thought")
    expect(link_to(away, channel).locator(".drafted")).to_be_visible()
    expect(away.get_by_role("link", name="Drafts")).to_be_visible()
    expect(composer(stranger)).to_have_value("")

    say(phone, "Half a thought, finished")
    expect(composer(laptop)).to_have_value("")
    expect(link_to(away, channel).locator(".drafted")).to_be_hidden()
    away.locator(".drafts-link").evaluate("link => link.click()")  # others may have left some
    expect(away.get_by_role("heading", name="Drafts", exact=True)).to_be_visible()
    expect(away.locator("#main").get_by_text("Half a thought")).to_have_count(0)
    laptop.reload()
    expect(row(laptop, "finished")).to_be_visible()
    expect(composer(laptop)).to_have_value("")


def test_a_text_that_is_being_typed_is_not_replaced_by_another_devices(
    windows: Windows, anna: Member
) -> None:
    channel = scene.new_channel(anna, "both-type")
    laptop, phone = windows.open(anna, at(channel)), windows.open(anna, at(channel))
    windows.expect_trouble("409")
    composer(laptop).press_sequentially("From the laptop")
    write(phone, channel, "From the phone")
    expect(composer(phone)).to_have_value("From the phone")
    expect(composer(laptop)).to_have_value("From the laptop")
    composer(laptop).press_sequentially(", still")
    expect(composer(phone)).to_have_value("From the phone")
    with laptop.expect_response(lambda response: "/draft/" in response.url and response.status == 204):
        composer(laptop).press_sequentially(" typing")
    assert Draft.objects.get(channel=channel).body == "From the laptop, still typing"


def test_a_text_that_is_sent_at_once_never_comes_back(windows: Windows, anna: Member) -> None:
    """The save is held until the message is there."""
    channel = scene.new_channel(anna, "overtaken")
    page = windows.open(anna, at(channel))
    windows.expect_trouble("409", "ERR_FAILED")
    held: list[Route] = []
    page.route("**/draft/", lambda route: held.append(route), times=1)
    with page.expect_request("**/draft/"):
        composer(page).fill("Sent while it was saved")
    composer(page).press("Enter")
    expect(row(page, "Sent while")).to_have_attribute("data-id", re.compile(r"\d+"))
    with page.expect_response("**/draft/") as answer:
        held.pop().continue_()
    assert answer.value.status == 409
    page.reload()
    expect(row(page, "Sent while")).to_be_visible()
    expect(composer(page)).to_have_value("")
    assert not Draft.objects.filter(channel=channel).exclude(body="").exists()


def test_the_next_text_is_kept_while_the_last_is_on_its_way(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "next-text")
    page = windows.open(anna, at(channel))
    windows.expect_trouble("409")
    write(page, channel, "First")
    held: list[Route] = []
    page.route("**/messages/", lambda route: held.append(route), times=1)
    with page.expect_request("**/messages/"):
        composer(page).press("Enter")
    with page.expect_response(lambda response: "/draft/" in response.url and response.status == 204):
        composer(page).fill("Second")
    held.pop().continue_()
    expect(row(page, "First")).to_have_attribute("data-id", re.compile(r"\d+"))
    page.reload()
    expect(composer(page)).to_have_value("Second")
    assert Message.objects.filter(channel=channel).count() == 1


def test_words_typed_without_a_network_come_back(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "no-network")
    page = windows.open(anna, at(channel))
    windows.expect_trouble("ERR_FAILED", "409")
    write(page, channel, "Kept")
    page.route("**/draft/", lambda route: route.abort())
    composer(page).fill("Kept, and more")
    page.reload()
    expect(composer(page)).to_have_value("Kept, and more")
    page.unroute("**/draft/")
    with page.expect_response(lambda response: "/draft/" in response.url and response.status == 204):
        composer(page).press_sequentially(".")
    assert Draft.objects.get(channel=channel).body == "Kept, and more."


def test_a_message_that_is_given_up_takes_its_draft_along(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "given-up")
    page = windows.open(anna, at(channel))
    windows.expect_trouble("500")
    write(page, channel, "Never mind")
    page.route("**/messages/", lambda route: route.fulfill(status=500))
    composer(page).press("Enter")
    expect(row(page, "Never mind")).to_have_class(re.compile("failed"))
    with page.expect_response("**/draft/"):
        row(page, "Never mind").get_by_role("button", name="Discard").click()
    page.reload()
    expect(composer(page)).to_have_value("")


def test_the_list_of_drafts_leads_to_them(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "listed")
    page, other = windows.open(anna, at(channel)), windows.open(anna, scene.path("drafts"))
    expect(other.locator("#drafts .list-item").filter(has_text="listed")).to_have_count(0)
    write(page, channel, "To be found")
    item = other.locator("#drafts .list-item").filter(has_text="listed")
    expect(item).to_contain_text("To be found")
    item.get_by_role("link", name="listed").click()
    expect(composer(other)).to_have_value("To be found")
    other.get_by_role("link", name="Drafts").click()
    item.get_by_role("button", name="Discard").click()
    expect(item).to_have_count(0)
    expect(composer(page)).to_have_value("")


def test_drafts_without_scripts(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "no-scripts-draft")
    write(windows.open(anna, at(channel)), channel, "Begun elsewhere")
    page = windows.open(anna, at(channel), java_script_enabled=False)
    expect(composer(page)).to_have_value("Begun elsewhere")
    page.get_by_role("button", name="Send").click()
    expect(row(page, "Begun elsewhere")).to_be_visible()
    expect(composer(page)).to_have_value("")
