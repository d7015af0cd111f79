"""Kept fragments: the same value gives the same bytes without being drawn again, another value never does."""

from dataclasses import dataclass
from typing import NamedTuple

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from accounts.models import Member
from accounts.models.member import Role
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


LOAD = "{% load kept %}"


def drawn(text: str, **context: object) -> str:
    return Template(LOAD + text).render(Context(context))


def test_what_is_within_sees_only_what_is_named() -> None:
    text = (
        "{% keep name=person.name %}{{ name }}{{ person }}{{ secret }}{{ request }}{% endkeep %}|{{ secret }}"
    )
    given = {"person": {"name": "Anna"}, "secret": "mine", "request": "r"}
    assert drawn(text, **given) == "Anna|mine"


def test_within_is_drawn_once_for_the_same_values(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Template(LOAD + "{% keep n=n %}{{ n|safe }}{% endkeep %}")
    draws: list[tuple[object, ...]] = []
    render = kept.Keep.draw

    def draw(node: kept.Keep, values: tuple[object, ...]) -> str:
        draws.append(values)
        return render(node, values)

    monkeypatch.setattr(kept.Keep, "draw", draw)
    for n in (1, 2, 1, True, "1", "2", 2, 1.0):
        assert page.render(Context({"n": n})) == str(n)
    with translation.override("de"):
        assert page.render(Context({"n": 1})) == "1"
    assert draws == [(1,), (2,), (True,), ("1",), ("2",), (1.0,), (1,)]


def test_two_places_with_the_same_values_stay_two() -> None:
    text = "{% keep n=n %}<b>{{ n }}</b>{% endkeep %}{% keep n=n %}<i>{{ n }}</i>{% endkeep %}"
    assert drawn(text, n=1) == drawn(text, n=1) == "<b>1</b><i>1</i>"


def test_values_are_escaped_within() -> None:
    text = "{% keep n=n %}{{ n }}{% endkeep %}{{ n }}"
    assert drawn(text, n="<b>") == "&lt;b&gt;" * 2


def test_a_safe_text_is_told_from_one_to_be_escaped() -> None:
    page = Template(LOAD + "{% keep n=n %}{{ n }}{% endkeep %}")
    for n in (mark_safe("<b>"), "<b>", mark_safe("<b>"), "<b>"):
        assert page.render(Context({"n": n})) == conditional_escape(n)


def test_a_token_is_never_kept() -> None:
    page = Template(LOAD + "{% keep n=n %}<form>{% csrf_token %}{{ n }}</form>{{ csrf_token }}{% endkeep %}")
    for token in ("first", "second"):
        seen = page.render(Context({"n": 1, "csrf_token": token}))
        assert seen == (
            f'<form><input type="hidden" name="csrfmiddlewaretoken" value="{token}">1</form>{token}'
        )


@dataclass
class Changing:
    name: str


@dataclass(frozen=True)
class Holding:
    it: object


@pytest.mark.parametrize(
    "value",
    [
        Member(pk=1, display_name="Anna"),
        gettext_lazy("Close"),
        object(),
        (1, mark_safe("<b>")),
        Holding(Member(pk=1, display_name="Anna")),
        Holding(Holding(mark_safe("<b>"))),
    ],
)
def test_what_does_not_compare_by_what_it_shows_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="can't be known by"):
        drawn("{% keep it=it %}{{ it }}{% endkeep %}", it=value)
    with pytest.raises(TypeError, match="can't be known by"):
        page(value)


@pytest.mark.parametrize("value", [["a"], {"a": 1}, Changing("a")])
def test_what_may_change_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        drawn("{% keep it=it %}{{ it }}{% endkeep %}", it=value)


@pytest.mark.parametrize(
    "value", [None, 1, "a", (1, ("a", None)), Counts(1, 2), Holding(Counts(1, 2)), Role.OWNER]
)
def test_what_compares_by_what_it_shows_is_taken(value: object) -> None:
    assert drawn("{% keep it=it %}{{ it }}{% endkeep %}", it=value) == conditional_escape(str(value))


def test_keep_takes_names() -> None:
    with pytest.raises(TemplateSyntaxError, match="keep takes name=value"):
        Template(LOAD + "{% keep it %}{% endkeep %}")


def test_each_is_drawn_with_its_own() -> None:
    text = '{% load kept %}{% kept_each "chat/_counts.html" things %}'
    seen = Template(text).render(Context({"things": [Counts(1, 2), Counts(3, 4)]}))
    assert seen == "".join(page(it).removesuffix("|mine") for it in (Counts(1, 2), Counts(3, 4)))
