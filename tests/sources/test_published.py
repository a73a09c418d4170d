"""Published figures: several numbers at once, sentences that say what is missing, years running, hours kept as minutes."""

from __future__ import annotations

from datetime import date

import pytest

from tests import cast as at
from tests.cast import Cast
from yinling.activities import catalogue
from yinling.figures import measure_of
from yinling.sources import BINDINGS, Binding, Checked, check, published
from yinling.volunteers import stations

SET = date(2024, 1, 10)


def checked() -> dict[str, Checked]:
    """Every published figure beside the records, by its id."""
    return {one.published.id: one for one in check()}


def found_at(one: Checked) -> tuple[str, str, int]:
    """The state of a figure, and place and value of its first part."""
    part = one.parts[0]
    return one.state, part.path, int(part.value or 0)


def test_every_binding_names_a_published_figure_and_as_many_measures_as_numbers() -> None:
    by_id = {one.id: one for one in published()}
    assert set(BINDINGS) <= set(by_id)
    for key, binding in BINDINGS.items():
        value = by_id[key].value
        assert len(binding.keys) == (len(value) if isinstance(value, list) else 1), key


def test_several_numbers_agree_together_or_not_at_all(cast: Cast) -> None:
    assert checked()["v.domains"].state == "not yet"
    office = cast.offices[at.PREFECTURE]
    for number in range(12):
        domain = catalogue.set_domain(owner=office, code=f"d{number}", name=f"领域{number}", since=SET, by=at.SYSTEM)
        for order in range(3 if number < 4 else 2):
            catalogue.set_undertaking(domain=domain, name=f"措施{order}", since=SET, by=at.SYSTEM)
    found = checked()["v.domains"]
    assert (found.state, found.as_json()["value"], found.facts) == ("ok", [12, 28], 40)
    catalogue.set_undertaking(domain=domain, name="多出一项", since=SET, by=at.SYSTEM)
    found = checked()["v.domains"]
    assert (found.state, found.as_json()["value"]) == ("differs", [12, 29])


def test_some_county_lies_below_a_number(cast: Cast) -> None:
    def opened(path: str, count: int) -> None:
        for number in range(count):
            stations.open_station(place=cast.places[path], name=f"驿站{number}", opened_on=SET, by=at.SYSTEM)

    assert checked()["v.weak_stations"].state == "not yet"
    opened(at.TOWNSHIP, 6)
    assert found_at(checked()["v.weak_stations"]) == ("ok", at.NEIGHBOUR, 0)
    opened("520623101", 3)
    assert found_at(checked()["v.weak_stations"]) == ("ok", at.NEIGHBOUR, 3)
    opened(at.NEIGHBOUR, 2)
    assert found_at(checked()["v.weak_stations"]) == ("differs", at.NEIGHBOUR, 5)
    assert checked()["v.stations"].as_json()["value"] == 11


def test_years_running_end_where_a_year_had_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Brands stand for anything yearly here: a stock holds from its first year on."""
    running = Binding(("brands.all",), at.PREFECTURE, "2016-01-01..2020-12-31", "years running")
    monkeypatch.setitem(BINDINGS, "z.training_years", running)
    brand = catalogue.found_brand(owner=cast.offices[at.COUNTY], name="甲", since=date(2013, 5, 1), by=at.SYSTEM)
    assert found_at(checked()["z.training_years"]) == ("ok", at.PREFECTURE, 5)
    catalogue.end_brand(brand=brand, on=date(2018, 3, 1), reason="停办", by=at.SYSTEM)
    assert checked()["z.training_years"].state == "not yet"
    catalogue.found_brand(owner=cast.offices[at.COUNTY], name="乙", since=date(2019, 5, 1), by=at.SYSTEM)
    assert found_at(checked()["z.training_years"]) == ("differs", at.PREFECTURE, 2)


@pytest.mark.django_db
def test_what_nobody_declares_is_not_yet_there() -> None:
    with pytest.raises(KeyError):
        measure_of("outcome.books")
    found = checked()["v.books"]
    assert (found.state, found.parts, found.as_json()["measure"]) == ("not yet", (), None)


def test_the_page_shows_each_value_as_a_door(cast: Cast) -> None:
    stations.open_station(place=cast.places[at.TOWNSHIP], name="驿站", opened_on=SET, by=at.SYSTEM)
    answer = cast.client(cast.county).get("/sources/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f"/figures/stations.all/facts/?place={at.PREFECTURE}&amp;period=2025-12-31" in text
