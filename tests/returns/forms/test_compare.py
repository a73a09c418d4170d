"""What differs between two versions of a form."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from tests.returns.forms import made
from yinling.returns.forms import Change, Choice, Form, Question, Words, changes, is_compatible

FORM = made.office_form()


def with_questions(*questions: Question) -> Form:
    first, second = FORM.sections
    return replace(FORM, sections=(first, replace(second, questions=questions)))


QUESTIONS = FORM.sections[1].questions


def changed(key: str, **field: object) -> Form:
    return with_questions(*(replace(q, field=replace(q.field, **field)) if q.key == key else q for q in QUESTIONS))  # type: ignore[arg-type]


def test_nothing_differs_from_itself() -> None:
    assert changes(FORM, FORM) == []
    assert is_compatible(FORM, FORM)


def test_added_removed_and_moved() -> None:
    venue, area, funds, *rest = QUESTIONS
    extra = Question(replace(made.MEMBERS, key="extra"))
    without_level = [question for question in rest if question.key != "level"]
    new = with_questions(extra, venue, funds, area, *without_level)
    assert [(change.what, change.key, change.breaks) for change in changes(FORM, new)] == [
        ("removed", "level", True),
        ("added", "extra", False),
        ("moved", "funds", False),
    ]
    assert not is_compatible(FORM, new)
    assert is_compatible(FORM, with_questions(extra, venue, funds, area, *rest))


def test_a_question_in_another_section_has_moved() -> None:
    first, second = FORM.sections
    moved = replace(
        FORM,
        sections=(
            replace(first, questions=(*first.questions, second.questions[0])),
            replace(second, questions=second.questions[1:]),
        ),
    )
    assert [(change.what, change.key) for change in changes(FORM, moved)] == [("moved", "has_venue")]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (changed("funds", labels=Words("经费总额")), Change("changed", "question", "funds", "labels", {"zh": "活动经费"}, {"zh": "经费总额"})),
        (changed("funds", unit=""), Change("changed", "question", "funds", "unit", "yuan", "", breaks=True)),
        (changed("funds", counts="stock"), Change("changed", "question", "funds", "counts", "flow", "stock", breaks=True)),
        (changed("venue_area", type="money"), Change("changed", "question", "venue_area", "type", "decimal", "money", breaks=True)),
        (replace(FORM, key="other"), Change("changed", "form", "other", "key", "yearly", "other", breaks=True)),
        (replace(FORM, intro=Words()), Change("changed", "form", "yearly", "intro", {"zh": "请于年底前填报。"}, {})),
        (
            replace(FORM, sections=(FORM.sections[0], replace(FORM.sections[1], relevant=""))),
            Change("changed", "section", "venue", "relevant", "${members} > 0", ""),
        ),
    ],
)  # fmt: skip
def test_changes(new: Form, expected: Change) -> None:
    assert changes(FORM, new) == [expected]
    assert is_compatible(FORM, new) is not expected.breaks


def test_a_choice_more_is_compatible_one_less_is_not() -> None:
    more = changed("level", choices=(*made.LEVEL.choices, Choice("3")))
    assert is_compatible(FORM, more)
    assert not is_compatible(more, FORM)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made.forms(), made.forms())
def test_any_two_forms_compare(old: Form, new: Form) -> None:
    assert bool(changes(old, new)) == (old != new)
    assert [c.key for c in changes(old, new) if c.what == "added"] == [
        c.key for c in changes(new, old) if c.what == "removed"
    ]
