"""The page's face of the stream: what a topic is told, as the partials that the page's swap styles take.

Rows are the very bytes of the page. Everything is neutral: one rendering serves every reader of a language.
"""

from collections.abc import Iterable, Mapping
from typing import assert_never

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Member, Organization
from chat.live.audience import Followed, Gone, Hint, Person, Row, Stale, What
from chat.rows import rows


def partials(whats: Iterable[What], organization: Organization, people: Mapping[int, Member]) -> SafeString:
    """The data of one event: each `what` as a partial."""
    return mark_safe("".join(_partial(what, organization, people) for what in whats))  # noqa: S308 - ours


def _partial(what: What, organization: Organization, people: Mapping[int, Member]) -> str:
    match what:
        case Row(message, place):
            row = rows([message], organization, place=place)
            return f'<hx-partial hx-target="#{place}-rows" hx-swap="upsert">{row}</hx-partial>'
        case Hint(message, kind, mentions):
            counts = int(message.thread_id is None or message.also_in_channel)
            called = " ".join(map(str, mentions))
            return (
                '<hx-partial hx-target="#sidebar" hx-swap="hint">'
                f'<i data-channel="{message.channel_id}" data-message="{message.pk}" '
                f'data-author="{message.author_id}" data-kind="{kind}" data-mentions="{called}" '
                f'data-counts="{counts}"></i></hx-partial>'
            )
        case Stale(words):
            told = " ".join(words)
            return f'<hx-partial hx-target="body" hx-swap="stale"><i data-what="{told}"></i></hx-partial>'
        case Person(member_id):
            person = people.get(member_id)
            if person is None:
                return ""
            return format_html(
                '<hx-partial hx-target="body" hx-swap="person">'
                '<i data-member="{}" data-name="{}" data-initials="{}" data-picture="{}"></i></hx-partial>',
                member_id,
                person.display_name,
                person.initials,
                person.picture_url,
            )
        case Followed(message):
            return (
                '<hx-partial hx-target="#sidebar" hx-swap="followed">'
                f'<i data-thread="{message.thread_id}" data-channel="{message.channel_id}" '
                f'data-message="{message.pk}" data-author="{message.author_id}"></i></hx-partial>'
            )
        case Gone(channel_id):
            return f'<hx-partial hx-target="body" hx-swap="gone"><i data-channel="{channel_id}"></i></hx-partial>'
        case _:
            assert_never(what)


def reads_partial(reads: Mapping[int, int]) -> str:
    """Where a reader who comes back is in each of their channels; their other tabs may have read on meanwhile."""
    told = " ".join(f"{channel}:{position}" for channel, position in sorted(reads.items()))
    return f'<hx-partial hx-target="#sidebar" hx-swap="reads"><i data-reads="{told}"></i></hx-partial>'


RELOAD = '<hx-partial hx-target="body" hx-swap="reload"><i></i></hx-partial>'
