"""Every page in both themes for axe, on a small screen, and its weight."""

import re
from collections.abc import Callable

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from accounts.models import Member
from chat.actions import delete_message, edit_message, mark_read, open_direct
from chat.models import Channel, Message
from tests import cast
from tests.chat import scene
from tests.e2e.windows import NARROW, WIDE, Windows, at, choose, composer, link_to, row

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MARKDOWN = """**bold** *italic* ~~gone~~ `code` [a link](https://example.org)

> a quote

```python
def answer() -> int:
    return 42
```

1. one
2. two"""


def faults(page: Page, *, within: str | None = None) -> list[str]:
    """What axe finds on the page, or in one part of it, as rule and element."""
    found = Axe().run(page, context=within, options=RULES).response["violations"]
    return [f"{page.url} {fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


LONG = "A sentence that is long enough to take more than one line on a small screen, and says so. "
SHIFTS = """() => new Promise((resolve) => {
    const found = [];
    new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
            found.push(`${value.toFixed(4)}: ${sources.map(({ node, previousRect: a, currentRect: b }) =>
                `${node?.nodeName}.${node?.className ?? node?.data} ${a.x},${a.y},${a.width},${a.height}`
                + ` to ${b.x},${b.y},${b.width},${b.height}`).join("; ")}`);
        }
    }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 0, found)));
})"""


class Told:
    """A channel with everything in it that a row can be."""

    def __init__(self, anna: Member, ben: Member, theme: str, suffix: str) -> None:
        self.channel: Channel = scene.new_channel(anna, f"looks-{theme}-{suffix}", ben, topic="How it looks")
        self.root: Message = scene.post(ben, self.channel, MARKDOWN)
        scene.post(anna, self.channel, "A reply for @Ben Okafor", thread=self.root)
        self.edited = edit_message(
            cast.caller_of(anna), scene.post(anna, self.channel, "Once"), body="@channel twice 🎉"
        )
        delete_message(cast.caller_of(ben), scene.post(ben, self.channel, "Gone"))
        self.direct: Channel = open_direct(cast.caller_of(anna), [ben])
        scene.post(ben, self.direct, "Just you and me, @Anna Lind")


def test_axe_finds_nothing_on_any_page_of_an_organization(
    windows: Windows, anna: Member, ben: Member, theme: str
) -> None:
    told = Told(anna, ben, theme, "pages")
    page = windows.open(anna, at(told.channel), color_scheme=theme)
    path: Callable[..., str] = scene.path
    channel, root, edited = told.channel.pk, told.root.pk, told.edited.pk
    found = []
    for place in (
        at(told.channel), at(told.direct), path("thread", root), path("message", channel, root), "/o/acme/?list",
        path("directory"), path("create_channel"), path("channel_settings", channel), path("channel_delete", channel),
        path("channel_members", channel), path("direct"), path("actions", root), path("edit", edited),
        path("delete", edited), path("versions", edited), "/o/acme/people/", f"/o/acme/people/{ben.pk}/",
        "/o/acme/settings/", "/o/acme/settings/profile/", "/o/acme/settings/invitations/", "/o/acme/settings/leave/",
        f"/o/acme/people/{ben.pk}/deactivate/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/",
        "/organizations/new/", "/",
    ):  # fmt: skip
        answer = page.goto(place)
        assert answer is not None
        assert answer.ok, place
        found += faults(page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_before_signing_in(windows: Windows, theme: str) -> None:
    page = windows.open(None, "/accounts/login/", color_scheme=theme)
    windows.expect_trouble("404")
    found = []
    for place in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/", "/nowhere/"):
        page.goto(place)
        found += faults(page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_in_what_scripts_open(
    windows: Windows, anna: Member, ben: Member, theme: str
) -> None:
    told = Told(anna, ben, theme, "opened")
    page = windows.open(anna, at(told.channel), color_scheme=theme)
    row(page, told.edited).hover()
    row(page, told.edited).get_by_role("link", name="More").click()
    expect(page.locator(".menu-items.popover")).to_be_visible()
    found = faults(page)
    page.keyboard.press("Escape")
    choose(page, row(page, told.edited), "Delete")
    expect(page.get_by_role("dialog")).to_be_visible()
    found += faults(page)
    page.keyboard.press("Escape")
    choose(page, row(page, told.edited), "Earlier versions")
    expect(page.get_by_role("dialog")).to_be_visible()
    found += faults(page)
    page.keyboard.press("Escape")
    choose(page, row(page, told.edited), "Edit")
    found += faults(page)
    page.keyboard.press("Escape")
    composer(page).focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#c-rows > .message:focus")).to_be_visible()
    found += faults(page)
    composer(page).press_sequentially("@b")
    expect(page.get_by_role("listbox")).to_be_visible()
    found += faults(page)
    page.keyboard.press("Escape")
    windows.expect_trouble("ERR_FAILED")
    page.route("**/messages/", lambda route: route.abort())
    composer(page).press("Enter")
    expect(page.locator(".message-failure")).to_be_visible()
    found += faults(page)
    page.get_by_text("Your menu").locator("..").click()
    found += faults(page, within="#person-menu")  # it covers a part of what is below, as menus do
    assert not found, "\n".join(found)


def test_the_sheet_of_shortcuts_is_read_from_its_beginning(
    windows: Windows, anna: Member, ben: Member, theme: str
) -> None:
    told = Told(anna, ben, theme, "sheet")
    page = windows.open(anna, at(told.channel), color_scheme=theme, viewport={"width": 390, "height": 400})
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("dialog").get_by_role("heading", name="Keyboard shortcuts")).to_be_in_viewport()
    found = faults(page)
    page.goto("/o/acme/shortcuts/")
    found += faults(page)
    assert not found, "\n".join(found)


def test_a_small_screen_shows_one_pane_at_a_time(windows: Windows, anna: Member, ben: Member) -> None:
    told = Told(anna, ben, "light", "small")
    page = windows.open(anna, "/o/acme/?list", viewport=NARROW, has_touch=True, is_mobile=True)
    expect(page.locator("#main")).not_to_be_in_viewport(ratio=0.01)
    assert faults(page) == []
    link_to(page, told.channel).tap()
    expect(row(page, told.root)).to_be_visible()
    expect(page.locator("#sidebar")).to_be_hidden()
    assert faults(page) == []
    composer(page).fill("On the go")
    composer(page).press("Enter")  # a line, on a touch keyboard
    expect(composer(page)).to_have_value("On the go\n")
    page.get_by_role("button", name="Send").tap()
    expect(row(page, "On the go")).to_have_attribute("data-id", re.compile(r"\d+"))

    row(page, told.root).locator(".replies").tap()
    expect(page.locator("#panel")).to_be_visible()
    expect(page.locator(".conversation .log")).to_be_hidden()
    assert faults(page) == []
    composer(page, thread=True).fill("In the thread")
    page.get_by_role("button", name="Send").tap()
    expect(row(page, "In the thread", place="t")).to_have_attribute("data-id", re.compile(r"\d+"))
    page.go_back()
    expect(row(page, "On the go")).to_be_visible()
    page.get_by_role("link", name="Back").tap()
    expect(link_to(page, told.direct)).to_be_visible()
    for place in (
        at(told.channel),
        scene.path("thread", told.root.pk),
        "/o/acme/people/",
        "/o/acme/channels/",
    ):
        page.goto(place)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROW["width"], place


def test_a_first_load_is_light(windows: Windows, anna: Member, ben: Member) -> None:
    told = Told(anna, ben, "light", "light")
    for number in range(60):
        last = scene.post(ben, told.channel, f"Message {number} of a page that is full")
    mark_read(cast.caller_of(anna), told.channel, message_id=last.pk)
    page = windows.blank(anna, viewport=WIDE)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(at(told.channel))
    expect(page.locator(".connection")).to_have_attribute("data-state", "live")
    page.wait_for_load_state("load")
    assert len(answers) <= 12
    weights = {"script": 0, "stylesheet": 0}
    for answer in answers:
        if answer.request.resource_type in weights:
            assert answer.headers["content-encoding"] == "br"
            weights[answer.request.resource_type] += len(brotli.compress(answer.body()))
    assert 0 < weights["script"] < 60_000
    assert 0 < weights["stylesheet"] < 25_000


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_moves_while_a_channel_opens(
    windows: Windows, anna: Member, ben: Member, size: dict[str, int]
) -> None:
    """Not when scripts begin, times are written as they are here, the stream opens, or where the unread begin."""
    told = Told(anna, ben, "light", f"still-{size['width']}")
    for number in range(60):
        last = scene.post(
            (anna, ben)[number % 3 % 2], told.channel, f"Message {number}. " + LONG * (number % 5)
        )
        if number == 30:
            mark_read(cast.caller_of(anna), told.channel, message_id=last.pk)
    page = windows.blank(anna, viewport=size)
    page.goto(at(told.channel))
    expect(page.locator(".connection")).to_have_attribute("data-state", "live")
    expect(page.locator(".unread-line")).to_have_count(1)
    assert page.evaluate(SHIFTS) == []
    page.evaluate("document.body.prepend(document.createElement('hr'), 'What pushes the page down')")
    assert page.evaluate(SHIFTS) != []  # it would be seen


def test_a_channel_can_be_read_and_written_in_before_any_script(
    windows: Windows, anna: Member, ben: Member
) -> None:
    told = Told(anna, ben, "light", "slow-script")
    windows.expect_trouble("ERR_FAILED")
    page = windows.blank(anna)
    page.route("**/script*", lambda route: route.abort())
    page.goto(at(told.channel))
    expect(row(page, told.root)).to_be_visible()
    composer(page).fill("Before any script")
    page.get_by_role("button", name="Send").click()
    expect(row(page, "Before any script")).to_be_visible()
