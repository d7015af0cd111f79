"""The parser: which Markdown there is. One instance serves all threads; a render's own state is in `env`.

Left out on purpose: HTML and its entities, reference links and underlined headings, which hide or change what
was typed; code by indentation.
"""

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from chat.markdown import blocks, emojis, links, mentions, tidying

LEFT_OUT = ["code", "entity", "html_block", "html_inline", "lheading", "reference"]


class ChatRenderer(RendererHTML):
    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A block of code; it may scroll, so the keyboard can reach it."""
        language = tokens[idx].info.strip().partition(" ")[0]
        return f'<pre tabindex="0"><code>{env["painter"].paint(tokens[idx].content, language)}</code></pre>\n'


class ChatParser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return links.is_allowed(url)


def _build() -> ChatParser:
    options = {"breaks": True, "maxNesting": blocks.MAX_NESTING}
    parser = ChatParser("default", options, renderer_cls=ChatRenderer)
    parser.disable(LEFT_OUT)
    blocks.install(parser)
    links.install(parser)
    mentions.install(parser)
    tidying.install(parser)
    emojis.install(parser)
    parser.parse("rules are compiled by the first use, which threads must not share")
    return parser


PARSER = _build()
