"""The table of permissions: docs/permissions.md says what accounts/permissions.py does, and real requests obey it.

Chat's verbs are tried by each role in every kind of channel, in it or not, as its creator or not.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, combinations
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.models import Domain, Invitation, Member, Role, State, User
from accounts.permissions import (
    AUTHOR,
    CREATOR,
    DIRECT,
    IN,
    OUTRANKS,
    PERMISSIONS,
    PRIVATE,
    PUBLIC,
    SELF,
    STANDINGS,
    allowed,
    may,
)
from chat.models import Channel, Membership, Message
from tests import cast

SignIn = Callable[[Member], Client]
Standing = frozenset[str]

ROLES = {"owner": "anna", "admin": "ben", "member": "chloe", "guest": "gus"}
WORDS = {
    "public": PUBLIC,
    "private": PRIVATE,
    "direct": DIRECT,
    "in it": IN,
    "made it": CREATOR,
    "wrote it": AUTHOR,
    "themselves": SELF,
    "outranks them": OUTRANKS,
}
DOCUMENT = Path(__file__).resolve().parent.parent / "docs/permissions.md"


def documented() -> dict[tuple[str, str], list[Standing]]:
    """The document's table: for each verb and role the standings of which one is enough; none is never."""
    table = {}
    for verb, cells in re.findall(r"^\| `([a-z_.]+)` \| [^|]+ \|(.+)\|$", DOCUMENT.read_text(), re.MULTILINE):
        for role, cell in zip(ROLES, cells.split("|"), strict=True):
            table[verb, role] = ways(cell.strip())
    return table


def ways(cell: str) -> list[Standing]:
    if cell == "–":
        return []
    if cell == "yes":
        return [frozenset()]
    return [frozenset(WORDS[word] for word in way.split(" and ")) for way in cell.split("; ")]


TABLE = documented()
VERBS = sorted({verb for verb, _role in TABLE})


def says(verb: str, role: str, standing: Standing) -> bool:
    """What the document says."""
    return any(way <= standing for way in TABLE[verb, role])


# The document and the code


def test_both_have_the_same_verbs_and_roles() -> None:
    assert set(VERBS) == set(PERMISSIONS)
    assert list(ROLES) == Role.values


@pytest.mark.parametrize("verb", VERBS)
def test_they_agree_on_every_standing(verb: str) -> None:
    every = chain.from_iterable(combinations(STANDINGS, size) for size in range(len(STANDINGS) + 1))
    for standing in map(frozenset, every):
        for role in ROLES:
            assert allowed(role, verb, standing) == says(verb, role, standing), (role, standing)


def test_a_cell_says_nothing_twice() -> None:
    for (verb, role), found in TABLE.items():
        for way in found:
            assert not any(other < way for other in found), (verb, role)
        assert len(found) == len(set(found)), (verb, role)


def test_what_a_role_may_a_higher_one_may_too() -> None:
    for (verb, _role), rows in zip(TABLE, TABLE.values(), strict=True):
        for way in rows:
            for role in ROLES:
                if Role(role).rank > Role(_role).rank:
                    assert says(verb, role, way)


def test_no_verb_is_unknown(anna: Member) -> None:
    with pytest.raises(KeyError):
        may(anna, "channel.explode")


def test_the_deactivated_may_nothing(anna: Member) -> None:
    anna.state = State.DEACTIVATED
    assert not any(may(anna, verb, frozenset(STANDINGS)) for verb in VERBS)


# Real requests about channels and messages


@dataclass(frozen=True)
class Place:
    """A channel as someone stands to it."""

    kind: str
    inside: bool
    creator: bool = False
    author: bool = False

    @property
    def standing(self) -> Standing:
        marks = {IN: self.inside, CREATOR: self.creator, AUTHOR: self.author}
        return frozenset({self.kind, *(mark for mark, holds in marks.items() if holds)})

    def is_seen(self, role: str) -> bool:
        return self.inside or (self.kind == PUBLIC and role != "guest")


PLACES = [
    Place(kind, inside, creator)
    for kind in (PUBLIC, PRIVATE, DIRECT)
    for inside in (True, False)
    for creator in (True, False)
    if inside or kind != DIRECT
]


