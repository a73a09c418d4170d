"""Rows by the thousand: named by their keys, known to the planner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, models
from django.db.models import Q

from yinling.base.lookups import YesNo


def array(values: Iterable[int | date]) -> str:
    """Keys or days as the database writes an array, to be cast where it is used (`%s::bigint[]`): for thousands this is put
    together many times faster than a list that is adapted value by value."""
    return f"{{{','.join(map(str, values))}}}"


def analyze(*tables: type[models.Model]) -> None:
    """Tell the planner what was written to these tables, or to all. The database does so by itself soon after rows were
    committed; what is asked about many rows of a transaction that still runs is planned as if there were none."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(one._meta.db_table for one in tables)}")


def among(keys: Iterable[int]) -> Q:
    """The rows with these primary keys, as one array: a placeholder for each of a few thousand takes longer to put together and
    to read than the rows themselves. The array's length tells the planner how many rows to expect, so it looks them up by key
    whatever it believes about the other conditions."""
    return Q(pk__among=array(keys))


@models.BigAutoField.register_lookup
class Among(YesNo):
    """`pk__among="{…}"`: one of these keys, written by `array`."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", (*params, self.rhs)
