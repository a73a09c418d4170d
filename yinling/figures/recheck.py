"""Recheck: recompute from the facts everything that is kept beside them, and compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from yinling.base.period import parse
from yinling.facts import Entry
from yinling.figures.actions import facts_known, thawed
from yinling.figures.measures import measure_of
from yinling.figures.models import Frozen

COMPARE = """
    WITH kept AS (
        SELECT series_id, area_path, month, sum(facts) AS n, sum(quantity) AS q FROM yinling_total GROUP BY 1, 2, 3
    ), facts AS (
        SELECT series_id, left(area_path, width) AS area_path, date_trunc('month', happened)::date AS month,
            count(*) AS n, sum(quantity) AS q
        FROM yinling_fact, unnest(ARRAY[0, 2, 4, 6]) AS width WHERE length(area_path) >= width GROUP BY 1, 2, 3
    )
    SELECT series_id, area_path, month, kept.n, facts.n, kept.q, facts.q
    FROM kept FULL JOIN facts USING (series_id, area_path, month)
    WHERE (kept.n, kept.q) IS DISTINCT FROM (facts.n, facts.q)
"""

STRAY = """
    SELECT f.id FROM yinling_fact f
    LEFT JOIN yinling_entry e ON e.id = f.entry_id
    LEFT JOIN yinling_series s ON s.id = f.series_id
    LEFT JOIN yinling_fact t ON t.id = f.settles_id
    WHERE e.id IS NULL OR s.id IS NULL OR (f.settles_id IS NOT NULL AND (
        t.id IS NULL OR (t.series_id, t.area_path, t.source_id, t.quantity)
            IS DISTINCT FROM (f.series_id, f.area_path, f.source_id, -f.quantity)))
"""


COUNTS = ("value", "numerator", "denominator")
PLAIN = ("measure", "version", "area_path", "period", "cutoff", "facts")


def _as_kept(value: Decimal | None) -> Decimal | None:
    """A value to as many places as a frozen figure keeps."""
    return None if value is None else value.quantize(Decimal("0.000001"))


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that does not agree with the facts."""

    what: str


def recheck() -> Iterator[Mismatch]:
    """Compare totals, references of facts, and frozen figures with what the facts give; yield every mismatch."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARE)
        for series, path, month, kept_n, true_n, kept, true in cursor:
            yield Mismatch(
                f"total of series {series} at {path or 'nation'} in {month:%Y-%m}: {kept} of {kept_n} facts, "
                f"the facts give {true} of {true_n}"
            )
        cursor.execute(STRAY)
        for (fact,) in cursor:
            yield Mismatch(f"fact {fact} names an entry, a series or a settled fact that does not fit it")
    for frozen in Frozen.objects.order_by("pk").iterator():
        if not _as_noted(frozen) or (_by_todays_definition(frozen) and not _as_known(frozen)):
            yield Mismatch(f"frozen figure {frozen.pk} ({frozen.measure}, {frozen.area_path}, {frozen.period})")


def _by_todays_definition(frozen: Frozen) -> bool:
    try:
        return measure_of(frozen.measure).card.version == frozen.version
    except KeyError:
        return False


def _as_known(frozen: Frozen) -> bool:
    """Whether the facts known at the cut-off give what was frozen, and are the same facts."""
    value = thawed(frozen)
    known = facts_known(measure_of(frozen.measure), frozen.area_path, parse(frozen.period), frozen.cutoff)
    counts = (_as_kept(value.value), value.numerator, value.denominator)
    return (*counts, *known) == (frozen.value, frozen.numerator, frozen.denominator, frozen.facts, frozen.digest)


def _as_noted(frozen: Frozen) -> bool:
    """Whether a figure is still what its entry in the audit trail says. Once the definition it was counted by holds no
    longer, nothing more can be proved."""
    entry = Entry.objects.filter(pk=frozen.entry_id).first()
    changes = entry.changes if entry else []
    noted = [one["after"] for one in changes if (one.get("row"), one.get("id")) == ("frozen", frozen.pk)]
    if len(noted) != 1:
        return False
    counts = {name: noted[0][name] for name in COUNTS}
    expected = {name: None if count is None else _as_kept(Decimal(count)) for name, count in counts.items()}
    expected |= {name: noted[0][name] for name in PLAIN}
    return all(getattr(frozen, name) == value for name, value in expected.items())
