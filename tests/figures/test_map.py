"""Reading by today's map: what happened in an area counts where that area lies now, however often it was redrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.facts.ground import (
    A1,
    A2,
    FLOW_SITES_A,
    FLOWS,
    PEOPLE,
    SHARE,
    SITES,
    STOCKS,
    SYSTEM,
    happen,
    load,
    rolled_back,
    stand,
)
from tests.figures.brute import Slow, rows
from yinling.base import clock
from yinling.base.paths import is_under
from yinling.base.period import as_of
from yinling.base.rules import Actor, Grant, Refused
from yinling.facts import Evidence, NewFact, verify
from yinling.figures import Region, figure, freeze, recheck, thawed
from yinling.network import (
    Place,
    Relocation,
    close_place,
    merge_places,
    move_place,
    open_place,
    place_at,
    rename_place,
    split_place,
)

pytestmark = pytest.mark.django_db
BEGIN = date(2012, 1, 1)
SMALL = (
    "52", "5201", "520101", "520101001", "520101001001", "520101001002", "520101002", "520101002001",
    "520102", "520102001", "520102000201", "5202", "520200001", "520200001001",
)  # fmt: skip
MEASURES = (FLOWS, SHARE, FLOW_SITES_A, SITES, PEOPLE)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["happen", "stand", "move", "move", "merge", "split", "open", "close"]),
        st.integers(0, 40), st.integers(0, 40), st.integers(0, 9),
    ),
    min_size=3, max_size=16,
)  # fmt: skip


def place(path: str) -> Place:
    found = place_at(path)
    assert found is not None
    return found


class World:
    """The places by their ids: what lay where when it was recorded, and what was merged into what."""

    def __init__(self) -> None:
        load(SMALL, on=BEGIN)
        self.recorded: dict[str, int] = {}
        self.merged: dict[int, int] = {}
        self.day = BEGIN
        self.sources = 0
        self.note_paths()

    def note_paths(self) -> None:
        """Remember whose paths they are: none is ever given to another place."""
        for path, pk in Place.objects.values_list("area_path", "pk"):
            assert self.recorded.setdefault(path, pk) == pk

    def today(self, path: str) -> str:
        """Where the place lies today that had this path when something was recorded there."""
        pk = self.recorded[path]
        while pk in self.merged:
            pk = self.merged[pk]
        return Place.objects.get(pk=pk).area_path

    def take(self, what: str, one: int, two: int, number: int) -> None:
        """One step with two of the places that exist; refused ones change nothing."""
        self.day += timedelta(days=1)
        living = list(Place.objects.filter(closed=None).order_by("pk"))
        first, second = living[one % len(living)], living[two % len(living)]
        try:
            if what in ("happen", "stand"):
                self.sources += 1
                if what == "happen":
                    happen(NewFact(A1, 1, first.area_path, self.day, number, person=number % 3))
                else:
                    stand(self.sources, first.area_path, self.day, number, A2 if number % 2 else A1, person=number % 3)
            elif what == "move":
                move_place(place=first, parent=second, on=self.day, basis="", by=SYSTEM)
            elif what == "merge":
                merge_places(place=first, into=second, on=self.day, basis="", by=SYSTEM)
                self.merged[first.pk] = second.pk
            elif what == "split":
                taking = list(first.children.filter(closed=None).order_by("pk")[: number % 3])
                split_place(place=first, name="新", taking=taking, on=self.day, basis="", by=SYSTEM)
            elif what == "open":
                open_place(
                    parent=first,
                    level=min(first.level + 1 + number % 2, 5),
                    kind="x",
                    name="新",
                    on=self.day,
                    by=SYSTEM,
                )
            else:
                close_place(place=first, on=self.day, basis="", by=SYSTEM)
        except Refused:
            pass
        self.note_paths()


def check(world: World) -> None:
    """Every figure at every living place, by today's map, is the sum of what was recorded where that place now lies."""
    slow = Slow(rows(), lies={path: world.today(path) for path in world.recorded}.__getitem__)
    paths = ["", *Place.objects.filter(closed=None).values_list("area_path", flat=True)]
    for measure in MEASURES:
        for path in paths:
            for day in (world.day, BEGIN + (world.day - BEGIN) // 2):
                found = figure(measure, path=path, period=as_of(day), on_map="today").value
                assert found == slow.value(measure, path, as_of(day)), (measure.card.key, path, day)


@settings(max_examples=10, deadline=None)
@given(STEPS)
@example([("happen", 4, 0, 1), ("move", 2, 11, 0), ("happen", 4, 0, 2)])  # a village whose county moves
@example([("happen", 4, 0, 1), ("happen", 5, 0, 2), ("merge", 4, 5, 0)])  # two villages that become one
@example([("happen", 4, 0, 1), ("move", 3, 8, 0), ("move", 3, 2, 0), ("move", 4, 6, 0)])  # away, back, and out of it
@example(
    [("happen", 4, 0, 3), ("close", 4, 0, 0), ("merge", 3, 6, 0), ("happen", 6, 0, 5)]
)  # merged with one abolished
def test_todays_map_finds_everything_where_it_lies_now(steps: list[tuple[str, int, int, int]]) -> None:
    with rolled_back():
        world = World()
        for step in steps:
            world.take(*step)
        check(world)
        assert [*recheck(), *verify()] == []


def test_a_path_that_was_left_is_never_given_again() -> None:
    load(SMALL, on=BEGIN)
    for target in ("520102", "520101", "520102", "520101"):
        move_place(place=Place.objects.get(name="镇520101001"), parent=place(target), on=BEGIN, basis="", by=SYSTEM)
    left = set(Relocation.objects.values_list("old_path", flat=True))
    assert len(left) == 4
    assert not any(is_under(path, old) for old in left for path in Place.objects.values_list("area_path", flat=True))
    assert set(Relocation.objects.values_list("area_path", flat=True)) == {
        Place.objects.get(name="镇520101001").area_path
    }


def test_redrawing_the_map_keeps_frozen_figures_and_evidence() -> None:
    """Both carry a path and are append-only: they stay as they are, and do not stand in the way."""
    load(SMALL, on=BEGIN)
    stand(1, "520101001001", BEGIN, 3)
    kept = freeze(measure=STOCKS, region=Region("520101001"), period=as_of(BEGIN), by=SYSTEM)
    Evidence.objects.create(entry_id=1, area_path="520101001001", name="a.pdf", size=1, sha256="0" * 64)
    move_place(place=place("520101001"), parent=place("5202"), on=date(2012, 2, 1), basis="", by=SYSTEM)
    merge_places(place=place("520101"), into=place("520102"), on=date(2012, 2, 2), basis="", by=SYSTEM)
    kept.refresh_from_db()
    assert kept.area_path == "520101001"
    assert kept.value == thawed(kept).value == 3
    assert figure(STOCKS, path="5202", period=as_of(date(2012, 2, 1))).value == 3
    assert list(recheck()) == []


def test_what_is_closed_takes_in_nothing_new() -> None:
    load(SMALL, on=BEGIN)
    into, gone = place("520101001"), place("520101002")
    merge_places(place=gone, into=into, on=BEGIN, basis="", by=SYSTEM)
    attempts: list[Callable[[], object]] = [
        lambda: open_place(parent=gone, level=5, kind="villagers", name="x", on=BEGIN, by=SYSTEM),
        lambda: move_place(place=place("520101001001"), parent=gone, on=BEGIN, basis="", by=SYSTEM),
        lambda: merge_places(place=into, into=gone, on=BEGIN, basis="", by=SYSTEM),
        lambda: split_place(place=gone, name="x", taking=[], on=BEGIN, basis="", by=SYSTEM),
        lambda: close_place(place=gone, on=BEGIN, basis="", by=SYSTEM),
    ]
    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()
    assert not Place.objects.filter(name="x").exists()


def test_the_map_is_not_redrawn_ahead_of_time() -> None:
    load(SMALL, on=BEGIN)
    with clock.frozen(date(2012, 3, 1)), pytest.raises(Refused):
        move_place(place=place("520101001"), parent=place("520102"), on=date(2012, 3, 2), basis="", by=SYSTEM)


def test_nobody_moves_a_place_into_an_area_of_others() -> None:
    load(SMALL, on=BEGIN)
    mine = Actor(1, "x", (Grant("administrator", "520101"),))
    with pytest.raises(Refused):
        move_place(place=place("520101001"), parent=place("520102"), on=BEGIN, basis="", by=mine)
    with pytest.raises(Refused):
        merge_places(place=place("520101001"), into=place("520102001"), on=BEGIN, basis="", by=mine)
    merge_places(place=place("520101001"), into=place("520101002"), on=BEGIN, basis="", by=mine)


def test_renaming_moves_no_figure() -> None:
    load(SMALL, on=BEGIN)
    stand(1, "520101001001", BEGIN, 3)
    rename_place(place=place("520101001"), name="新名", on=BEGIN, basis="", by=SYSTEM)
    assert figure(STOCKS, path="520101001", period=as_of(BEGIN)).value == 3
