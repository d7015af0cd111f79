"""Mentions: @name, @name|12 where several have the name, @channel and @here.

A mention's text is what was written; the member's id beside it survives a rename, and `renamed` shows the
name they have now. Names in code, in links and after a letter or digit (an e-mail address) are no mentions.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

EVERYONE = frozenset({"channel", "here"})
MAX_CANDIDATES = 200
MAX_NAME = 80  # characters

# Vowel signs and accents are characters of a word that \w doesn't know; all but historic scripts have theirs
# below U+3100. The two joiners stand within words of Persian and Indic scripts.
_MARKS = (
    "".join(mark for mark in map(chr, range(0x300, 0x3100)) if unicodedata.category(mark)[0] == "M")
    + "\u200c\u200d"
)
_WORD = rf"[\w{_MARKS}]"
_LETTER = rf"(?:[^\W_]|[{_MARKS}])"
_PART = rf"[\w{_MARKS}.'’\-]"
_NAME = rf"{_LETTER}{_PART}*(?: {_PART}+){{0,5}}"

BEGIN = re.compile(rf"(?<![^\W_])(?<![{_MARKS}])@(?={_LETTER})")
NAME = re.compile(_NAME)
END = re.compile(rf"(?:{_WORD}|(?<={_WORD})\.)(?!_*{_LETTER})")  # of a word, or of an abbreviation
SUFFIX = re.compile(rf"\|([0-9]{{1,18}})(?!{_WORD})")
WRITTEN_ID = re.compile(rf"({BEGIN.pattern}{_NAME}){SUFFIX.pattern}")
RENDERED = re.compile(r'(<span class="mention" data-member="([0-9]{1,18})">)[^<]*')


class Mentioned(NamedTuple):
    member: int | None
    kind: str  # member, channel, here
    written: str  # the name as it was written, without @


def install(parser: MarkdownIt) -> None:
    parser.inline.ruler.before("autolink", "mention", _mention)


def candidates(body: str) -> frozenset[str]:
    """The casefolded names that might be mentioned: at most 200, for the caller to ask the database for."""
    found: set[str] = set()
    for begin in BEGIN.finditer(body):
        for end in _ends(body, begin.end()):
            name = body[begin.end() : end].casefold()
            if name not in EVERYONE:
                found.add(name)
            if len(found) == MAX_CANDIDATES:
                return frozenset(found)
    return frozenset(found)


def mentioned_ids(html: str) -> frozenset[int]:
    """The ids of the members that stored HTML mentions."""
    return frozenset(int(found[2]) for found in RENDERED.finditer(html))


def renamed(html: str, names: Mapping[int, str]) -> str:
    """Stored HTML with the members' present names in its mentions; who isn't in `names` keeps the text."""

    def present(found: re.Match[str]) -> str:
        name = names.get(int(found[2]))
        return found[0] if name is None else f"{found[1]}@{escape(name, quote=False)}"

    return RENDERED.sub(present, html)


def without_ids(text: str) -> str:
    """A text with @name for each @name|12."""
    return WRITTEN_ID.sub(r"\1", text)


def _ends(text: str, begin: int) -> Iterator[int]:
    """Where the name that begins there could end, the nearest first."""
    name = NAME.match(text, begin)
    if name is None:
        return
    furthest = min(name.end(), begin + MAX_NAME)
    for end in END.finditer(text, begin):
        if end.end() > furthest:
            return
        yield end.end()


def _mention(state: StateInline, silent: bool) -> bool:
    if silent or state.linkLevel or state.src[state.pos] != "@" or not BEGIN.match(state.src, state.pos):
        return False
    begin = state.pos + 1
    for end in reversed([end for end in _ends(state.src, begin) if end <= state.posMax]):
        written = state.src[begin:end]
        name = written.casefold()
        if name in EVERYONE:
            mention = Mentioned(None, name, written)
        elif name in state.env["names"]:
            suffix = SUFFIX.match(state.src, end)
            member = _chosen(state.env["names"][name], suffix)
            if member is None:
                return False
            mention = Mentioned(member, "member", written)
            end = suffix.end() if suffix else end
        else:
            continue
        _push(state, mention)
        state.pos = end
        return True
    return False


def _chosen(ids: Sequence[int], suffix: re.Match[str] | None) -> int | None:
    """Whose name it is. A written id that isn't theirs meant somebody else: nobody is called by mistake."""
    if suffix is not None:
        return int(suffix[1]) if int(suffix[1]) in ids else None
    return ids[0] if len(ids) == 1 else None


def _push(state: StateInline, mention: Mentioned) -> None:
    opening = state.push("mention_open", "span", 1)
    opening.meta = {"mention": mention}
    if mention.member is None:
        opening.attrs = {"class": "mention mention-all", "data-mention": mention.kind}
    else:
        opening.attrs = {"class": "mention", "data-member": str(mention.member)}
    state.push("text", "", 0).content = f"@{mention.written}"
    state.push("mention_close", "span", -1)
