"""Marking unread, all read, and taking that back: one's own positions, told to one's tabs, never on record."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.errors import NotThere
from accounts.models import Member
from chat.actions import mark_all_read, mark_read, mark_unread, take_back
from chat.hooks import position_moved
from chat.models import Channel, Membership
from chat.queries import unread_of
from tests import cast
from tests.chat.scene import HTMX, NOWHERE, answer, new_channel, nothing_happens, path, post, text_of

SignIn = Callable[[Member], Client]
Moves = list[tuple[int, list[int], bool]]


@pytest.fixture
def moves() -> Iterator[Moves]:
    """Whose positions have moved, where, and whether back, as the live stream hears it."""
    heard: Moves = []

    def hear(*, member: Member, channels: list[int], back: bool, **_kwargs: object) -> None:
        heard.append((member.pk, sorted(channels), back))

    position_moved.connect(hear)
    yield heard
    position_moved.disconnect(hear)


def position(member: Member, channel: Channel) -> int:
    return Membership.objects.get(member=member, channel=channel).read_position


def unread(member: Member, channel: Channel) -> int:
    (item,), _position = unread_of(member, [channel.pk])
    return item.unread


def test_marking_unread_moves_back_and_is_told_but_not_logged(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel, moves: Moves
) -> None:
    messages = [post(anna, general) for _ in range(4)]
    mark_read(cast.caller_of(chloe), general, message_id=messages[-1].pk)
    moves.clear()
    with nothing_happens():
        response = client_of(chloe).post(path("unread", messages[1].pk), headers=HTMX)
    assert response.status_code == 204
    assert unread(chloe, general) == 3
    assert position(chloe, general) == messages[1].pk - 1
    assert moves == [(chloe.pk, [general.pk], True)]
    assert position(anna, general) == 0


def test_marking_unread_from_a_later_message_reads_what_came_before(
    anna: Member, chloe: Member, general: Channel
) -> None:
    messages = [post(anna, general) for _ in range(3)]
    mark_unread(cast.caller_of(chloe), messages[2])
    assert unread(chloe, general) == 1


def test_a_plain_form_goes_back_to_the_channel(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel
) -> None:
    message = post(anna, general)
    page = client_of(chloe).get(path("actions", message.pk))
    assert f'action="{path("unread", message.pk)}"' in text_of(page)
    response = client_of(chloe).post(path("unread", message.pk))
    assert response.headers["Location"] == path("channel", general.pk)


def test_what_cannot_be_marked_unread_is_not_offered(
    client_of: SignIn, anna: Member, chloe: Member, ben: Member, general: Channel, lounge: Channel
) -> None:
    root = post(anna, general)
    reply, sent_too = post(anna, general, thread=root), post(anna, general, thread=root, also_in_channel=True)
    elsewhere = post(chloe, lounge)
    browser = client_of(chloe)
    offered = {
        message.pk: "Mark unread from here" in text_of(browser.get(path("actions", message.pk)))
        for message in (root, reply, sent_too, post(chloe, general))
    }
    assert list(offered.values()) == [True, False, True, False]
    assert "Mark unread from here" not in text_of(client_of(ben).get(path("actions", elsewhere.pk)))
    with nothing_happens():
        assert browser.post(path("unread", reply.pk), headers=HTMX).status_code == 404
        assert client_of(ben).post(path("unread", elsewhere.pk), headers=HTMX).status_code == 404
    with pytest.raises(NotThere):
        mark_unread(cast.TESTS, root)


def test_all_is_read_at_once(
    client_of: SignIn, anna: Member, chloe: Member, general: Channel, lounge: Channel, moves: Moves
) -> None:
    empty = new_channel(chloe, "empty")
    posts = [post(anna, general), post(anna, general, "@Chloe Martin")]
    secret = new_channel(anna, "inside", chloe, kind="private")
    posts.append(post(anna, secret))
    with nothing_happens():
        response = client_of(chloe).post(path("read_all"), headers=HTMX)
    assert response.json() == {str(general.pk): 0, str(secret.pk): 0}
    assert [unread(chloe, channel) for channel in (general, secret, empty, lounge)] == [0, 0, 0, 0]
    assert position(chloe, general) == posts[1].pk
    assert position(anna, general) == 0
    assert moves == [(chloe.pk, sorted([general.pk, secret.pk]), False)]
    assert client_of(chloe).post(path("read_all"), headers=HTMX).json() == {}
    assert len(moves) == 1


def test_reading_all_costs_the_same_however_much_there_is(
    anna: Member, chloe: Member, general: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        post(anna, new_channel(anna, f"more-{number}", chloe))
    with django_assert_num_queries(2):  # where they were, all of them moved
        before = mark_all_read(cast.caller_of(chloe))
    assert len(before) == 5
    with django_assert_num_queries(2):  # where they are, all of them moved
        take_back(cast.caller_of(chloe), before)


def test_all_read_is_taken_back_but_never_forwards_nor_in_a_channel_of_others(
    client_of: SignIn,
    anna: Member,
    ben: Member,
    chloe: Member,
    general: Channel,
    secret: Channel,
    moves: Moves,
) -> None:
    first, second = post(anna, general), post(anna, general)
    other = new_channel(chloe, "other")
    mark_read(cast.caller_of(chloe), general, message_id=first.pk)
    before = client_of(chloe).post(path("read_all"), headers=HTMX).json()
    assert position(chloe, general) == second.pk
    moves.clear()
    asked = before | {str(other.pk): NOWHERE, str(secret.pk): 0, "x": "1", str(NOWHERE): "2"}
    with nothing_happens():
        assert client_of(chloe).post(path("undo_read_all"), asked).status_code == 204
    assert position(chloe, general) == first.pk
    assert position(chloe, other) == 0
    assert moves == [(chloe.pk, [general.pk], True)]
    mark_read(cast.caller_of(ben), general, message_id=second.pk)
    client_of(ben).post(path("undo_read_all"), {str(secret.pk): 0, str(other.pk): 0})
    assert position(ben, general) == second.pk


def test_a_plain_form_that_reads_all_goes_home_and_says_so(client_of: SignIn, chloe: Member) -> None:
    browser = client_of(chloe)
    page = browser.post(path("read_all"), follow=True)
    assert page.redirect_chain[0][0] == path("home")
    assert "Everything is marked as read." in text_of(page)


def test_the_text_of_a_message_is_what_was_written(
    client_of: SignIn, anna: Member, ben: Member, secret: Channel, general: Channel
) -> None:
    message = post(anna, general, "**bold** & <b> @Ben Okafor :tada:")
    response = client_of(ben).get(path("text", message.pk))
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert text_of(response) == message.body
    hidden = client_of(ben).get(path("text", post(anna, secret).pk))
    assert hidden.status_code == 404
    assert answer(hidden) == answer(client_of(ben).get(path("text", NOWHERE)))
