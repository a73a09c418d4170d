"""1+X candidates by the thousand, as a school's list has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, because, copy_many, create, current, note
from yinling.base.paths import is_under
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import NewFact, record_many, reverse, touch
from yinling.network import Body, parameter
from yinling.training.actions.exams import dims_of, has_passed
from yinling.training.measures import EXAMINED
from yinling.training.models import Candidate, Exam
from yinling.training.parameters import PASS_MARK
from yinling.training.rules import may_train


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """A 1+X candidate as a school's list has it; marks out of 100, None: did not sit the part."""

    school: Body
    batch: str
    level: str
    held_on: date
    number: str
    name: str
    theory: Decimal | None
    skills: Decimal | None
    row: int | None = None


@action(
    "training.import_candidates", label=gettext_lazy("Record 1+X candidates from a list"), rule=may_train, on="area",
    records=[EXAMINED],
)  # fmt: skip
def register_candidates(*, rows: Iterable[NewCandidate], batch_id: int | None, area: Placed, by: Actor) -> int:
    """Candidates with their examinations, which are made where they are not recorded yet; returns how many. All or
    nothing; Refused names the row."""
    touch(EXAMINED)
    act = current()
    if batch_id is not None:
        act.subject, act.subject_id = "batch", batch_id
    exams: dict[tuple[int, str, str, date], tuple[Exam, Decimal]] = {}
    candidates: list[Candidate] = []
    for row in rows:
        if not is_under(row.school.area_path, area.area_path):
            raise Refused(_("Row %(row)s: the school lies outside your area.") % {"row": row.row})
        key = (row.school.pk, row.batch, row.level, row.held_on)
        if key not in exams:
            exams[key] = _exam(row), parameter(PASS_MARK, row.school.area_path, row.held_on)
        exam, needed = exams[key]
        candidates.append(
            Candidate(
                exam=exam, area_path=exam.area_path, number=row.number, name=row.name, theory=row.theory,
                skills=row.skills, passed=has_passed(row.theory, row.skills, needed), batch_id=batch_id,
                batch_row=row.row, entry_id=act.entry_id,
            )
        )  # fmt: skip
    try:
        with transaction.atomic():
            copy_many(candidates)
    except IntegrityError as error:
        raise Refused(_("A candidate of this list is recorded already. Check it again.")) from error
    record_many(
        EXAMINED,
        (NewFact(dims_of(one, one.exam), one.pk, one.area_path, one.exam.held_on) for one in candidates),
    )
    note(rows=len(candidates))
    return len(candidates)


def _exam(row: NewCandidate) -> Exam:
    known = Exam.objects.filter(school=row.school, batch=row.batch, level=row.level, held_on=row.held_on).first()
    return known or create(
        Exam(
            school=row.school, area_path=row.school.area_path, batch=row.batch, level=row.level, held_on=row.held_on,
            changed_by=current().entry_id,
        )
    )  # fmt: skip


@action(
    "training.withdraw_candidates", label=gettext_lazy("Undo a list of 1+X candidates"), rule=may_train, on="area",
    records=[EXAMINED],
)  # fmt: skip
def withdraw_candidates(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Undo a list: its facts are reversed, its candidates withdrawn; returns how many."""
    because(reason)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    reverse(entry_id)
    count: int = Candidate.objects.filter(batch_id=batch_id, withdrawn=False).update(withdrawn=True)
    note(rows=count)
    return count
