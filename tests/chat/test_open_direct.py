"""Direct channels: one for each set of two to nine people, seen by them alone."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actions import add_bot, deactivate_member
from accounts.errors import Invalid, NotThere
from accounts.models import Member
from audit.models import Entry
from chat.actions import open_direct
from chat.models import Channel
from tests import cast
from tests.chat.scene import NOWHERE, answer, nothing_happens, path, post, text_of

SignIn = Callable[[Member], Client]


def open_with(member: Member, *others: Member) -> Channel:
    return open_direct(cast.caller_of(member), others)


def bots(count: int) -> list[Member]:
    organization = cast.member("anna").organization
    return [add_bot(cast.TESTS, organization, name=f"Bot {number}") for number in range(count)]


def test_a_form_opens_it_and_everyone_in_it_can_talk(
    client_of: SignIn, anna: Member, chloe: Member, ben: Member
) -> None:
    browser = client_of(chloe)
    page = text_of(browser.get(path("direct")))
    assert f'value="{anna.pk}"' in page
    assert f'value="{chloe.pk}"' not in page
    response = browser.post(path("direct"), {"people": [anna.pk, ben.pk]})
    direct = Channel.objects.get(kind="direct")
    assert response.headers["Location"] == path("channel", direct.pk)
    for member, others in ((chloe, "Anna Lind, Ben Okafor"), (anna, "Ben Okafor, Chloe Martin")):
        shown = text_of(client_of(member).get(path("channel", direct.pk)))
        assert f"<title>{others} · Acme</title>" in shown
        assert f'<span class="channel-name">{others}</span>' in shown
        post(member, direct)


def test_the_log_has_it_and_everyone_in_it(chloe: Member, anna: Member) -> None:
    direct = open_with(chloe, anna)
    made, *entered = Entry.objects.filter(channel=direct.pk).select_related("value").order_by("position")
    ids = sorted((anna.pk, chloe.pk))
    assert (made.action, made.entity_id) == ("channel.create", direct.pk)
    assert made.value.new == {"kind": "direct", "members": ids}
    assert [(one.action, one.subject_id) for one in entered] == [("membership.create", pk) for pk in ids]


def test_the_same_people_have_one_whoever_opens_it(chloe: Member, anna: Member, ben: Member) -> None:
    direct = open_with(chloe, anna, ben)
    with nothing_happens():
        assert open_with(anna, ben, chloe) == direct
        assert open_with(ben, ben, anna, chloe) == direct
    assert open_with(chloe, anna) != direct


def test_it_is_not_there_for_anyone_else(client_of: SignIn, anna: Member, ben: Member, chloe: Member) -> None:
    direct = open_with(chloe, ben)
    browser = client_of(anna)  # an owner
    assert answer(browser.get(path("channel", direct.pk))) == answer(browser.get(path("channel", NOWHERE)))
    assert not [item for item in browser.get(path("directory")).context["channels"] if item.is_direct]


def test_two_to_nine_people(client_of: SignIn, chloe: Member) -> None:
    nine = bots(9)
    direct = open_with(chloe, *nine[:8])
    assert direct.memberships.count() == 9
    browser = client_of(chloe)
    with nothing_happens():
        for others in (nine, [], [chloe]):
            with pytest.raises(Invalid, match="between two and nine"):
                open_with(chloe, *others)
        response = browser.post(path("direct"), {"people": [bot.pk for bot in nine]})
    assert response.status_code == 422
    assert "between two and nine" in text_of(response)
    assert text_of(response).count("checked") == 9  # what was chosen is kept


@pytest.mark.parametrize("chosen", ["zoe", "nobody", "text", "²", "huge", "deactivated", "herself", "none"])
def test_only_people_who_are_there_can_be_chosen(
    client_of: SignIn, anna: Member, ben: Member, chloe: Member, zoe: Member, chosen: str
) -> None:
    deactivate_member(cast.caller_of(anna), ben)
    sent: dict[str, list[str]] = {
        "zoe": [str(zoe.pk)],
        "nobody": [str(NOWHERE)],
        "text": ["x"],
        "²": ["²"],
        "huge": ["9" * 30],
        "deactivated": [str(ben.pk), str(anna.pk)],
        "herself": [str(chloe.pk)],
        "none": [],
    }
    browser = client_of(chloe)
    with nothing_happens():
        posted = {"people": sent[chosen], "csrfmiddlewaretoken": "x"}
        response = browser.post(path("direct"), posted)
    assert response.status_code == 422
    page = text_of(response)
    error = "Choose someone." if chosen == "none" else "Someone you chose isn&#x27;t here any more."
    assert error in page
    assert f'value="{anna.pk}"' in page
    assert zoe.display_name not in page


def test_a_script_is_told_the_same(
    anna: Member, ben: Member, chloe: Member, gus: Member, zoe: Member
) -> None:
    deactivate_member(cast.caller_of(anna), ben)
    with nothing_happens():
        for member, other in ((chloe, zoe), (gus, anna)):
            with pytest.raises(NotThere):
                open_with(member, other)
        with pytest.raises(Invalid, match="deactivated"):
            open_with(chloe, ben)
        with pytest.raises(NotThere):
            open_direct(cast.TESTS, [chloe])


def test_a_guest_opens_one_with_those_they_know(
    client_of: SignIn, chloe: Member, gus: Member, anna: Member, lounge: Channel
) -> None:
    browser = client_of(gus)
    page = text_of(browser.get(path("direct")))
    assert f'value="{chloe.pk}"' in page
    assert f'value="{anna.pk}"' not in page
    stranger = browser.post(path("direct"), {"people": [anna.pk]})
    nobody = browser.post(path("direct"), {"people": [NOWHERE]})
    assert stranger.status_code == 422
    token = re.compile("[0-9A-Za-z]{64}")
    assert token.sub("", text_of(stranger)) == token.sub("", text_of(nobody))
    assert browser.post(path("direct"), {"people": [chloe.pk]}).status_code == 302


def test_people_are_found_by_name(client_of: SignIn, chloe: Member, ben: Member) -> None:
    page = text_of(client_of(chloe).get(path("direct"), {"q": "OKA"}))
    assert page.count('name="people"') == 1
    assert f'value="{ben.pk}"' in page
    assert "Nobody matches" in text_of(client_of(chloe).get(path("direct"), {"q": "zoe"}))
