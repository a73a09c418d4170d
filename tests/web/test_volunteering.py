"""The volunteer service of a place on one page, and what is short where: every number is a figure with its door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests import cast as at
from tests.cast import Cast
from yinling.activities import catalogue
from yinling.base.action import action, registry
from yinling.base.rules import Actor, signed_in
from yinling.facts import NewFact, record_many
from yinling.network import set_parameter
from yinling.volunteers import stations, thresholds
from yinling.web.shortage import Shortage, last_year, shortage

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

SET, DAY = date(2024, 1, 10), date(2026, 1, 15)
KINDS = ("volunteer.registered", "team.active", "retired.roll", "service.minutes", "project.published", "outcome")


@contextmanager
def recording() -> Iterator[None]:
    """An action of the test's own may be declared; it is forgotten afterwards."""
    before = dict(registry)
    try:
        yield
    finally:
        registry.clear()
        registry.update(before)


def facts(path: str, *, volunteers: int, professional: int, roll: int, served: int, teams: int = 0) -> None:
    """What other registers would have recorded of a place: volunteers, teams, the roll of retired cadres, and three hours of
    service in 2025 of each of `served` retired volunteers."""
    with recording():

        @action("test.facts", label="facts", rule=signed_in, records=KINDS)
        def write(*, by: Actor) -> None:
            def source(number: int) -> int:
                return int(path) * 1000 + number

            people = range(volunteers)
            dims = [
                {"source": "unit", "professional": "yes" if number < professional else "no", "retired": "yes"}
                for number in people
            ]
            record_many(
                "volunteer.registered",
                [NewFact(dims[number], source(number), path, SET, person=source(number)) for number in people],
            )
            expert = {"expert": "yes", "domain": "none"}
            record_many("team.active", [NewFact(expert, source(number), path, SET) for number in range(teams)])
            record_many("retired.roll", [NewFact({}, source(0), path, SET, roll)])
            service = {"domain": "law", "grade": "A", "retired": "yes"}
            record_many(
                "service.minutes",
                [
                    NewFact(service, source(number), path, date(2025, 5, 4), 180, source(number))
                    for number in range(served)
                ],
            )
            record_many("project.published", [NewFact({"domain": "law"}, source(0), path, SET)])
            record_many("outcome", [NewFact({"type": "advised", "domain": "law"}, source(0), path, SET, 25)])

        write(by=at.SYSTEM)


@pytest.fixture
def ground(cast: Cast) -> Cast:
    """A county that has what it needs, and its neighbour, which lacks everything."""
    office = cast.offices[at.PREFECTURE]
    domain = catalogue.set_domain(owner=office, code="law", name="法律服务", since=SET, by=at.SYSTEM)
    catalogue.set_undertaking(domain=domain, name="法律咨询", since=SET, by=at.SYSTEM)
    catalogue.set_outcome_type(owner=office, code="advised", name="咨询人次", unit="person_time", by=at.SYSTEM)
    for number in range(5):
        stations.open_station(place=cast.places[at.TOWNSHIP], name=f"驿站{number}", opened_on=SET, by=at.SYSTEM)
    facts(at.COUNTY, volunteers=200, professional=80, roll=250, served=100, teams=1)
    facts(at.NEIGHBOUR, volunteers=20, professional=2, roll=200, served=10)
    return cast


def missing(found: Shortage, path: str) -> dict[str, Decimal]:
    """What a county lacks, by the key of the least number."""
    county = next(one for one in found.counties if one.place.area_path == path)
    return {one.key.removeprefix("volunteers."): one.missing for one in county.short}


def text(answer: Any) -> str:
    """The text of a page that opened."""
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_last_year_that_is_over() -> None:
    assert last_year(date(2026, 1, 15)).key == "2025"
    assert last_year(date(2025, 12, 31)).key == "2025"
    assert last_year(date(2025, 12, 30)).key == "2024"


def test_who_lacks_most_comes_first_and_by_how_much(ground: Cast) -> None:
    found = shortage(at.PREFECTURE, DAY)
    assert [one.place.area_path for one in found.counties] == [at.NEIGHBOUR, at.COUNTY]
    assert missing(found, at.COUNTY) == {}
    # Of 220 volunteers 82 have a profession: 37.27 %; of 450 retired cadres 110 served: 24.44 %.
    assert missing(found, at.NEIGHBOUR) == {
        "stations_at_least": 5, "volunteers_at_least": 180, "expert_teams_at_least": 1,
        "professional_share_at_least": Decimal("27.27"), "participation_at_least": Decimal("19.44"),
    }  # fmt: skip
    assert [one.place.area_path for one in found.lacking(thresholds.STATIONS_AT_LEAST)] == [at.NEIGHBOUR]


