"""Stations, brands, the catalogue and parameters at the front door: who sees what, forms that say what is wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests import cast as at
from tests.cast import Cast
from yinling.activities import Brand, Domain, catalogue
from yinling.network import Parameter, declared_parameters, merge_places, parameter, set_parameter
from yinling.volunteers import Station, stations, thresholds

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

SET = date(2024, 1, 10)
STREET = "520622003"


def text(answer: Any) -> str:
    """The text of a page that opened."""
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def station(cast: Cast) -> Station:
    """A station at a street of the county."""
    return stations.open_station(
        place=cast.places[STREET], name="大龙驿站", opened_on=SET, services=["law"], phone="0856-3221012",
        opening_hours="每日9:00—17:00", by=at.SYSTEM,
    )  # fmt: skip


def test_who_may_do_what_with_stations(cast: Cast, station: Station) -> None:
    pk = {"pk": station.pk}
    for name in ("station-change", "station-serve", "station-close", "station-withdraw"):
        for account in (cast.chair, cast.auditor, cast.stranger):
            assert cast.client(account).get(reverse(name, kwargs=pk)).status_code == 403
        assert cast.client(cast.township).get(reverse(name, kwargs=pk)).status_code == 404
        assert cast.client(cast.county).get(reverse(name, kwargs=pk)).status_code == 200
    for account in (cast.county, cast.auditor, cast.stranger):
        assert "大龙驿站" in text(cast.client(account).get(reverse("station", kwargs=pk)))
    assert cast.client().get(reverse("stations")).status_code == 302


def test_a_station_from_opening_to_closing(cast: Cast) -> None:
    client = cast.client(cast.county)
    new = reverse("station-new")
    data = {"place": "朱家场", "name": "朱家场驿站", "opened_on": "2024-05-01", "services": ["health"], "staff": "2"}
    for wrong in (
        {"opened_on": "2999-01-01"},
        {"place": "石阡县"},
        {"phone": "12"},
        {"services": ["x"]},
        {"uscc": "1"},
    ):
        assert client.post(new, {**data, **wrong}).status_code == 422
    assert client.post(new, data).status_code == 302
    made = Station.objects.get()
    pk = {"pk": made.pk}
    assert (made.area_path, made.services, made.staff) == (at.TOWNSHIP, ["health"], 2)
    assert client.post(new, data).status_code == 422

    change = {"name": "朱家场银龄驿站", "staff": "3", "seen": made.changed_by, "services": ["health", "law"]}
    assert client.post(reverse("station-change", kwargs=pk), change).status_code == 302
    assert client.post(reverse("station-change", kwargs=pk), change).status_code == 422
    serve = {"place": "大龙街道", "since": "2024-06-01"}
    assert client.post(reverse("station-serve", kwargs=pk), serve).status_code == 302
    assert client.post(reverse("station-serve", kwargs=pk), serve).status_code == 422
    area = made.areas.get(area_path=STREET)
    leave = reverse("station-leave", kwargs={**pk, "area": area.pk})
    assert client.post(leave, {"on": "2024-05-01"}).status_code == 422
    assert client.post(leave, {"on": "2024-07-01"}).status_code == 302
    assert client.get(leave).status_code == 404
    close = reverse("station-close", kwargs=pk)
    assert client.post(close, {"on": "2024-04-01", "reason": "早了"}).status_code == 422
    assert client.post(close, {"on": "2024-08-01", "reason": "搬迁"}).status_code == 302
    assert "朱家场银龄驿站" not in text(client.get(reverse("stations")))
    assert "朱家场银龄驿站" in text(client.get(reverse("stations") + "?closed=1"))
    assert client.get(close).status_code == 404


def test_a_list_is_searched_and_handed_out(cast: Cast, station: Station) -> None:
    client = cast.client(cast.prefecture)
    for query, shown in (("q=大龙", True), ("q=没有", False), ("service=law", True), ("service=health", False),
                         ("place=520623", False), ("place=520622", True)):  # fmt: skip
        assert ("大龙驿站" in text(client.get(f"{reverse('stations')}?{query}"))) is shown, query
    assert client.get(reverse("stations") + "?place=99").status_code == 404
    export = client.get(reverse("stations-export"))
    assert export.status_code == 200
    assert b"".join(export).startswith(b"PK")
    assert cast.client(cast.chair).get(reverse("stations-export")).status_code == 403


def test_anybody_finds_the_next_station(cast: Cast, station: Station) -> None:
    visitor = cast.client()
    assert reverse("public-stations-at", kwargs={"path": at.PREFECTURE}) in text(visitor.get("/open/stations/"))
    assert "石阡县" not in text(visitor.get(f"/open/stations/{at.PREFECTURE}/"))
    shown = text(visitor.get(f"/open/stations/{at.COUNTY}/"))
    assert "大龙驿站" in shown
    assert 'href="tel:08563221012"' in shown
    stations.close_station(station=station, on=date(2024, 5, 1), reason="搬迁", by=at.SYSTEM)
    assert "大龙驿站" not in text(visitor.get(f"/open/stations/{at.COUNTY}/"))
    assert visitor.get("/open/stations/99/").status_code == 404


def test_a_brand_from_founding_to_its_end(cast: Cast) -> None:
    client = cast.client(cast.county)
    domain = catalogue.set_domain(
        owner=cast.offices[at.PREFECTURE], code="law", name="法律服务", since=SET, by=at.SYSTEM
    )
    assert "石阡县" in text(client.get(reverse("brands") + "?place=5206"))
    data = {"owner": cast.offices[at.COUNTY].name, "name": "侗乡银铃", "domain": domain.pk, "since": "2024-02-01"}
    for wrong in ({"owner": cast.offices[at.NEIGHBOUR].name}, {"since": "2999-01-01"}, {"domain": 999}):
        assert client.post(reverse("brand-new"), {**data, **wrong}).status_code == 422
    assert client.post(reverse("brand-new"), data).status_code == 302
    brand = Brand.objects.get()
    pk = {"pk": brand.pk}
    change = {"name": "侗乡金铃", "story": "故事<script>", "on": "2024-03-01", "seen": brand.changed_by}
    assert client.post(reverse("brand-change", kwargs=pk), change).status_code == 302
    shown = text(client.get(reverse("brand", kwargs=pk)))
    assert "侗乡金铃" in shown
    assert "故事&lt;script&gt;" in shown
    assert cast.client(cast.township).get(reverse("brand-end", kwargs=pk)).status_code == 404
    assert client.post(reverse("brand-end", kwargs=pk), {"on": "2024-05-01", "reason": "完成"}).status_code == 302
    assert client.get(reverse("brand-change", kwargs=pk)).status_code == 404


def test_the_catalogue_is_set_by_offices(cast: Cast) -> None:
    office, client = cast.offices[at.PREFECTURE], cast.client(cast.prefecture)
    data = {"owner": office.name, "code": "law", "name": "法律服务", "order": "1", "since": "2024-01-10"}
    assert client.post(reverse("domain-new"), {**data, "code": "法律"}).status_code == 422
    assert client.post(reverse("domain-new"), data).status_code == 302
    domain = Domain.objects.get()
    measure = reverse("undertaking-new", kwargs={"pk": domain.pk})
    assert client.post(measure, {"name": "法律咨询", "order": "1", "since": "2024-01-10"}).status_code == 302
    outcome = {"owner": office.name, "code": "advised", "name": "咨询人次", "unit": "person_time"}
    assert client.post(reverse("outcome-type-new"), outcome).status_code == 302
    for account in (cast.county, cast.auditor, cast.stranger):
        shown = text(cast.client(account).get(reverse("catalogue")))
        assert "法律咨询" in shown
        assert "咨询人次" in shown
    change = reverse("catalogue-change", kwargs={"key": "domain", "pk": domain.pk})
    assert cast.client(cast.county).get(change).status_code == 404
    new = {"name": "法治服务", "order": "2", "seen": domain.changed_by}
    assert client.post(change, new).status_code == 302
    assert client.post(change, new).status_code == 422
    assert client.get(change.replace("domain", "nothing")).status_code == 404
    assert client.post(f"{change}end/", {"on": "2024-06-01"}).status_code == 302
    assert "法治服务" not in text(client.get(reverse("catalogue")))


def test_every_parameter_says_what_holds_and_why(cast: Cast) -> None:
    shown = text(cast.client(cast.county).get(reverse("parameters")))
    assert all(
        str(one.label) in shown
        for one in declared_parameters()
        if "&" not in str(one.label) and "'" not in str(one.label)
    )
    key = thresholds.STATIONS_AT_LEAST
    address = reverse("parameter-set", kwargs={"key": key})
    data = {"place": at.PREFECTURE, "value": "8", "since": "2024-01-01", "document": "铜老〔2024〕3号"}
    assert cast.client(cast.auditor).get(address).status_code == 403
    assert cast.client(cast.county).post(address, data).status_code == 422
    for wrong in ({"value": "-1"}, {"value": "x"}, {"document": " "}, {"since": "soon"}):
        assert cast.client(cast.prefecture).post(address, {**data, **wrong}).status_code == 422
    assert cast.client(cast.prefecture).post(address, data).status_code == 302
    shown = text(cast.client(cast.county).get(reverse("parameter", kwargs={"key": key})))
    assert "铜老〔2024〕3号" in shown
    assert "铜仁市" in shown
    assert "铜老〔2024〕3号" in text(cast.client(cast.township).get(reverse("parameters")))
    assert "铜老〔2024〕3号" not in text(cast.client(cast.province).get(reverse("parameters") + "?place=5201"))
    assert cast.client(cast.county).get(reverse("parameter", kwargs={"key": "nothing"})).status_code == 404


def test_a_number_ends_with_the_place_that_set_it(cast: Cast) -> None:
    key = thresholds.STATIONS_AT_LEAST
    for path, value in ((at.COUNTY, 7), (at.NEIGHBOUR, 9)):
        set_parameter(place=cast.places[path], key=key, value=Decimal(value), since=SET, document="文件", by=at.SYSTEM)
    merge_places(
        place=cast.places[at.NEIGHBOUR], into=cast.places[at.COUNTY], on=date(2024, 6, 1), basis="批复", by=at.SYSTEM
    )
    assert parameter(key, at.COUNTY, date(2024, 7, 1)) == 7
    assert Parameter.objects.count() == 2


def test_few_statements_whatever_the_number(
    cast: Cast, station: Station, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client(cast.county)
    addresses = [reverse(name) for name in ("stations", "brands", "catalogue", "parameters")]
    addresses.append(reverse("station", kwargs={"pk": station.pk}))
    for number in range(3):
        for address in addresses:
            client.get(address)
            with django_assert_max_num_queries(14):
                client.get(address)
        stations.open_station(place=cast.places[STREET], name=f"驿站{number}", opened_on=SET, by=at.SYSTEM)
        stations.serve_place(
            station=station, place=[cast.places[at.TOWNSHIP], cast.places[at.VILLAGE], cast.places[at.BARE_VILLAGE]][number],
            since=SET, by=at.SYSTEM,
        )  # fmt: skip
        owner = cast.offices[at.COUNTY]
        domain = catalogue.set_domain(owner=owner, code=f"d{number}", name="领域", since=SET, by=at.SYSTEM)
        catalogue.set_undertaking(domain=domain, name="措施", since=SET, by=at.SYSTEM)
        catalogue.set_outcome_type(owner=owner, code=f"o{number}", name="成果", unit="book", by=at.SYSTEM)
        catalogue.found_brand(owner=owner, name=f"品牌{number}", domain=domain, since=SET, by=at.SYSTEM)


def test_a_county_reads_of_itself_not_of_its_counties(cast: Cast) -> None:
    client = cast.client(cast.county)
    client.cookies["django_language"] = "en"
    brands = reverse("brands")

    def shown(place: str = at.COUNTY) -> str:
        return text(client.get(brands, {"place": place}))

    assert "none of its own yet" in shown()
    assert "counties" not in shown()
    assert f'href="{brands}?place={at.COUNTY}"' not in shown(), "no door from a county to itself"
    catalogue.found_brand(
        owner=cast.offices[at.COUNTY], name="侗乡银龄", since=date(2024, 1, 1), by=at.SYSTEM
    )  # fmt: skip
    assert "as “one county, one brand” asks for" in shown()
    assert "one county" not in shown(at.TOWNSHIP), "nothing is asked of a township"
    city = cast.client(cast.prefecture).get(brands)
    assert "石阡县" in text(city), "a city still reads which of its counties lack one"
