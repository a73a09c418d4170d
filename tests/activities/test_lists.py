"""Plans of projects and lists of outcomes from a spreadsheet: checked, put in, undone."""

from __future__ import annotations

from datetime import date

import pytest

from tests import cast as at
from tests.activities import ground
from tests.cast import Cast
from tests.exchange.ground import checked
from yinling.activities import Outcome, Project
from yinling.activities.importer import PROJECT_FIELDS
from yinling.activities.project_measures import PROJECTS, outcome_measure
from yinling.base import clock
from yinling.base.period import year
from yinling.exchange import Batch, refused_rows, request_commit, request_undo
from yinling.exchange.tasks import go_on
from yinling.figures import figure

HEAD = "主办单位,项目名称,地点,开始日期,结束日期,项目内容,服务对象,联系人,风险,领域,平台,是否有人身危险,需要保险,需要协议,已核对"
GOOD = "玉屏侗族自治县老龄办,{title},朱家场镇,{first},{last},到村义诊,老年人,田老师,山路湿滑,,奉献,否,否,否,是"


def through(cast: Cast, importer: str, *lines: str) -> Batch:
    """A file as far as the check."""
    return checked("\n".join(lines).encode(), cast.actor(cast.county), "plan.csv", importer)


def commit(cast: Cast, batch: Batch) -> None:
    request_commit(batch=batch, by=cast.actor(cast.county))
    go_on.call(batch.pk)
    batch.refresh_from_db()
    assert batch.state == Batch.State.COMMITTED, batch.state


def plan(title: str = "健康乡村行", **values: str) -> str:
    today = clock.today()
    return GOOD.format(**{"title": title, "first": today.isoformat(), "last": today.isoformat(), **values})


def published() -> int:
    return int(figure(PROJECTS, path=at.COUNTY, period=year(clock.today().year)).value or 0)


@pytest.mark.django_db(transaction=True)
def test_a_plan_is_published_at_once_and_can_be_undone(cast: Cast) -> None:
    batch = through(cast, "projects", HEAD, plan(), plan("花灯进村"))
    assert (batch.good, batch.refused, Project.objects.count()) == (2, 0, 0), [
        row.reasons for row in refused_rows(batch)
    ]
    commit(cast, batch)
    assert published() == 2
    assert {project.area_path for project in Project.objects.all()} == {at.TOWNSHIP}
    again = through(cast, "projects", HEAD, plan())
    assert (again.good, again.refused) == (0, 1)
    request_undo(batch=batch, reason="计划作废", by=cast.actor(cast.county))
    go_on.call(batch.pk)
    assert published() == 0
    assert set(Project.objects.values_list("state", flat=True)) == {"withdrawn"}


@pytest.mark.django_db(transaction=True)
def test_rows_that_could_not_be_published_are_refused_by_column(cast: Cast) -> None:
    bad = {
        "organiser": plan("甲").replace("玉屏侗族自治县老龄办", "没有的单位"),
        "place": plan("乙").replace("朱家场镇", "石阡县"),
        "risks": plan("丙").replace("山路湿滑", ""),
        "domain": plan("丁").replace(",奉献,", ",,"),
        "needs_insurance": plan("戊").replace("奉献,否,否,否", "奉献,是,否,是"),
        "ends_on": plan("己", first="2012-01-01", last="2012-01-20"),
        "checked": plan("庚")[:-1] + "否",
        "title": plan("辛") + "\n" + plan("辛"),
    }
    batch = through(cast, "projects", HEAD, *bad.values())
    labels = {str(field.label): field.key for field in PROJECT_FIELDS}
    found = [{labels.get(label, label) for label, _text in row.reasons} for row in refused_rows(batch)]
    assert found == [{field} for field in bad]
    assert batch.good == 1, "the first of two equal rows"


@pytest.mark.django_db(transaction=True)
def test_outcomes_come_from_a_list_too(cast: Cast) -> None:
    with clock.frozen(date(2026, 3, 2)):
        project = ground.published(cast)
    books = ground.outcome_type(cast.offices[at.PREFECTURE])
    head = "项目,成果,数量,日期,备注"
    day = project.starts_on.isoformat()
    batch = through(
        cast, "outcomes", head, f"{project.title},成果books,200,{day},第一批", f"{project.pk},books,50,{day},第二批",
        f"没有的项目,books,1,{day},", f"{project.pk},没有,1,{day},", f"{project.pk},books,1.5,{day},",
        f"{project.pk},books,1,2026-03-01,", f"{project.pk},books,50,{day},第二批",
    )  # fmt: skip
    assert (batch.good, batch.refused) == (2, 5)
    commit(cast, batch)
    measure = outcome_measure(books)
    assert figure(measure, path=at.COUNTY, period=year(2026)).value == 250
    request_undo(batch=batch, reason="重复", by=cast.actor(cast.county))
    go_on.call(batch.pk)
    assert figure(measure, path=at.COUNTY, period=year(2026)).value == 0
    assert not Outcome.objects.filter(withdrawn=False).exists()
