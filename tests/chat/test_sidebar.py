"""The sidebar: one's channels with what is unread in them, in a constant number of queries; and how far one has read.

A reply counts only where it was also sent to the channel or mentions the member; one's own and deleted ones don't.
"""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.actions import add_bot
from accounts.errors import NotThere
from accounts.models import Member
from audit.queries import head_position
from chat.actions import add_members, archive_channel, delete_message, edit_message, mark_read, open_direct
from chat.hooks import position_moved
from chat.models import Channel, Membership
from chat.queries import sidebar, unread_of
from tests import cast
from tests.chat.scene import HTMX, NOWHERE, new_channel, nothing_happens, path, post, text_of

SignIn = Callable[[Member], Client]


def counts(member: Member, channel: Channel) -> tuple[int, int]:
    """Unread messages and mentions, as the sidebar has them; one channel's own query must agree."""
    shown = sidebar(member)
    item = next(item for item in (*shown.channels, *shown.directs) if item.id == channel.pk)
    (alone,), _position = unread_of(member, [channel.pk])
    assert (alone.unread, alone.mentions) == (item.unread, item.mentions)
    return item.unread, item.mentions


def read(member: Member, channel: Channel, message_id: int) -> None:
    mark_read(cast.caller_of(member), channel, message_id=message_id)


def test_what_others_say_is_unread(anna: Member, ben: Member, chloe: Member, general: Channel) -> None:
    post(anna, general)
    post(ben, general)
    assert [counts(member, general) for member in (anna, ben, chloe)] == [(1, 0), (1, 0), (2, 0)]


def test_replies_count_where_they_stand_or_whom_they_mention(
    anna: Member, ben: Member, chloe: Member, general: Channel
) -> None:
    root = post(anna, general)
    read(ben, general, root.pk)
    read(chloe, general, root.pk)
    seen = []
    for given in (
        {"body": "A reply"},
        {"body": "Sent too", "also_in_channel": True},
        {"body": "@Ben Okafor"},
        {"body": "@Ben Okafor, sent too", "also_in_channel": True},
        {"body": "@channel"},
        {"body": "@here, sent too", "also_in_channel": True},
    ):
        post(anna, general, thread=root, **given)
        seen.append((counts(ben, general), counts(chloe, general)))
    assert seen == [
        ((0, 0), (0, 0)),
        ((1, 0), (1, 0)),
        ((2, 1), (1, 0)),
        ((3, 2), (2, 0)),
        ((4, 3), (3, 1)),
        ((5, 4), (4, 2)),
    ]
    assert counts(anna, general) == (0, 0)


def test_a_message_that_calls_me_twice_is_one_mention(anna: Member, ben: Member, general: Channel) -> None:
    post(anna, general, "@Ben Okafor, @channel, @here")
    assert counts(ben, general) == (1, 1)


def test_calling_oneself_does_not_count(anna: Member, general: Channel) -> None:
    post(anna, general, "@Anna Lind @channel")
    assert counts(anna, general) == (0, 0)


def test_what_is_deleted_does_not_count(anna: Member, ben: Member, general: Channel) -> None:
    root = post(anna, general, "@Ben Okafor")
    reply = post(anna, general, "@Ben Okafor", thread=root)
    assert counts(ben, general) == (2, 2)
    delete_message(cast.caller_of(anna), reply)
    assert counts(ben, general) == (1, 1)
    delete_message(cast.caller_of(anna), root)
    assert counts(ben, general) == (0, 0)


def test_an_edit_counts_for_whom_it_calls_now(anna: Member, ben: Member, general: Channel) -> None:
    message = post(anna, general)
    edit_message(cast.caller_of(anna), message, body="@Ben Okafor")
    assert counts(ben, general) == (1, 1)
    edit_message(cast.caller_of(anna), message, body="Never mind")
    assert counts(ben, general) == (1, 0)


def test_what_is_read_no_longer_counts(anna: Member, ben: Member, general: Channel) -> None:
    messages = [post(anna, general, "@Ben Okafor") for _ in range(4)]
    read(ben, general, messages[1].pk)
    assert counts(ben, general) == (2, 2)
    post(anna, general, "@channel", thread=messages[0])
    assert counts(ben, general) == (3, 3)


def test_who_comes_in_has_read_what_was_there(chloe: Member, gus: Member) -> None:
    channel = new_channel(chloe, "open")
    post(chloe, channel, "@channel")
    add_members(cast.caller_of(chloe), channel, [gus])
    assert counts(gus, channel) == (0, 0)
    post(chloe, channel)
    assert counts(gus, channel) == (1, 0)


def test_other_channels_and_members_do_not_mix(
    anna: Member, ben: Member, chloe: Member, gus: Member, general: Channel, lounge: Channel
) -> None:
    post(chloe, lounge, "@channel")
    post(anna, general, "@Chloe Martin")
    assert counts(chloe, lounge) == (0, 0)
    assert counts(chloe, general) == (1, 1)
    assert counts(gus, lounge) == (1, 1)
    assert counts(ben, general) == (1, 0)


def test_counting_ends_at_a_hundred(client_of: SignIn, anna: Member, ben: Member, general: Channel) -> None:
    for _ in range(102):
        post(anna, general)
    assert counts(ben, general) == (100, 0)
    assert "99+" in text_of(client_of(ben).get(path("sidebar")))


# What it lists


