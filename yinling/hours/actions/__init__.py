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
from yinling.hours.actions.presence import raise_grade
from yinling.hours.actions.tickets import Handed, hand_in_code, hand_in_mark, prepare_host, register_device

__all__ = [
    "AlreadyThere",
    "Confirmed",
    "Handed",
    "Left",
    "SheetRow",
    "check_in",
    "check_out",
    "confirm",
    "confirm_many",
    "correct",
    "hand_in_code",
    "hand_in_mark",
    "prepare_host",
    "raise_grade",
    "record_attendance",
    "record_sheet",
    "register_device",
    "send_to_review",
    "void",
    "why_not",
]
