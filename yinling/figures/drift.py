"""What became of a frozen figure: what it would be today, and which records made the difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from yinling.base.period import Period, parse
from yinling.base.reading import rows_by_key
from yinling.facts import Entry, last_seq
from yinling.figures.amounts import Amount, Term, points, terms, total
from yinling.figures.changes import Changes, Moment
from yinling.figures.figure import Figure, figure
from yinling.figures.map import Moves, Signed, lies_today, regions_of, relocations
from yinling.figures.measures import Measure, Ratio, Sum, Version, measures_by_key
from yinling.figures.models import Frozen
from yinling.figures.reading import Span, series_ids


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one entry after the cut-off did to a frozen figure: by what it added, and by what it took back. `facts` is the
    number of its facts that did it."""

    entry: Entry
    added: Amount
    reversed: Amount
    facts: int

    @property
    def amount(self) -> Amount:
        """Both together."""
        return self.added + self.reversed


@dataclass(frozen=True, slots=True)
class Drift:
    """A frozen figure, the same figure today, and the parts of the difference.

    `now` is the figure of the same place where it lies on today's map. `definition` is what a later version of the
    definition makes of the same facts (`versions` are the later ones), `map` what the change of the map does to them
    (moved in and out, merged), `entries` what was recorded after the cut-off, the oldest first.
    """

    frozen: Frozen
    then: Figure
    now: Figure
    definition: Amount
    map: Amount
    entries: tuple[Recorded, ...]
    versions: tuple[Version, ...]

    @property
    def difference(self) -> Decimal | None:
        """Today less frozen, in the measure's unit (of shares: percentage points); None where one is unknown."""
        return points(self.now, self.then)

    @property
    def amount(self) -> Amount:
        """The difference of the counts: exactly the sum of the parts."""
        return self.definition + self.map + total(one.amount for one in self.entries)


@dataclass(frozen=True, slots=True)
class _Case:
    """A frozen figure with all it takes to look at it again."""

    frozen: Frozen
    terms: tuple[Term, ...]
    then: Figure
    period: Period
    path: str
    regions: tuple[Signed, ...]
    redrawn: bool
    """Whether today's map may give another figure from the same facts."""

    @classmethod
    def of(cls, frozen: Frozen, measure: Measure, relocated: Moves) -> _Case:
        period = parse(frozen.period)
        path = lies_today(frozen.area_path, relocated)
        regions = regions_of(path, relocated)
        share = isinstance(measure, Ratio) and frozen.denominator is not None
        kept = Amount(
            (frozen.numerator if share else frozen.value) or Decimal(0),
            (frozen.denominator if share else None) or Decimal(0),
        )
        then = kept.as_figure(Figure(measure, frozen.area_path, period, None))
        redrawn = regions != ((1, frozen.area_path),) or any(old.startswith(path) for old, _new in relocated)
        return cls(frozen, terms(measure), then, period, path, regions, redrawn)


Key = tuple[int, int]
"""Number of the case, id of the entry."""


def drift(frozen: Frozen) -> Drift:
    """What became of one frozen figure (see `drifts`)."""
    return drifts([frozen])[0]


def drifts(frozens: Sequence[Frozen]) -> list[Drift]:
    """What became of frozen figures, in their order: a few statements for what was recorded of all of them, and
    one more for each count of different things of which something was recorded. Figures whose place was
    redrawn, or whose definition has a later version, are read anew.

    Raises KeyError where a measure no longer exists.
    """
    until, relocated = last_seq(), relocations()
    measures = measures_by_key(frozen.measure for frozen in frozens)
    cases = [_Case.of(frozen, measures[frozen.measure], relocated) for frozen in frozens]
    added: defaultdict[Key, Amount] = defaultdict(Amount)
    taken: defaultdict[Key, Amount] = defaultdict(Amount)
    facts: defaultdict[Key, int] = defaultdict(int)
    for late in _late(cases, until):
        key = late.case, late.entry
        (taken if late.reversal else added)[key] += cases[late.case].terms[late.term].amount(late.quantity)
        facts[key] += late.facts
    moved = [key for key in facts if added[key] + taken[key]]
    entries = rows_by_key(Entry, (entry for _number, entry in moved))
    found: defaultdict[int, list[Recorded]] = defaultdict(list)
    for key in moved:
        found[key[0]].append(Recorded(entries[key[1]], added[key], taken[key], facts[key]))
    return [_drift(case, found[number]) for number, case in enumerate(cases)]


