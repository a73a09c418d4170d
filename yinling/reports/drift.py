"""What became of the figures of an issued report: what each would be today, and by how much it differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from yinling.base import clock
from yinling.base.period import parse
from yinling.figures import Drift, Measure, drifts, measures_by_key
from yinling.network import children_of
from yinling.reports.models import Report, ReportFigure
from yinling.reports.resolve import less, share
from yinling.reports.stacking import Stated, stated_by, summed

Kind = ReportFigure.Kind


@dataclass(frozen=True, slots=True)
class FigureDrift:
    """A figure of a report: its value as frozen and as it is today, and the frozen figures it is made of."""

    row: ReportFigure
    measure: Measure
    then: Decimal | None
    now: Decimal | None
    parts: tuple[Drift, ...]

    @property
    def difference(self) -> Decimal | None:
        """Today less frozen, in the unit it is printed in (of shares: percentage points); None where one is unknown."""
        return None if self.then is None or self.now is None else self.now - self.then

    @property
    def same(self) -> bool:
        """Whether it would be printed from the same value today."""
        return self.then == self.now


def drifted(report: Report) -> list[FigureDrift]:
    """Every figure of an issued report as it would be today, in the order of the text. Figures whose measure no longer
    exists are left out: there is nothing to compare them with."""
    asked = list(report.figures.exclude(kind=Kind.PART).select_related("frozen", "against").order_by("pk"))
    known = measures_by_key(frozen.measure for row in asked for frozen in (row.frozen, row.against) if frozen)
    rows = [row for row in asked if all(one.measure in known for one in (row.frozen, row.against) if one)]
    frozen = {one.pk: one for row in rows for one in (row.frozen, row.against) if one}
    found = dict(zip(frozen, drifts(list(frozen.values())), strict=True))
    stated = _stated_today(report, rows)
    return [_drift(row, found, stated) for row in rows]


def _stated_today(report: Report, rows: Iterable[ReportFigure]) -> dict[tuple[str, str], tuple[Stated, ...]]:
    asked = [(row.frozen.measure, row.frozen.period) for row in rows if row.kind == Kind.CITED and row.frozen]
    day = min(parse(report.period).end, clock.today())
    return stated_by(list(children_of(report.place, day)), asked) if asked else {}


def _drift(
    row: ReportFigure, found: dict[int, Drift], stated: dict[tuple[str, str], tuple[Stated, ...]]
) -> FigureDrift:
    assert row.frozen is not None
    own = found[row.frozen.pk]
    measure = own.then.measure
    if row.kind == Kind.CITED:
        parts = ReportFigure.objects.filter(report=row.report_id, mark=row.mark, kind=Kind.PART)
        then = summed(measure, [_as_stated(part) for part in parts.select_related("stated__frozen", "report__place")])
        now = summed(measure, stated[row.frozen.measure, row.frozen.period])
        return FigureDrift(row, measure, then, now, (own,))
    if row.against is None:
        return FigureDrift(row, measure, own.then.value, own.now.value, (own,))
    other = found[row.against.pk]
    value = share if row.kind == Kind.SHARE else less
    return FigureDrift(row, measure, value(own.then, other.then), value(own.now, other.now), (own, other))


def _as_stated(part: ReportFigure) -> Stated:
    return Stated(part.report.place, None, part.stated)
