"""Volunteers at the places of the cast."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests import cast as at
from tests.cast import Cast
from yinling.base.codes import synthetic_resident_id
from yinling.base.period import as_of
from yinling.base.rules import Actor
from yinling.figures import Distinct, Ratio, Sum, figure
from yinling.volunteers import Particulars, Volunteer, register_volunteer
from yinling.volunteers.models import Source

BORN = date(1957, 6, 1)
DAY, LATER = date(2024, 3, 1), date(2024, 9, 1)


def number(index: int) -> str:
    """A resident number of nobody."""
    return synthetic_resident_id(BORN, index)


def telephone(index: int) -> str:
    """A telephone number of nobody."""
    return f"1370000{index:04d}"


def make(
    cast: Cast,
    index: int = 1,
    *,
    path: str = at.COMMUNITY,
    name: str = "",
    particulars: Particulars | None = None,
    verified: bool = True,
    on: date = DAY,
    by: Actor = at.SYSTEM,
) -> Volunteer:
    """A volunteer recruited at a place."""
    return register_volunteer(
        place=cast.places[path], name=name or f"陈{'一二三四五六七八九'[index % 9]}", resident_id=number(index),
        phone=telephone(index), source=Source.COMMUNITY, particulars=particulars, verified=verified, on=on, by=by,
    )  # fmt: skip


def counted(measure: Sum | Ratio | Distinct, path: str = at.COUNTY, on: date | None = None) -> Decimal:
    """A figure at the end of a day (today)."""
    from yinling.base import clock

    return figure(measure, path=path, period=as_of(on or clock.today())).value or Decimal(0)
