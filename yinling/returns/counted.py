"""How an accepted answer counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import cast

from yinling.base import clock
from yinling.base.period import Period
from yinling.returns.forms import Answer, Field, quantity


def counted(field: Field, answer: object) -> tuple[Decimal, str]:
    """The quantity an answer counts with, and the value of the dimension it counts under: a number by itself, yes as one, a
    choice as one of its value, nothing as nothing."""
    known = cast("Answer | None", answer)
    return quantity(field, known) or Decimal(0), str(answer) if field.choices and answer is not None else ""


def day_of(period: Period, accepted: date | None = None) -> date:
    """The day answers for a period are dated that were accepted on a day (today if none is given): the last of the period,
    or while it runs that day."""
    return min(period.end, accepted or clock.today())
