"""The feed: what a reader who returns is told, and whom entries concern."""

import pytest

from accounts.models import Member
from audit.queries import entries_after, head_position
from chat import access
from chat.actions import delete_channel, delete_message, edit_message, post_message
from chat.live import feed as feeds
from chat.live.feed import Feed
from chat.live.hub import Hub
from chat.live.stream import MOST_BYTES
from chat.live.tailer import Tailer
from chat.live.topics import may_read, topics_for
from chat.live.vocabulary import TopicManager, channel_name
from chat.models import Channel
from tests.cast import caller_of


@pytest.fixture
def general(anna: Member) -> Channel:
    return access.channels(anna).get(name="general")


def told(feed: Feed, after: int, topic: str) -> list[tuple[int, str]]:
    found = feed.after(after, frozenset({topic}))
    assert found is not None
    return list(found)


def test_a_feed_grows_by_what_follows(anna: Member, general: Channel) -> None:
    feed = Feed(anna.organization_id)
    post_message(caller_of(anna), general, body="Later")
    feed.take(entries_after(anna.organization_id, feed.position, limit=10))
    assert feed.position == head_position(anna.organization_id)
    ((position, data),) = told(feed, feed.position - 1, f"c:{general.pk}")
    assert position == feed.position
    assert "Later" in data


def test_what_was_missed_is_told_as_it_is_now(anna: Member, general: Channel) -> None:
    feed = Feed(anna.organization_id)
    away = feed.position
    message = post_message(caller_of(anna), general, body="Typo hree")
    edit_message(caller_of(anna), message, body="Typo here")
    feed.take(entries_after(anna.organization_id, feed.position, limit=10))
    data = "".join(text for _position, text in told(feed, away, f"c:{general.pk}"))
    assert "hree" not in data
    assert data.count("Typo here") == 2
    delete_message(caller_of(anna), message)
    feed.take(entries_after(anna.organization_id, feed.position, limit=10))
    assert "Typo" not in "".join(text for _position, text in told(feed, away, f"c:{general.pk}"))


