"""A message's row, rendered once: the same bytes for every reader, in the page, in the response and in the stream.

A row holds no form, no token and nothing of its reader; the browser marks what is mine. Kept rows are found by
everything they show, so they never need to be taken back.
"""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accounts.models import Member, Organization
from chat.markdown import mentioned_ids, renamed
from chat.models import Message

KEPT = 10_000  # rows, of about 1.5 KB each
CHANNEL, THREAD = "c", "t"  # the places a row can stand in; they begin its element's id

_rows: OrderedDict[tuple[object, ...], SafeString] = OrderedDict()
_lock = Lock()


def rows(messages: Iterable[Message], organization: Organization, *, place: str = CHANNEL) -> SafeString:
    """The rows of messages whose authors are loaded, one after the other; at most one query, for mentioned names."""
    wanted = [(_key(message, organization, place), message) for message in messages]
    missing = [message for key, message in wanted if key not in _rows]
    names = _names(missing)
    return mark_safe("".join(_row(key, message, organization, place, names) for key, message in wanted))  # noqa: S308


def _key(message: Message, organization: Organization, place: str) -> tuple[object, ...]:
    return (
        message.pk, message.row_version, organization.pk, organization.names_version, organization.slug,
        place, get_language(),
    )  # fmt: skip


def _row(
    key: tuple[object, ...], message: Message, organization: Organization, place: str, names: dict[int, str]
) -> SafeString:
    with _lock:
        if (kept := _rows.get(key)) is not None:
            _rows.move_to_end(key)
            return kept
    row = _render(message, organization, place, names)
    with _lock:
        _rows[key] = row
        while len(_rows) > KEPT:
            _rows.popitem(last=False)
    return row


def _render(message: Message, organization: Organization, place: str, names: dict[int, str]) -> SafeString:
    called = [str(pk) for pk in sorted(mentioned_ids(message.html))]
    called += [kind for kind in ("channel", "here") if f'data-mention="{kind}"' in message.html]
    row = get_template("chat/_row.html").render(
        {
            "message": message,
            "author": message.author,
            "slug": organization.slug,
            "place": place,
            "called": " ".join(called),
            "html": mark_safe(renamed(message.html, names)),  # noqa: S308 - made and sanitized by chat.markdown
        }
    )
    return mark_safe(row)  # noqa: S308 - a template's


def _names(messages: Iterable[Message]) -> dict[int, str]:
    """The present names of those whom messages mention."""
    ids = frozenset[int]().union(*(mentioned_ids(message.html) for message in messages))
    return dict(Member.objects.filter(pk__in=ids).values_list("pk", "display_name")) if ids else {}
