"""Emoji: :shortcodes: become what they stand for, and a text of a few emoji alone is told from others."""

import re

import emoji
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

MOST = 6  # emoji that are shown large
LONGEST = 120  # characters of HTML; a family of four with skin tones has 11

# Two letters at the least, and nothing that goes on: 10:30:45 and x[1:a:2] stay what they are.
SHORTCODE = re.compile(r"(?<![\w:]):[a-z0-9_+\-]{2,40}:(?![\w:])")
PARAGRAPH = re.compile(r"<p>([^<]+)</p>\s*")


def install(parser: MarkdownIt) -> None:
    parser.core.ruler.push("shortcodes", _shortcodes)


def only_emoji(html: str) -> bool:
    """Whether a message's HTML is one paragraph of one to six emoji, whatever they're joined and coloured by."""
    if len(html) > LONGEST or (found := PARAGRAPH.fullmatch(html)) is None:
        return False
    text = "".join(found[1].split())
    return emoji.purely_emoji(text) and emoji.emoji_count(text) <= MOST


def _shortcodes(state: StateCore) -> None:
    for block in state.tokens:
        depth = 0
        for token in block.children or ():
            depth += token.nesting if token.type.startswith("link_") else 0
            if token.type == "text" and not depth and ":" in token.content:
                token.content = SHORTCODE.sub(_emoji, token.content)


def _emoji(found: re.Match[str]) -> str:
    return emoji.emojize(found[0], language="alias")
