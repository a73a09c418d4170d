"""Reads of work reports."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from yinling.base.period import parse as parse_period
from yinling.base.rules import Actor
from yinling.reports.models import Report, ReportTemplate
from yinling.reports.resolve import Resolved, resolve
from yinling.reports.rules import may_review_reports, may_see_drafts
from yinling.reports.template import parse


def resolved(
    report: Report, *, text: str | None = None, on: date | None = None, known_at: int | None = None
) -> Resolved:
    """The report as a document with the figures of now, or as known at a cut-off; `text` instead of its own."""
    return resolve(
        parse(report.text if text is None else text), place=report.place, period=parse_period(report.period),
        title=report.title, issuer=report.issuer.name, on=on, known_at=known_at,
    )  # fmt: skip


def visible(actor: Actor) -> QuerySet[Report]:
    """The reports an actor may read: all that were ever issued, and the drafts of the area it works for."""
    rows = Report.objects.select_related("place__parent", "issuer", "document", "template")
    return rows if actor.system else rows.filter(~Q(state__in=Report.OPEN) | may_see_drafts.where(actor))


def waiting_reviews(actor: Actor) -> QuerySet[Report]:
    """Reports handed in that wait for the actor, who did not write on them; the oldest first."""
    rows = may_review_reports.filter(actor, Report.objects.filter(state=Report.State.REVIEW))
    if actor.account_id is not None:
        rows = rows.exclude(writers__contains=[actor.account_id])
    return rows.select_related("place", "issuer").order_by("changed_by")


def templates_for(actor: Actor) -> QuerySet[ReportTemplate]:
    """The templates an actor may begin with: the latest versions of offices above and below where it works."""
    near = Q(pk__in=[])
    for grant in actor.grants:
        # The office itself and those above it, whose templates are meant for it; and everything below.
        near |= Q(area_path__in=[grant.path[:width] for width in range(len(grant.path) + 1)])
        near |= Q(area_path__under=grant.path)
    rows = ReportTemplate.objects.filter(current=True).select_related("body").order_by("area_path", "name")
    return rows if actor.system else rows.filter(near)
