"""Demo reports: the statistics of the conference of August 2012 as a report of the province, issued; one of a prefecture,
still being written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Actor
from yinling.network import Body
from yinling.office import DocumentSeries, open_series
from yinling.reports.actions import issue_report, start_report, submit_for_review, write_template
from yinling.reports.models import Report

TEMPLATE = Path(__file__).parent / "data" / "guizhou.txt"
NAME = "基层老年协会规范化建设情况报告"
WHEN = as_of(date(2012, 8, 16))
CODE_WORD = "黔老龄办函"


def reports(*, province: Body, prefecture: Body, writer: Actor, reviewer: Actor, below: Actor) -> Report:
    """The province's report, written by `writer` and issued by `reviewer`, and the draft of `below` for its prefecture."""
    template = write_template(body=province, name=NAME, text=TEMPLATE.read_text("utf-8"), by=writer)
    report = start_report(template=template, issuer=province, place=province.place, period=WHEN, title=NAME, by=writer)
    submit_for_review(report=report, by=writer)
    # Documents of other kinds may have opened a series of the office before.
    series = DocumentSeries.objects.filter(body=province).order_by("pk").first() or open_series(
        body=province, code_word=CODE_WORD, by=reviewer
    )
    issued: Report = issue_report(report=report, series=series, issued_on=clock.today(), by=reviewer)
    start_report(template=template, issuer=prefecture, place=prefecture.place, period=WHEN, title=NAME, by=below)
    return issued
