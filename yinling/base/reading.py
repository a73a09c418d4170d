"""Statements that are written out: for what every page asks, where putting a query together, and planning it, takes several
times as long as its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

from django.db import connection, models

from yinling.base.many import array

M = TypeVar("M", bound=models.Model)
Converter = Callable[[Any, None, Any], Any]


NONE = array(())


def fixed(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement whose text is always the same: it is planned once for a connection, whatever the values are.

    So it suits what is found by keys. A condition that leaves a village or a nation by its value wants a plan for each, and
    belongs to an ordinary cursor; so does a statement whose text is put together anew.
    """
    with cast("Any", connection).fixed_cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


class _Part(NamedTuple):
    """One of the tables a row is read from. `name` stands for it in the statement; `fields` are read of it, from place `begin`
    of the row on, its key at place `key`. All but the first are reached by a `relation` of the part at `holder`."""

    model: type[models.Model]
    name: str
    fields: tuple[models.Field[Any, Any], ...]
    columns: tuple[str, ...]
    begin: int
    key: int
    relation: Any
    holder: int


class _Shape(NamedTuple):
    """How a model is read: the beginning of the statement, its parts, and what turns a column's value into the model's."""

    select: str
    parts: tuple[_Part, ...]
    converters: tuple[tuple[int, Converter], ...]


def rows_of(
    model: type[M],
    condition: str,
    values: Sequence[Any] | Mapping[str, Any],
    *,
    fields: Iterable[str] = (),
    related: Iterable[str] = (),
) -> list[M]:
    """The rows of a model for which `condition` holds, in the order it says (SQL from behind WHERE, ORDER BY included; the
    columns of the model are named with `self.`). Only `fields` and the key are read where they are named; the others are
    read when they are asked for. What `related` names ("body", "body__place") is read with them."""
    shape = _shape(model, tuple(fields), tuple(related))
    found = fixed(f"{shape.select} WHERE {condition}", values)
    return [cast("M", _built(row, shape)) for row in found]


def _built(row: Sequence[Any], shape: _Shape) -> models.Model:
    if shape.converters:
        row = list(row)
        for place, convert in shape.converters:
            row[place] = convert(row[place], None, connection)
    built: list[Any] = []
    for part in shape.parts:
        values = row[part.begin : part.begin + len(part.columns)]
        built.append(None if row[part.key] is None else part.model.from_db(connection.alias, part.columns, values))
        if part.relation and built[part.holder]:
            part.relation.set_cached_value(built[part.holder], built[-1])
    return cast("models.Model", built[0])


def rows_by_key(model: type[M], keys: Iterable[int], *, fields: Iterable[str] = ()) -> dict[int, M]:
    """The rows with these keys, by key; a key of no row is left out. Nothing is asked where there is no key."""
    wanted = array(set(keys))
    if wanted == NONE:
        return {}
    found = rows_of(model, f"self.{model._meta.pk.column} = ANY(%s::bigint[])", [wanted], fields=fields)
    return {row.pk: row for row in found}


@cache
def _shape(model: type[models.Model], names: tuple[str, ...], related: tuple[str, ...]) -> _Shape:
    parts = [
        _part(
            model, "self", [field for field in _fields(model) if field.primary_key or field.name in names or not names]
        )
    ]
    joins = f"{model._meta.db_table} self"
    for path in related:
        above, _sep, name = path.rpartition("__")
        holder = next(place for place, part in enumerate(parts) if part.name == (above or "self"))
        relation: Any = parts[holder].model._meta.get_field(name)
        there, key = relation.related_model, relation.related_model._meta.pk.column
        joins += f" LEFT JOIN {there._meta.db_table} {path} ON {path}.{key} = {parts[holder].name}.{relation.column}"
        parts.append(_part(there, path, _fields(there), parts[-1].begin + len(parts[-1].fields), relation, holder))
    columns = [f"{part.name}.{field.column}" for part in parts for field in part.fields]
    converters = [
        (part.begin + place, convert)
        for part in parts
        for place, field in enumerate(part.fields)
        for convert in field.get_db_converters(connection)
    ]
    select = f"SELECT {', '.join(columns)} FROM {joins}"  # noqa: S608 - the tables' own names
    return _Shape(select, tuple(parts), tuple(converters))


def _fields(model: type[models.Model]) -> list[Any]:
    return list(model._meta.concrete_fields)


def _part(
    model: type[models.Model], name: str, fields: list[Any], begin: int = 0, relation: Any = None, holder: int = 0
) -> _Part:
    key = begin + fields.index(model._meta.pk)
    return _Part(model, name, tuple(fields), tuple(field.attname for field in fields), begin, key, relation, holder)
