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
    Left,
    confirm,
    confirm_many,
    correct,
    send_to_review,
    void,
    why_not,
)

__all__ = [
    "AlreadyThere",
    "Confirmed",
    "Left",
    "SheetRow",
    "check_in",
    "check_out",
    "confirm",
    "confirm_many",
    "correct",
    "record_attendance",
    "record_sheet",
    "send_to_review",
    "void",
    "why_not",
]
