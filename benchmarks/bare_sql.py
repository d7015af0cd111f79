"""The statements of a request: which they are, what each takes, and what its reads take without Django around."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from benchmarks.figures import Row

TIMES = 100


class Statements:
    """An execute wrapper that notes statements, with their parameters and milliseconds."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Any, float]] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seen.append((sql, params, (time.perf_counter() - began) * 1000))

    @property
    def reads(self) -> list[tuple[str, Any]]:
        return [(sql, params) for sql, params, _took in self.seen if sql.lstrip().startswith("SELECT")]

    def rows(self) -> list[Row]:
        return [{"ms": round(took, 2), "statement": shortened(sql)} for sql, _params, took in self.seen]


def replay(reads: list[tuple[str, Any]]) -> float:
    """The milliseconds that `reads` take on the driver's own cursor, all rows fetched: the median of TIMES."""
    reads = prepared(reads)
    raw = connection.connection
    took = []
    for _time in range(TIMES):
        began = time.perf_counter()
        for sql, params in reads:
            raw.cursor().execute(sql, params).fetchall()
        took.append((time.perf_counter() - began) * 1000)
    return round(sorted(took)[TIMES // 2], 2)


def prepared(reads: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The statements as the driver's own cursor takes them, locking nothing."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        reads = [(sql.replace("%s", "?").replace("%%", "%"), params or ()) for sql, params in reads]
    return [(sql.replace(" FOR UPDATE", ""), params) for sql, params in reads]


def shortened(sql: str) -> str:
    """A statement without the columns it selects."""
    sql = " ".join(sql.replace('"', "").split())
    if sql.startswith("SELECT") and " FROM " in sql and len(sql) > 140:
        sql = f"SELECT … FROM {sql.partition(' FROM ')[2]}"
    return sql if len(sql) <= 200 else f"{sql[:199]}…"
