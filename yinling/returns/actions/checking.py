"""Writes of the offices that check: pass on or accept, send back with remarks, reopen.

Accepting makes the answers count. A field bound to the register of associations changes the register, through its own
action; every other field that counts becomes a fact. Reopening takes both kinds of fact of the return back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.associations import ATTRIBUTES, Association, change_attribute
from yinling.base import clock
from yinling.base.action import action, because, create, current, note
from yinling.base.period import parse
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import NewFact, hold_many, record_many, reverse, touch
from yinling.returns.actions.moving import State, demand_open, locked_returns, move
from yinling.returns.counted import counted, day_of
from yinling.returns.forms import Form
from yinling.returns.held import association_of, column_of
from yinling.returns.measures import FLOW, STATE, STOCK
from yinling.returns.models import Check, KnownAnswer, Return, Round
from yinling.returns.rules import may_check, may_check_lists, may_open

Verdict = Check.Verdict


@action(
    "returns.check", label=gettext_lazy("Check a return"), rule=may_check, on="answer", records=[STATE, FLOW, STOCK]
)
def check_return(*, answer: Return, seen: int, by: Actor) -> Return:
    """The office finds a return right: it goes to the next level, or is accepted and counts."""
    touch(FLOW, STOCK)
    (row,) = locked_returns([answer.pk])
    demand_open(row.round)
    if row.changed_by != seen:
        raise Refused(_("Somebody changed this record while you had it open. Look at it again; nothing was saved."))
    may_check.demand(by, row)
    _pass([row], by)
    return row


@action(
    "returns.check_many",
    label=gettext_lazy("Check many returns"),
    rule=may_check_lists,
    on="area",
    records=[STATE, FLOW, STOCK],
)
def check_many(*, round: Round, ids: Sequence[int], area: Placed, by: Actor) -> dict[str, str]:
    """The office finds many returns right in one act, those with something that stands out left for a look at each. What
    cannot be accepted stays; returns the reasons by unit."""
    touch(STATE, FLOW, STOCK)
    demand_open(round)
    mine = may_check.filter(by, round.returns.filter(pk__in=list(ids), state=State.SUBMITTED, outliers=[]))
    rows = [row for row in locked_returns(mine.values_list("pk", flat=True)) if may_check.check(by, row)]
    refused = _pass(rows, by, patient=True)
    note(checked=len(rows) - len(refused), left=len(ids) - len(rows) + len(refused))
    return refused


@action("returns.send_back", label=gettext_lazy("Send a return back"), rule=may_check, on="answer", records=[STATE])
def send_back(*, answer: Return, remarks: Mapping[str, str], remark: str, seen: int, by: Actor) -> Return:
    """The office finds something wrong: the return goes back to its unit, with remarks on questions or on the whole."""
    (row,) = locked_returns([answer.pk])
    demand_open(row.round)
    if row.changed_by != seen:
        raise Refused(_("Somebody changed this record while you had it open. Look at it again; nothing was saved."))
    may_check.demand(by, row)
    kept = {key: text.strip() for key, text in remarks.items() if text.strip()}
    if not kept and not remark.strip():
        raise Refused(_("Say what is to be mended: a remark on a question, or on the whole."))
    _note(row, Verdict.SENT_BACK, row.waits_at or 0, by, remark=remark.strip(), remarks=kept)
    move([row], State.RETURNED)
    return row


@action(
    "returns.reopen",
    label=gettext_lazy("Reopen a return"),
    rule=may_open,
    on="area",
    records=[STATE, FLOW, STOCK],
)
def reopen(*, answer: Return, reason: str, area: Placed, by: Actor) -> Return:
    """An accepted or locked return goes back to its unit; what it counted is reversed, so that it is as if it had not been
    accepted. What it changed in the register stays there and is corrected there. `area` is where the asking office is: only
    it, or an office above, reopens."""
    if len(reason.strip()) < 2:  # noqa: PLR2004 - one character is no reason
        raise Refused(_("Give a reason."))
    (row,) = locked_returns([answer.pk])
    if row.state not in (State.ACCEPTED, State.LOCKED):
        raise Refused(_("Only what was accepted can be reopened."))
    if area.area_path != row.round.asked_by.area_path:
        raise Refused(_("Only the asking office, or one above it, reopens a return."))
    because(reason.strip())
    entry, row.accept_entry = row.accept_entry, None
    touch(FLOW, STOCK)
    if entry is not None:
        reverse(entry, source=row.pk, kinds=[FLOW])
        _unlearn(row, entry)
    _note(row, Verdict.REOPENED, 0, by, remark=reason.strip())
    move([row], State.RETURNED)
    return row


def _pass(rows: Sequence[Return], by: Actor, *, patient: bool = False) -> dict[str, str]:
    """Move each return on by one level. `patient`: what the register refuses is left and named instead of stopping all."""
    refused: dict[str, str] = {}
    onward, accepted = [], []
    bound = _bound_answers(rows)
    for row in rows:
        following = [level for level in row.round.checked_at if row.waits_at is not None and level < row.waits_at]
        if following:
            _note(row, Verdict.PASSED, row.waits_at or 0, by)
            row.waits_at = following[0]
            onward.append(row)
            continue
        try:
            bound(row, by)
        except (Refused, ValidationError) as problem:
            if not patient:
                raise
            refused[row.unit] = str(problem.reason if isinstance(problem, Refused) else "; ".join(problem.messages))
            continue
        _note(row, Verdict.ACCEPTED, row.waits_at or 0, by)
        row.accept_entry = current().entry_id
        accepted.append(row)
    move(onward, State.SUBMITTED)
    move(accepted, State.ACCEPTED)
    _count(accepted)
    return refused


def _bound_answers(rows: Sequence[Return]) -> Callable[[Return, Actor], None]:
    """What writes a return's bound answers to the register."""
    associations = association_of(rows)
    forms = {row.round.form_id: Form.from_json(row.round.form.content) for row in rows}

    def write(row: Return, by: Actor) -> None:
        changed: dict[str, dict[str, object]] = defaultdict(dict)
        for question in forms[row.round.form_id].questions():
            names = column_of(question.field.binds)
            if names and question.key in row.answers:
                changed[names[0]][names[1]] = row.answers[question.key]
        if not changed:
            return
        association = associations.get(row.pk)
        if association is None:
            raise Refused(_("%(unit)s has no association in the register that this could change.") % {"unit": row.unit})
        for key, values in changed.items():
            _change(association, key, values, row, by)

    return write


