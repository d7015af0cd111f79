"""What the parser made, made fit for a page.

No headings in the page's outline, no link within a link or without a text, no endless emphasis.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MAX_EMPHASIS = 6  # bold, italic and strike within each other


def install(parser: MarkdownIt) -> None:
    parser.core.ruler.push("tidy", _tidy)


def _tidy(state: StateCore) -> None:
    in_heading = False
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            in_heading = token.nesting == 1
            token.tag = "p"
            if in_heading:
                token.attrSet("class", "heading")
        elif token.type == "table_open":
            token.attrSet("tabindex", "0")  # it may scroll, so the keyboard can reach it
        elif token.type in {"th_open", "td_open"}:
            token.attrs.pop("style", None)
        elif token.type == "inline":
            token.children = _flat_links(_shallow(token.children or []))
            if in_heading:
                token.children = [
                    Token("strong_open", "strong", 1),
                    *token.children,
                    Token("strong_close", "strong", -1),
                ]


def _shallow(tokens: list[Token]) -> list[Token]:
    """Emphasis past the bound is the text that was typed."""
    shown: list[bool] = []
    tidy = []
    for token in tokens:
        if token.tag in {"em", "strong", "s"}:
            if token.nesting == 1:
                shown.append(len(shown) < MAX_EMPHASIS)
                keep = shown[-1]
            else:
                keep = shown.pop()
            tidy.append(token if keep else _text(token.markup))
        else:
            tidy.append(token)
    return tidy


def _flat_links(tokens: list[Token]) -> list[Token]:
    """Links within a link are its text; one without a text shows its address; without an address, none."""
    tidy: list[Token] = []
    depth = opened = 0
    for token in tokens:
        if token.type == "link_open":
            depth += 1
            if depth > 1:
                continue
            opened = len(tidy)
            token.attrs.pop("title", None)
        elif token.type == "link_close":
            depth -= 1
            if depth:
                continue
            address = str(tidy[opened].attrs["href"])
            if not address:
                tidy[opened] = _text("[")
                token = _text("]()")
            elif not any(part.content.strip() for part in tidy[opened:]):
                tidy.append(_text(address))
        tidy.append(token)
    return tidy


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
