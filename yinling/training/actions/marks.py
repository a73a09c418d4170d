"""Marks: entered by one account, confirmed by another; a failed part may be taken again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import touch
from yinling.network import parameters
from yinling.training.courses import COURSES
from yinling.training.measures import FINISHED
from yinling.training.models import ClassState, Mark, MarkState, Trainee, TraineeState, TrainingClass
from yinling.training.parameters import PASS_MARK, RETAKE_DAYS
from yinling.training.rules import may_train
from yinling.training.settling import settle

HUNDRED = Decimal(100)
STEP = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark to enter for a trainee."""

    trainee: Trainee
    part: str
    mark: Decimal
    taken_on: date


@action("training.enter_mark", label=gettext_lazy("Enter a mark"), rule=may_train, on="trainee")
def enter_mark(*, trainee: Trainee, part: str, mark: Decimal, taken_on: date, by: Actor) -> Mark:
    """A mark out of 100 in one part, to be confirmed by somebody else. A second one in the same part is an attempt to pass
    what failed, within the days the parameter gives."""
    return _enter(Marked(trainee, part, mark, taken_on), by)


@action("training.enter_marks", label=gettext_lazy("Enter marks"), rule=may_train, on="training_class")
def enter_marks(*, training_class: TrainingClass, rows: Sequence[Marked], by: Actor) -> list[Mark]:
    """The marks of a sheet, all or none."""
    if any(row.trainee.training_class_id != training_class.pk for row in rows):
        raise Refused(_("This trainee belongs to another class."))
    return [_enter(row, by) for row in rows]


def _enter(row: Marked, by: Actor) -> Mark:
    trainee = locked(row.trainee)
    of = trainee.training_class
    _demand_markable(trainee, of, row.part)
    if not 0 <= row.mark <= HUNDRED or row.mark != row.mark.quantize(STEP):
        raise ValidationError({"mark": _("A mark lies between 0 and 100, with one decimal at most.")})
    if not of.starts_on <= row.taken_on <= clock.today():
        raise ValidationError({"taken_on": _("The day lies before the class or in the future.")})
    earlier = list(trainee.marks.filter(part=row.part).exclude(state=MarkState.WITHDRAWN).order_by("attempt"))
    if earlier:
        _demand_retake(of, earlier, row.taken_on)
    made = Mark(
        trainee=trainee, area_path=trainee.area_path, part=row.part, attempt=len(earlier) + 1, mark=row.mark,
        taken_on=row.taken_on, entered_by=by.account_id, changed_by=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return create(made)
    except IntegrityError as error:
        raise Refused(_("Somebody entered this mark meanwhile.")) from error


def _demand_markable(trainee: Trainee, of: TrainingClass, part: str) -> None:
    if trainee.person_id is None or trainee.state in {TraineeState.LEFT, TraineeState.FINISHED}:
        raise Refused(_("This trainee has left or finished the class."))
    if of.state not in {ClassState.RUNNING, ClassState.HELD}:
        raise Refused(_("Marks are entered once the class has begun."))
    if part not in COURSES[of.course].parts:
        raise ValidationError({"part": _("This part is not examined in this course.")})


def _demand_retake(of: TrainingClass, earlier: Sequence[Mark], taken_on: date) -> None:
    """Refused unless the last attempt failed and the time to try again is not over."""
    numbers = parameters((PASS_MARK, RETAKE_DAYS), of.area_path, earlier[0].taken_on)
    if earlier[-1].state != MarkState.CONFIRMED:
        raise Refused(_("The mark before this one is not confirmed yet."))
    if earlier[-1].mark >= numbers[PASS_MARK]:
        raise Refused(_("This part is passed already."))
    last = earlier[0].taken_on + timedelta(days=int(numbers[RETAKE_DAYS]))
    if not earlier[-1].taken_on < taken_on <= last:
        raise ValidationError(
            {"taken_on": _("This part may be taken again until %(day)s.") % {"day": last.isoformat()}}
        )


@action(
    "training.confirm_mark", label=gettext_lazy("Confirm a mark"), rule=may_train, on="mark", records=[FINISHED]
)  # fmt: skip
def confirm_mark(*, mark: Mark, by: Actor) -> Mark:
    """Somebody else than who entered it says that the mark is right. A trainee of a finished class who thereby passes has
    finished it from the day of the mark."""
    touch(FINISHED)
    return _confirm(mark, by)


def _confirm(mark: Mark, by: Actor) -> Mark:
    trainee = locked(mark.trainee)
    held = locked(mark)
    if held.state != MarkState.ENTERED:
        raise Refused(_("This mark is confirmed or withdrawn already."))
    if held.entered_by is not None and held.entered_by == by.account_id:
        raise Refused(_("You entered this mark; somebody else has to confirm it."))
    confirmed = change(mark, state=MarkState.CONFIRMED, confirmed_by=by.account_id, changed_by=current().entry_id)
    if trainee.training_class.state == ClassState.HELD:
        settle(trainee, on=held.taken_on)
    return confirmed


@action(
    "training.confirm_marks", label=gettext_lazy("Confirm the marks of a class"), rule=may_train, on="training_class",
    records=[FINISHED],
)  # fmt: skip
def confirm_marks(*, training_class: TrainingClass, by: Actor) -> int:
    """Confirm every mark of the class that somebody else entered; returns how many. Refused if there is none."""
    touch(FINISHED)
    waiting = Mark.objects.filter(trainee__training_class=training_class, state=MarkState.ENTERED).order_by("pk")
    mine = [mark for mark in waiting.select_related("trainee") if mark.entered_by != by.account_id or by.system]
    if not mine:
        raise Refused(_("No mark waits for you to confirm it."))
    for mark in mine:
        _confirm(mark, by)
    return len(mine)


@action("training.withdraw_mark", label=gettext_lazy("Withdraw a mark"), rule=may_train, on="mark")
def withdraw_mark(*, mark: Mark, reason: str, by: Actor) -> Mark:
    """The mark was wrong. Refused where the trainee has finished the class by it, or where a later attempt builds on it."""
    because(reason)
    trainee, held = locked(mark.trainee), locked(mark)
    if held.state == MarkState.WITHDRAWN:
        raise Refused(_("This mark is confirmed or withdrawn already."))
    if trainee.state == TraineeState.FINISHED:
        raise Refused(_("The trainee has finished the class by this mark."))
    later = trainee.marks.filter(part=held.part, attempt__gt=held.attempt).exclude(state=MarkState.WITHDRAWN)
    if later.exists():
        raise Refused(_("Later records build on these; undo the later ones first."))
    return change(mark, state=MarkState.WITHDRAWN, why=reason, changed_by=current().entry_id)
