"""By how much a figure differs, and of which counts it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from yinling.figures.figure import Figure, share
from yinling.figures.measures import Counted, Difference, Distinct, Measure, Ratio, Sum

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Amount:
    """A part of a figure, in the figure's unit. Of a ratio it has both counts, which are never mixed; any other figure has
    the numerator alone: its value."""

    numerator: Decimal = NOTHING
    denominator: Decimal = NOTHING

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.numerator + other.numerator, self.denominator + other.denominator)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.numerator - other.numerator, self.denominator - other.denominator)

    def __bool__(self) -> bool:
        return bool(self.numerator or self.denominator)

    @classmethod
    def of(cls, figure: Figure) -> Amount:
        """The counts of a figure."""
        if isinstance(figure.measure, Ratio):
            return cls(figure.numerator or NOTHING, figure.denominator or NOTHING)
        return cls(figure.value or NOTHING)

    def as_figure(self, like: Figure) -> Figure:
        """The figure that has these counts, of the same measure, place and period as `like`."""
        if isinstance(like.measure, Ratio):
            return share(like.measure, like.path, like.period, self.numerator, self.denominator)
        return Figure(like.measure, like.path, like.period, self.numerator)


def total(amounts: Iterable[Amount]) -> Amount:
    """All of them together."""
    return sum(amounts, Amount())


def points(after: Figure, before: Figure) -> Decimal | None:
    """The difference of two values in the measure's unit (of shares: percentage points, to as many places as Decimal
    keeps); None where one of them is unknown."""
    return None if after.value is None or before.value is None else after.value - before.value


@dataclass(frozen=True, slots=True)
class Term:
    """One count of a measure: which of `leaves(measure)` it is, whether it is added or taken off, and on which side."""

    number: int
    leaf: Sum | Distinct
    sign: int
    above: bool

    def amount(self, value: Decimal) -> Amount:
        """What `value` of this count is of the whole figure."""
        return Amount(numerator=self.sign * value) if self.above else Amount(denominator=self.sign * value)


def terms(measure: Measure) -> tuple[Term, ...]:
    """The counts of a measure, numbered in the order of `leaves`."""
    sides = ((measure.numerator, True), (measure.denominator, False)) if isinstance(measure, Ratio) else ()
    signed = [(*one, above) for part, above in sides or ((measure, True),) for one in _signed(part, 1)]  # type: ignore[arg-type]
    return tuple(Term(number, leaf, sign, above) for number, (leaf, sign, above) in enumerate(signed))


def _signed(part: Counted, sign: int) -> Iterator[tuple[Sum | Distinct, int]]:
    if isinstance(part, Difference):
        yield from _signed(part.whole, sign)
        yield from _signed(part.part, -sign)
    else:
        yield part, sign
