"""Reads of supervision; each takes the viewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, When

from yinling.base import clock
from yinling.base.paths import under
from yinling.base.rules import Actor
from yinling.facts import Evidence
from yinling.supervision.models import Finding, FindingStep, LeaderTraining, State, SupervisionVisit
from yinling.supervision.rules import may_see_findings, may_see_trainings
from yinling.supervision.workflow import UNSETTLED, own

SHOWN = ("visit__office", "visit__body", "visit__place__parent", "owner")
"""What a page that shows findings reads along with them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the findings is asked for; what is empty does not narrow. `waiting`: only what waits for the viewer."""

    text: str = ""
    path: str = ""
    state: str = ""
    severity: str = ""
    overdue: bool = False
    waiting: bool = False


def findings(viewer: Actor, wanted: Wanted | None = None) -> QuerySet[Finding]:
    """The findings of the viewer's area that are asked for: what is not settled first, by the day it is due. Withdrawn ones
    only where they are asked for."""
    wanted = wanted or Wanted()
    rows = may_see_findings.filter(viewer, Finding.objects.select_related(*SHOWN))
    rows = rows.filter(state=wanted.state) if wanted.state else rows.exclude(state=State.WITHDRAWN)
    if wanted.path:
        rows = rows.filter(under(wanted.path))
    if wanted.severity:
        rows = rows.filter(severity=wanted.severity)
    if wanted.overdue:
        rows = rows.filter(_overdue())
    if wanted.waiting:
        rows = rows.filter(_waiting(viewer))
    if text := wanted.text.strip():
        names = ("what", "visit__body__name", "visit__place__name", "visit__office__name", "owner__name")
        matching = Q()
        for name in names:
            matching |= Q(**{f"{name}__contains": text})
        rows = rows.filter(matching)
    return rows.order_by(Case(When(state__in=UNSETTLED, then=0), default=1), "due_on", "pk")


def _overdue() -> Q:
    return Q(state__in=UNSETTLED, due_on__lt=clock.today())


def _waiting(viewer: Actor) -> Q:
    """What the viewer's own office has to do, and what is overdue on either side."""
    owned, visited = own(viewer)
    mends = owned & Q(state__in=(State.OPEN, State.SENT_BACK))
    return mends | (visited & Q(state=State.ANSWERED)) | ((owned | visited) & _overdue())


def is_overdue(finding: Finding) -> bool:
    """Whether the finding is not settled though its day is past."""
    return finding.state in UNSETTLED and finding.due_on < clock.today()


def to_mend(viewer: Actor, body_id: int) -> QuerySet[Finding]:
    """The findings that wait for an answer of this body."""
    rows = may_see_findings.filter(viewer, Finding.objects.select_related(*SHOWN))
    return rows.filter(owner=body_id, state__in=(State.OPEN, State.SENT_BACK)).order_by("due_on", "pk")


def visits(viewer: Actor) -> QuerySet[SupervisionVisit]:
    """The visits to the viewer's area, the newest first."""
    rows = SupervisionVisit.objects.select_related("office", "body", "place__parent")
    return may_see_findings.filter(viewer, rows).order_by("-visited_on", "-pk")


def trainings(viewer: Actor) -> QuerySet[LeaderTraining]:
    """The trainings held by offices of the viewer's area, the newest first; mistaken ones are left out."""
    rows = LeaderTraining.objects.filter(withdrawn=False).select_related("host", "place")
    return may_see_trainings.filter(viewer, rows).order_by("-held_on", "-pk")


def evidence_of(entry_ids: Iterable[int]) -> dict[int, list[Evidence]]:
    """The files handed in with some steps, visits or trainings, by the entry that kept them."""
    kept: dict[int, list[Evidence]] = {}
    for evidence in Evidence.objects.filter(entry_id__in=list(entry_ids)).order_by("pk"):
        kept.setdefault(evidence.entry_id, []).append(evidence)
    return kept


def evidence_shown(viewer: Actor, pk: int) -> Evidence | None:
    """A file of supervision, if the viewer may see the record that it belongs to, wherever that lies today."""
    evidence = Evidence.objects.filter(pk=pk).first()
    if evidence is None:
        return None
    entry = Q(entry_id=evidence.entry_id)
    rows: tuple[QuerySet[FindingStep] | QuerySet[SupervisionVisit] | QuerySet[LeaderTraining], ...] = (
        FindingStep.objects.filter(entry), SupervisionVisit.objects.filter(entry), LeaderTraining.objects.filter(entry),
    )  # fmt: skip
    return evidence if any(may_see_findings.filter(viewer, some).exists() for some in rows) else None
