"""How an accepted answer counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from yinling.base import clock
from yinling.base.period import Period
from yinling.returns.forms import Field


def counted(field: Field, answer: object) -> tuple[Decimal, str]:
    """The quantity an answer counts with, and the value of the dimension it counts under: a number by itself, yes as one, a
    choice as one of its value, nothing as nothing."""
    if answer is None or answer == "" or answer is False:
        return Decimal(0), ""
    if field.choices:
        return Decimal(1), str(answer)
    return Decimal(1) if answer is True else Decimal(str(answer)), ""


def day_of(period: Period) -> date:
    """The day answers for a period are dated: its last, or today while it runs."""
    return min(period.end, clock.today())
