"""Task lists of the demo: what each level is to do in a year, as forms ticked off with evidence.

The lists are those the province set its offices in 2012: six things for a prefecture, four kinds of help for a county, six
for a township. They are asked as any other form is, so that what was done is a figure at every level.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from yinling.base.period import year
from yinling.base.rules import Actor
from yinling.exchange import Column, export_rows
from yinling.figures import Region
from yinling.network import Body
from yinling.returns.actions import attach_evidence, check_return, open_round, publish_form, start_form, submit
from yinling.returns.forms import Field, Form, Question, Section, Words
from yinling.returns.models import Return, Round

WORKDAYS = 40


class TaskList(NamedTuple):
    """The tasks of a level: key and title of the form, who must do them, who checks, the tasks themselves."""

    key: str
    title: Words
    respondents: str
    checked_at: int
    tasks: tuple[tuple[str, Words], ...]


TASK_LISTS = (
    TaskList(
        "prefecture_tasks",
        Words("市（州）老龄办“六个一”任务清单", "Six tasks of a prefecture's office"),
        "level2",
        1,
        (
            ("research", Words("到一线开展调查研究", "Research on the spot")),
            ("problems", Words("到一线发现问题", "Problems found on the spot")),
            ("solved", Words("到一线解决问题", "Problems solved on the spot")),
            ("lessons", Words("到一线总结经验", "Lessons drawn on the spot")),
            ("advice", Words("到一线听取群众意见", "Advice sought from the people")),
            ("service", Words("到一线服务基层", "Service on the spot")),
        ),
    ),
    TaskList(
        "county_tasks",
        Words("县（市、区）老龄办“四帮四促”任务清单", "Four kinds of help by a county's office"),
        "level3",
        2,
        (
            ("study", Words("帮助协会学习，统一思想", "Help with study")),
            ("direction", Words("帮助协会理清思路，促进发展", "Help with direction")),
            ("difficulties", Words("帮助协会解决困难，促进争先", "Help with difficulties")),
            ("leaders", Words("帮助协会加强班子，形成合力", "Help with leadership")),
        ),
    ),
    TaskList(
        "township_tasks",
        Words("乡镇（街道）“六个一”任务清单", "Six tasks of a township"),
        "level4",
        3,
        (
            ("head", Words("选好一名协会带头人", "A good head chosen")),
            ("team", Words("建好一支协会班子", "A united team built")),
            ("core", Words("培养一批文体活动骨干", "Leaders of activities trained")),
            ("mechanism", Words("建立一套活动机制", "A working routine set up")),
            ("venue", Words("建好一处活动场所", "A venue made ready")),
            ("rights", Words("健全一项维权机制", "A way to uphold rights")),
        ),
    ),
)


def form_of(tasks: TaskList) -> Form:
    """A task list as a form: each task ticked off, with a file that shows it; a line of remarks."""
    questions = [
        Question(
            field=Field(
                key=f"{tasks.key}.{key}",
                type="yes_no",
                labels=words,
                counts="flow",
                minutes=Decimal(3),
                legal_basis="省老龄办年度工作安排",
            ),
            required=True,
            evidence=True,
        )
        for key, words in tasks.tasks
    ]
    remark = Question(
        field=Field(key="task_remark", type="long_text", labels=Words("任务完成情况说明", "Remarks on the tasks"))
    )
    return Form(
        key=tasks.key,
        labels=tasks.title,
        intro=Words("逐项勾选，完成的附一份佐证材料。", "Tick each task; what is done needs a file that shows it."),
        sections=(Section(key="tasks", questions=(*questions, remark)),),
    )


def task_lists(*, office: Body, area: Region, of: int, by: Actor) -> list[Round]:
    """Publish the three lists and ask them of the levels of an area for the year `of`."""
    rounds = []
    for tasks in TASK_LISTS:
        version = publish_form(version=start_form(form=form_of(tasks), owner=office, by=by), by=by)
        rounds.append(
            open_round(
                form=version,
                name=f"{of}年度{tasks.title.zh}",
                asked_by=office,
                area=area,
                period=year(of),
                respondents=tasks.respondents,
                checked_at=(tasks.checked_at,),
                workdays=WORKDAYS,
                expires_on=date(of + 1, 12, 31),
                approver="省老龄办主任办公会",
                legal_basis="省老龄办年度工作安排",
                by=by,
            )
        )
    return rounds


def tick_off(answer: Return, *, undone: int, accept: bool, by: Actor) -> None:
    """Fill in a task list, all but the last `undone` tasks done; let the higher office accept it if told so."""
    form = Form.from_json(answer.round.form.content)
    keys = [question.key for question in form.questions() if question.evidence]
    done = keys[: len(keys) - undone]
    for key in done:
        label = form.question(key).field.labels.zh
        with export_rows([Column("任务"), Column("完成情况")], [[label, "已完成（示例）"]], "佐证", "") as file:
            attach_evidence(answer=answer, question=key, name="完成情况.xlsx", content=file.read(), by=by)
        answer.refresh_from_db()
    submit(answer=answer, answers={key: key in done for key in keys}, seen=answer.changed_by, by=by)
    if accept:
        answer.refresh_from_db()
        check_return(answer=answer, seen=answer.changed_by, by=by)
