"""Expos: halls with their exhibition area, the booths of exhibitors, and the day from which they count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Min, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.event_measures import EXPO_AREA, EXPO_BOOTH
from yinling.activities.models import Activity, Booth, Hall, Session
from yinling.activities.rules import may_run
from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import record, reverse, touch
from yinling.network import Body

EXPO = "expo"


def demand_kind(activity: Activity, *kinds: str) -> Activity:
    """The activity, locked; Refused unless it is of one of the kinds and not cancelled."""
    held = locked(activity)
    if held.kind not in kinds:
        raise Refused(_("This belongs to another kind of activity."))
    if held.state == Activity.State.CANCELLED:
        raise Refused(_("This activity was cancelled."))
    return held


def first_day(activity: Activity) -> date | None:
    """The day on which the first session of an activity begins."""
    sessions = activity.sessions.exclude(state=Session.State.CANCELLED)
    found: date | None = sessions.aggregate(first=Min("day"))["first"]
    return found


@action("activities.add_hall", label=gettext_lazy("Add a hall"), rule=may_run, on="activity", records=[EXPO_AREA])
def add_hall(*, activity: Activity, name: str, area: Decimal, by: Actor) -> Hall:
    """A hall of an expo with its exhibition area in m². It counts once the expo has opened."""
    touch(EXPO_AREA)
    held = demand_kind(activity, EXPO)
    if area <= 0:
        raise ValidationError({"area": _("The area must be more than nothing.")})
    hall = Hall(activity=held, area_path=held.area_path, name=name, area=area, changed_by=current().entry_id)
    try:
        with transaction.atomic():
            create(hall)
    except IntegrityError as error:
        raise ValidationError({"name": _("This expo already has a hall of this name.")}) from error
    if held.state == Activity.State.HELD:
        _count_hall(hall, _opened(held))
    return hall


@action(
    "activities.add_booth", label=gettext_lazy("Add an exhibitor"), rule=may_run, on="activity", records=[EXPO_BOOTH]
)
def add_booth(*, activity: Activity, hall: Hall, exhibitor: Body, number: str, area: Decimal, by: Actor) -> Booth:
    """What a body has in a hall. Booths may not take more than the hall has; a body exhibits once at an expo."""
    touch(EXPO_BOOTH)
    held = demand_kind(activity, EXPO)
    in_hall = locked(hall)
    if in_hall.activity_id != held.pk or in_hall.withdrawn:
        raise ValidationError({"hall": _("This expo has no such hall.")})
    taken: Decimal = in_hall.booths.filter(withdrawn=False).aggregate(all=Sum("area"))["all"] or Decimal(0)
    if area <= 0 or taken + area > in_hall.area:
        left = {"left": f"{in_hall.area - taken:f}", "hall": in_hall.name}
        raise ValidationError({"area": _("%(hall)s has %(left)s m² left.") % left})
    booth = Booth(
        activity=held, hall=in_hall, area_path=held.area_path, exhibitor=exhibitor, number=number, area=area,
        changed_by=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            create(booth)
    except IntegrityError as error:
        text = _("The booth is taken, or this body exhibits here already.")
        raise ValidationError({"number": text}) from error
    if held.state == Activity.State.HELD:
        _count_booth(booth, _opened(held))
    return booth


@action(
    "activities.open_expo", label=gettext_lazy("Count an expo as held"), rule=may_run, on="activity",
    records=[EXPO_AREA, EXPO_BOOTH],
)  # fmt: skip
def open_expo(*, activity: Activity, by: Actor) -> Activity:
    """The expo has opened: its halls and exhibitors count from its first day. Refused before that day, without a hall, or
    twice; what is added later counts at once."""
    touch(EXPO_AREA, EXPO_BOOTH)
    held = demand_kind(activity, EXPO)
    opened = _opened(held)
    halls = list(held.halls.filter(withdrawn=False, entry_id__isnull=True).order_by("pk"))
    booths = list(held.booths.filter(withdrawn=False, entry_id__isnull=True).order_by("pk"))
    if not halls and not booths:
        raise Refused(_("There is nothing to count: add the halls first, or they count already."))
    for hall in halls:
        _count_hall(hall, opened)
    for booth in booths:
        _count_booth(booth, opened)
    return change(activity, state=Activity.State.HELD, changed_by=current().entry_id)


def _opened(activity: Activity) -> date:
    day = first_day(activity)
    if day is None or day > clock.today():
        raise Refused(_("The expo has not opened yet: its first session is still to come."))
    return day


def _count_hall(hall: Hall, on: date) -> None:
    record(EXPO_AREA, source=hall.pk, path=hall.area_path, happened=on, quantity=hall.area)
    change(hall, entry_id=current().entry_id)


def _count_booth(booth: Booth, on: date) -> None:
    record(EXPO_BOOTH, source=booth.pk, path=booth.area_path, happened=on)
    change(booth, entry_id=current().entry_id)


@action("activities.withdraw_hall", label=gettext_lazy("Withdraw a hall"), rule=may_run, on="hall", records=[EXPO_AREA])
def withdraw_hall(*, hall: Hall, reason: str, by: Actor) -> Hall:
    """The hall was recorded by mistake. Refused while exhibitors stand in it."""
    touch(EXPO_AREA)
    because(reason)
    held = locked(hall)
    if held.withdrawn or held.booths.filter(withdrawn=False).exists():
        raise Refused(_("It was withdrawn already, or exhibitors stand in it."))
    if held.entry_id is not None:
        reverse(held.entry_id, source=held.pk, kinds=[EXPO_AREA])
    return change(hall, withdrawn=True, changed_by=current().entry_id)


@action(
    "activities.withdraw_booth", label=gettext_lazy("Withdraw an exhibitor"), rule=may_run, on="booth",
    records=[EXPO_BOOTH],
)  # fmt: skip
def withdraw_booth(*, booth: Booth, reason: str, by: Actor) -> Booth:
    """The body did not exhibit; it counts no more and its place in the hall is free."""
    touch(EXPO_BOOTH)
    because(reason)
    held = locked(booth)
    if held.withdrawn:
        raise Refused(_("This record was withdrawn."))
    if held.entry_id is not None:
        reverse(held.entry_id, source=held.pk, kinds=[EXPO_BOOTH])
    return change(booth, withdrawn=True, changed_by=current().entry_id)
