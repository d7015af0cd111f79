"""People beside a member in channels, as avatars and names show them; a direct channel is called by them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from accounts.models import Member
from accounts.models.member import initials_of, picture_url
from accounts.presence import presence
from chat.models import Channel

PEOPLE = """
SELECT membership.channel_id, person.id, person.display_name, person.picture
FROM chat_membership membership JOIN accounts_member person ON person.id = membership.member_id
WHERE membership.channel_id IN ({channels}) AND person.id <> %s
ORDER BY person.name_folded, person.id
"""


class Person(NamedTuple):
    """A member as their avatar and name show them."""

    id: int
    display_name: str
    initials: str
    picture_url: str


def person_of(pk: int, name: str, picture: str) -> Person:
    """A member of this id, name and picture (its digest, or none)."""
    return Person(pk, name, initials_of(name), picture_url(pk, picture))


def names_of(people: Iterable[Person]) -> str:
    """What a direct channel with these others is called."""
    return ", ".join(person.display_name for person in people)


def people_in(member: Member, channels: list[int]) -> dict[int, list[Person]]:
    """Who else is in these channels, by channel and in order of name. One query; none where there are no channels."""
    people: dict[int, list[Person]] = {}
    if channels:
        with connection.cursor() as cursor:
            places = ", ".join(["%s"] * len(channels))
            cursor.execute(PEOPLE.replace("{channels}", places), [*channels, member.pk])
            for channel_id, pk, name, picture in cursor.fetchall():
                people.setdefault(channel_id, []).append(person_of(pk, name, picture))
    return people


def titles(member: Member, channels: Iterable[Channel]) -> dict[int, str]:
    """What `member` calls each of `channels`, by id: a direct one by the others in it. One query."""
    channels = list(channels)
    people = people_in(member, [channel.pk for channel in channels if channel.is_direct])
    return {one.pk: one.name or names_of(people.get(one.pk, ())) for one in channels}


def presence_in(member: Member, people: Sequence[Person]) -> str:
    """Whether the one other person of a direct channel is here: active, away or nothing."""
    return presence.word(member.organization_id, people[0].id) if len(people) == 1 else ""
