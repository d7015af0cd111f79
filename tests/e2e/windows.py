"""Windows of the browser, each with its person, and what people do and see in them."""

import re
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from accounts.models import Member
from accounts.web import ENTERED, LAST
from chat.models import Channel, Message
from tests.server import Site

FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DEADLINE = 15_000  # milliseconds
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

expect.set_options(timeout=DEADLINE)


class Windows:
    """Opens windows, and keeps what went wrong in them."""

    def __init__(self, server: Site, browser: Browser) -> None:
        self.server = server
        self.browser = browser
        self.problems: list[str] = []
        self.expected: list[re.Pattern[str]] = []
        self.contexts: list[BrowserContext] = []

    def open(self, member: Member | None, path: str, **options: Any) -> Page:
        """A new window in which `member` has signed in, at `path`; it's live already."""
        page = self.blank(member, **options)
        page.goto(path)
        if member is not None and options.get("java_script_enabled", True):
            expect_live(page)
        return page

    def blank(self, member: Member | None, **options: Any) -> Page:
        """A new window in which `member` has signed in, before it goes anywhere."""
        given: dict[str, Any] = {
            "base_url": f"http://127.0.0.1:{self.server.port}", "viewport": WIDE, "locale": "en-GB",
            "timezone_id": "Europe/Berlin",
        }  # fmt: skip
        context = self.browser.new_context(**given | options)
        context.set_default_timeout(DEADLINE)
        context.on("console", self.note)
        context.on("weberror", lambda error: self.problems.append(str(error.error)))
        self.contexts.append(context)
        if member is not None:
            name, url = settings.SESSION_COOKIE_NAME, given["base_url"]
            context.add_cookies([{"name": name, "value": session_of(member), "url": url}])
        return context.new_page()

    def expect_trouble(self, *patterns: str) -> None:
        """Console messages that this test brings about."""
        self.expected += [re.compile(pattern) for pattern in patterns]

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said = f"{message.text} ({message.location.get('url', '')})"
            if not any(pattern.search(said) for pattern in self.expected):
                self.problems.append(said)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def session_of(member: Member) -> str:
    """The key of a new session of the member's user, who has been in their organization before."""
    assert member.user is not None
    client = Client()
    client.force_login(member.user)
    session = client.session
    session[ENTERED], session[LAST] = [member.organization_id], member.organization_id
    session.save()
    return str(session.session_key)


def at(channel: Channel) -> str:
    """The path of a channel."""
    return f"/o/{channel.organization.slug}/c/{channel.pk}/"


def row(page: Page, message: Message | str, *, place: str = "c") -> Locator:
    """The row of a message, or the one that holds a text."""
    if isinstance(message, Message):
        return page.locator(f"#{place}-m-{message.pk}")
    return page.locator(f"#{place}-rows > .message").filter(has_text=message)


def composer(page: Page, *, thread: bool = False) -> Locator:
    return page.locator(f"#{'thread' if thread else 'channel'}-composer-body")


def say(page: Page, text: str, *, thread: bool = False) -> None:
    """Type a message and send it by Enter; it's there when the server has it."""
    composer(page, thread=thread).fill(text)
    composer(page, thread=thread).press("Enter")
    expect(page.locator(".message:not([data-id])")).to_have_count(0)


def choose(page: Page, item: Locator, name: str) -> None:
    """Choose an action from a message's menu."""
    item.hover()
    item.get_by_role("link", name="More").click()
    menu = page.locator(".menu-items.popover")
    menu.get_by_role("link", name=name).or_(menu.get_by_role("button", name=name)).click()


def link_to(page: Page, channel: Channel) -> Locator:
    """The channel in the sidebar."""
    return page.locator(f"#sidebar .channel[data-channel='{channel.pk}']")


def expect_live(page: Page) -> None:
    """Wait until the page's stream is open."""
    expect(page.locator(".connection")).to_have_attribute("data-state", "live")
