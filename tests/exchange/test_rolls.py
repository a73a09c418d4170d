"""Rolls of retired cadres from a spreadsheet: units found by name or code, rows refused with the reason, commit and undo."""

from __future__ import annotations

from datetime import date

import pytest

from tests import cast as at
from tests.cast import Cast
from tests.exchange import ground
from tests.exchange.ground import step, workbook
from tests.volunteers.ground import counted
from yinling.base.rules import Actor, Denied
from yinling.exchange import (
    Batch,
    importer_of,
    refused_rows,
    request_commit,
    request_undo,
)
from yinling.figures import recheck
from yinling.network import Body, register_body
from yinling.volunteers import Roll, measures, queries, trainings

HEADERS = ["单位名称", "统一社会信用代码", "离退休干部人数", "统计日期"]
CODE = "115206220093000013"
DAY = date(2024, 12, 31)


def unit(cast: Cast, name: str, path: str = at.COUNTY, uscc: str = "") -> Body:
    """A unit that is registered at a place."""
    return register_body(
        place=cast.places[path], kind=Body.Kind.BUREAU, name=name, founded=at.OPENED, uscc=uscc, by=at.SYSTEM
    )


def checked(rows: list[list[object]], by: Actor) -> Batch:
    """Uploaded, columns as proposed, checked."""
    batch = ground.checked(workbook(rows, HEADERS), by, importer="rolls")
    assert len(batch.mapping) == len(HEADERS), "every header is understood"
    return batch


@pytest.fixture
def officer(cast: Cast) -> Actor:
    return cast.actor(cast.county)


def test_a_list_goes_in_and_comes_out_again(cast: Cast, officer: Actor) -> None:
    first, second = unit(cast, "教育局"), unit(cast, "卫生局")
    trainings.set_roll(unit=first, people=100, since=date(2023, 12, 31), by=officer)
    batch = checked([["教育局", None, 118, "2024-12-31"], ["卫生局", None, 40, "2024年6月30日"]], officer)
    assert (batch.good, batch.refused) == (2, 0)
    request_commit(batch=batch, by=officer)
    batch = step(batch)
    assert batch.state == Batch.State.COMMITTED, batch.problem
    assert [counted(measures.ROLL, on=day) for day in (date(2024, 1, 1), date(2024, 7, 1), DAY)] == [100, 140, 158]
    assert not list(recheck())
    request_undo(batch=batch, reason="文件有误", by=officer)
    batch = step(batch)
    assert batch.state == Batch.State.UNDONE, batch.problem
    assert counted(measures.ROLL) == 100, "what held before holds on"
    assert [(row.unit_id, row.people) for row in queries.rolls(officer)] == [(first.pk, 100)]
    assert Roll.objects.filter(withdrawn=True).count() == 2, "kept, as withdrawn"
    assert not list(recheck())
    trainings.set_roll(unit=second, people=41, since=date(2024, 6, 30), by=officer)
    assert counted(measures.ROLL) == 141, "the same day can be recorded again"


def test_what_was_corrected_since_is_not_undone(cast: Cast, officer: Actor) -> None:
    one = unit(cast, "教育局")
    batch = checked([["教育局", None, 118, "2024-12-31"]], officer)
    request_commit(batch=batch, by=officer)
    batch = step(batch)
    trainings.set_roll(unit=one, people=120, since=DAY, by=officer)
    request_undo(batch=batch, reason="文件有误", by=officer)
    batch = step(batch)
    assert (batch.state, batch.blocked_by) == (Batch.State.COMMITTED, [one.pk])
    assert counted(measures.ROLL) == 120


def test_each_bad_row_is_refused_with_its_reason(cast: Cast, officer: Actor) -> None:
    known = unit(cast, "教育局")
    unit(cast, "水务站", at.TOWNSHIP)
    unit(cast, "水务站", at.VILLAGE, CODE)
    unit(cast, "石阡县教育局", at.NEIGHBOUR)
    trainings.set_roll(unit=known, people=100, since=DAY, by=officer)
    good: list[list[object]] = [
        ["水务站", CODE, 3, "2024-12-31"],
        [cast.offices[at.COUNTY].name, None, 0, "2024-12-31"],
    ]
    bad: list[list[object]] = [
        ["教育局", None, 118, "2024-12-31"],  # recorded for this day
        ["水务站", None, 4, "2024-12-31"],  # two of this name
        ["石阡县教育局", None, 5, "2024-12-31"],  # of another county
        ["没有的单位", None, 5, "2024-12-31"],
        ["别的名字", CODE, 5, "2024-12-31"],  # the code is another unit's
        ["水务站", "123", 5, "2024-12-31"],
        ["水务站", CODE, -1, "2024-12-31"],
        ["水务站", CODE, 5, "2999-01-01"],
        ["水务站", CODE, 5, "2024-12-30"],  # stands in the file already
        ["水务站", CODE, None, "2024-12-31"],
    ]
    batch = checked([*good, *bad], officer)
    assert (batch.good, batch.refused) == (2, len(bad))
    assert all(row.reasons for row in refused_rows(batch))
    request_commit(batch=batch, by=officer)
    assert step(batch).state == Batch.State.COMMITTED
    assert counted(measures.ROLL) == 103


def test_who_may_not(cast: Cast) -> None:
    rule = importer_of("rolls").rule
    for account in (cast.chair, cast.auditor, cast.stranger):
        assert isinstance(rule.check(cast.actor(account)), Denied)
    page = cast.client(cast.county).get("/rolls/").content.decode()
    assert "/imports/new/rolls/" in page
