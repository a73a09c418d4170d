"""Rows named by thousands of keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from yinling.base.lookups import YesNo


def among(keys: Iterable[int]) -> Q:
    """The rows with these primary keys, as one array: a placeholder for each of a few thousand takes longer to put together and
    to read than the rows themselves. The array's length tells the planner how many rows to expect, so it looks them up by key
    whatever it believes about the other conditions."""
    return Q(pk__among=list(keys))


@models.BigAutoField.register_lookup
class Among(YesNo):
    """`pk__among=[…]`: one of these keys."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", (*params, self.rhs)
