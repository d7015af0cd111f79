"""Joining and leaving a channel, adding to it and removing from it."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actions import add_bot, deactivate_member
from accounts.errors import Invalid, NotThere, Refused
from accounts.models import Member
from audit.models import Entry
from chat.actions import (
    add_members,
    archive_channel,
    join_channel,
    leave_channel,
    open_direct,
    remove_member,
)
from chat.models import Channel, Membership
from tests import cast
from tests.chat.scene import NOWHERE, answer, last_entry, new_channel, nothing_happens, path, post, text_of

SignIn = Callable[[Member], Client]


def inside(channel: Channel) -> set[int]:
    return set(Membership.objects.filter(channel=channel).values_list("member", flat=True))


def says(member: Member) -> tuple[str, int | None, int | None, int | None]:
    """What the newest entry tells: the action, by whom, about whom, where."""
    entry = last_entry(member)
    return entry.action, entry.actor_id, entry.subject_id, entry.channel_id


# Joining


def test_one_joins_a_public_channel_with_all_of_it_read(
    client_of: SignIn, anna: Member, chloe: Member, lounge: Channel
) -> None:
    message, browser = post(chloe, lounge), client_of(anna)
    page = text_of(browser.get(path("channel", lounge.pk)))
    assert path("join", lounge.pk) in page
    assert 'id="channel-composer"' not in page
    response = browser.post(path("join", lounge.pk))
    assert response.headers["Location"] == path("channel", lounge.pk)
    assert Membership.objects.get(channel=lounge, member=anna).read_position == message.pk
    assert says(anna) == ("membership.create", anna.pk, anna.pk, lounge.pk)
    page = text_of(browser.get(path("channel", lounge.pk)))
    assert path("join", lounge.pk) not in page
    assert 'id="channel-composer"' in page


def test_joining_again_changes_nothing(client_of: SignIn, chloe: Member, lounge: Channel) -> None:
    browser = client_of(chloe)
    with nothing_happens():
        assert browser.post(path("join", lounge.pk)).status_code == 302


def test_there_is_no_joining_what_is_archived_private_or_direct(
    client_of: SignIn, anna: Member, ben: Member, chloe: Member, gus: Member, lounge: Channel, secret: Channel
) -> None:
    archive_channel(cast.caller_of(chloe), lounge)
    direct = open_direct(cast.caller_of(anna), [ben])
    for member, channel in ((anna, lounge), (chloe, secret), (anna, direct), (gus, lounge)):
        browser = client_of(member)
        with nothing_happens():
            assert browser.post(path("join", channel.pk)).status_code == 403
    with nothing_happens(), pytest.raises(NotThere):
        join_channel(cast.caller_of(ben), secret)


# Leaving


def test_one_leaves_a_public_channel_and_still_reads_it(
    client_of: SignIn, chloe: Member, lounge: Channel
) -> None:
    browser = client_of(chloe)
    response = browser.post(path("leave", lounge.pk), follow=True)
    assert response.redirect_chain[0] == (path("home"), 302)
    assert "You left #lounge." in text_of(response)
    assert chloe.pk not in inside(lounge)
    assert says(chloe) == ("membership.delete", chloe.pk, chloe.pk, lounge.pk)
    assert browser.get(path("channel", lounge.pk)).status_code == 200
    with nothing_happens():
        assert browser.post(path("leave", lounge.pk)).status_code == 403


def test_a_private_channel_is_gone_for_who_leaves_it(
    client_of: SignIn, chloe: Member, secret: Channel
) -> None:
    browser = client_of(chloe)
    assert browser.post(path("leave", secret.pk)).status_code == 302
    missing = answer(browser.get(path("channel", NOWHERE)))
    assert answer(browser.get(path("channel", secret.pk))) == missing


def test_nobody_leaves_a_direct_channel(client_of: SignIn, chloe: Member, ben: Member) -> None:
    direct = open_direct(cast.caller_of(chloe), [ben])
    browser = client_of(chloe)
    with nothing_happens():
        assert browser.post(path("leave", direct.pk)).status_code == 403


def test_an_archived_channel_can_be_left(chloe: Member, gus: Member, lounge: Channel) -> None:
    archive_channel(cast.caller_of(chloe), lounge)
    leave_channel(cast.caller_of(gus), lounge)
    assert inside(lounge) == {chloe.pk}


# Adding


def test_members_of_a_public_channel_bring_others_in(
    client_of: SignIn, ben: Member, chloe: Member, gus: Member, robin: Member, anna: Member
) -> None:
    channel = new_channel(anna, "open", chloe)
    message, browser = post(anna, channel), client_of(chloe)
    page = text_of(browser.get(path("channel_members", channel.pk)))
    assert all(f'value="{member.pk}"' in page for member in (ben, gus, robin))
    assert f'value="{anna.pk}"' not in page
    sent = {"people": [ben.pk, gus.pk, robin.pk]}
    response = browser.post(path("channel_members", channel.pk), sent, follow=True)
    assert "Added to the channel: 3." in text_of(response)
    assert inside(channel) == {member.pk for member in (anna, ben, chloe, gus, robin)}
    told = Entry.objects.filter(channel=channel.pk, actor=chloe.pk).values_list("action", "subject")
    assert list(told) == [("membership.create", pk) for pk in sorted((ben.pk, gus.pk, robin.pk))]
    assert Membership.objects.get(channel=channel, member=gus).read_position == message.pk


def test_who_is_in_already_stays_as_they_are(
    chloe: Member, gus: Member, ben: Member, lounge: Channel
) -> None:
    before = Membership.objects.get(channel=lounge, member=gus).pk
    post(chloe, lounge)
    add_members(cast.caller_of(chloe), lounge, [gus, ben])
    membership = Membership.objects.get(channel=lounge, member=gus)
    assert (membership.pk, membership.read_position) == (before, 0)
    assert says(chloe) == ("membership.create", chloe.pk, ben.pk, lounge.pk)


def test_who_may_add(
    client_of: SignIn, anna: Member, ben: Member, chloe: Member, gus: Member, secret: Channel
) -> None:
    """A private channel's creator or an admin in it; in a public one whoever is in it, but guests."""
    public = new_channel(ben, "open", gus)
    direct = open_direct(cast.caller_of(chloe), [ben])
    outsider = add_bot(cast.TESTS, anna.organization, name="Newcomer")
    for member, channel in ((chloe, secret), (gus, public), (chloe, public), (chloe, direct)):
        browser = client_of(member)
        with nothing_happens():
            page = browser.get(path("channel_members", channel.pk))
            assert page.status_code == 200
            assert 'name="people"' not in text_of(page)
            response = browser.post(path("channel_members", channel.pk), {"people": [outsider.pk]})
            assert response.status_code == 403
            with pytest.raises(Refused):
                add_members(cast.caller_of(member), channel, [outsider])
    for member, channel in ((anna, secret), (anna, public)):
        add_members(cast.caller_of(member), channel, [outsider])
        assert outsider.pk in inside(channel)


