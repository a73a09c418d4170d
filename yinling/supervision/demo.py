"""Supervision of 2012 up to the conference in August: visits of all levels, what they found, how it was followed up; and
two visits of these days, so that something is still running. Everything is made up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from yinling.base import clock
from yinling.base.paths import under
from yinling.base.rules import Actor
from yinling.base.workdays import add_workdays
from yinling.network import Body
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
FIRST_VISIT, LAST_VISIT, LAST_STEP = date(2012, 2, 6), date(2012, 7, 24), date(2012, 8, 15)
VISITS, FINDINGS = 40, 3
SERIOUS_EVERY = 11

OF_ASSOCIATIONS = (
    "活动记录本只记到上半年，后面没有补记",
    "会员名册没有更新，有3名会员已经搬走",
    "经费收支没有张榜公布",
    "活动室门口台阶没有扶手",
    "六项制度只上墙了四项",
    "电线老化，插座外露",
    "会长任期已满，没有按时换届",
    "棋牌室没有配备灭火器",
    "图书登记簿缺页",
    "场地被临时借作仓库，活动停了两个月",
)
OF_OFFICES = (
    "台账与报表的协会数不一致",
    "协会备案材料没有归档",
    "活动经费没有按时拨付",
    "没有全年督导计划",
    "上级文件没有转发到村",
    "培训签到册不完整",
    "统计报表没有负责人签字",
    "对经费困难的协会没有帮扶措施",
)
ANSWERS = (
    "已经补齐，照片和记录附后。",
    "已召开会议研究，责任到人，现已改好。",
    "已整改，请复查。",
    "已按要求完成，今后每月自查一次。",
)
MISSING = "只说明了打算，请写明做了什么，并附照片。"
TOPICS = ("协会规范化建设", "协会财务管理", "换届选举办法", "文体活动组织", "老年人权益保障")

Act = Callable[[random.Random, Finding, Actor], object]


def _answered(chance: random.Random, finding: Finding, by: Actor) -> object:
    return answer(finding=finding, text=chance.choice(ANSWERS), by=by)


def _closed(_chance: random.Random, finding: Finding, by: Actor) -> object:
    return close(finding=finding, by=by)


def _sent_back(_chance: random.Random, finding: Finding, by: Actor) -> object:
    return send_back(finding=finding, text=MISSING, by=by)


def _reopened(_chance: random.Random, finding: Finding, by: Actor) -> object:
    return reopen(finding=finding, text="复查时又出现同样的问题。", workdays=30, by=by)


def _withdrawn(_chance: random.Random, finding: Finding, by: Actor) -> object:
    return withdraw_finding(finding=finding, text="记到了别的协会名下。", by=by)


COURSES: tuple[tuple[int, tuple[tuple[int, Act], ...]], ...] = (
    (62, ((5, _answered), (3, _closed))),
    (12, ((20, _answered), (6, _closed))),
    (10, ((5, _answered), (2, _sent_back), (4, _answered), (2, _closed))),
    (5, ((8, _answered),)),
    (5, ()),
    (3, ((5, _answered), (3, _closed), (15, _reopened))),
    (3, ((2, _withdrawn),)),
)
"""What becomes of a finding, by how often it does: each step with the working days after the one before."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A visit to be made: who goes to whom."""

    office: Body
    body: Body


