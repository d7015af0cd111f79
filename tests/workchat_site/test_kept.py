"""Kept fragments: the same value gives the same bytes without being drawn again, another value never does."""

from typing import NamedTuple

import pytest
from django.template import Context, Template
from django.utils import translation

from workchat_site.templatetags import kept

PAGE = '{% load kept %}{% kept "chat/_counts.html" it %}|{{ secret }}'


class Counts(NamedTuple):
    unread: int
    mentions: int


def page(it: object) -> str:
    return Template(PAGE).render(Context({"it": it, "item": it, "secret": "mine"}))


def test_a_fragment_is_drawn_once_for_a_value_and_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def render(name: str, context: dict[str, object]) -> str:
        drawn.append((name, context))
        return "drawn"

    monkeypatch.setattr(kept, "render_to_string", render)
    kept._draw.cache_clear()
    value = Counts(3, 1)
    assert page(value) == page(Counts(3, 1)) == "drawn|mine"
    assert drawn == [("chat/_counts.html", {"it": value})]  # and nothing of the page around it
    page(Counts(4, 1))
    with translation.override("de"):
        page(value)
    assert len(drawn) == 3
    kept._draw.cache_clear()
