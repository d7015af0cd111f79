"""The second wall: only the tags, attributes and classes that the parser makes come out, whatever went in."""

import nh3

from chat.markdown.highlighting import CLASSES

SCHEMES = {"http", "https", "mailto"}

_cleaner = nh3.Cleaner(
    tags={
        "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "span", "strong",
        "table", "tbody", "td", "th", "thead", "tr", "ul",
    },
    attributes={"a": {"href"}, "ol": {"start"}, "span": {"data-member"}},
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