def supervision(*, offices: Mapping[str, Body], county: str, village: str, by: Actor) -> None:
    """Make the visits. `offices` by path; `county` has most of them, `village` is where the demo's chair works."""
    chance = random.Random(SEED)
    plans = list(_plans(offices, county, village))
    days = (LAST_VISIT - FIRST_VISIT).days
    for number, plan in enumerate(plans):
        on = add_workdays(FIRST_VISIT + timedelta(days=days * number // len(plans)), 1).day
        texts = OF_ASSOCIATIONS if plan.body.kind == Body.Kind.ASSOCIATION else OF_OFFICES
        for finding in _visited(plan, on, chance.sample(texts, FINDINGS), number * FINDINGS, by):
            _follow(chance, finding, on, by)
    _these_days(offices, county, village, by)


def _plans(offices: Mapping[str, Body], county: str, village: str) -> Iterator[Plan]:
    """The province goes to prefectures, the prefecture to counties, the county to the township and to associations, the
    township to associations; taken in turn, so that each level goes out all year."""
    province, prefecture, township = county[:2], county[:4], village[:9]
    levels = [
        [
            Plan(offices[path[:-2]], office)
            for path, office in sorted(offices.items())
            if path[:-2] in above and path[:-2]
        ]
        for above in ({province}, {prefecture})
    ]
    found = Body.objects.filter(under(county), kind=Body.Kind.ASSOCIATION).select_related("place").order_by("area_path")
    bodies = sorted(found, key=lambda body: body.area_path != village)
    near = [body for body in bodies[1:] if body.area_path.startswith(township)][:4]
    far = [body for body in bodies if body not in near]
    left = VISITS - 1 - len(near) - sum(map(len, levels))
    own = [
        Plan(offices[county], offices[township]),
        *(Plan(offices[county], body) for body in far[:: len(far) // left]),
    ]
    lists = [*levels, [Plan(offices[township], body) for body in near], own[: left + 1]]
    turns = [(index / len(plans), plan) for plans in lists for index, plan in enumerate(plans)]
    yield from (plan for _turn, plan in sorted(turns, key=lambda turn: turn[0]))


def _visited(plan: Plan, on: date, texts: list[str], first: int, by: Actor) -> list[Finding]:
    """A visit and its findings, recorded on the day it was paid."""
    with clock.frozen(on):
        visit = record_visit(
            office=plan.office, place=plan.body.place, body=plan.body, visited_on=on, visitors="分管负责人、业务人员",
            summary="查阅台账和制度，实地查看场所，座谈了解情况。", by=by,
        )  # fmt: skip
        return [_found(visit, plan.body, what, first + index, by) for index, what in enumerate(texts)]


def _found(visit: SupervisionVisit, owner: Body, what: str, number: int, by: Actor) -> Finding:
    serious = number % SERIOUS_EVERY == 0
    severity = Severity.SERIOUS if serious else Severity.NOTE if number % 3 == 1 else Severity.MEND
    in_charge = "会长" if owner.kind == Body.Kind.ASSOCIATION else "办公室主任"
    return add_finding(
        visit=visit, what=what, severity=severity, owner=owner, in_charge=in_charge, workdays=10 if serious else 20,
        by=by,
    )  # fmt: skip


def _follow(chance: random.Random, finding: Finding, since: date, by: Actor) -> None:
    """Take the steps of one course, as far as it came by the conference."""
    day = since
    for days, act in chance.choices([steps for _often, steps in COURSES], [often for often, _steps in COURSES])[0]:
        day = add_workdays(day, days + chance.randrange(3)).day
        if day > LAST_STEP:
            return
        with clock.frozen(day):
            act(chance, finding, by)


def _these_days(offices: Mapping[str, Body], county: str, village: str, by: Actor) -> None:
    """A visit to the chair's association and one to the township office within the last week."""
    today, township = clock.today(), offices[village[:9]]
    association = Body.objects.select_related("place").get(area_path=village, kind=Body.Kind.ASSOCIATION)
    first, *_rest, last = _visited(
        Plan(offices[county], association), today - timedelta(days=6), list(OF_ASSOCIATIONS[7:]), 1, by
    )
    _visited(Plan(offices[county], township), today - timedelta(days=3), list(OF_OFFICES[:2]), 1, by)
    with clock.frozen(today - timedelta(days=1)):
        answer(finding=last, text=ANSWERS[0], by=by)
        answer(finding=first, text="灭火器下月到货。", by=by)
        send_back(finding=first, text=MISSING, by=by)


def trainings(*, offices: Mapping[str, Body], county: str, by: Actor) -> None:
    """Trainings of 2012: one by the province, one by the prefecture, three by the county."""
    for number, path in enumerate((county[:2], county[:4], county, county, county)):
        on = add_workdays(date(2012, 3, 5) + timedelta(days=28 * number), 1).day
        with clock.frozen(on):
            record_training(
                host=offices[path], place=offices[path].place, held_on=on, people=180 - 30 * number,
                topics=TOPICS[number], by=by,
            )  # fmt: skip
