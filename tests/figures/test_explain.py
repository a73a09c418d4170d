"""What made a figure differ: the parts add up to the difference, each names its cause, and its facts can be opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts.ground import (
    A1,
    A2,
    FLOWS,
    MEASURES,
    NOT_A2,
    PEOPLE,
    SHARE,
    SITES,
    STOCKS,
    STOCKS_A2,
    SYSTEM,
    happen,
    load,
    move,
    rolled_back,
    stand,
    take_back,
)
from tests.figures.brute import Slow, rows
from tests.figures.test_reading import DAYS, PATHS, PERIODS, STEPS, take
from yinling.associations import RURAL, change_attribute, correct_attribute, dissolve, register
from yinling.base import clock
from yinling.base.period import Period, as_of, month
from yinling.base.rules import Actor, Grant
from yinling.facts import NewFact, last_seq
from yinling.figures import (
    Amount,
    Cause,
    Changed,
    Measure,
    Ratio,
    Version,
    Why,
    WhyDoor,
    figure,
    leaves,
    why,
)
from yinling.network import merge_places, move_place, open_place, place_at, split_place

pytestmark = pytest.mark.django_db
EARLY, LATE = as_of(date(2012, 1, 1)), as_of(date(2012, 2, 1))
BEGIN, LATER = date(2012, 1, 1), date(2012, 1, 20)
TOWN, HAMLET = "520101001", "520101001001"


def opened(door: WhyDoor, viewer: Actor = SYSTEM, size: int = 50) -> list[Changed]:
    """Every fact behind a part, page after page."""
    found: list[Changed] = []
    while True:
        page, counted, open_to_viewer = door.page(viewer, len(found), size)
        found += page
        assert len(page) <= size
        if len(found) == open_to_viewer:
            assert counted >= open_to_viewer
            return found
        assert len(page) == size


def check(found: Why, measure: Measure, path: str, before: Period, after: Period) -> None:
    """The parts are the difference, altogether, by place and by cause; and each lies where it says."""
    whole = sum((part.amount for part in found.parts), Amount())
    assert whole == found.amount == Amount.of(found.after) - Amount.of(found.before)
    for parts in (found.by_cause(), found.by_place()):
        assert sum(parts.values(), Amount()) == whole
    assert all(part.path.startswith(path) and part.facts for part in found.parts)
    assert (found.before.period, found.after.period, found.after.measure) == (before, after, measure)


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(DAYS, STEPS, st.integers(0, 10), PERIODS, PERIODS, st.booleans(), st.booleans())
def test_the_parts_are_the_difference(
    today: date, steps: list[tuple[str, object]], until: int, before: Period, after: Period, early: bool, late: bool
) -> None:
    """Whatever was recorded, between any periods and cut-offs, of any measure, at any place."""
    with clock.frozen(today), rolled_back():
        entries: list[int] = []
        for step in steps[:until]:
            take(step, entries)
        cutoff = last_seq()
        for step in steps[until:]:
            take(step, entries)
        known = (cutoff if early else None, cutoff if late else None)
        slow = [Slow(rows(), cut) for cut in known]
        for measure in MEASURES:
            for path in PATHS:
                found = why(measure, path=path, before=before, after=after, known_before=known[0], known_after=known[1])
                assert found.before.value == slow[0].value(measure, path, before)
                assert found.after.value == slow[1].value(measure, path, after)
                check(found, measure, path, before, after)


@settings(max_examples=20, deadline=None)
@given(DAYS, STEPS, PERIODS, PERIODS, st.sampled_from(MEASURES), st.sampled_from(PATHS), st.sampled_from(PATHS))
def test_the_facts_behind_a_part_add_up_to_it(
    today: date, steps: list[tuple[str, object]], before: Period, after: Period, measure: Measure, path: str, area: str
) -> None:
    viewer = Actor(1, "x", (Grant("clerk", area),))
    with clock.frozen(today), rolled_back():
        entries: list[int] = []
        for step in steps:
            take(step, entries)
        found = why(measure, path=path, before=before, after=after)
        for part in found.parts:
            amount, count = Amount(), 0
            for number in range(len(leaves(measure))):
                door = WhyDoor(measure, path, before, after, number, part.path, part.cause)
                facts = opened(door, size=3)
                amount += door.term.amount(sum((one.effect for one in facts), Decimal(0)))
                count += len(facts)
                inside = [one for one in facts if one.fact.area_path.startswith(area)]
                assert opened(door, viewer, 2) == inside
                assert all(one.cause == part.cause and one.fact.area_path.startswith(part.path) for one in facts)
            assert (amount, count) == (part.amount, part.facts)


def causes(measure: Measure, path: str = "52", before: Period = EARLY, after: Period = LATE) -> dict[str, int]:
    found = why(measure, path=path, before=before, after=after).by_cause()
    return {cause.value: int(amount.numerator) for cause, amount in found.items()}


def test_an_action_nobody_thought_of_tells_its_causes_by_its_facts() -> None:
    for source in (1, 2, 3, 4):
        stand(source, HAMLET, BEGIN, 5)
    stand(5, HAMLET, LATER, 7)  # opened
    stand(1, HAMLET, LATER, 0)  # closed
    stand(2, HAMLET, LATER, 8)  # closed and opened with another quantity
    stand(3, "520101002001", LATER, 5)  # closed here and opened elsewhere
    wrong = stand(4, HAMLET, LATER, 1)
    take_back(wrong)  # as if it had never been
    assert causes(STOCKS) == {"new": 7, "ended": -5, "changed": 3, "moved": 0}
    assert causes(STOCKS, TOWN) == {"new": 7, "ended": -5, "changed": 3, "moved": -5}
    found = why(STOCKS, path="520101", before=EARLY, after=LATE).by_place()
    assert found == {TOWN: Amount(Decimal(0)), "520101002": Amount(Decimal(5))}


def test_what_was_taken_back_meanwhile_is_a_correction_only_for_who_knew_it() -> None:
    wrong = stand(1, HAMLET, BEGIN, 5)
    cutoff = last_seq()
    take_back(wrong)
    now = why(STOCKS, path="52", before=EARLY, after=EARLY)
    then = why(STOCKS, path="52", before=EARLY, after=EARLY, known_before=cutoff)
    assert now.parts == ()
    assert then.by_cause() == {Cause.CORRECTED: Amount(Decimal(-5))}
    assert [then.difference, now.difference] == [Decimal(-5), Decimal(0)]


def test_flows_are_told_by_their_periods() -> None:
    one = happen(NewFact(A1, 1, HAMLET, date(2012, 1, 5), 4))
    happen(NewFact(A1, 2, "520102001001", date(2012, 2, 5), 9))
    happen(NewFact(A1, 3, "520102001001", date(2012, 3, 5), 90))
    january, february = month(2012, 1), month(2012, 2)
    found = why(FLOWS, path="5201", before=january, after=february)
    assert {(part.path, part.cause): int(part.amount.numerator) for part in found.parts} == {
        ("520101", Cause.EARLIER): -4,
        ("520102", Cause.LATER): 9,
    }
    cutoff = last_seq()
    take_back(one)
    happen(NewFact(A1, 4, HAMLET, date(2012, 1, 6), 1))
    same = why(FLOWS, path="5201", before=january, after=january, known_before=cutoff)
    assert {cause.value: int(amount.numerator) for cause, amount in same.by_cause().items()} == {
        "new": 1,
        "corrected": -4,
    }
    assert causes(FLOWS, before=january, after=february) == {"later": 9, "earlier": -1}


def test_a_share_keeps_its_two_counts_apart() -> None:
    stand(1, HAMLET, BEGIN, 1, A1)
    stand(2, HAMLET, LATER, 3, A2)
    found = why(SHARE, path="52", before=EARLY, after=LATE)
    assert found.by_cause() == {Cause.NEW: Amount(Decimal(3), Decimal(3))}
    assert found.difference == 75
    assert why(SHARE, path="53", before=EARLY, after=LATE).difference is None
    assert isinstance(SHARE, Ratio)
    rest = why(NOT_A2, path="52", before=EARLY, after=LATE)
    assert rest.amount == Amount()
    assert rest.by_cause() == {Cause.NEW: Amount()}


def test_of_different_things_those_that_came_and_went_are_told() -> None:
    stand(1, HAMLET, BEGIN)
    stand(2, HAMLET, BEGIN)
    stand(1, HAMLET, LATER, 0)  # another is still there
    stand(3, "520102001001", LATER)
    assert causes(SITES) == {"new": 1}
    stand(2, HAMLET, LATER, 0)
    assert causes(SITES) == {"new": 1, "ended": -1}
    happen(NewFact(A1, 1, HAMLET, date(2012, 1, 5), 1, 7), NewFact(A1, 2, HAMLET, date(2012, 2, 5), 1, 7))
    happen(NewFact(A1, 3, "520102001001", date(2012, 2, 5), 1, 8))
    assert causes(PEOPLE, before=month(2012, 1), after=month(2012, 2)) == {"later": 1}


def test_what_lies_in_a_child_that_skips_a_level_is_told_there() -> None:
    for path in ("520102000201", "520102001001", "520102", "520200001001", "52"):
        stand(int(path), path, LATER)
    assert list(why(STOCKS, path="520102", before=EARLY, after=LATE).by_place()) == [
        "520102", "520102000201", "520102001",
    ]  # fmt: skip
    assert list(why(STOCKS, path="5202", before=EARLY, after=LATE).by_place()) == ["520200001"]
    assert list(why(STOCKS, path="", before=EARLY, after=LATE).by_place()) == ["52"]
    assert list(why(STOCKS, path="520102001001", before=EARLY, after=LATE).by_place()) == ["520102001001"]


def test_a_version_between_the_days_is_named() -> None:
    versions = (*STOCKS.card.versions, Version(2, LATER, "counts more"))
    measure = replace(STOCKS, card=replace(STOCKS.card, versions=versions))
    assert [one.number for one in why(measure, path="52", before=EARLY, after=LATE).versions] == [2]
    assert why(measure, path="52", before=as_of(LATER), after=LATE).versions == ()


def _rural(name: str, *, members: int) -> object:
    place = place_at(HAMLET)
    assert place is not None
    attributes: dict[str, Mapping[str, object]] = {
        "setting": {"setting": "rural"}, "venue": {"has_venue": False}, "members": {"member_count": members},
    }  # fmt: skip
    return register(place=place, name=name, founded=BEGIN, attributes=attributes, by=SYSTEM)


def test_the_actions_of_the_register_and_of_the_map_tell_their_causes() -> None:
    with clock.frozen(date(2012, 2, 10)):
        places = load()
        gone, better, mended, _moved = (_rural(name, members=10) for name in "甲乙丙丁")
        dissolve(association=gone, on=LATER, reason="停办", by=SYSTEM)  # type: ignore[arg-type]
        change_attribute(association=better, attribute="venue", values={"has_venue": True}, on=LATER, by=SYSTEM)  # type: ignore[arg-type]
        correct_attribute(
            association=mended, attribute="members", values={"member_count": 12}, since=LATER, reason="数错了",  # type: ignore[arg-type]
            by=SYSTEM,
        )  # fmt: skip
        assert causes(RURAL.all) == {"ended": -1}
        assert causes(RURAL.venue) == {"changed": 1}
        assert causes(RURAL.members)["corrected"] == 12
        move_place(place=places[HAMLET], parent=places["520101002"], on=LATER, basis="", by=SYSTEM)
        merge_places(place=places["520102001"], into=places["520101002"], on=LATER, basis="", by=SYSTEM)
        assert causes(RURAL.units, "520102001") == {"merged": -1}
        assert causes(RURAL.all, TOWN) == {"ended": -1, "moved": -3}
        new = split_place(place=places["520101002"], name="新", taking=[], on=LATER, basis="", by=SYSTEM)
        open_place(parent=new, level=5, kind="villagers", name="新村", on=LATER, by=SYSTEM)
        assert causes(RURAL.units, "520101")["new"] == 1
        assert figure(STOCKS_A2, path="52", period=LATE).value == 0


def test_stocks_carried_over_by_a_plain_move_are_moved() -> None:
    stand(1, HAMLET, BEGIN, 4)
    move(TOWN, "520200001", LATER)
    assert causes(STOCKS, "5201") == {"moved": -4}
    assert causes(STOCKS, "5202") == {"moved": 4}
    assert causes(SITES, "52") == {"moved": 0}
