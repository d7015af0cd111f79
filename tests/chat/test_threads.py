"""Threads one follows: how one begins and stops, what is unread in them, their list, and whom a reply tells."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.actions import add_bot
from accounts.errors import NotThere
from accounts.models import Member
from chat.actions import (
    add_members,
    delete_channel,
    delete_message,
    edit_message,
    follow_thread,
    leave_channel,
    open_direct,
    read_thread,
    set_level,
)
from chat.live.feed import Feed
from chat.models import Channel, Message, ThreadFollow
from chat.queries import followed_threads, notice, sidebar
from tests import cast
from tests.chat.scene import HTMX, NOWHERE, answer, new_channel, nothing_happens, path, post, text_of

SignIn = Callable[[Member], Client]


def unread(member: Member) -> set[int]:
    """The roots of the threads with unread replies, as the sidebar has them."""
    return set(map(int, sidebar(member).threads))


def listed(member: Member) -> list[tuple[int, int]]:
    """Followed threads by their roots, with the number of unread replies."""
    return [(thread.root.pk, thread.unread) for thread in followed_threads(member).threads]


def read(member: Member, root: Message, message: Message) -> None:
    read_thread(cast.caller_of(member), root, message_id=message.pk)


@pytest.fixture
def root(anna: Member, general: Channel) -> Message:
    """Anna's message; nobody has replied yet."""
    return post(anna, general, "Who brings cake?")


# Beginning and stopping


def test_its_author_who_replies_and_who_is_called_follow(
    anna: Member, ben: Member, chloe: Member, general: Channel, root: Message
) -> None:
    assert not ThreadFollow.objects.exists()
    post(ben, general, "I do", thread=root)
    assert (listed(anna), listed(ben), listed(chloe)) == ([(root.pk, 1)], [(root.pk, 0)], [])
    post(anna, general, "@Chloe Martin, and you?", thread=root)
    assert (unread(anna), unread(ben), unread(chloe)) == (set(), {root.pk}, {root.pk})
    assert listed(chloe) == [(root.pk, 2)]


def test_whom_the_root_calls_follows_from_its_first_reply(
    anna: Member, ben: Member, chloe: Member, general: Channel
) -> None:
    called = post(anna, general, "@Chloe Martin, cake?")
    assert listed(chloe) == []
    post(ben, general, "Cake!", thread=called)
    assert listed(chloe) == [(called.pk, 1)]


def test_calling_everyone_makes_nobody_follow(
    anna: Member, ben: Member, chloe: Member, general: Channel
) -> None:
    called = post(anna, general, "@channel cake?")
    post(ben, general, "@here cake!", thread=called)
    assert listed(chloe) == []


def test_an_edit_that_calls_makes_follow(ben: Member, chloe: Member, general: Channel, root: Message) -> None:
    reply = post(ben, general, "I do", thread=root)
    edit_message(cast.caller_of(ben), reply, body="I do, @Chloe Martin")
    assert [pk for pk, _unread in listed(chloe)] == [root.pk]
    assert unread(chloe) == set()  # the mention itself is counted in the channel


def test_who_stops_is_left_in_peace_until_they_reply(
    anna: Member, ben: Member, chloe: Member, general: Channel, root: Message
) -> None:
    post(ben, general, "I do", thread=root)
    with nothing_happens():
        follow_thread(cast.caller_of(anna), root, following=False)
    post(chloe, general, "@Anna Lind, look", thread=root)
    assert (unread(anna), listed(anna)) == (set(), [])
    post(anna, general, "Fine", thread=root)
    post(ben, general, "Good", thread=root)
    assert (unread(anna), listed(anna)) == ({root.pk}, [(root.pk, 1)])


def test_following_is_switched_in_the_thread(
    client_of: SignIn, chloe: Member, ben: Member, general: Channel, root: Message
) -> None:
    post(ben, general, "I do", thread=root)
    browser = client_of(chloe)
    assert 'data-following="0"' in text_of(browser.get(path("thread", root.pk)))
    response = browser.post(path("follow", root.pk), {"following": "1"})
    assert response.headers["Location"] == path("thread", root.pk)
    assert 'data-following="1"' in text_of(browser.get(path("thread", root.pk)))
    assert unread(chloe) == set()  # what was there when one begins isn't news
    post(ben, general, "More", thread=root)
    assert unread(chloe) == {root.pk}
    assert browser.post(path("follow", root.pk), {"following": "0"}, headers=HTMX).status_code == 204
    assert unread(chloe) == set()


# What is unread


def test_reading_goes_up_to_a_message(ben: Member, anna: Member, general: Channel, root: Message) -> None:
    first, second = (post(ben, general, text, thread=root) for text in ("one", "two"))
    read(anna, root, first)
    assert (unread(anna), listed(anna)) == ({root.pk}, [(root.pk, 1)])
    with nothing_happens():
        read(anna, root, second)
    assert (unread(anna), listed(anna)) == (set(), [(root.pk, 0)])
    read(anna, root, first)  # never backwards
    assert listed(anna) == [(root.pk, 0)]
    read_thread(cast.caller_of(anna), root, message_id=10**15)  # nor beyond what there is
    third = post(ben, general, "three", thread=root)
    assert third.pk < 10**15
    assert unread(anna) == {root.pk}


def test_a_deleted_reply_is_not_unread(ben: Member, anna: Member, general: Channel, root: Message) -> None:
    first, second = (post(ben, general, text, thread=root) for text in ("one", "two"))
    delete_message(cast.caller_of(ben), second)
    assert listed(anna) == [(root.pk, 1)]
    delete_message(cast.caller_of(ben), first)
    assert unread(anna) == set()


