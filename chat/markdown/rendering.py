"""From a body to its HTML or its plain text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from chat.markdown.highlighting import Painter
from chat.markdown.mentions import Mentioned, without_ids
from chat.markdown.parser import PARSER
from chat.markdown.sanitizing import sanitize

MAX_LENGTH = 10_000  # characters of a body


@dataclass(frozen=True, slots=True)
class Rendered:
    html: str
    mentions: tuple[Mentioned, ...]  # in their order, each member once
    has_link: bool
    has_code: bool  # a block or within a line


def render(body: str, names: Mapping[str, Sequence[int]]) -> Rendered:
    """A body's safe HTML and what is in it. `names` has those who may be mentioned, by casefolded name."""
    env = {"names": names, "painter": Painter()}
    tokens = PARSER.parse(body, env)
    parts = list(_flat(tokens))
    mentions: dict[int | str, Mentioned] = {}
    for part in parts:
        if (one := part.meta.get("mention")) is not None:
            mentions.setdefault(one.member or one.kind, one)
    return Rendered(
        html=sanitize(PARSER.renderer.render(tokens, PARSER.options, env)),
        mentions=tuple(mentions.values()),
        has_link=any(part.type == "link_open" for part in parts),
        has_code=any(part.type in {"fence", "code_inline"} for part in parts),
    )


def plain_text(body: str, *, limit: int) -> str:
    """A body in one line of at most `limit` characters, without markup; a cut one ends in an ellipsis."""
    tokens = PARSER.parse(body, {"names": {}})
    text = " ".join("".join(map(_text, _flat(tokens))).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _flat(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "inline":
            yield from token.children or ()
        else:
            yield token


def _text(token: Token) -> str:
    if token.type == "text":
        return without_ids(token.content)
    if token.type in {"code_inline", "fence"}:
        return token.content
    return " " if token.block or token.type in {"softbreak", "hardbreak"} else ""
