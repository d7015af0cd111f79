"""Where one comes in: the channel one was in last, the one that everyone is in, or none yet."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Member
from chat import access
from chat.actions import add_members, archive_channel, create_channel, leave_channel
from chat.models import Channel
from tests.cast import caller_of

ClientOf = Callable[[Member], Client]


@pytest.fixture
def general(anna: Member) -> Channel:
    return access.channels(anna).get(name="general")


def comes_into(client: Client) -> str:
    return client.get("/o/acme/").headers.get("Location", "")


def test_first_comes_the_channel_that_everyone_is_in(
    anna: Member, general: Channel, client_of: ClientOf
) -> None:
    create_channel(caller_of(anna), name="aardvarks")
    assert comes_into(client_of(anna)) == f"/o/acme/c/{general.pk}/"


def test_one_comes_back_to_where_one_was(anna: Member, general: Channel, client_of: ClientOf) -> None:
    other = create_channel(caller_of(anna), name="design")
    client = client_of(anna)
    client.get(f"/o/acme/c/{other.pk}/")
    assert comes_into(client) == f"/o/acme/c/{other.pk}/"
    assert client.cookies["workchat_channel"]["path"] == "/o/acme/"
    archive_channel(caller_of(anna), other)
    assert comes_into(client) == f"/o/acme/c/{general.pk}/"


def test_a_channel_one_has_left_is_not_come_back_to(anna: Member, ben: Member, client_of: ClientOf) -> None:
    other = create_channel(caller_of(anna), name="design", kind="private")
    add_members(caller_of(anna), other, [ben])
    client = client_of(ben)
    client.get(f"/o/acme/c/{other.pk}/")
    leave_channel(caller_of(ben), other)
    assert comes_into(client) != f"/o/acme/c/{other.pk}/"


def test_a_cookie_leads_nowhere_else(zoe: Member, general: Channel, client_of: ClientOf) -> None:
    client = client_of(zoe)
    client.cookies["workchat_channel"] = str(general.pk)
    own = access.channels(zoe).get(name="general")
    assert client.get("/o/globex/").headers["Location"] == f"/o/globex/c/{own.pk}/"


def test_who_is_in_no_channel_is_told_what_to_do(gus: Member, client_of: ClientOf) -> None:
    page = client_of(gus).get("/o/acme/")
    assert page.status_code == 200
    assert "You are in no channel yet" in page.content.decode()


def test_the_list_is_a_screen_of_its_own(anna: Member, client_of: ClientOf) -> None:
    page = client_of(anna).get("/o/acme/?list")
    assert page.status_code == 200
    assert "Pick a channel to begin" in page.content.decode()
