"""Messages and their entries, written past the ORM: a million in about a minute, by COPY on PostgreSQL.

Columns that a caller doesn't name get their model's default, so that a new one needs nothing here. Digests are made
by audit's own functions.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Max

from accounts.models import Member
from audit.digests import entry_digest, values_digest
from audit.models import Entry, Head, Value
from chat.models import Mention, Message

BATCH = 10_000  # rows


class Table:
    """Rows of one model, written in batches."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.fields = model._meta.concrete_fields
        self.names = [field.attname for field in self.fields]
        self.rows: list[tuple[Any, ...]] = []
        self.defaults = {field.attname: field.get_default() for field in self.fields}
        self.next_id: int = (model._default_manager.aggregate(newest=Max("pk"))["newest"] or 0) + 1

    def add(self, **values: Any) -> None:
        """A row with these values, and defaults."""
        row = self.defaults | values
        self.append(tuple(row[name] for name in self.names))

    def add_row(self, thing: models.Model) -> None:
        """A row as `thing` is."""
        self.append(tuple(thing.__dict__[name] for name in self.names))

    def append(self, row: tuple[Any, ...]) -> None:
        self.rows.append(row)
        if len(self.rows) >= BATCH:
            self.write()

    def write(self) -> None:
        rows, self.rows = self.rows, []
        quote = connection.ops.quote_name
        table = quote(self.model._meta.db_table)
        columns = ", ".join(quote(str(field.column)) for field in self.fields)
        prepared = [
            [
                value
                if value is None or type(value) in (int, str)
                else field.get_db_prep_save(value, connection)
                for field, value in zip(self.fields, row, strict=True)
            ]
            for row in rows
        ]
        connection.ensure_connection()
        raw = connection.connection
        if connection.vendor == "sqlite":
            holders = ", ".join("?" * len(self.fields))
            raw.cursor().executemany(f"INSERT INTO {table} ({columns}) VALUES ({holders})", prepared)
        else:
            with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for line in prepared:
                    copy.write_row(line)

    def close(self) -> None:
        """Write the rest, and let the ids go on after the last one."""
        if self.rows:
            self.write()
        if connection.vendor == "postgresql":
            name, column = self.model._meta.db_table, self.model._meta.pk.column or ""
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [name, column])
                (sequence,) = cursor.fetchone()
                if sequence:
                    cursor.execute("SELECT setval(%s, %s, false)", [sequence, self.next_id])


class History:
    """What was said in some organizations, and their logs; `heads` are those of the organizations, by number."""

    def __init__(self, heads: Sequence[Head]) -> None:
        self.heads = heads
        self.messages, self.mentions = Table(Message), Table(Mention)
        self.entries, self.values = Table(Entry), Table(Value)
        self.first_id = self.messages.next_id
        # One of each is filled in again and again: making a million objects takes longer than all the rest.
        self.value = Value(address="127.0.0.1")
        self.entry = Entry(via="page", client="Firefox", action="message.create", entity_type="message")

    def id_of(self, number: int) -> int:
        """The id of the message that was or will be added as the `number`th."""
        return self.first_id + number

    def add(
        self,
        place: int,
        *,
        channel_id: int,
        author: Member,
        body: str,
        html: str,
        called: int | None,
        created_at: datetime,
        replied_at: datetime | None,
        thread_id: int | None,
    ) -> None:
        head = self.heads[place]
        pk = self.messages.next_id
        self.messages.next_id += 1
        self.messages.add(
            id=pk,
            organization_id=head.organization_id,
            channel_id=channel_id,
            thread_id=thread_id,
            author_id=author.pk,
            body=body,
            html=html,
            reply_count=int(replied_at is not None),
            row_version=1 + int(replied_at is not None),
            last_reply_at=replied_at,
            created_at=created_at,
        )
        if called is not None:
            mention = self.mentions.next_id
            self.mentions.next_id += 1
            written = body[1:].partition(" ")[0]
            self.mentions.add(
                id=mention,
                message_id=pk,
                channel_id=channel_id,
                member_id=called,
                kind="member",
                written=written,
            )
        self.record(
            head, pk, channel_id, author, length=len(body), called=called, at=created_at, thread=thread_id
        )

    def record(
        self,
        head: Head,
        message_id: int,
        channel_id: int,
        author: Member,
        *,
        length: int,
        called: int | None,
        at: datetime,
        thread: int | None,
    ) -> None:
        entry_id = self.entries.next_id
        self.entries.next_id += 1
        said = {
            "version": 1,
            "length": length,
            "mentions": [called] if called else [],
            "thread": thread,
            "also_in_channel": False,
            "author": author.pk,
        }
        value, entry = self.value, self.entry
        value.entry_id = entry.id = entry_id
        value.salt, value.new = hashlib.md5(str(message_id).encode()).hexdigest(), said
        value.actor_name = author.display_name
        entry.organization_id, entry.position = head.organization_id, head.position + 1
        entry.actor_id, entry.user_id = author.pk, author.user_id
        entry.entity_id, entry.channel_id, entry.created_at = message_id, channel_id, at
        entry.values_digest = values_digest(value)
        entry.digest = entry_digest(entry, previous=head.digest)
        head.position, head.digest = entry.position, entry.digest
        for table, thing in ((self.entries, entry), (self.values, value)):
            table.add_row(thing)

    def close(self) -> None:
        for table in (self.messages, self.mentions, self.entries, self.values):
            table.close()
        Head.objects.bulk_update(self.heads, ["position", "digest"])