@pytest.mark.parametrize("chosen", ["zoe", "nobody", "text", "²", "huge", "deactivated", "none"])
def test_only_people_who_are_there_can_be_chosen(
    client_of: SignIn, anna: Member, chloe: Member, ben: Member, zoe: Member, lounge: Channel, chosen: str
) -> None:
    deactivate_member(cast.caller_of(anna), ben)
    sent: dict[str, list[str]] = {
        "zoe": [str(zoe.pk)],
        "nobody": [str(NOWHERE)],
        "text": ["x"],
        "²": ["²"],
        "huge": ["9" * 30],
        "deactivated": [str(ben.pk), str(anna.pk)],
        "none": [],
    }
    browser = client_of(chloe)
    before = inside(lounge)
    with nothing_happens():
        posted = {"people": sent[chosen], "csrfmiddlewaretoken": "x"}
        response = browser.post(path("channel_members", lounge.pk), posted)
    assert response.status_code == 422
    assert inside(lounge) == before
    page = text_of(response)
    error = "Choose someone." if chosen == "none" else "Someone you chose isn&#x27;t here any more."
    assert error in page
    assert f'value="{anna.pk}"' in page  # who can be chosen is still offered
    assert zoe.display_name not in page


def test_a_script_is_told_the_same(
    anna: Member, chloe: Member, ben: Member, zoe: Member, lounge: Channel
) -> None:
    deactivate_member(cast.caller_of(anna), ben)
    with nothing_happens():
        with pytest.raises(NotThere):
            add_members(cast.caller_of(chloe), lounge, [anna, zoe])
        with pytest.raises(Invalid, match="deactivated"):
            add_members(cast.caller_of(chloe), lounge, [anna, ben])
        with pytest.raises(Invalid, match="Choose"):
            add_members(cast.caller_of(chloe), lounge, [])
    archive_channel(cast.caller_of(chloe), lounge)
    with nothing_happens(), pytest.raises(Refused, match="archived"):
        add_members(cast.caller_of(chloe), lounge, [anna])


