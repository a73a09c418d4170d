"""Why a figure differs between two periods: by place and by cause, in parts that add up to the difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from yinling.base.period import Period
from yinling.base.rules import Actor
from yinling.facts import last_seq
from yinling.figures.amounts import Amount, Term, points, terms
from yinling.figures.causes import Cause
from yinling.figures.changes import Changed, Changes, Moment
from yinling.figures.doors import PAGE, reach
from yinling.figures.figure import Figure, figure
from yinling.figures.measures import Measure, Version

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Part:
    """What facts of one cause, in one child place, add to the difference. `path` is the child's, or that of the place itself
    for what lies in no child; `facts` is their number, `numbers` say of which of `leaves(measure)` they are."""

    path: str
    cause: Cause
    amount: Amount
    facts: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """A figure before and after, and the parts of what lies between. Both are counted by the definition in force;
    `versions` are those that came into force meanwhile, so that a reader knows earlier papers may say otherwise."""

    before: Figure
    after: Figure
    parts: tuple[Part, ...]
    versions: tuple[Version, ...]

    @property
    def difference(self) -> Decimal | None:
        """After less before, in the measure's unit (of shares: percentage points); None where one is unknown."""
        return points(self.after, self.before)

    @property
    def amount(self) -> Amount:
        """The difference of the counts: exactly the sum of the parts."""
        return Amount.of(self.after) - Amount.of(self.before)

    def by_cause(self) -> dict[Cause, Amount]:
        """The parts added up by cause, in the order of `Cause`."""
        found = self._added(lambda part: part.cause)
        return {cause: found[cause] for cause in Cause if cause in found}

    def by_place(self) -> dict[str, Amount]:
        """The parts added up by child place, in the order of paths."""
        return dict(sorted(self._added(lambda part: part.path).items()))

    def numbers(self, path: str | None = None, cause: Cause | None = None) -> tuple[int, ...]:
        """Of which of `leaves(measure)` there are facts in one child place or all, of one cause or all."""
        chosen = [part for part in self.parts if path in (None, part.path) and cause in (None, part.cause)]
        return tuple(sorted({number for part in chosen for number in part.numbers}))

    def _added(self, key: Callable[[Part], K]) -> dict[K, Amount]:
        found: defaultdict[K, Amount] = defaultdict(Amount)
        for part in self.parts:
            found[key(part)] += part.amount
        return dict(found)


def why(
    measure: Measure,
    *,
    path: str,
    before: Period,
    after: Period,
    known_before: int | None = None,
    known_after: int | None = None,
) -> Why:
    """Break the difference of `measure` in the subtree of `path` between two periods down by child place and by cause.

    `known_before` and `known_after` are cut-offs (None: all that is known now). Places count where they lay. Parts of a
    count of different things are told at this place alone: they are not the sum of what the children say of themselves.
    """
    now = last_seq()  # one cut-off for all that is read, whatever is recorded meanwhile
    moments = [
        Moment(period, now if known is None else known)
        for period, known in ((before, known_before), (after, known_after))
    ]
    then, later = (figure(measure, path=path, period=one.period, known_at=one.known) for one in moments)
    amounts: defaultdict[tuple[str, Cause], Amount] = defaultdict(Amount)
    counts: defaultdict[tuple[str, Cause], int] = defaultdict(int)
    numbers: defaultdict[tuple[str, Cause], list[int]] = defaultdict(list)
    for term in terms(measure):
        for child, cause, effect, facts in Changes(term.leaf, ((1, path),), *moments).by_child(path):
            amounts[child, cause] += term.amount(effect)
            counts[child, cause] += facts
            numbers[child, cause].append(term.number)
    parts = tuple(Part(*key, amount, counts[key], tuple(numbers[key])) for key, amount in sorted(amounts.items()))
    first, last = sorted((before.end, after.end))
    versions = tuple(version for version in measure.card.versions[1:] if first < version.since <= last)
    return Why(then, later, parts, versions)


@dataclass(frozen=True, slots=True)
class WhyDoor:
    """The facts behind a part: of one count of a measure (`number`, as in `leaves`), in one child or all, of one cause or
    all."""

    measure: Measure
    path: str
    before: Period
    after: Period
    number: int = 0
    child: str | None = None
    cause: Cause | None = None

    @property
    def term(self) -> Term:
        """The count the facts belong to."""
        return terms(self.measure)[self.number]

    def page(self, viewer: Actor, start: int = 0, size: int = PAGE) -> tuple[list[Changed], int, int]:
        """Facts inside the viewer's area from number `start` on, how many there are, and how many the viewer may open."""
        now = last_seq()
        changes = Changes(self.term.leaf, ((1, self.path),), Moment(self.before, now), Moment(self.after, now))
        return changes.page(self.path, self.child, self.cause, reach(viewer, self.path), start, size)
