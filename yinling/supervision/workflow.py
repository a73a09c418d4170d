"""The course of a finding, as one table: which step leads from where to where, who may take it, what must be written.

    open ──answer──▶ answered ──close──▶ closed ──reopen──▶ open
                      │  ▲
              send back  answer
                      ▼  │
                     sent back            any of them ──withdraw──▶ withdrawn

Two sides take part. The visiting side is whoever may act for the office that paid the visit; the owner's side is whoever
may act for the body that has to mend the matter and not for the visiting office as well, so that nobody closes an answer
of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.base.paths import is_under
from yinling.base.rules import NOBODY, Actor, Allowed, Answer, Denied, Reason
from yinling.supervision.models import Finding, State
from yinling.supervision.rules import may_answer, may_supervise

Side = Literal["owner", "visitor"]
VISITORS = frozenset({"administrator", "officer"})
OWNERS = frozenset({"administrator", "officer", "clerk"})
CHAIR = "chair"

UNSETTLED = (State.OPEN, State.ANSWERED, State.SENT_BACK)
"""States in which a finding counts as open, and is overdue once its day is past."""

FOUND = "found"
"""The verb of the step with which a finding begins."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: from the states `of`, `side` may go on to the state `to` by saying `says`. `renews`: a new
    time is set; `likely`: what is usually done next."""

    verb: str
    label: Reason
    done: Reason
    of: tuple[State, ...]
    to: State
    side: Side
    says: Reason
    must_say: bool = True
    renews: bool = False
    likely: bool = False


STEPS: Mapping[str, Step] = {
    step.verb: step
    for step in (
        Step(
            "answer", gettext_lazy("Answer"), gettext_lazy("Answered"), of=(State.OPEN, State.SENT_BACK),
            to=State.ANSWERED, side="owner", says=gettext_lazy("What was done to mend it"), likely=True,
        ),
        Step(
            "close", pgettext_lazy("a finding", "Close"), pgettext_lazy("a finding", "Closed"), of=(State.ANSWERED,),
            to=State.CLOSED, side="visitor", says=gettext_lazy("Remark"), must_say=False, likely=True,
        ),
        Step(
            "send-back", gettext_lazy("Send back"), gettext_lazy("Sent back"), of=(State.ANSWERED,),
            to=State.SENT_BACK, side="visitor", says=gettext_lazy("What is still missing"),
        ),
        Step(
            "reopen", gettext_lazy("Reopen"), gettext_lazy("Reopened"), of=(State.CLOSED,), to=State.OPEN,
            side="visitor", says=gettext_lazy("Reason"), renews=True,
        ),
        Step(
            "withdraw", gettext_lazy("Withdraw the finding"), gettext_lazy("Withdrawn"),
            of=(State.OPEN, State.ANSWERED, State.SENT_BACK, State.CLOSED), to=State.WITHDRAWN, side="visitor",
            says=gettext_lazy("Why the finding was wrong"),
        ),
    )
}  # fmt: skip


def may_take(step: Step, actor: Actor, finding: Finding) -> Answer:
    """Whether the actor may take a step now, else why not: first by the state, then by rule and side. Reads the visit, its
    office and the owner of the finding."""
    if finding.state not in step.of:
        return Denied(_("This finding is now: %(state)s.") % {"state": finding.get_state_display()})
    rule = may_answer if step.side == "owner" else may_supervise
    answer = rule.check(actor, finding)
    if not answer or actor.system:
        return answer
    visits = acts_for_visitor(actor, finding)
    if step.side == "visitor":
        return Allowed() if visits else Denied(_("Only the visiting office may do this."))
    if visits:
        return Denied(_("The visiting office checks the answer; it does not write it."))
    return Allowed() if acts_for_owner(actor, finding) else Denied(_("Only the body that has to mend it answers."))


def acts_for_visitor(actor: Actor, finding: Finding) -> bool:
    """Whether the actor stands on the visiting side."""
    return any(is_under(finding.visit.office.area_path, path) for path in actor.reach(VISITORS))


def acts_for_owner(actor: Actor, finding: Finding) -> bool:
    """Whether the actor may act for the body that has to mend it: its chair, or staff of its place or of one above."""
    return any(
        grant.body_id == finding.owner_id if grant.role == CHAIR else is_under(finding.owner.area_path, grant.path)
        for grant in actor.grants
        if grant.role == CHAIR or grant.role in OWNERS
    )


def own(actor: Actor) -> tuple[Q, Q]:
    """The findings the actor's own office or association has to mend, and those it visits for; not those further down."""
    owned, visited = NOBODY, NOBODY
    for grant in actor.grants:
        if grant.role == CHAIR:
            owned |= Q(owner=grant.body_id)
        if grant.role in OWNERS:
            owned |= Q(owner__area_path=grant.path)
        if grant.role in VISITORS:
            visited |= Q(visit__office__area_path=grant.path)
    return owned, visited & ~owned
