"""An organization of 1,000 people, 24,000 messages and a session for each person; run as a process, answers JSON.

Users, members, memberships and messages come by bulk inserts, not by actions, so they have no entries in the log;
nothing that is measured reads those. Rows in the sidebar are as in use: some channels hold unread messages.
"""

import json
import secrets
import sys
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from accounts.actions import create_organization, create_user  # noqa: E402
from accounts.caller import Caller, command  # noqa: E402
from accounts.models import Member, Organization, User  # noqa: E402
from accounts.models.member import fold  # noqa: E402
from benchmarks.texts import body  # noqa: E402
from chat.markdown import render  # noqa: E402
from chat.models import Channel, Membership, Message  # noqa: E402

PEOPLE = 1_000
REGULARS = 32  # of them are in every channel: those that the clients sign in as
OTHER_CHANNELS = 11
DIRECTS = 4  # of each regular
IN_GENERAL, IN_OTHERS = 20_000, 400  # messages
UNREAD = 5  # messages in each third channel


@transaction.atomic
def fill() -> dict[str, object]:
    organization, general = found()
    people = populate(organization.pk, general)
    channels = [general, *make_channels(organization.pk, people)]
    talk(organization.pk, channels, people)
    return {
        "database": version(),
        "slug": organization.slug,
        "channel": general.pk,
        "cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "sessions": sign_in(people, organization.pk),
    }


def found() -> tuple[Organization, Channel]:
    boss = create_user(command("benchmarks"), email="boss@acme.example", password="workchat-demo")
    owner = create_organization(
        Caller(user=boss, label=boss.email), name="Acme", slug="acme", owner_name="Ada Boss"
    )
    return owner.organization, Channel.objects.get(organization=owner.organization)


def populate(organization_id: int, general: Channel) -> list[Member]:
    users = [User(email=f"person{number}@acme.example", password="!") for number in range(PEOPLE)]
    User.objects.bulk_create(users)
    names = [f"Person {number}" for number in range(PEOPLE)]
    people = Member.objects.bulk_create(
        Member(
            organization_id=organization_id,
            user=user,
            display_name=name,
            name_folded=fold(name),
            name_plain=fold(name),
        )
        for user, name in zip(users, names, strict=True)
    )
    Membership.objects.bulk_create(Membership(channel=general, member=member) for member in people)
    return people


def make_channels(organization_id: int, people: list[Member]) -> list[Channel]:
    named = Channel.objects.bulk_create(
        Channel(
            organization_id=organization_id,
            name=f"topic-{n}",
            name_folded=f"topic-{n}",
            name_plain=f"topic-{n}",
            topic="What we do",
        )
        for n in range(OTHER_CHANNELS)
    )
    inside = [(channel, member) for channel in named for member in people[:100]]
    pairs = [
        sorted((people[at], people[REGULARS + DIRECTS * at + n]), key=lambda member: member.pk)
        for at in range(REGULARS)
        for n in range(DIRECTS)
    ]
    direct = Channel.objects.bulk_create(
        Channel(organization_id=organization_id, kind="direct", members_key=f"{one.pk},{other.pk}")
        for one, other in pairs
    )
    inside += [(channel, member) for channel, pair in zip(direct, pairs, strict=True) for member in pair]
    Membership.objects.bulk_create(Membership(channel=channel, member=member) for channel, member in inside)
    return [*named, *direct]


def talk(organization_id: int, channels: list[Channel], people: list[Member]) -> None:
    began = now() - timedelta(days=30)
    bodies = [body(number) for number in range(40)]
    html = [render(text, {}).html for text in bodies]
    messages: list[Message] = []
    for index, channel in enumerate(channels):
        count = IN_GENERAL if index == 0 else IN_OTHERS if channel.name else 10
        for _again in range(count):
            number = len(messages)
            messages.append(
                Message(
                    organization_id=organization_id,
                    channel=channel,
                    author=people[number // 3 % 100],
                    body=bodies[number % len(bodies)],
                    html=html[number % len(html)],
                    reply_count=3 if number % 20 == 0 else 0,
                    created_at=began + timedelta(seconds=90 * number),
                )
            )
    Message.objects.bulk_create(messages, batch_size=500)
    for index, channel in enumerate(channels):
        newest = channel.messages.order_by("-pk").values_list("pk", flat=True)[0]
        Membership.objects.filter(channel=channel).update(
            read_position=newest - UNREAD if index % 3 == 1 else newest
        )


def sign_in(people: list[Member], organization_id: int) -> list[str]:
    """The keys of new sessions, one of each person, as their browser would have them after some pages."""
    until = now() + timedelta(days=1)
    sessions = []
    for member in people:
        assert member.user
        store = SessionStore()
        data = {
            SESSION_KEY: str(member.user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: member.user.get_session_auth_hash(),
            "entered": [organization_id],
            "organization": organization_id,
        }
        key = secrets.token_hex(16)
        sessions.append(Session(session_key=key, session_data=store.encode(data), expire_date=until))
    Session.objects.bulk_create(sessions)
    return [session.session_key for session in sessions]


def version() -> str:
    """The database's name and version."""
    numbers = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {numbers}"


if __name__ == "__main__":
    call_command("migrate", interactive=False, verbosity=0)
    world = fill()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    json.dump(world, sys.stdout)