def test_it_lists_my_channels_by_name_and_directs_by_their_people(
    anna: Member, ben: Member, chloe: Member, general: Channel, lounge: Channel
) -> None:
    new_channel(ben, "not-mine")
    new_channel(chloe, "Zebra", kind="private")
    new_channel(chloe, "apple")
    open_direct(cast.caller_of(chloe), [ben])
    open_direct(cast.caller_of(anna), [chloe, ben])
    shown = sidebar(chloe)
    assert [item.name for item in shown.channels] == ["apple", "general", "lounge", "Zebra"]
    assert [item.title for item in shown.directs] == ["Anna Lind, Ben Okafor", "Ben Okafor"]


def test_the_fragment_is_the_page_s_sidebar(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel
) -> None:
    post(anna, general, "@Chloe Martin")
    browser = client_of(chloe)
    fragment = text_of(browser.get(path("sidebar"), {"active": str(general.pk)}))
    assert "<html" not in fragment
    item = fragment.split(f'data-channel="{general.pk}"')[1].split(">")[0]
    assert 'data-unread="1" data-mentions="1" data-read="0" data-level="mentions" aria-current="page"' in item
    assert f'data-channel="{general.pk}"{item}' in text_of(browser.get(path("channel", general.pk)))
    position = head_position(anna.organization_id)
    asked = text_of(browser.get(path("sidebar"), headers=HTMX))  # as the page's script does
    assert f'data-position="{position}"' in asked
    assert 'aria-current="page"' not in text_of(browser.get(path("sidebar")))


def test_guests_are_offered_what_they_may(client_of: SignIn, gus: Member, chloe: Member) -> None:
    for member, offered in ((gus, False), (chloe, True)):
        shown = text_of(client_of(member).get(path("sidebar")))
        assert (path("directory") in shown) == offered
        assert (path("create_channel") in shown) == offered


def test_three_queries_whatever_it_lists(
    anna: Member,
    ben: Member,
    chloe: Member,
    general: Channel,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """The channels with their counts; the people of the direct ones; my other organizations."""
    open_direct(cast.caller_of(chloe), [ben])
    post(anna, general)
    with django_assert_num_queries(3):
        sidebar(chloe)
    for number in range(60):
        channel = new_channel(anna, f"channel-{number}", chloe, ben)
        post(ben, channel, "@Chloe Martin")
    for number in range(10):
        open_direct(cast.caller_of(chloe), [add_bot(cast.TESTS, chloe.organization, name=f"Bot {number}")])
    with django_assert_num_queries(3):
        shown = sidebar(chloe)
    assert len(shown.channels) == 61
    assert len(shown.directs) == 11


# How far one has read


@pytest.fixture
def moves() -> list[tuple[int, int]]:
    """Whose position has moved, and where, as the live stream hears it."""
    return []


@pytest.fixture(autouse=True)
def _listening(moves: list[tuple[int, int]]) -> object:
    def hear(*, member: Member, channels: list[int], **_kwargs: object) -> None:
        moves.extend((member.pk, channel) for channel in channels)

    position_moved.connect(hear)
    yield
    position_moved.disconnect(hear)


def position(member: Member, channel: Channel) -> int:
    return Membership.objects.get(member=member, channel=channel).read_position


def test_reading_moves_forwards_only_and_is_told_but_not_logged(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel, moves: list[tuple[int, int]]
) -> None:
    first, second = post(anna, general), post(anna, general)
    browser = client_of(chloe)
    with nothing_happens():
        for message, there in ((first, first), (second, second), (first, second), (second, second)):
            response = browser.post(path("read", general.pk), {"message": message.pk}, headers=HTMX)
            assert response.status_code == 204
            assert position(chloe, general) == there.pk
    assert moves == [(chloe.pk, general.pk)] * 2
    assert position(anna, general) == 0


def test_a_plain_form_goes_back_to_the_channel(client_of: SignIn, anna: Member, general: Channel) -> None:
    message = post(anna, general)
    response = client_of(anna).post(path("read", general.pk), {"message": message.pk})
    assert response.headers["Location"] == path("channel", general.pk)


def test_nobody_reads_further_than_there_is(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel, lounge: Channel
) -> None:
    message = post(anna, general)
    post(chloe, lounge)
    client_of(chloe).post(path("read", general.pk), {"message": 10**17})
    assert position(chloe, general) == message.pk
    assert post(anna, general).pk > position(chloe, general)
    assert counts(chloe, general) == (1, 0)


def test_an_empty_channel_can_be_read(chloe: Member, lounge: Channel, moves: list[tuple[int, int]]) -> None:
    read(chloe, lounge, NOWHERE)
    assert position(chloe, lounge) == 0
    assert moves == []


@pytest.mark.parametrize(
    "sent", [{}, {"message": ""}, {"message": "x"}, {"message": "²"}, {"message": "9" * 30}]
)
def test_what_is_no_id_is_refused(
    client_of: SignIn, anna: Member, general: Channel, sent: dict[str, str], moves: list[tuple[int, int]]
) -> None:
    post(anna, general)
    response = client_of(anna).post(path("read", general.pk), sent)
    assert response.status_code == 422
    assert "newest message" in text_of(response)
    assert (position(anna, general), moves) == (0, [])


def test_who_is_not_in_it_has_no_position(
    client_of: SignIn, anna: Member, chloe: Member, lounge: Channel
) -> None:
    message = post(chloe, lounge)
    assert client_of(anna).post(path("read", lounge.pk), {"message": message.pk}).status_code == 404
    for caller in (cast.caller_of(anna), cast.TESTS):
        with pytest.raises(NotThere):
            mark_read(caller, lounge, message_id=message.pk)


def test_an_archived_channel_can_still_be_read(chloe: Member, gus: Member, lounge: Channel) -> None:
    message = post(chloe, lounge)
    archive_channel(cast.caller_of(chloe), lounge)
    read(gus, lounge, message.pk)
    assert position(gus, lounge) == message.pk
