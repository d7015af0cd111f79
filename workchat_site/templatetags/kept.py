"""Fragments that are drawn once for all that look alike, as message rows are.

What a kept fragment may show is named beside it, and it sees nothing else: neither the request nor its page's
context. So the same values give the same bytes, nothing kept needs to be taken back, and nobody's fragment is
another's. A CSRF token is never kept: its places are left open, and filled with each request's own.
"""

import secrets
from collections.abc import Hashable, Iterable
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.engine import Engine
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()
KEPT = 20_000  # fragments, of about 1 KB each
BLANK = secrets.token_hex(16)  # where a token goes; nobody can guess it, and have theirs put into a text


@register.simple_tag
def kept(name: str, it: Hashable) -> SafeString:
    """The template `name` rendered with `it` alone."""
    draw = _drawn if settings.DEBUG else _draw
    return draw(name, it, get_language())


@register.simple_tag
def kept_each(name: str, things: Iterable[Hashable]) -> SafeString:
    """The template `name` rendered with each of `things` alone as `it`, one after the other."""
    draw, language = _drawn if settings.DEBUG else _draw, get_language()
    return mark_safe("".join([draw(name, it, language) for it in things]))  # noqa: S308 - a template's


def _drawn(name: str, it: Hashable, _language: str | None) -> SafeString:
    check(it)
    return render_to_string(name, {"it": it})


_draw = lru_cache(maxsize=KEPT, typed=True)(_drawn)  # typed, since 1 equals True and looks different


@register.tag
def keep(parser: Parser, token: Token) -> "Keep":
    """{% keep name=value … %}…{% endkeep %}: what is within, drawn once for these values, which it alone can see."""
    bits = token.split_contents()[1:]
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"keep takes name=value, not {bits[0]}")
    within = parser.parse(("endkeep",))
    parser.delete_first_token()
    return Keep(within, values)


class Keep(template.Node):
    child_nodelists = ("within",)

    def __init__(self, within: NodeList, values: dict[str, FilterExpression]) -> None:
        self.within, self.names = within, tuple(values)
        self.values = tuple(values.values())

    def render(self, context: Context) -> SafeString:
        values = [value.resolve(context) for value in self.values]
        cut = _cut if settings.DEBUG else _cut_once
        parts = cut(self, get_language(), *values)
        if len(parts) == 1:
            return parts[0]
        return mark_safe(str(context["csrf_token"]).join(parts))  # noqa: S308 - a template's, and a token

    def draw(self, values: tuple[Any, ...]) -> str:
        context = Context(dict(zip(self.names, values, strict=True)) | {"csrf_token": BLANK})
        around = _no_template()
        with context.render_context.push_state(around), context.bind_template(around):
            return self.within.render(context)


def _cut(node: Keep, _language: str | None, *values: Any) -> list[SafeString]:
    """The fragment for these values, cut where a token goes."""
    for value in values:
        check(value)
    return [mark_safe(part) for part in node.draw(values).split(BLANK)]  # noqa: S308 - a template's


_cut_once = lru_cache(maxsize=KEPT, typed=True)(_cut)


@lru_cache(maxsize=1)
def _no_template() -> template.Template:
    """What a fragment is drawn in: it belongs to no page."""
    return Engine.get_default().from_string("")


def check(value: object) -> None:
    """That a value compares by all that it shows; a safe text may stand alone, since its type is part of the key.

    Raises:
        TypeError: a model's object equals an older state of itself, a safe text within a tuple equals one to be
            escaped, and what may change shows something else later.
    """
    if isinstance(value, tuple):
        parts: Iterable[object] = value
    elif is_dataclass(value) and getattr(type(value), "__dataclass_params__").frozen:  # noqa: B009 - has no type
        parts = (getattr(value, field.name) for field in fields(value))
    elif isinstance(value, str | int | float | None):
        return
    else:
        raise TypeError(f"A kept fragment can't be known by {type(value).__name__}: {value!r}")
    for part in parts:
        check(part)
        if isinstance(part, SafeString):
            raise TypeError(f"A kept fragment can't be known by what holds a safe text: {part!r}")
