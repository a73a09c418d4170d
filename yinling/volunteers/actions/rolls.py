"""Rolls of retired cadres from a list, and taking a list out again (see `trainings.set_roll` for one at a time)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create_many, current, note
from yinling.base.paths import is_under
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import BuiltOn, NewFact, hold_many, reverse, touch
from yinling.network import Body
from yinling.volunteers.measures import ROLL_KIND
from yinling.volunteers.models import Roll
from yinling.volunteers.rules import may_set_rolls

SHOWN = 20
"""Units named at most where an undo is refused."""


@dataclass(frozen=True, slots=True)
class NewRoll:
    """A unit (by the key of its body) has so many retired cadres from a day on."""

    unit: int
    people: int
    since: date


@action("volunteers.import_rolls", label=gettext_lazy("Set the rolls of units from a list"), rule=may_set_rolls, on="area",
        records=[ROLL_KIND])  # fmt: skip
def import_rolls(*, rows: Sequence[NewRoll], area: Placed, batch_id: int, by: Actor) -> tuple[int, int]:
    """Each unit has its number from its day on; all or none. Returns the entry and how many. Refused where a unit lies outside
    `area`, stands twice in the list, or has a number for that day or a later one."""
    touch(ROLL_KIND)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    wanted = {row.unit: row for row in rows}
    # One list at a time for each unit, in the order of keys.
    units = {one.pk: one for one in Body.objects.filter(pk__in=wanted).select_for_update().order_by("pk")}
    if len(units) != len(rows) or any(not is_under(one.area_path, area.area_path) for one in units.values()):
        raise Refused(_("A unit lies outside your area, or stands in the list twice. Check the file again."))
    if any(row.since > clock.today() for row in rows):
        raise Refused(_("The day lies in the future."))
    if taken(rows):
        raise Refused(_("Meanwhile a number was recorded for one of these units. Check the file again."))
    create_many(
        [
            Roll(
                unit_id=row.unit, area_path=units[row.unit].area_path, people=row.people, since=row.since,
                changed_by=act.entry_id,
            )
            for row in rows
        ]
    )  # fmt: skip
    hold_many(ROLL_KIND, [NewFact({}, row.unit, units[row.unit].area_path, row.since, row.people) for row in rows])
    note(rows=len(rows))
    return act.entry_id, len(rows)


def taken(rows: Sequence[NewRoll]) -> set[int]:
    """The units of these that have a number for the same day or a later one."""
    since = {row.unit: row.since for row in rows}
    known = Roll.objects.filter(unit__in=since, withdrawn=False).values_list("unit_id", "since")
    return {unit for unit, day in known if day >= since[unit]}


@action("volunteers.withdraw_rolls", label=gettext_lazy("Undo a list of rolls"), rule=may_set_rolls, on="area",
        records=[ROLL_KIND])  # fmt: skip
def withdraw_rolls(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Take the numbers of a list out again: what held before holds on. Returns how many. BuiltOn with (some of) the units
    whose number was corrected, or followed by another, since."""
    because(reason)
    touch(ROLL_KIND)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    rows = list(Roll.objects.select_for_update().filter(changed_by=entry_id, withdrawn=False).order_by("pk"))
    later = Roll.objects.filter(Q(unit__in=[row.unit_id for row in rows]), ~Q(changed_by=entry_id), withdrawn=False)
    days = {row.unit_id: row.since for row in rows}
    if built := [
        one.unit_id for one in later.order_by("unit").only("unit_id", "since") if one.since >= days[one.unit_id]
    ]:
        raise BuiltOn(built[:SHOWN])
    reverse(entry_id, kinds=[ROLL_KIND])
    for row in rows:
        change(row, withdrawn=True, changed_by=act.entry_id)
    note(rows=len(rows))
    return len(rows)
