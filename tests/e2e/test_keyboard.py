"""The keyboard alone is enough."""

import re

from playwright.sync_api import Locator, Page, expect

from accounts.models import Member
from tests.chat import scene
from tests.e2e.windows import Windows, at, composer, link_to, row


def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    """Press Tab until `wanted` has the focus."""
    for _press in range(120):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{wanted} can't be reached by Tab")


def walk_to(page: Page, wanted: Locator) -> None:
    """Go from the message box back to the log, and by the arrows to a message."""
    tab_to(page, page.locator("#channel-log"), back=True)
    for _press in range(20):
        page.keyboard.press("ArrowUp")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} can't be reached by the arrows")


def test_talking_in_a_thread_editing_and_deleting(windows: Windows, anna: Member) -> None:
    channel, other = scene.new_channel(anna, "by-keyboard"), scene.new_channel(anna, "by-keyboard-too")
    page = windows.open(anna, at(other))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    tab_to(page, link_to(page, channel))
    page.keyboard.press("Enter")
    expect(composer(page)).to_be_focused()
    page.keyboard.type("Typed")
    page.keyboard.press("Enter")
    expect(row(page, "Typed")).to_have_attribute("data-id", re.compile(r"\d+"))

    more = row(page, "Typed").get_by_role("link", name="More")
    walk_to(page, row(page, "Typed"))
    page.keyboard.press("Enter")
    expect(row(page, "Typed").get_by_role("link", name="Reply in thread")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    menu = page.locator(".menu-items.popover")
    expect(menu.get_by_role("link").first).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    edit = menu.get_by_role("link", name="Edit")
    expect(menu).to_be_visible()
    for _press in range(6):
        if edit.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(row(page, "Typed").get_by_label("Edit the message")).to_be_focused()
    page.keyboard.type(" again")
    page.keyboard.press("Enter")
    expect(row(page, "Typed again").locator(".edited")).to_be_visible()
    expect(composer(page)).to_be_focused()

    walk_to(page, row(page, "Typed again"))
    page.keyboard.press("r")
    expect(composer(page, thread=True)).to_be_focused()
    page.keyboard.type("A reply")
    page.keyboard.press("Enter")
    expect(row(page, "A reply", place="t")).to_have_attribute("data-id", re.compile(r"\d+"))
    page.keyboard.press("Escape")
    expect(composer(page)).to_be_focused()
    expect(page.locator("#panel")).to_have_count(0)

    walk_to(page, row(page, "Typed again"))
    page.keyboard.press("m")
    expect(menu).to_be_visible()
    tab_to(page, menu.get_by_role("link", name="Delete"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    tab_to(page, dialog.get_by_role("button", name="Delete"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("This message was deleted.")).to_be_visible()
    expect(dialog).to_have_count(0)


def test_alt_and_the_arrows_walk_the_channels(windows: Windows, anna: Member) -> None:
    first, second = scene.new_channel(anna, "zz-walk-1"), scene.new_channel(anna, "zz-walk-2")
    page = windows.open(anna, at(first))
    page.keyboard.press("Alt+ArrowDown")
    expect(link_to(page, second)).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("heading", name="zz-walk-2", exact=True)).to_be_visible()
    page.keyboard.press("Alt+ArrowUp")
    expect(link_to(page, first)).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("heading", name="zz-walk-1", exact=True)).to_be_visible()
