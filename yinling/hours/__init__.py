"""Service hours: presence at sessions recorded, confirmed by somebody else, counted once."""

from yinling.hours.actions import AlreadyThere
from yinling.hours.actions import Confirmed
from yinling.hours.actions import Left
from yinling.hours.actions import SheetRow
from yinling.hours.actions import answer_objection
from yinling.hours.actions import check_in
from yinling.hours.actions import check_out
from yinling.hours.actions import confirm
from yinling.hours.actions import confirm_many
from yinling.hours.actions import correct
from yinling.hours.actions import judge
from yinling.hours.actions import object_to
from yinling.hours.actions import record_attendance
from yinling.hours.actions import record_sheet
from yinling.hours.actions import send_to_review
from yinling.hours.actions import void
from yinling.hours.actions import why_not
from yinling.hours.bulk import NewRecord
from yinling.hours.bulk import record_many
from yinling.hours.bulk import withdraw_batch
from yinling.hours.domain_measures import DomainMeasures
from yinling.hours.domain_measures import measures_of
from yinling.hours.measures import ATTENDANCES
from yinling.hours.measures import GRADED
from yinling.hours.measures import HOURS
from yinling.hours.measures import PARTICIPATION
from yinling.hours.measures import SERVED
from yinling.hours.models import Attendance
from yinling.hours.models import Grade
from yinling.hours.models import Objection
from yinling.hours.models import Source
from yinling.hours.models import State
from yinling.hours.models import Verdict
from yinling.hours.queries import attendance_visible
from yinling.hours.queries import confirmed
from yinling.hours.queries import confirmed_minutes
from yinling.hours.queries import objections_visible
from yinling.hours.queries import to_answer
from yinling.hours.queries import to_close
from yinling.hours.queries import to_confirm
from yinling.hours.queries import unrecorded
from yinling.hours.rules import by_another
from yinling.hours.rules import may_attend
from yinling.hours.rules import may_confirm
from yinling.hours.rules import may_record
from yinling.hours.rules import may_review
from yinling.hours.rules import may_see_hours
from yinling.hours.suspicions import KINDS as SUSPICIONS
from yinling.hours.suspicions import Suspicion
from yinling.hours.suspicions import suspicions


__all__ = [
    "ATTENDANCES",
    "AlreadyThere",
    "Attendance",
    "Confirmed",
    "DomainMeasures",
    "GRADED",
    "Grade",
    "HOURS",
    "Left",
    "NewRecord",
    "Objection",
    "PARTICIPATION",
    "SERVED",
    "SUSPICIONS",
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
