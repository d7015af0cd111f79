"""Templates and the pages they make hold to the content security policy, and rows to what all readers may share.

Nothing inline, nothing that htmx would evaluate, nothing of another host.
"""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from chat.actions import create_channel, edit_message, open_direct, post_message
from chat.models import Channel
from tests.cast import caller_of

SignIn = Callable[[Member], Client]
Attributes = list[tuple[str, str | None]]

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted(path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static/css").glob("*.css"))
COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)
ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
ADDRESSES = {"action", "cite", "data", "formaction", "href", "poster", "src", "srcset"}
EVALUATED = ("hx-on", "hx-vars", "hx-script")
# HTML that comes from elsewhere than a template: a message's is made and sanitized by chat.markdown when it's written,
# a field's help is the code's own.
TRUSTED = {
    "chat/_message_versions.html": ["version.html|safe"],
    "django/forms/field.html": ["field.help_text|safe"] * 3,
}


def source(template: Path | str) -> str:
    return COMMENT.sub("", (ROOT / "templates" / template).read_text())


class Page(HTMLParser):
    """What the content security policy or our own rules would object to, in a page or a template's source."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.scripts = 0
        self._script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self._script = tag == "script"
        if tag == "script":
            self.scripts += 1
            if not dict(attrs).get("src"):
                self.faults.append("a script without an address")
        if tag in {"style", "base", "iframe", "object", "embed"}:
            self.faults.append(tag)
        for name, value in attrs:
            self._attribute(name, value or "")

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.faults.append(f"a script's text: {data[:40]}")

    def _attribute(self, name: str, value: str) -> None:
        told = f'{name}="{value[:60]}"'
        if name == "style" or name.startswith(("on", *EVALUATED)):
            self.faults.append(told)
        if re.search(r"\b(?:java|vb)?script:|\bjs:", value, re.IGNORECASE):
            self.faults.append(told)
        if name.startswith("hx-trigger") and "[" in value:
            self.faults.append(told)
        foreign = ELSEWHERE.match(value) and not value.startswith("http://testserver/")
        if (name in ADDRESSES or name.startswith("hx-")) and foreign:
            self.faults.append(told)


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_a_template_has_nothing_inline_evaluated_or_foreign(template: Path) -> None:
    text = source(template)
    assert Page(text).faults == []
    assert not re.search(r"https?://|\shx-on|\bjs:|\son[a-z]+\s*=|\sstyle\s*=|<style", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_a_template_escapes_what_it_shows(template: Path) -> None:
    trusted = re.findall(r"[\w.]+\|safe\b|{% autoescape off|\|safeseq", source(template))
    assert trusted == TRUSTED.get(str(template), [])


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_a_style_fetches_nothing_from_elsewhere(style: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.DOTALL)
    assert not re.search(r"@import|url\(\s*[\"']?\s*(?:[a-z]+:)?//", text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ('<p class="a">x</p><script src="/a.js"></script>', 0),
        ("<script>x()</script>", 2),
        ('<p style="a">', 1),
        ('<p onclick="x()">', 1),
        ('<p hx-on::load="x()">', 1),
        ('<a href="javascript:x()">', 1),
        ('<p hx-vals="js:{a: 1}">', 1),
        ('<p hx-trigger="click[ctrlKey]">', 1),
        ('<img src="//cdn.example/a.png">', 1),
        ('<a href="https://elsewhere.example/">', 1),
        ('<p hx-get="https://elsewhere.example/">', 1),
        ("<style>p {}</style>", 1),
    ],
)
def test_faults_are_seen(text: str, faults: int) -> None:
    assert len(Page(text).faults) == faults


# Rows


def kept_templates() -> Iterator[str]:
    """A message's row, and what `kept` draws once for all that look alike, each with what it includes."""
    waiting = ["chat/_row.html"]
    for template in TEMPLATES:
        waiting += re.findall(r'{% kept "([^"]+)"', source(template))
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name
            waiting += re.findall(r'{% include "([^"]+)"', source(name))


