"""Writes of those who fill in: save, hand in, confirm that nothing changed, a whole list from Excel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, current, demand_seen, locked, note
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import BuiltOn, Evidence, NewFact, attach, record_many, reverse, touch
from yinling.returns.actions.moving import State, held_open, locked_returns, move
from yinling.returns.filled import last_answers, problems_of, shown_answers
from yinling.returns.forms import Form
from yinling.returns.held import Values
from yinling.returns.measures import IN_TIME, STATE
from yinling.returns.models import CHANGEABLE, Return, Round
from yinling.returns.rules import may_fill

Answers = Mapping[str, object]


class Filled(NamedTuple):
    """One return of a list, with its typed answers."""

    return_id: int
    answers: Answers


@action("returns.save", label=gettext_lazy("Save a return"), rule=may_fill, on="answer")
def save(*, answer: Return, answers: Answers, seen: int, by: Actor) -> Return:
    """Keep typed answers without handing them in; they need not be complete yet."""
    row = _changeable(answer, seen)
    return change(row, answers=dict(answers), changed_by=current().entry_id)


@action("returns.attach", label=gettext_lazy("Add evidence to a return"), rule=may_fill, on="answer")
def attach_evidence(
    *, answer: Return, question: str, name: str, content: bytes, seen: int | None = None, by: Actor
) -> Evidence:
    """Keep a file as evidence for a question of a return that can still be changed."""
    row = _changeable(answer, seen)
    if not any(q.key == question and q.evidence for q in Form.from_json(row.round.form.content).questions()):
        raise Refused(_("The form asks for no file here."))
    kept = attach(name=name, content=content, path=row.area_path)
    change(row, evidence={**row.evidence, question: kept.pk}, changed_by=current().entry_id)
    return kept


@action("returns.submit", label=gettext_lazy("Hand in a return"), rule=may_fill, on="answer", records=[STATE, IN_TIME])
def submit(*, answer: Return, answers: Answers, seen: int, by: Actor) -> Return:
    """Hand in typed answers to the first level that checks them. Raises ValidationError by question where an answer is
    missing or cannot be; what only stands out against the last period is kept for the checker to see."""
    row = _changeable(answer, seen)
    form = Form.from_json(row.round.form.content)
    row.answers, row.unchanged = shown_answers(form, row.round, [row], {row.pk: answers})[row.pk], False
    last = last_answers([row], form)
    _demand_complete(form, row, last)
    _hand_in([row], form, last, by)
    return row


@action(
    "returns.submit_unchanged",
    label=gettext_lazy("Hand in returns without change"),
    rule=may_fill,
    on="area",
    records=[STATE, IN_TIME],
)
def submit_unchanged(*, round: Round, ids: Sequence[int], area: Placed, by: Actor) -> int:
    """No change since last time, for a whole list in one act: each return takes the answers the platform holds of its unit.
    Those that have none, or whose answers are not complete, are left as they are; returns how many were handed in."""
    touch(STATE, IN_TIME)
    held_open(round.pk)
    mine = may_fill.filter(by, round.returns.filter(pk__in=list(ids), state__in=CHANGEABLE)).values_list(
        "pk", flat=True
    )
    rows = locked_returns(mine)
    form = Form.from_json(round.form.content)
    last = last_answers(rows, form)
    shown = shown_answers(form, round, rows, last)
    ready = []
    for row in rows:
        row.answers, row.unchanged = shown[row.pk], True
        if last[row.pk] and row.is_changeable and not _errors(form, row, last):
            ready.append(row)
    _hand_in(ready, form, last, by)
    note(handed_in=len(ready), left=len(rows) - len(ready))
    return len(ready)


@action(
    "returns.fill_many",
    label=gettext_lazy("Hand in returns from a list"),
    rule=may_fill,
    on="area",
    records=[STATE, IN_TIME],
)
def fill_many(*, round: Round, rows: Iterable[Filled], batch_id: int, area: Placed, by: Actor) -> tuple[int, int]:
    """Hand in the returns of a list; those handed in before with the same answers are left alone. All or nothing. Returns
    the entry's id and the number of rows."""
    touch(STATE, IN_TIME)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    held_open(round.pk)
    given = {row.return_id: row.answers for row in rows}
    returns = locked_returns(given)
    if len(returns) < len(given) or any(row.round_id != round.pk for row in returns):
        raise Refused(_("Meanwhile a return of this list is gone. Check it again."))
    form = Form.from_json(round.form.content)
    shown, last = shown_answers(form, round, returns, given), last_answers(returns, form)
    ready = []
    for row in returns:
        if same_answers(row, shown[row.pk]):
            continue
        if not row.is_changeable or not may_fill.check(by, row):
            raise Refused(
                _("Meanwhile the return of %(unit)s was handed in. Check the list again.") % {"unit": row.unit}
            )
        row.before, row.answers, row.batch_id, row.unchanged = _before(row), shown[row.pk], batch_id, False
        _demand_complete(form, row, last)
        ready.append(row)
    _hand_in(ready, form, last, by)
    note(rows=len(given), handed_in=len(ready))
    return act.entry_id, len(given)


