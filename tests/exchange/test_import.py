"""An import from the upload to the undo, through its actions and the worker's steps."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from tests.exchange.ground import (
    HEADERS,
    SYSTEM,
    checked,
    committed,
    good,
    make_clerk,
    reasons,
    step,
    upload,
    workbook,
)
from yinling.associations import RURAL, Association, change_attribute
from yinling.base.codes import synthetic_resident_id
from yinling.base.period import as_of
from yinling.base.rules import Actor, Refused
from yinling.exchange import (
    Batch,
    SavedMapping,
    StagedRow,
    batches,
    earlier_commits,
    good_rows,
    map_columns,
    recover,
    request_check,
    request_commit,
    request_undo,
    upload_batch,
)
from yinling.facts import Entry, Fact, verify
from yinling.figures import figure, recheck
from yinling.network import Account, Body, Place, actor_of
from yinling.people import Person

State = Batch.State
NOW = as_of(date(2020, 1, 1))


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def by(clerk: Account) -> Actor:
    """The clerk of 松柏县."""
    return actor_of(clerk, "test")


def count(path: str = "529901") -> Any:
    """Rural associations at the end of the period."""
    return figure(RURAL.all, path=path, period=NOW).value


def test_good_file_goes_in(by: Actor) -> None:
    batch = committed(workbook([good(n) for n in range(5)], above=2), by)
    assert (batch.state, batch.good, batch.refused, batch.problem) == (State.COMMITTED, 5, 0, "")
    assert batch.header_row == 3
    assert count() == 5
    assert figure(RURAL.venue, path="52", period=NOW).value == 5
    assert figure(RURAL.members, path="529901101", period=NOW).value == sum(range(30, 35))
    bodies = Body.objects.filter(batch_id=batch.pk).order_by("batch_row")
    assert [body.batch_row for body in bodies] == [4, 5, 6, 7, 8]
    assert {body.area_path for body in bodies} == {"529901101201"}
    chair = Association.objects.get(body=bodies[0]).chair
    assert chair is not None
    assert (chair.name, chair.phone) == ("张大0", "13800000000")
    assert Entry.objects.filter(fact_count__gt=0, action="associations.import").count() == 1
    assert Association.objects.values_list("changed_by", flat=True).distinct().get() == batch.entry_id
    assert not StagedRow.objects.exists()
    assert list(verify()) == []
    assert list(recheck()) == []


def variant(**cells: object) -> list[object]:
    """A good row with other cells, by header."""
    row = good(1)
    for header, value in cells.items():
        row[HEADERS.index(header)] = value
    return row


ID = synthetic_resident_id(date(1950, 1, 1), 1)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"会长身份证号": ID[:-1] + ("1" if ID[-1] != "1" else "2")}, "Resident number of the chair", "check digit"),
        ({"会长身份证号": 520102195001011234.0}, "Resident number of the chair", "spreadsheet"),
        ({"会长电话": "1380000"}, "Telephone of the chair", "11 digits"),
        ({"所在地代码": "529901101299"}, "Place code", "no place with this code"),
        ({"所在地代码": "abc"}, "Place code", "digits only"),
        ({"所在地代码": "529902101201"}, "Village or community", "outside the area"),
        ({"所在地代码": None}, "Village or community", "does not say where"),
        ({"成立日期": "2999-01-01"}, "Founded on", "future"),
        ({"成立日期": "last spring"}, "Founded on", "no date"),
        ({"成立日期": None}, "Founded on", "filled in"),
        ({"有无活动场所": "maybe"}, "Has a venue", "是 or 否"),
        ({"会员数": "many"}, "Members", "not a number"),
        ({"会员数": -3}, "Members", "less than nothing"),
        ({"会员数": 2.5}, "Members", "decimal"),
        ({"协会名称": "长" * 121}, "Name of the association", "longer"),
        ({"会长姓名": None}, "Name of the chair", "beside"),
    ],
)
def test_refusals_say_where_and_why(by: Actor, cells: dict[str, object], column: str, reason: str) -> None:
    batch = checked(workbook([good(7), variant(**cells)]), by)
    assert (batch.state, batch.good, batch.refused) == (State.CHECKED, 1, 1)
    found = reasons(batch)[3]
    assert [label for label, _text in found] == [column] * len(found)
    assert reason in found[0][1]
    assert json.loads(StagedRow.objects.get(ok=False).data)[1] == variant(**cells)[1]


def test_duplicates_in_the_file(by: Actor) -> None:
    same_chair = good(3)
    same_chair[5] = good(1)[5]
    batch = checked(workbook([good(1), good(2), good(1), same_chair]), by)
    found = reasons(batch)
    assert set(found) == {4, 5}
    assert "row 2" in found[4][0][1]
    assert "another name" in found[5][0][1]


def test_duplicates_in_the_register(by: Actor) -> None:
    content = workbook([good(1), good(2)])
    first = committed(content, by)
    again = checked(content, by)
    assert (again.good, again.refused) == (0, 2)
    assert "already registered" in reasons(again)[2][0][1]
    assert list(earlier_commits(again)) == [first]
    with pytest.raises(Refused):
        request_commit(batch=again, by=by)
    other_name = good(9)
    other_name[5] = good(1)[5]
    assert "under another name" in reasons(checked(workbook([other_name]), by))[2][0][1]


def test_a_person_chairs_two(by: Actor) -> None:
    second = good(2, "529901101202")
    second[4:7] = good(1)[4:7]
    committed(workbook([good(1)]), by)
    committed(workbook([second]), by)
    assert Person.objects.count() == 1
    assert Association.objects.values("chair").distinct().count() == 1


def test_places_by_name(by: Actor) -> None:
    headers = ["县", "乡镇", "村", "地址", "协会名称", "成立时间"]
    batch = checked(
        workbook(
            [
                ["松柏县", "清泉镇", "上河村", None, "a", date(2010, 5, 1)],
                [None, "白鹤镇", "上河村村民委员会", None, "b", "2010.5"],
                [None, None, "桃花", None, "c", "2010年5月"],
                [None, None, None, "松柏县清泉镇东门社区居委会", "d", 20100501],
                [None, None, "下河村", None, None, "2010"],
                [None, None, "上河村", None, "e", "2010-05-01"],
                [None, None, "远山村", None, "f", "2010-05-01"],
                [None, "白鹤镇", "下河村", None, "g", "2010-05-01"],
            ],
            headers=headers,
        ),
        by,
    )
    places = {number: values["area_path"] for number, values in good_rows(batch, 10)}
    assert places == {
        2: "529901101201",
        3: "529901102201",
        4: "529901102202",
        5: "529901101001",
        6: "529901101202",
    }
    rows = dict(good_rows(batch, 10))
    assert rows[5]["setting"] == "urban"
    assert rows[6]["name"] == "下河村老年协会"
    assert {str(rows[number]["founded"]) for number in (2, 3, 4, 5)} == {"2010-05-01"}
    assert rows[6]["founded"] == "2010-01-01"
    found = {number: texts[0][1] for number, texts in reasons(batch).items()}
    assert set(found) == {7, 8, 9}
    assert "Several places" in found[7]
    assert "no such place" in found[8]
    assert "no such place" in found[9]


def test_csv_in_both_encodings(by: Actor) -> None:
    table: list[list[object]] = [[*HEADERS], good(1), good(2)]
    text = "\n".join(",".join(f"{cell}" for cell in row) for row in table)
    assert checked(text.encode("utf-8-sig"), by, "a.csv").good == 2
    assert checked(text.replace(",", "\t").encode("gb18030"), by, "b.csv").good == 2


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"%PDF", "Only Excel"),
        ("a.xlsx", b"name,founded", "not an Excel"),
        ("a.xlsx", b"PK\x03\x04 but nothing more", "damaged"),
        ("a.xls", b"name", "not an Excel"),
        ("a.csv", b"\x00\x01", "not a CSV"),
        ("a.csv", b"", "empty"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(by: Actor, name: str, content: bytes, reason: str, settings: Any) -> None:
    with pytest.raises(Refused, match=reason):
        upload_batch(importer="associations", name=name, content=[content], by=by)
    assert list((settings.MEDIA_ROOT / "imports").glob("*")) == []


def test_a_file_too_large_is_refused(by: Actor, settings: Any) -> None:
    part = b"x" * 2**20
    with pytest.raises(Refused, match="200 MB"):
        upload_batch(importer="associations", name="a.csv", content=(part for _ in range(201)), by=by)
    assert list((settings.MEDIA_ROOT / "imports").glob("*")) == []


def test_unreadable_and_empty_files_fail_with_the_reason(by: Actor) -> None:
    import io
    import zipfile

    fake = io.BytesIO()
    with zipfile.ZipFile(fake, "w") as archive:
        archive.writestr("xl/workbook.xml", "no workbook")
    batch = upload(fake.getvalue(), by)
    assert batch.state == State.FAILED
    assert "cannot be read" in batch.problem
    assert upload(workbook([], headers=[]), by).problem == "There is nothing in this file."


def test_mapping_is_checked_and_remembered(by: Actor) -> None:
    odd = ["where", "what", "when"]
    batch = upload(workbook([["529901101201", "x", "2010-05-01"]], headers=odd), by)
    assert batch.mapping == {}
    with pytest.raises(ValidationError) as missing:
        map_columns(batch=batch, sheet=batch.sheet, header_row=1, mapping={"code": 0}, by=by)
    assert set(missing.value.message_dict) == {"founded"}
    with pytest.raises(ValidationError) as twice:
        map_columns(batch=batch, sheet=batch.sheet, header_row=1, mapping={"code": 0, "founded": 0}, by=by)
    assert set(twice.value.message_dict) == {"code", "founded"}
    chosen = {"code": 0, "name": 1, "founded": 2}
    map_columns(batch=batch, sheet=batch.sheet, header_row=1, mapping=chosen, by=by)
    request_check(batch=batch, by=by)
    assert step(batch).good == 1
    again = upload(workbook([["529901101202", "y", "2011-05-01"]], headers=odd), by)
    assert again.mapping == chosen
    assert SavedMapping.objects.count() == 1


def test_second_clicks_do_nothing(by: Actor) -> None:
    batch = checked(workbook([good(1)]), by)
    request_commit(batch=batch, by=by)
    with pytest.raises(Refused):
        request_commit(batch=batch, by=by)
    step(batch)
    assert count() == 1
    with pytest.raises(Refused):
        request_commit(batch=batch, by=by)
    facts = Fact.objects.count()
    assert step(batch).state == State.COMMITTED  # the task of the second click finds nothing to do
    assert Fact.objects.count() == facts


def test_others_areas_are_closed(by: Actor, places: dict[str, Place]) -> None:
    other = actor_of(make_clerk(places["529902"]), "test")
    batch = checked(workbook([good(1)]), by)
    assert list(batches(other)) == []
    assert list(batches(by)) == [batch]
    with pytest.raises(Refused):
        request_commit(batch=batch, by=other)


def test_undo(by: Actor) -> None:
    batch = committed(workbook([good(n) for n in range(3)]), by)
    with pytest.raises(ValidationError):
        request_undo(batch=batch, reason=" ", by=by)
    request_undo(batch=batch, reason="传错了文件", by=by)
    batch = step(batch)
    assert batch.state == State.UNDONE
    assert count() == 0
    assert not Person.objects.filter(withdrawn=False).exists()
    assert batch.undo_entry_id is not None
    entry = Entry.objects.get(pk=batch.undo_entry_id)
    assert (entry.action, entry.reason, entry.actor_name) == ("exchange.undo", "传错了文件", by.name)
    assert list(verify()) == []
    assert list(recheck()) == []
    assert committed(workbook([good(n) for n in range(3)]), by).good == 3


def test_undo_is_refused_after_a_change(by: Actor) -> None:
    batch = committed(workbook([good(n) for n in range(3)]), by)
    changed = Association.objects.order_by("pk")[1]
    change_attribute(
        association=changed, attribute="members", values={"member_count": 1}, on=date(2015, 1, 1), by=SYSTEM
    )
    request_undo(batch=batch, reason="传错了文件", by=by)
    batch = step(batch)
    assert batch.state == State.COMMITTED
    assert batch.blocked_by == [changed.pk]
    assert "undo the later ones first" in batch.problem
    assert count() == 3


def test_the_register_changed_between_check_and_commit(by: Actor) -> None:
    batch = checked(workbook([good(1), good(2)]), by)
    committed(workbook([good(2)]), by)
    request_commit(batch=batch, by=by)
    batch = step(batch)
    assert batch.state == State.CHECKED
    assert "Check it again" in batch.problem
    assert count() == 1
    request_check(batch=batch, by=by)
    batch = step(batch)
    assert (batch.good, batch.refused) == (1, 1)


def test_roles_are_those_of_the_moment(by: Actor, clerk: Account) -> None:
    batch = checked(workbook([good(1)]), by)
    request_commit(batch=batch, by=by)
    clerk.roles_held.all().delete()
    batch = step(batch)
    assert batch.state == State.CHECKED
    assert "role" in batch.problem
    assert count() == 0


def test_a_file_that_kills_the_worker_is_given_up(by: Actor) -> None:
    batch = checked(workbook([good(1)]), by)
    request_commit(batch=batch, by=by)
    Batch.objects.filter(pk=batch.pk).update(attempts=3)
    recover()
    batch.refresh_from_db()
    assert batch.state == State.CHECKED
    assert "3 times" in batch.problem


def test_personal_data_is_not_kept_in_the_clear(by: Actor) -> None:
    from django.db import connection

    checked(workbook([good(1), variant(成立日期="2999-01-01")]), by)
    with connection.cursor() as cursor:
        for table in ("yinling_batch", "yinling_stagedrow", "yinling_entry"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            held = cursor.fetchone()[0]
            assert str(good(1)[5]) not in held
            assert str(good(1)[5]).encode().hex() not in held
