"""From a computation to a finding: what is stated fits what follows from the text, or it does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Literal

from django.utils.translation import gettext as _

from yinling.reports.checker.mentions import Mention

Level = Literal["error", "doubt", "note"]
_EXACT = Context(prec=60)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the checker has to say about one figure. `start` and `end` are offsets in the text; `computed` equals `stated`
    where the figure is confirmed; `why` holds the working, in the reader's language."""

    level: Level
    quote: str
    start: int
    end: int
    stated: str
    computed: str
    why: str


@dataclass(frozen=True, slots=True)
class Working:
    """A figure beside what the text lets one compute for it: from `low` to `high` (None: without bound), one value where the
    inputs are exact. `sure` when the text names its inputs, so that a mismatch is an error."""

    mention: Mention
    quote: str
    low: Decimal
    high: Decimal | None
    why: str
    sure: bool
    remark: str = ""
    """What to say besides when it does not fit."""


def divided(part: Decimal, whole: Decimal) -> Decimal:
    """A quotient with enough places for any rounding that is printed."""
    return _EXACT.divide(part, whole)


def agrees(mention: Mention, low: Decimal, high: Decimal | None, rounding: str = ROUND_HALF_UP) -> bool:
    """Whether the printed figure is a value between the bounds, rounded half up as official statistics round."""
    if mention.hedged:  # "more than", "about": compared with their bounds
        return (mention.high is None or low <= mention.high) and (high is None or high >= mention.low)
    # Rounding keeps the order, so some value between the bounds rounds to the printed one exactly if this holds.
    below = _rounded(low, mention.step, rounding) <= mention.value
    return below and (high is None or _rounded(high, mention.step, rounding) >= mention.value)


def fits(working: Working) -> bool:
    """Whether the printed figure is the computed one."""
    return agrees(working.mention, working.low, working.high)


def cut_off(working: Working) -> bool:
    """Whether it is the computed one with the further places cut off instead of rounded."""
    return agrees(working.mention, working.low, working.high, ROUND_DOWN)


def judge(workings: Iterable[Working]) -> list[Finding]:
    """A finding for each working. A figure that was cut off is a doubt, unless the same text rounds others up: then it is
    an error like any other."""
    known = list(workings)
    rounds = any(fits(one) and not cut_off(one) for one in known)
    return [_finding(one, rounds) for one in known]


def printed(value: Decimal, like: Mention) -> str:
    """A computed value, printed as the stated one is: to its last place, in its unit."""
    rounded = _rounded(value, like.step, ROUND_HALF_UP)
    places = max(-int(like.step.normalize().as_tuple().exponent), 0)
    return f"{rounded:.{places}f}{'%' if like.kind == 'share' else like.unit}"


def shown(value: Decimal) -> str:
    """A number of a working, without a tail of zeros."""
    return f"{value.normalize():f}"


def shown_of(mention: Mention) -> str:
    """A figure of a working: its number, or its bounds."""
    if mention.low == mention.high or not mention.hedged:
        return shown(mention.value)
    return f"{shown(mention.low)}–{shown(mention.high)}" if mention.high is not None else f"≥{shown(mention.low)}"


def _finding(one: Working, rounds: bool) -> Finding:
    stated = one.quote
    if fits(one):
        return _made(one, "note", stated, stated, one.why)
    middle = one.low if one.high is None else (one.low + one.high) / 2
    computed = printed(middle, one.mention)
    if computed == stated:
        computed = shown(middle)
    if cut_off(one):
        remark = _("The further places were cut off; official figures are rounded.")
        level: Level = "error" if rounds and one.sure else "doubt"
        if rounds:
            remark = _("The further places were cut off, while other figures of this text are rounded.")
        return _made(one, level, stated, computed, f"{one.why} {remark}")
    why = f"{one.why} {one.remark}" if one.remark else one.why
    return _made(one, "error" if one.sure else "doubt", stated, computed, why)


def _made(one: Working, level: Level, stated: str, computed: str, why: str) -> Finding:
    return Finding(level, one.quote, one.mention.start, one.mention.end, stated, computed, why)


def _rounded(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return _EXACT.divide(value, step).quantize(ONE, rounding=rounding, context=_EXACT) * step
