"""Inserting objects whose SQL is made once: for the few tables that every action writes, while others wait.

Signals, validation and multi-table models are for Django's own `save`; rows are written as `bulk_create` writes them.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

MOST = 50  # rows a statement: SQLite and PostgreSQL take tens of thousands of values, not more


def insert(things: Sequence[Model]) -> None:
    """Insert objects of one model, and set the ids that the database gave them; a statement for each MOST."""
    for start in range(0, len(things), MOST):
        _insert(things[start : start + MOST])


def _insert(things: Sequence[Model]) -> None:
    model = type(things[0])
    into, row, returning, fields = _written(model, connection.vendor)
    values: list[Any] = []
    for thing in things:
        values += [field.get_db_prep_save(field.pre_save(thing, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(into + ", ".join([row] * len(things)) + returning, values)
        if returning:
            # Both databases give them in the order of the values, as bulk_create relies on too.
            for thing, (pk,) in zip(things, cursor.fetchall(), strict=True):
                thing.pk = pk
    for thing in things:
        thing._state.adding, thing._state.db = False, connection.alias


@cache
def _written(model: type[Model], _vendor: str) -> tuple[str, str, str, tuple[Field[Any, Any], ...]]:
    """The statement up to its values, a row's place in it, what follows, and the fields that are written."""
    quote = connection.ops.quote_name
    key = model._meta.pk
    fields = tuple(field for field in model._meta.concrete_fields if field is not key or key.remote_field)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 - a model's own names
    returning = "" if key.remote_field else f" RETURNING {quote(str(key.column))}"
    return into, f"({', '.join(['%s'] * len(fields))})", returning, fields
