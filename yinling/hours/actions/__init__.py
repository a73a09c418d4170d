"""Every write of service hours."""

from yinling.hours.actions.attending import (
    AlreadyThere,
    SheetRow,
    check_in,
    check_out,
    record_attendance,
    record_sheet,
)
from yinling.hours.actions.confirming import (
    Confirmed,
    confirm,
    confirm_many,
    correct,
    send_to_review,
    void,
    why_not,
)
from yinling.hours.actions.judging import judge
from yinling.hours.actions.merging import merge_hours
from yinling.hours.actions.objecting import answer_objection, object_to

__all__ = [
    "AlreadyThere",
    "Confirmed",
    "SheetRow",
    "answer_objection",
    "check_in",
    "check_out",
    "confirm",
    "confirm_many",
    "correct",
    "judge",
    "merge_hours",
    "object_to",
    "record_attendance",
    "record_sheet",
    "send_to_review",
    "void",
    "why_not",
]
