"""What the tests of reports stand on: the cast, a template of the province, a series, the way to an issued report."""

from __future__ import annotations

from datetime import date

from tests import cast as at
from tests.cast import SYSTEM, Cast
from yinling.base import clock
from yinling.base.period import Period, as_of
from yinling.base.rules import Actor
from yinling.office import DocumentSeries, open_series
from yinling.reports import (
    Report,
    ReportTemplate,
    issue_report,
    start_report,
    submit_for_review,
    write_template,
)

DAY = date(2012, 8, 16)
WHEN = as_of(DAY)
TEXT = "# {{ place }}情况\n\n{{ period }}，农村协会{{ figure rural.associations }}个，有场所的占{{ share rural.venue of=rural.associations }}。\n"


def template(cast: Cast, text: str = TEXT, name: str = "月报", path: str = at.PROVINCE) -> ReportTemplate:
    """A template of an office."""
    made: ReportTemplate = write_template(body=cast.offices[path], name=name, text=text, by=SYSTEM)
    return made


def draft(cast: Cast, path: str, text: str = TEXT, *, by: Actor | None = None, period: Period = WHEN) -> Report:
    """A draft of the office at a path about its own place, written by an officer there (or by the platform)."""
    base = ReportTemplate.objects.filter(text=text).first() or template(
        cast, text, f"月报{ReportTemplate.objects.count()}"
    )
    made: Report = start_report(
        template=base,
        issuer=cast.offices[path],
        place=cast.places[path],
        period=period,
        title="情况报告",
        by=by or SYSTEM,
    )
    return made


def series_of(cast: Cast, path: str) -> DocumentSeries:
    """The series of the office at a path."""
    found = DocumentSeries.objects.filter(body=cast.offices[path]).first()
    return found or open_series(body=cast.offices[path], code_word=f"{cast.places[path].short_name}老龄", by=SYSTEM)


def issue(cast: Cast, report: Report, by: Actor | None = None) -> Report:
    """Hand a draft in and issue it."""
    submit_for_review(report=report, by=SYSTEM)
    path = report.issuer.area_path
    issued: Report = issue_report(
        report=report, series=series_of(cast, path), issued_on=clock.today(), by=by or cast.actor(cast.admin)
    )
    return issued


def issued(cast: Cast, path: str, text: str = TEXT) -> Report:
    """An issued report of the office at a path."""
    return issue(cast, draft(cast, path, text), SYSTEM)
