"""The host's list of a session: who is there, who left, what a paper sheet says; to be printed as one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinling.activities import Enrolment, EnrolmentState, Session
from yinling.base import clock
from yinling.base.rules import Refused
from yinling.hours import (
    Attendance,
    Grade,
    SheetRow,
    Source,
    State,
    check_in,
    check_out,
    confirm_many,
    may_confirm,
    may_record,
    may_see_hours,
    record_sheet,
)
from yinling.people import Person
from yinling.web.hour_words import length, span, state_cell
from yinling.web.hours import tell
from yinling.web.page import Request, address_of, attempt, found, page
from yinling.web.rounds import id_of
from yinling.web.session_words import way_to, when

MOST = 500
"""People of one session listed."""


@page("sessions/<int:pk>/attendance/", name="session-attendance", rule=may_see_hours, methods="GET POST")
def sheet_page(request: Request, pk: int) -> HttpResponse:
    """The list of a session: a button for who comes and who leaves, times from a paper sheet, all confirmed at once."""
    rows = Session.objects.select_related("activity__project", "activity__organiser", "place")
    session = found(may_see_hours, request.actor, rows, pk=pk)
    entered: Mapping[str, str] = {}
    if request.method == "POST":
        if _act(request, session):
            return redirect("session-attendance", pk=pk)
        entered = request.POST.dict()
    people = _people(session, entered)
    may = bool(may_record.check(request.actor, session))
    title = _("Attendance list")
    way = way_to("session", session.pk)
    context = {
        "title": title, "session": session, "when": when(session), "where": session.where, "people": people,
        "may": may, "over": clock.now() >= session.ends_at, "begun": clock.now() >= session.starts_at,
        "organiser": session.activity.organiser.name, "print": "print" in request.GET,
        "waiting": sum(1 for one in people if one["waits"]), "may_confirm": bool(may_confirm.check(request.actor, session)),
        "actions": [
            {"label": _("For printing"), "url": f"{address_of('session-attendance', pk=pk)}?print=1"}
        ],
        "crumbs": [
            {"label": _("Service hours"), "url": address_of("hours")},
            {"label": session.activity.title, **({"url": way} if way else {})}, {"label": title},
        ],
    }  # fmt: skip
    return render(request, "hours/sheet.html", context, status=422 if entered else 200)


def _people(session: Session, entered: Mapping[str, str]) -> list[dict[str, Any]]:
    """Those who signed up and were accepted, each with their records of this session."""
    states = (EnrolmentState.CONFIRMED, EnrolmentState.NO_SHOW)
    enrolled = Enrolment.objects.filter(session=session, person__isnull=False, state__in=states)
    enrolled = enrolled.select_related("person__volunteer", "role").order_by("person__initials", "pk")[:MOST]
    records: dict[int, list[Attendance]] = {}
    shown = session.attendance.exclude(state=State.VOIDED).select_related("person").order_by("started_at", "pk")
    for row in shown[: 2 * MOST]:
        records.setdefault(row.person_id, []).append(row)
    listed = [(one.person, one.role.name) for one in enrolled if one.person is not None]
    known = {person.pk for person, _role in listed}
    listed += [(rows[0].person, rows[0].role) for key, rows in records.items() if key not in known]
    return [_line(person, role, records.get(person.pk, []), entered) for person, role in listed]


def _line(person: Person, role: str, records: list[Attendance], entered: Mapping[str, str]) -> dict[str, Any]:
    present = next((row for row in records if row.state == State.OPEN), None)
    return {
        "key": person.pk, "name": person.masked_name, "role": role, "present": present,
        "number": getattr(getattr(person, "volunteer", None), "number", ""),
        "records": [
            {
                "url": address_of("attendance", pk=row.pk), "span": span(row), "state": state_cell(row),
                "length": length(row.minutes) if row.ended_at else "",
            }
            for row in records
        ],
        "waits": any(row.state == State.PENDING for row in records),
        "start": entered.get(f"start-{person.pk}", ""), "end": entered.get(f"end-{person.pk}", ""),
    }  # fmt: skip


def _act(request: Request, session: Session) -> bool:
    """Carry out what was asked; whether the page starts afresh."""
    verb, _dash, number = request.POST.get("verb", "").partition("-")
    key = id_of(number)
    if verb == "sheet":
        return _sheet(request, session)
    if verb == "confirm":
        _confirm(request, session)
    elif verb == "come" and key is not None:
        person = found_person(session, key)
        if person is not None:
            attempt(
                request,
                lambda: check_in(
                    session=session, person=person, at=clock.now(), source=Source.LIST, grade=Grade.B, by=request.actor
                ),
                _("%(person)s is here.") % {"person": person.masked_name},
            )
    elif verb == "leave" and key is not None:
        row = session.attendance.select_related("session", "person").filter(person=key, state=State.OPEN).first()
        if row is not None:
            attempt(
                request,
                lambda: check_out(attendance=row, at=clock.now(), by=request.actor),
                _("%(person)s has left.") % {"person": row.person.masked_name},
            )
    return True


def found_person(session: Session, key: int) -> Person | None:
    """Somebody who has to do with the session."""
    return Person.objects.select_related("volunteer").filter(pk=key, enrolments__session=session).first()


def _confirm(request: Request, session: Session) -> None:
    ids = list(session.attendance.filter(state=State.PENDING).values_list("pk", flat=True))
    attempt(request, lambda: confirm_many(area=session, ids=ids, by=request.actor), partial(tell, request))


def _sheet(request: Request, session: Session) -> bool:
    """Times from a paper sheet, with its scan: all of them or none."""

    def write() -> int:
        rows = _sheet_rows(request, session)
        files = [(file.name or "", file.read()) for file in request.FILES.getlist("evidence")]
        if not rows:
            raise Refused(_("Write the times of at least one person."))
        if not files:
            raise Refused(_("Add the scan or a photograph of the sheet: the times rest on it."))
        return len(record_sheet(session=session, rows=rows, evidence=files, by=request.actor))

    def done(count: int) -> str:
        text = ngettext("%(count)s presence recorded.", "%(count)s presences recorded.", count) % {"count": count}
        return f"{text} {_('Somebody else must confirm them.')}"

    return attempt(request, write, done)


def _sheet_rows(request: Request, session: Session) -> list[SheetRow]:
    rows = []
    for name, written in request.POST.items():
        key = id_of(name.removeprefix("start-")) if name.startswith("start-") else None
        until = str(request.POST.get(f"end-{key}", ""))
        if key is None or not (str(written).strip() or until.strip()):
            continue
        person = found_person(session, key)
        if person is not None:
            start, end = (_moment(session, text, person) for text in (str(written), until))
            rows.append(SheetRow(person, start, end))
    return rows


def _moment(session: Session, text: str, person: Person) -> datetime:
    try:
        at = time.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"{person.masked_name}: {_('Write a time of day like 9:00 or 14:30.')}") from None
    day = localtime(session.starts_at, clock.CHINA).date()
    return datetime.combine(day, at.replace(tzinfo=None), tzinfo=clock.CHINA)
