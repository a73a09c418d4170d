"""The demo of training says what the reports say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests import cast as at
from tests.cast import SYSTEM, Cast
from tests.training.ground import actor
from yinling.base.period import between, year
from yinling.figures import figure, measure_of, recheck
from yinling.network import Place, open_place
from yinling.training import ClassState, Mark, MarkState, TrainingClass, standings
from yinling.training.demo import training
from yinling.training.demo_running import running_class

IN_2020 = year(2020)
FIVE_YEARS = between(year(2016).start, year(2020).end)


def value(key: str, path: str, period: object = IN_2020) -> Decimal | None:
    return figure(measure_of(key), path=path, period=period).value  # type: ignore[arg-type]


@pytest.fixture
def cities(cast: Cast) -> Cast:
    """The cast with two more cities, and one more county in the city it has."""
    province = cast.places[at.PROVINCE]
    for name, counties in (("遵义市", ("红花岗区", "汇川区")), ("安顺市", ("西秀区", "普定县"))):
        city = open_place(parent=province, level=2, kind="prefecture", name=name, on=at.OPENED, by=SYSTEM)
        for county in counties:
            open_place(parent=city, level=3, kind="county", name=county, on=at.OPENED, by=SYSTEM)
    return cast


def test_the_three_cities(cities: Cast) -> None:
    paths = dict(Place.objects.filter(level=2).values_list("name", "area_path"))
    city_a, city_b, city_c = paths["安顺市"], paths["贵阳市"], paths["遵义市"]
    training(
        city_a=city_a, city_b=city_b, city_c=city_c, recorder=cities.actor(cities.admin), confirmer=cities.actor(cities.province),
        by=SYSTEM,
    )  # fmt: skip
    found = {
        key: value(key, path)
        for key, path in (
            ("trainees.placed", city_a), ("trained.assessors", city_a), ("outcome.travellers", city_a),
            ("outcome.people_treated", city_a), ("outcome.health_checks", city_a), ("onex.schools", city_b),
            ("onex.candidates", city_b), ("onex.passed", city_b), ("expo.area", city_b), ("expo.exhibitors", city_b),
        )
    }  # fmt: skip
    assert found == {
        "trainees.placed": 260, "trained.assessors": 30, "outcome.travellers": 48, "outcome.people_treated": 60,
        "outcome.health_checks": 16_000, "onex.schools": 11, "onex.candidates": 2380, "onex.passed": 2040,
        "expo.area": 30_400, "expo.exhibitors": 220,
    }  # fmt: skip
    assert value("trained.all", city_a) == 312 + 30
    assert [value(key, city_a) for key in ("classes.held", "classes.graded", "classes.assessor_days")] == [10, 9, 3]
    assert [value(key, city_a) for key in ("sessions.clinic", "volunteers.served")] == [3, 6]
    assert value("trained.all", city_b) == 1520
    assert value("trained.mid_grade", city_c, FIVE_YEARS) == 759
    assert value("trained.family", city_c, FIVE_YEARS) == 20_300
    assert [value(f"qualifications.{kind}", city_a) for kind in ("training", "supervisor", "examiner")] == [5, 3, 2]
    rate = value("onex.pass_rate", at.PROVINCE)
    assert rate is not None and rate > 85
    counties = Place.objects.filter(parent__area_path=city_c).values_list("area_path", flat=True)
    assert sum(value("trained.family", path, FIVE_YEARS) or 0 for path in counties) == 20_300
    assert not list(recheck())


def test_a_class_that_is_going_on(cast: Cast) -> None:
    running_class(
        office=cast.offices[at.COUNTY], place=cast.places[at.TOWNSHIP], recorder=actor(cast.township),
        confirmer=actor(cast.county), by=SYSTEM,
    )  # fmt: skip
    of = TrainingClass.objects.get()
    assert of.state == ClassState.RUNNING
    attended = {standing.attended for standing in standings(of).values()}
    assert len(attended) > 1
    assert max(attended) == 50
    assert Mark.objects.filter(state=MarkState.ENTERED).count() == 1
