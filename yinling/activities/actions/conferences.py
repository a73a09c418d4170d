"""Writes of conferences."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.models import Conference, Contribution, Visit
from yinling.activities.rules import may_hold
from yinling.base import clock
from yinling.base.action import action, create, current
from yinling.base.rules import Actor, Refused
from yinling.facts import record, touch
from yinling.network import Body, Place


@action("activities.hold_conference", label=gettext_lazy("Record a conference"), rule=may_hold, on="host")
def hold_conference(*, name: str, host: Body, place: Place, held_on: date, by: Actor) -> Conference:
    """A conference that `host` held at `place`. It belongs to the host's area."""
    if held_on > clock.today():
        raise Refused(_("The day lies in the future."))
    if gone := host.why_gone(held_on):
        raise Refused(gone)
    return create(
        Conference(
            name=name,
            host=host,
            place=place,
            area_path=host.area_path,
            held_on=held_on,
            changed_by=current().entry_id,
        )
    )


@action(
    "activities.record_contribution",
    label=gettext_lazy("Record a paper or speech"),
    rule=may_hold,
    on="conference",
    records=["conference.paper", "conference.speech"],
)
def record_contribution(
    *, conference: Conference, what: str, title: str, by_place: Place, by_name: str, by: Actor
) -> Contribution:
    """A paper handed in, or a speech given, by the body `by_name` of `by_place`."""
    contribution = create(
        Contribution(
            conference=conference,
            area_path=conference.area_path,
            what=what,
            title=title,
            by_place=by_place,
            by_name=by_name,
        )
    )
    touch("conference.paper", "conference.speech")
    record(
        f"conference.{what}",
        source=contribution.pk,
        path=conference.area_path,
        happened=conference.held_on,
    )
    return contribution


@action(
    "activities.record_visit",
    label=gettext_lazy("Record a visit to an association"),
    rule=may_hold,
    on="conference",
    records=["conference.visit"],
)
def record_visit(*, conference: Conference, visited: Body, on: date, by: Actor) -> Visit:
    """The conference visited an association."""
    visit = create(Visit(conference=conference, area_path=conference.area_path, visited=visited, on=on))
    record("conference.visit", source=visit.pk, path=conference.area_path, happened=on)
    return visit
