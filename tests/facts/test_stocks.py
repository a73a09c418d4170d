"""Stocks: held from a day, closed, moved, reversed, corrected. What is read here are the facts themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts.ground import A1, A2, STOCK, move, rolled_back, stand, stand_many, take_back
from yinling.base.rules import Refused
from yinling.facts import BuiltOn, Entry, Fact, NewFact, open_facts, verify
from yinling.figures import recheck

pytestmark = pytest.mark.django_db
HERE, THERE = "520101001001", "520102001001"
JAN, FEB, MAR, APR, MAY = (date(2012, month, 1) for month in range(1, 6))


def standing(path: str, on: date, **which: object) -> Decimal:
    """What stands under a path at the end of a day."""
    facts = Fact.objects.filter(series__kind=STOCK.key, area_path__startswith=path, happened__lte=on, **which)
    return facts.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)


def course(path: str = "", **which: object) -> list[Decimal]:
    """What stands at the first of each month, January to May."""
    return [standing(path, day, **which) for day in (JAN, FEB, MAR, APR, MAY)]


def test_a_stock_holds_from_its_day_until_it_is_closed() -> None:
    stand(1, HERE, FEB, 3)
    stand(1, HERE, APR, 0)
    assert course() == [0, 3, 3, 0, 0]


def test_a_new_quantity_closes_the_old_one() -> None:
    stand(1, HERE, JAN, 3)
    stand(1, HERE, MAR, 5)
    assert course() == [3, 3, 5, 5, 5]
    assert [fact.quantity for fact in open_facts(STOCK.key, 1)] == [5]


def test_other_dimensions_place_or_person_restate_it() -> None:
    stand(1, HERE, JAN, 1, A1, person=4)
    stand(1, HERE, FEB, 1, A2, person=4)
    stand(1, THERE, MAR, 1, A2, person=4)
    stand(1, THERE, APR, 1, A2, person=5)
    assert course() == [1, 1, 1, 1, 1]
    assert course(series__dims=A1) == [1, 0, 0, 0, 0]
    assert course(HERE) == [1, 1, 0, 0, 0]
    assert course(person_id=4) == [1, 1, 1, 0, 0]


def test_holding_what_is_held_records_nothing() -> None:
    stand(1, HERE, JAN, 3)
    stand(1, HERE, MAR, Decimal("3.00"))
    stand(2, HERE, MAR, 0)
    assert Fact.objects.count() == 1
    assert [entry.fact_count for entry in Entry.objects.order_by("seq")] == [1, 0, 0]


def test_a_change_before_the_present_state_began_is_refused() -> None:
    stand(1, HERE, MAR)
    with pytest.raises(Refused):
        stand(1, HERE, FEB, 0)
    assert course() == [0, 0, 1, 1, 1]


def test_a_state_may_end_on_the_day_it_began() -> None:
    stand(1, HERE, MAR, 2)
    stand(1, HERE, MAR, 7)
    assert course() == [0, 0, 7, 7, 7]


def test_a_reversal_makes_it_as_if_it_had_never_been() -> None:
    entry = stand(1, HERE, FEB, 3)
    assert take_back(entry) == 1
    assert course() == [0, 0, 0, 0, 0]
    assert open_facts(STOCK.key, 1) == []


def test_reversing_a_change_reopens_what_it_closed() -> None:
    stand(1, HERE, JAN, 3)
    wrong = stand(1, HERE, MAR, 5)
    assert take_back(wrong) == 2  # the end of the first, and the second
    assert course() == [3, 3, 3, 3, 3]
    assert [fact.quantity for fact in open_facts(STOCK.key, 1)] == [3]
    stand(1, HERE, APR, 4)
    assert course() == [3, 3, 3, 4, 4]


def test_reversing_an_end_reopens() -> None:
    stand(1, HERE, JAN, 3)
    assert take_back(stand(1, HERE, MAR, 0)) == 1
    assert course() == [3, 3, 3, 3, 3]


def test_a_correction_can_be_corrected_again_and_again() -> None:
    stand(1, HERE, JAN, 3)
    entry = stand(1, HERE, MAR, 5)
    for quantity, day in ((6, FEB), (7, APR), (3, MAR), (8, JAN)):
        take_back(entry)
        entry = stand(1, HERE, day, quantity)
        assert course() == [quantity if month >= day else 3 for month in (JAN, FEB, MAR, APR, MAY)]
    assert [*recheck(), *verify()] == []


def test_nothing_is_reversed_twice_and_a_reversal_never() -> None:
    entry = stand(1, HERE, FEB, 3)
    assert take_back(entry) == 1
    undoing = Entry.objects.latest("seq").pk
    assert take_back(entry) == take_back(undoing) == 0
    assert course() == [0, 0, 0, 0, 0]


def test_what_later_records_build_on_cannot_be_reversed() -> None:
    first, other = stand(1, HERE, JAN, 3), stand(2, HERE, JAN, 1)
    second = stand(1, HERE, MAR, 5)
    with pytest.raises(BuiltOn) as refusal:
        take_back(first)
    assert refusal.value.sources == (1,)
    assert course() == [4, 4, 6, 6, 6]
    assert take_back(other) == 1
    take_back(second)
    assert take_back(first) == 1  # once the later one is undone
    assert course() == [0, 0, 0, 0, 0]


def test_one_source_of_an_entry_can_be_reversed_alone() -> None:
    for source in (1, 2):
        stand(source, HERE, JAN)
    both = move(HERE, THERE, FEB)
    assert take_back(both, source=2) == 2
    assert course(HERE) == [2, 1, 1, 1, 1]
    assert course(THERE) == [0, 1, 1, 1, 1]


def test_a_move_takes_what_is_open_and_leaves_what_has_ended() -> None:
    stand(1, HERE, JAN, 1)
    stand(2, HERE, JAN, 10)
    stand(2, HERE, FEB, 0)
    stand(3, THERE, JAN, 100)
    stand(4, "520101002001", JAN, 1000)
    move("520101001", "520102009", MAR)
    assert course("520101") == [1011, 1001, 1000, 1000, 1000]
    assert course("520102009001") == [0, 0, 1, 1, 1]
    assert course() == [1111, 1101, 1101, 1101, 1101]


def test_what_begins_after_the_move_moves_on_its_own_day() -> None:
    stand(1, HERE, APR)
    move(HERE, THERE, FEB)
    assert course(HERE) == [0, 0, 0, 0, 0]
    assert course(THERE) == [0, 0, 0, 1, 1]


def test_what_was_moved_is_not_reversed_under_it_but_the_move_itself_can_be() -> None:
    entry = stand(1, HERE, JAN)
    moved = move(HERE, THERE, FEB)
    with pytest.raises(BuiltOn):
        take_back(entry)
    take_back(moved)
    assert course(HERE) == [1, 1, 1, 1, 1]
    assert course(THERE) == [0, 0, 0, 0, 0]
    assert take_back(entry) == 1


def test_many_at_once_are_held_as_each_alone() -> None:
    for source in (1, 2, 3):
        stand(source, HERE, JAN, source)
    stand_many(
        NewFact(A1, 1, HERE, MAR, 1),  # as it was
        NewFact(A1, 2, THERE, MAR, 2),  # elsewhere
        NewFact(A1, 3, HERE, MAR, 0),  # ended
        NewFact(A2, 4, HERE, MAR, 10),  # new
        NewFact(A1, 5, HERE, MAR, 0),  # never was
    )
    assert course() == [6, 6, 13, 13, 13]
    assert course(THERE) == [0, 0, 2, 2, 2]
    assert Entry.objects.latest("seq").fact_count == 4
    with pytest.raises(Refused):
        stand_many(NewFact(A1, 6, HERE, MAR), NewFact(A1, 2, HERE, FEB, 5))
    assert course() == [6, 6, 13, 13, 13]
    assert [*recheck(), *verify()] == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["stand", "many", "undo", "move"]), st.integers(1, 3), st.sampled_from([JAN, FEB, MAR, APR, MAY]),
        st.integers(0, 3), st.sampled_from([HERE, THERE]),
    ),
    max_size=12,
)  # fmt: skip


@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_any_course_of_holding_undoing_and_moving_leaves_sums_that_add_up(
    steps: list[tuple[str, int, date, int, str]],
) -> None:
    """Undoing is undoing: whatever happened, taking back the entries from the last to the first leaves nothing; at each
    step a source stands at most once, and with what was last said of it."""
    with rolled_back():
        done: list[int] = []
        for what, source, day, quantity, path in steps:
            try:
                if what in ("stand", "many"):
                    fact = NewFact(A1, source, path, day, quantity)
                    done.append(stand(source, path, day, quantity) if what == "stand" else stand_many(fact))
                    held = open_facts(STOCK.key, source)
                    assert [(int(fact.quantity), fact.area_path) for fact in held] == (
                        [(quantity, path)] if quantity else []
                    )
                elif what == "move":
                    done.append(move(HERE, THERE, day))
                    assert all(
                        fact.area_path == THERE for number in (1, 2, 3) for fact in open_facts(STOCK.key, number)
                    )
                elif done:
                    take_back(done[-1])
                    done.pop()
            except Refused:
                assert what in ("stand", "many")  # back before the present state; the last entry can always be undone
            for number in (1, 2, 3):
                held = open_facts(STOCK.key, number)
                assert len(held) <= 1
                assert standing("", date.max, source_id=number) == sum(fact.quantity for fact in held)
                assert all(amount >= 0 for amount in course(source_id=number))
        assert [*recheck(), *verify()] == []
        while done:
            take_back(done.pop())
        assert course() == [0, 0, 0, 0, 0]
        assert not any(course(HERE))
