"""Guests see only the channels they're in, and only the people they share one with; everywhere."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from accounts.access import colleagues
from accounts.models import Member
from chat import access
from chat.actions import add_members, leave_channel, open_direct, remove_member
from chat.models import Channel
from chat.queries import directory
from tests import cast
from tests.chat.scene import NOWHERE, answer, new_channel, path, post, text_of

SignIn = Callable[[Member], Client]


def people(member: Member) -> set[str]:
    """The names of those a member sees."""
    return {person.display_name for person in colleagues(member)}


def channels(member: Member) -> set[str]:
    return {str(channel) for channel in access.channels(member)}


def test_a_guest_in_no_channel_sees_nobody_and_nothing(
    client_of: SignIn, gus: Member, general: Channel, secret: Channel
) -> None:
    assert people(gus) == {"Gus Berg"}
    assert channels(gus) == set()
    page = text_of(client_of(gus).get(path("home")))
    assert "You are in no channel yet" in page
    assert "general" not in page


def test_members_see_all_people_and_all_public_channels(
    ben: Member, chloe: Member, zoe: Member, secret: Channel, lounge: Channel
) -> None:
    everyone = {name for name in cast.NAMES.values() if name != "Zoe Park"}
    assert people(ben) == people(chloe) == everyone
    assert people(zoe) == {"Zoe Park"}
    assert channels(ben) == {"#general", "#lounge"}
    assert channels(chloe) == {"#general", "#lounge", "#secret"}
    assert channels(zoe) == {"#general"}


def test_a_guest_s_circle_grows_and_shrinks_with_their_channels(
    anna: Member, ben: Member, chloe: Member, gus: Member, lounge: Channel, secret: Channel
) -> None:
    assert people(gus) == {"Chloe Martin", "Gus Berg"}
    add_members(cast.caller_of(anna), secret, [gus])
    assert people(gus) == {"Anna Lind", "Chloe Martin", "Gus Berg"}
    direct = open_direct(cast.caller_of(ben), [gus])
    assert people(gus) == {"Anna Lind", "Ben Okafor", "Chloe Martin", "Gus Berg"}
    assert channels(gus) == {"#lounge", "#secret", str(direct)}
    remove_member(cast.caller_of(anna), secret, gus)
    leave_channel(cast.caller_of(gus), lounge)
    assert people(gus) == {"Ben Okafor", "Gus Berg"}
    assert channels(gus) == {str(direct)}


def test_people_s_pages_and_lists(
    client_of: SignIn, ben: Member, chloe: Member, gus: Member, lounge: Channel
) -> None:
    browser = client_of(gus)
    listed = text_of(browser.get(reverse("accounts:people", args=["acme"])))
    assert "Chloe Martin" in listed
    assert "Ben Okafor" not in listed
    known, unknown, nobody = (
        browser.get(reverse("accounts:person", args=["acme", pk])) for pk in (chloe.pk, ben.pk, NOWHERE)
    )
    assert known.status_code == 200
    assert unknown.status_code == 404
    assert answer(unknown) == answer(nobody)


def test_the_directory_has_a_guest_s_own_channels(
    client_of: SignIn, gus: Member, chloe: Member, lounge: Channel, general: Channel
) -> None:
    assert [channel.name for channel in directory(gus)] == ["lounge"]
    page = text_of(client_of(gus).get(path("directory")))
    assert "lounge" in page
    assert "general" not in page


def test_a_guest_reads_writes_and_replies_where_they_are(
    client_of: SignIn, gus: Member, chloe: Member, lounge: Channel
) -> None:
    message, browser = post(chloe, lounge, "Welcome"), client_of(gus)
    assert "<p>Welcome</p>" in text_of(browser.get(path("channel", lounge.pk)))
    sent = {"body": "Thanks", "thread": message.pk}
    assert browser.post(path("post", lounge.pk), sent).status_code == 302
    assert browser.get(path("channel_members", lounge.pk)).status_code == 200


def test_no_way_leads_into_other_channels(client_of: SignIn, gus: Member, ben: Member) -> None:
    channel = new_channel(ben, "open")
    browser = client_of(gus)
    assert browser.post(path("join", channel.pk)).status_code == 404
    assert browser.post(path("create_channel"), {"name": "mine", "kind": "public"}).status_code == 403
