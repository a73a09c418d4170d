"""Figures computed the slow way: every fact in turn, in plain Python."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.facts.ground import sql
from yinling.base.period import Period
from yinling.facts import kind_of
from yinling.figures import Difference, Distinct, Measure, Ratio, Sum


@dataclass(frozen=True)
class Row:
    """A fact with the place of its entry in the trail."""

    kind: str
    dims: dict[str, str]
    path: str
    day: date
    quantity: Decimal
    person: int | None
    seq: int


def rows() -> list[Row]:
    """Every fact there is."""
    found = sql(
        """SELECT s.kind, s.dims::text, f.area_path, f.happened, f.quantity, f.person_id, e.seq FROM yinling_fact f
        JOIN yinling_series s ON s.id = f.series_id JOIN yinling_entry e ON e.id = f.entry_id"""
    )
    return [Row(kind, json.loads(str(dims)), *more) for kind, dims, *more in found]  # type: ignore[arg-type]


@dataclass(frozen=True)
class Slow:
    """Facts, a cut-off, and where each fact's path lies (where it was recorded, unless told otherwise)."""

    facts: list[Row]
    cutoff: int | None = None
    lies: Callable[[str], str] = str

    def value(self, measure: Measure, path: str, period: Period) -> Decimal | None:
        """What `figure` ought to give."""
        if isinstance(measure, Ratio):
            top, bottom = (self.value(part, path, period) for part in (measure.numerator, measure.denominator))
            assert top is not None
            assert bottom is not None
            return top * 100 / bottom if bottom else None
        if isinstance(measure, Difference):
            whole, part = self.value(measure.whole, path, period), self.value(measure.part, path, period)
            assert whole is not None
            assert part is not None
            return whole - part
        counted = self._counted(measure, path, period)
        if isinstance(measure, Sum):
            return sum((fact.quantity for fact in counted), Decimal(0))
        return Decimal(self._different(measure, counted))

    def _counted(self, count: Sum | Distinct, path: str, period: Period) -> Iterator[Row]:
        start = date.min if kind_of(count.kind).mode == "stock" else period.start
        for fact in self.facts:
            if self.cutoff is not None and fact.seq > self.cutoff:
                continue
            fits = fact.kind == count.kind and all(fact.dims[name] == value for name, value in count.where.items())
            if fits and start <= fact.day <= period.end and self.lies(fact.path).startswith(path):
                yield fact

    def _different(self, count: Distinct, counted: Iterator[Row]) -> int:
        sums: defaultdict[object, Decimal] = defaultdict(Decimal)
        for fact in counted:
            thing = {"person": fact.person, "place": self.lies(fact.path)}.get(count.over, fact.dims.get(count.over))
            if thing is not None:
                sums[thing] += fact.quantity
        return sum(1 for amount in sums.values() if amount)
