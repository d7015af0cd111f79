"""Names as people bear them, and no others: what a display name may be is what an @mention can hold."""

import pytest
from django.core.exceptions import ValidationError

from accounts.errors import Invalid
from accounts.models.member import name_form
from accounts.validation import display_name
from chat.markdown import render
from chat.models.channel import name_form as channel_form

NAMES = (
    "Anna Lind", "José Núñez", "Nguyễn Thị Minh Khai", "अनिता शर्मा", "สมชาย ใจดี", "李小龍", "Seán O’Brien",
    "Anne-Marie d'Arc", "J. R. Hartley Jr.", "x_y", "R2D2", "Мария", "فاطمة",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_may_be_borne_can_be_mentioned(name: str) -> None:
    assert display_name(name) == name
    rendered = render(f"Hello @{name}, welcome", {name.casefold(): [7]})
    assert f'<span class="mention" data-member="7">@{name}</span>' in rendered.html.replace("&#39;", "'")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "-",
        "_x",
        "Anna-",
        "Anna'",
        "@anna",
        "a|b",
        "<b>",
        "a b c d e f g",
        "x" * 81,
        "channel",
        "Here",
    ],
)
def test_other_names_are_refused_with_a_reason(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        display_name(name)
    assert refusal.value.field == "display_name"
    assert str(refusal.value)


@pytest.mark.parametrize("name", ["general", "ops-2", "équipe", "हिन्दी", "a", "Über_uns"])
def test_channel_names_in_any_script(name: str) -> None:
    channel_form(name)


@pytest.mark.parametrize("name", ["-x", "x-", "a b", "#x", "x!", "_"])
def test_other_channel_names_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        channel_form(name)


def test_two_spaces_are_no_name_by_themselves() -> None:
    with pytest.raises(ValidationError):
        name_form("Anna  Lind")
    assert display_name("  Anna \t Lind\n") == "Anna Lind"
