"""Reading the log in its order."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

from audit.models import Entry, Head
from database.prepared import Prepared

# Tailers ask at every commit; how many organizations they ask for changes.
POSITIONS = (
    f"SELECT organization_id, position FROM {Head._meta.db_table} "  # noqa: S608 - our own table
    "WHERE organization_id IN ({}) OR organization_id IS NULL"
)


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
    wanted = list(organization_ids)
    marks = ", ".join(["%s"] * len(wanted)) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(POSITIONS.format(marks), wanted)
        return dict(cursor.fetchall())


def entries_after(organization_id: int | None, position: int, *, limit: int) -> list[Entry]:
    """At most `limit` entries after `position`, oldest first, with their values."""
    if organization_id is None:
        return _server_entries(position, limit=limit)
    return _entries(organization_id, position, limit=limit)


@Prepared
def _entries(organization_id: int, position: int, *, limit: int) -> QuerySet[Entry]:
    entries = Entry.objects.filter(organization_id=organization_id, position__gt=position)
    return entries.select_related("value").order_by("position")[:limit]


@Prepared
def _server_entries(position: int, *, limit: int) -> QuerySet[Entry]:
    entries = Entry.objects.filter(organization=None, position__gt=position)
    return entries.select_related("value").order_by("position")[:limit]
