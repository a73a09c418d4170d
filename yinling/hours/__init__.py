"""Service hours: presence at sessions recorded, confirmed by somebody else, counted once."""

from yinling.hours.actions import (
    AlreadyThere,
    Confirmed,
    Left,
    SheetRow,
    check_in,
    check_out,
    confirm,
    confirm_many,
    correct,
    record_attendance,
    record_sheet,
    send_to_review,
    void,
    why_not,
)
from yinling.hours.measures import ATTENDANCES, GRADED, HOURS, SERVED
from yinling.hours.models import Attendance, Grade, Objection, Source, State, Verdict
from yinling.hours.queries import attendance_visible, confirmed, confirmed_minutes
from yinling.hours.rules import by_another, may_attend, may_confirm, may_record, may_review, may_see_hours

__all__ = [
    "ATTENDANCES",
    "GRADED",
    "HOURS",
    "SERVED",
    "AlreadyThere",
    "Attendance",
    "Confirmed",
    "Grade",
    "Left",
    "Objection",
    "SheetRow",
    "Source",
    "State",
    "Verdict",
    "attendance_visible",
    "by_another",
    "check_in",
    "check_out",
    "confirm",
    "confirm_many",
    "confirmed",
    "confirmed_minutes",
    "correct",
    "may_attend",
    "may_confirm",
    "may_record",
    "may_review",
    "may_see_hours",
    "record_attendance",
    "record_sheet",
    "send_to_review",
    "void",
    "why_not",
]
