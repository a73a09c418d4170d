"""Growth: how much more than before, in percent, in points, in times, in units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from yinling.reports.checker.judging import Working, divided, fits, shown_of
from yinling.reports.checker.mentions import HALF, HUNDRED, ONE, Mention
from yinling.reports.checker.reading import NOUN, Reading, Seen

_WORD = re.compile(r"(?:增长|增加|上升|提高|提升|扩大|净增|增幅|增|下降|减少|降低|减幅|降幅|降)[了为达到约近超过]*$")
_FROM = re.compile(r"(?:由|从)[^，,。；;：:]{0,20}$")
_TO = re.compile(r"^[^，,。；;]{0,12}(?:到|至|为)[了约近]?$")
_SINCE = re.compile(r"比上年|比去年|较上年|较去年|同比|上年同期|上年末")
_EARLIER = re.compile(r"上年|去年|前年|\d年")
_REACHED = re.compile(r"(?:达到|达|增至|升至|减至|降至|至|到|为)[了约近]?$")
_TIMES_OF = re.compile(r"是[^，,。；;\d]{0,16}的(?:近|约)?$")
_DOUBLED = re.compile(r"翻了?(?P<times>[一两二三]?)番")
_POWERS = {"": 1, "一": 1, "两": 2, "二": 2, "三": 3}


def growth(reading: Reading) -> Iterator[Working]:
    """A working for each change whose two ends the text states."""
    for one in reading.seen:
        ends = _ends(reading, one)
        found = _of_kind(reading, one, *ends) if ends else _of_rise(reading, one)
        if found:
            yield found
    yield from _doubled(reading)


def _ends(reading: Reading, one: Seen) -> tuple[Seen, Seen, bool] | None:
    """What it was and what it became: "from … to …" near in the sentence, or two figures of one kind before "more than
    last year" (which may be doubted, but is no error)."""
    lead = reading.lead(one)
    if not (_WORD.search(lead) or (one.mention.kind == "times" and _TIMES_OF.search(lead))):
        return None
    if one.mention.kind == "count" and _TO.match(reading.gap(reading.seen[one.index - 1], one)):
        return None
    near = [*reversed(reading.earlier(one)[:6]), *reading.later(one)[:2]]
    found = _from_to(reading, near)
    if found:
        return (*found, True)
    before = [
        other
        for other in reading.earlier(one)[:4]
        if other.mention.kind == "count" and not _WORD.search(reading.lead(other))
    ]
    if one.mention.kind in {"share", "times"} and _SINCE.search(lead) and len(before) > 1 and _same(*before[:2]):
        start = reading.sentence_start(one.sentence)
        if _EARLIER.search(reading.plain, max(start, before[1].mention.start - 2 * NOUN), before[1].mention.start):
            return before[1], before[0], False
    return None


def _same(one: Seen, other: Seen) -> bool:
    return one.mention.kind == other.mention.kind and one.mention.unit == other.mention.unit


def _from_to(reading: Reading, near: list[Seen]) -> tuple[Seen, Seen] | None:
    for old, new in zip(reversed(near[:-1]), reversed(near[1:]), strict=True):
        opened = _FROM.search(reading.lead(old))
        if opened and new.index == old.index + 1 and _same(old, new) and _TO.match(reading.gap(old, new)):
            return old, new
    return None


def _of_kind(reading: Reading, one: Seen, old: Seen, new: Seen, sure: bool) -> Working | None:
    """The change as this figure says it: a difference, points between two shares, a part, times."""
    was, became, kind = old.mention, new.mention, one.mention.kind
    if kind == "count":
        return _difference(reading, one, was, became, sure) if sure and _same(one, old) else None
    if was.kind == "share":
        points = _difference(reading, one, was, became, sure and kind == "points")
        return points if kind == "points" else _of_shares(reading, one, was, became, points)
    return _relative(reading, one, was, became, sure) if kind != "points" else None


