"""One pass over a text."""

from __future__ import annotations

from yinling.reports.checker.averages import averages
from yinling.reports.checker.consistency import contradictions
from yinling.reports.checker.growth import growth
from yinling.reports.checker.judging import Finding, judge
from yinling.reports.checker.ratios import ratios
from yinling.reports.checker.reading import Reading
from yinling.reports.checker.sums import sums

LARGEST = 200_000
"""Letters of a text at most."""


def check(text: str) -> list[Finding]:
    """What can be said of the figures of `text` from the text alone, in the order of their places: `error` where a figure
    does not follow from those it is computed from, `doubt` where the text leaves open which these are, `note` where it is
    confirmed. Quotients are rounded half up, as official statistics are. Any text will do; the time grows with
    its length."""
    reading = Reading(text)
    workings = [*ratios(reading), *sums(reading), *growth(reading), *averages(reading)]
    found = [*judge(workings), *contradictions(reading)]
    order = {"error": 0, "doubt": 1, "note": 2}
    return sorted(set(found), key=lambda one: (one.start, one.end, order[one.level], one.why))
