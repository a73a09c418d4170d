"""Service hours: presence at sessions recorded, confirmed by somebody else, counted once."""

from yinling.hours.actions import (
    AlreadyThere,
    Confirmed,
    Left,
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
from yinling.hours.bulk import (
    NewRecord,
    record_many,
    withdraw_batch,
)
from yinling.hours.domain_measures import (
    DomainMeasures,
    measures_of,
)
from yinling.hours.measures import (
    ATTENDANCES,
    GRADED,
    HOURS,
    SERVED,
)
from yinling.hours.models import (
    Attendance,
    Grade,
    Objection,
    Source,
    State,
    Verdict,
)
from yinling.hours.queries import (
    attendance_visible,
    confirmed,
    confirmed_minutes,
)
from yinling.hours.rules import (
    by_another,
    may_attend,
    may_confirm,
    may_record,
    may_review,
    may_see_hours,
)
from yinling.hours.suspicions import (
    Suspicion,
    suspicions,
)

__all__ = [
    "ATTENDANCES",
    "GRADED",
    "HOURS",
    "SERVED",
    "AlreadyThere",
    "Attendance",
    "Confirmed",
    "DomainMeasures",
    "Grade",
    "Left",
    "NewRecord",
    "Objection",
    "SheetRow",
    "Source",
    "State",
    "Suspicion",
    "Verdict",
    "answer_objection",
    "attendance_visible",
    "by_another",
    "check_in",
    "check_out",
    "confirm",
    "confirm_many",
    "confirmed",
    "confirmed_minutes",
    "correct",
    "judge",
    "may_attend",
    "may_confirm",
    "may_record",
    "may_review",
    "may_see_hours",
    "measures_of",
    "object_to",
    "record_attendance",
    "record_many",
    "record_sheet",
    "send_to_review",
    "suspicions",
    "void",
    "why_not",
    "withdraw_batch",
]
