"""No payload of xss_payloads.txt becomes anything but text or a harmless link, wherever it stands."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chat.markdown import plain_text, renamed, render
from chat.markdown.highlighting import CLASSES, Painter
from chat.markdown.parser import PARSER
from chat.markdown.sanitizing import sanitize

TAGS = frozenset({
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "span", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
CODE = "|".join(sorted(set(CLASSES.values()) - {""}))
SPAN = re.compile(
    rf'<span class="(?:{CODE}|mention" data-member="[0-9]+|'
    r'mention mention-all" data-mention="(?:channel|here))">'
)
ATTRIBUTES = {
    "a": re.compile(
        r'<a href="(?:https?://|mailto:)[^"<>\s]+" rel="nofollow noopener noreferrer">', re.IGNORECASE
    ),
    "ol": re.compile(r'<ol(?: start="[0-9]+")?>'),
    "p": re.compile(r'<p(?: class="heading")?>'),
    "pre": re.compile(r'<pre tabindex="0">'),
    "span": SPAN,
    "table": re.compile(r'<table tabindex="0">'),
}
NAMES = {"anna": [5], "anna lind": [5]}
PLACES = {
    "alone": "{}",
    "in a sentence": "Look: {} is it",
    "in a quote": "> {}",
    "in a list": "- {}",
    "in bold": "**{}**",
    "in a heading": "# {}",
    "in a table": "|a|\n|-|\n|{}|",
    "as a link's text": "[{}](https://a.example)",
    "as a link's address": "[x]({})",
    "as a link's pointed address": "[x](<{}>)",
    "as a link's title": '[x](https://a.example "{}")',
    "as an image": "![{0}]({0})",
    "in angles": "<{}>",
    "in an address": "https://a.example/{}",
    "in an e-mail address": "mailto:{}@a.example",
    "in code": "`{}`",
    "as a fence's language": "~~~{}\nx\n~~~",
    "in a fence": "~~~\n{}\n~~~",
    "in a coloured fence": "~~~html\n{}\n~~~",
    "as a name": "@Anna Lind{}",
    "as an id": "@Anna|{}",
    "as a definition": "[x]: {}\n\n[x]",
}


def payloads() -> Iterator[str]:
    """The payloads of the file, with the characters it pictures."""
    text = Path(__file__).with_name("xss_payloads.txt").read_text("utf-8")
    text = re.sub(r"^%%.*\n", "", text, flags=re.MULTILINE)
    pictures = {0x2400 + code: code for code in range(0x20)}
    for payload in re.split(r"\n{2,}", text.strip("\n")):
        seen = re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), payload)
        yield seen.translate(pictures)


PAYLOADS = list(payloads())


class Page(HTMLParser):
    """What is on a page: its tags as their source has them, its text, and how much of anything else."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, str]] = []
        self.text = ""
        self.strange = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, self.get_starttag_text() or ""))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.strange += 1

    def handle_decl(self, decl: str) -> None:
        self.strange += 1

    def handle_pi(self, data: str) -> None:
        self.strange += 1

    def unknown_decl(self, data: str) -> None:
        self.strange += 1


def assert_harmless(html: str) -> None:
    """Fails for any tag, attribute, address or class that isn't of the renderer's own making."""
    page = Page(html)
    assert page.strange == 0
    for tag, source in page.tags:
        assert tag in TAGS
        allowed = ATTRIBUTES.get(tag)
        assert allowed.fullmatch(source) if allowed else source == f"<{tag}>"
    assert sanitize(html) == html, "a browser would read it in another way"


def test_the_list_covers_the_families() -> None:
    everything = "\n".join(PAYLOADS).casefold()
    for family in (
        "<script", "onerror", "javascript:", "data:", "vbscript:", "&colon;", "&#x3a;", "java\tscript",
        "<svg", "<math", "srcdoc", "<style", "refresh", "<base", "<form", "<template", "<noscript",
        "```", "]: ", "![", "@anna", "hx-",
    ):  # fmt: skip
        assert family in everything
    assert len(PAYLOADS) > 250


@pytest.mark.parametrize("place", PLACES)
def test_a_payload_is_text_wherever_it_stands(place: str) -> None:
    for payload in PAYLOADS:
        assert_harmless(render(PLACES[place].replace("{0}", payload).replace("{}", payload), NAMES).html)


@pytest.mark.parametrize("place", PLACES)
def test_the_first_wall_holds_without_the_second(place: str) -> None:
    for payload in PAYLOADS:
        body = PLACES[place].replace("{0}", payload).replace("{}", payload)
        html = PARSER.render(body, {"names": NAMES, "painter": Painter()})
        bare = [re.sub(' rel="[^"]*"', "", source) for _tag, source in Page(sanitize(html)).tags]
        assert [source.replace("&quot;", '"') for _tag, source in Page(html).tags] == [
            source.replace("&quot;", '"') for source in bare
        ]
        assert Page(html).text == Page(sanitize(html)).text


def test_the_second_wall_holds_without_the_first() -> None:
    for payload in PAYLOADS:
        page = Page(sanitize(payload))
        assert {tag for tag, _source in page.tags} <= TAGS
        clean = " ".join(source for _tag, source in page.tags)
        assert not re.search(
            r"<[^>]*\b(?:on\w+|style|src\w*|action|formaction|data-hx-\w+|hx-\w+|id)\s*=", clean
        )
        assert not re.search(r'href="(?!https?:|mailto:)', clean, re.IGNORECASE)


def test_html_is_shown_as_it_was_typed() -> None:
    for payload in PAYLOADS:
        if payload.startswith("<script") and "\n" not in payload:
            assert payload in Page(render(payload, {}).html).text


def test_no_link_leads_anywhere_but_the_web_and_mail() -> None:
    for payload in PAYLOADS:
        if re.match(r"\[x\]\(\s*[a-z]*script", payload, re.IGNORECASE) and "https:" not in payload:
            assert not render(payload, {}).has_link


def test_a_payload_as_a_member_s_name_is_text() -> None:
    html = render("Ask @Anna", NAMES).html
    for payload in PAYLOADS:
        page = Page(renamed(html, {5: payload}))
        assert [tag for tag, _source in page.tags] == ["p", "span"]
        assert page.strange == 0


def test_a_payload_in_a_preview_is_one_line() -> None:
    for payload in PAYLOADS:
        assert "\n" not in plain_text(payload, limit=100)