@dataclass
class Scene:
    """Who tries, in which channel, with another person in it and a message."""

    browser: Client
    member: Member
    role: str
    place: Place
    other: Member
    newcomer: Member
    channel: Channel = field(init=False)
    message: Message = field(init=False)

    def __post_init__(self) -> None:
        named = self.place.kind != DIRECT
        self.channel = Channel.objects.create(
            organization=self.member.organization,
            kind=self.place.kind,
            name="place" if named else None,
            members_key=None if named else f"{self.member.pk},{self.other.pk}",
            created_by=self.member if self.place.creator else self.other,
        )
        people = [self.other, self.member] if self.place.inside else [self.other]
        for person in people:
            Membership.objects.create(channel=self.channel, member=person)
        author = self.member if self.place.author else self.other
        self.message = Message.objects.create(
            organization=self.member.organization, channel=self.channel, author=author, body="x", html="x"
        )

    def post(self, name: str, /, *ids: int, **data: object) -> HttpResponseBase:
        path = reverse(name, args=[self.member.organization.slug, *ids])
        return self.browser.post(path, data)

    def settings(self, **data: object) -> HttpResponseBase:
        if says("channel.rename", self.role, self.place.standing):
            data = {"name": "place"} | data
        return self.post("chat:channel_settings", self.channel.pk, **data)

    def about(self, name: str, /, *ids: int, **data: object) -> HttpResponseBase:
        return self.post(f"chat:{name}", self.channel.pk, *ids, **data)


