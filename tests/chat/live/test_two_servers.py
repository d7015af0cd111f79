"""Two servers on one database: what is posted through one is on the screens of both, and rights end in both."""

import re
import socket
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from accounts.models import Member
from audit.queries import head_position
from chat import access
from chat.actions import add_members, create_channel, post_message, remove_member
from chat.models import Channel
from tests.cast import caller_of
from tests.server import Reader, Server

pytestmark = pytest.mark.usefixtures("committed")
ClientOf = Callable[[Member], Client]
REDIS = ("127.0.0.1", 6379)


def redis_answers() -> bool:
    try:
        socket.create_connection(REDIS, timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def general(anna: Member) -> Channel:
    return access.channels(anna).get(name="general")


@pytest.fixture
def servers(committed: None) -> Iterator[tuple[Server, Server]]:
    with Server() as first, Server() as second:
        yield first, second


def page_of(channel: Channel) -> str:
    return f"/o/acme/events?channel={channel.pk}&after={head_position(channel.organization_id)}"


def test_both_hear_what_one_takes(
    servers: tuple[Server, Server], anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    first, second = servers
    readers = [Reader(server, page_of(general), client=client_of(chloe)) for server in servers]
    for reader in readers:
        reader.caught_up()
    for server, words in ((first, "through the first"), (second, "through the second")):
        answer = server.post(f"/o/acme/c/{general.pk}/messages/", client=client_of(anna), body=words)
        assert answer.status == 200
        for reader in readers:
            assert words in reader.next(words).data
    rows = [re.findall(r'id="c-m-(\d+)"', "".join(e.data for e in reader.seen)) for reader in readers]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 2


def test_a_right_ends_in_both(
    servers: tuple[Server, Server], anna: Member, chloe: Member, client_of: ClientOf
) -> None:
    secret = create_channel(caller_of(anna), name="secret", kind="private")
    add_members(caller_of(anna), secret, [chloe])
    readers = [Reader(server, page_of(secret), client=client_of(chloe)) for server in servers]
    for reader in readers:
        reader.caught_up()
    remove_member(caller_of(anna), secret, chloe)
    post_message(caller_of(anna), secret, body="not for her")
    created = create_channel(caller_of(anna), name="open")
    for reader in readers:
        reader.next("gone")
        reader.next("directory")
        assert not any("not for her" in event.data for event in reader.seen)
    assert created.is_public


@pytest.mark.skipif(
    not redis_answers(), reason="signals cross processes by Redis, and none answers on 127.0.0.1:6379"
)
def test_signals_cross_by_redis(anna: Member, chloe: Member, general: Channel, client_of: ClientOf) -> None:
    address = f"redis://{REDIS[0]}:{REDIS[1]}/11"
    with Server(REDIS_URL=address) as first, Server(REDIS_URL=address) as second:
        client = client_of(chloe)
        reader = Reader(second, page_of(general), client=client)
        own = Reader(first, page_of(general), client=client)
        reader.caught_up()
        own.caught_up()
        message = post_message(caller_of(anna), general, body="Read me")
        reader.next("Read me")
        path = f"/o/acme/c/{general.pk}/read/"
        assert first.post(path, client=client, message=str(message.pk)).status == 204
        assert 'data-unread="0"' in reader.next('hx-swap="read"').data
        assert 'data-unread="0"' in own.next('hx-swap="read"').data
