"""The course of a project, as one table: which step leads from where to where.

    draft ──publish──▶ published ──close──▶ ended
      │                   │
      └─────withdraw──────┴──▶ withdrawn

A draft may lack what publishing asks for; what is missing is found by `missing`, item by item.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.activities.models import Project, ProjectState
from yinling.activities.parameters import AGREEMENT_FROM_DAYS
from yinling.activities.rules import may_run
from yinling.base import clock
from yinling.base.rules import Actor, Answer, Denied, Reason
from yinling.network import parameter


@dataclass(frozen=True, slots=True)
class ProjectStep:
    """One row of the table: from the states `of` a project goes on to `to`; `says`: what has to be said, if anything.
    `likely`: what is usually done next."""

    verb: str
    label: Reason
    done: Reason
    of: tuple[ProjectState, ...]
    to: ProjectState
    says: Reason = ""
    likely: bool = False


PROJECT_STEPS: Mapping[str, ProjectStep] = {
    step.verb: step
    for step in (
        ProjectStep(
            "publish", pgettext_lazy("a project", "Publish"), pgettext_lazy("a project", "Published"),
            of=(ProjectState.DRAFT,), to=ProjectState.PUBLISHED, likely=True,
        ),
        ProjectStep(
            "close", pgettext_lazy("a project", "End"), pgettext_lazy("a project", "Ended"),
            of=(ProjectState.PUBLISHED,), to=ProjectState.CLOSED,
        ),
        ProjectStep(
            "withdraw", pgettext_lazy("a project", "Withdraw"), pgettext_lazy("a project", "Withdrawn"),
            of=(ProjectState.DRAFT, ProjectState.PUBLISHED), to=ProjectState.WITHDRAWN, says=gettext_lazy("Reason"),
        ),
    )
}  # fmt: skip
"""Every step, by its verb."""

RUNNING = (ProjectState.DRAFT, ProjectState.PUBLISHED)
"""States in which a project, its activities and sessions can be changed."""

NOT_SERVICE: Mapping[str, Reason] = {
    "duty": gettext_lazy("It is not duty work in working hours."),
    "pay": gettext_lazy("Nobody is paid for it; travel and meals may be refunded."),
    "public": gettext_lazy("It clearly serves others or the public, not an outing of the own unit."),
    "interest": gettext_lazy("It does not serve the participants' own interest, such as an election or a study group."),
    "internal": gettext_lazy("It is not internal management, such as filing, a duty rota or team building."),
    "ordinary": gettext_lazy("It is no internship, and more than attending a meeting, a film or an exhibition."),
}
"""What is not volunteer service: whoever publishes a project says of each that it was looked at."""


def step_open(step: ProjectStep, actor: Actor, project: Project) -> Answer:
    """Whether the actor may take a step now, else why not: first by the state, then by the rule. Nothing is published in the
    name of an organiser that is gone."""
    if project.state not in step.of:
        return Denied(_("This project is now: %(state)s.") % {"state": project.get_state_display()})
    if step.to == ProjectState.PUBLISHED and (gone := project.organiser.why_gone(clock.today())):
        return Denied(gone)
    return may_run.check(actor, project)


def missing(project: Project, on: date, agreement_from: Decimal | None = None) -> dict[str, str]:
    """What a project lacks to be published on a day, by field. Risks are told (Order 685, article 12) and insurance is
    needed where there is danger (article 17); a long or dangerous project needs written agreements (article 14)."""
    faults = {
        name: _("This must be filled in before the project is published.")
        for name in ("title", "summary", "served", "contact", "risks")
        if not str(getattr(project, name)).strip()
    }
    if project.domain_id is None and not project.platform:
        faults["domain"] = _("Choose the domain, or the platform, it belongs to.")
    if project.ends_on < project.starts_on:
        faults["ends_on"] = _("The end lies before the beginning.")
    elif project.ends_on < on:
        faults["ends_on"] = _("The project would already be over.")
    if project.danger and not project.needs_insurance:
        faults["needs_insurance"] = _(
            "Where there may be danger, accident insurance is needed (Order 685, article 17)."
        )
    if not project.needs_agreement and (why := agreement_why(project, on, agreement_from)):
        faults["needs_agreement"] = why
    if project.least_age is not None and project.most_age is not None and project.most_age < project.least_age:
        faults["most_age"] = _("The greatest age lies below the least.")
    return faults


def agreement_why(project: Project, on: date, agreement_from: Decimal | None = None) -> str:
    """Why a project needs written agreements; empty where none is compulsory."""
    if project.danger:
        return _("Where there may be danger, a written agreement is needed.")
    most = agreement_from if agreement_from is not None else parameter(AGREEMENT_FROM_DAYS, project.area_path, on)
    if (project.ends_on - project.starts_on).days + 1 > most:
        return _("It lasts longer than %(days)s days, so a written agreement is needed.") % {"days": int(most)}
    return ""
