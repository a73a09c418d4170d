"""Work reports: text with figures, frozen on issue; the checker of any report's text."""

from yinling.reports.actions import (
    correct_report,
    edit_report,
    issue_report,
    return_for_changes,
    start_report,
    submit_for_review,
    withdraw_report,
    write_template,
)
from yinling.reports.checker import (
    ENDINGS,
    LARGEST,
    Binding,
    Choice,
    Finding,
    UnreadableError,
    check,
    propose,
    text_of,
)
from yinling.reports.drift import FigureDrift, drifted
from yinling.reports.issuing import as_pdf, as_word, issued_layout
from yinling.reports.models import Report, ReportFigure, ReportTemplate
from yinling.reports.queries import resolved, templates_for, visible, waiting_reviews
from yinling.reports.resolve import CitedFigure, Resolved, resolve
from yinling.reports.rules import may_read_reports, may_review_reports, may_see_drafts, may_write_reports
from yinling.reports.stacking import Beside, Stated, beside, stated_by, summed
from yinling.reports.template import Parsed, Problem, parse

__all__ = [
    "ENDINGS",
    "LARGEST",
    "Beside",
    "Binding",
    "Choice",
    "CitedFigure",
    "FigureDrift",
    "Finding",
    "Parsed",
    "Problem",
    "Report",
    "ReportFigure",
    "ReportTemplate",
    "Resolved",
    "Stated",
    "UnreadableError",
    "as_pdf",
    "as_word",
    "beside",
    "check",
    "correct_report",
    "drifted",
    "edit_report",
    "issue_report",
    "issued_layout",
    "may_read_reports",
    "may_review_reports",
    "may_see_drafts",
    "may_write_reports",
    "parse",
    "propose",
    "resolve",
    "resolved",
    "return_for_changes",
    "start_report",
    "stated_by",
    "submit_for_review",
    "summed",
    "templates_for",
    "text_of",
    "visible",
    "waiting_reviews",
    "withdraw_report",
    "write_template",
]
