"""Filling in: what is read from boxes and cells, what follows, what is found wrong."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.forms import made
from yinling.base.invalid import Invalid
from yinling.returns.forms import (
    Field,
    Form,
    Question,
    Section,
    Words,
    check,
    clean,
    minutes,
    prefilled,
    quantity,
    relevant,
    settle,
    written,
)
from yinling.returns.forms.answers import Answer, is_answer, read
from yinling.returns.forms.schema import USUAL_MINUTES, FieldType

FORM = made.office_form()
FULL: dict[str, Answer] = {
    "members": 40,
    "has_venue": True,
    "venue_area": "120",
    "funds": "6000.00",
    "kinds": ["sport"],
}


def asking(*questions: Question) -> Form:
    return Form("f", Words("表"), sections=(Section("s", questions=questions),))


@pytest.mark.parametrize(
    ("field", "raw", "answer"),
    [
        (made.MEMBERS, "12", 12),
        (made.MEMBERS, " １２ ", 12),
        (made.MEMBERS, 12.0, 12),
        (made.MEMBERS, "12.00", 12),
        (made.MEMBERS, "1,200", 1200),
        (made.MEMBERS, Decimal(7), 7),
        (made.MEMBERS, "-3", -3),
        (made.MEMBERS, "", None),
        (made.MEMBERS, "  ", None),
        (made.MEMBERS, None, None),
        (made.AREA, 0.1 + 0.2, "0.3"),
        (made.AREA, "85.50", "85.5"),
        (made.FUNDS, 300, "300.00"),
        (made.FUNDS, "1.2万元", "12000.00"),
        (made.FUNDS, "￥1,292.5", "1292.50"),
        (made.FUNDS, 99.99, "99.99"),
        (made.VENUE, "有", True),
        (made.VENUE, "无", False),
        (made.VENUE, "是", True),
        (made.VENUE, "否", False),
        (made.VENUE, 1.0, True),
        (made.VENUE, True, True),
        (made.FOUNDED, "2010-5-1", "2010-05-01"),
        (made.FOUNDED, "2010年5月1日", "2010-05-01"),
        (made.FOUNDED, "2010.05.01", "2010-05-01"),
        (made.FOUNDED, "２０１０/5/1", "2010-05-01"),
        (made.FOUNDED, "20100501", "2010-05-01"),
        (made.FOUNDED, 20100501.0, "2010-05-01"),
        (made.FOUNDED, date(2010, 5, 1), "2010-05-01"),
        (made.FOUNDED, datetime(2010, 5, 1), "2010-05-01"),  # noqa: DTZ001 - as a spreadsheet gives it
        (made.LEVEL, "二级", "2"),
        (made.LEVEL, 2.0, "2"),
        (made.KINDS, "互助服务，文体活动", ["sport", "help"]),
        (made.KINDS, "sport and arts; -99", ["sport", "-99"]),
        (made.KINDS, "help sport help", ["sport", "help"]),
        (made.KINDS, ["help", "sport"], ["sport", "help"]),
        (made.KINDS, [], None),
        (made.PHONE, 550001.0, "550001"),
        (made.PHONE, "  a   b ", "a b"),
        (made.PHONE, "'=1", "=1"),
        (made.REMARK, "一\r\n  二  ", "一\n二"),
        (made.THANKS, "x", None),
    ],
)
def test_what_people_write_is_read(field: Field, raw: object, answer: object) -> None:
    found = read(field, raw)
    assert found == answer
    assert type(found) is type(answer)
    assert found is None or is_answer(field, found)


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        (made.MEMBERS, "12.5"),
        (made.MEMBERS, "十二"),
        (made.MEMBERS, "12人"),
        (made.MEMBERS, "1,2"),
        (made.MEMBERS, True),
        (made.MEMBERS, date(2010, 5, 1)),
        (made.MEMBERS, float("nan")),
        (made.MEMBERS, float("inf")),
        (made.MEMBERS, 10**15),
        pytest.param(made.MEMBERS, 10**5000, id="huge number"),
        pytest.param(made.MEMBERS, "9" * 5000, id="huge text"),
        (made.MEMBERS, Decimal("sNaN")),
        (made.MEMBERS, ["1"]),
        (made.MEMBERS, {"a": 1}),
        (made.AREA, "0.1234567"),
        (made.FUNDS, "一百"),
        (made.VENUE, "也许"),
        (made.FOUNDED, "2010-02-30"),
        (made.FOUNDED, "2010-5"),
        (made.FOUNDED, 40299.0),
        (made.FOUNDED, "1010-01-01"),
        (made.LEVEL, "三级"),
        (made.KINDS, "sport, dance"),
        (made.KINDS, ["sport", "dance"]),
        (made.PHONE, "x" * 501),
        (made.PHONE, "a\x00b"),
        (made.PHONE, "\ud800"),
    ],
)
def test_what_cannot_be_read_is_refused(field: Field, raw: object) -> None:
    with pytest.raises(Invalid) as raised:
        read(field, raw)
    assert str(raised.value)
    cleaned = clean(asking(Question(field)), {field.key: raw})
    assert cleaned.answers == {}
    assert [(problem.question, problem.level) for problem in cleaned.problems] == [(field.key, "error")]


anything = st.one_of(
    st.none(), st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.decimals(), st.dates(), st.datetimes(),
    st.lists(st.one_of(st.text(max_size=5), st.integers()), max_size=3), st.binary(max_size=3),
)  # fmt: skip


@given(st.data())
def test_filling_never_fails(data: st.DataObject) -> None:
    form = data.draw(made.forms())
    keys = [question.key for question in form.questions()]
    raw = {key: data.draw(anything) for key in keys}
    last = {key: data.draw(st.one_of(st.text(max_size=5), st.integers(), st.booleans())) for key in keys}
    cleaned = clean(form, raw, held={"place.name": data.draw(anything)}, last=last)
    check(form, cleaned.answers, last=last)
    check(form, raw, last=last)  # what stands in a database may be anything after a mistake
    assert settle(form, cleaned.answers, last=last) == cleaned.answers
    for question in form.questions():
        answer = cleaned.answers.get(question.key)
        assert answer is None or is_answer(question.field, answer)
        assert isinstance(written(question.field, answer), str)


def test_calculations_and_relevance() -> None:
    cleaned = clean(FORM, {"members": "40", "has_venue": "否", "venue_area": "100", "funds": "6000", "per_head": "1"})
    assert cleaned.problems == ()
    assert cleaned.answers == {"members": 40, "has_venue": False, "funds": "6000.00", "per_head": "150"}
    assert "venue_area" not in relevant(FORM, cleaned.answers)
    nobody = clean(FORM, {"members": "0", "funds": "6000", "has_venue": "也许"})
    assert nobody.answers == {"members": 0}
    assert nobody.problems == (), "what is not asked is not complained about"


def test_what_is_held_is_not_taken_from_boxes() -> None:
    cleaned = clean(FORM, {"place": "别处", "members": "1"}, held={"place.name": "大寨村"})
    assert cleaned.answers["place"] == "大寨村"
    assert "place" not in clean(FORM, {"place": "别处"}).answers


def test_prefilled() -> None:
    again = Question(Field("m", "integer", Words("人数"), holds="last.members"), reason="须逐年核实")
    form = asking(Question(made.NAME), again, Question(made.FUNDS, default="0"), Question(made.FOUNDED))
    assert prefilled(form, {"place.name": "大寨村"}, {"members": 30}) == {"place": "大寨村", "m": 30, "funds": "0.00"}
    assert prefilled(form, {"place.name": None}, {"members": "many"}) == {"funds": "0.00"}


def test_a_full_return_is_right() -> None:
    assert check(FORM, FULL, last=FULL) == []


@pytest.mark.parametrize(
    ("change", "question", "part"),
    [
        ({"members": None}, "members", "filled in"),
        ({"members": -1}, "members", "at least 0"),
        ({"members": "40"}, "members", "does not fit"),
        ({"venue_area": None}, "venue_area", "filled in"),
        ({"venue_area": "0.2"}, "venue_area", "at least 0.5"),
        ({"venue_area": "10000"}, "venue_area", "condition"),
        ({"founded": "2030-01-01"}, "founded", "Founded later"),
        ({"post_code": "55000"}, "post_code", "written"),
        ({"kinds": ["dance"]}, "kinds", "does not fit"),
    ],
)
def test_what_is_wrong_is_found(change: dict[str, Any], question: str, part: str) -> None:
    founded = next(each for each in FORM.questions() if each.key == "founded")
    in_english = dataclasses.replace(founded, message=Words(en="Founded later than today."))
    first, second = FORM.sections
    first = dataclasses.replace(first, questions=tuple(in_english if q is founded else q for q in first.questions))
    form = dataclasses.replace(FORM, sections=(first, second))
    answers: dict[str, Any] = {**FULL, **change}
    for key in [key for key, answer in change.items() if answer is None]:
        del answers[key]
    with translation.override("en"):
        found = check(form, answers, today=date(2024, 3, 1))
    assert [(problem.question, problem.level) for problem in found] == [(question, "error")]
    assert part in found[0].text


def test_irrelevant_answers_are_not_checked() -> None:
    assert check(FORM, {**FULL, "has_venue": False, "venue_area": "-5"}) == []


@pytest.mark.parametrize(
    ("now", "before", "stands_out"),
    [
        (40, 40, False),
        (61, 40, True),
        (60, 40, False),
        (15, 6, False),
        (17, 6, True),
        (0, 40, True),
        (20, 0, True),
        (9, 0, False),
    ],
)
def test_outliers(now: int, before: int, stands_out: bool) -> None:
    found = check(FORM, {**FULL, "members": now}, last={"members": before})
    assert [(each.question, each.level) for each in found] == ([("members", "outlier")] if stands_out else [])


def test_limits_of_outliers_are_for_the_caller() -> None:
    change = {**FULL, "members": 41}
    assert check(FORM, change, last={"members": 40}, share=Decimal("0.01"), margin=Decimal(0))
    assert not check(FORM, {**FULL, "members": 90}, last={"members": 40}, margin=Decimal(100))
    assert not check(FORM, FULL, last={"members": "of another type"})


def test_conditions_see_the_last_period() -> None:
    answers: dict[str, Answer] = {**FULL, "remark": "增加较多"}
    assert "remark" not in settle(FORM, answers, last={"funds": "5000.00"})
    assert settle(FORM, answers, last={"funds": "1000.00"})["remark"] == "增加较多"


@pytest.mark.parametrize(
    ("kind", "calculation", "answer"),
    [
        ("integer", "7 div 2", None),
        ("integer", "6 div 2", 3),
        ("decimal", "1 div 3", "0.333333"),
        ("money", "1 div 3", "0.33"),
        ("text", "2 + 2", "4"),
        ("yes_no", "1 > 2", False),
        ("yes_no", "1 div 0", None),
        ("date", "today() + 1", "2024-03-02"),
        ("date", "'x'", None),
        ("integer", "'x'", None),
    ],
)
def test_calculations_fit_their_field(kind: FieldType, calculation: str, answer: Answer | None) -> None:
    form = asking(Question(Field("c", kind, Words("算")), calculation=calculation))
    assert settle(form, {"c": 9}, today=date(2024, 3, 1)).get("c") == answer
    unfit = [problem.question for problem in check(form, {}, today=date(2024, 3, 1))]
    assert unfit == (["c"] if answer is None and "div 0" not in calculation else [])


def test_minutes() -> None:
    asked = [question for question in FORM.questions() if question.asks]
    assert {question.key for question in FORM.questions()} - {q.key for q in asked} == {"place", "per_head", "thanks"}
    assert minutes(FORM) == sum((q.field.takes for q in asked), Decimal(0))
    assert minutes(FORM, {"funds": "1.00"}) == minutes(FORM) - 2
    assert minutes(FORM, {question.key for question in asked}) == 0
    assert made.MEMBERS.takes == USUAL_MINUTES["integer"]


@pytest.mark.parametrize(
    ("field", "answer", "counted", "shown"),
    [
        (made.MEMBERS, 12, Decimal(12), "12"),
        (made.FUNDS, "12.50", Decimal("12.50"), "12.50"),
        (made.VENUE, True, Decimal(1), "是"),
        (made.VENUE, False, Decimal(0), "否"),
        (made.LEVEL, "2", Decimal(1), "二级"),
        (made.KINDS, ["sport", "-99"], None, "文体活动、-99"),
        (made.PHONE, "550001", None, "550001"),
        (made.FOUNDED, "2010-05-01", None, "2010-05-01"),
        (made.MEMBERS, None, None, ""),
    ],
)
def test_answers_counted_and_shown(field: Field, answer: Answer | None, counted: Decimal | None, shown: str) -> None:
    assert quantity(field, answer) == counted
    with translation.override("zh-hans"):
        assert written(field, answer) == shown
