"""The catalogue: codes stay, names change, ends are dated; brands count for their county; demo numbers as documented."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from tests import cast as at
from tests.cast import Cast
from yinling.activities import (
    Brand,
    Domain,
    Project,
    catalogue,
    catalogue_measures,
)
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Refused
from yinling.facts import BuiltOn, Fact
from yinling.figures import Measure, figure

SET = date(2024, 1, 10)


def value(measure: Measure, path: str = at.PREFECTURE, on: date = date(2025, 1, 1)) -> object:
    """A figure on a day."""
    return figure(measure, path=path, period=as_of(on)).value


def a_domain(cast: Cast, code: str = "law") -> Domain:
    """A domain of the prefecture."""
    return catalogue.set_domain(owner=cast.offices[at.PREFECTURE], code=code, name="法律服务", since=SET, by=at.SYSTEM)


def test_domains_and_what_is_undertaken_in_them(cast: Cast) -> None:
    domain = a_domain(cast)
    catalogue.set_undertaking(domain=domain, name="法律咨询", since=SET, by=at.SYSTEM)
    second = catalogue.set_undertaking(domain=domain, name="以案说法", since=SET, by=at.SYSTEM)
    assert (
        value(catalogue_measures.DOMAINS),
        value(catalogue_measures.UNDERTAKINGS),
        value(catalogue_measures.DOMAINS, "52"),
        value(catalogue_measures.DOMAINS, at.COUNTY),
    ) == (1, 2, 1, 0)
    catalogue.end_catalogue(entry=second, on=date(2024, 6, 1), by=at.SYSTEM)
    assert (value(catalogue_measures.UNDERTAKINGS), value(catalogue_measures.UNDERTAKINGS, on=date(2024, 5, 31))) == (
        1,
        2,
    )
    catalogue.end_catalogue(entry=domain, on=date(2024, 7, 1), by=at.SYSTEM)
    assert (value(catalogue_measures.DOMAINS), value(catalogue_measures.UNDERTAKINGS)) == (0, 0)
    domain.refresh_from_db()
    with pytest.raises(Refused):
        catalogue.end_catalogue(entry=domain, on=date(2024, 8, 1), by=at.SYSTEM)
    with pytest.raises(Refused):
        catalogue.set_undertaking(domain=domain, name="又一项", since=SET, by=at.SYSTEM)


def test_codes_are_unique_and_stay(cast: Cast) -> None:
    domain = a_domain(cast)
    for wrong in ("law", "Law", "1law", "none", "法律", ""):
        with pytest.raises(ValidationError, match="code"):
            a_domain(cast, wrong)
    with pytest.raises(ValidationError, match="unit"):
        catalogue.set_outcome_type(
            owner=cast.offices[at.PREFECTURE], code="books", name="图书", unit="foo", by=at.SYSTEM
        )
    books = catalogue.set_outcome_type(
        owner=cast.offices[at.PREFECTURE], code="books", name="图书", unit="book", by=at.SYSTEM
    )
    seen = domain.changed_by
    catalogue.change_catalogue(entry=domain, seen=seen, name="法治服务", order=3, by=at.SYSTEM)
    catalogue.change_catalogue(entry=books, name="捐赠图书", by=at.SYSTEM)
    domain.refresh_from_db()
    assert (domain.code, domain.name, domain.order) == ("law", "法治服务", 3)
    with pytest.raises(Refused):
        catalogue.change_catalogue(entry=domain, seen=seen, name="别人改过", by=at.SYSTEM)
    assert Fact.objects.filter(series__kind="domain.set").count() == 1


def test_one_county_one_brand(cast: Cast) -> None:
    assert (value(catalogue_measures.COUNTIES), value(catalogue_measures.COUNTIES_WITHOUT_BRAND)) == (2, 2)
    office = cast.offices[at.COUNTY]
    brand = catalogue.found_brand(owner=office, name="侗乡银铃", domain=a_domain(cast), since=SET, by=at.SYSTEM)
    catalogue.found_brand(
        owner=cast.offices[at.TOWNSHIP], place=cast.places[at.VILLAGE], name="街上夜话", since=SET, by=at.SYSTEM
    )
    catalogue.found_brand(owner=cast.offices[at.PREFECTURE], name="全市通用", since=SET, by=at.SYSTEM)
    assert (
        value(catalogue_measures.BRANDS),
        value(catalogue_measures.BRANDS, at.COUNTY),
        value(catalogue_measures.BRANDS, at.VILLAGE),
    ) == (3, 2, 1)
    assert (value(catalogue_measures.COUNTIES_WITH_BRAND), value(catalogue_measures.COUNTIES_WITHOUT_BRAND)) == (1, 1)
    catalogue.end_brand(brand=brand, on=date(2024, 9, 1), reason="并入别的品牌", by=at.SYSTEM)
    assert (value(catalogue_measures.BRANDS), value(catalogue_measures.COUNTIES_WITH_BRAND)) == (2, 1)
    with pytest.raises(Refused):
        catalogue.change_brand(brand=brand, name="甲", story="", honours="", domain=None, by=at.SYSTEM)


def test_a_brand_changes_its_domain_from_a_day_on(cast: Cast) -> None:
    brand = catalogue.found_brand(owner=cast.offices[at.COUNTY], name="侗乡银铃", since=SET, by=at.SYSTEM)
    catalogue.change_brand(
        brand=brand, name="侗乡银铃", story="故事", honours="", domain=a_domain(cast), on=date(2024, 5, 1), by=at.SYSTEM
    )
    assert value(catalogue_measures.BRANDS) == value(catalogue_measures.BRANDS, on=SET) == 1
    facts = Fact.objects.filter(series__kind="brand.active").order_by("pk")
    counted = [(str(fact.series.dims["domain"]), int(fact.quantity)) for fact in facts]
    assert counted == [("none", 1), ("none", -1), ("law", 1)]


def test_what_cannot_be_is_refused(cast: Cast) -> None:
    owner = cast.offices[at.COUNTY]
    brand = catalogue.found_brand(owner=owner, name="侗乡银铃", since=SET, by=at.SYSTEM)
    with pytest.raises(ValidationError, match="name"):
        catalogue.found_brand(owner=owner, name="侗乡银铃", since=SET, by=at.SYSTEM)
    with pytest.raises(ValidationError, match="place"):
        catalogue.found_brand(owner=owner, place=cast.places[at.NEIGHBOUR], name="邻县", since=SET, by=at.SYSTEM)
    with pytest.raises(ValidationError, match="since"):
        catalogue.found_brand(owner=owner, name="明天", since=clock.today() + timedelta(days=1), by=at.SYSTEM)
    with pytest.raises(Refused):
        catalogue.found_brand(owner=owner, name="别处", since=SET, by=cast.actor(cast.township))
    with pytest.raises(ValidationError, match="on"):
        catalogue.end_brand(brand=brand, on=SET - timedelta(days=1), reason="早", by=at.SYSTEM)
    with pytest.raises(Refused):
        catalogue.set_domain(owner=owner, code="x", name="x", since=SET, by=cast.actor(cast.chair))


def test_a_brand_recorded_by_mistake(cast: Cast) -> None:
    brand = catalogue.found_brand(owner=cast.offices[at.COUNTY], name="侗乡银铃", since=SET, by=at.SYSTEM)
    project = Project(
        organiser=cast.offices[at.COUNTY], place=cast.places[at.COUNTY], area_path=at.COUNTY, title="甲", brand=brand,
        starts_on=SET, ends_on=SET, changed_by=1,
    )  # fmt: skip
    project.save()
    with pytest.raises(BuiltOn):
        catalogue.withdraw_brand(brand=brand, reason="错", by=at.SYSTEM)
    project.delete()
    catalogue.withdraw_brand(brand=brand, reason="错", by=at.SYSTEM)
    assert value(catalogue_measures.BRANDS, on=SET) == value(catalogue_measures.COUNTIES_WITH_BRAND, on=SET) == 0
    assert Brand.objects.get().withdrawn
