"""Old records from a spreadsheet: in, confirmed by another, counted once, undone."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.cast import COUNTY
from tests.exchange import ground
from tests.exchange.ground import step, workbook
from tests.hours.ground import Ground, at, volunteer
from yinling.base.codes import synthetic_resident_id
from yinling.base.period import year
from yinling.base.rules import Actor, Refused
from yinling.exchange import Batch, refused_rows, request_commit, request_undo
from yinling.facts import verify
from yinling.figures import figure, recheck
from yinling.hours import HOURS, Attendance, NewRecord, confirm, confirm_many, record_many, void
from yinling.people import Person, correct_person

HEADERS = ["志愿者编号", "服务日期", "开始时间", "结束时间", "分钟", "项目名称", "服务内容", "记录人"]


def minutes(on: int = 2024) -> int:
    return int(figure(HOURS, path=COUNTY, period=year(on)).value or 0)


def checked(rows: list[list[object]], by: Actor) -> Batch:
    """Upload, take the proposed columns, check."""
    return ground.checked(workbook(rows, HEADERS), by, importer="hours")


def committed(rows: list[list[object]], by: Actor) -> Batch:
    """The same, and in."""
    batch = checked(rows, by)
    request_commit(batch=batch, by=by)
    return step(batch)


def line(
    who: int, day: str, start: object = "", end: object = "", length: object = "", project: str = ""
) -> list[object]:
    """One row of the file."""
    return [f"V{who:08}", day, start, end, length, project, "入户探访", "王老师"]


def test_in_confirmed_by_another_counted_once_undone(ground: Ground) -> None:
    batch = committed(
        [
            line(1, "2024-05-01", "9:00", "11:00"), line(1, "2024-05-01", "10:00", "12:00", project="送医下乡"),
            line(2, "2024-05-02", time(14, 30), "16时"), line(2, "2024-05-03", length=90), line(2, "2024-05-03", length=30),
        ],
        ground.host,
    )  # fmt: skip
    assert (batch.state, batch.good, batch.refused) == ("committed", 5, 0), batch.problem
    rows = list(Attendance.objects.filter(batch_id=batch.pk).order_by("batch_row"))
    assert [row.minutes for row in rows] == [120, 120, 90, 90, 30]
    assert {(row.state, row.grade, row.source) for row in rows} == {("pending", "D", "import")}
    assert rows[4].started_at == rows[3].ended_at, "lengths without times follow one another"
    assert rows[1].session.activity.project.title == "送医下乡"
    assert rows[1].domain == "health"
    assert minutes() == 0
    assert confirm_many(area=ground.role, batch_id=batch.pk, by=ground.host).count == 0
    county = ground.session.activity.organiser
    done = confirm_many(area=county, batch_id=batch.pk, by=ground.other)
    assert (done.count, done.left_out) == (5, 0)
    assert minutes() == 180 + 90 + 90 + 30
    request_undo(batch=batch, reason="导错文件", by=ground.host)
    batch = step(batch)
    assert batch.state == "undone", batch.problem
    assert minutes() == 0
    assert not [*recheck(), *verify()]


def test_each_faulty_row_is_refused_with_its_reason(ground: Ground) -> None:
    committed([line(1, "2024-05-01", "9:00", "11:00")], ground.host)
    batch = checked(
        [
            line(9, "2024-05-01", "9:00", "11:00"), line(1, "2024-05-01", "9:00", "11:00"), line(1, "2024-05-02"),
            line(1, "2024-05-02", "11:00", "9:00"), line(1, "2024-05-02", "9:00", "25:00"),
            line(1, "2024-05-03", "9:00", "10:00", project="没有的项目"), line(2, "2030-01-01", "9:00", "10:00"),
            line(2, "2024-05-04", "9:00", "10:00"), line(2, "2024-05-04", "9:00", "10:00"),
        ],
        ground.host,
    )  # fmt: skip
    assert (batch.good, batch.refused) == (1, 8)
    reasons = [str(row.reasons) for row in refused_rows(batch)]
    assert all(len(reason) > 10 for reason in reasons)
    for word in ("registered", "already recorded", "times of day", "after the beginning", "9:00 or 14:30", "title",
                 "future", "same as row"):  # fmt: skip
        assert any(word in reason for reason in reasons), word


def test_a_confirmed_import_that_covers_others_gives_back_what_it_covered(ground: Ground) -> None:
    batch = committed([line(1, "2025-06-16", "9:00", "11:00")], ground.host)
    confirm_many(area=ground.session.activity.organiser, batch_id=batch.pk, by=ground.other)
    row = Attendance.objects.get(batch_id=batch.pk)
    record_many(
        rows=[NewRecord(ground.session.pk, ground.people[0].pk, at(10), at(12), source="list")],
        area=ground.session.activity.organiser, by=ground.host,
    )  # fmt: skip
    later = Attendance.objects.get(batch_id=None)
    assert (later.grade, later.recorded_by) == ("B", ground.host.account_id)
    confirm(attendance=later, by=ground.other)
    assert minutes(2025) == 180
    request_undo(batch=batch, reason="导错文件", by=ground.host)
    assert step(batch).state == "undone"
    later.refresh_from_db()
    row.refresh_from_db()
    assert (later.counted, row.counted, row.state) == (120, 0, "voided")
    assert minutes(2025) == 120
    assert not [*recheck(), *verify()]


def test_lists_refuse_what_does_not_fit(ground: Ground) -> None:
    area = ground.session.activity.organiser
    good = NewRecord(ground.session.pk, ground.people[0].pk, at(9), at(11), source="list")
    cases = {
        "outside your area": NewRecord(ground.elsewhere.pk, ground.people[0].pk, at(9), at(11)),
        "unknown": NewRecord(ground.session.pk, 0, at(9), at(11)),
        "after the beginning": NewRecord(ground.session.pk, ground.people[0].pk, at(11), at(9)),
        "outside the session": NewRecord(ground.session.pk, ground.people[0].pk, at(5), at(9)),
        "future": NewRecord(ground.session.pk, ground.people[0].pk, at(11), at(20)),
    }
    for word, bad in cases.items():
        with pytest.raises(Refused, match=word):
            record_many(rows=[good, bad], area=area, by=ground.host)
    assert not Attendance.objects.exists(), "all or nothing"
    record_many(rows=[good], area=area, by=ground.host)
    with pytest.raises(Refused, match="there already"):
        record_many(rows=[good], area=area, by=ground.host)


def test_long_ones_of_a_list_are_reviewed(ground: Ground) -> None:
    batch = committed([line(1, "2024-05-01", "8:00", "17:00"), line(2, "2024-05-01", length=480),
                       line(2, "2024-05-01", length=130)], ground.host)  # fmt: skip
    rows = Attendance.objects.filter(batch_id=batch.pk).order_by("batch_row")
    assert [row.state for row in rows] == ["review", "pending", "review"]
    assert "540" in rows[0].why and "610" in rows[2].why
    done = confirm_many(area=ground.session.activity.organiser, batch_id=batch.pk, by=ground.other)
    assert (done.count, done.left_out) == (1, 2)
    void(attendance=rows[1], reason="重复", by=ground.other)
    assert minutes() == 0


def test_a_resident_number_finds_the_volunteer(ground: Ground) -> None:
    number = synthetic_resident_id(date(1950, 1, 2), 7)
    person = volunteer(ground.session.place, "田小月", 77)
    correct_person(
        person=Person.objects.get(pk=person.pk), name="田小月", resident_id=number, reason="补录", by=ground.host
    )
    batch = checked([[number.lower(), "2024-05-01", "9:00", "10:00", "", "", "", ""]], ground.host)
    assert (batch.good, batch.refused) == (1, 0)
