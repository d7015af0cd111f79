"""The quick switcher's finds, and the sheet of shortcuts: what is typed in a few letters finds what one may open."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.actions import add_bot
from accounts.models import Member
from accounts.models.member import plain
from chat.actions import archive_channel, open_direct
from chat.models import Channel
from chat.queries import find
from chat.shortcuts import GROUPS
from tests import cast
from tests.chat.scene import HTMX, NOWHERE, answer, new_channel, nothing_happens, path, text_of
from workchat_site.bundles import STATIC

SignIn = Callable[[Member], Client]


def names(member: Member, search: str) -> list[str]:
    found = find(member, search)
    return [
        *(f"#{channel.name}" for channel in found.channels),
        *(person.display_name for person in found.people),
    ]


@pytest.fixture
def places(chloe: Member, general: Channel, secret: Channel) -> None:
    for name in ("design", "product-design", "redesigned", "Économie", "øresund_trip"):
        new_channel(chloe, name)


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        ("design", ["#design", "#product-design", "#redesigned"]),
        ("DES pro", ["#product-design"]),
        ("#design", ["#design", "#product-design", "#redesigned"]),
        ("econ", ["#Économie"]),
        ("écon", ["#Économie"]),
        ("oresund", ["#øresund_trip"]),
        ("trip-øre", ["#øresund_trip"]),
        ("ben", ["Ben Okafor"]),
        ("oka ben", ["Ben Okafor"]),
        ("an", ["Anna Lind"]),
        ("chlo", []),  # it's Chloe who asks
        ("secr", ["#secret"]),
        ("zoe", []),
        ("%", []),
        ("_", []),
        ("", []),
        ("no such thing", []),
    ],
)
def test_each_word_is_part_of_the_name(chloe: Member, places: None, search: str, wanted: list[str]) -> None:
    assert names(chloe, search) == wanted


def test_what_one_may_not_open_is_not_found(
    anna: Member, ben: Member, gus: Member, zoe: Member, secret: Channel, lounge: Channel
) -> None:
    assert names(ben, "secret") == []
    assert names(gus, "general") == []
    assert names(gus, "lounge") == ["#lounge"]
    assert names(gus, "chloe") == ["Chloe Martin"]
    assert names(gus, "anna") == []
    assert names(zoe, "lounge") == names(zoe, "anna") == []
    archive_channel(cast.caller_of(anna), lounge)
    assert names(anna, "lounge") == []


def test_it_is_bounded_however_many_match(
    anna: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(15):
        new_channel(anna, f"many-{number:02}")
        add_bot(cast.TESTS, anna.organization, name=f"Many {number:02}")
    with django_assert_num_queries(2):  # channels, people
        found = find(anna, "many")
    assert (len(found.channels), len(found.people)) == (12, 12)


def test_the_options_say_what_one_is_not_in(client_of: SignIn, anna: Member, lounge: Channel) -> None:
    text = text_of(client_of(anna).get(path("switch"), {"q": "lou"}, headers=HTMX))
    assert "<html" not in text
    assert f'data-key="c{lounge.pk}"' in text
    assert "You aren’t in it" in text
    page = text_of(client_of(anna).get(path("switch"), {"q": "ben"}))
    assert "<html" in page
    assert "?person=" in page


def test_the_page_offers_to_make_what_is_not_there(client_of: SignIn, anna: Member, gus: Member) -> None:
    offered = f"{path('create_channel')}?name=water%20%26%20wine"
    assert offered in text_of(client_of(anna).get(path("switch"), {"q": "water & wine"}))
    assert offered not in text_of(client_of(gus).get(path("switch"), {"q": "water & wine"}))
    assert 'value="water &amp; wine"' in text_of(client_of(anna).get(offered))


def test_a_person_leads_to_their_direct_message(client_of: SignIn, anna: Member, ben: Member) -> None:
    browser = client_of(anna)
    with nothing_happens():
        text = text_of(browser.get(path("direct"), {"person": str(ben.pk)}))
    assert re.search(rf'value="{ben.pk}"[^>]* checked', text)
    made = browser.post(path("direct"), {"people": str(ben.pk)}, headers=HTMX)
    channel = open_direct(cast.caller_of(anna), [ben])
    assert (made.status_code, made.headers["Location"]) == (201, path("channel", channel.pk))
    there = browser.get(path("direct"), {"person": str(ben.pk)})
    assert there.headers["Location"] == path("channel", channel.pk)


def test_a_person_of_another_organization_is_nobody(client_of: SignIn, anna: Member, zoe: Member) -> None:
    browser = client_of(anna)
    theirs, nobodys = (browser.get(path("direct"), {"person": str(pk)}) for pk in (zoe.pk, NOWHERE))
    token = rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+'
    assert re.sub(token, b"", theirs.content) == re.sub(token, b"", nobodys.content)


def test_marks_and_case_are_put_aside() -> None:
    assert [plain(name) for name in ("ÅSA Ünal", "Łódź", "Straße", "Đặng", "Æon")] == [
        "asa unal", "lodz", "strasse", "dang", "aeon",
    ]  # fmt: skip
    assert len(plain("ﷺ" * 80)) == 240


# The sheet


def test_the_sheet_and_the_script_have_the_same_keys() -> None:
    table = re.search(
        r"const SHORTCUTS = {(.*?)^};", (STATIC / "js/shortcuts.js").read_text(), re.DOTALL | re.MULTILINE
    )
    assert table is not None
    acted = re.findall(r'^  "(.+?)":', table[1], re.MULTILINE)
    told = [key for group in GROUPS for one in group.shortcuts if one.everywhere for key in one.keys]
    assert sorted(acted) == sorted(told)
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    ("agent", "key", "other"),
    [
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "⌘", "Ctrl"),
        ("Mozilla/5.0 (X11; Linux)", "Ctrl", "⌘"),
    ],
)
def test_keys_are_called_as_on_the_reader_s_machine(
    client_of: SignIn, anna: Member, agent: str, key: str, other: str
) -> None:
    page = text_of(client_of(anna).get(path("shortcuts"), headers={"User-Agent": agent}))
    assert f"<kbd>{key}</kbd>" in page
    assert f"<kbd>{other}</kbd>" not in page
    sheet = text_of(client_of(anna).get(path("shortcuts"), headers=HTMX))
    assert sheet.startswith("<h2>")


def test_nobody_s_organization_answers_as_none(client_of: SignIn, zoe: Member) -> None:
    for name in ("switch", "shortcuts"):
        theirs = client_of(zoe).get(path(name), {"q": "anna"})
        assert answer(theirs) == answer(client_of(zoe).get(path(name, slug="nowhere"), {"q": "anna"}))
        assert theirs.status_code == 404
