"""A class for volunteers is training in the sense of Order 685, 16: it stands in the record of each volunteer who finished it.

Its topic is the name of its series, because that is what a project asks for by name. Who was no volunteer when the class ended
gets nothing. The entry by which it ended ties the two together: what a class brought goes with the class."""

from __future__ import annotations

from collections.abc import Collection

from yinling.base.action import current
from yinling.base.rules import Actor
from yinling.training.courses import COURSES
from yinling.training.models import TrainingClass
from yinling.volunteers import trainings

CLASS_HOUR = 45
"""Minutes."""


def count_training(training_class: TrainingClass, *, minutes: int, people: Collection[int], by: Actor) -> None:
    """Inside the action that ends a class: note it with those of `people` (keys of persons) who are volunteers."""
    if COURSES[training_class.course].volunteers and people:
        trainings.count_class(
            area=training_class, host=training_class.activity.organiser, people=people, topic=training_class.series.title,
            held_on=training_class.ends_on, minutes=minutes, entry_id=current().entry_id, by=by,
        )  # fmt: skip


def take_back(training_class: TrainingClass, *, people: Collection[int], reason: str, by: Actor) -> None:
    """Inside the action that withdraws a class: what `people` have of it in their records is withdrawn too."""
    if COURSES[training_class.course].volunteers and people and training_class.entry_id is not None:
        trainings.withdraw_class(
            area=training_class, entry_id=training_class.entry_id, people=people, held_on=training_class.ends_on,
            reason=reason, by=by,
        )  # fmt: skip
