"""Supervision of 2012 up to the conference in August: visits of all levels, what they found, how it was followed up; and
two visits of these days, so that something is still running. Everything is made up."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from yinling.base import clock
from yinling.base.paths import under
from yinling.base.rules import Actor
from yinling.base.workdays import add_workdays
from yinling.network import Body, Place
from yinling.supervision.actions import (
    add_finding,
    answer,
    close,
    record_training,
    record_visit,
    reopen,
    send_back,
    withdraw_finding,
)
from yinling.supervision.models import Finding, Severity, SupervisionVisit

SEED = 20120816
FIRST, LAST = date(2012, 2, 6), date(2012, 8, 15)
VISITS, FINDINGS = 40, 3

OF_ASSOCIATIONS = (
    "活动记录本只记到上半年，后面没有补记", "会员名册没有更新，有3名会员已经搬走", "经费收支没有张榜公布", "活动室门口台阶没有扶手",
    "六项制度只上墙了四项", "电线老化，插座外露", "会长任期已满，没有按时换届", "棋牌室没有配备灭火器", "图书登记簿缺页",
    "场地被临时借作仓库，活动停了两个月",
)  # fmt: skip
OF_OFFICES = (
    "台账与报表的协会数不一致", "协会备案材料没有归档", "活动经费没有按时拨付", "没有全年督导计划", "上级文件没有转发到村",
    "培训签到册不完整", "统计报表没有负责人签字", "对经费困难的协会没有帮扶措施",
)  # fmt: skip
ANSWERS = (
    "已经补齐，照片和记录附后。",
    "已召开会议研究，责任到人，现已改好。",
    "已整改，请复查。",
    "已按要求完成，今后每月自查一次。",
)
MISSING = ("没有附整改后的照片，请补充。", "只说明了打算，请写明做了什么。")
TOPICS = ("协会规范化建设", "协会财务管理", "换届选举办法", "文体活动组织", "老年人权益保障", "六项制度解读")
SERIOUS_EVERY = 11


@dataclass(frozen=True, slots=True)
class Plan:
    """A visit to be made: who goes where."""

    office: Body
    place: Place
    body: Body


def supervision(*, offices: Mapping[str, Body], county: str, village: str, by: Actor) -> None:
    """Make the visits. `offices` by path; `county` has most of them, `village` is where the demo's chair works."""
    chance = random.Random(SEED)
    plans = list(_plans(offices, county, village))
    span = (LAST - FIRST).days
    for number, plan in enumerate(plans):
        _year_of(chance, plan, number, FIRST + timedelta(days=span * number // len(plans)), by)
    _these_days(offices, county, village, by)


def _plans(offices: Mapping[str, Body], county: str, village: str) -> Iterator[Plan]:
    """The province goes to prefectures, the prefecture to counties, the county to associations and to the township office,
    the township to associations."""
    province, prefecture, township = county[:2], county[:4], village[:9]
    for path, office in sorted(offices.items()):
        if len(path) == len(prefecture):
            yield Plan(offices[province], office.place, office)
    for path, office in sorted(offices.items()):
        if len(path) == len(county) and path.startswith(prefecture):
            yield Plan(offices[prefecture], office.place, office)
    yield Plan(offices[county], offices[township].place, offices[township])
    rows = Body.objects.filter(under(county), kind=Body.Kind.ASSOCIATION).select_related("place").order_by("area_path")
    found = list(rows)
    inside = [body for body in found if body.area_path.startswith(township)]
    for body in inside[:4]:
        yield Plan(offices[township], body.place, body)
    own = [body for body in found if body.area_path == village]
    others = [body for body in found if body not in own]
    left = VISITS - len(inside[:4]) - 1 - sum(len(path) == len(prefecture) for path in offices)
    left -= sum(len(path) == len(county) and path.startswith(prefecture) for path in offices)
    for body in [*own, *others[:: max(1, len(others) // max(1, left - len(own)))]][:left]:
        yield Plan(offices[county], body.place, body)


def _year_of(chance: random.Random, plan: Plan, number: int, day: date, by: Actor) -> None:
    """A visit of 2012 with its findings, each followed as far as it came by the conference."""
    on = add_workdays(day, 1).day
    with clock.frozen(on):
        visit = _visit(plan, on, by)
        texts = OF_ASSOCIATIONS if plan.body.kind == Body.Kind.ASSOCIATION else OF_OFFICES
        found = [_finding(visit, text, number * FINDINGS + index, by) for index, text in
                 enumerate(chance.sample(texts, FINDINGS))]  # fmt: skip
    for finding in found:
        _follow(chance, finding, on, by)


def _visit(plan: Plan, on: date, by: Actor) -> SupervisionVisit:
    return record_visit(
        office=plan.office, place=plan.place, body=plan.body, visited_on=on, visitors="分管负责人、业务人员",
        summary="查阅台账和制度，实地查看场所，座谈了解情况。", by=by,
    )  # fmt: skip


def _finding(visit: SupervisionVisit, what: str, number: int, by: Actor) -> Finding:
    severity = (
        Severity.SERIOUS if number % SERIOUS_EVERY == 0 else (Severity.MEND, Severity.NOTE, Severity.MEND)[number % 3]
    )
    assert visit.body is not None
    in_charge = "会长" if visit.body.kind == Body.Kind.ASSOCIATION else "办公室主任"
    return add_finding(
        visit=visit, what=what, severity=severity, owner=visit.body, in_charge=in_charge,
        workdays=10 if severity == Severity.SERIOUS else 20, by=by,
    )  # fmt: skip


def _follow(chance: random.Random, finding: Finding, since: date, by: Actor) -> None:
    """Answer, send back, close, reopen or withdraw, on working days until the conference."""
    course = chance.choices(
        ("closed", "late", "sent back", "answered", "open", "reopened", "withdrawn"), (50, 14, 10, 8, 12, 3, 3)
    )[0]
    steps: dict[str, list[tuple[int, object, dict[str, object]]]] = {
        "closed": [(6, answer, _said(chance)), (3, close, {})],
        "late": [(22, answer, _said(chance)), (6, close, {})],
        "sent back": [(7, answer, _said(chance)), (2, send_back, {"text": chance.choice(MISSING)}),
                      (4, answer, _said(chance)), (2, close, {})],
        "answered": [(8, answer, _said(chance))],
        "open": [],
        "reopened": [(5, answer, _said(chance)), (3, close, {}),
                     (20, reopen, {"text": "复查时又出现同样的问题。", "workdays": 10})],
        "withdrawn": [(2, withdraw_finding, {"text": "记到了别的协会名下。"})],
    }  # fmt: skip
    day = since
    for days, act, words in steps[course]:
        day = add_workdays(day, days + chance.randrange(3)).day
        if day > LAST:
            return
        with clock.frozen(day):
            act(finding=finding, by=by, **words)  # type: ignore[operator]


def _said(chance: random.Random) -> dict[str, object]:
    return {"text": chance.choice(ANSWERS)}


def _these_days(offices: Mapping[str, Body], county: str, village: str, by: Actor) -> None:
    """A visit to the chair's association and one to the township office, on the last working days."""
    today = clock.today()
    association = Body.objects.filter(area_path=village, kind=Body.Kind.ASSOCIATION).select_related("place").first()
    assert association is not None
    office = offices[village[:9]]
    for body, texts, back in ((association, OF_ASSOCIATIONS[3:6], 6), (office, OF_OFFICES[:2], 3)):
        on = today - timedelta(days=back)
        with clock.frozen(on):
            visit = _visit(Plan(offices[county], body.place, body), on, by)
            found = [_finding(visit, text, index + 1, by) for index, text in enumerate(texts)]
        if body is association:
            with clock.frozen(today - timedelta(days=1)):
                answer(finding=found[-1], text=ANSWERS[0], by=by)


def trainings(*, offices: Mapping[str, Body], county: str, by: Actor) -> None:
    """A training by each level in 2012, and two more by the county."""
    hosts = (county[:2], county[:4], county, county, county)
    for number, path in enumerate(hosts):
        on = add_workdays(date(2012, 3, 5) + timedelta(days=28 * number), 1).day
        record_training(
            host=offices[path], place=offices[path].place, held_on=on, people=180 - 30 * number, topics=TOPICS[number],
            by=by,
        )  # fmt: skip
