"""Where a volunteer's presence stands today, in words for the own pages: here since, or done and not confirmed yet."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from yinling.activities import Session
from yinling.base import clock
from yinling.hours import Attendance, State
from yinling.volunteers import Volunteer
from yinling.web.devices import clock_time
from yinling.web.hour_words import length, span, state_cell
from yinling.web.session_words import way_to, when

Card = dict[str, object]


def presences(volunteer: Volunteer) -> dict[int, Attendance]:
    """The latest presence at each session of today, and where the volunteer still is, by session."""
    now = clock.now()
    today = Q(day=clock.today()) | Q(state=State.OPEN, session__ends_at__gt=now)
    rows = Attendance.objects.filter(today, person=volunteer.pk).exclude(state=State.VOIDED)
    ordered = rows.select_related("session__activity", "session__place__parent").order_by("started_at")
    return {row.session_id: row for row in ordered}


def is_here(row: Attendance | None) -> bool:
    """Whether somebody came and has not left."""
    return row is not None and row.state == State.OPEN


def told(row: Attendance) -> Card:
    """Where a presence stands: a word with its signal, and how long it was."""
    if is_here(row):
        text = _("Checked in at %(time)s") % {"time": clock_time(row.started_at)}
        return {"signal": "up", "text": text, "detail": ""}
    return {**state_cell(row), "detail": f"{span(row)} · {length(row.minutes)}"}


def here_card(row: Attendance, look: str) -> Card:
    """Where the volunteer is now, with the way to check out. `look` is the address of the enrolment, where there is one."""
    actions = [{"label": _("Check out"), "url": way_to("me-check-in", row.session_id), "primary": True, "post": False}]
    if look:
        actions.append({"label": _("Look at it"), "url": look, "primary": False, "post": False})
    return _card(row, actions)


def done_card(row: Attendance) -> Card:
    """What the volunteer has done today; who comes back checks in again."""
    actions = []
    if row.session.ends_at > clock.now() and row.session.state == Session.State.OPEN:
        again = way_to("me-check-in", row.session_id)
        actions.append({"label": _("I am back: check in again"), "url": again, "primary": False, "post": False})
    actions.append({"label": _("My hours"), "url": way_to("me-hours"), "primary": False, "post": False})
    return _card(row, actions)


def _card(row: Attendance, actions: list[Card]) -> Card:
    session = row.session
    return {
        "when": when(session), "title": session.activity.title, "where": session.where, "state": told(row),
        "actions": [one for one in actions if one["url"]],
    }  # fmt: skip
