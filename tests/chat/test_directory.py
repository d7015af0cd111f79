"""The directory: the named channels one may see, with a search and the number of people in each."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actions import deactivate_member
from accounts.models import Member
from chat.actions import archive_channel, open_direct
from chat.models import Channel
from chat.queries import directory
from tests import cast
from tests.chat.scene import new_channel, path, text_of

SignIn = Callable[[Member], Client]


@pytest.fixture
def channels(chloe: Member, ben: Member, lounge: Channel, secret: Channel) -> list[Channel]:
    design = new_channel(ben, "Design", topic="Pixels, 100% of them")
    tools = new_channel(ben, "tools", description="Hammers_and_nails")
    old = new_channel(ben, "old-design")
    archive_channel(cast.caller_of(ben), old)
    open_direct(cast.caller_of(chloe), [ben])
    return [design, tools, old, lounge, secret]


def names(member: Member, **given: object) -> list[str]:
    return [str(channel.name) for channel in directory(member, **given)]  # type: ignore[arg-type]


def test_it_has_what_one_may_see_by_name(channels: list[Channel], ben: Member, chloe: Member) -> None:
    assert names(ben) == ["Design", "general", "lounge", "tools"]
    assert names(chloe) == ["Design", "general", "lounge", "secret", "tools"]
    assert names(ben, archived=True) == ["old-design"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("DESIGN", ["Design"]),
        ("#gen", ["general"]),
        ("pixels", ["Design"]),
        ("hammers", ["tools"]),
        ("  ", ["Design", "general", "lounge", "tools"]),
        ("%", ["Design"]),
        ("e_i", []),
        ("s_and", ["tools"]),
        ("secret", []),
        ("old", []),
    ],
)
def test_a_search_is_in_name_topic_and_description(
    channels: list[Channel], ben: Member, search: str, found: list[str]
) -> None:
    assert names(ben, search=search) == found


def test_a_search_finds_archived_ones_among_them(channels: list[Channel], ben: Member) -> None:
    assert names(ben, search="design", archived=True) == ["old-design"]


def test_it_counts_active_people(
    channels: list[Channel], anna: Member, chloe: Member, gus: Member, robin: Member
) -> None:
    counted = {channel.name: channel.people for channel in directory(chloe)}
    assert counted == {"Design": 1, "general": 4, "lounge": 2, "secret": 2, "tools": 1}
    deactivate_member(cast.caller_of(anna), gus)
    assert {channel.name: channel.people for channel in directory(chloe)}["lounge"] == 1


def test_the_page_offers_to_join_what_one_is_not_in(
    client_of: SignIn, channels: list[Channel], chloe: Member, general: Channel
) -> None:
    design = channels[0]
    browser = client_of(chloe)
    page = text_of(browser.get(path("directory")))
    assert path("join", design.pk) in page
    assert path("join", general.pk) not in page
    assert "5 channels" in page
    archived = text_of(browser.get(path("directory"), {"archived": "1"}))
    assert "old-design" in archived
    assert 'action="/o/acme/c/' not in archived
    nothing = text_of(browser.get(path("directory"), {"q": "<zzz>"}))
    assert "No channel matches" in nothing
    assert 'value="&lt;zzz&gt;"' in nothing
