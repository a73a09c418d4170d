"""The roster of a class: open until the class begins, then fixed."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import ProjectState
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.people import Person
from yinling.training import engine
from yinling.training.actions.classes import demand_going, people_on
from yinling.training.models import ClassState, Trainee, TraineeState, TrainingClass
from yinling.training.rules import may_train

SHORTEST = 2
"""Characters of a reason at least."""


@action("training.add_trainee", label=gettext_lazy("Put somebody on a roster"), rule=may_train, on="training_class")
def add_trainee(*, training_class: TrainingClass, person: Person, reason: str = "", by: Actor) -> Trainee:
    """The person takes part in the class. Once the roster is fixed this needs a reason, and the person is expected at the
    lessons that are left."""
    held = locked(training_class)
    demand_going(held)
    _demand_reason(held, reason)
    on_it = people_on(held)
    if person.pk in on_it:
        raise ValidationError({"person": _("This person is on the roster already.")})
    if len(on_it) >= held.capacity:
        raise Refused(_("The class is full: it has %(count)d places.") % {"count": held.capacity})
    trainee = Trainee(
        training_class=held, area_path=held.area_path, person=person, why=reason, changed_by=current().entry_id
    )
    try:
        with transaction.atomic():
            create(trainee)
    except IntegrityError as error:
        raise ValidationError({"person": _("This person is on the roster already.")}) from error
    if held.state == ClassState.RUNNING:
        coming = held.lessons.filter(cancelled=False, session__state="open").select_related("session")
        for lesson in coming:
            engine.seat(lesson.session, [person.pk], by)
    return trainee


def _demand_reason(training_class: TrainingClass, reason: str) -> None:
    if training_class.state == ClassState.RUNNING and len(reason.strip()) < SHORTEST:
        raise ValidationError({"reason": _("The class has begun and its roster is fixed: say why it changes.")})
    if reason:
        because(reason)


@action("training.remove_trainee", label=gettext_lazy("Take somebody off a roster"), rule=may_train, on="trainee")
def remove_trainee(*, trainee: Trainee, reason: str, by: Actor) -> Trainee:
    """The person leaves the class. What they attended stays on record."""
    held = locked(trainee.training_class)
    demand_going(held)
    if len(reason.strip()) < SHORTEST:
        raise ValidationError({"reason": _("Say why.")})
    because(reason)
    if locked(trainee).state != TraineeState.ENROLLED:
        raise Refused(_("This person has left the class already."))
    if trainee.person_id is not None and held.state == ClassState.RUNNING:
        engine.unseat([lesson.session_id for lesson in held.lessons.all()], trainee.person_id, reason)
    return change(trainee, state=TraineeState.LEFT, why=reason, changed_by=current().entry_id)


@action("training.fix_roster", label=gettext_lazy("Fix a roster"), rule=may_train, on="training_class")
def fix_roster(*, training_class: TrainingClass, by: Actor) -> TrainingClass:
    """The class begins: whoever is on the roster, and whoever signed up for one of its lessons, is expected at all of them;
    from now on the roster changes with a reason only."""
    held = locked(training_class)
    if held.state != ClassState.PLANNED:
        raise Refused(_("The roster of this class is fixed already."))
    if held.series.state != ProjectState.PUBLISHED:
        raise Refused(_("Publish the project of this class first: people must be told what they join."))
    lessons = list(held.lessons.filter(cancelled=False).select_related("session"))
    if not lessons:
        raise Refused(_("Set the lessons first: people are expected at them."))
    known = set(people_on(held))
    for pk in engine.signed_up([lesson.session_id for lesson in lessons]):
        if pk not in known:
            create(Trainee(training_class=held, area_path=held.area_path, person_id=pk, changed_by=current().entry_id))
    people = people_on(held)
    if not people:
        raise Refused(_("There is nobody on the roster yet."))
    if len(people) > held.capacity:
        raise Refused(
            _("%(people)d people are on the roster, but the class has %(count)d places.")
            % {"people": len(people), "count": held.capacity}
        )
    for lesson in lessons:
        engine.seat(lesson.session, people, by)
    return change(training_class, state=ClassState.RUNNING, changed_by=current().entry_id)
