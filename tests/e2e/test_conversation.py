"""A log as it reads: folded, grouped, dated; walked by the arrows; copied from."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Member
from chat.actions import delete_message, edit_message
from tests import cast
from tests.chat import scene
from tests.e2e.test_navigation import END, scroll
from tests.e2e.windows import NARROW, Windows, at, choose, composer, row

LONG = "\n".join(f"line {number}" for number in range(60))
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def height(page: Page, message: object) -> float:
    box = row(page, message).locator(".message-body").bounding_box()  # type: ignore[arg-type]
    assert box is not None
    return box["height"]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_long_message_folds_and_opens(windows: Windows, anna: Member, scripts: bool) -> None:
    channel = scene.new_channel(anna, f"folded-{scripts}".lower())
    message = scene.post(anna, channel, LONG)
    page = windows.open(anna, at(channel), java_script_enabled=scripts)
    button = row(page, message).locator(".fold > summary")
    expect(button).to_have_text("Show more", use_inner_text=True)
    folded = height(page, message)
    button.press("Enter")
    expect(button).to_have_text("Show less", use_inner_text=True)
    assert height(page, message) > 2 * folded
    button.click()
    expect(button).to_have_text("Show more", use_inner_text=True)
    assert height(page, message) == pytest.approx(folded, abs=1)


def test_what_was_opened_stays_open_and_stays_in_view(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "stays-open", ben)
    for number in range(12):
        scene.post(anna, channel, f"before {number}\n\nand more")
    message = scene.post(anna, channel, LONG)
    page = windows.open(ben, at(channel))
    scroll(page, END)
    top = row(page, message).bounding_box()
    row(page, message).locator(".fold > summary").click()
    assert row(page, message).bounding_box()["y"] == pytest.approx(top["y"], abs=2)  # type: ignore[index]
    scene.post(anna, channel, "A reply", thread=message)
    expect(row(page, message).locator(".replies")).to_be_visible()
    edit_message(cast.caller_of(anna), message, body=f"{LONG}\nand another")
    expect(row(page, message)).to_contain_text("and another")
    expect(row(page, message).locator(".fold")).to_have_attribute("open", "")
    button = row(page, message).locator(".fold > summary")
    button.scroll_into_view_if_needed()
    button.click()
    expect(button).to_be_in_viewport()


def test_what_a_link_points_at_is_not_folded(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "pointed-at")
    message = scene.post(anna, channel, LONG)
    page = windows.open(anna, scene.path("message", channel.pk, message.pk))
    expect(row(page, message)).to_have_class(re.compile("highlighted"))
    expect(row(page, message).locator(".fold")).to_be_hidden()
    assert height(page, message) > 1000


def test_text_link_and_code_are_copied(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "copied")
    body = "**See** :tada:\n\n```\nx = 1\ny = 2\n```"
    message = scene.post(anna, channel, body)
    page = windows.open(anna, at(channel), permissions=CLIPBOARD)
    status = page.locator(".toasts")
    choose(page, row(page, message), "Copy text")
    expect(status).to_have_text("The text was copied.")
    assert copied(page) == body
    choose(page, row(page, message), "Copy link")
    expect(status).to_have_text("The link was copied.")
    assert copied(page).startswith("http://")
    assert scene.path("message", channel.pk, message.pk) in copied(page)
    row(page, message).locator("pre").hover()
    row(page, message).get_by_role("button", name="Copy the code").click()
    expect(status).to_have_text("The code was copied.")
    assert copied(page) == "x = 1\ny = 2"


def test_where_the_clipboard_is_not_there_the_old_way_does_it_or_the_text_is_shown(
    windows: Windows, anna: Member
) -> None:
    channel = scene.new_channel(anna, "copied-anyhow")
    message = scene.post(anna, channel, "Take me")
    page = windows.open(anna, at(channel), permissions=CLIPBOARD)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    choose(page, row(page, message), "Copy text")
    expect(page.locator(".toasts")).to_have_text("The text was copied.")
    assert copied(page) == "Take me"
    page.evaluate("() => { document.execCommand = () => false; }")
    choose(page, row(page, message), "Copy text")
    dialog = page.get_by_role("dialog", name="Copy this")
    expect(dialog.get_by_label("Text to copy")).to_have_value("Take me")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_join_link_is_copied(windows: Windows, anna: Member) -> None:
    page = windows.open(anna, "/o/acme/settings/invitations/", permissions=CLIPBOARD)
    switch = page.get_by_role("button", name="Switch it on")
    if switch.count():
        switch.click()
    page.locator("section", has_text="By a link").get_by_role("button", name="Copy").click()
    expect(page.locator(".toasts")).to_have_text("The link was copied.")
    assert copied(page) == page.get_by_label("Join link").input_value()


def test_days_are_called_as_people_call_them(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "days")
    message = scene.post(anna, channel, "Now")
    page = windows.blank(anna)
    page.clock.install(time=message.created_at)
    page.goto(at(channel))
    day = page.locator("#c-rows > .day")
    expect(day).to_have_text("Today")
    expect(row(page, message).locator("time")).to_have_attribute("title", re.compile(r"day,? \d+ \w+ 20\d\d"))
    page.clock.fast_forward("24:00:00")
    expect(day).to_have_text("Yesterday")
    page.clock.fast_forward("48:00:00")
    expect(day).to_have_text(re.compile(r"^\w+day,? \d+ \w+$"))


def test_messages_of_one_author_stand_under_one_name(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "grouped", ben)
    first, second = scene.post(anna, channel, "one"), scene.post(anna, channel, "two")
    third = scene.post(anna, channel, "three")
    page = windows.open(anna, at(channel))
    follows = re.compile("follows")
    for message, grouped in ((first, False), (second, True), (third, True)):
        test = expect(row(page, message))
        (test.to_have_class if grouped else test.not_to_have_class)(follows)
    delete_message(cast.caller_of(anna), second)
    expect(row(page, second)).to_contain_text("deleted")
    expect(row(page, second)).to_have_class(follows)
    expect(row(page, third)).to_have_class(follows)
    sent_too = scene.post(anna, channel, "from the thread", thread=first, also_in_channel=True)
    after = scene.post(anna, channel, "and after it")
    expect(row(page, after)).not_to_have_class(follows)
    expect(row(page, sent_too)).not_to_have_class(follows)
    scene.post(ben, channel, "by another")
    last = scene.post(anna, channel, "and me again")
    expect(row(page, last)).not_to_have_class(follows)


def test_the_log_is_one_stop_and_its_messages_are_walked(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "walked", ben)
    messages = [
        scene.post(ben, channel, f"message {number} with https://example.org/") for number in range(6)
    ]
    page = windows.open(anna, at(channel))
    composer(page).focus()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#channel-log")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(row(page, messages[5])).to_be_focused()
    expect(row(page, messages[5])).to_have_accessible_description(re.compile("message 5"))
    page.keyboard.press("k")
    expect(row(page, messages[4])).to_be_focused()
    page.keyboard.press("Home")
    expect(row(page, messages[0])).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, messages[0]).get_by_role("link", name="Reply in thread")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row(page, messages[0])).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(row(page, messages[1])).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(".unread-line + .message")).to_have_id(f"c-m-{messages[1].pk}")
    expect(row(page, messages[1])).to_be_focused()
    page.keyboard.press("Shift+Escape")
    expect(page.locator(".unread-line")).to_have_count(0)
    expect(row(page, messages[1])).to_be_focused()
    page.keyboard.press("e")  # not mine
    expect(page.locator(".message-edit")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(composer(page)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    expect(composer(page)).to_be_focused()


def test_letters_do_nothing_to_a_message_that_was_clicked(
    windows: Windows, anna: Member, ben: Member
) -> None:
    channel = scene.new_channel(anna, "clicked", ben)
    message = scene.post(ben, channel, "Just to be read")
    page = windows.open(anna, at(channel))
    row(page, message).locator(".message-body p").click()
    for key in "reum":
        page.keyboard.press(key)
    expect(page.locator("#panel, .message-edit, .menu-items.popover, .toast")).to_have_count(0)


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, NARROW])
def test_emoji_alone_are_large(windows: Windows, anna: Member, size: dict[str, int]) -> None:
    channel = scene.new_channel(anna, f"large-{size['width']}")
    large, plain = scene.post(anna, channel, "🎉 :heart:"), scene.post(anna, channel, "Well done 🎉")
    page = windows.open(anna, at(channel), viewport=size)
    assert height(page, large) > 1.5 * height(page, plain)
