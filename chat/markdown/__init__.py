"""Markdown as chat knows it: a message's body becomes safe HTML, once, when it is written.

Nothing of a body reaches the page as HTML: the parser makes every tag, and a sanitizer checks what it made.
"""

from chat.markdown.emojis import only_emoji
from chat.markdown.folding import folds
from chat.markdown.mentions import Mentioned, candidates, mentioned_ids, renamed
from chat.markdown.rendering import MAX_LENGTH, Rendered, plain_text, render

__all__ = [
    "MAX_LENGTH",
    "Mentioned",
    "Rendered",
    "candidates",
    "folds",
    "mentioned_ids",
    "only_emoji",
    "plain_text",
    "renamed",
    "render",
]