IN_PLACES: dict[str, Callable[[Scene], HttpResponseBase]] = {
    "channel.set_default": lambda scene: scene.settings(is_default="on"),
    "channel.join": lambda scene: scene.about("join"),
    "channel.leave": lambda scene: scene.about("leave"),
    "channel.rename": lambda scene: scene.settings(name="renamed"),
    "channel.describe": lambda scene: scene.settings(topic="Described"),
    "channel.archive": lambda scene: scene.about("channel_archive", archived="1"),
    "channel.delete": lambda scene: scene.about("channel_delete", typed_name="place"),
    "channel.add_member": lambda scene: scene.about("channel_members", people=scene.newcomer.pk),
    "channel.remove_member": lambda scene: scene.about("channel_member_remove", scene.other.pk),
    "message.post": lambda scene: scene.about("post", body="Hello"),
    "message.edit": lambda scene: scene.post("chat:edit", scene.message.pk, body="Changed"),
    "message.delete": lambda scene: scene.post("chat:delete", scene.message.pk),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", IN_PLACES)
def test_chat_obeys_the_table(
    request: pytest.FixtureRequest, client_of: SignIn, robin: Member, zoe: Member, verb: str, role: str
) -> None:
    member: Member = request.getfixturevalue(ROLES[role])
    browser = client_of(member)
    other = _bot(member, "Other")
    _acquaint(member, robin)
    places = PLACES
    if verb in {"message.edit", "message.delete"}:
        places = [
            Place(place.kind, place.inside, author=author) for place in PLACES for author in (True, False)
        ]
    for place in places:
        with transaction.atomic():
            scene = Scene(browser, member, role, place, other, newcomer=robin)
            status = IN_PLACES[verb](scene).status_code
            wanted = 302 if says(verb, role, place.standing) else 403
            assert status == (wanted if place.is_seen(role) else 404), place
            transaction.set_rollback(True)


# Real requests about the organization and its people


def _bot(member: Member, name: str) -> Member:
    return Member.objects.create(organization=member.organization, display_name=name, kind="bot")


def _acquaint(*members: Member) -> None:
    """Have them share a channel, so that even a guest sees the others."""
    channel = Channel.objects.create(
        organization=members[0].organization, kind=PRIVATE, name="acquainted", created_by=members[0]
    )
    for member in members:
        Membership.objects.create(channel=channel, member=member)


def _path(name: str, *ids: int) -> str:
    return reverse(name, args=["acme", *ids])


def _open_direct(browser: Client) -> HttpResponseBase:
    return browser.post(_path("chat:direct"), {"people": [cast.member("robin").pk]})


def _revoke(browser: Client) -> HttpResponseBase:
    invitation = Invitation.objects.create(
        organization=cast.member("anna").organization, email="new@acme.example", role="member"
    )
    return browser.post(_path("accounts:invitation_revoke", invitation.pk))


def _remove_domain(browser: Client) -> HttpResponseBase:
    domain = Domain.objects.create(organization=cast.member("anna").organization, name="acme.example")
    return browser.post(_path("accounts:remove_domain", domain.pk))


def _browse(browser: Client) -> HttpResponseBase:
    """Whether the sidebar offers the directory; a guest who opens it finds only what is theirs."""
    response = browser.get(_path("chat:sidebar"))
    response.status_code = 302 if _path("chat:directory") in response.content.decode() else 403
    return response


WITHOUT_THING: dict[str, Callable[[Client], HttpResponseBase]] = {
    "organization.update": lambda browser: browser.post(_path("accounts:organization"), {"name": "Acme Inc"}),
    "organization.require_two_factor": lambda browser: browser.post(_path("accounts:two_factor")),
    "join_link.change": lambda browser: browser.post(_path("accounts:join_link"), {"on": "1"}),
    "domain.change": _remove_domain,
    "invitation.create": lambda browser: browser.post(
        _path("accounts:invitations"), {"email": "new@acme.example", "role": "guest"}
    ),
    "invitation.revoke": _revoke,
    "channel.create": lambda browser: browser.post(
        _path("chat:create_channel"), {"name": "new", "kind": "public"}
    ),
    "channel.browse": _browse,
    "channel.open_direct": _open_direct,
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", WITHOUT_THING)
def test_organizations_obey_the_table(
    request: pytest.FixtureRequest, client_of: SignIn, robin: Member, verb: str, role: str
) -> None:
    member: Member = request.getfixturevalue(ROLES[role])
    _acquaint(member, robin)
    response = WITHOUT_THING[verb](client_of(member))
    assert response.status_code == (302 if says(verb, role, frozenset()) else 403)


def _others(member: Member) -> Iterator[Member]:
    """Someone of each role."""
    for role in Role.values:
        user = User.objects.create(email=f"other-{role}@acme.example")
        yield Member.objects.create(
            organization=member.organization, user=user, display_name=f"Other {role}", role=role
        )


ABOUT_PEOPLE = {
    "member.change_role": ("accounts:change_role", {"role": "guest"}),
    "member.deactivate": ("accounts:deactivate", {}),
    "member.reactivate": ("accounts:reactivate", {}),
    "member.remove_picture": ("accounts:remove_picture", {}),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", ABOUT_PEOPLE)
def test_people_obey_the_table(
    request: pytest.FixtureRequest, client_of: SignIn, verb: str, role: str
) -> None:
    member: Member = request.getfixturevalue(ROLES[role])
    others = list(_others(member))
    _acquaint(member, *others)
    browser = client_of(member)
    name, data = ABOUT_PEOPLE[verb]
    for other in others:
        outranked = role == "owner" or member.rank > other.rank
        if verb == "member.reactivate":
            Member.objects.filter(pk=other.pk).update(state=State.DEACTIVATED)
        response = browser.post(_path(name, other.pk), data)
        wanted = says(verb, role, frozenset({OUTRANKS}) if outranked else frozenset())
        assert response.status_code == (302 if wanted else 403), other.role


@pytest.mark.parametrize("role", ROLES)
def test_everyone_changes_their_own_profile_and_leaves(
    request: pytest.FixtureRequest, client_of: SignIn, role: str
) -> None:
    member: Member = request.getfixturevalue(ROLES[role])
    list(_others(member))  # so that the owner isn't the last one
    browser = client_of(member)
    profile = {"display_name": "Someone New", "title": "", "timezone": "UTC"}
    assert says("member.update", role, frozenset({SELF}))
    assert browser.post(_path("accounts:profile"), profile).status_code == 302
    member.refresh_from_db()
    assert member.display_name == "Someone New"
    assert says("member.remove_picture", role, frozenset({SELF}))
    assert browser.post(_path("accounts:remove_picture", member.pk)).status_code == 302
    assert says("member.leave", role, frozenset({SELF}))
    assert browser.post(_path("accounts:leave")).status_code == 302
    member.refresh_from_db()
    assert not member.is_active


def test_every_verb_is_tried() -> None:
    assert {*IN_PLACES, *WITHOUT_THING, *ABOUT_PEOPLE, "member.update", "member.leave"} == set(PERMISSIONS)