def test_a_reply_is_not_unread_in_its_channel(
    ben: Member, anna: Member, general: Channel, root: Message
) -> None:
    post(ben, general, "I do", thread=root)
    item = next(item for item in sidebar(anna).channels if item.id == general.pk)
    assert (item.unread, item.mentions) == (0, 0)


def test_it_counts_only_where_one_is_and_hears(ben: Member, anna: Member, chloe: Member) -> None:
    channel = new_channel(ben, "kitchen", anna, chloe)
    root = post(anna, channel, "Cake?")
    post(ben, channel, "Cake!", thread=root)
    set_level(cast.caller_of(anna), channel, level="nothing")
    assert unread(anna) == set()
    set_level(cast.caller_of(anna), channel, level="mentions")
    assert unread(anna) == {root.pk}
    leave_channel(cast.caller_of(anna), channel)
    assert (unread(anna), listed(anna)) == (set(), [])
    with pytest.raises(NotThere):
        follow_thread(cast.caller_of(anna), root, following=True)
    add_members(cast.caller_of(ben), channel, [anna])
    assert listed(anna) == [(root.pk, 1)]
    delete_channel(cast.caller_of(ben), channel, typed_name="kitchen")
    assert listed(anna) == []


# The list


def test_the_newest_reply_is_first_and_pages_go_on(anna: Member, ben: Member, general: Channel) -> None:
    roots = [post(anna, general, f"Question {number}") for number in range(5)]
    for number in (0, 1, 2, 3, 4, 1):
        post(ben, general, f"Answer {number}", thread=roots[number])
    wanted = [roots[number].pk for number in (1, 4, 3, 2, 0)]
    seen: list[int] = []
    before = None
    for _page in range(3):
        page = followed_threads(anna, before=before, limit=2)
        seen += [thread.root.pk for thread in page.threads]
        before = page.before
    assert seen == wanted
    assert before is None


def test_the_page_shows_threads_in_few_queries(
    client_of: SignIn,
    anna: Member,
    ben: Member,
    general: Channel,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    assert "No threads yet" in text_of(client_of(anna).get(path("threads")))
    direct = open_direct(cast.caller_of(ben), [anna])
    for channel in (general, direct):
        for number in range(3):
            root = post(anna, channel, f"**Question** {number}")
            post(ben, channel, f"Answer `{number}`", thread=root)
    page = text_of(client_of(anna).get(path("threads")))
    assert "Question 2" in page
    assert "Answer 2" in page
    assert "1 new" in page
    assert 'data-unread="6"' in page
    with django_assert_num_queries(3):  # follows with their roots, newest replies, unread ones
        followed_threads(anna)


def test_another_organization_s_thread_is_none(
    client_of: SignIn, zoe: Member, ben: Member, general: Channel, root: Message
) -> None:
    browser = client_of(zoe)
    for name, data in (("follow", {"following": "1"}), ("thread_read", {"message": "1"})):
        theirs, nobodys = (browser.post(path(name, pk, slug="globex"), data) for pk in (root.pk, NOWHERE))
        assert theirs.status_code == 404
        assert answer(theirs) == answer(nobodys)
    reply = post(ben, general, "I do", thread=root)
    assert client_of(ben).post(path("follow", reply.pk), {"following": "1"}).status_code == 404  # no root
    assert client_of(ben).post(path("thread_read", root.pk), {"message": "x"}).status_code == 422


# Whom a reply tells


def told(member: Member, message: Message) -> list[str]:
    """The topics by which the newest entry is told to `member` alone, live and to who returns."""
    feed = Feed(member.organization_id)
    entry = feed.entries[-1]
    assert entry.entity_id == message.pk
    live = [topic for topic, _whats in feed.said(entry) if topic == f"m:{member.pk}"]
    topics = frozenset({f"m:{member.pk}", f"h:{message.channel_id}"})
    missed = dict(feed.after(entry.position - 1, topics) or ())
    assert ("followed" in missed.get(entry.position, "")) == bool(live)
    blind = dict(feed.after(entry.position - 1, frozenset({f"m:{member.pk}"})) or ())
    assert "followed" not in blind.get(entry.position, "")  # of a channel that one is no longer in
    return live


def test_a_reply_tells_those_who_follow(
    anna: Member, ben: Member, chloe: Member, general: Channel, root: Message
) -> None:
    reply = post(ben, general, "I do", thread=root)
    assert told(anna, reply) == [f"m:{anna.pk}"]
    assert told(chloe, reply) == []
    assert notice(anna, reply.pk) is not None
    assert notice(chloe, reply.pk) is None
    read(anna, root, reply)
    assert notice(anna, reply.pk) is None
    follow_thread(cast.caller_of(anna), root, following=False)
    again = post(ben, general, "Really", thread=root)
    assert told(anna, again) == []


def test_a_reply_costs_the_same_however_many_follow(
    anna: Member, ben: Member, general: Channel, root: Message
) -> None:
    post(ben, general, "first", thread=root)
    bots = [add_bot(cast.TESTS, anna.organization, name=f"Follower {number}") for number in range(20)]
    counts = []
    for followers in ([], bots):
        ThreadFollow.objects.bulk_create(ThreadFollow(member=bot, root=root) for bot in followers)
        with CaptureQueriesContext(connection) as captured:
            post(anna, general, "reply", thread=Message.objects.get(pk=root.pk))
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert ThreadFollow.objects.filter(unread=True).count() == 21
