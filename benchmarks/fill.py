"""The organizations of a world, by SQL in bulk: people, channels, messages, and the log that says so; run as a process.

Its job names how many organizations there are and how many messages in all; it answers JSON: what the loads need to
know. The first organization is the one that is measured. All but times of founding, passwords and salts is the same
in every run. Each message has its entry in its organization's log, with the digests that belong there.
"""

import hashlib
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts.actions import create_organization, create_user  # noqa: E402
from accounts.caller import Caller, command  # noqa: E402
from accounts.models import Member, Organization, User  # noqa: E402
from accounts.models.member import fold  # noqa: E402
from audit.models import Head  # noqa: E402
from audit.verifying import verify_chain  # noqa: E402
from benchmarks.texts import body  # noqa: E402
from benchmarks.writing import History  # noqa: E402
from chat.markdown import render  # noqa: E402
from chat.models import Channel, Membership, Message  # noqa: E402

PEOPLE = 1_000  # of the first organization
ELSEWHERE = 100  # people of each other one
REGULARS = 32  # are in every named channel but the rooms: those that the clients sign in as
TOPICS, ROOMS, DIRECTS = 11, 100, 4  # the first organization's; each of its people is in one room
TOPICS_ELSEWHERE = 59
SESSIONS = 10  # of each of the first organization's people
UNREAD = 5  # messages in each third channel
BODIES = 40
ONE_DAY = datetime(2026, 1, 1, tzinfo=UTC)
FAR_OFF = datetime(2100, 1, 1, tzinfo=UTC)


