"""Averages: so much for each of so many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from yinling.reports.checker.judging import Working, agrees, divided, shown_of
from yinling.reports.checker.reading import SURE, Reading, Seen, core, fit

_AVERAGE = re.compile(
    r"(?:平均每?(?P<each>[个名人户家所村期场次]?(?P<noun>[^\d，,。；;：:]{0,8}?))|(?P<per>[人户村县])均(?:[^\d，,。；;：:]{0,8}?))"
    r"(?:有|为|达|达到|约|近|超过|参加|培训|组织|开展)*$"
)

NEAREST = 4
"""Totals and numbers tried, the nearest first."""


def averages(reading: Reading) -> Iterator[Working]:
    """A working for each average whose total and number the text states in the same sentence."""
    for one in reading.seen:
        said = _AVERAGE.search(reading.lead(one)) if one.mention.kind == "count" else None
        if said:
            counts = [other for other in reading.earlier(one) if other.mention.kind == "count"]
            numbers = [other for other in counts if _number(other, said)][:NEAREST]
            totals = [other for other in counts if other.group == one.group][:NEAREST]
            tried = [(total, number) for number in numbers for total in totals if total.index != number.index]
            pairs = [pair for pair in tried if pair[1].mention.low and _top(*pair) is not None]
            if pairs:
                chosen = next((pair for pair in pairs if agrees(one.mention, *_bounds(*pair))), pairs[0])
                yield _working(reading, one, *chosen, len(pairs) == 1)


def _number(other: Seen, said: re.Match[str]) -> bool:
    """Whether a figure is the number that the average is taken over."""
    if said["per"]:
        units = {"人": "person"}.get(said["per"])
        return other.group == units if units else fit(said["per"], other) == SURE
    noun = core(said["noun"] or "") or said["each"]
    return bool(noun) and (fit(noun, other) == SURE or other.mention.unit.startswith(noun))


def _top(total: Seen, number: Seen) -> Decimal | None:
    return total.mention.high if number.mention.high is not None else None


def _bounds(total: Seen, number: Seen) -> tuple[Decimal, Decimal | None]:
    top, bottom = total.mention, number.mention
    return divided(top.low, bottom.high or bottom.low), divided(top.high or top.low, bottom.low)


def _working(reading: Reading, one: Seen, total: Seen, number: Seen, sure: bool) -> Working:
    why = _("%(total)s ÷ %(number)s.") % {"total": shown_of(total.mention), "number": shown_of(number.mention)}
    return Working(one.mention, reading.quote(one), *_bounds(total, number), why, sure)
