"""Trainings of volunteers (Order 685, 16), and how many retired cadres a unit has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, create_many, current, locked
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import hold
from yinling.network import Body
from yinling.volunteers.actions.standing import STANDING
from yinling.volunteers.measures import ROLL_KIND
from yinling.volunteers.models import Roll, Training, Volunteer
from yinling.volunteers.rules import may_register, may_set_rolls

TOPIC = 60
"""Characters of a topic."""


@action("volunteers.record_training", label=gettext_lazy("Record a training of volunteers"), rule=may_register,
        on="host")  # fmt: skip
def record_training(
    *,
    host: Body,
    volunteers: Sequence[Volunteer],
    topic: str,
    held_on: date,
    minutes: int,
    valid_until: date | None = None,
    by: Actor,
) -> list[Training]:
    """The volunteers passed a training in a topic, held by `host` (Order 685, 16). It counts no hours of service."""
    if held_on > clock.today():
        raise ValidationError({"held_on": _("The day lies in the future.")})
    if valid_until is not None and valid_until < held_on:
        raise ValidationError({"valid_until": _("It ends before it begins.")})
    if not topic.strip() or minutes <= 0:
        raise ValidationError({"topic" if minutes > 0 else "minutes": _("This must be filled in.")})
    for volunteer in volunteers:
        may_register.demand(by, volunteer)
    return _passed(
        volunteers, host, topic=topic.strip(), held_on=held_on, minutes=minutes, valid_until=valid_until,
        entry_id=current().entry_id,
    )  # fmt: skip


def _passed(volunteers: Iterable[Volunteer], host: Body, **same: object) -> list[Training]:
    """Write down for each volunteer that a training by `host` was passed."""
    return create_many(
        [Training(volunteer=one, area_path=one.area_path, organiser=host.name, **same) for one in volunteers]
    )


@action("volunteers.withdraw_training", label=gettext_lazy("Withdraw a training"), rule=may_register, on="training")
def withdraw_training(*, training: Training, reason: str, by: Actor) -> Training:
    """The record was a mistake."""
    because(reason.strip())
    training = locked(training)
    if training.withdrawn:
        raise Refused(_("This record was already withdrawn."))
    return change(training, withdrawn=True)


@action("volunteers.count_class", label=gettext_lazy("Note a class as training of its volunteers"), rule=may_register,
        on="area")  # fmt: skip
def count_class(
    *, area: Placed, host: Body, people: Collection[int], topic: str, held_on: date, minutes: int, entry_id: int, by: Actor
) -> list[Training]:  # fmt: skip
    """A class that `host` held in `area` was finished by `people` (keys of persons): those of them who are registered as
    volunteers, wherever they live, passed a training. `entry_id` is the entry that says so. Who has this very training
    already (topic, day and host) gets no second one."""
    topic = topic.strip()[:TOPIC]
    known = Training.objects.filter(topic=topic, held_on=held_on, organiser=host.name, withdrawn=False)
    rows = Volunteer.objects.filter(pk__in=people, state__in=STANDING).exclude(pk__in=known.values("volunteer_id"))
    return _passed(rows.order_by("pk"), host, topic=topic, held_on=held_on, minutes=minutes, entry_id=entry_id)


@action("volunteers.withdraw_class", label=gettext_lazy("Withdraw a class from its volunteers"), rule=may_register,
        on="area")  # fmt: skip
def withdraw_class(
    *, area: Placed, entry_id: int, people: Collection[int], held_on: date, reason: str, by: Actor
) -> int:
    """What `count_class` noted for these persons and this day is withdrawn, because the class is; returns how many. What
    somebody wrote down by hand stays."""
    because(reason.strip())
    rows = Training.objects.filter(volunteer__in=people, entry_id=entry_id, held_on=held_on, withdrawn=False)
    for row in rows.order_by("pk"):
        change(row, withdrawn=True)
    return len(rows)


@action("volunteers.set_roll", label=gettext_lazy("Set the roll of a unit"), rule=may_set_rolls, on="unit",
        records=[ROLL_KIND])  # fmt: skip
def set_roll(*, unit: Body, people: int, since: date, by: Actor) -> Roll:
    """From the day `since` the unit has that many retired cadres. Refused where a later number is recorded; the same day
    again corrects it."""
    if since > clock.today():
        raise ValidationError({"since": _("The day lies in the future.")})
    if people < 0:
        raise ValidationError({"people": _("This number is too large, or less than nothing.")})
    locked(unit)
    row = Roll.objects.filter(unit=unit, since=since, withdrawn=False).first()
    if Roll.objects.filter(unit=unit, since__gt=since, withdrawn=False).exists():
        raise ValidationError({"since": _("For a later day a number is already recorded.")})
    if row is None:
        row = create(
            Roll(unit=unit, area_path=unit.area_path, people=people, since=since, changed_by=current().entry_id)
        )
    else:
        row = change(row, people=people, changed_by=current().entry_id)
    hold(ROLL_KIND, source=unit.pk, path=unit.area_path, on=since, quantity=people)
    return row