def _drift(case: _Case, recorded: list[Recorded]) -> Drift:
    frozen, measure = case.frozen, case.then.measure
    then = known = Amount.of(case.then)
    if frozen.version != measure.card.version:
        known = Amount.of(figure(measure, path=frozen.area_path, period=case.period, known_at=frozen.cutoff))
    redrawn = known
    if case.redrawn:
        redrawn = Amount.of(figure(measure, path=case.path, period=case.period, known_at=frozen.cutoff, on_map="today"))
    recorded.sort(key=lambda one: one.entry.seq)
    now = redrawn + total(one.amount for one in recorded)
    return Drift(
        frozen, case.then, now.as_figure(Figure(measure, case.path, case.period, None)), known - then, redrawn - known,
        tuple(recorded), tuple(one for one in measure.card.versions if one.number > frozen.version),
    )  # fmt: skip


# Facts find the questions they answer by series and region, so the work grows with the facts, not with facts × questions.
LATE_FACTS = """
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::bigint[], %s::text[], %s::date[], %s::date[], %s::bigint[])
            AS a(number, term, sign, series_id, region, low, high, cutoff)
    ), late AS MATERIALIZED (
        SELECT f.entry_id, e.seq, f.reversal, f.series_id, f.area_path, f.happened, f.quantity
        FROM yinling_fact f JOIN unnest(%s::bigint[], %s::bigint[]) AS e(id, seq) ON e.id = f.entry_id
        WHERE f.entry_id = ANY(%s) AND f.series_id = ANY(%s)
    )
    SELECT a.number, a.term, l.entry_id, l.reversal, sum(a.sign * l.quantity), count(*)
    FROM late l CROSS JOIN unnest(%s::int[]) AS width
        JOIN asked a ON a.series_id = l.series_id AND a.region = left(l.area_path, width)
    WHERE length(l.area_path) >= width AND l.seq > a.cutoff AND l.happened BETWEEN a.low AND a.high
    GROUP BY 1, 2, 3, 4
"""


class _Late(NamedTuple):
    """By how much facts of an entry changed one count of a case, apart for those that take earlier ones back."""

    case: int
    term: int
    entry: int
    reversal: bool
    quantity: Decimal
    facts: int


def _late(cases: Sequence[_Case], until: int) -> Iterator[_Late]:
    """What entries after its cut-off did to each case. The sum of the facts is what they do to a sum; where it is different
    things that are counted, it says no more than that there is something to read."""
    things: set[tuple[int, int]] = set()
    for late in _late_facts(cases, until):
        if isinstance(cases[late.case].terms[late.term].leaf, Sum):
            yield late
        else:
            things.add((late.case, late.term))
    for number, term in sorted(things):
        yield from _late_things(cases[number], number, cases[number].terms[term], until)


def _late_facts(cases: Sequence[_Case], until: int) -> list[_Late]:
    series = series_ids([term.leaf for case in cases for term in case.terms])
    asked = [
        (number, term.number, sign, pk, region, span.start, span.end, case.frozen.cutoff)
        for number, case in enumerate(cases)
        for term in case.terms
        for span in [Span.of(term.leaf.mode, case.period)]
        for sign, region in case.regions
        for pk in series[term.leaf.card.key]
    ]
    oldest = min((case.frozen.cutoff for case in cases), default=until)
    # The numbers of the entries themselves, not a join: entries differ a millionfold in size, and only so is it known
    # before reading how many facts there are to read.
    later = Entry.objects.filter(seq__gt=oldest, seq__lte=until, fact_count__gt=0).values_list("pk", "seq")
    entries, seqs = [pk for pk, _seq in later], [seq for _pk, seq in later]
    if not asked or not entries:
        return []
    columns = [list(column) for column in zip(*asked, strict=True)]
    wanted = sorted({pk for ids in series.values() for pk in ids})
    widths = sorted({len(region) for case in cases for _sign, region in case.regions})
    with connection.cursor() as cursor:
        cursor.execute(LATE_FACTS, [*columns, entries, seqs, entries, wanted, widths])
        return [_Late(*row) for row in cursor.fetchall()]


def _late_things(case: _Case, number: int, term: Term, until: int) -> list[_Late]:
    """What entries after its cut-off did to one distinct count of a case."""
    before, after = (Moment(case.period, known) for known in (case.frozen.cutoff, until))
    changes = Changes(term.leaf, case.regions, before, after, todays_places=case.redrawn)
    return [_Late(number, term.number, *row) for row in changes.by_entry()]
