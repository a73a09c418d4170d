"""Volunteers from a spreadsheet: what is refused and why, what goes in, and taking it all out again."""

from __future__ import annotations

from datetime import date

import pytest

from tests import cast as at
from tests.cast import Cast
from tests.exchange import ground
from tests.exchange.ground import step, workbook
from tests.volunteers.ground import counted, make, number
from yinling.base.codes import synthetic_resident_id
from yinling.base.rules import Actor, Refused
from yinling.exchange import (
    Batch,
    refused_rows,
    request_commit,
    request_undo,
    upload_batch,
)
from yinling.figures import recheck
from yinling.people import Consent, Person, register_person
from yinling.volunteers import NewVolunteer, State, Volunteer, measures, queries, register_many, standing

HEADERS = [
    "村代码", "姓名", "身份证号", "联系电话", "登记方式", "原工作单位", "是否离退休干部", "专业背景", "职称", "服务特长",
    "服务时间", "身体限制", "登记日期", "证件已核验",
]  # fmt: skip
COMMUNITY_CODE, VILLAGE_CODE = at.COMMUNITY, at.VILLAGE
SURNAMES = "陈杨吴王李张刘周罗田"


def resident(index: int) -> str:
    """A resident number for a row."""
    return synthetic_resident_id(date(1950 + index % 15, 1 + index % 12, 1 + index % 28), index % 1000)


def good(index: int, **others: object) -> list[object]:
    """A row that can go in."""
    row = {
        "村代码": COMMUNITY_CODE if index % 2 else VILLAGE_CODE, "姓名": f"{SURNAMES[index % 10]}明{SURNAMES[index // 10 % 10]}",
        "身份证号": resident(index), "联系电话": f"1371{index:07d}", "登记方式": "社区招募", "原工作单位": None,
        "是否离退休干部": "是", "专业背景": "医疗" if index % 5 == 0 else None, "职称": None, "服务特长": "义诊、探访",
        "服务时间": "周一上午，周三下午", "身体限制": "登高", "登记日期": "2024-05-06", "证件已核验": "是",
    }  # fmt: skip
    return list((row | others).values())


def checked(rows: list[list[object]], by: Actor) -> Batch:
    """Uploaded, columns as proposed, checked."""
    return ground.checked(workbook(rows, HEADERS), by, importer="volunteers")


@pytest.fixture
def clerk(cast: Cast) -> Actor:
    """The officer of the county."""
    return cast.actor(cast.county)


def test_five_hundred_rows_and_the_bad_ones_among_them(cast: Cast, clerk: Actor) -> None:
    known = make(cast, 1, name="周桂英")
    rows = [good(index) for index in range(2, 502)]
    bad = [
        good(1001, 身份证号="520622195706010011"),  # its check digit does not fit
        good(1002, 村代码=at.NEIGHBOUR_VILLAGE),
        good(1003, 身份证号=number(1), 姓名="周桂英"),  # a volunteer already
        good(1004, 身份证号=at.CHAIR_ID, 姓名="杨绣英"),  # registered under another name
        good(1006, 登记方式="单位推荐"),  # by no unit
        good(1007, 原工作单位="没有的单位"),
        good(1008, 专业背景="魔法"),
        good(1009, 登记日期="2999-01-01"),
        good(1011, 身份证号=resident(2)),  # stands in the file twice
        good(1012, 姓名=None),
        good(1013, 职称="主任医师"),  # without a profession
        good(1014, 服务特长="飞行"),
    ]
    rows += bad
    batch = checked(rows, clerk)
    assert (batch.state, batch.good, batch.refused) == (Batch.State.CHECKED, 500, len(bad))
    assert all(row.reasons for row in refused_rows(batch))
    assert Volunteer.objects.count() == 1, "nothing is written by a check"
    request_commit(batch=batch, by=clerk)
    assert step(batch).state == Batch.State.COMMITTED, batch.problem
    assert (counted(measures.VOLUNTEERS), counted(measures.PROFESSIONALS)) == (501, 100)
    one = Volunteer.objects.get(batch_id=batch.pk, batch_row=2)
    assert (one.skills, one.availability, one.limits) == (["clinic", "visiting"], ["mon-am", "wed-pm"], ["ladders"])
    assert (one.state, one.verified_by, str(one.verified_on)) == (State.ACTIVE, "杨正华", "2024-05-06")
    assert one.person.resident_id == resident(2) and one.person.consents.count() == 2
    assert len(set(Volunteer.objects.values_list("number", flat=True))) == 501
    assert list(recheck()) == []
    assert known.number != one.number


