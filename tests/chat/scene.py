"""What tests of chat set up and look at: channels, messages, paths, answers, the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse

from accounts.models import Member
from audit.models import Entry, Head
from chat.actions import add_members, create_channel, post_message
from chat.models import Channel, Message
from tests import cast

HTMX = {"HX-Request": "true"}
NOWHERE = 10**9  # an id that nothing has
TOO_LONG = "x" * 10_001
TROUBLE = ["", "  \n\t ", TOO_LONG]  # what no message may be


def path(name: str, *args: object, slug: str = "acme") -> str:
    """The path of one of chat's pages."""
    return reverse(f"chat:{name}", args=[slug, *args])


def post(member: Member, channel: Channel, body: str = "Hello", **given: Any) -> Message:
    """A message that `member` posts."""
    return post_message(cast.caller_of(member), channel, body=body, **given)


def new_channel(creator: Member, name: str, *others: Member, kind: str = "public", **given: Any) -> Channel:
    """A channel with its creator and `others` in it."""
    channel = create_channel(cast.caller_of(creator), name=name, kind=kind, **given)
    if others:
        add_members(cast.caller_of(creator), channel, others)
    return channel


def new_value(member: Member) -> dict[str, Any]:
    """What the newest entry of the member's organization says is so now."""
    new: dict[str, Any] | None = last_entry(member).value.new
    assert new is not None
    return new


def last_entry(member: Member) -> Entry:
    """The newest entry of the member's organization."""
    entry = Entry.objects.filter(organization=member.organization).select_related("value").last()
    assert entry is not None
    return entry


@contextmanager
def nothing_happens() -> Iterator[None]:
    """What's done within leaves no entry in an organization’s log, and no message, edit or deletion."""
    before = _state()
    yield
    assert _state() == before


def answer(response: HttpResponseBase) -> tuple[int, dict[str, str], bytes]:
    """All that a response says but for its request's id, to be compared with another."""
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    return response.status_code, headers, response.content  # type: ignore[attr-defined]


def text_of(response: HttpResponseBase) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def typed(response: HttpResponseBase, *, form: str) -> str:
    """What stands in the text field of the form whose id begins so."""
    fields = _Fields()
    fields.feed(text_of(response))
    (value,) = (text for name, text in fields.texts.items() if name.startswith(form))
    return value.removeprefix("\n")  # as a browser does


def _state() -> Any:
    heads = list(
        Head.objects.exclude(organization=None)
        .order_by("id")
        .values_list("organization", "position", "digest")
    )
    return heads, list(Message.objects.order_by("id").values_list("id", "body", "row_version"))


class _Fields(HTMLParser):
    """The contents of text fields, by their ids."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "textarea":
            self._inside = dict(attrs).get("id") or ""
            self.texts[self._inside] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[self._inside] += data
