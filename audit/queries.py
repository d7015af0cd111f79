"""Reading the log in its order."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from audit.models import Entry, Head
from database.prepared import Prepared


def head_position(organization_id: int | None) -> int:
    """The position of the newest entry; 0 where there's no log (yet)."""
    found = _server_position.first() if organization_id is None else _position_of.first(organization_id)
    return found[0] if found else 0


@Prepared
def _position_of(organization_id: int) -> QuerySet[Head, tuple[int]]:
    return Head.objects.filter(organization_id=organization_id).values_list("position")


@Prepared
def _server_position() -> QuerySet[Head, tuple[int]]:
    return Head.objects.filter(organization=None).values_list("position")


def head_positions(organization_ids: Iterable[int]) -> dict[int | None, int]:
    """The newest position of each of these organizations, and of the server's chain under None."""
    heads = Head.objects.filter(organization_id__in=list(organization_ids)) | Head.objects.filter(
        organization=None
    )
    return dict(heads.values_list("organization_id", "position"))


def entries_after(organization_id: int | None, position: int, *, limit: int) -> list[Entry]:
    """At most `limit` entries after `position`, oldest first, with their values."""
    entries = Entry.objects.filter(Q(organization_id=organization_id), position__gt=position)
    return list(entries.select_related("value").order_by("position")[:limit])
