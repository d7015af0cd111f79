"""Fragments that are rendered once for all that look alike, as message rows are."""

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
KEPT = 20_000  # fragments, of about 1 KB each


@register.simple_tag
def kept(name: str, it: Hashable) -> SafeString:
    """The template `name` rendered with `it` alone: the same value gives the same bytes, so they're kept.

    It sees neither the request nor a token, and `it` compares by content; no kept fragment needs to be taken back.
    """
    draw = _drawn if settings.DEBUG else _draw
    return draw(name, it, get_language())


def _drawn(name: str, it: Hashable, _language: str | None) -> SafeString:
    return render_to_string(name, {"it": it})


_draw = lru_cache(maxsize=KEPT)(_drawn)
