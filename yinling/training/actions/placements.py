"""Where trainees work after a class."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import record, reverse
from yinling.network import Body
from yinling.training.measures import PLACED
from yinling.training.models import Placement, Trainee
from yinling.training.rules import may_train


@action(
    "training.place_trainee", label=gettext_lazy("Record work found after a class"), rule=may_train, on="trainee",
    records=[PLACED],
)  # fmt: skip
def place_trainee(*, trainee: Trainee, employer: Body, post: str, since: date, by: Actor) -> Placement:
    """The trainee works for `employer` from `since`, a day not before the class and not in the future."""
    held = locked(trainee)
    of = held.training_class
    if held.person_id is None:
        raise Refused(_("The roster of this class holds a number, not names."))
    if not of.starts_on <= since <= clock.today():
        raise ValidationError({"since": _("The day lies before the class or in the future.")})
    placement = Placement(
        trainee=held, area_path=held.area_path, employer=employer, post=post, since=since,
        entry_id=current().entry_id, changed_by=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            create(placement)
    except IntegrityError as error:
        raise ValidationError({"employer": _("This is recorded already.")}) from error
    record(
        PLACED, source=placement.pk, path=placement.area_path, happened=since, dims={"course": of.course},
        person=held.person_id,
    )  # fmt: skip
    return placement


@action("training.follow_up", label=gettext_lazy("Ask after a trainee's work"), rule=may_train, on="placement")
def follow_up(*, placement: Placement, on: date, until: date | None = None, remark: str = "", by: Actor) -> Placement:
    """Somebody asked on the day `on`: the trainee works there still, or did `until` a day."""
    held = locked(placement)
    _demand_valid(held)
    if not held.since <= on <= clock.today():
        raise ValidationError({"on": _("The day lies before the work began or in the future.")})
    if until is not None and not held.since <= until <= on:
        raise ValidationError({"until": _("The day lies before the work began or after you asked.")})
    return change(placement, followed_up_on=on, until=until, remark=remark, changed_by=current().entry_id)


@action(
    "training.withdraw_placement", label=gettext_lazy("Withdraw work found after a class"), rule=may_train,
    on="placement", records=[PLACED],
)  # fmt: skip
def withdraw_placement(*, placement: Placement, reason: str, by: Actor) -> Placement:
    """It was never so; the figure is reversed."""
    because(reason)
    held = locked(placement)
    _demand_valid(held)
    reverse(held.entry_id, source=held.pk, kinds=[PLACED])
    return change(placement, withdrawn=True, changed_by=current().entry_id)


def _demand_valid(placement: Placement) -> None:
    if placement.withdrawn:
        raise Refused(_("This record was withdrawn."))
