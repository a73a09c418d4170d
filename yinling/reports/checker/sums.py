"""Sums: parts and their total, whichever of them stands first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate

from django.utils.translation import gettext as _

from yinling.reports.checker.judging import Working, agrees, shown_of
from yinling.reports.checker.reading import Reading, Seen

_TOTAL = re.compile(r"(?P<word>合计|总计|共计|总共|一共|共)(?:[为达有是计]|达到)*$")
_FIRST = re.compile(r"(?P<among>其中)|包括|主要用于|用于|分别[为是]|分为")
GENERAL = {"个", ""}
"""Units that count anything: two figures in them need not be of one kind."""

MOST = 20
"""Parts of one sum."""

INFINITE = Decimal("Infinity")
NEAR = Decimal("0.02")
"""Parts whose sum misses the whole by less are taken to be all its parts; it is a doubt, for some may be left out."""


def sums(reading: Reading) -> Iterator[Working]:
    """A working for each total whose parts the text states."""
    for one in reading.seen:
        if one.mention.kind != "count":
            continue
        total = _TOTAL.search(reading.lead(one))
        found = _after_parts(reading, one, total["word"]) if total else None
        found = found or _before_parts(reading, one)
        if found:
            yield found


def _working(reading: Reading, total: Seen, parts: Sequence[Seen], sure: bool) -> Working:
    low, high = _bounds(parts)[-1]
    terms = " + ".join(shown_of(part.mention) for part in parts)
    why = _("The parts: %(terms)s.") % {"terms": terms}
    return Working(total.mention, reading.quote(total), low, high, why, sure)


def _bounds(parts: Sequence[Seen]) -> list[tuple[Decimal, Decimal | None]]:
    """The bounds of the sum of the first part, of the first two…"""
    lows = accumulate(part.mention.low for part in parts)
    highs = accumulate(INFINITE if part.mention.high is None else part.mention.high for part in parts)
    return [(low, high if high.is_finite() else None) for low, high in zip(lows, highs, strict=True)]


def _adding_up(total: Seen, parts: Sequence[Seen]) -> Sequence[Seen]:
    """The first parts, two at least, that make the total; none where no number of them does."""
    for count, (low, high) in enumerate(_bounds(parts), 1):
        if count > 1 and agrees(total.mention, low, high):
            return parts[:count]
    return []


def _like(one: Seen, other: Seen) -> bool:
    return one.mention.kind == "count" and one.group == other.group and one.mention.unit == other.mention.unit


def _after_parts(reading: Reading, total: Seen, word: str) -> Working | None:
    """A total after its parts ("12587 rural ones, 1288 urban ones, 13875 together")."""
    parts: list[Seen] = []
    for other in reading.earlier(total):
        if _like(other, total) and not other.inside:
            parts.append(other)
        if _TOTAL.search(reading.lead(other)):
            break
    fitting = _adding_up(total, parts[:MOST])
    if fitting or len(parts) > 1:
        return _working(reading, total, (fitting or parts)[::-1], word != "共")
    return None


def _before_parts(reading: Reading, whole: Seen) -> Working | None:
    """A total before its parts ("13875 associations, of these 12587 rural and 1288 urban ones")."""
    after = whole.mention.end
    following = (
        reading.seen[whole.index + 1].mention.start if whole.index + 1 < len(reading.seen) else len(reading.plain)
    )
    opening = _FIRST.search(reading.plain, after, min(following, after + 30))
    if opening is None:
        return None
    items = (
        reading.items(opening.end())
        if reading.plain[opening.end() : opening.end() + 3].strip("：: ")[:1] == "1"
        else []
    )
    firsts = [next((one for one in reading.between(*item) if _like(one, whole)), None) for item in items]
    parts = [part for part in firsts if part] or [one for one in reading.later(whole) if _like(one, whole)]
    parts = parts[:MOST]
    fitting = _adding_up(whole, parts)
    if fitting:
        return _working(reading, whole, fitting, False)
    if not opening["among"] or not parts:
        return None
    return _short(reading, whole, parts, listed=len(firsts) > 1 and None not in firsts)


def _short(reading: Reading, whole: Seen, parts: list[Seen], *, listed: bool) -> Working | None:
    """Parts that do not add up: one is larger than its whole, they are numbered as a full list, or they nearly do."""
    bound = whole.mention.high
    if bound is None:
        return None
    larger = next((one for one in parts[:1] if one.mention.low > bound), None)
    if larger:
        why = _("Its part “%(part)s” is larger: %(value)s.") % {
            "part": larger.before or larger.name,
            "value": shown_of(larger.mention),
        }
        top = larger.mention
        return Working(whole.mention, reading.quote(whole), top.low, top.high, why, whole.mention.unit not in GENERAL)
    totals = list(accumulate(part.mention.value for part in parts))
    near = len(parts) > 1 and abs(totals[-1] - whole.mention.value) <= NEAR * whole.mention.value
    return _working(reading, whole, parts, False) if near or listed else None
