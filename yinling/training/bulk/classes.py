"""Classes by the hundred: the same rows and facts as one at a time, in a few statements. One action, one audit entry.

Classes that were held before they were recorded come whole: their trainees by name, or where only a number is left, by the
number with the paper that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Activity, Project, bulk
from yinling.base import clock
from yinling.base.action import action, because, copy_many, current, note
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import NewFact, record_many, reverse, touch
from yinling.network import Body, Place, initials_of
from yinling.people import Person, identity
from yinling.training import engine
from yinling.training.actions.classes import check_course, people_on
from yinling.training.counting import CLASS_HOUR, count_training, take_back
from yinling.training.courses import class_facts
from yinling.training.measures import CLASS_KINDS, FINISHED, PLACED
from yinling.training.models import ClassState, Placement, Trainee, TraineeState, TrainingClass
from yinling.training.rules import may_train

KINDS = (*CLASS_KINDS, PLACED)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody as a list names them: found by resident number, else a new person of the register. `row` is the row of the
    file."""

    name: str
    resident_id: str = ""
    phone: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class OldTrainee:
    """A trainee of a class taken over: a person, or a number of `people` with its paper (`basis`). `employer`: where they
    found work, `post` and `since` when."""

    person: NewPerson | None = None
    people: int = 1
    basis: str = ""
    finished: bool = True
    why: str = ""
    certificate: str = ""
    employer: Body | None = None
    post: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class OldClass:
    """A class that was held before it was recorded. `place` None: where its project lies."""

    course: str
    ordinal: int
    starts_on: date
    ends_on: date
    hours: int
    trainees: Sequence[OldTrainee]
    place: Place | None = None


def persons_for(rows: Sequence[NewPerson], place: Place, batch_id: int | None) -> list[Person]:
    """The person of each row; who is not in the register yet is written to it, at `place`. Inside an action. Refused where
    a resident number belongs to somebody of another name."""
    columns = [identity(row.resident_id, row.phone) for row in rows]
    hashes = {str(one["resident_hash"]) for one in columns if "resident_hash" in one}
    known = {one.resident_hash: one for one in Person.objects.filter(resident_hash__in=hashes, withdrawn=False)}
    found: list[Person] = []
    new: list[Person] = []
    for row, values in zip(rows, columns, strict=True):
        hash_ = str(values.get("resident_hash", ""))
        person = known.get(hash_) if hash_ else None
        if person is None:
            person = Person(
                place=place, area_path=place.area_path, name=row.name, initials=initials_of(row.name)[:40],
                batch_id=batch_id, batch_row=row.row, **values,
            )  # fmt: skip
            new.append(person)
            if hash_:
                known[hash_] = person
        elif person.name != row.name:
            raise Refused(
                _("Row %(row)s: this resident number is in the register under another name.") % {"row": row.row}
            )
        found.append(person)
    try:
        with transaction.atomic():
            copy_many(new)
    except IntegrityError as error:
        raise Refused(_("Meanwhile somebody registered a person who is also in this list. Check it again.")) from error
    return found


@action(
    "training.take_over", label=gettext_lazy("Take over finished classes"), rule=may_train, on="series", records=KINDS
)
def take_over(*, series: Project, rows: Iterable[OldClass], batch_id: int | None = None, by: Actor) -> int:
    """Classes of a project that were finished before they were recorded, with their trainees; returns how many trainees.
    All or nothing; Refused names the class. They count by their last day, placements by the day work began."""
    touch(*KINDS)
    given = list(rows)
    for old in given:
        check_course(old.course, old.starts_on, old.ends_on)
        if old.ends_on > clock.today():
            raise Refused(_("Class %(number)d is not finished yet.") % {"number": old.ordinal})
    pairs = _classes(series, given, batch_id, by)
    trainees = _trainees(pairs, batch_id)
    counted: dict[str, list[NewFact]] = {}
    for one, _old in pairs:
        for kind, dims, quantity in class_facts(one.course, (one.ends_on - one.starts_on).days + 1):
            counted.setdefault(kind, []).append(NewFact(dims, one.pk, one.area_path, one.ends_on, quantity))
    for kind, facts in counted.items():
        record_many(kind, facts)
    record_many(
        FINISHED,
        (
            NewFact({"course": of.course}, row.pk, row.area_path, of.ends_on, row.people, row.person_id)
            for row, of, _old in trainees
            if row.state == TraineeState.FINISHED
        ),
    )
    _placements(trainees)
    _count_trainings(trainees, by)
    act = current()
    if batch_id is not None:
        act.subject, act.subject_id = "batch", batch_id
    note(classes=len(pairs), trainees=len(trainees))
    return len(trainees)


