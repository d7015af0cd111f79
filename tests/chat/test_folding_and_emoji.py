"""Long messages fold, a few emoji alone are large, and shortcodes become emoji."""

import pytest

from accounts.models import Member
from chat.markdown import folds, only_emoji, render
from chat.models import Channel
from tests.chat.scene import post
from tests.chat.test_rows import row


@pytest.mark.parametrize(
    ("body", "long"),
    [
        ("", False),
        ("\n".join(["a line"] * 22), False),
        ("\n".join(["a line"] * 23), True),
        ("\n\n".join(["a paragraph"] * 14), False),
        ("\n\n".join(["a paragraph"] * 20), True),
        ("word " * 400, False),
        ("word " * 600, True),
        ("```\n" + "code\n" * 30 + "```", True),
    ],
)
def test_what_would_fill_the_screen_folds(body: str, long: bool) -> None:
    assert folds(body) is long


def test_a_long_row_has_its_button(anna: Member, general: Channel) -> None:
    long, short = post(anna, general, "a line\n" * 40), post(anna, general, "Short")
    assert "Show more" in row(long)
    assert "Show less" in row(long)
    assert "<details" not in row(short)


FAMILY, WALES, SKIN = "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "👍🏽"


@pytest.mark.parametrize(
    ("body", "large"),
    [
        ("🎉", True),
        ("❤️ ❤", True),
        (f"{FAMILY}{SKIN}", True),
        ("🇩🇪🇫🇷 1️⃣ #️⃣", True),
        (WALES, True),
        ("🎉" * 6, True),
        (FAMILY * 6, True),
        (":tada: :+1:", True),
        ("🎉" * 7, False),
        ("1", False),
        ("# 🎉", False),
        ("🎉!", False),
        ("🎉\n\n🎉", False),
        ("> 🎉", False),
        ("`🎉`", False),
        ("**🎉**", False),
        ("hm", False),
    ],
)
def test_a_few_emoji_alone_are_large(anna: Member, general: Channel, body: str, large: bool) -> None:
    assert only_emoji(render(body, {}).html) is large
    assert ("emoji-only" in row(post(anna, general, body))) is large


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("Done :tada:", "Done 🎉"),
        (":+1::tada:", ":+1::tada:"),  # nothing between them: rather a text that means itself
        (":smile:, :heart:!", "😄, ❤️!"),
        ("**:tada:**", "🎉"),
        (":no_such_thing:", ":no_such_thing:"),
        ("at 10:30:45", "at 10:30:45"),
        ("x[1:a:2]", "x[1:a:2]"),
        ("std::vector::size", "std::vector::size"),
        ("a:b:c :b:", "a:b:c :b:"),
        ("`:tada:`", ":tada:"),
        ("```\n:tada:\n```", ":tada:"),
        ("https://example.org/:tada:", ">https://example.org/:tada:<"),
    ],
)
def test_shortcodes_are_emoji_in_texts_alone(body: str, shown: str) -> None:
    assert shown in render(body, {}).html
    if ":tada:" in shown:
        assert "🎉" not in render(body, {}).html
