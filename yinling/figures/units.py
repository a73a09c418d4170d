"""Units of figures and how a value is written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

from yinling.base.rules import Reason


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its label, the places shown after the point."""

    key: str
    label: Reason
    places: int = 0


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
        Unit("level", _("levels")),
        Unit("visit", _("visits")),
        Unit("finding", _("findings")),
        Unit("training", _("trainings")),
        Unit("yuan", _("yuan"), 2),
        Unit("square_metre", _("m²"), 2),
        Unit("percent", "%", 2),
    )
}


def rounded(value: Decimal, unit: str) -> Decimal:
    """`value` to the places its unit shows, half up, as official statistics round."""
    return value.quantize(Decimal(1).scaleb(-UNITS[unit].places), rounding=ROUND_HALF_UP)


def written(value: Decimal | None, unit: str) -> str:
    """The value as shown, without the unit; an en dash where there is none."""
    return "–" if value is None else str(rounded(value, unit))


def signed(value: Decimal | None, unit: str) -> str:
    """A difference as shown, without the unit: +15, −3, 0; an en dash where it is unknown."""
    if value is None:
        return written(None, unit)
    shown = rounded(value, unit)
    return f"{'+' if shown > 0 else '−' if shown < 0 else ''}{abs(shown)}"