def test_a_reader_behind_the_memory_is_told_from_the_log(
    anna: Member, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = head_position(anna.organization_id)
    messages = [post_message(caller_of(anna), general, body=f"Number {n}") for n in range(5)]
    monkeypatch.setattr(feeds, "WARM", 2)
    feed = Feed(anna.organization_id)
    assert len(feed.entries) == 2
    positions = [position for position, _data in told(feed, away, f"c:{general.pk}")]
    assert positions == [away + n for n in range(1, len(messages) + 1)]


def test_a_reader_far_behind_has_to_load_anew(
    anna: Member, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        post_message(caller_of(anna), general, body=f"Number {n}")
    monkeypatch.setattr(feeds, "WARM", 1)
    monkeypatch.setattr(feeds, "FAR", 2)
    feed = Feed(anna.organization_id)
    assert feed.after(feed.start - 3, frozenset({f"c:{general.pk}"})) is None
    assert feed.after(feed.start - 2, frozenset({f"c:{general.pk}"})) is not None


def test_a_reader_who_missed_more_than_a_stream_takes_has_to_load_anew(
    anna: Member, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = Feed(anna.organization_id)
    away = feed.position
    for _number in range(3):
        post_message(caller_of(anna), general, body="é" * 500)
    feed.take(entries_after(anna.organization_id, away, limit=10))
    assert len(told(feed, away, f"c:{general.pk}")) == 3
    monkeypatch.setattr(feeds, "MOST_MISSED", 3_000)
    assert feed.after(away, frozenset({f"c:{general.pk}"})) is None


def test_the_most_that_is_told_at_once_fits_a_stream() -> None:
    assert 2 * feeds.MOST_MISSED < MOST_BYTES


def test_memory_is_bounded(anna: Member, general: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "KEPT", 3)
    monkeypatch.setattr(feeds, "WARM", 3)
    feed = Feed(anna.organization_id)
    for n in range(12):
        post_message(caller_of(anna), general, body=f"Number {n}")
        feed.take(entries_after(anna.organization_id, feed.position, limit=10))
    assert len(feed.entries) == 3
    assert feed.start == feed.position - 3
    assert len(feed.messages) <= 3 * 3 + 1


def test_a_deleted_channels_messages_are_told_no_more(anna: Member, general: Channel) -> None:
    feed = Feed(anna.organization_id)
    away = feed.position
    post_message(caller_of(anna), general, body="Soon gone")
    delete_channel(caller_of(anna), general, typed_name="general")
    feed.take(entries_after(anna.organization_id, feed.position, limit=10))
    data = "".join(text for _position, text in told(feed, away, f"c:{general.pk}"))
    assert "Soon gone" not in data
    assert 'hx-swap="gone"' in data


def test_a_mention_added_by_an_edit_brings_that_persons_counts_up_to_date(
    anna: Member, chloe: Member, general: Channel
) -> None:
    message = post_message(caller_of(anna), general, body="Who?")
    feed = Feed(anna.organization_id)
    away = feed.position
    edit_message(caller_of(anna), message, body="You, @Chloe Martin")
    edit_message(caller_of(anna), message, body="You all, @channel")
    feed.take(entries_after(anna.organization_id, feed.position, limit=10))
    ((_first, hers),) = told(feed, away, f"m:{chloe.pk}")
    ((_second, everyones),) = told(feed, away, f"h:{general.pk}")
    assert "sidebar" in hers
    assert "sidebar" in everyones


def test_topics_are_what_a_member_may_read(
    anna: Member, chloe: Member, gus: Member, zoe: Member, general: Channel
) -> None:
    root = post_message(caller_of(anna), general, body="Root")
    reply = post_message(caller_of(chloe), general, body="Reply", thread=root)
    mine = topics_for(chloe, channel_id=general.pk, thread_id=root.pk)
    assert {f"c:{general.pk}", f"t:{root.pk}", f"m:{chloe.pk}", f"o:{chloe.organization_id}"} <= mine
    assert f"h:{general.pk}" not in mine
    assert f"t:{reply.pk}" not in topics_for(chloe, channel_id=general.pk, thread_id=reply.pk)
    for stranger in (gus, zoe):
        theirs = topics_for(stranger, channel_id=general.pk, thread_id=root.pk)
        assert not {f"c:{general.pk}", f"t:{root.pk}", f"h:{general.pk}"} & theirs
        assert not may_read(stranger, f"c:{general.pk}")
        assert not may_read(stranger, f"t:{root.pk}")
        assert not may_read(stranger, f"h:{general.pk}")
        assert not may_read(stranger, f"m:{chloe.pk}")
    assert f"f:{gus.organization_id}" not in topics_for(gus, channel_id=None, thread_id=None)
    assert f"p:{gus.pk}" in topics_for(gus, channel_id=None, thread_id=None)
    assert may_read(chloe, f"t:{root.pk}")
    assert may_read(chloe, f"h:{general.pk}")


def test_the_librarys_permission_question_is_answered_by_the_same_rules(
    chloe: Member, zoe: Member, general: Channel
) -> None:
    manager = TopicManager()
    name = channel_name(general.organization_id, f"c:{general.pk}", "page.en")
    assert manager.can_read_channel(chloe, name)
    assert not manager.can_read_channel(zoe, name)
    assert not manager.can_read_channel(None, name)
    assert not manager.can_read_channel(zoe, channel_name(zoe.organization_id, f"c:{general.pk}", "page.en"))


def test_long_texts_make_room_in_memory(
    anna: Member, general: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "HELD", 20_000)
    feed = Feed(anna.organization_id)
    for n in range(12):
        post_message(caller_of(anna), general, body=f"{n} " + "long " * 1000)
        feed.take(entries_after(anna.organization_id, feed.position, limit=10))
        assert feed.entries[-1].position == feed.position
        feed.make_room()
    assert feed.held <= 20_000
    assert feed.held == sum(map(feeds.weight, feed.messages.values()))
    assert feed.entries
    assert feed.start == feed.entries[0].position - 1
    assert feed.position == head_position(anna.organization_id)


def test_a_feed_that_nobody_hears_is_let_go(anna: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    tailer = Tailer(Hub())
    monkeypatch.setattr(tailer, "run", lambda: None)
    feed = tailer.follow(anna.organization_id)
    tailer.look()
    assert tailer.feeds == {anna.organization_id: feed}
    feed.used_at -= 601
    tailer.idle_looked_for_at -= 61
    tailer.look()
    assert tailer.feeds == {}
    assert tailer.follow(anna.organization_id) is not feed
