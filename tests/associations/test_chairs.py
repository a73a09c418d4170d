"""Who chairs: the record of the association and the seat of the person say the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.associations.ground import APR, FEB, FOUNDED, MAR, MAY, course, make, person
from tests.facts.ground import SYSTEM
from yinling.associations import RURAL, Association, change_attribute, correct_attribute, dissolve
from yinling.people import Person, Position, terms_ended

pytestmark = pytest.mark.django_db


def change(association: Association, on: date, **values: Any) -> None:
    change_attribute(association=association, attribute="chair", values=values, on=on, by=SYSTEM)


def correct(association: Association, since: date, **values: Any) -> None:
    correct_attribute(association=association, attribute="chair", values=values, since=since, reason="记错", by=SYSTEM)


def seats() -> list[tuple[str, date, date | None]]:
    """Who sat from when until when; who never did, as a correction found, is left out."""
    held = Position.objects.order_by("since", "pk").values_list("person__name", "since", "until")
    return [seat for seat in held if seat[1] != seat[2]]


@pytest.fixture
def chaired() -> tuple[Association, Person, Person]:
    """An association chaired by 甲, and 乙 who may follow."""
    made = make({})
    first, second = person("甲"), person("乙")
    change(made, FEB, chair=first)
    return made, first, second


Chaired = tuple[Association, Person, Person]


def test_a_chair_takes_the_seat_for_three_years(chaired: Chaired) -> None:
    seat = Position.objects.get()
    assert (seat.person, seat.since, seat.until, seat.term_ends) == (chaired[1], FEB, None, date(2014, 2, 1))


def test_the_next_chair_takes_the_seat_from_the_last(chaired: Chaired) -> None:
    made, _first, second = chaired
    change(made, APR, chair=second, chair_is_officer=True)
    assert seats() == [("甲", FEB, APR), ("乙", APR, None)]
    assert course(RURAL.officer) == [0, 0, 0, 1, 1, 1]
    assert Position.objects.get(until=None).village_officer


def test_without_a_chair_the_seat_is_empty(chaired: Chaired) -> None:
    change(chaired[0], APR, chair=None)
    assert seats() == [("甲", FEB, APR)]


def test_becoming_an_officer_is_no_election(chaired: Chaired) -> None:
    made, first, _second = chaired
    change(made, APR, chair=first, chair_is_officer=True)
    seat = Position.objects.get(until=None)
    assert (seat.village_officer, seat.term_ends) == (True, date(2014, 2, 1))
    assert course(RURAL.officer) == [0, 0, 0, 1, 1, 1]


def test_a_corrected_chair_never_sat(chaired: Chaired) -> None:
    made, first, second = chaired
    change(made, APR, chair=second)
    third = person("丙")
    correct(made, MAR, chair=third)
    assert seats() == [("甲", FEB, MAR), ("丙", MAR, None)]
    correct(made, MAY, chair=second, chair_is_officer=True)
    assert seats() == [("甲", FEB, MAY), ("乙", MAY, None)]
    assert course(RURAL.officer) == [0, 0, 0, 0, 1, 1]
    assert Association.objects.get(pk=made.pk).chair == second
    assert first != second


def test_correcting_only_whether_the_chair_is_an_officer_keeps_the_seat(chaired: Chaired) -> None:
    made, first, _second = chaired
    correct(made, FEB, chair=first, chair_is_officer=True)
    assert seats() == [("甲", FEB, None)]
    assert Position.objects.get().village_officer
    assert course(RURAL.officer) == [0, 1, 1, 1, 1, 1]


def test_dissolved_it_has_no_chair_whose_term_could_end(chaired: Chaired) -> None:
    made, _first, _second = chaired
    later = date(2020, 1, 1)
    assert terms_ended(SYSTEM, later).count() == 1
    dissolve(association=made, on=MAY, reason="停办", by=SYSTEM)
    assert seats() == [("甲", FEB, MAY)]
    assert not terms_ended(SYSTEM, later).exists()


def test_the_chair_of_a_new_association_sits_from_its_founding() -> None:
    made = make({})
    chair = person("甲")
    make({"chair": {"chair": chair}}, place=made.body.place, name="又一个")
    assert seats() == [("甲", FOUNDED, None)]
