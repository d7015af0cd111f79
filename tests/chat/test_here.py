"""Who is here, on pages; and @here, which calls those who are."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from accounts.models import Member
from accounts.presence import ACTIVE, AWAY, OFFLINE, OWN, presence
from chat.actions import delete_message, edit_message, open_direct
from chat.models import Channel, Mention
from chat.queries import sidebar
from tests import cast
from tests.chat.scene import last_entry, new_channel, new_value, path, post, text_of

SignIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def _nobody_here() -> Iterator[None]:
    presence.told, presence.is_known = {}, True
    yield
    presence.told, presence.is_known = {}, False


@pytest.fixture
def lounge(anna: Member, ben: Member, chloe: Member) -> Channel:
    return new_channel(anna, "lounge", ben, chloe)


def come(member: Member, state: int = ACTIVE, *, process: str = OWN) -> None:
    presence.tell(process, [(member.organization_id, member.pk, state)])


def mentions(member: Member, channel: Channel) -> int:
    """What the member's sidebar counts."""
    (item,) = (item for item in sidebar(member).channels if item.id == channel.pk)
    return item.mentions


def test_here_calls_those_who_are_here(anna: Member, ben: Member, chloe: Member, lounge: Channel) -> None:
    come(anna)
    come(ben, AWAY)
    post(anna, lounge, "@here, lunch")
    assert (mentions(ben, lounge), mentions(chloe, lounge), mentions(anna, lounge)) == (1, 0, 0)
    assert new_value(anna)["mentions"] == [ben.pk]  # so that the hints call nobody else


def test_here_calls_everyone_where_nobody_knows_who_is_here(
    anna: Member, ben: Member, chloe: Member, lounge: Channel
) -> None:
    presence.is_known = False
    post(anna, lounge, "@here, lunch")
    assert (mentions(ben, lounge), mentions(chloe, lounge)) == (1, 1)
    assert new_value(anna)["mentions"] == ["here"]


def test_here_calls_only_who_is_in_the_channel_and_channel_calls_all(
    anna: Member, ben: Member, chloe: Member, zoe: Member, gus: Member, lounge: Channel
) -> None:
    for member in (ben, zoe, gus):
        come(member)
    message = post(anna, lounge, "@here")
    assert list(Mention.objects.filter(message=message).values_list("member", "kind")) == [(ben.pk, "here")]
    post(anna, lounge, "@channel and @here")
    assert (mentions(ben, lounge), mentions(chloe, lounge)) == (2, 1)


def test_an_edit_calls_no_others_and_a_deletion_takes_back_those_who_were_called(
    anna: Member, ben: Member, chloe: Member, lounge: Channel
) -> None:
    come(ben)
    message = post(anna, lounge, "@here")
    come(chloe)
    message = edit_message(cast.caller_of(anna), message, body="@here, now")
    assert (mentions(ben, lounge), mentions(chloe, lounge)) == (1, 0)
    delete_message(cast.caller_of(anna), message)
    old = last_entry(anna).value.old
    assert old is not None
    assert old["mentions"] == [ben.pk]
    assert mentions(ben, lounge) == 0


def test_the_most_that_any_process_tells_holds_until_it_is_gone(anna: Member) -> None:
    where = anna.organization_id
    come(anna, AWAY)
    come(anna, ACTIVE, process="other")
    assert presence.state(where, anna.pk) == ACTIVE
    presence.forget("other")
    assert presence.word(where, anna.pk) == "away"
    presence.tell(OWN, [], whole=True)
    assert presence.state(where, anna.pk) == OFFLINE
    assert presence.here(where) == frozenset()


def test_pages_show_who_is_here(client_of: SignIn, anna: Member, ben: Member, chloe: Member) -> None:
    direct = open_direct(cast.caller_of(anna), [ben])
    come(ben)
    come(chloe, AWAY)
    browser = client_of(anna)

    def dot(person: Member, state: str) -> str:
        return f'<span class="presence" data-presence-of="{person.pk}" data-state="{state}">'

    page = text_of(browser.get(path("channel", direct.pk)))
    assert page.count(dot(ben, "active")) == 2  # the sidebar, and the heading
    assert dot(chloe, "away") in text_of(browser.get("/o/acme/people/"))
    assert dot(chloe, "away") in text_of(browser.get(f"/o/acme/people/{chloe.pk}/"))
    come(ben, OFFLINE)
    page = text_of(browser.get(path("channel", direct.pk)))
    assert page.count(dot(ben, "")) == 2


def test_a_guest_learns_nothing_of_whom_they_do_not_know(
    client_of: SignIn, gus: Member, anna: Member, chloe: Member
) -> None:
    for member in (anna, chloe):
        come(member)
    new_channel(anna, "with-gus", gus)
    page = text_of(client_of(gus).get("/o/acme/people/"))
    assert f'data-presence-of="{anna.pk}" data-state="active"' in page
    assert f'data-presence-of="{chloe.pk}"' not in page
