"""Rounds of the demo: last year's in one county, finished; this year's in the whole province, under way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Actor
from yinling.figures import Region
from yinling.network import Body
from yinling.returns.actions import check_return, lock_round, open_round, send_back, submit
from yinling.returns.filled import at_first
from yinling.returns.forms import Form
from yinling.returns.models import FormVersion, Return, Round

FINISHED, UNDER_WAY = 24, 8
ELDERS, STEP = 180, 17


def last_year(*, form: FormVersion, office: Body, area: Region, by: Actor) -> Round:
    """A round of one county for last year: two dozen associations handed in and accepted, then locked."""
    one = _open(form, office, area, clock.today().year - 1, by)
    for number, answer in enumerate(_some(one, FINISHED)):
        _hand_in(answer, number, by)
        for _level in one.checked_at:
            answer.refresh_from_db()
            check_return(answer=answer, seen=answer.changed_by, by=by)
    return lock_round(round=one, reason="示例只填报部分协会", by=by)


def this_year(*, form: FormVersion, office: Body, area: Region, county: str, skip: str, by: Actor) -> Round:
    """A round of the whole area for this year: in one county some have handed in, one was sent back, two are accepted; the
    association at `skip` has not begun."""
    one = _open(form, office, area, clock.today().year, by)
    rows = one.returns.filter(area_path__under=county).exclude(area_path=skip).order_by("area_path")
    for number, answer in enumerate(rows.select_related("round__form", "place", "body")[:UNDER_WAY]):
        _hand_in(answer, number, by)
        answer.refresh_from_db()
        if number == 0:
            remarks = {"elders": "与上年相比变化较大，请核对。"}
            send_back(answer=answer, remarks=remarks, remark="请核对后重新上报。", seen=answer.changed_by, by=by)
        for _level in one.checked_at if number in (1, 2) else ():
            answer.refresh_from_db()
            check_return(answer=answer, seen=answer.changed_by, by=by)
    return one


def _open(form: FormVersion, office: Body, area: Region, number: int, by: Actor) -> Round:
    return open_round(
        form=form,
        name=f"{number}年度基层老年协会情况填报",
        asked_by=office,
        area=area,
        period=year(number),
        respondents="association",
        checked_at=(4, 3),
        workdays=20,
        expires_on=date(clock.today().year + 1, 12, 31),
        approver="省老龄办主任办公会",
        legal_basis="《中华人民共和国统计法》",
        by=by,
    )


def _some(one: Round, count: int) -> Iterable[Return]:
    return one.returns.order_by("area_path").select_related("round__form", "place", "body")[:count]


def _hand_in(answer: Return, number: int, by: Actor) -> None:
    """Answers that agree with the register, and made-up numbers for the rest."""
    form = Form.from_json(answer.round.form.content)
    elders = ELDERS + STEP * number
    answers = {
        **at_first(form, answer.round, [answer])[answer.pk],
        "elders": elders,
        "elders_80": elders // 6,
        "living_alone": elders // 9,
        "activities": 4 + number % 9,
        "participants": elders * 2,
        "has_canteen": number % 3 == 0,
        "care_way": ("mutual", "volunteers", "bought")[number % 3],
    }
    if number % 3 == 0:
        answers["canteen_meals"] = 10 + number
    submit(answer=answer, answers=answers, seen=answer.changed_by, by=by)
