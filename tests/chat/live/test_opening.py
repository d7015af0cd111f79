"""Opening a stream: one look at who asks and what they may read, and a second where a right changed meanwhile."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from channels.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from accounts.errors import NotSignedIn, NotThere
from accounts.models import Member
from accounts.sessions.asking import member_in_session
from accounts.sessions.store import SessionStore
from chat.actions import remove_member
from chat.live import consumer, opening
from chat.live.hub import hub
from chat.live.opening import Asked, Opening, look
from chat.live.tailer import Tailer
from chat.models import Channel
from tests.cast import caller_of
from workchat_site.asgi import application

Queries = Callable[..., Any]
SCOPE = {"type": "http", "method": "GET", "path": "/o/acme/events", "query_string": b"", "headers": []}


@pytest.fixture
def tailer(monkeypatch: pytest.MonkeyPatch) -> Tailer:
    """A tailer whose thread doesn't run: what it does is called by name."""
    still = Tailer(hub)
    monkeypatch.setattr(opening, "tailer", still)
    still.thread = threading.current_thread()
    return still


def session_of(member: Member, **other: str) -> str:
    assert member.user
    session = SessionStore()
    session[SESSION_KEY] = str(member.user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.update(other)
    session.create()
    return session.session_key or ""


def asked(member: Member, channel: Channel | None = None, **other: str) -> Asked:
    return Asked(
        session_of(member, **other), "acme", "page.en", channel.pk if channel else None, None, False, None
    )


@pytest.mark.django_db
def test_a_look_is_three_queries(
    anna: Member, general: Channel, tailer: Tailer, django_assert_num_queries: Queries
) -> None:
    wanted = asked(anna, general)
    look(wanted)
    with django_assert_num_queries(3):
        # the session
        # the member with organization and user
        # the channels they're in
        found = look(wanted)
    assert f"c:{general.pk}" in found.topics
    assert found.holds


@pytest.mark.django_db
def test_a_session_that_holds_no_more_opens_nothing(anna: Member, zoe: Member) -> None:
    assert member_in_session(session_of(anna), "acme")[0] == anna
    for key in ("", "unknown", session_of(anna, **{HASH_SESSION_KEY: "of an earlier password"})):
        with pytest.raises(NotSignedIn):
            member_in_session(key, "acme")
    for slug in ("globex", "nowhere"):
        with pytest.raises(NotThere):
            member_in_session(session_of(anna), slug)
    ended = SessionStore(session_of(anna))
    ended.set_expiry(-1)
    ended.save()
    with pytest.raises(NotSignedIn):
        member_in_session(ended.session_key or "", "acme")
    assert anna.user
    anna.user.is_active = False
    anna.user.save()
    with pytest.raises(NotSignedIn):
        member_in_session(session_of(anna), "acme")
    assert member_in_session(session_of(zoe), "globex")[0] == zoe


@pytest.mark.django_db
def test_whoever_has_signed_out_opens_nothing_from_then_on(chloe: Member, client: Client) -> None:
    assert chloe.user
    client.force_login(chloe.user)
    key = client.session.session_key or ""
    assert member_in_session(key, "acme")[0] == chloe
    client.post("/accounts/logout/")
    with pytest.raises(NotSignedIn):
        member_in_session(key, "acme")


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    ("query", "cookie", "status"),
    [
        (b"&".join([b"a=1"] * 1001), b"", 400),
        (b"after=%ff%00&channel=%00", b"", 401),
        (b"", b'workchat_session="\\000abcdefghij"', 401),
    ],
    ids=["a thousand parameters", "odd values", "a cookie with NUL"],
)
def test_what_a_stranger_may_send_is_refused_without_an_error(
    query: bytes, cookie: bytes, status: int
) -> None:
    async def ask() -> int:
        headers = [(b"host", b"testserver"), (b"cookie", cookie)]
        stranger = ApplicationCommunicator(application, SCOPE | {"query_string": query, "headers": headers})
        await stranger.send_input({"type": "http.request", "body": b"", "more_body": False})
        answered: int = (await stranger.receive_output(10))["status"]
        return answered

    assert asyncio.run(ask()) == status


@pytest.mark.django_db
def test_a_look_holds_until_the_tailer_tells_of_a_right(
    anna: Member, chloe: Member, secret: Channel, tailer: Tailer
) -> None:
    wanted = asked(chloe, secret)
    look(wanted)  # which begins the feed, so it held only until then
    found = look(wanted)
    remove_member(caller_of(anna), secret, chloe)
    assert found.holds  # the tailer will see the stream when it comes to the entry
    tailer.look()
    still: bool = found.holds
    assert not still
    with pytest.raises(NotThere):
        look(wanted, found.after)


@pytest.mark.django_db
def test_a_look_that_began_the_feed_holds_no_longer(anna: Member, tailer: Tailer) -> None:
    assert not look(asked(anna)).holds  # nobody watched while it read
    assert look(asked(anna)).holds


@pytest.mark.django_db
def test_a_look_holds_until_a_session_ends(
    anna: Member, chloe: Member, client: Client, tailer: Tailer
) -> None:
    look(asked(anna))
    found = look(asked(anna))
    assert chloe.user
    client.force_login(chloe.user)
    tailer.look()
    assert found.holds
    client.post("/accounts/logout/")
    tailer.look()
    assert not found.holds


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["a right", "a gap"])
def test_what_no_longer_holds_is_looked_at_again(
    reason: str, anna: Member, general: Channel, tailer: Tailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the second look's topics and replay the stream lives; the first look's are of no account."""
    monkeypatch.setattr(hub, "given", {})
    look(asked(anna))
    first = replace(look(asked(anna, general)), replay=b"the first\n\n")
    second = replace(first, topics=frozenset({"o:1"}), replay=b"the second\n\n", position=first.position + 1)
    if reason == "a right":
        second = replace(second, looked_at=tailer.clock + 1)
        first.feed.changed_at = tailer.tick()
    else:
        monkeypatch.setattr(hub, "handed_out", lambda _organization: first.position + 1)
    told, topics = asyncio.run(opened(first, second, monkeypatch))
    assert told == b": open\n\nthe second\n\n"
    assert topics == second.topics


async def opened(
    first: Opening, second: Opening, monkeypatch: pytest.MonkeyPatch
) -> tuple[bytes, frozenset[str]]:
    """What a stream is told at first, and what it listens to, given two looks."""
    monkeypatch.setattr(consumer, "open_stream", lambda _scope, _slug: first)
    monkeypatch.setattr(consumer, "look", lambda _asked, _after: second)
    page = ApplicationCommunicator(application, SCOPE)
    await page.send_input({"type": "http.request", "body": b""})
    assert (await page.receive_output())["status"] == 200
    told: bytes = (await page.receive_output())["body"] + (await page.receive_output())["body"]
    (stream,) = hub.streams
    topics = stream.topics
    await page.send_input({"type": "http.disconnect"})
    await page.wait()
    assert not hub.streams
    return told, topics
