"""Who came and who left: recorded by the host, or by the volunteer's own telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Enrolment, EnrolmentState, Session, SessionRole
from yinling.base import clock
from yinling.base.action import action, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import attach
from yinling.hours.gates import enrol_on_the_spot, hindered
from yinling.hours.models import Attendance, Grade, Source, State
from yinling.hours.reckoning import (
    DAY,
    ceilings_broken,
    clock_time,
    day_of,
    demand_time,
    graded,
    in_words,
    minutes_between,
    other_minutes,
    slack_of,
    whole_minute,
)
from yinling.hours.rules import may_attend, may_record
from yinling.people import Person

OWN_SOURCES = frozenset({Source.SCAN, Source.CODE})
"""How volunteers may record themselves: by something they can only know when they are there."""

MINUTE = timedelta(minutes=1)
ENROLLED = (EnrolmentState.CONFIRMED, EnrolmentState.NO_SHOW)
"""Whoever is noted as not having come may still turn up."""


class AlreadyThere(Refused):
    """The person is present already; `attendance` is that record."""

    def __init__(self, attendance: Attendance) -> None:
        super().__init__(_("Already present since %(time)s.") % {"time": clock_time(attendance.started_at)})
        self.attendance = attendance


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a paper sheet: who was there from when to when. `role` where the person had not signed up."""

    person: Person
    started_at: datetime
    ended_at: datetime
    role: SessionRole | None = None


@action("hours.check_in", label=gettext_lazy("Check in"), rule=may_attend, on="session")
def check_in(
    *, session: Session, person: Person, at: datetime, source: str, grade: str, device: str = "",
    role: SessionRole | None = None, by: Actor,
) -> Attendance:  # fmt: skip
    """The person came at `at` (an instant; kept to the minute). Counts nothing yet.

    `grade` is what the caller can show; it is lowered to the best its source allows, and to D where it is recorded late.
    `device` is a keyed hash. With `role` the host adds on the spot somebody who had not signed up. Whoever calls this for a
    volunteer must have checked the code. AlreadyThere where the person is present; Refused outside the session's time, for
    a cancelled session, without an enrolment, or where a volunteer records for somebody else.
    """
    host = _demand_may(by, session, person, source)
    _hold_still(session)
    moment = whole_minute(at)
    demand_time(session, moment)
    _lock(person)
    _demand_new(session, person, moment, moment + MINUTE)
    came_as = _role_of(session, person, role if host else None, by)
    return create(_new(session, person, came_as, moment, source, grade, by, device=device))


@action("hours.check_out", label=gettext_lazy("Check out"), rule=may_attend, on="attendance")
def check_out(*, attendance: Attendance, at: datetime, by: Actor) -> Attendance:
    """The person left at `at`. The server computes the minutes; the record then waits to be confirmed.

    It waits for review instead, with the reasons in words, where it ends later than the session allows (then it ends there),
    breaks a ceiling, was noted long after, or where a gate stood against the service. Refused before the person came, in
    the future, or twice.
    """
    session = attendance.session
    _demand_may(by, session, attendance.person, attendance.source)
    row = locked(attendance)
    if row.state != State.OPEN:
        raise Refused(_("This presence has already ended."))
    ended_at = whole_minute(at)
    if ended_at < row.started_at:
        raise Refused(
            _("Nobody leaves before coming: the person came at %(time)s.") % {"time": clock_time(row.started_at)}
        )
    if ended_at > clock.now():
        raise Refused(_("This time lies in the future."))
    doubts, latest = [], whole_minute(session.ends_at + slack_of(session))
    if ended_at > latest:
        doubts.append(
            _("left at %(left)s; reckoned to %(end)s, as far as the session allows")
            % {"left": clock_time(ended_at), "end": clock_time(latest)}
        )
        ended_at = max(latest, row.started_at)
    # What a telephone signed while it was offline says when it was; anything else noted long after is somebody's memory.
    if not row.device and clock.now() - at > slack_of(session):
        doubts.append(_("the end was noted afterwards, at %(time)s") % {"time": clock_time(clock.now())})
    minutes = minutes_between(row.started_at, ended_at)
    doubts += _doubts(row, minutes)
    return change(
        attendance, ended_at=ended_at, minutes=minutes, ended_by=by.account_id, why=in_words(doubts),
        state=State.REVIEW if doubts else State.PENDING, changed_by=current().entry_id,
    )  # fmt: skip


@action("hours.record", label=gettext_lazy("Record presence"), rule=may_record, on="session")
def record_attendance(
    *, session: Session, person: Person, started_at: datetime, ended_at: datetime, source: str, grade: str = "",
    role: SessionRole | None = None, evidence: Sequence[tuple[str, bytes]] = (), by: Actor,
) -> Attendance:  # fmt: skip
    """The host writes down from when to when somebody was there. Waits until somebody else confirms it, or for review.

    `grade` as in `check_in`; without one, the best its source allows. `evidence` are files (name, content). Refused as
    check_in is.
    """
    _hold_still(session)
    keep_evidence(evidence, session.area_path)
    return note_presence(session, SheetRow(person, started_at, ended_at, role), source, grade, by)


