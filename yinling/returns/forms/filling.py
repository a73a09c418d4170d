"""Filling in a form: reading answers, working out the rest, checking all of it."""

from __future__ import annotations

import functools
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from graphlib import TopologicalSorter
from typing import Literal

from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.invalid import Invalid
from yinling.returns.forms import answers as single
from yinling.returns.forms.answers import Answer
from yinling.returns.forms.encoding import plain
from yinling.returns.forms.evaluation import EMPTY, Ground, Value, evaluate, holds
from yinling.returns.forms.expressions import parse
from yinling.returns.forms.patterns import pattern
from yinling.returns.forms.schema import Field, Form, Question, Section
from yinling.returns.forms.soundness import dependencies

Answers = Mapping[str, Answer]
LAST = "last."

OUTLIER_SHARE = Decimal("0.5")
"""A change by more than half of the last value is rare in what villages and counties hold, and a slip of a digit is
always more."""
OUTLIER_MARGIN = Decimal(10)
"""From 2 to 4 associations is half as much again too, and quite usual: small numbers are left alone."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong (error), or merely striking (outlier: for the eye of whoever checks), with the answer to a question."""

    question: str
    level: Literal["error", "outlier"]
    text: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Answers as they are kept, and what could not be read."""

    answers: dict[str, Answer]
    problems: tuple[Problem, ...]


def clean(
    form: Form,
    raw: Mapping[str, object],
    *,
    held: Mapping[str, object] | None = None,
    last: Answers | None = None,
    today: date | None = None,
) -> Cleaned:
    """Answers from what was typed or stood in cells, by key. What the form does not ask is never taken from `raw`: held
    values come from `held` and `last` (see `prefilled`), calculated ones are worked out. Irrelevant answers are dropped.
    """
    found: dict[str, Answer] = {}
    problems: dict[str, Problem] = {}
    start = prefilled(form, held or {}, last or {})
    for question in form.questions():
        if not question.asks:
            if question.key in start:
                found[question.key] = start[question.key]
            continue
        try:
            answer = single.read(question.field, raw.get(question.key))
        except Invalid as error:
            problems[question.key] = _error(question, str(error))
            continue
        if answer is not None:
            found[question.key] = answer
    state = _State(form, found, last, today)
    shown = [problem for key, problem in problems.items() if key in state.relevant]
    return Cleaned(state.answers, tuple(shown))


def settle(
    form: Form, answers: Answers, *, last: Answers | None = None, today: date | None = None
) -> dict[str, Answer]:
    """The answers with calculations worked out anew and irrelevant ones dropped, in the order of the form."""
    return _State(form, answers, last, today).answers


def relevant(form: Form, answers: Answers, *, last: Answers | None = None, today: date | None = None) -> frozenset[str]:
    """The keys of the questions that these answers leave relevant."""
    return frozenset(_State(form, answers, last, today).relevant)


def check(
    form: Form,
    answers: Answers,
    *,
    last: Answers | None = None,
    today: date | None = None,
    share: Decimal = OUTLIER_SHARE,
    margin: Decimal = OUTLIER_MARGIN,
) -> list[Problem]:
    """Everything wrong with the answers, in the order of the form, after `settle`. Errors block; outliers only show.

    An outlier differs from the last period by more than `share` of that value and by more than `margin` units.
    """
    state = _State(form, answers, last, today)
    found: list[Problem] = []
    for question in form.questions():
        if question.field.type == "note" or question.key not in state.relevant:
            continue
        if question.key in state.unfit:
            found.append(_error(question, state.unfit[question.key]))
            continue
        errors = [_error(question, text) for text in _errors(question, state)]
        found += errors or _outliers(question.field, state, share, margin)
    return found


def prefilled(form: Form, held: Mapping[str, object], last: Answers) -> dict[str, Answer]:
    """What stands in the form at first: what the platform holds (`held`, by the keys of `holds`), what was answered in the
    period before (holds "last.<field>"), defaults. What does not fit the field is left out."""
    found: dict[str, Answer] = {}
    for question in form.questions():
        key = question.field.holds
        raw = last.get(key.removeprefix(LAST)) if key.startswith(LAST) else held.get(key) if key else None
        try:
            answer = single.read(question.field, raw if raw is not None else question.default)
        except Invalid:
            continue
        if answer is not None:
            found[question.key] = answer
    return found


def minutes(form: Form, answers_known: Container[str] = ()) -> Decimal:
    """How long the form takes to fill in, in minutes: what each question that is asked and not yet known takes. Questions
    that may turn out irrelevant count, so this is the most it takes."""
    asked = (question for question in form.questions() if question.asks and question.key not in answers_known)
    return sum((question.field.takes for question in asked), Decimal(0))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What working a form out needs to know of it: questions and sections by question, the order in which to go, the
    questions whose last answers are used."""

    questions: dict[str, Question]
    sections: dict[str, Section]
    order: tuple[str, ...]
    last_names: frozenset[str]


