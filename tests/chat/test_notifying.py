"""What one is told of while one looks elsewhere: a level for each channel, a pause, a closed conversation, and what a
notification says, looked at when it's shown. None of it is logged; each of it tells one's own tabs.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from accounts.errors import Invalid, NotThere, Refused
from accounts.models import Member
from chat.actions import (
    add_members,
    close_direct,
    delete_message,
    leave_channel,
    mark_read,
    notifying,
    open_direct,
    pause_notifications,
    set_level,
)
from chat.hooks import shown_otherwise
from chat.live.topics import topics_for
from chat.models import Channel, Membership, Message
from chat.queries import notice, sidebar
from tests import cast
from tests.chat.scene import HTMX, NOWHERE, TOO_LONG, answer, nothing_happens, path, post, text_of

SignIn = Callable[[Member], Client]


def told(member: Member, message: Message) -> str | None:
    """What a notification of `message` would say to `member`, read anew."""
    found = notice(Member.objects.get(pk=member.pk), message.pk)
    return found.text if found else None


@pytest.fixture
def signals() -> Iterator[list[Any]]:
    sent: list[Any] = []

    def note(**given: Any) -> None:
        sent.append((given["member"].pk, given["words"]))

    shown_otherwise.connect(note)
    yield sent
    shown_otherwise.disconnect(note)


# Whom a message calls


def test_at_first_one_is_told_of_mentions(anna: Member, ben: Member, chloe: Member, general: Channel) -> None:
    assert told(ben, post(anna, general, "Lunch?")) is None
    called = post(anna, general, "**@Ben Okafor**, lunch?")
    assert told(ben, called) == "@Ben Okafor, lunch?"
    assert told(chloe, called) is None
    assert told(chloe, post(anna, general, "@channel lunch")) == "@channel lunch"


def test_the_level_decides(anna: Member, ben: Member, general: Channel) -> None:
    set_level(cast.caller_of(ben), general, level="all")
    assert told(ben, post(anna, general, "Lunch?")) == "Lunch?"
    set_level(cast.caller_of(ben), general, level="nothing")
    assert told(ben, post(anna, general, "@Ben Okafor")) is None
    assert next(item for item in sidebar(ben).channels if item.id == general.pk).is_muted


def test_one_is_always_told_of_direct_messages(anna: Member, ben: Member) -> None:
    direct = open_direct(cast.caller_of(anna), [ben])
    assert told(ben, post(anna, direct, "Psst")) == "Psst"
    with pytest.raises(Refused):
        set_level(cast.caller_of(ben), direct, level="nothing")


def test_nobody_is_told_of_their_own_of_what_they_read_or_what_is_gone(
    anna: Member, ben: Member, general: Channel
) -> None:
    message = post(anna, general, "@Ben Okafor @channel")
    assert told(anna, message) is None
    mark_read(cast.caller_of(ben), general, message_id=message.pk)
    assert told(ben, message) is None
    other = post(anna, general, "@Ben Okafor")
    delete_message(cast.caller_of(anna), other)
    assert told(ben, other) is None


def test_who_has_left_is_told_of_nothing(
    anna: Member, ben: Member, secret: Channel, general: Channel
) -> None:
    called = post(anna, general, "@Ben Okafor")
    leave_channel(cast.caller_of(ben), general)
    assert told(ben, called) is None
    add_members(cast.caller_of(anna), secret, [ben])
    hidden = post(anna, secret, "@Ben Okafor")
    leave_channel(cast.caller_of(ben), secret)
    with pytest.raises(NotThere):
        told(ben, hidden)


def test_a_long_text_is_cut(anna: Member, ben: Member, general: Channel) -> None:
    text = told(ben, post(anna, general, "@Ben Okafor " + "word " * 500))
    assert text is not None
    assert len(text) <= 160
    assert text.endswith("…")


def test_the_notice_has_what_a_notification_shows(
    client_of: SignIn,
    anna: Member,
    ben: Member,
    general: Channel,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    message = post(anna, general, "@Ben Okafor <b>hello</b>")
    browser = client_of(ben)
    browser.get(path("notice", message.pk), headers=HTMX)
    with django_assert_num_queries(5):  # session; user with member; message, channel; my mention
        response = browser.get(path("notice", message.pk), headers=HTMX)
    assert response.json() == {
        "title": "Anna Lind in #general",
        "body": "@Ben Okafor <b>hello</b>",
        "url": path("message", general.pk, message.pk),
        "icon": "",
        "channel": str(general.pk),
    }
    assert client_of(anna).get(path("notice", message.pk), headers=HTMX).status_code == 204
    direct = open_direct(cast.caller_of(anna), [ben])
    said = post(anna, direct, "Psst")
    assert browser.get(path("notice", said.pk), headers=HTMX).json()["title"] == "Anna Lind"


def test_another_organization_s_message_is_none(
    client_of: SignIn, zoe: Member, anna: Member, general: Channel
) -> None:
    message = post(anna, general, "@channel")
    browser = client_of(zoe)
    assert answer(browser.get(path("notice", message.pk, slug="globex"))) == answer(
        browser.get(path("notice", NOWHERE, slug="globex"))
    )


# Levels


def test_a_level_is_chosen_in_the_header(
    client_of: SignIn, ben: Member, general: Channel, signals: list[Any]
) -> None:
    browser = client_of(ben)
    assert 'value="mentions" aria-pressed="true"' in text_of(browser.get(path("channel", general.pk)))
    with nothing_happens():
        response = browser.post(path("level", general.pk), {"level": "nothing"})
    assert response.headers["Location"] == path("channel", general.pk)
    page = text_of(browser.get(path("channel", general.pk)))
    assert 'value="nothing" aria-pressed="true"' in page
    assert 'class="channel muted"' in page
    assert signals == [(ben.pk, ("sidebar", "frame"))]
    assert browser.post(path("level", general.pk), {"level": "all"}, headers=HTMX).status_code == 204


@pytest.mark.parametrize("level", ["", "loud", TOO_LONG])
def test_no_other_level_will_do(client_of: SignIn, ben: Member, general: Channel, level: str) -> None:
    assert client_of(ben).post(path("level", general.pk), {"level": level}).status_code == 403
    with pytest.raises(Invalid):
        set_level(cast.caller_of(ben), general, level=level)
    assert Membership.objects.get(member=ben, channel=general).notification_level == "mentions"


def test_who_is_not_in_a_channel_has_no_level_there(client_of: SignIn, anna: Member, lounge: Channel) -> None:
    theirs, nobodys = (
        client_of(anna).post(path("level", pk), {"level": "all"}) for pk in (lounge.pk, NOWHERE)
    )
    assert theirs.status_code == 404
    assert answer(theirs) == answer(nobodys)


# A pause


def test_a_pause_ends_by_itself(anna: Member, ben: Member, general: Channel, signals: list[Any]) -> None:
    with nothing_happens():
        ends = pause_notifications(cast.caller_of(ben), until="hour")
    assert ends is not None
    assert timedelta(minutes=59) < ends - now() <= timedelta(hours=1)
    assert signals == [(ben.pk, ("sidebar",))]
    message = post(anna, general, "@Ben Okafor")
    assert told(ben, message) is None
    Member.objects.filter(pk=ben.pk).update(quiet_until=now() - timedelta(seconds=1))
    assert told(ben, message) is not None


def test_tomorrow_is_the_member_s_own_morning(ben: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifying, "now", lambda: datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    for timezone, wanted in (
        ("Asia/Tokyo", datetime(2026, 11, 24, 8, tzinfo=ZoneInfo("Asia/Tokyo"))),  # where it's Monday already
        ("America/New_York", datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("America/New_York"))),
        ("No/Where", datetime(2026, 11, 23, 8, tzinfo=UTC)),
    ):
        ben.timezone = timezone
        assert pause_notifications(cast.caller_of(ben), until="tomorrow") == wanted


def test_a_pause_is_begun_and_ended_on_its_page(client_of: SignIn, ben: Member) -> None:
    Member.objects.filter(pk=ben.pk).update(timezone="Asia/Tokyo")
    browser = client_of(ben)
    page = browser.post(path("pause"), {"until": "tomorrow"}, follow=True)
    assert re.search("are paused until [A-Z][a-z]+day, 08:00, on all your devices", text_of(page))
    assert "Notifications paused" in text_of(page)
    page = browser.post(path("pause"), {"until": ""}, follow=True)
    assert "are paused until" not in text_of(page)
    assert browser.post(path("pause"), {"until": "forever"}).status_code == 403


# Closed conversations


def test_a_closed_conversation_comes_back_with_what_is_said_in_it(
    client_of: SignIn, anna: Member, ben: Member
) -> None:
    direct = open_direct(cast.caller_of(anna), [ben])
    post(anna, direct)
    with nothing_happens():
        response = client_of(ben).post(path("close", direct.pk))
    assert response.headers["Location"] == path("home") + "?list"
    assert [item.id for item in sidebar(ben).directs] == []
    assert [item.id for item in sidebar(ben, active=direct.pk).directs] == [direct.pk]  # while it's open
    assert [item.id for item in sidebar(anna).directs] == [direct.pk]  # it's Ben alone who closed it
    assert client_of(ben).get(path("channel", direct.pk)).status_code == 200
    message = post(ben, direct, "I have something to say after all")
    assert [item.id for item in sidebar(ben).directs] == [direct.pk]
    mark_read(cast.caller_of(ben), direct, message_id=message.pk)
    close_direct(cast.caller_of(ben), direct)
    post(anna, direct)
    (item,) = sidebar(ben).directs
    assert (item.id, item.unread) == (direct.pk, 1)


def test_reading_in_a_closed_conversation_tells_the_other_tabs(anna: Member, ben: Member) -> None:
    direct = open_direct(cast.caller_of(anna), [ben])
    message = post(anna, direct)
    close_direct(cast.caller_of(ben), direct)
    Membership.objects.filter(member=ben, channel=direct).update(read_position=0)
    mark_read(cast.caller_of(ben), direct, message_id=message.pk)
    assert Membership.objects.get(member=ben, channel=direct).read_position == message.pk


def test_only_a_direct_message_is_closed(
    client_of: SignIn, anna: Member, ben: Member, general: Channel
) -> None:
    assert client_of(ben).post(path("close", general.pk)).status_code == 403
    direct = open_direct(cast.caller_of(anna), [ben])
    assert "Close the conversation" in text_of(client_of(ben).get(path("channel", direct.pk)))
    assert "Close the conversation" not in text_of(client_of(ben).get(path("channel", general.pk)))


# The stream of hints


def test_hints_are_of_one_s_channels_and_oneself(
    ben: Member, gus: Member, general: Channel, lounge: Channel
) -> None:
    assert topics_for(ben, channel_id=None, thread_id=None, hints=True) == {f"m:{ben.pk}", f"h:{general.pk}"}
    assert topics_for(gus, channel_id=None, thread_id=None, hints=True) == {f"m:{gus.pk}", f"h:{lounge.pk}"}
