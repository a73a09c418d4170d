"""Lists from spreadsheets: rosters, marks, finished classes, 1+X candidates, papers; checked, put in, undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from django.test import override_settings

from tests import cast as at
from tests.cast import SYSTEM, Cast
from tests.exchange.ground import checked as checked_file
from tests.exchange.ground import reasons, step, workbook
from tests.training.ground import AFTER, FIRST, LAST, actor, ground, project
from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.base.period import year
from yinling.base.rules import Actor
from yinling.exchange import Batch, request_commit, request_undo
from yinling.figures import figure, measure_of, recheck
from yinling.network import Body, register_body
from yinling.people import Qualification
from yinling.training import Candidate, Mark, MarkState, TraineeState, TrainingClass, open_class


@pytest.fixture(autouse=True)
def _files_in_tmp(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def number(day: int) -> str:
    """A resident number of nobody."""
    return synthetic_resident_id(date(1970, 1, day), 20 + day)


def value(key: str) -> object:
    """A figure of 2020."""
    return figure(measure_of(key), path=at.PROVINCE, period=year(2020)).value


def checked(importer: str, headers: Sequence[str], rows: Sequence[Sequence[object]], by: Actor) -> Batch:
    """A list uploaded and checked."""
    return checked_file(workbook(rows, headers), by, importer=importer)


def committed(batch: Batch, by: Actor) -> Batch:
    """The good rows put in."""
    request_commit(batch=batch, by=by)
    batch = step(batch)
    assert batch.state == Batch.State.COMMITTED, batch.problem
    return batch


def undone(batch: Batch, by: Actor) -> None:
    """The list taken out again."""
    request_undo(batch=batch, reason="传错文件", by=by)
    assert step(batch).state == Batch.State.UNDONE, batch.problem


ONEX = ("学校", "批次", "等级", "考核日期", "准考证号", "姓名", "理论", "实操")


def test_candidates_of_schools(cast: Cast) -> None:
    by = actor(cast.county)
    for name in ("玉屏职业学校", "玉屏护理学校"):
        register_body(place=cast.places[at.COUNTY], kind=Body.Kind.SCHOOL, name=name, founded=at.OPENED, by=SYSTEM)
    good = ["玉屏职业学校", "第一批", "初级", "2020-06-20", "001", "张一", 80, 90]
    batch = checked("onex", ONEX, [
        good, ["玉屏护理学校", "第一批", "中级", "2020-06-20", "001", "张二", 59, 90],
        ["没有的学校", "第一批", "初级", "2020-06-20", "002", "张三", 80, 90], good,
        ["玉屏职业学校", "第一批", "初级", "2020-06-20", "003", "张四", 101, 90],
    ], by)  # fmt: skip
    assert (batch.good, sorted(reasons(batch))) == (2, [4, 5, 6])
    batch = committed(batch, by)
    assert [value(key) for key in ("onex.candidates", "onex.passed", "onex.schools")] == [2, 1, 2]
    again = checked("onex", ONEX, [good], by)
    assert again.good == 0
    undone(batch, by)
    assert value("onex.candidates") == 0
    assert not Candidate.objects.filter(withdrawn=False).exists()
    assert committed(checked("onex", ONEX, [good], by), by).good == 1
    assert not list(recheck())


OLD = ("课程", "期次", "开班日期", "结业日期", "学时", "姓名", "身份证号", "人数", "依据")


def test_classes_that_are_over(cast: Cast) -> None:
    by, series = actor(cast.county), project(cast)
    key = f"finished.{series.pk}"
    carer = ["中级养老护理员", 1, "2020-03-02", "2020-03-20", 120]
    batch = checked(key, OLD, [
        [*carer, "王一", number(1), None, None], [*carer, "王二", number(2), None, None],
        ["家庭护理员", 1, "2020-05-06", "2020-05-07", 16, None, None, 70, "签到册第1册，民政局存档"],
        ["家庭护理员", 2, "2020-05-08", "2020-05-09", 16, None, None, 70, None],
        [*carer, "王三", None, None, None], [*carer, "王二", number(2), None, None],
        ["中级养老护理员", 1, "2020-03-03", "2020-03-20", 120, "王四", number(4), None, None],
    ], by)  # fmt: skip
    assert (batch.good, sorted(reasons(batch))) == (3, [5, 6, 7, 8])
    batch = committed(batch, by)
    assert [value(name) for name in ("classes.held", "trained.all", "trained.mid_grade", "trained.family")] == [
        2,
        72,
        2,
        70,
    ]
    assert list(reasons(checked(key, OLD, [[*carer, "王五", number(5), None, None]], by))) == [2]
    undone(batch, by)
    assert [value(name) for name in ("classes.held", "trained.all")] == [0, 0]
    assert committed(checked(key, OLD, [[*carer, "王一", number(1), None, None]], by), by).good == 1
    assert TrainingClass.objects.exclude(state="withdrawn").get().trainees.get().state == TraineeState.FINISHED
    assert not list(recheck())


def test_a_roster_and_its_undoing(cast: Cast) -> None:
    by = actor(cast.county)
    of = open_class(
        series=project(cast), place=cast.places[at.TOWNSHIP], course="staff", hours=8, capacity=5, starts_on=FIRST,
        ends_on=LAST, by=SYSTEM,
    )  # fmt: skip
    headers = ("姓名", "身份证号", "手机号")
    rows: list[list[object]] = [
        ["李一", number(11), "13900000011"],
        ["李二", number(12), None],
        ["李三", None, None],
        ["李四", number(11), None],
    ]
    batch = checked(f"roster.{of.pk}", headers, rows, by)
    assert (batch.good, sorted(reasons(batch))) == (2, [4, 5])
    batch = committed(batch, by)
    assert of.trainees.filter(state=TraineeState.ENROLLED).count() == 2
    undone(batch, by)
    assert of.trainees.filter(state=TraineeState.ENROLLED).count() == 0


def test_marks_of_a_class(cast: Cast) -> None:
    made = ground(cast)
    by = actor(cast.county)
    headers = ("学员序号", "考核日期", "理论", "实操")
    with clock.frozen(AFTER):
        batch = checked(f"marks.{made.training_class.pk}", headers, [
            [1, "2020-07-07", 80, 61.5], [2, "2020-07-07", None, 40], [3, "2020-07-07", 80, 80], [1, "2020-07-07", 1, 1],
            [2, "2020-07-07", None, None],
        ], by)  # fmt: skip
        assert (batch.good, sorted(reasons(batch))) == (2, [4, 5, 6])
        batch = committed(batch, by)
        assert Mark.objects.filter(state=MarkState.ENTERED).count() == 3
        undone(batch, by)
    assert not Mark.objects.exclude(state=MarkState.WITHDRAWN).exists()


def test_papers_from_a_list(cast: Cast) -> None:
    by = actor(cast.county)
    headers = ("姓名", "身份证号", "证书类型", "职业", "等级", "证书编号", "发证机构", "发证日期")
    first: list[object] = [
        "赵一",
        number(21),
        "职业技能等级证书",
        "养老护理员",
        "四级",
        "s000052000001204000017",
        "省养老服务协会",
        "2020-06-01",
    ]
    batch = checked("qualifications", headers, [
        first, ["赵二", number(22), "督导员", "养老护理", None, "DD2020001", "培训基地", "2020-06-01"], first,
        ["赵三", number(23), "职业技能等级证书", "养老护理员", None, "1", "省养老服务协会", "2020-06-01"],
    ], by)  # fmt: skip
    assert (batch.good, sorted(reasons(batch))) == (2, [4, 5])
    batch = committed(batch, by)
    assert [value(key) for key in ("qualifications.skill_grade", "qualifications.supervisor")] == [1, 1]
    assert Qualification.objects.get(kind="skill_grade").number_note == ""
    undone(batch, by)
    assert value("qualifications.all") == 0