def test_everything_is_taken_out_again(cast: Cast, clerk: Actor) -> None:
    before = (Person.objects.filter(withdrawn=False).count(), counted(measures.VOLUNTEERS))
    person = register_person(place=cast.places[at.VILLAGE], name=str(good(5)[1]), resident_id=resident(5), by=at.SYSTEM)
    batch = checked([good(index) for index in range(1, 21)], clerk)
    request_commit(batch=batch, by=clerk)
    assert step(batch).state == Batch.State.COMMITTED, batch.problem
    assert Volunteer.objects.get(pk=person.pk).state == State.ACTIVE, "who was in the register stays one person"
    request_undo(batch=batch, reason="文件错了", by=clerk)
    assert step(batch).state == Batch.State.UNDONE, batch.problem
    person.refresh_from_db()
    assert not person.withdrawn
    assert Person.objects.filter(withdrawn=False).count() == before[0] + 1
    assert counted(measures.VOLUNTEERS) == before[1]
    assert counted(measures.VOLUNTEERS, on=date(2024, 12, 31)) == 0
    assert set(Volunteer.objects.values_list("state", flat=True)) == {State.WITHDRAWN}
    again = checked([good(index) for index in range(1, 21)], clerk)
    assert (again.good, again.refused) == (20, 0), "the mended file can be put in"
    request_commit(batch=again, by=clerk)
    assert step(again).state == Batch.State.COMMITTED, again.problem
    assert counted(measures.VOLUNTEERS) == 20
    assert list(recheck()) == []
    assert Consent.objects.filter(withdrawn_on__isnull=True, person=person).count() == 2


def test_what_was_used_since_is_not_taken_out(cast: Cast, clerk: Actor) -> None:
    batch = checked([good(index) for index in range(1, 6)], clerk)
    request_commit(batch=batch, by=clerk)
    step(batch)
    row = Volunteer.objects.order_by("pk")[0]
    standing.pause_volunteer(volunteer=row, reason="住院", by=clerk)
    request_undo(batch=batch, reason="文件错了", by=clerk)
    assert step(batch).state == Batch.State.COMMITTED
    assert batch.blocked_by == [row.pk]


def test_what_was_not_verified_waits(cast: Cast, clerk: Actor) -> None:
    batch = checked([good(2), good(3, 证件已核验="否")], clerk)
    request_commit(batch=batch, by=clerk)
    assert step(batch).state == Batch.State.COMMITTED, batch.problem
    assert counted(measures.VOLUNTEERS) == 1
    assert queries.applications(clerk).get().batch_row == 3
    with pytest.raises(Refused):
        upload_batch(importer="volunteers", name="a.csv", content=[b"a"], by=cast.actor(cast.chair))


def test_many_at_once_refuse_as_one_does(cast: Cast) -> None:
    place = cast.places[at.COMMUNITY]

    def new(**others: object) -> NewVolunteer:
        values: dict[str, object] = {
            "place_id": place.pk, "area_path": place.area_path, "name": "吴五", "resident_id": number(5),
            "registered_on": date(2024, 1, 1), "source": "community",
        }  # fmt: skip
        return NewVolunteer(**(values | others))  # type: ignore[arg-type]

    for others in (
        {"area_path": at.VILLAGE}, {"registered_on": date(2999, 1, 1)}, {"resident_id": at.CHAIR_ID},
        {"limits": ("flying",)},
    ):  # fmt: skip
        with pytest.raises(Refused):
            register_many(rows=[new(**others)], area=cast.places[at.COUNTY], by=at.SYSTEM)
    with pytest.raises(Refused):
        register_many(rows=[new()], area=cast.places[at.NEIGHBOUR], by=at.SYSTEM)
    assert not Volunteer.objects.exists()
