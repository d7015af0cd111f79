"""A message's row, rendered once: the same bytes for every reader, in the page, in the response and in the stream.

A row holds no form, no token and nothing of its reader; the browser marks what is mine. Kept rows are found by
everything they show, so they never need to be taken back.
"""

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock

from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Member, Organization
from chat.markdown import folds, mentioned_ids, only_emoji, renamed
from chat.models import Message
from chat.queries import RowKey

KEPT = 10_000  # rows, of about 1.5 KB each
LONGEST_KEPT = 8 << 10  # bytes; rows may have 200 KB, and nobody shall fill the memory with such
EVERYONE = '<span class="mention mention-all" data-mention="{}">'  # as chat.markdown writes it
CHANNEL, THREAD = "c", "t"  # the places a row can stand in; they begin its element's id

Key = tuple[object, ...]

_rows: OrderedDict[Key, SafeString] = OrderedDict()
_lock = Lock()


def rows(messages: Iterable[Message], organization: Organization, *, place: str = CHANNEL) -> SafeString:
    """The rows of messages whose authors are loaded, one after the other; at most one query, for mentioned names."""
    given = {message.pk: message for message in messages}
    wanted = [(message.pk, message.row_version) for message in given.values()]
    return _joined(wanted, organization, place, lambda missing: [given[pk] for pk in missing])


def window_rows(
    window: Iterable[RowKey], organization: Organization, *, place: str = CHANNEL, line_above: int = 0
) -> SafeString:
    """The rows of a window; what isn't kept costs a query for messages, and one for mentioned names.

    Above the message `line_above` stands the line of what is new, for readers without scripts.
    """
    if not line_above:
        return _joined(window, organization, place, _messages)
    keys = list(window)
    read, unread = (
        _joined([key for key in keys if (key[0] < line_above) is before], organization, place, _messages)
        for before in (True, False)
    )
    return format_html('{}<div class="unread-line">{}</div>{}', read, _("New"), unread)


def _joined(
    wanted: Iterable[RowKey],
    organization: Organization,
    place: str,
    read: Callable[[list[int]], Iterable[Message]],
) -> SafeString:
    shown = (organization.pk, organization.names_version, organization.slug, place, get_language())
    keys = {key[0]: (*key, *shown) for key in wanted}
    kept = _kept(keys.values())
    missing = [pk for pk, key in keys.items() if key not in kept]
    if missing:
        messages = list(read(missing))
        names = _names(messages)
        for message in messages:
            row = kept[keys[message.pk]] = _render(message, organization, place, names)
            # One that was edited since the window was read is kept as what it is by now.
            _keep((message.pk, message.row_version, *shown), row)
    return mark_safe("".join([kept[key] for key in keys.values() if key in kept]))  # noqa: S308 - rows


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
            "emoji_only": only_emoji(message.html),
            "folds": folds(message.body),
            "html": mark_safe(renamed(message.html, names)),  # noqa: S308 - made and sanitized by chat.markdown
        }
    )
    return mark_safe(row)  # noqa: S308 - a template's


def _messages(ids: list[int]) -> Iterable[Message]:
    return Message.objects.filter(pk__in=ids).select_related("author")


def _names(messages: Iterable[Message]) -> dict[int, str]:
    """The present names of those whom messages mention."""
    ids = frozenset[int]().union(*(mentioned_ids(message.html) for message in messages))
    return dict(Member.objects.filter(pk__in=ids).values_list("pk", "display_name")) if ids else {}
