"""Code in colours: Pygments' tokens as a few CSS classes, which static/css/code.css names."""

from functools import cache
from time import thread_time

from markdown_it.common.utils import escapeHtml
from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import (
    Comment,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    String,
    Token,
    _TokenType,
)

MAX_LENGTH = 20_000  # characters; what is longer stays plain

# The time of many lexers grows with the square of their input (10,000 empty lines of C: twelve seconds).
# A message's code gets this much of the processor, then stays plain.
MAX_SECONDS = 0.1

# Chosen, since others take seconds for one token (ini, console, ocaml, matlab, sqlite3), or run whichever
# lexer the text asks for (http, markdown, postgres, rst).
LANGUAGES = frozenset({
    "apacheconf", "bash", "bat", "c", "clojure", "cmake", "cpp", "csharp", "css", "dart", "diff", "django",
    "docker", "elixir", "erlang", "fsharp", "go", "graphql", "groovy", "haskell", "html", "java",
    "javascript", "jinja", "json", "jsx", "julia", "kotlin", "latex", "less", "lua", "make", "nginx", "nix",
    "objective-c", "perl", "php", "powershell", "protobuf", "pycon", "pytb", "python", "r", "ruby", "rust",
    "scala", "scss", "sql", "swift", "terraform", "toml", "tsx", "typescript", "vim", "xml", "yaml", "zig",
})  # fmt: skip
STAND_INS = {
    "cfg": "toml", "console": "bash", "ini": "toml", "mysql": "sql", "postgres": "sql", "postgresql": "sql",
    "psql": "sql", "shell-session": "bash", "sqlite": "sql", "sqlite3": "sql",
}  # fmt: skip

CLASSES: dict[_TokenType, str] = {
    Token: "",
    Comment: "c",
    Comment.Preproc: "cp",
    Generic.Deleted: "gd",
    Generic.Error: "gr",
    Generic.Heading: "gh",
    Generic.Inserted: "gi",
    Generic.Prompt: "gp",
    Generic.Subheading: "gh",
    Generic.Traceback: "gr",
    Keyword: "k",
    Literal: "m",
    Name.Attribute: "na",
    Name.Builtin: "nb",
    Name.Class: "nc",
    Name.Decorator: "nd",
    Name.Exception: "nc",
    Name.Function: "nf",
    Name.Tag: "nt",
    Number: "m",
    Operator.Word: "k",
    String: "s",
    String.Escape: "se",
    String.Interpol: "se",
}


class Painter:
    """Paints the code of one message, within one allowance of time."""

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        self.left = seconds

    def paint(self, code: str, language: str) -> str:
        """The code as HTML: coloured where the language is known, else escaped."""
        lexer = _lexer(language.lower()) if len(language) <= 20 else None
        if lexer is None or len(code) > MAX_LENGTH or self.left <= 0:
            return escapeHtml(code)
        begun = thread_time()
        html: list[str] = []
        painted = 0  # up to here it is in html
        colour = ""
        for index, kind, _text in lexer.get_tokens_unprocessed(code):
            if index >= painted and (now := _class(kind)) != colour:  # a lexer may go back (terraform)
                html.append(_span(code[painted:index], colour))
                painted, colour = index, now
            if thread_time() - begun > self.left:
                colour = ""
                break
        html.append(_span(code[painted:], colour))
        self.left -= thread_time() - begun
        return "".join(html)


def _span(code: str, colour: str) -> str:
    text = escapeHtml(code)
    return f'<span class="{colour}">{text}</span>' if colour and code else text


@cache
def _class(kind: _TokenType) -> str:
    while kind not in CLASSES:
        assert kind.parent is not None  # noqa: S101 - Token, the root, is among them
        kind = kind.parent
    return CLASSES[kind]


def _lexer(language: str) -> Lexer | None:
    name = _names().get(language)
    return None if name is None else _loaded(name)


@cache
def _names() -> dict[str, str]:
    """Every name that people write for a language, with the one it goes by here."""
    every = {
        alias: LANGUAGES.intersection(names)
        for _, names, *_ in get_all_lexers(plugins=False)
        for alias in names
    }
    return {alias: name for alias, found in every.items() for name in found} | STAND_INS


@cache
def _loaded(name: str) -> Lexer:
    lexer: Lexer = get_lexer_by_name(name)
    return lexer