@action("hours.record_sheet", label=gettext_lazy("Enter a sheet of presence"), rule=may_record, on="session")
def record_sheet(
    *, session: Session, rows: Sequence[SheetRow], source: str = Source.PAPER,
    evidence: Sequence[tuple[str, bytes]] = (), by: Actor,
) -> list[Attendance]:  # fmt: skip
    """A whole sheet at once, with its scan as `evidence` (name, content). All of it or nothing; Refused names the person."""
    _hold_still(session)
    keep_evidence(evidence, session.area_path)
    made = []
    for row in rows:
        try:
            made.append(note_presence(session, row, source, "", by))
        except Refused as refused:
            raise Refused(f"{row.person.masked_name}: {refused.reason}") from refused
    return made


def keep_evidence(files: Sequence[tuple[str, bytes]], path: str) -> None:
    """Keep files as evidence of the running action."""
    for name, content in files:
        attach(name=name, content=content, path=path)


def note_presence(session: Session, came: SheetRow, source: str, grade: str, by: Actor) -> Attendance:
    """Write down one finished presence, to be confirmed or reviewed. Runs inside an action."""
    started_at, ended_at = whole_minute(came.started_at), whole_minute(came.ended_at)
    if ended_at <= started_at:
        raise Refused(_("The end must come after the beginning."))
    if ended_at - started_at > timedelta(minutes=DAY):
        raise Refused(_("One record holds at most one day; write each day on its own."))
    demand_time(session, started_at)
    demand_time(session, ended_at)
    _lock(came.person)
    _demand_new(session, came.person, started_at, ended_at)
    role = _role_of(session, came.person, came.role, by)
    row = _new(session, came.person, role, started_at, source, grade or Grade.A, by)
    row.ended_at, row.ended_by, row.minutes = ended_at, by.account_id, minutes_between(started_at, ended_at)
    doubts = _doubts(row, row.minutes)
    row.why, row.state = in_words(doubts), State.REVIEW if doubts else State.PENDING
    return create(row)


def _demand_may(by: Actor, session: Session, person: Person, source: str) -> bool:
    """Whether `by` is the host; Refused where neither the host nor the person with a code."""
    answer = may_record.check(by, session)
    if answer:
        return True
    volunteer = getattr(person, "volunteer", None)
    if by.account_id is not None and volunteer is not None and volunteer.account_id == by.account_id:
        if source in OWN_SOURCES:
            return False
        raise Refused(_("Without the code of the session only the host can record presence."))
    may_record.demand(by, session)
    return True


def _hold_still(session: Session) -> None:
    """Keep the session from being cancelled or moved until this action ends; many may do so at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM yinling_session WHERE id = %s FOR SHARE", [session.pk])
    session.refresh_from_db()


def _lock(person: Person) -> None:
    """One at a time for each person: what one record counts depends on the others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM yinling_person WHERE id = %s FOR NO KEY UPDATE", [person.pk])


def _demand_new(session: Session, person: Person, started_at: datetime, ended_at: datetime) -> None:
    same = Attendance.objects.filter(session=session, person=person).exclude(state=State.VOIDED)
    for row in same:
        if row.ended_at is None:
            raise AlreadyThere(row)
        if (row.started_at < ended_at and started_at < row.ended_at) or row.started_at == started_at:
            raise Refused(
                _("There is already a record from %(start)s to %(end)s.")
                % {"start": clock_time(row.started_at), "end": clock_time(row.ended_at)}
            )


def _role_of(session: Session, person: Person, on_the_spot: SessionRole | None, by: Actor) -> SessionRole:
    enrolled = Enrolment.objects.filter(session=session, person=person, state__in=ENROLLED).select_related("role")
    found = enrolled.first()
    if found is not None:
        return found.role
    if on_the_spot is None or on_the_spot.session_id != session.pk:
        raise Refused(_("%(person)s has not signed up for this session.") % {"person": person.masked_name})
    enrol_on_the_spot(role=on_the_spot, person=person, by=by)
    return on_the_spot


def _new(
    session: Session, person: Person, role: SessionRole, started_at: datetime, source: str, grade: str, by: Actor,
    *, device: str = "",
) -> Attendance:  # fmt: skip
    day, domain = day_of(started_at), session.activity.project.domain
    hindrances = hindered(role, person, day) if role.serves else []
    return Attendance(
        session=session, person=person, area_path=session.area_path, serves=role.serves, role=role.name,
        domain=domain.code if domain else "", day=day, started_at=started_at, source=source,
        grade=graded(source, grade, day, session.area_path), state=State.OPEN, device=device, why=in_words(hindrances),
        recorded_by=by.account_id, recorded_at=clock.now(), entry_id=current().entry_id, changed_by=current().entry_id,
    )  # fmt: skip


def _doubts(row: Attendance, minutes: int) -> list[str]:
    """Why a finished record needs a second look: what stood against the service, and ceilings."""
    doubts = [row.why] if row.why else []
    if row.serves:
        others = other_minutes(row.person_id, row.day, [row.pk] if row.pk else [])
        doubts += ceilings_broken(path=row.area_path, day=row.day, minutes=minutes, others=others)
    return doubts
