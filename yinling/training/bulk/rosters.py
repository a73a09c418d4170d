"""Rosters, marks and papers from a list, and their undoing: each row as its single action writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, because, change, current, locked, note
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import touch
from yinling.network import Place
from yinling.people import Qualification
from yinling.training.actions.marks import withdraw_mark
from yinling.training.actions.papers import Paper, add_qualification, withdraw_qualification
from yinling.training.actions.roster import add_trainee
from yinling.training.bulk.classes import NewPerson, persons_for
from yinling.training.measures import QUALIFIED
from yinling.training.models import ClassState, Mark, MarkState, Trainee, TraineeState, TrainingClass
from yinling.training.rules import may_train


def _in_row(row: int | None, error: ValidationError) -> Refused:
    return Refused(_("Row %(row)s: %(problem)s") % {"row": row, "problem": " ".join(error.messages)})


@action(
    "training.add_trainees", label=gettext_lazy("Put a list of people on a roster"), rule=may_train,
    on="training_class",
)  # fmt: skip
def add_trainees(
    *,
    training_class: TrainingClass,
    rows: Sequence[NewPerson],
    batch_id: int | None = None,
    reason: str = "",
    by: Actor,
) -> tuple[int, int]:
    """People of a list on the roster, as `add_trainee` puts each; who is not in the register is written to it, at the place
    of the class. Returns the entry and how many."""
    people = persons_for(rows, training_class.activity.place, batch_id)
    for row, person in zip(rows, people, strict=True):
        try:
            trainee = add_trainee(training_class=training_class, person=person, reason=reason, by=by)
        except ValidationError as error:
            raise _in_row(row.row, error) from error
        change(trainee, batch_id=batch_id, batch_row=row.row)
    note(rows=len(rows))
    return current().entry_id, len(rows)


@action("training.withdraw_trainees", label=gettext_lazy("Undo a list of trainees"), rule=may_train, on="area")
def withdraw_trainees(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Take the people of a list off the roster again, while it is open; returns how many."""
    because(reason)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    rows = Trainee.objects.filter(batch_id=batch_id, state=TraineeState.ENROLLED).select_related("training_class")
    for row in rows:
        if locked(row.training_class).state != ClassState.PLANNED:
            raise Refused(_("The roster of this class is fixed already."))
        change(row, state=TraineeState.LEFT, why=reason[:200], changed_by=act.entry_id)
    return len(rows)


@action("training.withdraw_marks", label=gettext_lazy("Undo a list of marks"), rule=may_train, on="area")
def withdraw_marks(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Withdraw the marks that a list brought (`entry_id` its entry), unless somebody confirmed one; returns how many."""
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    rows = list(Mark.objects.filter(changed_by=entry_id, state=MarkState.ENTERED).order_by("-attempt"))
    for row in rows:
        withdraw_mark(mark=row, reason=reason, by=by)
    return len(rows)


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper in a list, with who holds it."""

    person: NewPerson
    paper: Paper


@action(
    "training.import_papers", label=gettext_lazy("Record qualifications from a list"), rule=may_train, on="place",
    records=[QUALIFIED],
)  # fmt: skip
def add_papers(*, rows: Sequence[NewPaper], batch_id: int | None = None, place: Place, by: Actor) -> tuple[int, int]:
    """Papers of a list with their holders; who is not in the register is written to it, at `place`. Returns the entry and
    how many."""
    touch(QUALIFIED)
    act = current()
    if batch_id is not None:
        act.subject, act.subject_id = "batch", batch_id
    people = persons_for([row.person for row in rows], place, batch_id)
    for row, person in zip(rows, people, strict=True):
        try:
            made = add_qualification(person=person, paper=row.paper, by=by)
        except ValidationError as error:
            raise _in_row(row.person.row, error) from error
        change(made, batch_id=batch_id, batch_row=row.person.row)
    note(rows=len(rows))
    return act.entry_id, len(rows)


@action(
    "training.withdraw_papers", label=gettext_lazy("Undo a list of qualifications"), rule=may_train, on="area",
    records=[QUALIFIED],
)  # fmt: skip
def withdraw_papers(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Withdraw the papers that a list brought; returns how many."""
    touch(QUALIFIED)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    rows = list(Qualification.objects.filter(batch_id=batch_id, withdrawn=False))
    for row in rows:
        withdraw_qualification(qualification=row, reason=reason, by=by)
    return len(rows)