def _classes(
    series: Project, rows: Sequence[OldClass], batch_id: int | None, by: Actor
) -> list[tuple[TrainingClass, OldClass]]:
    """Write the classes with the activities they hang on."""
    wanted = [engine.new_activity(series, old.place or series.place, old.course, old.ordinal, None) for old in rows]
    activities = bulk.create_activities(rows=wanted, area=series, by=by)
    entry = current().entry_id
    Activity._base_manager.filter(pk__in=[one.pk for one in activities]).update(
        state=Activity.State.HELD, changed_by=entry
    )
    made = [
        TrainingClass(
            activity=activity, series=series, area_path=activity.area_path, course=old.course, ordinal=old.ordinal,
            hours=old.hours, capacity=sum(one.people for one in old.trainees), starts_on=old.starts_on,
            ends_on=old.ends_on, state=ClassState.HELD, taken_over=True, entry_id=entry, batch_id=batch_id,
            changed_by=entry,
        )
        for activity, old in zip(activities, rows, strict=True)
    ]  # fmt: skip
    try:
        with transaction.atomic():
            copy_many(made)
    except IntegrityError as error:
        raise Refused(_("This project already has one of these classes. Check the list again.")) from error
    return list(zip(made, rows, strict=True))


Taken = tuple[Trainee, TrainingClass, OldTrainee]


def _trainees(pairs: Sequence[tuple[TrainingClass, OldClass]], batch_id: int | None) -> list[Taken]:
    """Write the trainees of all classes at once."""
    entry = current().entry_id
    named = [(of, old, one) for of, old in pairs for one in old.trainees if one.person is not None]
    people: dict[int, Person] = {}
    for place in {of.activity.place_id: of.activity.place for of, _old, _one in named}.values():
        here = [one for of, _old, one in named if of.activity.place_id == place.pk]
        found = persons_for([one.person for one in here if one.person], place, batch_id)
        people |= {id(one): person for one, person in zip(here, found, strict=True)}
    rows: list[Taken] = []
    for of, old in pairs:
        seen: set[int] = set()
        for one in old.trainees:
            person = people.get(id(one))
            if person is not None and person.pk in seen:
                raise Refused(
                    _("Class %(number)d lists somebody twice: %(name)s.")
                    % {"number": old.ordinal, "name": person.masked_name}
                )
            seen |= {person.pk} if person else set()
            rows.append((_trainee(of, one, person, batch_id, entry), of, one))
    copy_many([row for row, _of, _one in rows])
    return rows


def _trainee(of: TrainingClass, one: OldTrainee, person: Person | None, batch_id: int | None, entry: int) -> Trainee:
    return Trainee(
        training_class=of, area_path=of.area_path, person=person, people=one.people, basis=one.basis,
        state=TraineeState.FINISHED if one.finished else TraineeState.UNFINISHED, why=one.why, settled_on=of.ends_on,
        certificate=one.certificate, entry_id=entry if one.finished else None, batch_id=batch_id,
        batch_row=one.person.row if one.person else None, changed_by=entry,
    )  # fmt: skip


def _count_trainings(trainees: Iterable[Taken], by: Actor) -> None:
    """Note the classes with the volunteers who finished them."""
    finished: dict[TrainingClass, list[int]] = {}
    for row, of, _old in trainees:
        if row.state == TraineeState.FINISHED and row.person_id is not None:
            finished.setdefault(of, []).append(row.person_id)
    for of, people in finished.items():
        count_training(of, minutes=of.hours * CLASS_HOUR, people=people, by=by)


def _placements(trainees: Iterable[Taken]) -> None:
    entry = current().entry_id
    rows = [
        Placement(
            trainee=row, area_path=row.area_path, employer=one.employer, post=one.post, since=one.since or of.ends_on,
            entry_id=entry, changed_by=entry,
        )
        for row, of, one in trainees
        if one.employer is not None and row.person_id is not None
    ]  # fmt: skip
    copy_many(rows)
    record_many(
        PLACED,
        (
            NewFact(
                {"course": row.trainee.training_class.course}, row.pk, row.area_path, row.since, 1,
                row.trainee.person_id,
            )
            for row in rows
        ),
    )  # fmt: skip


@action(
    "training.withdraw_take_over", label=gettext_lazy("Undo a list of finished classes"), rule=may_train, on="area",
    records=KINDS,
)  # fmt: skip
def withdraw_take_over(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Undo a `take_over` of a batch: its facts are reversed, its classes withdrawn; returns the number of trainees. Persons
    it brought stay in the register."""
    because(reason)
    touch(*KINDS)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    classes = TrainingClass.objects.filter(batch_id=batch_id).exclude(state=ClassState.WITHDRAWN)
    changed = classes.exclude(changed_by=entry_id)
    later = Placement.objects.filter(trainee__training_class__batch_id=batch_id).exclude(changed_by=entry_id)
    if changed.exists() or later.exists():
        raise Refused(_("Classes of this list were changed since; withdraw them one by one."))
    reverse(entry_id)
    for one in classes.select_related("activity"):
        take_back(one, people=people_on(one), reason=reason, by=by)
        engine.drop_activity(one.activity, reason, by=by)
    count: int = Trainee.objects.filter(batch_id=batch_id).update(state=TraineeState.LEFT, changed_by=act.entry_id)
    Placement.objects.filter(trainee__batch_id=batch_id).update(withdrawn=True, changed_by=act.entry_id)
    classes.update(state=ClassState.WITHDRAWN, changed_by=act.entry_id)
    note(rows=count)
    return count
