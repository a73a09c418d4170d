"""Papers that people hold: skill-grade certificates and the qualifications of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import hold, reverse
from yinling.people import Person, Qualification
from yinling.training.measures import QUALIFIED
from yinling.training.numbers import normal, remarks_on
from yinling.training.rules import may_train

GRADED = frozenset({Qualification.Kind.SKILL_GRADE, Qualification.Kind.VOCATIONAL})
LOWEST = 5


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it is handed in. `title` is the trade or what the paper says; `grade` 5 (lowest) to 1."""

    kind: str
    title: str
    grade: int | None
    number: str
    issuer: str
    issued_on: date
    expires_on: date | None = None

    def check(self) -> None:
        """ValidationError, with the column, for what cannot be; a strange number is no such thing."""
        if self.issued_on > clock.today():
            raise ValidationError({"issued_on": _("The day lies in the future.")})
        if self.expires_on is not None and self.expires_on < self.issued_on:
            raise ValidationError({"expires_on": _("The paper ends before it was issued.")})
        if self.grade is not None and not 1 <= self.grade <= LOWEST:
            raise ValidationError({"grade": _("Grades go from 5 (lowest) to 1.")})
        if self.kind == Qualification.Kind.SKILL_GRADE and self.grade is None:
            raise ValidationError({"grade": _("A skill-grade certificate has a grade.")})

    def row(self, person: Person, entry: int) -> Qualification:
        """The row to keep, with the remarks on its number."""
        number = normal(self.number)
        remarks = remarks_on(number, kind=self.kind, grade=self.grade, issued_on=self.issued_on)
        return Qualification(
            person=person, area_path=person.area_path, kind=self.kind, title=self.title, grade=self.grade,
            number=number, number_note=",".join(remarks), issuer=self.issuer, issued_on=self.issued_on,
            expires_on=self.expires_on, changed_by=entry,
        )  # fmt: skip


def dims_of(row: Qualification) -> dict[str, str]:
    """The dimensions of a paper's fact."""
    return {"paper": str(row.kind), "skill_grade": str(row.grade) if row.grade else "none"}


@action(
    "training.add_qualification", label=gettext_lazy("Record a qualification"), rule=may_train, on="person",
    records=[QUALIFIED],
)  # fmt: skip
def add_qualification(*, person: Person, paper: Paper, by: Actor) -> Qualification:
    """The person holds the paper. Refused where they hold one of the same trade and grade already (each grade of a trade is
    certified once); what strikes at its number becomes a remark."""
    paper.check()
    locked(person)
    same = Qualification.objects.filter(person=person, kind=paper.kind, title=paper.title, withdrawn=False)
    if paper.kind in GRADED and same.filter(grade=paper.grade).exists():
        raise ValidationError({"grade": _("This person holds a paper of this trade and grade already.")})
    row = paper.row(person, current().entry_id)
    try:
        with transaction.atomic():
            create(row)
    except IntegrityError as error:
        raise ValidationError({"number": _("A paper of this number is recorded already.")}) from error
    hold(QUALIFIED, source=row.pk, path=row.area_path, on=row.issued_on, dims=dims_of(row), person=person.pk)
    if row.expires_on is not None:
        # Known from the first day: the figure falls by itself when the paper ends.
        hold(
            QUALIFIED, source=row.pk, path=row.area_path, on=row.expires_on + timedelta(days=1), quantity=0,
            dims=dims_of(row), person=person.pk,
        )  # fmt: skip
    return row


@action(
    "training.withdraw_qualification", label=gettext_lazy("Withdraw a qualification"), rule=may_train,
    on="qualification", records=[QUALIFIED],
)  # fmt: skip
def withdraw_qualification(*, qualification: Qualification, reason: str, by: Actor) -> Qualification:
    """The record was wrong; its figure is reversed."""
    because(reason)
    held = locked(qualification)
    if held.withdrawn:
        raise Refused(_("This record was withdrawn."))
    reverse(held.changed_by, source=held.pk, kinds=[QUALIFIED])
    return change(qualification, withdrawn=True, changed_by=current().entry_id)
