"""Rows of a table by a condition that is written out: for what every page asks, where putting a query together takes several
times as long as its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models

from yinling.base.many import array

M = TypeVar("M", bound=models.Model)
Converter = Callable[[Any, None, Any], Any]


NONE = array(())


class _Shape(NamedTuple):
    """How a model is read: the beginning of the statement, its columns, and what turns a column's value into the model's."""

    select: str
    columns: tuple[str, ...]
    converters: tuple[tuple[int, Converter], ...]


def rows_of(
    model: type[M], condition: str, values: Sequence[Any] | Mapping[str, Any], *, fields: Iterable[str] = ()
) -> list[M]:
    """The rows of a model for which `condition` holds, in the order it says (SQL from behind WHERE, ORDER BY included).
    Only `fields` and the key are read where they are named; the others are read when they are asked for."""
    shape = _shape(model, tuple(fields))
    with connection.cursor() as cursor:
        cursor.execute(f"{shape.select} WHERE {condition}", values)
        found = cursor.fetchall()
    return [model.from_db(connection.alias, shape.columns, _converted(row, shape)) for row in found]


def rows_by_key(model: type[M], keys: Iterable[int], *, fields: Iterable[str] = ()) -> dict[int, M]:
    """The rows with these keys, by key; a key of no row is left out. Nothing is asked where there is no key."""
    wanted = array(set(keys))
    if wanted == NONE:
        return {}
    found = rows_of(model, f"{model._meta.pk.column} = ANY(%s::bigint[])", [wanted], fields=fields)
    return {row.pk: row for row in found}


def _converted(row: tuple[Any, ...], shape: _Shape) -> Sequence[Any]:
    if not shape.converters:
        return row
    values = list(row)
    for place, convert in shape.converters:
        values[place] = convert(values[place], None, connection)
    return values


@cache
def _shape(model: type[models.Model], names: tuple[str, ...]) -> _Shape:
    table = model._meta
    fields = [field for field in table.concrete_fields if not names or field.primary_key or field.name in names]
    columns = ", ".join(str(field.column) for field in fields)
    converters = tuple(
        (place, convert) for place, field in enumerate(fields) for convert in field.get_db_converters(connection)
    )
    select = f"SELECT {columns} FROM {table.db_table}"  # noqa: S608 - a table's own names
    return _Shape(select, tuple(field.attname for field in fields), converters)
