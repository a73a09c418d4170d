"""1+X examinations and their candidates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import record, reverse
from yinling.network import Body, parameter
from yinling.training.measures import EXAMINED
from yinling.training.models import Candidate, Exam
from yinling.training.parameters import PASS_MARK
from yinling.training.rules import may_train


@action("training.open_exam", label=gettext_lazy("Record a 1+X examination"), rule=may_train, on="school")
def open_exam(*, school: Body, batch: str, level: str, held_on: date, by: Actor) -> Exam:
    """An examination of a school's students; its candidates are added to it, or imported."""
    if school.kind != Body.Kind.SCHOOL:
        raise ValidationError({"school": _("This body is not a school.")})
    if held_on > clock.today():
        raise ValidationError({"held_on": _("The day lies in the future.")})
    exam = Exam(
        school=school, area_path=school.area_path, batch=batch, level=level, held_on=held_on,
        changed_by=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return create(exam)
    except IntegrityError as error:
        raise ValidationError({"batch": _("This examination is recorded already.")}) from error


def has_passed(theory: Decimal | None, skills: Decimal | None, needed: Decimal) -> bool:
    """Whether both parts reach the pass mark."""
    return theory is not None and skills is not None and min(theory, skills) >= needed


def dims_of(candidate: Candidate, exam: Exam) -> dict[str, str]:
    """The dimensions of a candidate's fact."""
    return {
        "school": str(exam.school_id), "onex_level": exam.level, "passed": "yes" if candidate.passed else "no",
    }  # fmt: skip


@action(
    "training.add_candidate", label=gettext_lazy("Record a 1+X candidate"), rule=may_train, on="exam",
    records=[EXAMINED],
)  # fmt: skip
def add_candidate(
    *, exam: Exam, number: str, name: str, theory: Decimal | None = None, skills: Decimal | None = None, by: Actor
) -> Candidate:
    """A student who took the examination, with marks out of 100 (None: did not sit the part). Who reaches the pass mark of
    the exam's place and day in both has passed."""
    for key, mark in (("theory", theory), ("skills", skills)):
        if mark is not None and not 0 <= mark <= Decimal(100):
            raise ValidationError({key: _("A mark lies between 0 and 100, with one decimal at most.")})
    needed = parameter(PASS_MARK, exam.area_path, exam.held_on)
    candidate = Candidate(
        exam=exam, area_path=exam.area_path, number=number, name=name, theory=theory, skills=skills,
        passed=has_passed(theory, skills, needed), entry_id=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            create(candidate)
    except IntegrityError as error:
        raise ValidationError({"number": _("A candidate of this number is recorded already.")}) from error
    record(EXAMINED, source=candidate.pk, path=exam.area_path, happened=exam.held_on, dims=dims_of(candidate, exam))
    return candidate


@action(
    "training.withdraw_candidate", label=gettext_lazy("Withdraw a 1+X candidate"), rule=may_train, on="candidate",
    records=[EXAMINED],
)  # fmt: skip
def withdraw_candidate(*, candidate: Candidate, reason: str, by: Actor) -> Candidate:
    """The record was wrong; its figure is reversed. Record the candidate anew with what is right."""
    because(reason)
    held = locked(candidate)
    if held.withdrawn:
        raise Refused(_("This record was withdrawn."))
    reverse(held.entry_id, source=held.pk, kinds=[EXAMINED])
    return change(candidate, withdrawn=True)
