"""That someone is typing is told in the place alone, by who may write there, and not too often."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from chat.actions import archive_channel, typing
from chat.hooks import typed
from chat.models import Channel
from tests import cast
from tests.chat.scene import HTMX, NOWHERE, answer, new_channel, nothing_happens, path, post

SignIn = Callable[[Member], Client]


@pytest.fixture
def told() -> Iterator[list[tuple[int, str]]]:
    """Who typed where, as it would be told."""
    found: list[tuple[int, str]] = []

    def note(*, member: Member, topic: str, **_kwargs: object) -> None:
        found.append((member.pk, topic))

    typing._told.clear()
    typed.connect(note)
    yield found
    typed.disconnect(note)


@pytest.fixture
def lounge(anna: Member, ben: Member) -> Channel:
    return new_channel(anna, "lounge", ben)


def note(browser: Client, channel_id: int, *, slug: str = "acme", **given: object) -> int:
    return browser.post(path("typing", channel_id, slug=slug), given, headers=HTMX).status_code


def test_typing_is_told_in_its_place_once_in_a_while(
    client_of: SignIn, anna: Member, ben: Member, lounge: Channel, told: list[tuple[int, str]]
) -> None:
    root = post(ben, lounge)
    browser = client_of(anna)
    with nothing_happens():
        for _time in range(3):
            assert note(browser, lounge.pk) == 204
        assert note(browser, lounge.pk, thread=root.pk) == 204
        assert note(client_of(ben), lounge.pk) == 204
    channel = f"c:{lounge.pk}"
    assert told == [(anna.pk, channel), (anna.pk, f"t:{root.pk}"), (ben.pk, channel)]
    typing._told.clear()  # some seconds later
    note(browser, lounge.pk)
    assert told[-1] == (anna.pk, channel)


def test_only_who_may_write_there_types(
    client_of: SignIn,
    anna: Member,
    chloe: Member,
    zoe: Member,
    gus: Member,
    lounge: Channel,
    told: list[tuple[int, str]],
) -> None:
    elsewhere = post(anna, new_channel(anna, "elsewhere"))
    assert note(client_of(chloe), lounge.pk) == 403
    for stranger, slug in ((gus, "acme"), (zoe, "globex")):
        browser = client_of(stranger)
        here, nowhere = (browser.post(path("typing", pk, slug=slug)) for pk in (lounge.pk, NOWHERE))
        assert here.status_code == 404
        assert answer(here) == answer(nowhere)
    browser = client_of(anna)
    for thread in (elsewhere.pk, NOWHERE, "x"):
        assert note(browser, lounge.pk, thread=thread) == 404
    archive_channel(cast.caller_of(anna), lounge)
    note(browser, lounge.pk)
    assert told == []


def test_typing_costs_four_queries_and_writes_nothing(
    client_of: SignIn, anna: Member, lounge: Channel
) -> None:
    """Session, user, member, channel."""
    browser = client_of(anna)
    note(browser, lounge.pk)
    typing._told.clear()
    with CaptureQueriesContext(connection) as captured:
        note(browser, lounge.pk)
    written = [query["sql"] for query in captured]
    assert len(written) <= 4, "\n".join(written)
    assert all(sql.startswith("SELECT") for sql in written)
