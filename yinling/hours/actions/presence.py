"""How evidence becomes a record of presence: the first half makes it, the other raises its grade, in either order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Session
from yinling.base.action import action, change, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import touch
from yinling.hours.actions.attending import check_in, check_out
from yinling.hours.actions.counting import KINDS, count_confirmed, lock_persons, uncount
from yinling.hours.codes import Kind
from yinling.hours.models import Attendance, Grade, State, Ticket, TicketState, Way
from yinling.hours.reckoning import clock_time, in_words
from yinling.hours.rules import may_attend
from yinling.network import Account, actor_of
from yinling.people import Person

BOTH = frozenset({Way.CODE, Way.MARK})
MINUTE = timedelta(minutes=1)
"""Times of presence are whole minutes: one that ends at ten lasts until ten is over."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a ticket shows: somebody came to a session, or left it, at a time. What lies no more than `apart` from each
    other belongs together; `late`: too long ago to be good evidence."""

    session: Session
    person: Person
    kind: Kind
    at: datetime
    source: str
    apart: timedelta
    late: bool = False
    browser: str = ""


def take_up(shown: Shown, *, by: Actor) -> tuple[Attendance | None, str]:
    """The record of presence that this is about, made or ended where it is the first half; and what does not fit, in words.
    None where somebody left who is not known to have come: the other half may still arrive. Refused as check_in is."""
    rows = Attendance.objects.filter(session=shown.session, person=shown.person).exclude(state=State.VOIDED)
    rows = rows.select_related("session", "person__volunteer").order_by("started_at")
    return (_came if shown.kind == "in" else _left)(shown, list(rows), by)


def _came(shown: Shown, rows: Sequence[Attendance], by: Actor) -> tuple[Attendance | None, str]:
    for row in rows:
        if row.ended_at is None or row.started_at - shown.apart <= shown.at < row.ended_at + MINUTE:
            return row, ""
    grade = Grade.D if shown.late else Grade.B
    made = check_in(
        session=shown.session, person=shown.person, at=shown.at, source=shown.source, grade=grade, device=shown.browser,
        by=by,
    )  # fmt: skip
    return made, ""


def _left(shown: Shown, rows: Sequence[Attendance], by: Actor) -> tuple[Attendance | None, str]:
    before = [row for row in rows if row.started_at <= shown.at + shown.apart]
    if not before:
        return None, ""
    row = before[-1]
    if row.ended_at is None:
        return check_out(attendance=row, at=max(shown.at, row.started_at), witnessed=True, by=by), ""
    if abs(shown.at - row.ended_at) <= shown.apart:
        return row, ""
    return row, _("the other evidence says that the person left at %(time)s") % {"time": clock_time(shown.at)}


def weigh(attendance: Attendance, known: Sequence[Ticket], *, by: Actor) -> None:
    """Bring a record to what its tickets (of those known) show: grade A with both halves in good time; review where one of
    them does not fit."""
    tickets = [ticket for ticket in known if ticket.attendance_id == attendance.pk]
    doubts = list(dict.fromkeys(ticket.doubt for ticket in tickets if ticket.doubt))
    if attendance.state == State.CONFIRMED:
        if attendance.grade == Grade.B and _both(tickets):
            raise_grade(attendance=attendance, by=by)
        return
    values: dict[str, object] = {}
    if attendance.grade == Grade.B and _both(tickets):
        values["grade"] = Grade.A
    if new := [doubt for doubt in doubts if doubt not in attendance.why]:
        values["why"] = in_words([*filter(None, [attendance.why]), *new])
        if attendance.state == State.PENDING:
            values["state"] = State.REVIEW
    if values:
        change(attendance, **values, changed_by=current().entry_id)


def _both(tickets: Sequence[Ticket]) -> bool:
    """Both halves in good time, from two people: whoever counter-signs her own presence gives her word twice."""
    good = [ticket for ticket in tickets if not ticket.late]
    return any(
        {one.way, other.way} == BOTH and one.handed_by != other.handed_by for one, other in combinations(good, 2)
    )


@action(
    "hours.raise_grade", label=gettext_lazy("Raise the grade of evidence"), rule=may_attend, on="attendance",
    records=KINDS,
)  # fmt: skip
def raise_grade(*, attendance: Attendance, by: Actor) -> Attendance:
    """The second half of the evidence for a confirmed record arrived: it counts as grade A from now on, as many minutes as
    before. Refused unless both halves are there."""
    touch(*KINDS)
    lock_persons([attendance.pk])
    row = locked(attendance)
    tickets = list(row.tickets.filter(state=TicketState.ACCEPTED))
    if row.state != State.CONFIRMED or row.grade != Grade.B or not _both(tickets):
        raise Refused(_("Both halves of the evidence are needed."))
    uncount([(row.pk, row.entry_id)])
    entry = current().entry_id
    change(attendance, grade=Grade.A, entry_id=entry, changed_by=entry)
    count_confirmed(Attendance.objects.filter(pk=row.pk), [row.pk])
    attendance.refresh_from_db()
    return attendance


def take_up_waiting(attendance: Attendance, known: Sequence[Ticket], apart: timedelta) -> None:
    """End a record by evidence that the person left which arrived before the evidence of coming (`known`, the earliest
    first); in the name of whoever handed it in."""
    for ticket in known:
        if ticket.state != TicketState.WAITING or ticket.at is None:
            continue
        by = actor_of(Account.objects.get(pk=ticket.handed_by), "ticket")
        shown = Shown(attendance.session, attendance.person, "out", ticket.at, ticket.source, apart, ticket.late)
        try:
            row, doubt = take_up(shown, by=by)
        except Refused:
            continue  # the account may not any more; the organiser sees the ticket and ends the record by hand
        if row is not None:
            doubts = "; ".join(filter(None, (ticket.doubt, doubt)))
            change(ticket, state=TicketState.ACCEPTED, attendance=row, doubt=doubts)
            weigh(row, [*row.tickets.filter(state=TicketState.ACCEPTED)], by=by)
