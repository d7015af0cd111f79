"""The second wall: only the tags, attributes and classes that the parser makes come out, whatever went in."""

from html import escape

import nh3

from chat.markdown.highlighting import CLASSES

SCHEMES = {"http", "https", "mailto"}

_cleaner = nh3.Cleaner(
    tags={
        "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "span", "strong",
        "table", "tbody", "td", "th", "thead", "tr", "ul",
    },
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}, "span": {"data-member"}},
    tag_attribute_values={
        "pre": {"tabindex": {"0"}},
        "span": {"data-mention": {"channel", "here"}},
        "table": {"tabindex": {"0"}},
    },
    allowed_classes={"p": {"heading"}, "span": {"mention", "mention-all", *CLASSES.values()} - {""}},
    link_rel="nofollow noopener noreferrer",
    url_schemes=SCHEMES,
    url_relative="deny",
)  # fmt: skip


def sanitize(html: str) -> str:
    return _cleaner.clean(html)


def keeps(url: str) -> bool:
    """Whether a link to that address comes out as one: its scheme is allowed and a browser can read it."""
    return " href=" in _cleaner.clean(f'<a href="{escape(url)}">x</a>')
