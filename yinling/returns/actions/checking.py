"""Writes of the offices that check: pass on or accept, send back with remarks, reopen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, create, current, demand_seen, note
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import touch
from yinling.figures import Region
from yinling.returns.actions.accepting import accept, accept_each, take_back
from yinling.returns.actions.moving import State, held_open, locked_returns, move
from yinling.returns.forms.answers import is_clean
from yinling.returns.measures import FLOW, STATE, STOCK
from yinling.returns.models import Check, Return, Round
from yinling.returns.rules import may_check, may_check_lists, may_open

LONGEST_REMARK = 400
Verdict = Check.Verdict


@action("returns.check", label=gettext_lazy("Check a return"), rule=may_check_lists, on="answer", records=[STATE])
def check_return(*, answer: Return, seen: int, by: Actor) -> Return:
    """The office finds a return right: it goes to the next level, or is accepted and counts."""
    row = _waiting(answer, seen, by)
    if last := _pass([row], by):
        accept(rows=last, area=Region(row.area_path), by=by)
        _accepted(last, by)
    return row


@action(
    "returns.check_many",
    label=gettext_lazy("Check many returns"),
    rule=may_check_lists,
    on="area",
    records=[STATE],
)
def check_many(*, round: Round, ids: Sequence[int], area: Placed, by: Actor) -> dict[str, str]:
    """The office finds many returns right in one act, those with something that stands out left for a look at each. What
    cannot be accepted stays; returns the reasons by unit."""
    touch(STATE)
    held_open(round.pk)
    mine = may_check.filter(by, round.returns.filter(pk__in=list(ids)))
    rows = [
        row
        for row in locked_returns(mine.values_list("pk", flat=True))
        if row.state == State.SUBMITTED and not row.outliers and may_check.check(by, row)
    ]
    last = _pass(rows, by)
    refused = accept_each(rows=last, area=area, by=by)
    _accepted([row for row in last if row.accept_entry is not None], by)
    note(checked=len(rows) - len(refused), left=len(ids) - len(rows) + len(refused))
    return refused


@action(
    "returns.send_back", label=gettext_lazy("Send a return back"), rule=may_check_lists, on="answer", records=[STATE]
)
def send_back(*, answer: Return, remarks: Mapping[str, str], remark: str, seen: int, by: Actor) -> Return:
    """The office finds something wrong: the return goes back to its unit, with remarks on questions or on the whole."""
    row = _waiting(answer, seen, by)
    kept = {key: text.strip() for key, text in remarks.items() if text.strip()}
    if not kept and not remark.strip():
        raise Refused(_("Say what is to be mended: a remark on a question, or on the whole."))
    for text in (remark.strip(), *kept.values()):
        if len(text) > LONGEST_REMARK:
            raise Refused(_("A remark has at most %(most)s characters.") % {"most": LONGEST_REMARK})
        if not is_clean(text, lines=True):
            raise Refused(_("This holds characters that cannot be kept."))
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
        take_back(row, entry)
    _note(row, Verdict.REOPENED, 0, by, remark=reason.strip())
    row.reopened = True
    move([row], State.RETURNED)
    return row


def _waiting(answer: Return, seen: int, by: Actor) -> Return:
    """A return that waits to be checked by this actor, as it is now, locked until the action ends."""
    held_open(answer.round_id, reopened=answer.reopened)
    (row,) = locked_returns([answer.pk])
    demand_seen(row, seen)
    may_check.demand(by, row)
    return row


def _pass(rows: Sequence[Return], by: Actor) -> list[Return]:
    """Move each return on by one level; returns those that are to be accepted by it, which is left to the caller."""
    onward, last = [], []
    for row in rows:
        following = [level for level in row.round.checked_at if level < (row.waits_at or 0)]
        if following:
            _note(row, Verdict.PASSED, row.waits_at or 0, by)
            row.waits_at = following[0]
            onward.append(row)
        else:
            last.append(row)
    move(onward, State.SUBMITTED)
    return last


def _accepted(rows: Sequence[Return], by: Actor) -> None:
    for row in rows:
        _note(row, Verdict.ACCEPTED, row.waits_at or 0, by)
        row.reopened = False
    move(rows, State.ACCEPTED)
    # What was reopened after its round had been locked goes back to where the others are.
    move([row for row in rows if row.round.state == Round.State.LOCKED], State.LOCKED)


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
