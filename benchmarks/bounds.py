"""What the same work takes without Django around it, on the driver's own cursor; run as a process.

Of a read: its SELECTs. Of a post: one transaction with the inserts that it needs and the log's head. Its job holds the
world's facts and the kinds of request; it answers a row for each.
"""

import json
import secrets
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.db import connection, models  # noqa: E402

from audit.models import Entry, Head, Value  # noqa: E402
from benchmarks.bare_sql import Statements, prepared  # noqa: E402
from benchmarks.figures import Row, spread  # noqa: E402
from benchmarks.inside import Requests  # noqa: E402
from benchmarks.texts import body  # noqa: E402
from chat.models import Channel, Message  # noqa: E402

TIMES = 1_000


def reads(ask: Callable[[], object]) -> Callable[[int], None]:
    """The SELECTs of a request, run and fetched."""
    for _warm in range(3):
        ask()
    statements = Statements()
    with connection.execute_wrapper(statements):
        ask()
    wanted = prepared(statements.reads)
    raw = connection.connection

    def again(_number: int) -> None:
        for sql, params in wanted:
            raw.cursor().execute(sql, params).fetchall()

    return again


def posts(world: dict[str, Any]) -> Callable[[int], None]:
    """One transaction: the head locked, a message, its entry and value inserted, the head moved."""
    connection.ensure_connection()
    raw = connection.connection
    channel = Channel.objects.get(pk=world["channel"])
    author = channel.memberships.order_by("pk").values_list("member", flat=True)[0]
    organization = channel.organization_id
    message = Message(organization_id=organization, channel=channel, author_id=author, html="")
    entry = Entry(organization_id=organization, via="page", action="message.create", entity_type="message",
                  actor_id=author, channel_id=channel.pk, created_at=message.created_at,
                  values_digest="0" * 64, digest="0" * 64)  # fmt: skip
    mark = "?" if connection.vendor == "sqlite" else "%s"
    lock = "BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN"
    lock_head = "" if connection.vendor == "sqlite" else " FOR UPDATE"
    heads = Head._meta.db_table

    def insert(cursor: Any, thing: models.Model, *, returning: str = "") -> Any:
        fields = [field for field in thing._meta.concrete_fields if field.attname != "id"]
        names = ", ".join(f'"{field.column}"' for field in fields)
        values = [field.get_db_prep_save(getattr(thing, field.attname), connection) for field in fields]
        sql = f"INSERT INTO {thing._meta.db_table} ({names}) VALUES ({', '.join([mark] * len(fields))}) {returning}"
        cursor.execute(sql, values)
        return cursor.fetchone()[0] if returning else None

    def again(number: int) -> None:
        message.body = message.html = body(number)
        message.client_id = f"bare-{secrets.token_hex(8)}"
        cursor = raw.cursor()
        cursor.execute(lock)
        cursor.execute(
            f"SELECT position FROM {heads} WHERE organization_id = {mark}{lock_head}", [organization]
        )
        entry.position = cursor.fetchone()[0] + 1
        entry.entity_id = insert(cursor, message, returning="RETURNING id")
        said = Value(
            entry_id=insert(cursor, entry, returning="RETURNING id"), salt="0" * 32, new={"version": 1}
        )
        insert(cursor, said)
        cursor.execute(f"UPDATE {heads} SET position = {mark} WHERE organization_id = {mark}",
                       [entry.position, organization])  # fmt: skip
        cursor.execute("COMMIT")

    return again


def timed(again: Callable[[int], None]) -> tuple[list[float], float]:
    took, cpu = [], time.process_time()
    for number in range(TIMES):
        began = time.perf_counter()
        again(number)
        took.append((time.perf_counter() - began) * 1000)
    return took, (time.process_time() - cpu) / TIMES * 1000


def main() -> None:
    job = json.load(sys.stdin)
    requests = Requests(job["world"])
    rows: list[Row] = []
    for kind in job["kinds"]:
        what = posts(job["world"]) if kind == "post" else reads(getattr(requests, kind))
        took, cpu = timed(what)
        rows.append(
            {
                "what": f"bound: the {kind} in bare SQL",
                "requests": TIMES,
                "req/s": round(1000 * TIMES / sum(took)),
                **spread(took, digits=2),
                "CPU ms": round(cpu, 2),
            }
        )
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
