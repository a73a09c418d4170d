"""Writes of work reports: templates, drafts, review, issue, correction, withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked, note
from yinling.base.period import Period
from yinling.base.rules import Actor, Refused
from yinling.facts import last_seq
from yinling.figures import Figure, Region, freeze_many
from yinling.network import Body, Place
from yinling.office import DocumentSeries
from yinling.reports.issuing import issue_document, supersede_document, withdraw_document
from yinling.reports.models import Report, ReportFigure, ReportTemplate
from yinling.reports.queries import resolved
from yinling.reports.resolve import CitedFigure, Resolved
from yinling.reports.rules import may_review_reports, may_write_reports
from yinling.reports.template import parse

LONGEST = 100_000
"""Characters of a report's text."""
FIRST = 5
"""Mistakes or missing figures named in a refusal."""
State = Report.State


@action("reports.write_template", label=gettext_lazy("Write a report template"), rule=may_write_reports, on="body")
def write_template(
    *, body: Body, name: str, text: str, template: ReportTemplate | None = None, seen: int | None = None, by: Actor
) -> ReportTemplate:
    """A new template of `body`, or another text for `template`. A version that a report was started from is not changed:
    the text makes the next version. ValidationError for an empty name, a taken one, or a text with mistakes in it."""
    name = name.strip()
    _check_template(name, text, body, template)
    entry = current().entry_id
    if template is None:
        return create(ReportTemplate(name=name, body=body, area_path=body.area_path, text=text, changed_by=entry))
    template = locked(template)
    may_write_reports.demand(by, template)
    if not template.current:
        raise Refused(_("There is a later version of this template."))
    _refuse_stale(template, seen)
    if not template.reports.exists():
        return change(template, name=name, text=text, changed_by=entry)
    change(template, current=False, changed_by=entry)
    return create(
        ReportTemplate(
            name=name, body=template.body, area_path=template.area_path, text=text, version=template.version + 1,
            changed_by=entry,
        )
    )  # fmt: skip


def _check_template(name: str, text: str, body: Body, template: ReportTemplate | None) -> None:
    if not name:
        raise ValidationError({"name": _("Give the template a name.")})
    others = ReportTemplate.objects.filter(body=body, name=name)
    if others.exclude(name=template.name if template else "").exists():
        raise ValidationError({"name": _("This office has a template of this name already.")})
    _check_text(text)
    if problems := parse(text).problems:
        raise ValidationError({"text": [str(problem) for problem in problems[:FIRST]]})