def test_people_to_add_are_found_by_name(
    client_of: SignIn, anna: Member, chloe: Member, lounge: Channel
) -> None:
    page = text_of(client_of(chloe).get(path("channel_members", lounge.pk), {"q": "LIN"}))
    assert f'value="{anna.pk}"' in page
    assert page.count('name="people"') == 1
    nobody = text_of(client_of(chloe).get(path("channel_members", lounge.pk), {"q": "zoe"}))
    assert "Nobody with this name" in nobody


def test_who_may_invite_is_led_there_when_nobody_is_left_to_add(
    client_of: SignIn, anna: Member, chloe: Member, lounge: Channel
) -> None:
    outside = Member.objects.filter(organization=anna.organization).exclude(memberships__channel=lounge)
    add_members(cast.caller_of(anna), lounge, list(outside))
    for person, led in ((anna, True), (chloe, False)):
        page = text_of(client_of(person).get(path("channel_members", lounge.pk)))
        assert "Everyone you could add" in page
        assert ("Invite people</a>" in page.partition("Everyone you could add")[2]) is led


# Removing


def test_someone_is_removed(client_of: SignIn, chloe: Member, gus: Member, lounge: Channel) -> None:
    browser = client_of(chloe)
    response = browser.post(path("channel_member_remove", lounge.pk, gus.pk), follow=True)
    assert response.redirect_chain == [(path("channel_members", lounge.pk), 302)]
    assert "Gus Berg was removed from the channel." in text_of(response)
    assert inside(lounge) == {chloe.pk}
    assert says(chloe) == ("membership.delete", chloe.pk, gus.pk, lounge.pk)
    assert client_of(gus).get(path("channel", lounge.pk)).status_code == 404


def test_who_is_not_in_it_cannot_be_removed(
    client_of: SignIn, anna: Member, chloe: Member, zoe: Member, lounge: Channel
) -> None:
    browser = client_of(chloe)
    with nothing_happens():
        answers = [
            answer(browser.post(path("channel_member_remove", lounge.pk, pk)))
            for pk in (anna.pk, zoe.pk, NOWHERE)
        ]
    assert answers[0][0] == 404
    assert answers[0] == answers[1] == answers[2]


def test_who_may_remove(
    client_of: SignIn, anna: Member, ben: Member, chloe: Member, gus: Member, secret: Channel
) -> None:
    public = new_channel(ben, "open", chloe, gus)
    direct = open_direct(cast.caller_of(chloe), [ben])
    for member, channel, other in (
        (chloe, public, gus),
        (gus, public, chloe),
        (chloe, secret, anna),
        (chloe, direct, ben),
    ):
        browser = client_of(member)
        with nothing_happens():
            assert browser.post(path("channel_member_remove", channel.pk, other.pk)).status_code == 403
        offered = text_of(browser.get(path("channel_members", channel.pk)))
        assert path("channel_member_remove", channel.pk, other.pk) not in offered
    remove_member(cast.caller_of(anna), public, gus)  # an admin, though not in the public channel
    remove_member(cast.caller_of(anna), secret, chloe)
    assert (inside(public), inside(secret)) == ({ben.pk, chloe.pk}, {anna.pk})


def test_the_list_has_everyone_who_is_in_it(
    client_of: SignIn, anna: Member, chloe: Member, gus: Member, lounge: Channel
) -> None:
    page = text_of(client_of(chloe).get(path("channel_members", lounge.pk)))
    listed = page.split('id="channel-members"')[1].split("</section>")[0]
    assert "2 members" in listed
    assert f'data-name-of="{gus.pk}"' in listed
    deactivate_member(cast.caller_of(anna), gus)
    page = text_of(client_of(chloe).get(path("channel_members", lounge.pk)))
    listed = page.split('id="channel-members"')[1].split("</section>")[0]
    assert "deactivated" in listed
    assert "1 member" in listed
