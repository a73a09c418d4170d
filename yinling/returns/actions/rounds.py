"""Writes of rounds: opened for thousands of units at once, extended, locked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked, note
from yinling.base.paths import is_under
from yinling.base.period import Period
from yinling.base.rules import Actor, Placed, Refused
from yinling.base.workdays import add_workdays
from yinling.facts import NewFact, hold_many, record_many, touch
from yinling.network import Body
from yinling.returns.forms import Form
from yinling.returns.measures import ASKED, MINUTES, STATE
from yinling.returns.models import FormVersion, Return, Round
from yinling.returns.rules import may_open
from yinling.returns.units import RESPONDENTS, Unit, ask_the_same, level_of_units, units_of

COPY_RETURNS = (
    "COPY yinling_return (id, round_id, place_id, body_id, area_path, state, answers, outliers, evidence, unchanged, "
    "reopened, changed_by) FROM STDIN"
)
LONGEST_DAYS = 250


@action(
    "returns.open_round",
    label=gettext_lazy("Open a collection round"),
    rule=may_open,
    on="asked_by",
    records=[STATE, ASKED, MINUTES],
)
def open_round(
    *,
    form: FormVersion,
    name: str,
    asked_by: Body,
    area: Placed,
    period: Period,
    respondents: str,
    checked_at: Sequence[int],
    workdays: int,
    expires_on: date,
    approver: str,
    legal_basis: str,
    by: Actor,
) -> Round:
    """Ask a published form of every unit of a kind in an area; each gets a return to fill in, due in so many working days.

    Refused without approver and legal basis, for levels that cannot check the units, where the area is not the asking
    office's, and where another open round already asks the same fields of the same units for the period (ask once).
    """
    today = clock.today()
    form = locked(form)
    _demand(form, asked_by, area, respondents, checked_at, approver, legal_basis)
    if not 1 <= workdays <= LONGEST_DAYS:
        raise Refused(_("The deadline is between 1 and %(days)s working days away.") % {"days": LONGEST_DAYS})
    due_on = add_workdays(today, workdays).day
    if expires_on < due_on:
        raise Refused(_("The round expires before it is due."))
    content = Form.from_json(form.content)
    _demand_new(content, area.area_path, respondents, period)
    units = list(units_of(respondents, area.area_path, today))
    if not units:
        raise Refused(_("Nobody in this area is asked by this."))
    round_ = create(
        Round(
            form=form,
            name=name,
            asked_by=asked_by,
            area_path=area.area_path,
            period=period.key,
            respondents=respondents,
            checked_at=sorted(checked_at, reverse=True),
            opened_on=today,
            due_on=due_on,
            expires_on=expires_on,
            approver=approver.strip(),
            legal_basis=legal_basis.strip(),
            units=len(units),
            changed_by=current().entry_id,
        )
    )
    _hand_out(round_, content, units)
    note(units=len(units))
    return round_


def _demand(
    form: FormVersion,
    asked_by: Body,
    area: Placed,
    respondents: str,
    checked_at: Sequence[int],
    approver: str,
    legal_basis: str,
) -> None:
    if form.state != FormVersion.State.PUBLISHED:
        raise Refused(_("Only a published form can be asked."))
    if not approver.strip() or not legal_basis.strip():
        raise Refused(_("A form without an approver and a legal basis may not be asked of anybody."))
    if not is_under(area.area_path, asked_by.area_path):
        raise Refused(_("This lies outside the area you are responsible for."))
    if respondents not in RESPONDENTS:
        raise Refused(_("Nobody in this area is asked by this."))
    below = level_of_units(respondents)
    if not checked_at or len(set(checked_at)) < len(checked_at) or not all(1 <= level < below for level in checked_at):
        raise Refused(_("Returns are checked by offices of higher levels than the units; choose at least one."))


def _demand_new(form: Form, path: str, respondents: str, period: Period) -> None:
    """The ask-once guard between rounds."""
    asked = {q.key for q in form.questions() if q.asks and not q.reason}
    rounds = Round.objects.filter(period=period.key, state=Round.State.OPEN)
    for other in rounds.select_related("form"):
        apart = not (is_under(other.area_path, path) or is_under(path, other.area_path))
        if apart or not ask_the_same(other.respondents, respondents):
            continue
        twice = [q for q in Form.from_json(other.form.content).questions() if q.key in asked and q.asks]
        if twice:
            names = _(", ").join(str(q.field.labels) for q in twice)
            raise Refused(
                _(
                    "The round “%(round)s” already asks this for the period: %(names)s. Give the reason in the form to ask again."
                )
                % {"round": other.name, "names": names}
            )


def _hand_out(round_: Round, form: Form, units: Sequence[Unit]) -> None:
    """A return for each unit, with the facts that it is asked and what that costs the unit."""
    entry = current().entry_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('yinling_return_id_seq') FROM generate_series(1, %s)", [len(units)])
        ids = [row[0] for row in cursor.fetchall()]
        with cursor.copy(COPY_RETURNS) as copy:
            for pk, unit in zip(ids, units, strict=True):
                state = Return.State.DRAFT.value
                copy.write_row((pk, round_.pk, *unit, state, "{}", "[]", "{}", False, False, entry))
    asked = [question for question in form.questions() if question.asks]
    minutes = sum((question.field.takes for question in asked), Decimal(0))
    office, drafts = {"office": str(round_.asked_by_id)}, {"round": str(round_.pk), "state": Return.State.DRAFT.value}
    for kind, dims, quantity in ((STATE, drafts, 1), (ASKED, office, len(asked)), (MINUTES, office, minutes)):
        record_many(
            kind,
            (
                NewFact(dims, pk, unit.area_path, round_.opened_on, quantity)
                for pk, unit in zip(ids, units, strict=True)
            ),
        )


@action("returns.extend_round", label=gettext_lazy("Give a round more time"), rule=may_open, on="round")
def extend_round(*, round: Round, workdays: int, reason: str, by: Actor) -> Round:
    """Move the deadline by so many working days, for a reason."""
    because(_reason(reason))
    row = _open(round, by)
    if not 1 <= workdays <= LONGEST_DAYS:
        raise Refused(_("The deadline is between 1 and %(days)s working days away.") % {"days": LONGEST_DAYS})
    due_on = add_workdays(max(row.due_on, clock.today()), workdays).day
    return change(row, due_on=due_on, expires_on=max(row.expires_on, due_on), changed_by=current().entry_id)


@action("returns.lock_round", label=gettext_lazy("Lock a round"), rule=may_open, on="round", records=[STATE])
def lock_round(*, round: Round, reason: str = "", by: Actor) -> Round:
    """End the round: accepted returns are locked. Where some are missing, a reason says why it ends without them."""
    touch(STATE)
    row = _open(round, by)
    states = Return.State
    missing = row.returns.exclude(state=states.ACCEPTED).count()
    if missing:
        because(_reason(reason))
    accepted = row.returns.select_for_update().filter(state=states.ACCEPTED).order_by("pk")
    facts = [
        NewFact({"round": str(row.pk), "state": states.LOCKED.value}, pk, path, clock.today())
        for pk, path in accepted.values_list("pk", "area_path")
    ]
    hold_many(STATE, facts)
    accepted.update(state=states.LOCKED, changed_by=current().entry_id)
    note(locked=len(facts), missing=missing)
    return change(row, state=Round.State.LOCKED, changed_by=current().entry_id)


def _open(round_: Round, by: Actor) -> Round:
    row = locked(round_)
    may_open.demand(by, row.asked_by)  # the round is the asking office's, not that of the area it asks
    if row.state != Round.State.OPEN:
        raise Refused(_("This round is locked."))
    return row


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused(_("Give a reason."))
    return text.strip()
