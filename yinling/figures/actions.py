"""Freezing figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yinling.base import clock
from yinling.base.action import action, create, create_many, current, unwritten_facts
from yinling.base.paths import AFTER
from yinling.base.period import Period, parse
from yinling.base.rules import Actor
from yinling.facts import last_seq
from yinling.figures.figure import Figure, Wanted, figure, read_many
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
    _refuse_amid_facts()
    cutoff = last_seq()
    value = figure(measure, path=region.area_path, period=period, known_at=cutoff)
    return create(_kept(value, cutoff, facts_known(measure, region.area_path, period, cutoff)))


@action("figures.freeze_many", label=_("Freeze the figures of a document"), rule=may_freeze, on="region")
def freeze_many(*, wanted: Sequence[Wanted], region: Region, by: Actor, cutoff: int | None = None) -> list[Frozen]:
    """Keep many figures at one cut-off (the present one), each with the meaning of `freeze`, in a few statements; they come
    back in the order asked for. `region` is the area they are frozen for: a document may also cite figures of others.

    Raises RuntimeError like `freeze`, and ValueError for a cut-off that has not been reached.
    """
    _refuse_amid_facts()
    known = last_seq()
    if cutoff is not None and cutoff > known:
        raise ValueError("nothing is known yet of this cut-off")
    cutoff = known if cutoff is None else cutoff
    values = read_many(wanted, known_at=cutoff)
    digests = _facts_of_many(wanted, cutoff)
    rows = [_kept(values.at(*one), cutoff, _added([digests[behind] for behind in _behind(*one)])) for one in wanted]
    return create_many(rows)


def _refuse_amid_facts() -> None:
    if unwritten_facts():
        raise RuntimeError("freeze a figure before or after the action that records facts, not inside it")


def _kept(value: Figure, cutoff: int, facts: tuple[int, Decimal]) -> Frozen:
    card = value.measure.card
    return Frozen(
        measure=card.key,
        version=card.version,
        area_path=value.path,
        period=value.period.key,
        cutoff=cutoff,
        value=value.value,
        numerator=value.numerator,
        denominator=value.denominator,
        facts=facts[0],
        digest=facts[1],
        frozen_at=clock.now(),
        entry_id=current().entry_id,
    )


def thawed(frozen: Frozen) -> Figure:
    """The figure computed anew as it was known at the cut-off: it equals the frozen value, or something is wrong."""
    return figure(
        measure_of(frozen.measure), path=frozen.area_path, period=parse(frozen.period), known_at=frozen.cutoff
    )


def facts_known(measure: Measure, path: str, period: Period, cutoff: int) -> tuple[int, Decimal]:
    """Number and order-free digest of all facts behind a measure that were known at the cut-off."""
    digests = _facts_of_many([(measure, path, period)], cutoff)
    return _added([digests[behind] for behind in _behind(measure, path, period)])


Behind = tuple[str, str, date, date]
"""What facts stand behind one count: kind, path, first and last day."""

FACTS = """SELECT q.n, count(f.id),
        coalesce(sum(('x' || substr(md5(f.id || '|' || f.quantity), 1, 15))::bit(60)::bigint), 0)
    FROM unnest(%s::text[], %s::text[], %s::date[], %s::date[]) WITH ORDINALITY AS q (kind, path, low, high, n)
    CROSS JOIN LATERAL (
        SELECT f.id, f.quantity FROM yinling_fact f JOIN yinling_entry e ON e.id = f.entry_id
        WHERE f.series_id = ANY(ARRAY(SELECT id FROM yinling_series WHERE kind = q.kind))
          AND f.area_path >= q.path COLLATE "C" AND f.area_path < (q.path || %s) COLLATE "C"
          AND f.happened BETWEEN q.low AND q.high AND e.seq <= %s
    ) f GROUP BY q.n"""


def _behind(measure: Measure, path: str, period: Period) -> list[Behind]:
    spans = [(leaf.kind, Span.of(leaf.mode, period)) for leaf in leaves(measure)]
    return [(kind, path, span.start, span.end) for kind, span in spans]


def _facts_of_many(wanted: Iterable[Wanted], cutoff: int) -> dict[Behind, tuple[int, Decimal]]:
    """Number and digest of the facts behind each count of many figures, each read once, in one statement."""
    asked = list({behind: None for one in wanted for behind in _behind(*one)})
    found = dict.fromkeys(asked, (0, Decimal(0)))
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [*([behind[part] for behind in asked] for part in range(4)), AFTER, cutoff])
        found.update({asked[number - 1]: (count, Decimal(digest)) for number, count, digest in cursor})
    return found


def _added(parts: Sequence[tuple[int, Decimal]]) -> tuple[int, Decimal]:
    return sum(count for count, _digest in parts), sum((digest for _count, digest in parts), Decimal(0))
