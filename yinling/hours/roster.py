"""What the two devices at a session are told before they lose the network, and what came of what they handed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yinling.activities import Enrolment, EnrolmentState, Session
from yinling.base import clock
from yinling.hours.codes import Code, Kind, code_at, person_mark, step_at
from yinling.hours.models import Attendance, State, Ticket, TicketState, Way
from yinling.network import parameter
from yinling.volunteers import Volunteer

ON_ROSTER = (EnrolmentState.CONFIRMED, EnrolmentState.NO_SHOW)
AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who signed up for a session: masked name, the text of the person's own square code, since when and until when
    there, and whether each half of the evidence is in."""

    person: int
    name: str
    mark: str
    came_at: datetime | None = None
    left_at: datetime | None = None
    coded: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """A session somebody signed up for, what the organiser's device can scan of them, and whether they are there."""

    session: Session
    mark: str
    attendance: Attendance | None


def seconds_of(session: Session) -> int:
    """For how many seconds a code of the session is shown."""
    return int(parameter("checkin_seconds", session.area_path, session.day))


def code_now(session: Session, kind: Kind, seconds: int) -> Code:
    """The code that holds at this moment."""
    return code_at(bytes(session.key), session.pk, kind, step_at(clock.now().timestamp(), seconds))


def roster(session: Session) -> list[Expected]:
    """Everybody expected at a session, those who came with their times."""
    enrolled = Enrolment.objects.filter(session=session, person__isnull=False, state__in=ON_ROSTER)
    people = [row.person for row in enrolled.select_related("person").order_by("person__initials", "person_id")]
    present = _latest(Attendance.objects.filter(session=session).exclude(state=State.VOIDED))
    halves: dict[int, set[str]] = {}
    for key, way in Ticket.objects.filter(attendance__in=present.values()).values_list("person_id", "way"):
        halves.setdefault(key or 0, set()).add(way)
    expected = []
    for person in people:
        assert person is not None  # filtered above
        row, ways = present.get(person.pk), halves.get(person.pk, set())
        expected.append(
            Expected(
                person.pk, person.masked_name, person_mark(bytes(session.key), session.pk, person.pk),
                row.started_at if row else None, row.ended_at if row else None, Way.CODE in ways, Way.MARK in ways,
            )
        )  # fmt: skip
    return expected


def coming(volunteer: Volunteer, today: date) -> list[Coming]:
    """The sessions a volunteer signed up for, of today and the week after it, the nearest first: a device keeps them for when
    it has no network."""
    sessions = Session.objects.filter(
        enrolments__person=volunteer.pk, enrolments__state__in=ON_ROSTER, day__range=(today, today + AHEAD)
    ).exclude(state=Session.State.CANCELLED)
    rows = list(sessions.select_related("activity", "place").order_by("starts_at"))
    present = Attendance.objects.filter(person=volunteer.pk, session__in=rows).exclude(state=State.VOIDED)
    by_session = {row.session_id: row for row in present.order_by("started_at")}
    return [Coming(row, person_mark(bytes(row.key), row.pk, volunteer.pk), by_session.get(row.pk)) for row in rows]


def refused_tickets(account_id: int, since: date) -> Sequence[Ticket]:
    """What an account handed in for nothing, the newest first: none of it is lost."""
    rows = Ticket.objects.filter(handed_by=account_id, state=TicketState.REFUSED, received_at__date__gte=since)
    return list(rows.select_related("session__activity").order_by("-received_at")[:50])


def _latest(rows: Iterable[Attendance]) -> dict[int, Attendance]:
    return {row.person_id: row for row in sorted(rows, key=lambda row: row.started_at)}