@action(
    "returns.withdraw_list",
    label=gettext_lazy("Undo a list of returns"),
    rule=may_fill,
    on="area",
    records=[STATE, IN_TIME],
)
def withdraw_list(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Take back what `fill_many` handed in: the returns are as they were before. Raises BuiltOn once any was checked."""
    because(reason)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    of_list = Return.objects.filter(batch_id=batch_id)
    for round_id in of_list.order_by("round").values_list("round", flat=True).distinct():
        held_open(round_id)
    rows = locked_returns(of_list.values_list("pk", flat=True))
    if blocked := [row.pk for row in rows if row.changed_by != entry_id]:
        raise BuiltOn(blocked)
    reverse(entry_id)
    for state in CHANGEABLE:
        back = [row for row in rows if row.before and row.before["state"] == state]
        for row in back:
            before, row.before, row.batch_id = row.before or {}, None, None
            row.answers, row.submitted_by = before["answers"], before["submitted_by"]
            row.outliers, row.unchanged = before["outliers"], before["unchanged"]
            row.submitted_on = date.fromisoformat(before["submitted_on"]) if before["submitted_on"] else None
        move(back, state)
    note(rows=len(rows))
    return len(rows)


def _before(row: Return) -> dict[str, object]:
    on = row.submitted_on.isoformat() if row.submitted_on else None
    return {
        "state": row.state, "answers": row.answers, "outliers": row.outliers, "unchanged": row.unchanged,
        "submitted_by": row.submitted_by, "submitted_on": on,
    }  # fmt: skip


def same_answers(row: Return, answers: Answers) -> bool:
    """Whether a return already handed in says just this: handing it in again changes nothing."""
    return not row.is_changeable and row.answers == dict(answers)


def _changeable(answer: Return, seen: int | None) -> Return:
    held_open(answer.round_id, reopened=answer.reopened)
    row = locked(answer)
    if not row.is_changeable:
        raise Refused(_("It is handed in; ask the checking office to send it back."))
    demand_seen(row, seen)
    return row


def _errors(form: Form, row: Return, last: Values) -> dict[str, str]:
    """What keeps a return from being handed in, by question."""
    wrong = {p.question or "__all__": p.text for p in problems_of(form, row, last) if p.level == "error"}
    for question in form.questions():
        if question.evidence and question.asks and row.answers.get(question.key) and question.key not in row.evidence:
            wrong.setdefault(question.key, _("Add the file that shows it."))
    return wrong


def _demand_complete(form: Form, row: Return, last: Values) -> None:
    if wrong := _errors(form, row, last):
        raise ValidationError(dict(wrong))


def _hand_in(rows: Sequence[Return], form: Form, last: Values, by: Actor) -> None:
    today = clock.today()
    # Handed in counts once: being sent back and mended does not make a return late.
    first = [row for row in rows if row.submitted_on is None]
    record_many(
        IN_TIME,
        [
            NewFact({"timely": "yes" if today <= row.round.due_on else "no"}, row.pk, row.area_path, today)
            for row in first
        ],
    )
    for row in rows:
        problems = problems_of(form, row, last)
        row.outliers = [{"question": p.question, "text": str(p.text)} for p in problems if p.level == "outlier"]
        row.waits_at = row.round.checked_at[0]
        row.submitted_by, row.submitted_on = by.account_id, row.submitted_on or today
    move(rows, State.SUBMITTED)
