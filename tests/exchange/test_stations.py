"""Service stations from a spreadsheet: places found by name or code, rows refused with the reason, commit and undo."""

from __future__ import annotations

import pytest

from tests.exchange import ground
from tests.exchange.ground import SYSTEM, reasons, step, workbook
from yinling.associations import SiteFinder, may_register
from yinling.base.clock import today
from yinling.base.period import as_of
from yinling.exchange import Batch, Row, request_commit, request_undo
from yinling.figures import figure
from yinling.network import Account, Body, Place, actor_of
from yinling.volunteers import Station, station_measures, stations

HEADERS = ["县区", "乡镇街道", "村社区", "驿站名称", "建成时间", "服务项目", "面积", "专职人员", "电话"]
GOOD: list[object] = ["松柏县", "清泉镇", "上河村", "上河驿站", "2024-03-05", "政策宣讲、义诊", 80, 2, "0856-3221012"]
TOWN: list[object] = ["松柏县", "白鹤镇", None, "白鹤驿站", "2024年4月", None, None, None, None]


def checked(rows: list[list[object]], clerk: Account) -> Batch:
    """Upload rows and have them checked."""
    return ground.checked(workbook(rows, HEADERS), actor_of(clerk, "test"), importer="stations")


def committed(rows: list[list[object]], clerk: Account) -> Batch:
    """Upload rows and put the good ones in."""
    batch = checked(rows, clerk)
    request_commit(batch=batch, by=actor_of(clerk, "test"))
    return step(batch)


def count() -> object:
    """The stations of the county."""
    return figure(station_measures.STATIONS, path="529901", period=as_of(today())).value


def test_good_rows_become_stations(clerk: Account, places: dict[str, Place]) -> None:
    batch = committed([GOOD, TOWN], clerk)
    assert (batch.state, reasons(batch)) == (Batch.State.COMMITTED, {})
    first, second = Station.objects.order_by("-area_path")
    assert {first.area_path, second.area_path} == {"529901101201", "529901102"}
    river = Station.objects.get(area_path="529901101201")
    assert (river.services, river.staff, river.phone) == (["policy", "health"], 2, "0856-3221012")
    assert count() == 2


def test_bad_rows_say_what_is_wrong(clerk: Account, places: dict[str, Place]) -> None:
    stations.open_station(place=places["529901102"], name="白鹤驿站", opened_on=today(), by=SYSTEM)
    rows: list[list[object]] = [
        GOOD, GOOD, TOWN,
        ["松柏县", "没有镇", None, "甲", "2024-03-05", None, None, None, None],
        ["长青县", "清泉镇", None, "乙", "2024-03-05", None, None, None, None],
        ["松柏县", None, "上河村", "丙", "2024-03-05", None, None, None, None],
        ["松柏县", "清泉镇", None, "丁", "2999-01-01", None, None, None, None],
        ["松柏县", "清泉镇", None, "戊", "2024-03-05", "算命", None, None, None],
        [None, None, None, "己", "2024-03-05", None, None, None, None],
    ]  # fmt: skip
    batch = committed(rows, clerk)
    assert sorted(reasons(batch)) == [3, 4, 5, 6, 7, 8, 9, 10]
    assert count() == 2


def test_an_import_is_undone_as_a_whole(clerk: Account, places: dict[str, Place]) -> None:
    by = actor_of(clerk, "test")
    batch = committed([GOOD, TOWN], clerk)
    request_undo(batch=batch, reason="传错了文件", by=by)
    batch = step(batch)
    assert (batch.state, count()) == (Batch.State.UNDONE, 0)
    assert Body.objects.filter(kind=Body.Kind.STATION, withdrawn=False).count() == 0


@pytest.mark.parametrize("change", ["serve", "particulars"])
def test_what_was_changed_since_is_not_undone(clerk: Account, places: dict[str, Place], change: str) -> None:
    by = actor_of(clerk, "test")
    batch = committed([GOOD, TOWN], clerk)
    station = Station.objects.get(area_path="529901102")
    if change == "serve":
        stations.serve_place(station=station, place=places["529901101201"], since=today(), by=by)
    else:
        stations.change_station(station=station, staff=4, by=by)
    request_undo(batch=batch, reason="传错了文件", by=by)
    batch = step(batch)
    assert batch.state != Batch.State.UNDONE
    assert count() == 2


def test_a_place_outside_the_batchs_area_is_refused_whoever_asks(places: dict[str, Place]) -> None:
    rows = [Row(1, {"code": "529902101201"}), Row(2, {"code": "529901101201"})]
    placed = SiteFinder("529901").place(rows, may_register, SYSTEM)
    assert [(row.number, site.area_path) for row, site in placed] == [(2, "529901101201")]
    assert [problem.field for problem in rows[0].problems] == ["village"]


def test_the_street_address_of_a_station_is_no_place(clerk: Account, places: dict[str, Place]) -> None:
    by = actor_of(clerk, "test")
    content = workbook([["上河村", "甲驿站", "2024-03-05"]], ["地址", "驿站名称", "建成时间"])
    batch = ground.checked(content, by, importer="stations")
    assert [text for _column, text in reasons(batch)[2]] == ["本行未写明所在地。"]
