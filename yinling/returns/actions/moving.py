"""The table of a return's states, and the one way to move returns from one to another.

to be filled in ──hand in──▶ submitted ──check (each level in turn)──▶ accepted ──lock the round──▶ locked
                               │   ▲                                      │
                           send back  hand in again                    reopen (with a reason)
                               ▼   │                                      │
                             sent back ◀──────────────────────────────────┘
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.action import current
from yinling.base.rules import Refused
from yinling.facts import NewFact, hold_many
from yinling.returns.measures import STATE
from yinling.returns.models import Return, Round

State = Return.State

NEXT: Mapping[str, tuple[str, ...]] = {
    State.DRAFT: (State.SUBMITTED,),
    State.RETURNED: (State.SUBMITTED,),
    State.SUBMITTED: (State.SUBMITTED, State.ACCEPTED, State.RETURNED, State.DRAFT),
    State.ACCEPTED: (State.LOCKED, State.RETURNED),
    State.LOCKED: (State.RETURNED,),
}
"""Which state may follow which. Submitted follows itself when a return is passed on to the next level, and goes back to a
draft only when the import that handed it in is undone."""

COLUMNS = (
    "state", "waits_at", "answers", "before", "outliers", "evidence", "unchanged", "submitted_by", "submitted_on",
    "accept_entry", "batch_id", "reopened", "changed_by",
)  # fmt: skip
CHUNK = 500


def locked_returns(ids: Iterable[int]) -> list[Return]:
    """The returns with these ids as they are now, locked in one order until the action ends."""
    rows = Return.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)).order_by("pk")
    return list(rows.select_related("round__form", "round__asked_by", "place", "body"))


def move(returns: Sequence[Return], state: str) -> None:
    """Write returns that were changed in memory and are now in `state`, with the facts of it. Refused where a state may not
    follow the one a return is in (see `NEXT`), with its unit's name; then nothing is written."""
    entry = current().entry_id
    for answer in returns:
        if state not in NEXT[answer.state]:
            raise Refused(
                _("%(unit)s: this is not possible while it is “%(state)s”.")
                % {"unit": answer.unit, "state": State(answer.state).label}
            )
        if state != answer.state:
            current().changes.append(
                {"row": "return", "id": answer.pk, "before": {"state": answer.state}, "after": {"state": state}}
            )
        answer.state, answer.changed_by = state, entry
        if state != State.SUBMITTED:
            answer.waits_at = None
    Return.objects.bulk_update(returns, COLUMNS, batch_size=CHUNK)
    hold_many(
        STATE,
        [
            NewFact({"round": str(answer.round_id), "state": state}, answer.pk, answer.area_path, clock.today())
            for answer in returns
        ],
    )


def held_open(round_id: int, *, reopened: bool = False) -> Round:
    """The round as it is now, which stays so until the action ends: who works on its returns holds it together with others,
    who locks it waits for all of them. To be taken before the returns. Refused unless the round still takes returns, or the
    return in hand was reopened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM yinling_round WHERE id = %s FOR SHARE", [round_id])
    found = Round.objects.select_related("form", "asked_by").get(pk=round_id)
    if not reopened:
        demand_open(found)
    return found


def demand_open(round_: Round) -> None:
    """Refused unless the round still takes returns."""
    if round_.state != Round.State.OPEN:
        raise Refused(_("This round is locked."))
    if round_.expires_on < clock.today():
        raise Refused(_("This round expired on %(day)s.") % {"day": round_.expires_on})
