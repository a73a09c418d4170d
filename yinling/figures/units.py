"""Units of figures and how a value is written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.rules import Reason


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its label, the places shown after the point, and how much of what facts count one of it is (an hour is kept as
    60 minutes, so that sums stay whole)."""

    key: str
    label: Reason
    places: int = 0
    per: int = 1


UNITS = {
    unit.key: unit
    for unit in (
        Unit("place", _("places")),
        Unit("village", _("villages")),
        Unit("community", _("communities")),
        Unit("association", _("associations")),
        Unit("person", _("people")),
        Unit("paper", _("papers")),
        Unit("document", _("documents")),
        Unit("office", _("offices")),
        Unit("unit", _("units")),
        Unit("return", _("returns")),
        Unit("field", _("fields")),
        Unit("minute", _("minutes"), 1),
        Unit("hour", _("hours"), 1, per=60),
        Unit("volunteer", _("volunteers")),
        Unit("project", _("projects")),
        Unit("session", _("sessions")),
        Unit("station", _("stations")),
        Unit("team", _("teams")),
        Unit("brand", _("brands")),
        Unit("domain", pgettext_lazy("unit", "domains")),
        Unit("undertaking", pgettext_lazy("unit", "measures")),
        Unit("person_time", _("person-times")),
        Unit("class", pgettext_lazy("unit", "classes")),
        Unit("school", _("schools")),
        Unit("book", _("books")),
        Unit("work", pgettext_lazy("unit", "works")),
        Unit("programme", _("programmes")),
        Unit("certificate", _("certificates")),
        Unit("day", _("days")),
        Unit("record", pgettext_lazy("unit", "records")),
        Unit("level", _("levels")),
        Unit("visit", _("visits")),
        Unit("finding", _("findings")),
        Unit("training", _("trainings")),
        Unit("yuan", _("yuan"), 2),
        Unit("square_metre", _("m²"), 2),
        Unit("percent", "%", 2),
    )
}


def in_unit(value: Decimal, unit: str) -> Decimal:
    """A value as facts count it, in the unit it is shown in (minutes, in hours)."""
    per = UNITS[unit].per
    return value if per == 1 else value / per


def rounded(value: Decimal, unit: str) -> Decimal:
    """`value`, as facts count it, in its unit and to the places that shows, half up, as official statistics round."""
    return in_unit(value, unit).quantize(Decimal(1).scaleb(-UNITS[unit].places), rounding=ROUND_HALF_UP)


def written(value: Decimal | None, unit: str) -> str:
    """The value as shown, without the unit; an en dash where there is none."""
    return "–" if value is None else str(rounded(value, unit))


def signed(value: Decimal | None, unit: str) -> str:
    """A difference as shown, without the unit: +15, −3, 0; an en dash where it is unknown."""
    if value is None:
        return written(None, unit)
    shown = rounded(value, unit)
    return f"{'+' if shown > 0 else '−' if shown < 0 else ''}{abs(shown)}"
