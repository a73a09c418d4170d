"""Averages: so much for each of so many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from yinling.reports.checker.judging import Working, divided, fits, shown_of
from yinling.reports.checker.reading import SURE, Reading, Seen, core, fit

_AVERAGE = re.compile(
    r"(?:平均每?(?P<each>[个名人户家所村期场次]?(?P<noun>[^\d，,。；;：:]{0,8}?))|(?P<per>[人户村县])均(?:[^\d，,。；;：:]{0,8}?))"
    r"(?:有|为|达|达到|约|近|超过|参加|培训|组织|开展)*$"
)


def averages(reading: Reading) -> Iterator[Working]:
    """A working for each average whose total and number the text states in the same sentence."""
    for one in reading.seen:
        said = _AVERAGE.search(reading.lead(one)) if one.mention.kind == "count" else None
        if said:
            counts = [other for other in reading.earlier(one) if other.mention.kind == "count"]
            numbers = [other for other in counts if _number(other, said)]
            totals = [other for other in counts if other.mention.unit == one.mention.unit]
            pairs = [(total, number) for number in numbers for total in totals if total.index != number.index]
            workings = [found for pair in pairs if (found := _working(reading, one, *pair, len(pairs) == 1))]
            chosen = next((working for working in workings if fits(working)), workings[0] if workings else None)
            if chosen:
                yield chosen


def _number(other: Seen, said: re.Match[str]) -> bool:
    """Whether a figure is the number that the average is taken over."""
    if said["per"]:
        units = {"人": "person"}.get(said["per"])
        return other.group == units if units else fit(said["per"], other) == SURE
    noun = core(said["noun"] or "") or said["each"]
    return bool(noun) and fit(noun, other) == SURE


def _working(reading: Reading, one: Seen, total: Seen, number: Seen, sure: bool) -> Working | None:
    top, bottom = total.mention, number.mention
    if not bottom.low or bottom.high is None or top.high is None:
        return None
    why = _("%(total)s ÷ %(number)s.") % {"total": shown_of(top), "number": shown_of(bottom)}
    low, high = divided(top.low, bottom.high), divided(top.high, bottom.low)
    return Working(one.mention, reading.quote(one), low, high, why, sure)
