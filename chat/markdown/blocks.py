"""Blocks within bounds: past a depth or a size what would open a block is text, so nothing is lost."""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block, table

MAX_DEPTH = 12  # levels of the tree: a quote is one, a list two
MAX_NESTING = MAX_DEPTH + 8  # where the parser would drop what follows; the bound above keeps it from there
MAX_CELLS = 4_000  # of one table: missing cells are made up, so a few characters could ask for very many


def install(parser: MarkdownIt) -> None:
    ruler = parser.block.ruler
    ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    ruler.at("blockquote", _blockquote, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.push("unquoted", _unquoted, {"alt": ["blockquote"]})


def _blockquote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level < MAX_DEPTH and blockquote(state, start, end, silent)


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level < MAX_DEPTH and list_block(state, start, end, silent)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if start + 1 >= end:
        return False
    columns = state.src.count("|", state.bMarks[start + 1], state.eMarks[start + 1]) + 1
    return columns * (end - start) <= MAX_CELLS and table(state, start, end, silent)


def _unquoted(state: StateBlock, _start: int, _end: int, silent: bool) -> bool:
    """Ends a quote at the first line without a `>`: the answer below a quote isn't part of it."""
    return silent and state.parentType == "blockquote"  # tables ask the same rules where they end
