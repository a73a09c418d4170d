"""The seam between reports and official documents: a report becomes a document here, and nowhere else."""

from __future__ import annotations

from datetime import date

from yinling.base.rules import Actor
from yinling.office import Document, DocumentSeries, Layout, issue, pdf, supersede, withdraw, word
from yinling.reports.models import Report

SUBJECT = "report"
"""The name under which a document knows the report it came from."""


def issue_document(report: Report, layout: Layout, series: DocumentSeries, on: date, by: Actor) -> Document:
    """Give the report its number and freeze its text as a document."""
    document: Document = issue(series=series, layout=layout, issued_on=on, subject=SUBJECT, subject_id=report.pk, by=by)
    return document


def withdraw_document(report: Report, reason: str, by: Actor) -> None:
    """The report's document no longer holds."""
    assert report.document is not None
    withdraw(document=report.document, reason=reason, by=by)


def supersede_document(report: Report, by_document: Document, reason: str, by: Actor) -> None:
    """The document of a corrected report takes the place of the report's own."""
    assert report.document is not None
    supersede(document=report.document, by_document=by_document, reason=reason, by=by)


def issued_layout(report: Report) -> Layout:
    """The text of an issued report, as it was issued."""
    assert report.document is not None
    return Layout.from_json(report.document.layout)


def as_pdf(report: Report, layout: Layout, check_url: str) -> bytes:
    """The report on paper; without a document it is a draft and says so. `check_url`: where its code can be checked."""
    return pdf(layout, check_url=check_url, check_code=report.document.check_code if report.document else "")


def as_word(report: Report, layout: Layout, check_url: str) -> bytes:
    """The same as a Word document."""
    return word(layout, check_url=check_url, check_code=report.document.check_code if report.document else "")
