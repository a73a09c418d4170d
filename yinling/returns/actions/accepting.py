"""What accepting a return makes of its answers, and how reopening takes that back.

A field bound to the register of associations changes the register, through its own action. Every other field that counts
becomes a fact, and is known of the unit from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.associations import ATTRIBUTES, Association, change_attribute
from yinling.base.action import action, current
from yinling.base.period import parse
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import NewFact, hold_many, record_many, reverse, touch
from yinling.returns.actions.moving import State
from yinling.returns.counted import counted, day_of
from yinling.returns.forms import Form, Question
from yinling.returns.held import Unit, association_of, column_of
from yinling.returns.measures import FLOW, STOCK
from yinling.returns.models import Check, KnownAnswer, Return
from yinling.returns.rules import may_check_lists

Forms = Mapping[int, list[Question]]
"""The questions of forms that concern us, by the id of the form's version."""

NEVER = date.min
"""Since when something is known that no accepted return says any more."""


@action(
    "returns.accept",
    label=gettext_lazy("Accept returns"),
    rule=may_check_lists,
    on="area",
    records=[FLOW, STOCK],
)
def accept(*, rows: Sequence[Return], area: Placed, by: Actor) -> None:
    """Make the answers of some returns count: of all, or of none where one cannot."""
    touch(FLOW, STOCK)
    forms, associations = _kept(rows), association_of(rows)
    known = _known(rows, forms)
    for row in rows:
        _demand_latest(row, forms[row.round.form_id], known)
        if changed := _bound(row):
            _write_to_register(row, associations.get(row.pk), changed, by)
    _count(rows, forms, known)
    for row in rows:
        row.accept_entry = current().entry_id


def accept_each(*, rows: Sequence[Return], area: Placed, by: Actor) -> dict[str, str]:
    """Accept as many of some returns as can be; by unit why the others cannot. Those accepted have their `accept_entry`.
    Where one cannot, both halves are tried by themselves, so that it costs little as long as few are wrong."""
    if not rows:
        return {}
    try:
        accept(rows=rows, area=area, by=by)
    except (Refused, ValidationError) as problem:
        if len(rows) == 1:
            reason = problem.reason if isinstance(problem, Refused) else "; ".join(problem.messages)
            return {rows[0].unit: str(reason)}
        half = len(rows) // 2
        first = accept_each(rows=rows[:half], area=area, by=by)
        return first | accept_each(rows=rows[half:], area=area, by=by)
    return {}


def _kept(rows: Iterable[Return]) -> Forms:
    """The questions whose answers are kept and counted: neither shown from elsewhere nor written to a register."""
    versions = {row.round.form_id: row.round.form for row in rows}
    return {
        pk: [q for q in Form.from_json(one.content).questions() if (q.asks or q.calculation) and not q.field.binds]
        for pk, one in versions.items()
    }


Known = dict[tuple[Unit, str], KnownAnswer]


def _known(rows: Sequence[Return], forms: Forms) -> Known:
    """What is known of the units of some returns under the questions of their forms, locked until the action ends."""
    units, fields = {row.place_id for row in rows}, {q.key for questions in forms.values() for q in questions}
    held = KnownAnswer.objects.select_for_update(of=("self",)).filter(place_id__in=units, field__in=fields)
    rows_of = held.select_related("answer").order_by("pk")
    return {((one.place_id, one.body_id), one.field): one for one in rows_of}


def _unit(row: Return) -> Unit:
    return row.place_id, row.body_id


def _demand_latest(row: Return, questions: Iterable[Question], known: Known) -> None:
    """A stock holds until the next answer, so answers come in the order of their periods; and not any more where the place
    into which this one was merged has answered for it."""
    on = day_of(parse(row.round.period))
    before = (known.get((_unit(row), question.key)) for question in questions if question.field.counts == "stock")
    if any(one is not None and (one.as_of > on or one.answer.place_id != row.place_id) for one in before):
        raise _later(row)


def _later(row: Return) -> Refused:
    return Refused(
        _("%(unit)s: a return of a later period is already accepted; reopen that first.") % {"unit": row.unit}
    )


def _bound(row: Return) -> dict[str, dict[str, object]]:
    """The answers of a return that go to the register: by attribute and column."""
    changed: dict[str, dict[str, object]] = defaultdict(dict)
    for question in Form.from_json(row.round.form.content).questions():
        names = column_of(question.field.binds)
        if names and question.key in row.answers:
            changed[names[0]][names[1]] = row.answers[question.key]
    return changed


def _write_to_register(
    answer: Return, association: Association | None, changed: Mapping[str, Mapping[str, object]], by: Actor
) -> None:
    """Change the register of associations as a return says."""
    if association is None:
        raise Refused(_("%(unit)s has no association in the register that this could change.") % {"unit": answer.unit})
    on = day_of(parse(answer.round.period))
    remark = _("Return in “%(round)s”") % {"round": answer.round.name}
    for key, values in changed.items():
        attribute = ATTRIBUTES[key]
        present = {column: getattr(association, column) for column in attribute.columns}
        cleaned = attribute.clean({**present, **values})
        if cleaned != present and not _stood(association, key, values, on):
            change_attribute(association=association, attribute=key, values=cleaned, on=on, remark=remark, by=by)


