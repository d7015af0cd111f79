"""Queries whose SQL is made once.

Django takes several times as long to write a page's query as the database takes to answer it. A prepared query is
written by the ORM, in the ORM's words, when it is first asked; from then on only its values change.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

Row = TypeVar("Row")
LARGEST = 2**63 - 1  # that a database's whole number holds


class Prepared(Generic[Row]):
    """A function that returns a queryset, as a query that answers with the queryset's rows in a list.

    Its positional arguments are whole numbers and texts, as annotated; each is compared in the query as it is given.
    What changes the query's form is given by keyword, and each form is written once.
    """

    def __init__(self, write: Callable[..., QuerySet[Any, Row]]) -> None:
        self.write = write
        self.__doc__ = write.__doc__
        self.stand_ins = [
            _stand_in(parameter.annotation, number)
            for number, parameter in enumerate(inspect.signature(write).parameters.values())
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ]
        self.written: dict[tuple[Any, ...], _Written[Row]] = {}

    def __call__(self, *values: int | str, **form: Any) -> list[Row]:
        if any(isinstance(value, int) and abs(value) > LARGEST for value in values):
            return []  # no id is that large, and SQLite's driver would raise an OverflowError
        if any(isinstance(value, str) and "\0" in value for value in values):
            return []  # no text has one, and PostgreSQL would raise a DataError; a cookie can bring one
        key = (connection.vendor, *form.items())
        written = self.written.get(key)
        if written is None:
            written = self.written[key] = _Written.of(self.write(*self.stand_ins, **form), self.stand_ins)
        return written.rows(values)

    def first(self, *values: int | str, **form: Any) -> Row | None:
        """The first row, or None when there's none."""
        return next(iter(self(*values, **form)), None)


@dataclass(frozen=True)
class _Written(Generic[Row]):
    """A query's SQL, where its values go, and how its columns become rows."""

    sql: str
    parameters: Sequence[Callable[[Sequence[int | str]], Any]]
    read: Callable[[list[tuple[Any, ...]]], list[Row]]

    @classmethod
    def of(cls, queryset: QuerySet[Any, Row], stand_ins: list[int | str]) -> "_Written[Row]":
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        missing = [value for value in stand_ins if value not in parameters]
        if missing:
            raise TypeError(f"A value isn't compared as it is given in: {sql}")
        values = [_parameter(parameter, stand_ins) for parameter in parameters]
        return cls(
            sql, values, _reader(compiler, objects=issubclass(queryset._iterable_class, ModelIterable))
        )

    def rows(self, values: Sequence[int | str]) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [parameter(values) for parameter in self.parameters])
            return self.read(cursor.fetchall())


def _stand_in(kind: type, number: int) -> int | str:
    """A value that nothing else in a query has, to be found again among its parameters."""
    if kind is int:
        return LARGEST - 1 - number
    if kind is str:
        return f"\x1fthe value {number}"
    raise TypeError(f"A prepared query's value is an int or a str, not {kind}.")


def _parameter(given: Any, stand_ins: list[int | str]) -> Callable[[Sequence[int | str]], Any]:
    if given in stand_ins:
        return itemgetter(stand_ins.index(given))
    return lambda _values: given


def _reader(compiler: Any, *, objects: bool) -> Callable[[list[tuple[Any, ...]]], list[Any]]:
    """What makes rows of what the database answers, as a queryset does: objects with what they relate to, or tuples."""
    converters = compiler.get_converters([column[0] for column in compiler.select])
    known = compiler.klass_info

    def values(found: Any) -> list[Any]:
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found

    if not objects:
        return values
    model, columns = known["model"], known["select_fields"]
    first, last = columns[0], columns[-1] + 1
    names = [compiler.select[column][0].target.attname for column in columns]
    related = get_related_populators(known, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg] # as of 6.1

    def instances(found: Any) -> list[Any]:
        made = []
        for row in compiler.apply_converters(found, converters):
            one = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last])
            for populator in related:
                populator.populate(row, one)
            for name, column in compiler.annotation_col_map.items():
                setattr(one, name, row[column])
            made.append(one)
        return made

    return instances
