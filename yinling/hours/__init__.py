"""Service hours: presence at sessions recorded, confirmed by somebody else, counted once."""

from yinling.hours import checking_in
from yinling.hours.actions import (
    AlreadyThere,
    Confirmed,
    SheetRow,
    answer_objection,
    check_in,
    check_out,
    confirm,
    confirm_many,
    correct,
    judge,
    object_to,
    record_attendance,
    record_sheet,
    send_to_review,
    void,
    why_not,
)
from yinling.hours.bulk import NewRecord, record_many, withdraw_batch
from yinling.hours.domain_measures import DomainMeasures, measures_of
from yinling.hours.measures import GRADED, HOURS, SERVED
from yinling.hours.models import Attendance, Grade, Objection, Source, State, Verdict
from yinling.hours.queries import (
    attendance_visible,
    confirmed,
    confirmed_minutes,
    objections_visible,
    to_answer,
    to_close,
    to_confirm,
    unrecorded,
)
from yinling.hours.rules import may_confirm, may_record, may_review, may_see_hours
from yinling.hours.suspicions import KINDS as SUSPICIONS
from yinling.hours.suspicions import Suspicion, suspicions

__all__ = [
    "GRADED",
    "HOURS",
    "SERVED",
    "SUSPICIONS",
    "AlreadyThere",
    "Attendance",
    "Confirmed",
    "DomainMeasures",
    "Grade",
    "NewRecord",
    "Objection",
    "SheetRow",
    "Source",
    "State",
    "Suspicion",
    "Verdict",
    "answer_objection",
    "attendance_visible",
    "check_in",
    "check_out",
    "checking_in",
    "confirm",
    "confirm_many",
    "confirmed",
    "confirmed_minutes",
    "correct",
    "judge",
    "may_confirm",
    "may_record",
    "may_review",
    "may_see_hours",
    "measures_of",
    "object_to",
    "objections_visible",
    "record_attendance",
    "record_many",
    "record_sheet",
    "send_to_review",
    "suspicions",
    "to_answer",
    "to_close",
    "to_confirm",
    "unrecorded",
    "void",
    "why_not",
    "withdraw_batch",
]
