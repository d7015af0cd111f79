"""A channel's name, topic and description, and whether newcomers come in."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.errors import Invalid, Refused
from accounts.models import Member
from chat.actions import archive_channel, join_channel, open_direct, update_channel
from chat.models import Channel
from tests import cast
from tests.chat.scene import last_entry, new_channel, nothing_happens, path, text_of

SignIn = Callable[[Member], Client]
FORM = {"name": "lounge", "topic": "", "description": ""}


def update(member: Member, channel: Channel, **given: object) -> Channel:
    return update_channel(cast.caller_of(member), channel, **given)  # type: ignore[arg-type]


def test_a_form_changes_what_differs_and_the_log_says_what(
    client_of: SignIn, chloe: Member, lounge: Channel
) -> None:
    browser = client_of(chloe)
    sent = FORM | {"name": "parlour", "topic": "Tea"}
    response = browser.post(path("channel_settings", lounge.pk), sent, follow=True)
    assert response.redirect_chain == [(path("channel_settings", lounge.pk), 302)]
    assert "The channel was changed." in text_of(response)
    page = text_of(browser.get(path("channel", lounge.pk)))
    assert "<span>parlour</span>" in page
    assert "Tea" in page
    entry = last_entry(chloe)
    assert (entry.action, entry.entity_id, entry.channel_id) == ("channel.update", lounge.pk, lounge.pk)
    assert (entry.value.old, entry.value.new) == (
        {"name": "lounge", "topic": ""},
        {"name": "parlour", "topic": "Tea"},
    )


def test_the_same_again_is_no_change(client_of: SignIn, chloe: Member, lounge: Channel) -> None:
    browser = client_of(chloe)
    with nothing_happens():
        assert browser.post(path("channel_settings", lounge.pk), FORM).status_code == 302


def test_a_name_may_change_its_case(chloe: Member, lounge: Channel) -> None:
    assert update(chloe, lounge, name="Lounge").name == "Lounge"


@pytest.mark.parametrize(
    ("given", "field", "error"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "General"}, "name", "exists already"),
        ({"name": "no/slash"}, "name", "Use letters"),
        ({"topic": "x" * 251}, "topic", "250"),
        ({"description": "x" * 1001}, "description", "1000"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field_and_kept(
    client_of: SignIn, chloe: Member, lounge: Channel, given: dict[str, str], field: str, error: str
) -> None:
    browser = client_of(chloe)
    with nothing_happens():
        response = browser.post(path("channel_settings", lounge.pk), FORM | {"topic": "My topic"} | given)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert error in response.context["form"].errors[field][0]
    page = text_of(response)
    assert (given.get("topic") or "My topic") in page
    assert "<span>lounge</span>" in page  # the heading is the channel's, not what was typed
    assert Channel.objects.get(pk=lounge.pk).topic == ""


def test_who_renames_and_who_describes(
    client_of: SignIn,
    anna: Member,
    ben: Member,
    chloe: Member,
    gus: Member,
    general: Channel,
    secret: Channel,
) -> None:
    """In it one describes; the creator and admins rename; a guest does neither."""
    lounge = new_channel(ben, "lounge", chloe, gus)
    may = {}
    for member in (anna, ben, chloe, gus):
        page = client_of(member).get(path("channel_settings", lounge.pk))
        may[member.display_name] = sorted(page.context["form"].fields)
    assert may == {
        "Anna Lind": ["description", "is_default", "name", "topic"],
        "Ben Okafor": ["description", "is_default", "name", "topic"],
        "Chloe Martin": ["description", "topic"],
        "Gus Berg": [],
    }
    update(chloe, lounge, topic="Tea")
    update(anna, lounge, name="parlour", is_default=True)
    with nothing_happens():
        for member, given in (
            (chloe, {"name": "mine"}),
            (chloe, {"is_default": False}),
            (gus, {"topic": "Mine"}),
            (gus, {"description": "Mine"}),
            (gus, {"name": "mine"}),
        ):
            with pytest.raises(Refused):
                update(member, lounge, **given)


@pytest.mark.parametrize("given", [{"topic": "Mine"}, {"name": "mine"}, {}])
def test_a_guest_s_form_is_403(
    client_of: SignIn, gus: Member, lounge: Channel, given: dict[str, str]
) -> None:
    browser = client_of(gus)
    with nothing_happens():
        response = browser.post(path("channel_settings", lounge.pk), {"csrfmiddlewaretoken": "x"} | given)
    assert response.status_code == 403


@pytest.mark.parametrize("given", [{"name": "mine"}, {"is_default": "on"}])
def test_a_field_that_one_may_not_change_is_403(
    client_of: SignIn, ben: Member, chloe: Member, given: dict[str, str]
) -> None:
    lounge = new_channel(ben, "lounge", chloe)
    browser = client_of(chloe)
    with nothing_happens():
        sent = {"topic": "Tea", "description": ""} | given
        assert browser.post(path("channel_settings", lounge.pk), sent).status_code == 403


def test_an_admin_outside_of_a_public_channel_changes_it_and_others_do_not(
    client_of: SignIn, anna: Member, chloe: Member, robin: Member
) -> None:
    channel = new_channel(anna, "away")
    assert client_of(chloe).get(path("channel_settings", channel.pk)).status_code == 200
    with nothing_happens(), pytest.raises(Refused):
        update(chloe, channel, topic="Mine")
    assert update(cast.member("ben"), channel, topic="Ours").topic == "Ours"
    join_channel(cast.caller_of(chloe), channel)
    assert update(chloe, channel, topic="Mine").topic == "Mine"


def test_an_archived_channel_stays_as_it_is(client_of: SignIn, chloe: Member, lounge: Channel) -> None:
    archive_channel(cast.caller_of(chloe), lounge)
    browser = client_of(chloe)
    with nothing_happens():
        response = browser.post(path("channel_settings", lounge.pk), FORM | {"topic": "New"})
    assert response.status_code == 403
    assert "archived" in text_of(response)
    page = text_of(browser.get(path("channel_settings", lounge.pk)))
    assert 'name="topic"' not in page


def test_a_direct_channel_has_no_settings(client_of: SignIn, chloe: Member, ben: Member) -> None:
    direct = open_direct(cast.caller_of(chloe), [ben])
    browser = client_of(chloe)
    assert browser.get(path("channel_settings", direct.pk)).status_code == 403
    for given in ({"topic": "Ours"}, {"name": "ours"}, {"is_default": True}):
        with nothing_happens(), pytest.raises(Refused):
            update(chloe, direct, **given)


def test_no_private_channel_is_a_default_one(anna: Member, secret: Channel) -> None:
    with nothing_happens(), pytest.raises(Refused):
        update(anna, secret, is_default=True)


def test_texts_are_one_line_and_clean(chloe: Member, lounge: Channel) -> None:
    changed = update(chloe, lounge, name=" #Big  Room ", topic="a\x07\n b", description="  a\nb ")
    assert (changed.name, changed.topic, changed.description) == ("Big-Room", "a b", "a\nb")
    with pytest.raises(Invalid):
        update(chloe, lounge, name="x" * 61)
