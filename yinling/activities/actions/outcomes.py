"""Writes of outcomes: recorded once, withdrawn by reversal, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.models import Outcome, OutcomeType, Project, Session
from yinling.activities.project_measures import NONE, OUTCOME
from yinling.activities.rules import may_run
from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import attach, record, reverse
from yinling.figures import UNITS

Files = Sequence[tuple[str, bytes]]
"""Evidence that comes with an outcome: name and content of each file."""

SHORTEST = 2
MOST = Decimal(10) ** 12


@action(
    "activities.record_outcome", label=gettext_lazy("Record an outcome"), rule=may_run, on="project", records=[OUTCOME]
)
def record_outcome(
    *, project: Project, type: OutcomeType, quantity: Decimal, happened_on: date, session: Session | None = None,
    remark: str = "", evidence: Files = (), by: Actor,
) -> Outcome:  # fmt: skip
    """What came of a session, or of a project as such, in the unit of its type. It lies where the session, else the
    project, lies."""
    project = locked(project)
    if project.published_on is None:
        raise Refused(_("The project is not published yet."))
    if fault := outcome_fault(type, quantity, happened_on, project):
        raise ValidationError({fault[0]: fault[1]})
    if session is not None and session.activity.project_id != project.pk:
        raise ValidationError({"session": _("This session belongs to another project.")})
    if session is not None and session.state == Session.State.CANCELLED:
        raise ValidationError({"session": _("This session was cancelled.")})
    path = (session or project).area_path
    domain = project.domain.code if project.domain else ""
    outcome = create(
        Outcome(
            project=project, session=session, area_path=path, type=type.code, domain=domain, quantity=quantity,
            happened_on=happened_on, remark=remark.strip(), entry_id=current().entry_id,
        )
    )  # fmt: skip
    record(
        OUTCOME, source=outcome.pk, path=path, happened=happened_on, quantity=quantity,
        dims={"type": type.code, "domain": domain or NONE},
    )  # fmt: skip
    for name, content in evidence:
        attach(name=name, content=content, path=path)
    return outcome


def outcome_fault(type: OutcomeType, quantity: Decimal, happened_on: date, project: Project) -> tuple[str, str] | None:
    """The field and what is wrong with it, if an outcome cannot be recorded like this."""
    if type.ended:
        return "type", _("This is no longer counted.")
    if not Decimal(0) < quantity < MOST:
        return "quantity", _("Give a number above zero.")
    if UNITS[type.unit].places == 0 and quantity != quantity.to_integral_value():
        return "quantity", _("This is counted in whole numbers.")
    if happened_on > clock.today():
        return "happened_on", _("The day lies in the future.")
    if happened_on < project.starts_on:
        return "happened_on", _("The day lies before the project began.")
    return None


@action(
    "activities.withdraw_outcome", label=gettext_lazy("Withdraw an outcome"), rule=may_run, on="outcome",
    records=[OUTCOME],
)  # fmt: skip
def withdraw_outcome(*, outcome: Outcome, reason: str, by: Actor) -> Outcome:
    """The outcome was recorded by mistake: it counts no more, on the day it was recorded for."""
    outcome = locked(outcome)
    if outcome.withdrawn:
        raise Refused(_("This outcome was withdrawn already."))
    if len(reason.strip()) < SHORTEST:
        raise ValidationError({"reason": _("Say it in a few words.")})
    because(reason.strip())
    reverse(outcome.entry_id, source=outcome.pk)
    return change(outcome, withdrawn=True)
