"""Who is typing, and who is here, seen in others' windows."""

from playwright.sync_api import Page, expect

from accounts.models import Member
from chat.actions import open_direct
from tests import cast
from tests.chat import scene
from tests.e2e.windows import Windows, at, composer, link_to, row, say


def typing(page: Page, *, thread: bool = False) -> str:
    return f"#{'thread' if thread else 'channel'}-composer .typing"


def test_others_see_who_is_typing_in_the_same_place(
    windows: Windows, anna: Member, ben: Member, chloe: Member
) -> None:
    channel, other = scene.new_channel(anna, "typing", ben, chloe), scene.new_channel(anna, "quiet", ben)
    root = scene.post(anna, channel, "Root")
    one, two = windows.open(anna, at(channel)), windows.open(ben, at(channel))
    elsewhere, thread = windows.open(ben, at(other)), windows.open(ben, scene.path("thread", root.pk))
    before = composer(two).bounding_box()
    composer(one).press_sequentially("Hel")
    expect(two.locator(typing(two))).to_have_text("Anna Lind is typing…")
    expect(thread.locator(typing(thread))).to_have_text("Anna Lind is typing…")
    assert composer(two).bounding_box() == before
    third = windows.open(chloe, at(channel))
    composer(third).press_sequentially("Me")
    expect(two.locator(typing(two))).to_have_text("Anna Lind and Chloe Martin are typing…")
    expect(one.locator(typing(one))).to_have_text("Chloe Martin is typing…")
    expect(elsewhere.locator(typing(elsewhere))).to_have_text("")
    expect(thread.locator(typing(thread, thread=True))).to_have_text("")
    say(one, "Hello")
    expect(row(two, "Hello")).to_be_visible()
    expect(two.locator(typing(two))).not_to_contain_text("Anna")
    expect(two.locator(typing(two))).to_have_text("")  # Chloe has stopped


def test_dots_say_who_is_here(windows: Windows, anna: Member, gus: Member) -> None:
    direct = open_direct(cast.caller_of(anna), [gus])
    page = windows.open(anna, at(direct))
    dot = link_to(page, direct).locator(".presence")
    expect(dot).to_have_attribute("data-state", "")
    windows.open(gus, at(direct))
    expect(dot).to_have_attribute("data-state", "active")
    expect(dot).to_have_text("active")
    expect(page.locator("#conversation-header .presence")).to_have_attribute("data-state", "active")
    page.reload()
    expect(dot).to_have_attribute("data-state", "active")
    people = windows.open(anna, "/o/acme/people/")
    expect(people.locator(f"#people .presence[data-presence-of='{gus.pk}']")).to_have_attribute(
        "data-state", "active"
    )
