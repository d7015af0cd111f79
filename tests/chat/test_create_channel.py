"""Making a channel: its name, its kind, and who is in it at the beginning."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.actions import add_bot
from accounts.errors import Invalid, NotThere, Refused
from accounts.models import Member
from audit.models import Entry
from chat.actions import create_channel, delete_channel
from chat.models import Channel
from tests import cast
from tests.chat.scene import last_entry, new_channel, nothing_happens, path, text_of

SignIn = Callable[[Member], Client]
FORM = {"name": "design", "kind": "public", "topic": "", "description": ""}


def test_a_form_makes_a_channel_with_its_creator_in_it(client_of: SignIn, chloe: Member) -> None:
    browser = client_of(chloe)
    given = {"name": "Design Team", "kind": "private", "topic": " Pixels ", "description": "All\nof it"}
    response = browser.post(path("create_channel"), given)
    channel = Channel.objects.latest("id")
    assert response.headers["Location"] == path("channel", channel.pk)
    assert (channel.name, channel.kind, channel.topic) == ("Design-Team", "private", "Pixels")
    assert list(channel.memberships.values_list("member", flat=True)) == [chloe.pk]
    page = text_of(browser.get(path("channel", channel.pk)))
    assert "<span>Design-Team</span>" in page
    assert "Pixels" in page


def test_the_log_has_the_channel_and_then_its_creator(chloe: Member) -> None:
    channel = new_channel(chloe, "design", topic="Pixels")
    made, entered = list(Entry.objects.select_related("value").order_by("position"))[-2:]
    assert (made.action, made.entity_id, made.channel_id) == ("channel.create", channel.pk, channel.pk)
    assert made.value.new == {
        "kind": "public",
        "is_default": False,
        "name": "design",
        "topic": "Pixels",
        "description": "",
    }
    assert (entered.action, entered.subject_id, entered.channel_id) == (
        "membership.create",
        chloe.pk,
        channel.pk,
    )


@pytest.mark.parametrize(
    ("given", "field", "error"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "#"}, "name", "blank"),
        ({"name": "a" * 61}, "name", "60"),
        ({"name": "-a"}, "name", "Use letters"),
        ({"name": "a b!"}, "name", "Use letters"),
        ({"name": "a/b"}, "name", "Use letters"),
        ({"name": "GENERAL"}, "name", "exists already"),
        ({"name": "#General"}, "name", "exists already"),
        ({"kind": "direct"}, "kind", "valid choice"),
        ({"kind": ""}, "kind", "required"),
        ({"topic": "x" * 251}, "topic", "250"),
        ({"description": "x" * 1001}, "description", "1000"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field_and_kept(
    client_of: SignIn, chloe: Member, given: dict[str, str], field: str, error: str
) -> None:
    browser = client_of(chloe)
    count = Channel.objects.count()
    sent = FORM | {"topic": "My topic"} | given
    with nothing_happens():
        response = browser.post(path("create_channel"), sent)
    assert response.status_code == 422
    assert Channel.objects.count() == count
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert error in errors[field][0]
    assert sent["topic"] in text_of(response)


def test_a_script_is_told_the_same(chloe: Member) -> None:
    given: list[tuple[dict[str, Any], str]] = [
        ({"name": " # "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "general"}, "name"),
        ({"name": "a", "kind": "direct"}, "kind"),
        ({"name": "a", "kind": "open"}, "kind"),
        ({"name": "a", "topic": "x" * 251}, "topic"),
        ({"name": "a", "description": "x" * 1001}, "description"),
    ]
    for one, field in given:
        with nothing_happens(), pytest.raises(Invalid) as raised:
            create_channel(cast.caller_of(chloe), **one)
        assert raised.value.field == field


def test_a_name_is_free_in_another_organization_and_after_its_channel(chloe: Member, zoe: Member) -> None:
    channel = new_channel(chloe, "Straße")
    assert new_channel(zoe, "straße").name == "straße"
    with pytest.raises(Invalid):
        new_channel(chloe, "STRASSE")
    delete_channel(cast.caller_of(cast.member("anna")), channel, typed_name="Straße")
    assert new_channel(chloe, "STRASSE").name == "STRASSE"


def test_the_longest_of_names_has_room(chloe: Member) -> None:
    """Folding its case makes three letters of each of these."""
    assert new_channel(chloe, "ΐ" * 60).name == "ΐ" * 60
    with pytest.raises(Invalid, match="exists already"):
        new_channel(chloe, "ΐ" * 60)


def test_control_characters_are_left_out(chloe: Member) -> None:
    channel = new_channel(chloe, "de\0sign", topic="\0a\x07b", description=" a\0\nb ")
    assert (channel.name, channel.topic, channel.description) == ("design", "ab", "a\nb")


def test_a_hidden_channel_keeps_its_name(client_of: SignIn, ben: Member, secret: Channel) -> None:
    response = client_of(ben).post(path("create_channel"), FORM | {"name": "secret"})
    assert response.status_code == 422


def test_a_guest_makes_none(client_of: SignIn, gus: Member) -> None:
    browser = client_of(gus)
    with nothing_happens():
        assert browser.get(path("create_channel")).status_code == 403
        assert browser.post(path("create_channel"), FORM).status_code == 403
        with pytest.raises(Refused):
            new_channel(gus, "mine")


def test_nobody_without_a_member_makes_one() -> None:
    with pytest.raises(NotThere):
        create_channel(cast.TESTS, name="mine")


def test_admins_alone_make_default_channels_and_public_ones(
    client_of: SignIn, ben: Member, chloe: Member
) -> None:
    assert "is_default" not in text_of(client_of(chloe).get(path("create_channel")))
    assert "is_default" in text_of(client_of(ben).get(path("create_channel")))
    assert client_of(ben).post(path("create_channel"), FORM | {"is_default": "on"}).status_code == 302
    assert Channel.objects.get(name="design").is_default
    with nothing_happens():
        with pytest.raises(Refused):
            new_channel(chloe, "mine", is_default=True)
        with pytest.raises(Refused):
            new_channel(ben, "hidden", kind="private", is_default=True)


def test_those_who_join_come_into_default_channels_and_guests_do_not(ben: Member, robin: Member) -> None:
    channel = new_channel(ben, "welcome", is_default=True)
    bot = add_bot(cast.TESTS, ben.organization, name="Newcomer")
    assert {one.channel.name for one in bot.memberships.select_related("channel")} == {"general", "welcome"}
    entry = last_entry(ben)
    assert (entry.action, entry.subject_id, entry.channel_id) == ("membership.create", bot.pk, channel.pk)
    assert not cast.member("gus").memberships.exists()