def _change(association: Association, key: str, values: Mapping[str, object], row: Return, by: Actor) -> None:
    attribute = ATTRIBUTES[key]
    present = {column: getattr(association, column) for column in attribute.columns}
    cleaned = attribute.clean({**present, **values})
    if cleaned == present:
        return
    remark = _("Return in “%(round)s”") % {"round": row.round.name}
    change_attribute(
        association=association, attribute=key, values=cleaned, on=day_of(parse(row.round.period)), remark=remark, by=by
    )


def _count(rows: Sequence[Return]) -> None:
    """The facts of accepted returns, and what the platform knows of their units from now on."""
    flows, stocks = [], []
    forms = {row.round.form_id: Form.from_json(row.round.form.content) for row in rows}
    known = _learn(rows, forms)
    for row in rows:
        on = day_of(parse(row.round.period))
        for question in forms[row.round.form_id].questions():
            if question.field.binds or not question.field.counts:
                continue
            quantity, value = counted(question.field, row.answers.get(question.key))
            dims = {"field": question.key, "value": value}
            if question.field.counts == "stock":
                source = known.get((row.place_id, row.body_id, question.key))
                if source is not None:
                    stocks.append(NewFact(dims, source, row.area_path, on, quantity))
            elif quantity:
                flows.append(NewFact(dims, row.pk, row.area_path, on, quantity))
    record_many(FLOW, flows)
    hold_many(STOCK, stocks)


def _learn(rows: Sequence[Return], forms: Mapping[int, Form]) -> dict[tuple[int, int | None, str], int]:
    """Keep the answers as what is known of each unit, unless a later period's are; returns the row of each by unit and
    field. Refused where a later period's answer that counts as a stock is already accepted."""
    new = []
    for row in rows:
        on = day_of(parse(row.round.period))
        for question in forms[row.round.form_id].questions():
            if question.asks and not question.field.binds and question.key in row.answers:
                learned = KnownAnswer(
                    place=row.place,
                    body=row.body,
                    area_path=row.area_path,
                    field=question.key,
                    value=row.answers[question.key],
                    as_of=on,
                    answer=row,
                )
                new.append((learned, question.field.counts))
    places, keys = {one.place_id for one, _counts in new}, {one.field for one, _counts in new}
    held = {
        (one.place_id, one.body_id, one.field): one
        for one in KnownAnswer.objects.select_for_update().filter(place_id__in=places, field__in=keys)
    }
    fresh = []
    for one, counts in new:
        before = held.get((one.place_id, one.body_id, one.field))
        if before is None or before.value is None or before.as_of <= one.as_of:
            fresh.append(one)
        elif counts == "stock":
            raise Refused(
                _("%(unit)s: a return of a later period is already accepted; reopen that first.")
                % {"unit": one.answer.unit}
            )
    KnownAnswer.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["place", "body", "field"],
        update_fields=["value", "as_of", "answer", "area_path"],
        batch_size=1000,
    )
    rows_now = KnownAnswer.objects.filter(place_id__in=places, field__in=keys)
    return {(place, body, field): pk for pk, place, body, field in rows_now.values_list("pk", "place", "body", "field")}


def _unlearn(row: Return, entry: int) -> None:
    """What a reopened return taught is known from the unit's earlier return again, or no longer."""
    asked = [question.key for question in Form.from_json(row.round.form.content).questions()]
    known = KnownAnswer.objects.select_for_update().filter(place=row.place, body=row.body, field__in=asked)
    for one in known:
        reverse(entry, source=one.pk, kinds=[STOCK])  # raises BuiltOn where a later period's answer replaced it
        if one.answer_id != row.pk:
            continue
        earlier = _earlier(row, one.field)
        one.value = earlier.answers[one.field] if earlier else None
        if earlier is not None:
            one.answer, one.as_of = earlier, day_of(parse(earlier.round.period))
        one.save(update_fields=["value", "answer", "as_of"])


def _earlier(row: Return, field: str) -> Return | None:
    others = Return.objects.filter(
        place=row.place, body=row.body, state__in=(State.ACCEPTED, State.LOCKED), answers__has_key=field
    ).exclude(pk=row.pk)
    return max(others.select_related("round"), key=lambda other: day_of(parse(other.round.period)), default=None)


def _note(
    row: Return, verdict: str, level: int, by: Actor, *, remark: str = "", remarks: Mapping[str, str] | None = None
) -> None:
    create(
        Check(
            answer=row,
            area_path=row.area_path,
            level=level,
            verdict=verdict,
            remark=remark,
            remarks=dict(remarks or {}),
            by_name=by.name,
            on=clock.today(),
            entry_id=current().entry_id,
        )
    )
