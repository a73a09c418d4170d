"""Reads of projects, sessions and outcomes. What is published is for everybody who works here; drafts for those who run
things in their area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from yinling.activities.models import Activity, Outcome, OutcomeType, Project, ProjectState, Session
from yinling.activities.rules import may_read_drafts
from yinling.base.paths import under
from yinling.base.rules import Actor

PUBLIC = (ProjectState.PUBLISHED, ProjectState.CLOSED)


@dataclass(frozen=True, slots=True)
class WantedProjects:
    """Which projects are asked for; what is empty does not narrow."""

    text: str = ""
    path: str = ""
    state: str = ""
    domain: str = ""
    platform: str = ""
    brand: int | None = None


@dataclass(frozen=True, slots=True)
class WantedSessions:
    """Which sessions are asked for; what is empty does not narrow. Days are days in China, both included. `latest`: the
    last ones first."""

    since: date | None = None
    until: date | None = None
    path: str = ""
    station: int | None = None
    project: int | None = None
    kind: str = ""
    state: str = ""
    text: str = ""
    latest: bool = False


def projects(viewer: Actor, wanted: WantedProjects | None = None) -> QuerySet[Project]:
    """The projects the viewer may see that were asked for, the newest first."""
    wanted = wanted or WantedProjects()
    rows = Project.objects.select_related("organiser", "place__parent", "domain", "brand")
    if not viewer.system:
        rows = rows.filter(Q(state__in=PUBLIC) | may_read_drafts.where(viewer))
    if text := wanted.text.strip():
        rows = rows.filter(Q(title__contains=text) | Q(organiser__name__contains=text) | Q(place__name__contains=text))
    if wanted.path:
        rows = rows.filter(under(wanted.path))
    for column in ("state", "platform"):
        if value := getattr(wanted, column):
            rows = rows.filter(**{column: value})
    if wanted.domain:
        rows = rows.filter(domain__code=wanted.domain)
    if wanted.brand is not None:
        rows = rows.filter(brand=wanted.brand)
    return rows.order_by("-pk")


def activities(viewer: Actor) -> QuerySet[Activity]:
    """The activities of the projects the viewer may see."""
    rows = Activity.objects.select_related("project__organiser", "organiser", "place")
    if not viewer.system:
        rows = rows.filter(Q(project__state__in=PUBLIC) | may_read_drafts.where(viewer))
    return rows


def sessions(viewer: Actor, wanted: WantedSessions | None = None) -> QuerySet[Session]:
    """The sessions of the projects the viewer may see that were asked for, the next ones first."""
    wanted = wanted or WantedSessions()
    rows = Session.objects.select_related("activity__project", "place__parent", "station__body")
    if not viewer.system:
        rows = rows.filter(Q(activity__project__state__in=PUBLIC) | may_read_drafts.where(viewer))
    if wanted.since:
        rows = rows.filter(day__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(day__lte=wanted.until)
    if wanted.path:
        rows = rows.filter(under(wanted.path))
    if wanted.station is not None:
        rows = rows.filter(station=wanted.station)
    if wanted.project is not None:
        rows = rows.filter(activity__project=wanted.project)
    if wanted.kind:
        rows = rows.filter(activity__kind=wanted.kind)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if text := wanted.text.strip():
        rows = rows.filter(Q(activity__title__contains=text) | Q(venue__contains=text))
    order = ("day", "starts_at", "pk")
    return rows.order_by(*(f"-{column}" for column in order) if wanted.latest else order)


def outcomes(viewer: Actor) -> QuerySet[Outcome]:
    """The outcomes of the projects the viewer may see, the newest first."""
    rows = Outcome.objects.select_related("project", "session__activity")
    if not viewer.system:
        rows = rows.filter(Q(project__state__in=PUBLIC) | may_read_drafts.where(viewer))
    return rows.order_by("-happened_on", "-pk")


class Came(NamedTuple):
    """An outcome as lists show it: `what` and `unit` are those of its type, the code and none where there is no such type."""

    pk: int
    what: str
    unit: str | None
    quantity: Decimal
    happened_on: date
    remark: str


def what_came(rows: QuerySet[Outcome], most: int) -> list[Came]:
    """The first outcomes of a list that were not withdrawn, with what they are counted in, in one statement."""
    of = OutcomeType.objects.filter(code=OuterRef("type"))
    what, unit = Coalesce(Subquery(of.values("name")), "type"), Subquery(of.values("unit"))
    shown = rows.annotate(what=what, unit=unit).filter(withdrawn=False)
    return [Came(*row) for row in shown.values_list("pk", "what", "unit", "quantity", "happened_on", "remark")[:most]]


def published_projects(on: date, path: str = "", text: str = "") -> QuerySet[Project]:
    """What anybody may see: published projects that are not over, the soonest first."""
    rows = Project.objects.filter(state=ProjectState.PUBLISHED, ends_on__gte=on).select_related("organiser", "place")
    if path:
        rows = rows.filter(under(path))
    if text:
        rows = rows.filter(Q(title__contains=text) | Q(place__name__contains=text) | Q(organiser__name__contains=text))
    return rows.order_by("starts_on", "pk")