def _of_rise(reading: Reading, one: Seen) -> Working | None:
    """A growth beside the rise in units and what came of it ("12 more, 20 % more, 72 in all"): the text leaves open whether
    the three belong together, so it is no error."""
    earlier = reading.earlier(one)[:3]
    rise = earlier[0] if earlier else None
    if (
        one.mention.kind != "share"
        or rise is None
        or rise.mention.kind != "count"
        or not _WORD.search(reading.lead(one))
    ):
        return None
    said = _WORD.search(reading.lead(rise))
    after = [other for other in reading.later(one)[:1] if _same(other, rise) and _REACHED.search(reading.lead(other))]
    whole = next(iter([*after, *(other for other in earlier[1:] if _same(other, rise))]), None)
    if not said or whole is None:
        return None
    was, by = whole.mention, rise.mention
    sign = 1 if said[0][0] in "下减降" else -1
    ends = sorted((sign * by.low, sign * _top(by)))
    old = replace(was, value=was.value + sign * by.value, low=was.low + ends[0], high=_top(was) + ends[1])
    return _relative(reading, one, old, was, False) if old.low > 0 else None


def _of_shares(reading: Reading, one: Seen, was: Mention, became: Mention, points: Working) -> Working | None:
    """A share that grew by a share: said of the difference by mistake, or of the growth, which is rare."""
    relative = _relative(reading, one, was, became, False)
    if relative and fits(points) and not fits(relative):
        return replace(relative, remark=_("A difference of two shares is said in percentage points."))
    return relative


def _difference(reading: Reading, one: Seen, was: Mention, became: Mention, sure: bool) -> Working:
    exact = was.value, became.value
    why = _("From %(old)s to %(new)s.") % {"old": shown_of(was), "new": shown_of(became)}
    if was.hedged or became.hedged or (was.low != was.high and was.kind == "count"):
        return _between(
            reading, one, sorted((became.low - (was.high or became.low), _top(became) - was.low)), why, sure
        )
    return Working(one.mention, reading.quote(one), abs(exact[1] - exact[0]), abs(exact[1] - exact[0]), why, sure)


def _relative(reading: Reading, one: Seen, was: Mention, became: Mention, sure: bool) -> Working | None:
    if not was.low or was.high is None or became.high is None:
        return None
    lows, highs = divided(became.low, was.high), divided(became.high, was.low)
    why = _("From %(old)s to %(new)s: %(new)s ÷ %(old)s.") % {"old": shown_of(was), "new": shown_of(became)}
    if one.mention.kind == "times":
        of = _TIMES_OF.search(reading.lead(one)) is not None
        less = Decimal(0) if of else ONE
        remark = "" if of else _("“Grown by two times” means three times as much.")
        return _between(reading, one, [lows - less, highs - less], why, sure, remark)
    return _between(reading, one, [(lows - 1) * HUNDRED, (highs - 1) * HUNDRED], why, sure)


def _between(reading: Reading, one: Seen, ends: list[Decimal], why: str, sure: bool, remark: str = "") -> Working:
    """A change between two bounds, without its sign: the word before the figure says whether it rose or fell."""
    low, high = sorted(abs(end) for end in ends)
    if ends[0] < 0 < ends[1]:
        low = Decimal(0)
    return Working(one.mention, reading.quote(one), low, high, why, sure, remark)


def _top(mention: Mention) -> Decimal:
    return mention.high if mention.high is not None else mention.value


def _doubled(reading: Reading) -> Iterator[Working]:
    """翻一番 is twice as much, 翻两番 four times; said of anything near it, so it is off only if rounding cannot help."""
    for found in _DOUBLED.finditer(reading.plain):
        sentence = reading.sentence_at(found.start())
        near = [
            one for one in reading.between(max(found.start() - 80, 0), found.end() + 60) if one.sentence == sentence
        ]
        ends = _from_to(reading, near)
        if ends and ends[0].mention.low and ends[0].mention.high and ends[1].mention.high:
            was, became = (end.mention for end in ends)
            times = Decimal(2 ** _POWERS[found["times"]])
            mention = Mention(
                found.start(),
                found.end(),
                times,
                ONE,
                times * (1 - HALF / 5),
                times * (1 + HALF / 5),
                "times",
                "倍",
                True,
            )
            why = _("From %(old)s to %(new)s: %(new)s ÷ %(old)s.") % {"old": shown_of(was), "new": shown_of(became)}
            low, high = divided(became.low, ends[0].mention.high), divided(ends[1].mention.high, was.low)
            yield Working(mention, found[0], low, high, why, sure=True)
