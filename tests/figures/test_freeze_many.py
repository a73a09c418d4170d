"""Many figures frozen together are what each would be frozen alone, at one cut-off, whatever others write meanwhile."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.facts.ground import (
    A1,
    A2,
    ALL_DIMS,
    FLOW,
    FLOWS,
    MEASURES,
    NETWORK,
    SYSTEM,
    happen,
    stand,
    take_back,
    together,
)
from yinling.base.action import action, registry
from yinling.base.period import Period, as_of, between, month, year
from yinling.base.rules import Actor, Grant, Refused, anyone
from yinling.facts import Entry, NewFact, compact_totals, last_seq, record
from yinling.figures import Frozen, Region, Wanted, figure, freeze, freeze_many, read_many, recheck, table, thawed

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

DAY = date(2012, 8, 16)
PERIODS = (
    as_of(DAY),
    as_of(date(2012, 12, 31)),
    year(2012),
    month(2012, 8),
    between(date(2012, 8, 3), date(2013, 1, 9)),
)
PATHS = ("", *(path for path in NETWORK if len(path) < 12), "520101001001")
SAME = ("measure", "version", "area_path", "period", "cutoff", "value", "numerator", "denominator", "facts", "digest")


def everything() -> list[Wanted]:
    return [(measure, path, period) for measure in MEASURES for path in PATHS for period in PERIODS]


def facts(day: date = DAY) -> None:
    for source, dims in enumerate((A1, A1, A2)):
        stand(source, "520101001001", day, 1 + source, dims, person=source)
    happen(NewFact(A1, 1, "520102", day, 5, person=1), NewFact(A2, 2, "520200001", date(2013, 1, 5), 6, person=2))


@pytest.mark.django_db
def test_freezing_many_is_freezing_each() -> None:
    facts()
    compact_totals()
    first = Entry.objects.get(seq=1).pk
    stand(1, "520101001001", date(2012, 9, 1), 0)
    wanted = [one for one in everything() if len(one[1]) in (2, 4, 9)][::3]
    cutoff = last_seq()
    kept = freeze_many(wanted=wanted, region=Region("52"), by=SYSTEM)
    assert {one.cutoff for one in kept} == {cutoff}
    take_back(first)  # what comes later is not known at the cut-off, though it is dated earlier
    again = freeze_many(wanted=wanted, region=Region("52"), cutoff=cutoff, by=SYSTEM)
    for asked, one, later in zip(wanted, kept, again, strict=True):
        row, second = (Frozen.objects.values(*SAME).get(pk=frozen.pk) for frozen in (one, later))
        assert row == second, asked
        assert (row["measure"], row["area_path"], row["period"]) == (asked[0].card.key, asked[1], asked[2].key)
    assert list(recheck()) == []


@pytest.mark.django_db
def test_each_row_is_what_freeze_makes() -> None:
    facts()
    wanted = [(measure, "52", as_of(DAY)) for measure in MEASURES]
    alone = [
        freeze(measure=measure, region=Region(path), period=period, by=SYSTEM).pk for measure, path, period in wanted
    ]
    many = [
        one.pk for one in freeze_many(wanted=wanted, region=Region("52"), cutoff=last_seq() - len(wanted), by=SYSTEM)
    ]
    columns = [name for name in SAME if name != "cutoff"]

    def rows(keys: list[int]) -> list[dict[str, object]]:
        return list(Frozen.objects.filter(pk__in=keys).order_by("pk").values(*columns))

    assert rows(alone) == rows(many)
    assert Frozen.objects.get(pk=many[0]).value == 5


@pytest.mark.django_db
def test_readings_manyare_readings_alone() -> None:
    facts()
    cutoff = last_seq()
    facts(date(2012, 8, 2))
    wanted = everything()
    for known_at in (None, cutoff, 0):
        values = read_many(wanted, known_at)
        for measure, path, period in wanted:
            alone = figure(measure, path=path, period=period, known_at=known_at)
            assert values.at(measure, path, period) == alone, (measure.card.key, path, period.key, known_at)
    cells = table(MEASURES, paths=PATHS, periods=PERIODS, known_at=cutoff)
    assert all(cells.at(*one).value == read_many([one], cutoff).at(*one).value for one in wanted[::7])


@pytest.mark.django_db
def test_few_statements_whatever_the_number(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    facts()
    wanted: list[Wanted] = [(measure, path, as_of(DAY)) for measure in MEASURES[:6] for path in PATHS]
    with django_assert_max_num_queries(16):
        assert len(freeze_many(wanted=wanted, region=Region(""), by=SYSTEM)) == len(wanted)
    with django_assert_max_num_queries(16):
        freeze_many(wanted=[], region=Region(""), by=SYSTEM)


@pytest.mark.django_db
def test_what_is_refused() -> None:
    clerk = Actor(1, "x", (Grant("clerk", "5202"),))
    wanted: list[Wanted] = [(FLOWS, "5201", as_of(DAY))]
    with pytest.raises(Refused):
        freeze_many(wanted=wanted, region=Region("5201"), by=clerk)
    assert freeze_many(wanted=wanted, region=Region("5202"), by=clerk)[0].area_path == "5201"
    with pytest.raises(ValueError, match="cut-off"):
        freeze_many(wanted=wanted, region=Region("5201"), cutoff=last_seq() + 1, by=SYSTEM)

    def body(by: Actor) -> None:
        record(FLOW.key, source=1, path="520101", happened=DAY, quantity=5, dims=A1)
        freeze_many(wanted=wanted, region=Region("52"), by=by)

    mixed = action("made.many", label="many", rule=anyone, records=[FLOW.key])(body)
    try:
        with pytest.raises(RuntimeError, match="freeze"):
            mixed(by=SYSTEM)
    finally:
        del registry["made.many"]


@pytest.mark.django_db(transaction=True)
def test_one_cut_off_amid_writers() -> None:
    """Everybody writes and freezes at once: the figures of one freezing agree with each other and with their cut-off."""
    period: Period = as_of(date(2012, 12, 31))
    wanted: list[Wanted] = [
        (FLOWS, "", period),
        (FLOWS, "52", period),
        (FLOWS, "520101", period),
        (FLOWS, "520102001", year(2012)),
    ]

    def work(number: int) -> None:
        for turn in range(4):
            path = ("520101001001", "520102001001")[turn % 2]
            happen(*(NewFact(dims, number, path, DAY, number + 1) for dims in ALL_DIMS))
            kept = freeze_many(wanted=wanted, region=Region("52"), by=SYSTEM)
            assert len({one.cutoff for one in kept}) == 1
            if number == 0:
                compact_totals()

    raised = together(*(lambda number=number: work(number) for number in range(5)))
    assert raised == [None] * 5
    assert Frozen.objects.count() == 5 * 4 * len(wanted)
    for frozen in Frozen.objects.all():
        assert thawed(frozen).value == frozen.value
    by_cutoff: dict[int, dict[str, object]] = {}
    for frozen in Frozen.objects.all():
        by_cutoff.setdefault(frozen.cutoff, {})[frozen.area_path] = frozen.value
    assert all(values[""] == values["52"] for values in by_cutoff.values())
    assert list(recheck()) == []
