"""Each page costs the same number of queries whatever it lists: in a small organization and in a busy one.

The lists say what each query is for; their length is what is asserted.
"""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import add_bot
from accounts.models import Member
from chat import rows
from chat.actions import add_members, edit_message, open_direct
from chat.models import Channel, Message
from tests import cast
from tests.chat.scene import HTMX, new_channel, path, post

SignIn = Callable[[Member], Client]

WHO = ["the session", "its user with their member and the organization"]
COMING = [*WHO, "the log's position, which the page's stream begins after"]
SIDEBAR = ["my channels with their counts", "people of the direct ones", "my other organizations"]
CHANNEL = ["the channel, with my membership"]
MESSAGE = ["the message, with its author", *CHANNEL]
FRAME = ["how many people are in it, or who"]
WINDOW = ["which rows, in which version"]
ROWS = [*WINDOW, "messages of rows that aren't kept, with their authors"]
NAMES = ["names of those mentioned, in rows that aren't kept"]

GET = {
    "home": [*COMING, *SIDEBAR],
    "sidebar": [*COMING, *SIDEBAR],
    "switch": [*COMING, "channels that match", "people that match", *SIDEBAR],
    "notifications": [*COMING, *SIDEBAR],
    "threads": [*COMING, "roots", "their newest replies", "unread replies", *SIDEBAR],
    "shortcuts": [*COMING, *SIDEBAR],
    "channel": [*COMING, *CHANNEL, *ROWS, *NAMES, *FRAME, *SIDEBAR],
    "thread": [
        *COMING,
        *MESSAGE,
        *(*ROWS, *NAMES),
        *("which replies", *ROWS[1:], *NAMES),
        "how I follow it",
        *FRAME,
        *SIDEBAR,
    ],
    "message": [*COMING, *MESSAGE, "older rows", "newer rows", *ROWS[1:], *NAMES, *FRAME, *SIDEBAR],
    "history": [*COMING, *CHANNEL, *ROWS, *NAMES],
    "frame": [*COMING, *CHANNEL, *FRAME],
    "mentions": [*COMING, *CHANNEL, "people whose name begins so"],
    "actions": [*COMING, *MESSAGE, *SIDEBAR],
    "edit": [*COMING, *MESSAGE, *SIDEBAR],
    "delete": [*COMING, *MESSAGE, *NAMES, *SIDEBAR],
    "versions": [*COMING, *MESSAGE, "earlier versions", *SIDEBAR],
    "directory": [*COMING, "the numbers of people", "the channels", *SIDEBAR],
    "create_channel": [*COMING, *SIDEBAR],
    "channel_settings": [*COMING, *CHANNEL, "the channel as it is stored, for the heading", *SIDEBAR],
    "channel_delete": [*COMING, *CHANNEL, "the number of messages", *SIDEBAR],
    "channel_members": [*COMING, *CHANNEL, "who is in it", "who isn't", *SIDEBAR],
    "direct": [*COMING, "whom I can write to", *SIDEBAR],
}
ASKED = {"home": {"list": "1"}, "mentions": {"q": "b"}, "switch": {"q": "b"}}
SAVED = ["the beginning of a savepoint", "its end"]
LOG = ["the head, locked", "entries", "their values", "the head's new position"]


@pytest.fixture
def scene(anna: Member, ben: Member, chloe: Member) -> tuple[Channel, Message]:
    """A channel with one message, a reply and a direct channel: the least of everything."""
    channel = new_channel(anna, "lounge", chloe)
    root = post(anna, channel, "Hello @Chloe Martin")
    root = edit_message(cast.caller_of(anna), root, body="Hello, @Chloe Martin")
    post(chloe, channel, "Hello @Anna Lind", thread=root)
    open_direct(cast.caller_of(anna), [ben])
    return channel, root


