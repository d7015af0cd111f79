"""Links to http, https and mailto: written out, in <…>, or behind a text. An image becomes a link to it."""

import re

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, link

from chat.markdown.sanitizing import keeps

ALLOWED = re.compile(r"(?:https?://[^/?#\\\s]|mailto:[^\s])", re.IGNORECASE)
SCHEME = re.compile(r"(?<![^\W_])(?:https?|mailto)\Z", re.IGNORECASE)
MAX_WRITTEN = 2_000  # characters of an address; one that is refused is read again from its next colon
CLOSING = "*_~"  # at an address's end they are markup around it

_linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})


def is_allowed(url: str) -> bool:
    """Whether a normalized address, its entities decoded, may be linked to."""
    return ALLOWED.match(url) is not None and keeps(url)


def install(parser: MarkdownIt) -> None:
    parser.inline.ruler.at("linkify", _address)
    parser.inline.ruler.at("image", _image)


def _address(state: StateInline, silent: bool) -> bool:
    """An address written out. It begins before its colon, where the parser has already passed."""
    if silent or state.linkLevel or state.src[state.pos] != ":":
        return False
    begin = max(0, state.pos - len("mailto") - 1)
    scheme = SCHEME.search(state.src, begin, state.pos)
    if scheme is None or not state.pending.endswith(scheme[0]):
        return False
    after = state.pos + 1
    near = state.src[: after + MAX_WRITTEN]
    length = _linkify.test_schema_at(near, scheme[0].lower() + ":", after)
    written = near[scheme.start() : after + length].rstrip(CLOSING)
    url = state.md.normalizeLink(written)
    if not 0 < length < MAX_WRITTEN or not state.md.validateLink(url):
        return False
    state.pending = state.pending.removesuffix(scheme[0])
    state.push("link_open", "a", 1).attrSet("href", url)
    state.push("text", "", 0).content = written
    state.push("link_close", "a", -1)
    state.pos = scheme.start() + len(written)
    return True


def _image(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("![", state.pos):
        return False
    state.pos += 1
    if link(state, silent):
        return True
    state.pos -= 1
    return False