@functools.lru_cache(maxsize=200)
def _plan(form: Form) -> _Plan:
    sections = {question.key: section for section in form.sections for question in section.questions}
    questions = {question.key: question for question in form.questions()}
    texts = [section.relevant for section in form.sections]
    texts += [text for each in questions.values() for text in (each.relevant, each.calculation, each.constraint)]
    last_names = frozenset().union(*(parse(text).last_names for text in texts if text))
    return _Plan(questions, sections, tuple(TopologicalSorter(dependencies(form)).static_order()), last_names)


class _State:
    """Answers worked out: what is relevant, what is calculated, and the same as values for expressions."""

    def __init__(self, form: Form, answers: Answers, last: Answers | None, today: date | None) -> None:
        self.today = today or clock.today()
        self.last_answers = last or {}
        plan = _plan(form)
        compared = ((key, self.last_answers[key]) for key in plan.last_names if key in self.last_answers)
        self.last = {key: _value_of_last(plan.questions[key].field, answer) for key, answer in compared}
        self.values: dict[str, Value] = {}
        self.relevant: set[str] = set()
        self.unfit: dict[str, str] = {}
        found: dict[str, Answer] = {}
        for key in plan.order:
            question = plan.questions[key]
            if not all(map(self._holds, (plan.sections[key].relevant, question.relevant))):
                continue
            self.relevant.add(key)
            answer = self._calculated(question) if question.calculation else self._given(question, answers.get(key))
            if answer is not None:
                found[key] = answer
                self.values[key] = single.value(question.field, answer)
        self.answers = {key: found[key] for key in plan.questions if key in found}

    def ground(self, own: Value = EMPTY) -> Ground:
        return Ground(self.values, own, self.last, self.today)

    def _holds(self, text: str) -> bool:
        return not text or holds(parse(text), self.ground())

    def _calculated(self, question: Question) -> Answer | None:
        try:
            return single.from_value(question.field, evaluate(parse(question.calculation), self.ground()))
        except Invalid as error:
            self.unfit[question.key] = _("The calculated value does not fit: %(why)s") % {"why": error}
            return None

    def _given(self, question: Question, answer: object) -> Answer | None:
        if answer is None or question.field.type == "note":
            return None
        if not single.is_answer(question.field, answer):
            self.unfit[question.key] = _("This answer does not fit the question.")
            return None
        return answer  # type: ignore[return-value]  # is_answer has seen to it


def _value_of_last(field: Field, answer: Answer) -> Value:
    """An answer of the last period as a value; of a field that was of another type then, as text."""
    if single.is_answer(field, answer):
        return single.value(field, answer)
    return " ".join(map(str, answer)) if isinstance(answer, list) else str(answer)


def _error(question: Question, text: str) -> Problem:
    return Problem(question.key, "error", text)


def _errors(question: Question, state: _State) -> Iterator[str]:
    field, answer = question.field, state.answers.get(question.key)
    if answer is None:
        if question.required:
            yield _("This must be filled in.")
        return
    number = single.quantity(field, answer) if field.type in single.NUMERIC else None
    if number is not None and field.minimum is not None and number < field.minimum:
        yield str(question.message) or _("This must be at least %(minimum)s.") % {"minimum": plain(field.minimum)}
    elif number is not None and field.maximum is not None and number > field.maximum:
        yield str(question.message) or _("This must be at most %(maximum)s.") % {"maximum": plain(field.maximum)}
    elif field.pattern and not pattern(field.pattern).matches(str(answer)):
        yield str(question.message) or _("This is not written as it must be.")
    elif question.constraint and not holds(parse(question.constraint), state.ground(single.value(field, answer))):
        yield str(question.message) or _("This does not agree with the condition for this answer.")


def _outliers(field: Field, state: _State, share: Decimal, margin: Decimal) -> list[Problem]:
    now, before = state.answers.get(field.key), state.last_answers.get(field.key)
    if field.type not in single.NUMERIC or not single.is_answer(field, before):
        return []
    new, old = single.quantity(field, now), single.quantity(field, before)
    if new is None or old is None or abs(new - old) <= margin or abs(new - old) <= share * abs(old):
        return []
    shown = {"old": plain(old), "new": plain(new)}
    return [Problem(field.key, "outlier", _("Last time this was %(old)s, now it is %(new)s. Is that right?") % shown)]
