"""Freezing figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yinling.base import clock
from yinling.base.action import action, create, current, unwritten_facts
from yinling.base.paths import AFTER
from yinling.base.period import Period, parse
from yinling.base.rules import Actor
from yinling.facts import last_seq
from yinling.figures.figure import Figure, figure
from yinling.figures.measures import Measure, leaves, measure_of
from yinling.figures.models import Frozen
from yinling.figures.reading import Span
from yinling.figures.rules import may_freeze


@dataclass(frozen=True, slots=True)
class Region:
    """A place by its path, for the check of a rule."""

    area_path: str


@action("figures.freeze", label=_("Freeze a figure"), rule=may_freeze, on="region")
def freeze(*, measure: Measure, region: Region, period: Period, by: Actor) -> Frozen:
    """Keep the value of `measure` as it is known now: cut-off, version of the definition, value and a digest of its facts.

    Raises RuntimeError inside an action that has recorded facts: they are in the totals, but before no cut-off yet.
    """
    if unwritten_facts():
        raise RuntimeError("freeze a figure before or after the action that records facts, not inside it")
    cutoff = last_seq()
    value = figure(measure, path=region.area_path, period=period, known_at=cutoff)
    count, digest = facts_known(measure, region.area_path, period, cutoff)
    return create(
        Frozen(
            measure=measure.card.key,
            version=measure.card.version,
            area_path=region.area_path,
            period=period.key,
            cutoff=cutoff,
            value=value.value,
            numerator=value.numerator,
            denominator=value.denominator,
            facts=count,
            digest=digest,
            frozen_at=clock.now(),
            entry_id=current().entry_id,
        )
    )


def thawed(frozen: Frozen) -> Figure:
    """The figure computed anew as it was known at the cut-off: it equals the frozen value, or something is wrong."""
    return figure(
        measure_of(frozen.measure), path=frozen.area_path, period=parse(frozen.period), known_at=frozen.cutoff
    )


def facts_known(measure: Measure, path: str, period: Period, cutoff: int) -> tuple[int, Decimal]:
    """Number and order-free digest of all facts behind a measure that were known at the cut-off."""
    count, digest = 0, Decimal(0)
    for leaf in leaves(measure):
        span = Span.of(leaf.mode, period)
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT count(*), coalesce(sum(('x' || substr(md5(f.id || '|' || f.quantity), 1, 15))::bit(60)::bigint), 0)
                FROM yinling_fact f JOIN yinling_series s ON s.id = f.series_id JOIN yinling_entry e ON e.id = f.entry_id
                WHERE s.kind = %s AND f.area_path >= %s AND f.area_path < %s AND f.happened BETWEEN %s AND %s
                  AND e.seq <= %s""",
                [leaf.kind, path, path + AFTER, span.start, span.end, cutoff],
            )
            found = cursor.fetchone()
            count, digest = count + found[0], digest + found[1]
    return count, digest
