"""What a class needs of the engine of activities, in its own words: half days as sessions, trainees as enrolments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from yinling.activities import (
    KINDS,
    Activity,
    Agreed,
    Enrolment,
    EnrolmentState,
    NewRole,
    Project,
    Session,
    SessionRole,
    add_session,
    bulk,
    cancel_activity,
    cancel_session,
    close_session,
    create_activity,
    reopen_session,
)
from yinling.base import clock
from yinling.base.action import change, create_many, current, locked
from yinling.base.rules import Actor
from yinling.network import Place
from yinling.people import Person
from yinling.training.courses import COURSES

KIND = "class"


def at(day: date, moment: time) -> datetime:
    """The instant of a time of day in China."""
    return timezone.make_aware(datetime.combine(day, moment), clock.CHINA)


def activity_for(
    project: Project, place: Place, course: str, ordinal: int, teacher: Person | None, *, by: Actor
) -> Activity:
    """The activity a class hangs on."""
    new = new_activity(project, place, course, ordinal, teacher)
    return create_activity(project=project, kind=KIND, title=new.title, place=place, details=new.details, by=by)


def new_activity(project: Project, place: Place, course: str, ordinal: int, teacher: Person | None) -> bulk.NewActivity:
    """What the activity of a class says: its title names project, course and number, as notices do."""
    label = str(COURSES[course].label)
    details = {"course": label, "ordinal": ordinal, "teacher": teacher.masked_name if teacher else ""}
    words = {"project": project.title, "course": label, "number": ordinal}
    title = _("%(project)s: %(course)s, class %(number)d") % words
    return bulk.NewActivity(project=project, kind=KIND, title=title[:120], place=place, details=details)


def session_for(
    activity: Activity, place: Place, venue: str, starts_at: datetime, ends_at: datetime, capacity: int, *, by: Actor
) -> Session:
    """Half a day of a class; who comes is a trainee, which is no service."""
    role = NewRole(name=str(KINDS[KIND].role), capacity=capacity, serves=False)
    return add_session(
        activity=activity, starts_at=starts_at, ends_at=ends_at, place=place, venue=venue, roles=(role,), by=by
    )


def seat(session: Session, people: Sequence[int], by: Actor) -> None:
    """Expect these persons at the session as trainees; who signed up already keeps that enrolment. They agreed to the
    whole class when they were put on its roster; `proxy` says who wrote it down."""
    role = locked(session.roles.order_by("pk")[0])
    standing = Enrolment.objects.filter(session=session, person__in=people)
    known = set(standing.exclude(state__in=("cancelled", "declined")).values_list("person_id", flat=True))
    new = [pk for pk in people if pk not in known]
    rows = [
        Enrolment(
            session=session, role=role, area_path=session.area_path, person_id=pk, state=EnrolmentState.CONFIRMED,
            agreed=Agreed.PRESENT, proxy=by.name[:80], made_at=clock.now(), changed_by=current().entry_id,
        )
        for pk in new
    ]  # fmt: skip
    if rows:
        create_many(rows)
        taken = role.taken + len(rows)
        change(role, taken=taken, capacity=max(role.capacity, taken))


def unseat(sessions: Iterable[int], person: int, reason: str) -> None:
    """No longer expect the person at sessions that are still to come."""
    rows = Enrolment.objects.filter(
        session__in=list(sessions), session__starts_at__gt=clock.now(), person=person, state=EnrolmentState.CONFIRMED
    )
    for row in rows.select_related("role"):
        role: SessionRole = locked(row.role)
        change(row, state=EnrolmentState.CANCELLED, reason=reason[:200], changed_by=current().entry_id)
        change(role, taken=role.taken - 1)


def signed_up(sessions: Iterable[int]) -> list[int]:
    """The persons who signed up for any of the sessions and were accepted, the first first."""
    rows = Enrolment.objects.filter(
        session__in=list(sessions), state=EnrolmentState.CONFIRMED, person__isnull=False
    ).order_by("pk")
    return list(dict.fromkeys(rows.values_list("person_id", flat=True)))


def end_session(session: Session, *, by: Actor) -> None:
    """Count the session as held, if nobody did."""
    if locked(session).state == Session.State.OPEN:
        close_session(session=session, by=by)


def drop_session(session: Session, reason: str, *, by: Actor) -> None:
    """The session was not held, whatever was said before."""
    state = locked(session).state
    if state == Session.State.HELD:
        reopen_session(session=session, reason=reason, by=by)
    if state != Session.State.CANCELLED:
        cancel_session(session=session, reason=reason, by=by)


def drop_activity(activity: Activity, reason: str, *, by: Actor) -> None:
    """The activity did not take place."""
    if locked(activity).state == Activity.State.HELD:
        change(activity, state=Activity.State.PLANNED, changed_by=current().entry_id)
    if locked(activity).state == Activity.State.PLANNED:
        cancel_activity(activity=activity, reason=reason, by=by)


def hold_activity(activity: Activity) -> None:
    """The activity took place."""
    if locked(activity).state == Activity.State.PLANNED:
        change(activity, state=Activity.State.HELD, changed_by=current().entry_id)
