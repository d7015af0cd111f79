"""Moving around: the quick switcher, the sheet of shortcuts, and keys that walk the channels."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Member
from chat.actions import open_direct
from tests import cast
from tests.chat import scene
from tests.e2e.test_looks import faults
from tests.e2e.windows import NARROW, Windows, at, composer, link_to


def switcher(page: Page) -> None:
    """Open the quick switcher by its keys."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()


def options(page: Page) -> list[str]:
    return page.locator("#switcher .option-name").all_inner_texts()


def test_the_switcher_goes_where_the_typed_letters_say(windows: Windows, anna: Member, ben: Member) -> None:
    first, second = scene.new_channel(anna, "sw-harbour"), scene.new_channel(anna, "sw-mountain-view")
    apart = scene.new_channel(ben, "sw-elsewhere")
    page = windows.open(anna, at(first))
    switcher(page)
    page.keyboard.type("view sw")
    expect(page.get_by_role("option", selected=True)).to_contain_text("sw-mountain-view")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{at(second)}$"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(composer(page)).to_be_focused()

    page.get_by_role("link", name="Go to…").click()
    page.keyboard.type("sw-else")
    option = page.get_by_role("option", name="sw-elsewhere")
    expect(option).to_contain_text("You aren’t in it")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-activedescendant", f"to-c{apart.pk}")
    option.click()
    expect(page).to_have_url(re.compile(f"{at(apart)}$"))

    switcher(page)
    expect(page.get_by_role("option").nth(0)).to_contain_text("sw-mountain-view")  # where I was last
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("sw-harbour")
    page.keyboard.press("ArrowUp")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    expect(opened.value).to_have_url(re.compile(f"{at(second)}$"))
    expect(page).to_have_url(re.compile(f"{at(apart)}$"))


def test_who_calls_comes_first(windows: Windows, anna: Member, ben: Member) -> None:
    quiet, loud = scene.new_channel(anna, "sw-quiet", ben), scene.new_channel(anna, "sw-loud", ben)
    scene.post(anna, loud, "@Ben Okafor")
    page = windows.open(ben, at(quiet))
    composer(page).focus()
    switcher(page)
    expect(page.get_by_role("option").first).to_contain_text("sw-loud")
    expect(page.get_by_role("option").first).to_contain_text("1 mentioning you")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(composer(page)).to_be_focused()


def test_a_person_opens_a_direct_message(windows: Windows, chloe: Member, ben: Member) -> None:
    page = windows.open(chloe, at(scene.new_channel(chloe, "sw-person")))
    switcher(page)
    page.keyboard.type("okaf")
    expect(page.get_by_role("option")).to_have_text([re.compile("Ben Okafor")])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ben Okafor")).to_be_visible()
    direct = open_direct(cast.caller_of(chloe), [ben])
    expect(page).to_have_url(re.compile(f"{at(direct)}$"))
    expect(link_to(page, direct)).to_be_visible()  # which shows once, with its channel
    switcher(page)
    page.keyboard.type("ben")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.locator("#switcher [role=status]")).to_have_text("1 result")


def test_what_is_not_there_can_be_made(windows: Windows, anna: Member) -> None:
    page = windows.open(anna, at(scene.new_channel(anna, "sw-making")))
    switcher(page)
    page.keyboard.type("sw-brand-new")
    expect(page.get_by_role("option")).to_have_text([re.compile("Make the channel #sw-brand-new")])
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_have_value("sw-brand-new")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_switcher_and_sheet(windows: Windows, anna: Member, theme: str) -> None:
    page = windows.open(anna, at(scene.new_channel(anna, f"sw-axe-{theme}")), color_scheme=theme)
    switcher(page)
    found = faults(page)
    page.keyboard.type("nothing is called so")
    expect(page.get_by_role("option", name="Make the channel")).to_be_visible()
    found += faults(page)
    page.keyboard.press("Escape")
    page.locator("#main h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    found += faults(page)
    for place in ("switch/", "switch/?q=ben", "shortcuts/"):
        page.goto(f"/o/acme/{place}")
        found += faults(page)
    assert not found, "\n".join(found)


def test_keys_are_for_typing_where_one_types(windows: Windows, anna: Member) -> None:
    page = windows.open(anna, at(scene.new_channel(anna, "sw-typing")))
    composer(page).focus()
    page.keyboard.type("?/")
    expect(composer(page)).to_have_value("?/")
    expect(page.get_by_role("dialog")).to_have_count(0)
    composer(page).dispatch_event("keydown", {"key": "k", "ctrlKey": True, "isComposing": True})
    expect(page.get_by_role("dialog")).to_have_count(0)
    composer(page).fill("")
    page.locator("#main h1").click()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("?")  # which is typed here
    expect(page.get_by_role("combobox")).to_have_value("?")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_alt_shift_walks_what_is_unread(windows: Windows, anna: Member, ben: Member) -> None:
    names = ["zy-walk-1", "zy-walk-2", "zy-walk-3"]
    first, _second, third = (scene.new_channel(anna, name, ben) for name in names)
    page = windows.open(ben, at(first))
    scene.post(anna, third)
    expect(link_to(page, third)).to_have_attribute("data-unread", "1")
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(page).to_have_url(re.compile(f"{at(third)}$"))
    expect(composer(page)).to_be_focused()


def test_the_switcher_fits_a_phone(windows: Windows, anna: Member) -> None:
    page = windows.open(anna, "/o/acme/?list", viewport=NARROW, has_touch=True, is_mobile=True)
    channel = scene.new_channel(anna, "sw-phone")
    page.reload()
    page.get_by_role("link", name="Go to…").tap()
    page.keyboard.type("sw-ph")
    option = page.get_by_role("option", name="sw-phone")
    box = option.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= NARROW["width"]
    option.tap()
    expect(page).to_have_url(re.compile(f"{at(channel)}$"))
    expect(page.get_by_role("heading", name="sw-phone", exact=True)).to_be_visible()


def test_without_scripts_they_are_pages(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "sw-plain")
    page = windows.open(anna, at(channel), java_script_enabled=False)
    page.get_by_role("link", name="Go to…").click()
    page.get_by_role("searchbox").fill("plain sw")
    page.get_by_role("button", name="Search").click()
    page.locator("#main").get_by_role("link", name="sw-plain").click()
    expect(page).to_have_url(re.compile(f"{at(channel)}$"))
    page.goto("/o/acme/switch/?q=okafor")
    page.locator("#main").get_by_role("link", name="Ben Okafor").click()
    page.get_by_text("Your menu").locator("..").click()
    page.get_by_role("link", name="Keyboard shortcuts").click()
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
