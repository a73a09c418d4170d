"""Reads of service hours."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from yinling.activities import Enrolment, EnrolmentState, Session
from yinling.base import clock
from yinling.base.period import Period
from yinling.base.rules import Actor
from yinling.hours.models import Attendance, Objection, State
from yinling.hours.rules import by_another, may_confirm, may_record, may_see_hours
from yinling.network import Body
from yinling.people import Person

BACK = 365
"""Days after which a session without records is no longer asked for."""


def confirmed(person: Person, body: Body | None = None, period: Period | None = None) -> QuerySet[Attendance]:
    """The person's confirmed records of service: all, or those of sessions that `body` organised, in a period."""
    rows = Attendance.objects.filter(person=person, serves=True, state=State.CONFIRMED)
    if body is not None:
        rows = rows.filter(session__activity__organiser=body)
    if period is not None:
        rows = rows.filter(day__gte=period.start, day__lte=period.end)
    return rows


def confirmed_minutes(person: Person, body: Body | None = None, period: Period | None = None) -> int:
    """Minutes of service that count for a person: of sessions of `body` alone (who certifies must have organised, Order 67),
    in a period. What two records share counts once, for the one confirmed first."""
    return int(confirmed(person, body, period).aggregate(total=Sum("counted"))["total"] or 0)


def attendance_visible(viewer: Actor) -> QuerySet[Attendance]:
    """The records of the viewer's area."""
    return may_see_hours.filter(viewer, Attendance.objects.all())


def objections_visible(viewer: Actor) -> QuerySet[Objection]:
    """Objections to hours in the viewer's area, those that wait first."""
    rows = may_see_hours.filter(viewer, Objection.objects.all()).select_related("person", "attendance")
    return rows.order_by(F("answered_at").desc(nulls_first=True), "due_on", "pk")


def to_answer(viewer: Actor) -> QuerySet[Objection]:
    """Objections that wait for the viewer's answer, what is due first."""
    rows = may_record.filter(viewer, Objection.objects.filter(answered_at__isnull=True))
    return rows.exclude(raised_by=viewer.account_id or 0).select_related("person").order_by("due_on", "pk")


def to_confirm(viewer: Actor) -> QuerySet[Attendance]:
    """Records that wait and that the viewer may confirm."""
    waiting = Attendance.objects.filter(state=State.PENDING).exclude(session__state=Session.State.CANCELLED)
    return by_another.filter(viewer, may_confirm.filter(viewer, waiting))


def to_close(viewer: Actor) -> QuerySet[Attendance]:
    """Presence of days gone by whose end nobody noted."""
    rows = Attendance.objects.filter(state=State.OPEN, day__lt=clock.today())
    return may_record.filter(viewer, rows).select_related("session__activity", "person").order_by("day", "pk")


def unrecorded(viewer: Actor) -> QuerySet[Session]:
    """Ended sessions of the last year with people who had a place, and no record of anybody (Order 685, 38)."""
    now = clock.now()
    ended = Session.objects.filter(ends_at__lt=now, ends_at__gte=now - timedelta(days=BACK))
    ended = ended.exclude(state=Session.State.CANCELLED)
    enrolled = Enrolment.objects.filter(session=OuterRef("pk"), state=EnrolmentState.CONFIRMED, person__isnull=False)
    recorded = Attendance.objects.filter(session=OuterRef("pk")).exclude(state=State.VOIDED)
    rows = ended.filter(Exists(enrolled), ~Exists(recorded))
    return may_record.filter(viewer, rows).select_related("activity", "place").order_by("ends_at", "pk")
