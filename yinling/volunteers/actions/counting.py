"""The fact that a volunteer is registered, kept in step with the row."""

from __future__ import annotations

from datetime import date

from yinling.facts import Fact, hold, open_facts, reverse
from yinling.volunteers.measures import REGISTERED_KIND
from yinling.volunteers.models import State, Volunteer

COUNTED = frozenset({State.ACTIVE, State.PAUSED})
"""Who pauses is still registered, and only not given service."""

YES_NO = {True: "yes", False: "no"}


def dims_of(row: Volunteer) -> dict[str, str]:
    """The dimensions a volunteer is counted by."""
    return {
        "source": str(row.source),
        "professional": YES_NO[bool(row.profession)],
        "retired": YES_NO[bool(row.retired_cadre)],
    }


def count(row: Volunteer, on: date) -> None:
    """From the day `on` the volunteer is counted as the row stands, or not at all. Refused where a later day is already
    recorded."""
    if row.state not in COUNTED:
        hold(REGISTERED_KIND, source=row.pk, path=row.area_path, on=on, quantity=0)
        return
    held = open_facts(REGISTERED_KIND, row.pk)
    day = max(on, held[0].happened) if held else on
    hold(REGISTERED_KIND, source=row.pk, path=row.area_path, on=day, dims=dims_of(row), person=row.pk)


def uncount(row: Volunteer) -> date | None:
    """The volunteer was never counted: every fact of the row is reversed, the latest entry first. Returns the first day it
    was counted from."""
    facts = Fact.objects.filter(source_id=row.pk, series__kind=REGISTERED_KIND, reversal=False)
    since = min((fact.happened for fact in open_facts(REGISTERED_KIND, row.pk)), default=None)
    for entry in sorted(set(facts.values_list("entry_id", flat=True)), reverse=True):
        reverse(entry, source=row.pk, kinds=[REGISTERED_KIND])
    return since
