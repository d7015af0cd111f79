"""What tests of accounts look at: paths, answers, the log."""

from typing import Protocol

from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from audit.models import Entry

NOWHERE = 10**9  # an id that nothing has
HTMX = {"HX-Request": "true"}


class Answer(Protocol):
    """What the test client gives back."""

    content: bytes
    status_code: int


def path(name: str, *args: object, slug: str = "acme") -> str:
    """The path of one of accounts' pages inside an organization."""
    return reverse(f"accounts:{name}", args=[slug, *args])


def text(response: Answer) -> str:
    return response.content.decode()


def is_missing(client: Client, response: Answer) -> bool:
    """Whether the answer is, byte for byte, that of an address which doesn't exist."""
    missing = client.get("/o/acme/nothing-here/")
    return (response.status_code, response.content) == (404, missing.content)


def last_entry(slug: str | None = "acme") -> Entry:
    """The newest entry of an organization's log; of the server's own for None."""
    entry = _chain(slug).select_related("value").last()
    assert entry is not None
    return entry


def actions_since(position: int, slug: str | None = "acme") -> list[str]:
    """What has been recorded after `position`."""
    return list(_chain(slug).filter(position__gt=position).values_list("action", flat=True))


def _chain(slug: str | None) -> QuerySet[Entry]:
    entries = Entry.objects.order_by("position")
    return entries.filter(organization__slug=slug) if slug else entries.filter(organization=None)