class Place:
    """An organization with its people, and the channels that are talked in: the general one first."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.slug = "acme" if number == 0 else f"team-{number}"
        self.organization, general = found(self.slug)
        self.people = populate(self, general, PEOPLE if number == 0 else ELSEWHERE)
        self.rooms: list[Channel] = []
        self.channels = [general, *self.named("topic", TOPICS if number == 0 else TOPICS_ELSEWHERE)]
        join((channel, member) for channel in self.channels[1:] for member in self.people[: 3 * REGULARS])
        if number == 0:
            self.channels += self.directs()
            self.rooms = self.named("room", ROOMS)
            join((self.rooms[at % ROOMS], member) for at, member in enumerate(self.people))
            self.channels += self.rooms
        self.texts = [self.text(number) for number in range(BODIES)]

    def named(self, kind: str, count: int) -> list[Channel]:
        return Channel.objects.bulk_create(
            Channel(
                organization=self.organization,
                name=f"{kind}-{n}",
                name_folded=f"{kind}-{n}",
                name_plain=f"{kind}-{n}",
                topic="What we do",
                created_at=ONE_DAY,
            )
            for n in range(count)
        )

    def directs(self) -> list[Channel]:
        pairs = [
            (self.people[at], self.people[REGULARS + DIRECTS * at + n])
            for at in range(REGULARS)
            for n in range(DIRECTS)
        ]
        made = Channel.objects.bulk_create(
            Channel(
                organization=self.organization,
                kind="direct",
                members_key=f"{one.pk},{other.pk}",
                created_at=ONE_DAY,
            )
            for one, other in pairs
        )
        join((channel, member) for channel, pair in zip(made, pairs, strict=True) for member in pair)
        return made

    def text(self, number: int) -> tuple[str, str, int | None]:
        """A text, its HTML, and whom it mentions: one in twenty does."""
        if number % 20 != 7:
            return (text := body(number)), render(text, {}).html, None
        called = self.people[number]
        text = f"@{called.display_name} {body(number)}"
        return text, render(text, {called.name_folded: [called.pk]}).html, called.pk


def found(slug: str) -> tuple[Organization, Channel]:
    boss = create_user(command("benchmarks"), email=f"boss@{slug}.example", password="workchat-demo")
    name = slug.replace("-", " ").capitalize()
    owner = create_organization(
        Caller(user=boss, label=boss.email), name=name, slug=slug, owner_name="Ada Boss"
    )
    return owner.organization, Channel.objects.get(organization=owner.organization)


def populate(place: Place, general: Channel, count: int) -> list[Member]:
    users = [User(email=f"person{number}@{place.slug}.example", password="!") for number in range(count)]
    User.objects.bulk_create(users)
    names = [f"Person {number}" for number in range(count)]
    people = Member.objects.bulk_create(
        Member(
            organization=place.organization,
            user=user,
            display_name=name,
            name_folded=fold(name),
            name_plain=fold(name),
            created_at=ONE_DAY,
        )
        for user, name in zip(users, names, strict=True)
    )
    join((general, member) for member in people)
    return people


def join(pairs: Any) -> None:
    Membership.objects.bulk_create(
        (Membership(channel=channel, member=member, created_at=ONE_DAY) for channel, member in pairs),
        batch_size=1_000,
    )


def talk(places: list[Place], count: int) -> None:
    """Half of the messages are said in the general channels, a twentieth of them replies to the one ten before."""
    heads = {head.organization_id: head for head in Head.objects.all()}
    history = History([heads[place.organization.pk] for place in places])
    for number in range(count):
        place = places[number % len(places)]
        at = number // len(places)  # within its organization
        channels = place.channels
        channel = channels[0] if at % 2 == 0 else channels[1 + at // 2 % (len(channels) - 1)]
        text, html, called = place.texts[at % BODIES]
        root = at % 20 == 0 and number + 10 * len(places) < count
        history.add(
            place.number,
            channel_id=channel.pk,
            author=place.people[at // 3 % ELSEWHERE],
            body=text,
            html=html,
            called=called,
            created_at=ONE_DAY + timedelta(seconds=20 * number),
            replied_at=ONE_DAY + timedelta(seconds=20 * (number + 10 * len(places))) if root else None,
            thread_id=history.id_of(number - 10 * len(places)) if at % 20 == 10 else None,
        )
    history.close()


def read(places: list[Place]) -> None:
    """Everyone has read everything, but for some messages in each third channel."""
    for place in places:
        for index, channel in enumerate(place.channels):
            newest = list(channel.messages.order_by("-pk").values_list("pk", flat=True)[: UNREAD + 1])
            if newest:
                mark = newest[-1] if index % 3 == 1 else newest[0]
                Membership.objects.filter(channel=channel).update(read_position=mark)


def sign_in(place: Place) -> list[str]:
    """The keys of sessions, some of each person, as their browsers would have them after some pages."""
    store = SessionStore()
    sessions = []
    for number in range(SESSIONS):
        for member in place.people:
            assert member.user
            data = {
                SESSION_KEY: str(member.user.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: member.user.get_session_auth_hash(),
                "entered": [place.organization.pk],
                "organization": place.organization.pk,
            }
            key = hashlib.sha256(f"{number} {member.pk}".encode()).hexdigest()[:32]
            sessions.append(Session(session_key=key, session_data=store.encode(data), expire_date=FAR_OFF))
    Session.objects.bulk_create(sessions, batch_size=1_000)
    return [session.session_key for session in sessions]


def fill(organizations: int, messages: int) -> dict[str, object]:
    with transaction.atomic():
        places = [Place(number) for number in range(organizations)]
        talk(places, messages)
        read(places)
        sessions = sign_in(places[0])
    for place in (places[0], places[-1]):
        if flaw := verify_chain(place.organization.pk):
            raise RuntimeError(f"The log of {place.slug} doesn't verify: {flaw}")
    first = places[0]
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {
        "database": version(),
        "organizations": organizations,
        "messages": messages,
        "slug": first.organization.slug,
        "channel": first.channels[0].pk,
        "channel_name": first.channels[0].name,
        "rooms": [room.pk for room in first.rooms],
        "author": first.people[0].user.email if first.people[0].user else "",
        "before": newest - 60 * organizations if organizations > 1 else newest - 60,
        "cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "sessions": sessions,
    }


def version() -> str:
    """The database's name and version."""
    numbers = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {numbers}"


if __name__ == "__main__":
    call_command("migrate", interactive=False, verbosity=0)
    world = fill(**json.load(sys.stdin))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    json.dump(world, sys.stdout)