def _check_text(text: str) -> None:
    if not text.strip():
        raise ValidationError({"text": _("There is no text yet.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("The text is longer than %(count)s characters.") % {"count": LONGEST}})


def _refuse_stale(row: Report | ReportTemplate, seen: int | None) -> None:
    """Two who write at once do not overwrite each other: the second is told."""
    if seen is not None and row.changed_by != seen:
        raise Refused(
            _("Somebody else has changed this meanwhile. Your text is below; look at theirs before you save.")
        )


@action("reports.start", label=gettext_lazy("Start a report"), rule=may_write_reports, on="issuer")
def start_report(
    *, template: ReportTemplate, issuer: Body, place: Place, period: Period, title: str, by: Actor
) -> Report:
    """A draft of `issuer` about `place` (in its area) and `period`, with a text of its own copied from the template."""
    title = title.strip()
    if not title:
        raise ValidationError({"title": _("Give the report a title.")})
    if not place.area_path.startswith(issuer.area_path):
        raise ValidationError({"place": _("The place lies outside the area of this office.")})
    if not issuer.area_path.startswith(template.area_path):
        raise Refused(_("This template belongs to an office of another area."))
    return create(
        Report(
            template=template, issuer=issuer, place=place, area_path=place.area_path, period=period.key, title=title,
            text=template.text, writers=_and_writer([], by), changed_by=current().entry_id,
        )
    )  # fmt: skip


def _and_writer(writers: list[int], by: Actor) -> list[int]:
    return writers if by.account_id is None or by.account_id in writers else [*writers, by.account_id]


@action("reports.edit", label=gettext_lazy("Write on a report"), rule=may_write_reports, on="report")
def edit_report(*, report: Report, title: str, text: str, seen: int | None = None, by: Actor) -> Report:
    """Another title and text. `seen` is the `changed_by` of the draft the writer had before them: Refused if somebody wrote
    since. Mistakes in tags do not keep a draft from being saved."""
    report = _open(report, State.DRAFT)
    _refuse_stale(report, seen)
    if not title.strip():
        raise ValidationError({"title": _("Give the report a title.")})
    _check_text(text)
    return change(
        report, title=title.strip(), text=text, writers=_and_writer(report.writers, by), changed_by=current().entry_id
    )


def _open(report: Report, *states: Report.State) -> Report:
    """The report, locked, if it is in one of these states."""
    report = locked(report)
    if report.state not in states:
        raise Refused(_("This cannot be done while the report is %(state)s.") % {"state": report.get_state_display()})
    return report


@action("reports.submit", label=gettext_lazy("Hand a report in for review"), rule=may_write_reports, on="report")
def submit_for_review(*, report: Report, by: Actor) -> Report:
    """The draft is finished as far as its writer is concerned. Refused while a tag cannot be read or a figure is missing."""
    report = _open(report, State.DRAFT)
    _refuse_unready(resolved(report))
    return change(
        report, state=State.REVIEW, remark="", submitted_by=by.account_id, changed_by=current().entry_id,
        writers=_and_writer(report.writers, by),
    )  # fmt: skip


def _refuse_unready(found: Resolved) -> None:
    if found.problems:
        texts = "; ".join(str(problem) for problem in found.problems[:FIRST])
        raise Refused(_("The text holds tags that cannot be read: %(problems)s") % {"problems": texts})
    if found.missing:
        texts = "; ".join(found.missing[:FIRST])
        raise Refused(_("These figures are missing: %(figures)s") % {"figures": texts})


@action("reports.return", label=gettext_lazy("Return a report for changes"), rule=may_review_reports, on="report")
def return_for_changes(*, report: Report, remark: str, by: Actor) -> Report:
    """Back to its writers, with a remark that says what to change."""
    report = _open(report, State.REVIEW)
    if not remark.strip():
        raise ValidationError({"remark": _("Say what is to be changed.")})
    because(remark.strip())
    return change(report, state=State.DRAFT, remark=remark.strip(), changed_by=current().entry_id)


@action("reports.issue", label=gettext_lazy("Issue a report"), rule=may_review_reports, on="report")
def issue_report(*, report: Report, series: DocumentSeries, issued_on: date, by: Actor) -> Report:
    """Freeze every figure of a reviewed report at one cut-off and issue it as the next document of `series`.

    Refused for those who wrote on it (four eyes), and while a figure is missing. Where it corrects an issued report, that
    one and its document are superseded. All or nothing is done.
    """
    report = _open(report, State.REVIEW)
    if by.account_id in report.writers:
        raise Refused(_("You wrote on this report; somebody else has to issue it."))
    if series.body_id != report.issuer_id:
        raise ValidationError({"series": _("This series belongs to another office.")})
    if issued_on > clock.today():
        raise ValidationError({"issued_on": _("The day lies in the future.")})
    # Of two corrections of one report only the first is issued.
    earlier = _open(report.replaces, State.ISSUED) if report.replaces else None
    cutoff = last_seq()
    found = resolved(report, on=issued_on, known_at=cutoff)
    _refuse_unready(found)
    _keep_figures(report, found.figures, cutoff, by)
    document = issue_document(report, found.layout, series, issued_on, by)
    issued = change(
        report, state=State.ISSUED, cutoff=cutoff, document=document, remark="", changed_by=current().entry_id
    )
    if earlier is not None:
        supersede_document(earlier, document, _("Superseded by a corrected report."), by)
        change(earlier, state=State.SUPERSEDED, changed_by=current().entry_id)
    return issued


def _keep_figures(report: Report, cited: Sequence[CitedFigure], cutoff: int, by: Actor) -> None:
    """Freeze what the report cites, each figure once, and keep what is printed where."""
    wanted = {_key(one): (one.measure, one.path, one.period) for cite in cited for one in _behind(cite)}
    kept = freeze_many(wanted=list(wanted.values()), region=Region(report.area_path), cutoff=cutoff, by=by)
    frozen = dict(zip(wanted, kept, strict=True))
    rows = []
    for cite in cited:
        place = {"report": report, "area_path": report.area_path, "mark": cite.mark}
        against = frozen[_key(cite.against)] if cite.against else None
        rows.append(
            ReportFigure(**place, kind=cite.kind, text=cite.text, frozen=frozen[_key(cite.figure)], against=against)
        )
        rows += [
            ReportFigure(**place, kind=ReportFigure.Kind.PART, text=one.figure.text, stated=one.figure)
            for one in cite.stated
            if one.figure
        ]
    ReportFigure.objects.bulk_create(rows, batch_size=500)
    note(figures=len(cited))


def _behind(cite: CitedFigure) -> list[Figure]:
    return [cite.figure, cite.against] if cite.against else [cite.figure]


def _key(figure: Figure) -> tuple[str, str, Period]:
    return figure.measure.card.key, figure.path, figure.period


@action("reports.correct", label=gettext_lazy("Correct an issued report"), rule=may_write_reports, on="report")
def correct_report(*, report: Report, by: Actor) -> Report:
    """A draft that will take the place of an issued report: the same text, its figures read anew."""
    report = _open(report, State.ISSUED)
    entry = current()
    entry.about(report)
    draft: Report = create(
        Report(
            template=report.template, issuer=report.issuer, place=report.place, area_path=report.area_path,
            period=report.period, title=report.title, text=report.text, writers=_and_writer([], by), replaces=report,
            changed_by=entry.entry_id,
        )
    )  # fmt: skip
    return draft


@action("reports.withdraw", label=gettext_lazy("Withdraw an issued report"), rule=may_review_reports, on="report")
def withdraw_report(*, report: Report, reason: str, by: Actor) -> Report:
    """The report and its document no longer hold; both stay on record, with the reason."""
    report = _open(report, State.ISSUED)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    because(reason.strip())
    withdraw_document(report, reason, by)
    return change(report, state=State.WITHDRAWN, changed_by=current().entry_id)