@pytest.mark.parametrize("template", sorted(kept_templates()))
def test_what_every_reader_shares_holds_nothing_of_one(template: str) -> None:
    text = source(template)
    assert not re.search(r"<form|<input|csrf|\brequest\b|{{ *(?:user|me|member)\b|\bperms\b", text)


# Pages


@pytest.fixture
def addresses(anna: Member, ben: Member, chloe: Member) -> list[str]:
    """Every page of an organization that a GET shows."""
    channel = Channel.objects.get(organization=anna.organization, name="general")
    body = "**Hello** @Ben Okafor, `code`, https://elsewhere.example/\n\n```python\nx = 1\n```\n> quoted\n- listed"
    root = post_message(caller_of(anna), channel, body=body)
    edit_message(caller_of(anna), root, body=body + "\n~~struck~~")
    post_message(caller_of(chloe), channel, body="A reply", thread=root)
    secret = create_channel(caller_of(anna), name="secret", kind="private", topic="<b>", description="<i>")
    direct = open_direct(caller_of(anna), [ben, chloe])
    in_chat: list[tuple[str, list[int]]] = [
        ("home", []),
        ("sidebar", []),
        ("directory", []),
        ("create_channel", []),
        ("direct", []),
        *[("channel", [pk]) for pk in (channel.pk, secret.pk, direct.pk)],
        *[(name, [channel.pk]) for name in ("frame", "history", "channel_settings", "channel_members")],
        ("channel_delete", [secret.pk]),
        ("message", [channel.pk, root.pk]),
        *[(name, [root.pk]) for name in ("thread", "actions", "edit", "delete", "versions")],
    ]
    in_accounts: list[tuple[str, list[int]]] = [
        *[(name, []) for name in ("people", "invitations", "organization", "profile", "leave")],
        *[(name, [ben.pk]) for name in ("person", "deactivate")],
    ]
    return [
        *[reverse(f"chat:{name}", args=["acme", *ids]) + "?list" * (name == "home") for name, ids in in_chat],
        *[reverse(f"accounts:{name}", args=["acme", *ids]) for name, ids in in_accounts],
        *[reverse(name) for name in ("accounts:organizations", "account_email")],
        reverse("chat:mentions", args=["acme"]) + f"?channel={channel.pk}&q=b",
    ]


def look(response: HttpResponseBase) -> Page:
    page = Page(_without_messages(response.content.decode()))  # type: ignore[attr-defined]
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    return page


def _without_messages(text: str) -> str:
    """What people wrote may link to elsewhere; that it does no harm is chat.markdown's to show."""
    return re.sub(r'<div class="message-body">.*?</div>', "", text, flags=re.DOTALL)


def test_every_page_holds_to_the_policy(client_of: SignIn, anna: Member, addresses: list[str]) -> None:
    browser = client_of(anna)
    for address in addresses:
        response = browser.get(address)
        assert response.status_code == 200, address
        assert look(response).faults == [], address


def test_so_do_the_pages_before_one_has_signed_in(client: Client, anna: Member) -> None:
    for name in ("account_login", "account_signup", "account_reset_password", "landing"):
        response = client.get(reverse(name))
        assert response.status_code == 200, name
        assert look(response).faults == [], name


def test_and_the_pages_that_say_no(client_of: SignIn, gus: Member) -> None:
    browser = client_of(gus)
    for name, status in (("create_channel", 403), ("channel", 404)):
        ids = [10**9] if name == "channel" else []
        response = browser.get(reverse(f"chat:{name}", args=["acme", *ids]))
        assert response.status_code == status
        assert look(response).faults == []


def test_no_two_things_of_a_page_have_one_id(client_of: SignIn, anna: Member, addresses: list[str]) -> None:
    """Rows of a channel and of its thread among them."""
    browser = client_of(anna)
    for address in addresses:
        ids = re.findall(r'\sid="([^"]+)"', browser.get(address).content.decode())
        assert sorted(set(ids)) == sorted(ids), address
