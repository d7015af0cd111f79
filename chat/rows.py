"""A message's row, rendered once: the same bytes for every reader, in the page, in the response and in the stream.

A row holds no form, no token and nothing of its reader; the browser marks what is mine. Kept rows are found by
everything they show, so they never need to be taken back.
"""

import sys
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
LONGEST_KEPT = 8 << 10  # bytes; rows may have 200 KB, and nobody shall fill the memory with such
EVERYONE = '<span class="mention mention-all" data-mention="{}">'  # as chat.markdown writes it
CHANNEL, THREAD = "c", "t"  # the places a row can stand in; they begin its element's id

Key = tuple[object, ...]

_rows: OrderedDict[Key, SafeString] = OrderedDict()
_lock = Lock()


def rows(messages: Iterable[Message], organization: Organization, *, place: str = CHANNEL) -> SafeString:
    """The rows of messages whose authors are loaded, one after the other; at most one query, for mentioned names."""
    wanted = [(_key(message, organization, place), message) for message in messages]
    kept = _kept(key for key, _message in wanted)
    names = _names(message for key, message in wanted if key not in kept)
    for key, message in wanted:
        if key not in kept:
            kept[key] = _render(message, organization, place, names)
            _keep(key, kept[key])
    return mark_safe("".join(kept[key] for key, _message in wanted))  # noqa: S308


def _key(message: Message, organization: Organization, place: str) -> Key:
    return (
        message.pk, message.row_version, organization.pk, organization.names_version, organization.slug,
        place, get_language(),
    )  # fmt: skip


def _kept(keys: Iterable[Key]) -> dict[Key, SafeString]:
    """The rows that are there, taken at once: making the others may push them out."""
    found = {}
    with _lock:
        for key in keys:
            if key in _rows:
                _rows.move_to_end(key)
                found[key] = _rows[key]
    return found


def _keep(key: Key, row: SafeString) -> None:
    if sys.getsizeof(row) > LONGEST_KEPT:
        return
    with _lock:
        _rows[key] = row
        while len(_rows) > KEPT:
            _rows.popitem(last=False)


def _render(message: Message, organization: Organization, place: str, names: dict[int, str]) -> SafeString:
    called = [str(pk) for pk in sorted(mentioned_ids(message.html))]
    called += [kind for kind in ("channel", "here") if EVERYONE.format(kind) in message.html]
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