def fill(channel: Channel, root: Message) -> None:
    """More of everything that a page could list."""
    anna, ben, chloe = (cast.member(name) for name in ("anna", "ben", "chloe"))
    bots = [add_bot(cast.TESTS, anna.organization, name=f"Bot {number}") for number in range(5)]
    add_members(cast.caller_of(anna), channel, [*bots[:3], ben])
    for number, bot in enumerate(bots):
        new_channel(ben, f"channel-{number}", anna, kind="public" if number % 2 else "private")
        open_direct(cast.caller_of(anna), [bot])
        for author in (anna, ben, chloe):
            post(author, channel, f"{number} @{bot.display_name} @channel")
            post(author, channel, "Reply @Ben Okafor", thread=root, also_in_channel=bool(number % 2))
        root = edit_message(cast.caller_of(anna), root, body=f"{number} @{bot.display_name}")


def queries(browser: Client, address: str, data: dict[str, str], *, posting: bool = False) -> list[str]:
    rows._rows.clear()
    with CaptureQueriesContext(connection) as captured:
        response = browser.post(address, data, headers=HTMX) if posting else browser.get(address, data)
    assert response.status_code == 200
    return [query["sql"] for query in captured]


def address(name: str, channel: Channel, root: Message) -> str:
    ids: dict[str, list[int]] = {
        "message": [channel.pk, root.pk],
        "thread": [root.pk],
        "actions": [root.pk],
        "edit": [root.pk],
        "delete": [root.pk],
        "versions": [root.pk],
    }
    without = {
        "home",
        "sidebar",
        "switch",
        "shortcuts",
        "notifications",
        "threads",
        "mentions",
        "directory",
        "create_channel",
        "direct",
    }
    return path(name, *(ids.get(name) or ([] if name in without else [channel.pk])))


@pytest.mark.parametrize("name", GET)
def test_a_page_costs_the_same_with_one_and_with_many(
    client_of: SignIn, anna: Member, scene: tuple[Channel, Message], name: str
) -> None:
    channel, root = scene
    browser = client_of(anna)
    where = address(name, channel, root)
    asked = {"channel": str(channel.pk)} | ASKED.get(name, {})
    assert queries(browser, where, asked)  # the first visit may write the session
    few = queries(browser, where, asked)
    fill(channel, root)
    many = queries(browser, where, asked)
    assert len(few) == len(GET[name]), "\n".join(few)
    assert len(many) == len(GET[name]), "\n".join(many)


def test_a_direct_channel_costs_what_another_does(client_of: SignIn, anna: Member, ben: Member) -> None:
    direct = open_direct(cast.caller_of(anna), [ben])
    post(ben, direct, "@Anna Lind")
    browser = client_of(anna)
    queries(browser, path("channel", direct.pk), {})
    assert len(queries(browser, path("channel", direct.pk), {})) == len(GET["channel"])


def test_posting_costs_the_same_whoever_is_called(
    client_of: SignIn, anna: Member, scene: tuple[Channel, Message]
) -> None:
    wanted = [
        *WHO,
        *CHANNEL,
        "those it may call",
        *SAVED,
        *LOG,
        "the member as they are now",
        *CHANNEL,
        "the message",
        "its mentions",
        *NAMES,
    ]
    channel, root = scene
    browser = client_of(anna)
    few = queries(browser, path("post", channel.pk), {"body": "@Chloe Martin"}, posting=True)
    fill(channel, root)
    everyone = " ".join(f"@Bot {number}" for number in range(5))
    many = queries(browser, path("post", channel.pk), {"body": f"{everyone} @channel"}, posting=True)
    assert len(few) == len(wanted), "\n".join(few)
    assert len(many) == len(wanted), "\n".join(many)


def test_a_reply_costs_its_root_twice(
    client_of: SignIn, anna: Member, scene: tuple[Channel, Message]
) -> None:
    """Reading it, with its channel once more, and counting; and two more for who follows, however many they are."""
    replying = ["its count", "that I follow", "for whom it's unread"]
    channel, root = scene
    browser = client_of(anna)
    plain = queries(browser, path("post", channel.pk), {"body": "Hi"}, posting=True)
    reply = queries(browser, path("post", channel.pk), {"body": "Hi", "thread": str(root.pk)}, posting=True)
    assert len(reply) == len(plain) + len([*MESSAGE, *replying]), "\n".join(reply)
