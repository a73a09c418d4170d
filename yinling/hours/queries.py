"""Reads of service hours."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from yinling.base.period import Period
from yinling.base.rules import Actor
from yinling.hours.models import Attendance, State
from yinling.hours.rules import may_see_hours
from yinling.network import Body
from yinling.people import Person


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
