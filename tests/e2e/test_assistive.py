"""What a screen reader hears, where the focus goes, and what is left to see when colours are forced."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Member
from tests.chat import scene
from tests.e2e.test_looks import faults
from tests.e2e.windows import Windows, at, composer, row, say

LISTEN = """() => {
    const heard = window.heard = [];
    const voices = { alert: "assertive", status: "polite", log: "polite" };
    const voice = (region) => region?.getAttribute("aria-live") ?? voices[region?.getAttribute("role")] ?? "off";
    new MutationObserver((changes) => {
        for (const node of changes.flatMap((change) => [...change.addedNodes])) {
            const element = node instanceof Element ? node : node.parentElement;
            const region = element?.closest("[aria-live], [role=alert], [role=status], [role=log]");
            if (element?.matches(".message, .day, .unread-line, .message-failure *") && voice(region) !== "off")
                heard.push(element.textContent);
        }
    }).observe(document.body, { subtree: true, childList: true });
}"""


def heard(page: Page, text: str) -> int:
    """How often a text was read out since the listening began."""
    return sum(text in one for one in page.evaluate("window.heard"))


def test_each_message_is_read_out_once(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "heard", ben)
    page = windows.open(anna, at(channel))
    page.evaluate(LISTEN)
    say(page, "From myself")
    root = scene.post(ben, channel, "From another")
    expect(row(page, root)).to_be_visible()
    scene.post(ben, channel, "In its thread", thread=root)
    expect(row(page, root).locator(".replies")).to_be_visible()
    assert [heard(page, text) for text in ("From myself", "From another", "In its thread")] == [1, 1, 0]


def test_history_is_not_read_out(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "unheard", ben)
    for number in range(120):
        scene.post(ben, channel, f"Message {number}.")
    page = windows.open(anna, at(channel))
    page.evaluate(LISTEN)
    while not row(page, "Message 0.").count():
        page.locator("#channel-log").evaluate("log => { log.scrollTop = 0; }")
        page.wait_for_timeout(100)
    assert page.evaluate("window.heard") == []


def test_a_row_and_its_actions_say_whose_message_they_are_of(
    windows: Windows, anna: Member, ben: Member
) -> None:
    channel = scene.new_channel(anna, "whose", ben)
    message = scene.post(ben, channel, "Mine")
    page = windows.open(anna, at(channel))
    whose = re.compile(r"Ben Okafor \d\d:\d\d")
    expect(page.get_by_role("article", name=whose)).to_have_id(f"c-m-{message.pk}")
    for name in ("Reply in thread", "More"):
        expect(row(page, message).get_by_role("link", name=name)).to_have_accessible_description(whose)


def test_one_can_skip_to_the_message_box(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "skipped", ben)
    root = scene.post(ben, channel, "Begin")
    for place, in_thread in ((at(channel), False), (scene.path("thread", root.pk), True)):
        page = windows.open(anna, place)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
        page.keyboard.press("Enter")
        expect(composer(page, thread=in_thread)).to_be_focused()


@pytest.mark.parametrize("key", ["Escape", "Tab", "Enter"])
def test_a_menu_of_the_sidebar_closes_behind_the_focus(windows: Windows, anna: Member, key: str) -> None:
    page = windows.open(anna, at(scene.new_channel(anna, f"menus-{key.lower()}")))
    menu = page.locator("#organization-menu")
    menu.locator("summary").press("Enter")
    last = menu.get_by_role("link").last if key == "Tab" else menu.get_by_role("link").first
    last.focus()
    page.keyboard.press(key)
    expect(menu).not_to_have_attribute("open", "")
    focused = {
        "Escape": menu.locator("summary"),
        "Tab": page.get_by_role("link", name="New direct message"),
        "Enter": page.get_by_role("heading", name="People", level=1),
    }
    expect(focused[key]).to_be_focused()


def test_tab_goes_on_after_a_menu_of_a_message(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "after-menus")
    message = scene.post(anna, channel, "The only one")
    page = windows.open(anna, at(channel))
    row(page, message).get_by_role("link", name="More").press("Enter")
    menu = page.locator(".menu-items.popover")
    menu.get_by_role("link").last.focus()
    page.keyboard.press("Tab")
    expect(composer(page)).to_be_focused()
    expect(menu).to_have_count(0)


def test_what_vanishes_hands_the_focus_on(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "handed-on", ben)
    for number in range(30):
        scene.post(anna, channel, f"Line {number}\n\nand more")
    page = windows.open(anna, at(channel))
    page.locator("#channel-log").evaluate("log => { log.scrollTop = 0; }")
    scene.post(ben, channel, "Far below")
    page.get_by_role("link", name="Jump to newest").press("Enter")
    expect(page.locator("#channel-log")).to_be_focused()

    windows.expect_trouble("ERR_FAILED")
    page.route("**/messages/", lambda route: route.abort())
    composer(page).fill("Lost")
    composer(page).press("Enter")
    expect(page.locator(".message.pending, .message.failed").filter(has_text="Not sent yet")).to_be_visible()
    page.get_by_role("button", name="Discard").press("Enter")
    expect(composer(page)).to_be_focused()


def test_forced_colours_leave_edges_and_focus(windows: Windows, anna: Member) -> None:
    channel = scene.new_channel(anna, "forced")
    page = windows.open(anna, at(channel), forced_colors="active")
    composer(page).focus()
    expect(page.locator(".composer-box")).to_have_css("outline-style", "solid")
    expect(page.locator(f"#sidebar .channel[data-channel='{channel.pk}']")).to_have_css(
        "outline-style", "solid"
    )
    page.goto("/o/acme/settings/profile/")
    expect(page.get_by_label("Display name")).to_have_css("border-top-style", "solid")


def test_a_refused_form_says_so(windows: Windows) -> None:
    page = windows.open(None, "/accounts/login/")
    page.get_by_label("Email").fill("nobody@acme.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").press("Enter")
    expect(page.get_by_role("alert").get_by_role("listitem")).to_contain_text("not correct")
    assert faults(page) == []
