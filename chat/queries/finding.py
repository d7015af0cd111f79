"""Finding channels and people by what is typed in a few letters: the quick switcher's reads, in two bounded queries.

Each word that is typed has to be part of the name, in any order; names that begin so come first, then those of which
a word does. Marks and case don't matter.
"""

import re
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Case, Model, Q, QuerySet, When
from django.db.models.functions import Length

from accounts.access import colleagues
from accounts.models import Member
from accounts.models.member import plain
from accounts.validation import one_line
from chat import access
from chat.models import Channel, Kind

T = TypeVar("T", bound=Model)

MOST = 12  # of each kind
MOST_WORDS = 6
BETWEEN = re.compile(r"[\s#@_-]+")  # the words of a name stand between these


@dataclass(frozen=True)
class Found:
    channels: list[Channel]
    people: list[Member]


def find(member: Member, search: str) -> Found:
    """The open channels and active people that `member` may see whose names have all words of `search`."""
    words = [word for word in BETWEEN.split(plain(one_line(search))) if word][:MOST_WORDS]
    channels = access.channels(member).exclude(kind=Kind.DIRECT).filter(archived_at=None)
    people = colleagues(member).active().exclude(pk=member.pk)
    return Found(_best(channels, words), _best(people, words))


def _best(things: QuerySet[T], words: list[str]) -> list[T]:
    if not words:
        return []
    for word in words:
        things = things.filter(name_plain__contains=word)
    return list(things.order_by(_rank(words), Length("name_plain"), "name_folded", "pk")[:MOST])


def _rank(words: list[str]) -> Case:
    begins = [Q(name_plain__startswith=word) for word in words]
    within = [
        Q(*[("name_plain__contains", f"{sign}{word}") for sign in " -_"], _connector=Q.OR) for word in words
    ]
    return Case(
        When(Q(*begins, _connector=Q.OR), then=0), When(Q(*within, _connector=Q.OR), then=1), default=2
    )
