"""Recording: the one transaction in which an action writes what it changes and the entries that say so.

Enter `record` late, after reading, checking and rendering: it locks the organization's head, and from then on
message ids, positions and commits have one order.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils import timezone

from audit.digests import entry_digest, values_digest
from audit.models import Entry, Head, Value
from audit.turns import turn
from database.inserting import insert
from database.prepared import Prepared

MOVE = f"UPDATE {Head._meta.db_table} SET position = %s, digest = %s WHERE id = %s"  # noqa: S608 - our own table

# Sent after each commit that holds entries, with no data: look. A lost or doubled one harms nothing.
committed = Signal()


class Actor(Protocol):
    """Who acts, as the log knows them; accounts.caller.Caller is one."""

    @property
    def member_id(self) -> int | None: ...
    @property
    def user_id(self) -> int | None: ...
    @property
    def label(self) -> str: ...
    @property
    def via(self) -> str: ...
    @property
    def client(self) -> str: ...
    @property
    def ip(self) -> str: ...
    @property
    def request_id(self) -> str: ...


class Log:
    """An organization's log, locked for the transaction under way."""

    def __init__(self, actor: Actor, head: Head) -> None:
        self.actor = actor
        self.head = head
        self.pending: list[Entry] = []
        self.values: list[Value] = []

    @property
    def position(self) -> int:
        """The position of the newest entry, counting those of this transaction."""
        return self.head.position

    def append(
        self,
        action: str,
        entity: models.Model,
        *,
        old: dict[str, Any] | None = None,
        new: dict[str, Any] | None = None,
        channel_id: int | None = None,
        subject_id: int | None = None,
    ) -> Entry:
        """Append one entry about `entity`; `old` and `new` are JSON of what changed, never a text."""
        actor = self.actor
        value = Value(
            salt=secrets.token_hex(16), old=old, new=new, actor_name=actor.label[:254], address=actor.ip
        )
        entry = Entry(
            organization_id=self.head.organization_id,
            position=self.head.position + 1,
            actor_id=actor.member_id,
            user_id=actor.user_id,
            subject_id=subject_id,
            via=actor.via,
            client=actor.client[:80],
            action=action,
            entity_type=entity._meta.model_name or "",
            entity_id=entity.pk,
            channel_id=channel_id,
            request_id=actor.request_id[:36],
            created_at=timezone.now(),
            values_digest=values_digest(value),
        )
        entry.digest = entry_digest(entry, previous=self.head.digest)
        self.head.position, self.head.digest = entry.position, entry.digest
        self.pending.append(entry)
        self.values.append(value)
        return entry

    def write(self) -> None:
        """Write what was appended: three statements, for up to fifty entries."""
        if not self.pending:
            return
        insert(self.pending)
        for entry, value in zip(self.pending, self.values, strict=True):
            value.entry_id = entry.pk
        insert(self.values)
        with connection.cursor() as cursor:
            cursor.execute(MOVE, [self.head.position, self.head.digest, self.head.pk])
        # What was committed stands, whatever becomes of its announcement; once is enough for all of a transaction.
        if not any(one[1] is announce for one in connection.run_on_commit):
            transaction.on_commit(announce, robust=True)


@contextmanager
def record(actor: Actor, organization_id: int | None) -> Iterator[Log]:
    """One transaction with the log of an organization (None: the server's own), locked.

    Raises:
        Head.DoesNotExist: there is no such organization.
    """
    with turn(), transaction.atomic():
        head = _server_head.first() if organization_id is None else _head.first(organization_id)
        if head is None:
            raise Head.DoesNotExist
        log = Log(actor, head)
        yield log
        log.write()


@Prepared
def _head(organization_id: int) -> QuerySet[Head]:
    return Head.objects.select_for_update().filter(organization_id=organization_id)


@Prepared
def _server_head() -> QuerySet[Head]:
    return Head.objects.select_for_update().filter(organization=None)


def announce() -> None:
    """Tell whoever listens in this process that there is something to read."""
    committed.send(sender=Log)


def open_chain(organization_id: int) -> None:
    """Begin a new organization's chain; call it in the transaction that makes the organization."""
    Head.objects.create(organization_id=organization_id)
