"""Reads of who takes part: for the person, for the organiser, and what can be joined."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Case, Count, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from yinling.activities.gates import GONE
from yinling.activities.models import Agreement, Enrolment, EnrolmentState, ProjectState, Session, SessionRole
from yinling.activities.rules import is_own_agreement, is_own_enrolment, may_run, may_see_enrolments
from yinling.base.paths import WIDTHS, prefixes
from yinling.base.rules import Actor


def own_enrolments(viewer: Actor) -> QuerySet[Enrolment]:
    """What the viewer takes part in, or did, with session, activity, project and place, by time."""
    rows = Enrolment.objects.select_related("role", "session__activity__project", "session__place")
    return is_own_enrolment.filter(viewer, rows).order_by("session__starts_at", "pk")


def own_agreements(viewer: Actor) -> QuerySet[Agreement]:
    """The viewer's own agreements, the newest first."""
    return is_own_agreement.filter(viewer, Agreement.objects.select_related("project")).order_by("-signed_on", "-pk")


def enrolments_of(viewer: Actor, session: Session) -> QuerySet[Enrolment]:
    """Who takes part in a session, as far as the viewer may see, in the order in which they came."""
    rows = Enrolment.objects.filter(session=session).select_related("role", "person__volunteer", "body")
    return may_see_enrolments.filter(viewer, rows).order_by("role", "pk")


def waiting_place(enrolment: Enrolment) -> int:
    """How many stand before this enrolment on the waiting list, itself included: 1 is the first. 0: it does not wait."""
    if enrolment.state != EnrolmentState.WAITING:
        return 0
    before = Enrolment.objects.filter(role=enrolment.role_id, state=EnrolmentState.WAITING, pk__lte=enrolment.pk)
    return before.count()


def waiting_applications(viewer: Actor, now: datetime) -> QuerySet[Enrolment, tuple[int, str, date, int, int]]:
    """Applications that wait for the viewer's decision, by session: its key, title and day, how many, and the first's key."""
    rows = Enrolment.objects.filter(
        state=EnrolmentState.APPLIED, session__state=Session.State.OPEN, session__ends_at__gt=now
    )
    per_session = may_run.filter(viewer, rows).order_by("session__starts_at", "session")
    return per_session.values_list("session", "session__activity__title", "session__day").annotate(
        Count("pk"), Min("pk")
    )


def joinable(now: datetime, near: str = "") -> QuerySet[Session]:
    """The sessions that people can sign up for now, with project and place; those nearest to the path `near` (the same village,
    township, county, prefecture, province) first, then by time. Each carries `free`, its places that are not taken."""
    open_now = Q(closes_at__isnull=True) | Q(closes_at__gte=now)
    free = (
        SessionRole.objects.filter(session=OuterRef("pk")).order_by().values("session")
        .annotate(left=Coalesce(Sum(F("capacity") - F("taken")), 0)).values("left")
    )  # fmt: skip
    rows = Session.objects.filter(
        open_now, state=Session.State.OPEN, starts_at__gt=now, activity__project__state=ProjectState.PUBLISHED
    ).exclude(activity__state="cancelled")
    steps = [When(area_path__under=path, then=Value(rank)) for rank, path in enumerate(reversed(prefixes(near)))]
    distance = Case(*steps, default=Value(len(WIDTHS) + 1), output_field=IntegerField())
    return (
        rows.annotate(distance=distance, free=Subquery(free, output_field=IntegerField()))
        .select_related("activity__project__domain", "place")
        .order_by("distance", "starts_at", "pk")
    )


def live_enrolment(viewer: Actor, session: Session) -> Enrolment | None:
    """The viewer's own enrolment in a session that still holds, if there is one."""
    return own_enrolments(viewer).filter(session=session, person__isnull=False).exclude(state__in=GONE).first()
