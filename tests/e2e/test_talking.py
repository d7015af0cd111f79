"""Two people in two windows talk: messages, threads, edits, deletions, and what is called by name."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from accounts.models import Member
from chat.models import Message
from tests.cast import PASSWORD
from tests.chat import scene
from tests.e2e.windows import Windows, at, choose, composer, row, say
from tests.server import ROOT, Server


@pytest.mark.smoke
def test_two_people_sign_in_and_talk(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "first-words", ben)
    one, two = windows.open(None, at(channel)), windows.open(ben, at(channel))
    one.get_by_label("Email").fill("anna@acme.example")
    one.get_by_label("Password").fill(PASSWORD)
    one.get_by_role("button", name="Sign in").click()
    expect(one.get_by_role("heading", name="first-words", exact=True)).to_be_visible()

    say(one, "Good morning, **Ben**")
    expect(row(two, "Good morning, Ben").locator("strong")).to_have_text("Ben")
    say(two, "And to you")
    expect(row(one, "And to you")).to_be_visible()

    for page in (one, two):
        expect(page.locator("#c-rows > .message")).to_have_count(2)
        expect(page.locator("#c-rows .day")).to_have_count(1)
    expect(row(one, "Good morning")).to_have_class(re.compile(r"\bmine\b"))
    expect(row(two, "Good morning")).not_to_have_class(re.compile(r"\bmine\b"))


def test_rows_of_one_author_stand_under_one_name(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "grouping", ben)
    page = windows.open(anna, at(channel))
    for text in ("one", "two"):
        say(page, text)
    scene.post(ben, channel, "three")
    expect(row(page, "three")).to_be_visible()
    follows = page.locator("#c-rows > .message").evaluate_all(
        "rows => rows.map(row => row.matches('.follows'))"
    )
    assert follows == [False, True, False]


def test_a_thread_beside_its_channel(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "threads", ben)
    question = scene.post(anna, channel, "Lunch?")
    one, two = windows.open(anna, at(channel)), windows.open(ben, at(channel))
    composer(two).fill("half a thought")
    choose(two, row(two, question), "Reply in thread")
    expect(two.get_by_role("heading", name="Thread", exact=True)).to_be_visible()
    expect(two).to_have_url(re.compile(rf"/o/acme/t/{question.pk}/$"))
    expect(composer(two, thread=True)).to_be_focused()
    expect(composer(two)).to_have_value("half a thought")

    say(two, "At noon", thread=True)
    expect(row(one, question).locator(".replies")).to_have_text("1 reply")
    expect(row(one, "At noon")).to_have_count(0)
    row(one, question).locator(".replies").click()
    say(one, "Done", thread=True)
    expect(row(two, "Done", place="t")).to_be_visible()
    expect(row(two, question).locator(".replies")).to_have_text("2 replies")

    two.get_by_label("Also send to #threads").check()
    say(two, "For everyone", thread=True)
    for page in (one, two):
        expect(row(page, "For everyone", place="c")).to_be_visible()
        expect(row(page, "For everyone", place="t")).to_be_visible()

    two.get_by_role("link", name="Close the thread").click()
    expect(two.locator("#panel")).to_have_count(0)
    expect(two).to_have_url(re.compile(rf"{at(channel)}$"))
    expect(composer(two)).to_have_value("half a thought")


def test_an_edit_in_place_is_seen_at_once(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "edits", ben)
    message = scene.post(anna, channel, "Teh first")
    one, two = windows.open(anna, at(channel)), windows.open(ben, at(channel))
    choose(one, row(one, message), "Edit")
    text = row(one, message).get_by_label("Edit the message")
    expect(text).to_be_focused()
    expect(text).to_have_value("Teh first")

    scene.post(ben, channel, "Meanwhile", thread=message)  # its row comes anew, and the text stays
    expect(row(one, message).locator(".replies")).to_be_visible()
    expect(text).to_be_focused()
    windows.expect_trouble("422")
    text.fill("")
    text.press("Enter")
    expect(row(one, message).get_by_role("alert")).not_to_be_empty()
    expect(text).to_have_attribute("aria-invalid", "true")
    text.fill("The first")
    text.press("Enter")
    for page in (one, two):
        expect(row(page, message).locator(".message-body")).to_have_text("The first")
        expect(row(page, message).locator(".edited")).to_be_visible()
    expect(composer(one)).to_be_focused()

    row(two, message).locator(".edited").click()
    dialog = two.get_by_role("dialog")
    expect(dialog).to_contain_text("Teh first")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_the_arrow_up_edits_my_last_message_and_escape_leaves(
    windows: Windows, anna: Member, ben: Member
) -> None:
    channel = scene.new_channel(anna, "arrow", ben)
    mine = scene.post(anna, channel, "Mine")
    scene.post(ben, channel, "Not mine")
    page = windows.open(anna, at(channel))
    composer(page).press("ArrowUp")
    expect(row(page, mine).get_by_label("Edit the message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row(page, mine).locator(".message-body")).to_be_visible()
    expect(page.locator(".message-edit")).to_have_count(0)
    expect(composer(page)).to_be_focused()
    composer(page).press("ArrowUp")
    expect(row(page, mine).get_by_label("Edit the message")).to_be_focused()
    page.keyboard.press("Enter")  # saves the same text again
    expect(page.locator(".message-edit")).to_have_count(0)
    expect(row(page, mine).locator(".message-body")).to_have_text("Mine")


def test_a_deletion_asks_first_and_is_seen_at_once(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "deletions", ben)
    message = scene.post(anna, channel, "A slip")
    one, two = windows.open(anna, at(channel)), windows.open(ben, at(channel))
    choose(one, row(one, message), "Delete")
    one.get_by_role("dialog").get_by_role("link", name="Cancel").click()
    expect(one.get_by_role("dialog")).to_have_count(0)
    expect(row(one, message)).to_be_focused()
    choose(one, row(one, message), "Delete")
    one.get_by_role("dialog").get_by_role("button", name="Delete").click()
    for page in (one, two):
        expect(row(page, message)).to_contain_text("This message was deleted.")
        expect(row(page, message)).not_to_contain_text("A slip")


def test_the_link_to_a_message_is_copied(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "links")
    message = scene.post(anna, channel, "Worth keeping")
    page = windows.open(anna, at(channel), permissions=["clipboard-read", "clipboard-write"])
    choose(page, row(page, message), "Copy link")
    expect(page.locator(".toast")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    page.goto(copied)
    expect(row(page, message)).to_have_class(re.compile("highlighted"))


def test_names_are_completed_while_one_types(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "calls", ben)
    one, two = windows.open(anna, at(channel)), windows.open(ben, at(channel))
    composer(one).press_sequentially("Ask @b")
    option = one.get_by_role("option", name="Ben Okafor")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(composer(one)).to_have_attribute("aria-activedescendant", f"completion-{ben.pk}")
    composer(one).press("Escape")
    expect(one.get_by_role("listbox")).to_have_count(0)
    composer(one).fill("")
    composer(one).press_sequentially("@b")
    expect(option).to_be_visible()
    composer(one).press("Enter")
    expect(composer(one)).to_have_value("@Ben Okafor ")
    expect(one.get_by_role("listbox")).to_have_count(0)
    composer(one).press_sequentially("and @")
    expect(one.get_by_role("option")).not_to_have_count(0)
    one.get_by_role("option", name="Anna Lind").click()
    expect(composer(one)).to_have_value("@Ben Okafor and @Anna Lind ")
    composer(one).press("Enter")

    called = row(two, "Ben Okafor and")
    expect(called).to_have_class(re.compile("mentions-me"))
    expect(called.locator(".mention-me")).to_have_text("@Ben Okafor")
    expect(row(one, "Ben Okafor and")).not_to_have_class(re.compile("mentions-me"))


def test_a_line_break_takes_shift_and_nothing_is_sent_while_composing(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "keys")
    page = windows.open(anna, at(channel))
    composer(page).press_sequentially("one")
    composer(page).press("Shift+Enter")
    composer(page).press_sequentially("two")
    composer(page).evaluate(
        "area => area.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(composer(page)).to_have_value("one\ntwo")
    composer(page).press("Enter")
    expect(row(page, "two").locator("br")).to_have_count(1)
    composer(page).press("Enter")  # nothing to send
    expect(page.locator("#c-rows > .message")).to_have_count(1)


def test_a_burst_of_messages_keeps_its_order(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "burst", ben)
    one, two = windows.open(anna, at(channel)), windows.open(ben, at(channel))
    said = [f"message {number}" for number in range(12)]
    for text in said:
        composer(one).fill(text)
        composer(one).press("Enter")
    for page in (one, two):
        expect(page.locator("#c-rows > .message[data-id] .message-body")).to_have_text(said)
    assert list(Message.objects.filter(channel=channel).order_by("pk").values_list("body", flat=True)) == said


def test_a_command_in_another_process_posts_to_open_pages(
    windows: Windows, server: Server, anna: Member
) -> None:
    channel = scene.new_channel(anna, "commands")
    page = windows.open(anna, at(channel))
    where = ["--organization", "acme", "--channel", str(channel.name), "--as", "anna@acme.example"]
    subprocess.run(
        [sys.executable, "manage.py", "post", *where, "From the shell"],
        cwd=ROOT,
        env={**os.environ, **server.environment},
        check=True,
        capture_output=True,
    )
    expect(row(page, "From the shell")).to_be_visible()
