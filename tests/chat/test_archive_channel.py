"""Archiving a channel and opening it again: it can be read, and nobody writes."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.errors import Refused
from accounts.models import Member
from chat.actions import archive_channel, open_direct, unarchive_channel
from chat.models import Channel
from chat.queries import directory, sidebar
from tests import cast
from tests.chat.scene import last_entry, new_channel, nothing_happens, path, post, text_of

SignIn = Callable[[Member], Client]


def test_forms_archive_and_open_again(client_of: SignIn, chloe: Member, lounge: Channel) -> None:
    browser = client_of(chloe)
    post(chloe, lounge, "Still here")
    seen = {}
    for archived, action in (("1", "channel.archive"), ("0", "channel.unarchive")):
        response = browser.post(path("channel_archive", lounge.pk), {"archived": archived})
        assert response.headers["Location"] == path("channel", lounge.pk)
        entry = last_entry(chloe)
        assert (entry.action, entry.entity_id, entry.channel_id) == (action, lounge.pk, lounge.pk)
        page = text_of(browser.get(path("channel", lounge.pk)))
        assert "Still here" in page
        seen[archived] = ("It can be read, but nobody can write." in page, 'id="channel-composer"' in page)
    assert seen == {"1": (True, False), "0": (False, True)}


def test_doing_it_again_changes_nothing(client_of: SignIn, chloe: Member, lounge: Channel) -> None:
    browser = client_of(chloe)
    for archived in ("0", "1"):
        browser.post(path("channel_archive", lounge.pk), {"archived": archived})
        with nothing_happens():
            assert browser.post(path("channel_archive", lounge.pk), {"archived": archived}).status_code == 302


def test_it_is_in_the_list_of_archived_channels_alone(chloe: Member, lounge: Channel) -> None:
    archive_channel(cast.caller_of(chloe), lounge)
    assert "lounge" not in [channel.name for channel in directory(chloe)]
    assert [channel.name for channel in directory(chloe, archived=True)] == ["lounge"]
    assert lounge.pk not in [item.id for item in sidebar(chloe).channels]
    assert lounge.pk in [item.id for item in sidebar(chloe, active=lounge.pk).channels]


def test_who_may(
    client_of: SignIn, anna: Member, ben: Member, chloe: Member, gus: Member, robin: Member, secret: Channel
) -> None:
    """The creator and admins; of a private channel only those in it; of a direct one whoever is in it."""
    public = new_channel(ben, "open", chloe, gus)
    direct = open_direct(cast.caller_of(chloe), [ben])
    for member, channel in ((chloe, public), (gus, public), (chloe, secret)):
        browser = client_of(member)
        with nothing_happens():
            for archived in "10":
                response = browser.post(path("channel_archive", channel.pk), {"archived": archived})
                assert response.status_code == 403
            with pytest.raises(Refused):
                unarchive_channel(cast.caller_of(member), channel)
    for member, channel in ((anna, public), (anna, secret), (chloe, direct), (ben, direct)):
        assert archive_channel(cast.caller_of(member), channel).is_archived
        assert not unarchive_channel(cast.caller_of(member), channel).is_archived


def test_the_settings_offer_it_to_who_may(
    client_of: SignIn, chloe: Member, gus: Member, ben: Member, lounge: Channel
) -> None:
    for member, offered in ((chloe, True), (ben, True), (gus, False)):
        page = text_of(client_of(member).get(path("channel_settings", lounge.pk)))
        assert (path("channel_archive", lounge.pk) in page) == offered


@pytest.mark.parametrize("sent", [{}, {"archived": ""}, {"archived": "yes"}])
def test_neither_of_both_is_an_error(
    client_of: SignIn, chloe: Member, lounge: Channel, sent: dict[str, str]
) -> None:
    archive_channel(cast.caller_of(chloe), lounge)
    browser = client_of(chloe)
    with nothing_happens():
        assert browser.post(path("channel_archive", lounge.pk), sent).status_code == 422
    lounge.refresh_from_db()
    assert lounge.is_archived
