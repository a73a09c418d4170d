"""Reports that cite the reports of the places below: what those state, and where it differs from the own figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yinling.base.period import Period
from yinling.figures import Figure, Measure, Ratio, read_many
from yinling.network import Place
from yinling.reports.models import HUNDRED, Report, ReportFigure

Asked = tuple[str, str]
"""Measure key and period key."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the latest issued report of a place states of a measure. `report` is None where it has issued none for the
    period, `figure` where that report does not state the measure."""

    place: Place
    report: Report | None
    figure: ReportFigure | None


@dataclass(frozen=True, slots=True)
class Beside:
    """One place of a comparison: what its report states, what the records gave at the cut-off, the difference."""

    stated: Stated
    own: Figure
    difference: Decimal | None


def stated_by(children: Sequence[Place], asked: Iterable[Asked]) -> dict[Asked, tuple[Stated, ...]]:
    """For each measure and period, what each child's latest issued report for that period states; two statements."""
    wanted = list(dict.fromkeys(asked))
    if not wanted:
        return {}
    issued = Report.objects.filter(
        place__in=[child.pk for child in children], state=Report.State.ISSUED,
        period__in={period for _key, period in wanted},
    )  # fmt: skip
    latest = {(report.place_id, report.period): report for report in issued.order_by("cutoff", "pk")}
    figures: dict[tuple[int, str], ReportFigure] = {}
    rows = ReportFigure.objects.filter(
        report__in=[report.pk for report in latest.values()], kind=ReportFigure.Kind.SINGLE,
        frozen__measure__in={key for key, _period in wanted},
    )  # fmt: skip
    for row in rows.select_related("frozen", "report").order_by("-pk"):
        frozen = row.frozen
        if frozen and (frozen.area_path, frozen.period) == (row.report.area_path, row.report.period):
            figures[row.report_id, frozen.measure] = row
    found: dict[Asked, tuple[Stated, ...]] = {}
    for key, period in wanted:
        reports = [(child, latest.get((child.pk, period))) for child in children]
        found[key, period] = tuple(
            Stated(child, report, figures.get((report.pk, key)) if report else None) for child, report in reports
        )
    return found


def summed(measure: Measure, stated: Iterable[Stated]) -> Decimal | None:
    """What the reports state, added up; of a share both counts are added up. None where no report states it."""
    frozen = [one.figure.frozen for one in stated if one.figure and one.figure.frozen]
    if not frozen:
        return None
    if not isinstance(measure, Ratio):
        return sum((one.value for one in frozen if one.value is not None), Decimal(0))
    whole = sum((one.denominator for one in frozen if one.denominator is not None), Decimal(0))
    part = sum((one.numerator for one in frozen if one.numerator is not None), Decimal(0))
    return part * HUNDRED / whole if whole else None


def beside(measure: Measure, period: Period, stated: Sequence[Stated], known_at: int | None) -> tuple[Beside, ...]:
    """Each place's stated figure beside what the records gave (at a cut-off; None: now)."""
    values = read_many([(measure, one.place.area_path, period) for one in stated], known_at)
    rows = []
    for one in stated:
        own = values.at(measure, one.place.area_path, period)
        said = one.figure.frozen.value if one.figure and one.figure.frozen else None
        differs = None if said is None or own.value is None else own.value.quantize(said) - said
        rows.append(Beside(one, own, differs))
    return tuple(rows)
