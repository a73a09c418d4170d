"""One report: its text with doors, what other reports it cites, what may be done; and as Word and PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.period import Period, between, parse
from yinling.base.rules import Actor, Denied, Rule
from yinling.facts import entries_about
from yinling.figures import Figure, Measure
from yinling.network import children_of
from yinling.office import Document, FontsMissing, Layout, may_read_documents
from yinling.reports import (
    Beside,
    Report,
    ReportFigure,
    Resolved,
    Stated,
    as_pdf,
    as_word,
    beside,
    issued_layout,
    may_read_reports,
    may_review_reports,
    may_write_reports,
    resolved,
    summed,
    visible,
)
from yinling.web.cells import cell
from yinling.web.happened import Names, history
from yinling.web.page import Request, address_of, found, page
from yinling.web.reports.shown import CITED, blocks, crumbs, drafted, issued, known, state_cell

Verb = dict[str, object]
Section = dict[str, object]
PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of reports that a report cites: what was asked for, and what each report states."""

    measure: Measure
    period: Period
    own: Figure
    stated: tuple[Stated, ...]


@page("reports/<int:pk>/", name="report", rule=may_read_reports)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One report: as it was issued, or as it stands with the figures of now."""
    report = found(may_read_reports, request.actor, visible(request.actor), pk=pk)
    draft = resolved(report) if report.is_open else None
    layout, doors = (draft.layout, drafted(draft)) if draft else (issued_layout(report), issued(report))
    sums = _drafted_sums(draft) if draft else _issued_sums(report)
    state = state_cell(report)
    detail = {
        "title": report.title,
        "subtitle": f"{report.place.name} · {parse(report.period).label()}",
        "signal": {"level": state["signal"], "text": state["text"]},
        "facts": _facts(request.actor, report),
        "sections": [
            *(_unready(draft) if draft else []),
            {
                "title": _("Text"), "template": "reports/text.html", "blocks": blocks(layout, doors),
                "issuer": layout.issuer, "number": layout.number, "heading": layout.title, "date": _dated(layout),
            },
            *_cited(sums, report),
        ],
        "verbs": [*_verbs(request.actor, report), *_downloads(report)],
        "history": history(
            list(entries_about({"report": [report.pk]})), Names(paths={report.area_path: report.place.short_name})
        ),
    }  # fmt: skip
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs(None, report.title)})


def _facts(actor: Actor, report: Report) -> list[dict[str, object]]:
    document = report.document
    facts: list[dict[str, object]] = [
        {"label": _("Issued by"), "value": report.issuer.name},
        {
            "label": _("About the place"), "value": report.place.name,
            "url": address_of("place", path=report.place.area_path),
        },
        {"label": _("Template"), "value": f"{report.template.name} v{report.template.version}"},
    ]  # fmt: skip
    if document is not None:
        facts += [
            {
                "label": _("Number"), "value": document.full_number,
                "url": address_of("document", pk=document.pk) if may_read_documents.check(actor, document)
                else "",
            },
            {"label": _("Issued on"), "value": document.issued_on.isoformat()},
            {
                "label": _("Figures as known at"), "value": _("entry %(seq)s") % {"seq": report.cutoff},
                "note": _("What was recorded later does not change them."),
            },
        ]  # fmt: skip
        if document.state != Document.State.VALID:
            facts.append({"label": _("Document"), "value": document.get_state_display(), "signal": "bad"})
    for label, other in (
        (_("Takes the place of"), report.replaces),
        (_("Superseded by"), report.corrections.filter(state=Report.State.ISSUED).first()),
    ):
        if other is not None:
            facts.append({"label": label, "value": other.title, "url": address_of("report", pk=other.pk)})
    if report.remark:
        facts.append({"label": _("Remark"), "value": report.remark, "signal": "warn"})
    return facts


def _unready(draft: Resolved) -> list[Section]:
    """What keeps a draft from being issued."""
    sections: list[Section] = []
    if draft.problems:
        rows = [{"cells": [{"text": str(problem)}]} for problem in draft.problems]
        sections.append({"title": _("Tags that cannot be read"), "columns": [{"label": _("Where")}], "rows": rows})
    if draft.missing:
        rows = [{"cells": [{"text": text}]} for text in draft.missing]
        sections.append({"title": _("Figures that are missing"), "columns": [{"label": _("Figure")}], "rows": rows})
    return sections


# Sums of other reports


def _drafted_sums(draft: Resolved) -> list[Sum]:
    return [
        Sum(one.figure.measure, one.figure.period, one.figure, one.stated)
        for one in draft.figures
        if one.kind == ReportFigure.Kind.CITED
    ]


def _issued_sums(report: Report) -> list[Sum]:
    """The sums an issued report cites, each with the reports it was added up from."""
    rows = list(
        report.figures.filter(kind__in=(ReportFigure.Kind.CITED, ReportFigure.Kind.PART))
        .select_related("frozen", "stated__frozen", "stated__report__place")
        .order_by("pk")
    )
    if not rows:
        return []
    children = list(children_of(report.place, min(parse(report.period).end, clock.today())))
    sums = []
    for row in rows:
        measure = known(row.frozen) if row.frozen else None
        if row.frozen is None or measure is None:
            continue
        by_place = {part.stated.report.place_id: part.stated for part in rows if part.mark == row.mark and part.stated}
        stated = [
            Stated(child, by_place[child.pk].report if child.pk in by_place else None, by_place.get(child.pk))
            for child in children
        ]
        period = parse(row.frozen.period)
        own = Figure(
            measure, row.frozen.area_path, period, row.frozen.value, row.frozen.numerator, row.frozen.denominator
        )
        sums.append(Sum(measure, period, own, tuple(stated)))
    return sums


def _cited(sums: Iterable[Sum], report: Report) -> list[Section]:
    """Each sum beside the own figure: by which place they differ, and who has issued no report."""
    sections: list[Section] = []
    for one in sums:
        total = summed(one.measure, one.stated)
        text = cell(Figure(one.measure, one.own.path, one.period, total))["text"]
        without = [stated.place.short_name for stated in one.stated if stated.report is None]
        sentences = [_("The reports state %(total)s, the records give %(own)s.") % {"total": text, "own": one.own.text}]
        if without:
            sentences.append(_("No report was issued by: %(places)s.") % {"places": "、".join(without)})
        sections.append(
            {
                "title": _("Sum of reports: %(figure)s") % {"figure": one.measure.card.label},
                "intro": format_html(
                    '<span id="{}">{}</span>', CITED.removeprefix("#"),
                    format_html_join(mark_safe("<br>"), "{}", ((text,) for text in sentences)),
                ),
                "columns": [
                    {"label": _("Place")}, {"label": _("Report")}, {"label": _("It states"), "numeric": True},
                    {"label": _("The records give"), "numeric": True}, {"label": _("Difference"), "numeric": True},
                ],
                "rows": [_beside(row) for row in beside(one.measure, one.period, one.stated, report.cutoff)],
            }
        )  # fmt: skip
    return sections


def _beside(row: Beside) -> dict[str, object]:
    stated, report = row.stated, row.stated.report
    frozen = stated.figure.frozen if stated.figure else None
    said = Figure(row.own.measure, row.own.path, row.own.period, frozen.value).text if frozen else ""
    return {
        "url": address_of("report", pk=report.pk) if report else "",
        "cells": [
            {"text": stated.place.short_name},
            {"text": report.title} if report else {"text": _("none issued"), "signal": "warn"},
            {"text": said}, {"figure": cell(row.own, unit=False)},
            {"text": f"{row.difference:+f}" if row.difference else "", "signal": ""},
        ],
    }  # fmt: skip


# What may be done


def _verbs(actor: Actor, report: Report) -> list[Verb]:
    state, pk = report.state, {"pk": report.pk}

    def verb(label: str, name: str, rule: Rule, *, reason: str = "", **more: object) -> Verb:
        answer = rule.check(actor, report)
        denied = str(answer.reason) if isinstance(answer, Denied) else reason
        return {"label": label, "url": address_of(name, **pk), "reason": denied, **more}

    if state == Report.State.DRAFT:
        return [
            verb(_("Write"), "report-edit", may_write_reports, primary=True),
            verb(_("Hand in for review"), "report-submit", may_write_reports, post=True),
        ]
    if state == Report.State.REVIEW:
        own = (
            _("You wrote on this report; somebody else has to issue it.") if actor.account_id in report.writers else ""
        )
        return [
            verb(_("Issue"), "report-issue", may_review_reports, reason=own, primary=True),
            verb(_("Return for changes"), "report-return", may_review_reports),
        ]
    if state == Report.State.ISSUED:
        return [
            {"label": _("What would differ today"), "url": address_of("report-drift", **pk), "reason": ""},
            verb(_("Correct"), "report-correct", may_write_reports, post=True),
            verb(_("Withdraw"), "report-withdraw", may_review_reports),
        ]
    return [{"label": _("What would differ today"), "url": address_of("report-drift", **pk), "reason": ""}]


def _downloads(report: Report) -> list[Verb]:
    kwargs = {"pk": report.pk}
    return [
        {"label": _("Word"), "url": address_of("report-word", **kwargs), "reason": ""},
        {"label": _("PDF"), "url": address_of("report-pdf", **kwargs), "reason": ""},
    ]


# As a file


@page("reports/<int:pk>/pdf/", name="report-pdf", rule=may_read_reports)
def pdf_page(request: Request, pk: int) -> HttpResponse:
    """The report as PDF; a draft says that it is one."""
    return _file(request, pk, as_pdf, "pdf", PDF)


@page("reports/<int:pk>/word/", name="report-word", rule=may_read_reports)
def word_page(request: Request, pk: int) -> HttpResponse:
    """The report as a Word document; a draft says that it is one."""
    return _file(request, pk, as_word, "docx", WORD)


def _file(
    request: Request, pk: int, make: Callable[[Report, Layout, str], bytes], ending: str, kind: str
) -> HttpResponse:
    report = found(may_read_reports, request.actor, visible(request.actor), pk=pk)
    layout = resolved(report).layout if report.is_open else issued_layout(report)
    check = ""
    if report.document:
        address = address_of("check-code", code=report.document.check_code)
        check = request.build_absolute_uri(address)
    try:
        content = make(report, layout, check)
    except FontsMissing as missing:
        messages.error(request, str(missing))
        return redirect("report", pk=pk)
    # Made whole, so it is a plain response; a streaming one would not inherit from it.
    response = HttpResponse(content, content_type=kind)
    name = f"{report.title}.{ending}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


def _dated(layout: Layout) -> str:
    return between(layout.issued_on, layout.issued_on).label() if layout.issued_on else ""
