"""Volunteers who say that their hours are wrong or missing; the organiser must check and answer (Order 67)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, change, create, current, locked
from yinling.base.rules import Actor, Refused, signed_in
from yinling.base.workdays import add_workdays
from yinling.hours.models import Attendance, Objection
from yinling.hours.rules import may_record
from yinling.network import parameter
from yinling.volunteers import volunteer_of


@action("hours.object", label=gettext_lazy("Object to hours"), rule=signed_in)
def object_to(*, attendance: Attendance | None = None, day: date | None = None, text: str, by: Actor) -> Objection:
    """The volunteer says that one of the own records is wrong, or (without a record) that one is missing for `day`. The
    organiser of the record, or the office that keeps the volunteer, has parameter `answer_within_workdays` to answer."""
    volunteer = volunteer_of(by.account_id)
    if volunteer is None or (attendance is not None and attendance.person_id != volunteer.pk):
        raise Refused(_("You can object to your own hours only."))
    if not text.strip():
        raise ValidationError({"text": _("Say what is wrong.")})
    on = attendance.day if attendance is not None else day
    if on is None or on > clock.today():
        raise ValidationError({"day": _("Give the day of service; it lies in the past.")})
    path = attendance.area_path if attendance is not None else volunteer.area_path
    workdays = int(parameter("answer_within_workdays", path, clock.today()))
    try:
        with transaction.atomic():
            return create(
                Objection(
                    person=volunteer.person, attendance=attendance, area_path=path, day=on, text=text.strip()[:400],
                    raised_by=by.account_id, raised_at=clock.now(), due_on=add_workdays(clock.today(), workdays).day,
                    changed_by=current().entry_id,
                )
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("You have said this already; it waits for an answer.")) from error


@action("hours.answer", label=gettext_lazy("Answer an objection"), rule=may_record, on="objection")
def answer_objection(*, objection: Objection, answer: str, by: Actor) -> Objection:
    """What came of the check. Correcting, voiding or adding a record is done with the record itself. Nobody answers the own
    objection; it is answered once."""
    row = locked(objection)
    if row.answered_at is not None:
        raise Refused(_("This is answered already."))
    if by.account_id is not None and by.account_id == row.raised_by:
        raise Refused(_("This is your own objection; somebody else must answer it."))
    if not answer.strip():
        raise ValidationError({"answer": _("Say what came of the check.")})
    return change(
        objection, answer=answer.strip()[:400], answered_by=by.account_id, answered_at=clock.now(),
        changed_by=current().entry_id,
    )  # fmt: skip
