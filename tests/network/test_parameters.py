"""Parameters: what a document sets at a place holds there and below it, from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError

from tests.cast import COUNTY, NEIGHBOUR_VILLAGE, PREFECTURE, SYSTEM, VILLAGE, Cast
from yinling.base.rules import Actor, Refused
from yinling.network import Declared, Parameter, Place, parameter, parameters, set_parameter

pytestmark = pytest.mark.django_db
KEY = "test.days"
BEFORE, SET, LATER = date(2024, 12, 31), date(2025, 1, 1), date(2026, 1, 1)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parameter for these tests alone: whoever prints all that are declared does not meet it."""
    declared = Declared(KEY, "days", "days", Decimal(7), "a test", most=Decimal(30))
    monkeypatch.setitem(import_module("yinling.network.parameters")._declared, KEY, declared)


def test_the_nearest_place_decides_from_its_day_on(cast: Cast) -> None:
    """A county's own number holds in its villages from the day it was set for; elsewhere that of the prefecture."""
    set_parameter(place=cast.places[PREFECTURE], key=KEY, value=Decimal(10), since=SET, document="铜字1号", by=SYSTEM)
    set_parameter(place=cast.places[COUNTY], key=KEY, value=Decimal(5), since=LATER, document="玉字2号", by=SYSTEM)
    assert [parameter(KEY, VILLAGE, day) for day in (BEFORE, SET, LATER)] == [7, 10, 5]
    assert parameter(KEY, NEIGHBOUR_VILLAGE, LATER) == 10
    assert parameter(KEY, "52", LATER) == parameter(KEY, "", LATER) == 7
    assert parameters([KEY], VILLAGE, LATER) == {KEY: Decimal(5)}


def test_a_later_number_of_the_same_place_follows_the_earlier(cast: Cast) -> None:
    """What a prefecture sets later does not undo what a county has set for itself."""
    county, prefecture = cast.places[COUNTY], cast.places[PREFECTURE]
    set_parameter(place=county, key=KEY, value=Decimal(5), since=SET, document="玉字2号", by=SYSTEM)
    set_parameter(place=county, key=KEY, value=Decimal(6), since=LATER, document="玉字3号", by=SYSTEM)
    set_parameter(place=prefecture, key=KEY, value=Decimal(20), since=LATER, document="铜字9号", by=SYSTEM)
    assert parameter(KEY, VILLAGE, SET) == 5
    assert parameter(KEY, VILLAGE, LATER) == 6


def test_setting_it_again_for_the_same_day_replaces_the_number(cast: Cast) -> None:
    """One number for one place and day; the audit trail keeps the one before."""
    for value in (5, 6):
        set_parameter(
            place=cast.places[COUNTY], key=KEY, value=Decimal(value), since=SET, document="玉字2号", by=SYSTEM
        )
    assert Parameter.objects.filter(key=KEY).count() == 1
    assert parameter(KEY, VILLAGE, SET) == 6


@pytest.mark.parametrize(
    ("key", "value", "document", "field"),
    [("no.such", 1, "x", "key"), (KEY, 31, "x", "value"), (KEY, -1, "x", "value"), (KEY, 3, "  ", "document")],
)
def test_what_makes_no_sense_is_refused(cast: Cast, key: str, value: int, document: str, field: str) -> None:
    """The refusal stands at the field it is about, and nothing is kept."""
    with pytest.raises(ValidationError) as refused:
        set_parameter(place=cast.places[COUNTY], key=key, value=Decimal(value), since=SET, document=document, by=SYSTEM)
    assert field in refused.value.message_dict
    assert not Parameter.objects.exists()


def test_only_an_office_of_the_area_sets_it(cast: Cast) -> None:
    """A county's officer sets it for the county, not for the prefecture; a clerk sets nothing."""

    def put(place: Place, by: Actor) -> None:
        set_parameter(place=place, key=KEY, value=Decimal(3), since=SET, document="玉字2号", by=by)

    put(cast.places[COUNTY], cast.actor(cast.county))
    for account, path in ((cast.county, PREFECTURE), (cast.township, COUNTY), (cast.auditor, COUNTY)):
        with pytest.raises(Refused):
            put(cast.places[path], cast.actor(account))
