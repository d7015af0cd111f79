"""The line of a reader is cut, goes silent, is slow, or was gone for long: nothing is lost, and nothing comes twice."""

from collections.abc import Callable

from django.test import Client

from accounts.models import Member
from audit.queries import head_position
from chat.actions import edit_message, post_message
from chat.models import Channel
from tests.cast import caller_of
from tests.faults.following import Follower
from tests.faults.proxy import Proxy
from tests.faults.sharing import database, server
from tests.server import Reader, Server, until

__all__ = ["database", "server"]
ClientOf = Callable[[Member], Client]
WINDOW = 40  # entries


def test_a_line_that_is_cut_again_and_again(
    server: Server, anna: Member, chloe: Member, general: Channel, stream: str, client_of: ClientOf
) -> None:
    with Proxy(server) as proxy, Follower(proxy, stream, client=client_of(chloe)) as follower:
        posted = []
        for number in range(60):
            posted.append(post_message(caller_of(anna), general, body=f"No. {number}").pk)
            if number % 10 == 5:
                opened = follower.opened
                proxy.cut()
                until(lambda opened=opened: follower.opened > opened)
        until(lambda: len(follower.rows()) >= len(posted))
        assert follower.rows() == posted
        assert follower.opened >= 6


def test_a_half_open_line_is_left_for_another(
    server: Server, anna: Member, chloe: Member, general: Channel, stream: str, client_of: ClientOf
) -> None:
    with Proxy(server) as proxy:
        silent = Reader(proxy, stream, client=client_of(chloe))
        position = silent.caught_up()
        proxy.swallow()
        posted = [post_message(caller_of(anna), general, body=f"No. {n}").pk for n in range(5)]
        with Follower(proxy, stream, client=client_of(chloe), after=position) as follower:
            until(lambda: len(follower.rows()) >= 5)
            assert follower.rows() == posted
        assert not [event for event in silent.seen if "No." in event.data]


def test_a_slow_line_gets_it_all_in_order(
    server: Server, anna: Member, chloe: Member, general: Channel, stream: str, client_of: ClientOf
) -> None:
    """400 KB at 200 KB a second: it falls behind, and is neither cut nor told twice."""
    with Proxy(server) as proxy:
        proxy.rate = 2000
        with Follower(proxy, stream, client=client_of(chloe)) as follower:
            posted = [
                post_message(caller_of(anna), general, body=f"{n} " + "x" * 4000).pk for n in range(100)
            ]
            assert len(follower.rows()) < len(posted)
            until(lambda: len(follower.rows()) >= len(posted))
            assert follower.rows() == posted
            assert follower.opened == 1


def test_one_who_was_gone_for_an_hour(
    anna: Member, chloe: Member, general: Channel, client_of: ClientOf
) -> None:
    """Within the log's window the hour is told, as it looks now; before it, one is told to reload."""
    path, client = f"/o/acme/events?channel={general.pk}", client_of(chloe)
    with Server(FAULTS=f"window={WINDOW}") as server:
        reached = head_position(general.organization_id)
        posted = [post_message(caller_of(anna), general, body=f"No. {n}") for n in range(WINDOW - 11)]
        edit_message(caller_of(anna), posted[0], body="No. 0, put right")
        with Follower(server, path, client=client, after=reached) as back_in_time:
            until(lambda: back_in_time.heard(f"No. {len(posted) - 1}<"))
            # The row stands in the places of its creation and of its edit; both times as it is now.
            assert back_in_time.heard("No. 0, put right") == 2
            assert back_in_time.heard("No. 0<") == 0
            assert back_in_time.rows()[:-1] == [message.pk for message in posted]
        for number in range(WINDOW):
            post_message(caller_of(anna), general, body=f"later {number}")
        server.stop()
        server.start()
        late = Reader(server, path, client=client, Last_Event_ID=str(reached))
        told = late.next("reload")
        assert told.id == head_position(general.organization_id)
        assert [event.id for event in late.seen if event.id is not None] == [
            told.id
        ]  # signals beside it have none
        post_message(caller_of(anna), general, body="and on it goes")
        late.next("and on it goes")


def test_a_position_that_is_not_there_is_told_to_reload(
    server: Server, general: Channel, chloe: Member, client_of: ClientOf
) -> None:
    """After the log was put back from a backup, a page may be ahead of it."""
    ahead = head_position(general.organization_id) + 1000
    path = f"/o/acme/events?channel={general.pk}"
    Reader(server, path, client=client_of(chloe), Last_Event_ID=str(ahead)).next("reload")