def test_where_nothing_is_recorded_nothing_is_said_to_be_missing(ground: Cast) -> None:
    found = shortage(at.PROVINCE, DAY)
    assert [(one.place.area_path, one.silent) for one in found.counties][-1] == ("520102", True)
    assert missing(found, "520102") == {}
    assert [one.place.area_path for one in found.lacking(thresholds.VOLUNTEERS_AT_LEAST)] == [at.NEIGHBOUR]
    assert "南明区" in text(ground.client(ground.county).get("/imbalance/52/"))


def test_a_number_that_the_city_sets_moves_the_answer(ground: Cast) -> None:
    for key, value in ((thresholds.STATIONS_AT_LEAST, 6), (thresholds.PROFESSIONAL_AT_LEAST, 10)):
        set_parameter(
            place=ground.places[at.PREFECTURE], key=key, value=Decimal(value), since=date(2026, 1, 1), document="文件",
            by=at.SYSTEM,
        )  # fmt: skip
    found = shortage(at.PREFECTURE, DAY)
    assert missing(found, at.COUNTY) == {"stations_at_least": 1}
    assert "professional_share_at_least" not in missing(found, at.NEIGHBOUR)
    assert missing(shortage(at.PREFECTURE, date(2025, 12, 31)), at.COUNTY) == {}


def test_the_page_of_what_is_short(ground: Cast) -> None:
    client = ground.client(ground.county)
    answer = client.get(reverse("imbalance"))
    assert (answer.status_code, answer["location"]) == (302, f"/imbalance/{at.PREFECTURE}/")
    shown = text(client.get(answer["location"] + "?as_of=2026-01-15"))
    assert f"/figures/stations.all/facts/?place={at.NEIGHBOUR}&amp;period=2026-01-15" in shown
    assert f"/figures/volunteers.participation/facts/?place={at.NEIGHBOUR}&amp;period=2025" in shown
    assert reverse("parameter", kwargs={"key": thresholds.STATIONS_AT_LEAST}) in shown
    by_city = text(client.get("/imbalance/52/?as_of=2026-01-15"))
    assert f"/imbalance/{at.PREFECTURE}/" in by_city
    assert client.get(f"/imbalance/{at.COUNTY}/").status_code == 302
    assert client.get("/imbalance/99/").status_code == 404
    assert text(client.get("/imbalance/china/"))
    assert text(client.get(f"/imbalance/{at.PREFECTURE}/?as_of=1999-99-99"))
    assert ground.client().get(f"/imbalance/{at.PREFECTURE}/").status_code == 302


def test_what_is_short_as_an_excel_file(ground: Cast) -> None:
    address = reverse("imbalance-export", kwargs={"path": at.PREFECTURE})
    answer = ground.client(ground.auditor).get(address)
    assert b"".join(answer).startswith(b"PK")
    assert ground.client(ground.stranger).get(address).status_code == 403


def test_the_page_of_a_place(ground: Cast) -> None:
    client = ground.client(ground.prefecture)
    assert client.get(reverse("volunteering"))["location"] == f"/volunteering/{at.PREFECTURE}/"
    shown = text(client.get(f"/volunteering/{at.PREFECTURE}/?as_of=2026-01-15"))
    for key in (
        "volunteers.registered",
        "hours.served",
        "stations.all",
        "brands.all",
        "domain.law.projects",
        "in.law.advised",
    ):
        assert f"/figures/{key}/facts/?place={at.PREFECTURE}&amp;period=2026-01-15" in shown, key
    assert ">330<" in shown.replace("<small>", "<"), "110 people gave three hours each"
    for path in ("52", "china", at.COUNTY, at.TOWNSHIP):
        assert text(client.get(f"/volunteering/{path}/"))
    assert client.get(f"/volunteering/{at.VILLAGE}/")["location"] == f"/places/{at.VILLAGE}/"
    assert client.get("/volunteering/99/").status_code == 404


def test_nothing_recorded_is_no_error(cast: Cast) -> None:
    client = cast.client(cast.county)
    for address in (f"/volunteering/{at.PREFECTURE}/", f"/imbalance/{at.PREFECTURE}/", "/volunteering/china/"):
        assert text(client.get(address))


def test_few_statements(ground: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = ground.client(ground.prefecture)
    for address, most in ((f"/volunteering/{at.PREFECTURE}/", 18), (f"/imbalance/{at.PREFECTURE}/", 14)):
        client.get(address)
        with django_assert_max_num_queries(most):
            client.get(address)