def _stood(association: Association, key: str, values: Mapping[str, object], on: date) -> bool:
    """Whether the register says that it was so on the day, though it is otherwise since."""
    history = association.history.filter(attribute=key, corrected=False, since__lte=on)
    then = history.filter(Q(until__isnull=True) | Q(until__gt=on)).first()
    return then is not None and all(then.value.get(column) == value for column, value in values.items())


def _count(rows: Sequence[Return], forms: Forms, known: Known) -> None:
    """The facts of accepted returns, and what the platform knows of their units from now on."""
    flows, stocks = [], _of_merged_places(rows, forms)
    sources = _learn(rows, forms, known)
    for row in rows:
        on = day_of(parse(row.round.period))
        for question in forms[row.round.form_id]:
            quantity, value = counted(question.field, row.answers.get(question.key))
            dims = {"field": question.key, "value": value}
            source = sources.get((_unit(row), question.key))
            if question.field.counts == "stock" and source is not None:
                stocks.append(NewFact(dims, source, row.area_path, on, quantity))
            elif question.field.counts == "flow" and quantity:
                flows.append(NewFact(dims, row.pk, row.area_path, on, quantity))
    record_many(FLOW, flows)
    hold_many(STOCK, stocks)


def _learn(rows: Sequence[Return], forms: Forms, known: Known) -> dict[tuple[Unit, str], int]:
    """Keep the answers as what is known of each unit, unless a later period's are (a blank as that nothing is known any
    more); returns the row of each by unit and field."""
    fresh = []
    for row in rows:
        on = day_of(parse(row.round.period))
        for question in forms[row.round.form_id]:
            before, value = known.get((_unit(row), question.key)), row.answers.get(question.key)
            if before.as_of <= on if before is not None else value is not None:
                fresh.append(
                    KnownAnswer(
                        place_id=row.place_id, body_id=row.body_id, area_path=row.area_path, field=question.key,
                        value=value, as_of=on, answer=row,
                    )
                )  # fmt: skip
    KnownAnswer.objects.bulk_create(
        sorted(fresh, key=lambda one: (one.place_id, one.field)),  # in one order, so that no two wait for each other
        update_conflicts=True,
        unique_fields=["place", "body", "field"],
        update_fields=["value", "as_of", "answer", "area_path"],
        batch_size=1000,
    )
    return {key: one.pk for key, one in _known(rows, forms).items()}


def _of_merged_places(rows: Sequence[Return], forms: Forms) -> list[NewFact]:
    """The end of what places answered that were merged into those of some returns: in a later period these answer for the
    whole. Within one period each answered for its part, and both count."""
    here = {row.area_path: row for row in rows if row.body_id is None and row.place.closed is None}
    others = KnownAnswer.objects.select_for_update(of=("self",)).filter(area_path__in=here, body__isnull=True)
    ended = []
    for one in others.filter(place__closed__isnull=False).select_related("answer__round").order_by("pk"):
        row = here[one.area_path]
        period, earlier = parse(row.round.period), parse(one.answer.round.period)
        stocks = {question.key for question in forms[row.round.form_id] if question.field.counts == "stock"}
        if one.field in stocks and one.value is not None and earlier.end < period.end:
            one.value, one.as_of, one.answer = None, day_of(period), row
            ended.append(one)
    KnownAnswer.objects.bulk_update(ended, ["value", "as_of", "answer"])
    return [NewFact({"field": one.field, "value": ""}, one.pk, one.area_path, one.as_of, 0) for one in ended]


def take_back(row: Return, entry: int) -> None:
    """Reverse what an accepted return counted, by the entry that accepted it; its unit is known from the return before it
    again, or no longer. Refused where a later return builds on it."""
    reverse(entry, source=row.pk, kinds=[FLOW])
    questions = {question.key: question for question in _kept([row])[row.round.form_id]}
    own = Q(place=row.place, body=row.body, field__in=questions)
    for one in KnownAnswer.objects.select_for_update().filter(own | Q(answer=row)).order_by("pk"):
        if questions[one.field].field.counts == "stock":
            if one.answer_id != row.pk:
                raise _later(row)
            reverse(entry, source=one.pk, kinds=[STOCK])
        if one.answer_id == row.pk:
            _recall(one, row)


def _recall(one: KnownAnswer, gone: Return) -> None:
    """What is known again without a return: what the unit's last other return says that asks the field."""
    one.value, one.as_of = None, NEVER
    others = Return.objects.filter(
        place_id=one.place_id, body=one.body, state__in=(State.ACCEPTED, State.LOCKED)
    ).exclude(pk=gone.pk)
    rows = list(others.select_related("round__form").order_by("accept_entry"))
    forms = _kept(rows)
    accepted = Check.objects.filter(answer__in=rows, verdict=Check.Verdict.ACCEPTED).order_by("pk")
    days = dict(accepted.values_list("answer", "on"))
    for other in rows:
        on = day_of(parse(other.round.period), days[other.pk])
        if on >= one.as_of and any(question.key == one.field for question in forms[other.round.form_id]):
            one.value, one.as_of, one.answer = other.answers.get(one.field), on, other
    one.save(update_fields=["value", "answer", "as_of"])
