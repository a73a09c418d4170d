"""The answers of a return as the form shows them: what was typed, what the platform holds, what follows from both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from yinling.returns.forms import Answers, Form, Problem, check, prefilled, settle
from yinling.returns.held import Values, held_values, known_answers
from yinling.returns.models import Return, Round

LAST = "last."


def last_answers(returns: Sequence[Return], form: Form) -> Values:
    """What the platform knows of each unit under the form's questions, and under those they show, by return."""
    keys = {question.key for question in form.questions()}
    keys |= {q.field.holds.removeprefix(LAST) for q in form.questions() if q.field.holds.startswith(LAST)}
    known = known_answers(returns, keys)
    return {answer.pk: known.get((answer.place_id, answer.body_id), {}) for answer in returns}


def at_first(form: Form, round_: Round, returns: Sequence[Return]) -> Values:
    """What stands in each return before anybody types: what the platform holds, and defaults."""
    held, last = held_values(form, round_, returns), last_answers(returns, form)
    return {row.pk: dict(prefilled(form, held[row.pk], _fit(last[row.pk]))) for row in returns}


def shown_answers(
    form: Form, round_: Round, returns: Sequence[Return], typed: Mapping[int, Mapping[str, object]]
) -> Values:
    """The whole answers of some returns: typed ones, with what the platform holds in the questions that only show it,
    calculations done, and what is not asked left out."""
    last, first = last_answers(returns, form), at_first(form, round_, returns)
    shown = [question.key for question in form.questions() if not question.asks]
    found: Values = {}
    for row in returns:
        held = {key: first[row.pk][key] for key in shown if key in first[row.pk]}
        found[row.pk] = dict(settle(form, _fit({**typed[row.pk], **held}), last=_fit(last[row.pk])))
    return found


def problems_of(form: Form, answer: Return, last: Values) -> list[Problem]:
    """What is wrong with, or stands out in, the answers of a return."""
    return check(form, _fit(answer.answers), last=_fit(last[answer.pk]))


def _fit(values: Mapping[str, object]) -> Answers:
    # JSON columns hold answers as `clean` gave them; what does not fit the form any more is told by `check`.
    return cast("Answers", values)
