"""The page's stream as a reader gets it from a real server: delivery, resume, revocation, ends."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from accounts.actions import deactivate_member, require_two_factor, update_profile
from accounts.actions.sessions import end_sessions
from accounts.models import Member
from audit.queries import head_position
from chat import access
from chat.actions import (
    add_members,
    archive_channel,
    create_channel,
    delete_channel,
    delete_message,
    edit_message,
    mark_read,
    post_message,
    remove_member,
)
from chat.models import Channel
from tests.accounts.factors import set_up_app
from tests.cast import caller_of
from tests.server import ROOT, Reader, Server

pytestmark = pytest.mark.usefixtures("committed")
ClientOf = Callable[[Member], Client]


@pytest.fixture
def server(committed: None) -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def general(anna: Member) -> Channel:
    return access.channels(anna).get(name="general")


def events_of(channel: Channel, *, after: int | None = None, thread: int | None = None) -> str:
    position = head_position(channel.organization_id) if after is None else after
    threaded = f"&thread={thread}" if thread else ""
    return f"/o/acme/events?channel={channel.pk}&after={position}{threaded}"


def open_page(server: Server, member: Member, channel: Channel, client_of: ClientOf) -> Reader:
    reader = Reader(server, events_of(channel), client=client_of(member))
    reader.caught_up()
    return reader


def test_a_post_an_edit_and_a_deletion_arrive(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    reader = open_page(server, chloe, general, client_of)
    message = post_message(caller_of(anna), general, body="Hello **there**")
    posted = reader.next("<strong>there</strong>")
    assert f'id="c-m-{message.pk}"' in posted.data
    assert 'data-kind="create"' in posted.data
    edited = edit_message(caller_of(anna), message, body="Hello again")
    assert f'data-version="{edited.row_version}"' in reader.next("Hello again").data
    delete_message(caller_of(anna), message)
    gone = reader.next('data-kind="delete"')
    assert "This message was deleted" in gone.data
    assert "Hello" not in gone.data
    assert posted.id is not None
    assert gone.id == posted.id + 2


def test_another_process_is_heard(
    server: Server, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    reader = open_page(server, chloe, general, client_of)
    command = ["post", "--organization", "acme", "--channel", "general", "--as", "Robin", "from a *script*"]
    subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=server.environment, check=True, timeout=30
    )
    assert "<em>script</em>" in reader.next("script").data


def test_a_reply_changes_its_root_and_its_thread(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    root = post_message(caller_of(anna), general, body="Lunch?")
    beside = Reader(server, events_of(general, thread=root.pk), client=client_of(chloe))
    elsewhere = open_page(server, anna, general, client_of)
    beside.caught_up()
    reply = post_message(caller_of(chloe), general, body="Yes please", thread=root)
    told = beside.next(f'id="t-m-{reply.pk}"').data
    assert f'id="c-m-{root.pk}"' in told
    assert "1 reply" in told
    outside = elsewhere.next("1 reply").data
    assert "Yes please" not in outside


def test_another_channel_gets_a_hint_without_the_text(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    other = create_channel(caller_of(anna), name="design")
    add_members(caller_of(anna), other, [chloe])
    reader = open_page(server, chloe, general, client_of)
    post_message(caller_of(anna), other, body="Hidden words for @Chloe Martin")
    hint = reader.next("hint").data
    assert f'data-channel="{other.pk}"' in hint
    assert f'data-mentions="{chloe.pk}"' in hint
    assert "Hidden" not in hint


def test_removal_from_a_private_channel_ends_its_events_at_once(
    server: Server, anna: Member, chloe: Member, client_of: ClientOf
) -> None:
    secret = create_channel(caller_of(anna), name="secret", kind="private")
    add_members(caller_of(anna), secret, [chloe])
    reader = open_page(server, chloe, secret, client_of)
    remove_member(caller_of(anna), secret, chloe)
    assert f'data-channel="{secret.pk}"' in reader.next("gone").data
    post_message(caller_of(anna), secret, body="Now that we're alone")
    update_profile(caller_of(anna), anna, title="Alone")
    reader.next("people")
    assert not any("alone" in event.data for event in reader.seen)


def test_coming_in_opens_the_channel_to_a_stream_that_is_open(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    secret = create_channel(caller_of(anna), name="secret", kind="private")
    reader = open_page(server, chloe, general, client_of)
    add_members(caller_of(anna), secret, [chloe])
    assert "sidebar" in reader.next("stale").data
    post_message(caller_of(anna), secret, body="Welcome")
    assert f'data-channel="{secret.pk}"' in reader.next("hint").data


def test_a_deactivated_member_is_cut(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    client = client_of(chloe)
    reader = Reader(server, events_of(general), client=client)
    reader.caught_up()
    deactivate_member(caller_of(anna), chloe)
    assert reader.ended()
    assert server.request("GET", events_of(general), client=client).status == 404


def test_signing_out_ends_the_stream(
    server: Server, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    client = client_of(chloe)
    reader = Reader(server, events_of(general), client=client)
    reader.caught_up()
    path = events_of(general)
    elsewhere = client_of(chloe)
    elsewhere.cookies["workchat_session"] = client.cookies["workchat_session"].value
    elsewhere.post("/accounts/logout/")
    assert reader.ended()
    assert server.request("GET", path, client=client).status == 401


def test_names_channels_and_reading_are_told(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    reader = open_page(server, chloe, general, client_of)
    update_profile(caller_of(anna), anna, display_name="Anna Berg")
    assert 'data-name="Anna Berg"' in reader.next("person").data
    made = create_channel(caller_of(anna), name="lobby")
    assert "directory" in reader.next("directory").data
    archive_channel(caller_of(anna), general)
    assert "frame" in reader.next("frame").data
    delete_channel(caller_of(anna), general, typed_name="general")
    assert f'data-channel="{general.pk}"' in reader.next("gone").data
    assert made.pk != general.pk


def test_a_guest_learns_names_only_of_those_they_share_a_channel_with(
    server: Server, anna: Member, ben: Member, gus: Member, client_of: ClientOf
) -> None:
    room = create_channel(caller_of(anna), name="visit", kind="private")
    add_members(caller_of(anna), room, [gus])
    reader = open_page(server, gus, room, client_of)
    update_profile(caller_of(ben), ben, display_name="Benjamin Hidden")
    update_profile(caller_of(anna), anna, display_name="Anna Known")
    reader.next("Anna Known")
    assert not any("Hidden" in event.data for event in reader.seen)


def test_who_returns_is_told_what_they_missed_as_it_is_now(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    client = client_of(chloe)
    away = head_position(general.organization_id)
    first = post_message(caller_of(anna), general, body="First draft")
    edit_message(caller_of(anna), first, body="Second draft")
    second = post_message(caller_of(anna), general, body="Another")
    reader = Reader(server, events_of(general, after=0), client=client, Last_Event_ID=str(away))
    reader.caught_up()
    told = "".join(event.data for event in reader.seen)
    assert "First draft" not in told
    assert "Second draft" in told
    assert f'id="c-m-{second.pk}"' in told
    assert [event.id for event in reader.seen] == [None, away + 1, away + 2, away + 3, away + 3]


def test_a_killed_server_loses_and_doubles_nothing(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    client = client_of(chloe)
    reader = Reader(server, events_of(general), client=client)
    reader.caught_up()
    posted = [post_message(caller_of(anna), general, body=f"Before {n}") for n in range(3)]
    for message in posted:
        reader.next(f'id="c-m-{message.pk}"')
    last = max(event.id or 0 for event in reader.seen)
    server.stop(signal.SIGKILL)
    assert reader.ended()
    missed = [post_message(caller_of(anna), general, body=f"Meanwhile {n}") for n in range(5)]
    server.start()
    again = Reader(server, events_of(general, after=0), client=client, Last_Event_ID=str(last))
    again.caught_up()
    rows = re.findall(r'id="c-m-(\d+)"', "".join(event.data for event in again.seen))
    assert rows == [str(message.pk) for message in missed]


def test_a_reader_from_another_time_is_told_to_load_anew(
    server: Server, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    future = head_position(general.organization_id) + 1000
    reader = Reader(server, events_of(general, after=future), client=client_of(chloe))
    assert "reload" in reader.next("reload").data


def test_stopping_ends_streams_whole(
    server: Server, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    reader = open_page(server, chloe, general, client_of)
    assert server.stop() == 0
    assert reader.ended()
    server.start()


def test_who_may_open_a_stream(
    server: Server, anna: Member, zoe: Member, gus: Member, general: Channel, client_of: ClientOf
) -> None:
    path = events_of(general)
    assert server.request("GET", path).status == 401
    stranger, missing = (
        server.request("GET", path, client=client_of(zoe)),
        server.request("GET", "/o/nowhere/events?channel=1", client=client_of(zoe)),
    )
    assert (stranger.status, stranger.text) == (missing.status, missing.text) == (404, "")
    assert server.request("GET", path, client=client_of(gus)).status == 404
    assert server.request("POST", path, client=client_of(anna)).status == 405
    assert server.request("GET", path, client=client_of(anna), Host="evil.example").status == 400


def test_reading_in_one_tab_is_told_to_the_others(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    message = post_message(caller_of(anna), general, body="Read me")
    client = client_of(chloe)
    reader = Reader(server, events_of(general), client=client)
    reader.caught_up()
    page = server.request("GET", f"/o/acme/c/{general.pk}/", client=client)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    cookie = re.search(r"workchat_csrf=([^;]+)", page.headers["Set-Cookie"])
    assert token is not None
    assert cookie is not None
    session = client.cookies["workchat_session"].value
    answer = server.request(
        "POST",
        f"/o/acme/c/{general.pk}/read/",
        body=f"message={message.pk}",
        Cookie=f"workchat_session={session}; workchat_csrf={cookie[1]}",
        X_CSRFToken=token[1],
        HX_Request="true",
        Content_Type="application/x-www-form-urlencoded",
    )
    assert answer.status == 204
    told = reader.next('hx-swap="read"')
    assert told.id is None
    assert f'data-message="{message.pk}" data-unread="0"' in told.data


def test_reading_says_nothing_where_no_stream_is_open(chloe: Member, anna: Member, general: Channel) -> None:
    message = post_message(caller_of(anna), general, body="Read me")
    mark_read(caller_of(chloe), general, message_id=message.pk)
    assert access.channel(chloe, general.pk).read_position == message.pk


def test_a_session_that_is_ended_from_elsewhere_ends_its_stream(
    server: Server, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    elsewhere = open_page(server, chloe, general, client_of)
    assert chloe.user is not None
    end_sessions(caller_of(chloe), chloe.user)
    assert elsewhere.ended()


def test_a_second_factor_that_is_required_ends_streams_and_opens_none_without_one(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    set_up_app(client_of(anna))
    page = open_page(server, chloe, general, client_of)
    require_two_factor(caller_of(anna), required=True)
    assert page.ended()
    assert server.request("GET", events_of(general), client=client_of(chloe)).status == 403
    open_page(server, anna, general, client_of)


def test_the_stream_of_hints_says_who_is_called_and_nothing_more(
    server: Server, anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    private = create_channel(caller_of(anna), name="hinted", kind="private")
    add_members(caller_of(anna), private, [chloe])
    after = head_position(general.organization_id)
    reader = Reader(server, f"/o/acme/events?hints=1&after={after}", client=client_of(chloe))
    reader.caught_up()
    message = post_message(caller_of(anna), general, body="@Chloe Martin sesame")
    hint = reader.next("hint")
    assert f'data-message="{message.pk}"' in hint.data
    assert f'data-mentions="{chloe.pk}"' in hint.data
    post_message(caller_of(anna), private, body="sesame")
    assert f'data-channel="{private.pk}"' in reader.next('data-kind="create"').data
    remove_member(caller_of(anna), private, chloe)
    reader.next("stale")
    post_message(caller_of(anna), private, body="sesame")  # which is no longer hers to hear of
    last = post_message(caller_of(anna), general, body="sesame")
    assert f'data-message="{last.pk}"' in reader.next('data-kind="create"').data
    assert not any("sesame" in event.data for event in reader.seen)
