"""Presence and hours in words, on the desk and on the phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.hours import Attendance, State
from yinling.network import Account

SIGNALS = {
    State.OPEN: "up", State.PENDING: "warn", State.REVIEW: "bad", State.CONFIRMED: "ok", State.VOIDED: "none",
}  # fmt: skip


def state_cell(row: Attendance) -> dict[str, object]:
    """Where a record stands."""
    return {"text": row.get_state_display(), "signal": SIGNALS[State(row.state)]}


def span(row: Attendance) -> str:
    """From when to when: 09:00–11:30; without an end where the person is still there."""
    start = localtime(row.started_at, clock.CHINA)
    end = f"{localtime(row.ended_at, clock.CHINA):%H:%M}" if row.ended_at else ""
    return f"{start:%H:%M}–{end}"


def length(minutes: int) -> str:
    """Minutes as people say them: 2 h 30 min."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def day_and_time(moment: datetime | None) -> str:
    """A moment in China, to the minute; empty where there is none."""
    return f"{localtime(moment, clock.CHINA):%Y-%m-%d %H:%M}" if moment else ""


def names_of(numbers: Sequence[int | None]) -> Mapping[int | None, str]:
    """Who the account numbers of records are; the platform itself for what no account did."""
    known = Account.objects.filter(pk__in={number for number in numbers if number is not None})
    return {None: _("the platform"), **dict(known.values_list("pk", "display_name"))}
