"""Writes of projects: set up, changed, published, ended, withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.actions.closing import cancel_open_sessions
from yinling.activities.models import Brand, Domain, Platform, Project, ProjectState, Session, Undertaking
from yinling.activities.places import lies_at
from yinling.activities.project_measures import NONE, PUBLISHED
from yinling.activities.rules import may_run
from yinling.activities.workflow import NOT_SERVICE, PROJECT_STEPS, RUNNING, missing, step_open
from yinling.base import clock
from yinling.base.action import action, because, change, create, current, demand_seen, locked, note
from yinling.base.paths import is_under
from yinling.base.rules import Actor, Denied, Refused
from yinling.facts import open_facts, record, reverse, touch
from yinling.network import Body, Place
from yinling.people import Qualification

SHORTEST = 2


class Details(TypedDict, total=False):
    """What a project says of itself beyond title, place and dates; see the model for what each means."""

    summary: str
    domain: Domain | None
    undertaking: Undertaking | None
    brand: Brand | None
    platform: str
    served: str
    contact: str
    risks: str
    danger: bool
    needs_insurance: bool
    needs_training: str
    needs_qualification: str
    needs_agreement: bool
    least_age: int | None
    most_age: int | None
    strains: Sequence[str]


class Changes(Details, total=False):
    """Everything of a project that can be changed."""

    title: str
    place: Place
    starts_on: date
    ends_on: date


@action("activities.create_project", label=gettext_lazy("Set up a project"), rule=may_run, on="organiser")
def create_project(
    *, organiser: Body, place: Place, title: str, starts_on: date, ends_on: date, by: Actor, **details: Unpack[Details]
) -> Project:
    """A draft of what the organiser sets out to do. It may lack what publishing asks for; nothing counts yet."""
    if organiser.withdrawn or organiser.dissolved is not None:
        raise ValidationError({"organiser": _("This body has already ended.")})
    project = Project(
        organiser=organiser, place=place, area_path=lies_at(place, organiser), title=title.strip(), starts_on=starts_on,
        ends_on=ends_on, changed_by=current().entry_id,
    )  # fmt: skip
    put_on(project, details)
    return create(project)


@action(
    "activities.change_project", label=gettext_lazy("Change a project"), rule=may_run, on="project",
    records=[PUBLISHED],
)  # fmt: skip
def change_project(*, project: Project, seen: int | None = None, by: Actor, **changes: Unpack[Changes]) -> Project:
    """Change what a project says, as long as it has not ended. What is published must stay fit to be published, and counts
    where, and for the domain, it now belongs to. `seen` is the `changed_by` of the project the user had in front of them."""
    touch(PUBLISHED)
    project = locked(project)
    demand_seen(project, seen)
    if project.state not in RUNNING:
        raise Refused(_("This project is now: %(state)s.") % {"state": project.get_state_display()})
    counted = (project.area_path, project.domain_id)
    put_on(project, changes)
    project.area_path = lies_at(project.place, project.organiser)
    if project.state == ProjectState.PUBLISHED:
        day = project.published_on or clock.today()
        if faults := missing(project, day):
            raise ValidationError(faults)
        if (project.area_path, project.domain_id) != counted:
            reverse(open_facts(PUBLISHED, project.pk)[-1].entry_id, source=project.pk)
            _record_published(project, day)
    values = {name: getattr(project, name) for name in (*changes, "area_path", "domain")}
    return change(project, **values, changed_by=current().entry_id)


def put_on(project: Project, values: Details | Changes) -> None:
    """Put values on a project, refusing what contradicts itself, next to its field."""
    for name, value in values.items():
        setattr(project, name, list(value) if name == "strains" else value)  # type: ignore[call-overload]
    if not project.title.strip():
        raise ValidationError({"title": _("Give the project a title.")})
    if project.ends_on < project.starts_on:
        raise ValidationError({"ends_on": _("The end lies before the beginning.")})
    if project.platform and project.platform not in Platform.values:
        raise ValidationError({"platform": _("There is no such platform.")})
    if project.needs_qualification and project.needs_qualification not in Qualification.Kind.values:
        raise ValidationError({"needs_qualification": _("There is no such kind of paper.")})
    if project.undertaking is not None:
        project.domain = project.domain or project.undertaking.domain
        if project.undertaking.domain_id != project.domain.pk:
            raise ValidationError({"undertaking": _("This measure belongs to another domain.")})
    for name in ("domain", "brand"):
        owned = getattr(project, name)
        if owned is not None and not is_under(project.area_path, owned.area_path):
            raise ValidationError({name: _("It was set for another area.")})


@action(
    "activities.publish_project", label=gettext_lazy("Publish a project"), rule=may_run, on="project",
    records=[PUBLISHED],
)  # fmt: skip
def publish_project(*, project: Project, checked: Collection[str], seen: int | None = None, by: Actor) -> Project:
    """Let people join. Refused with what is missing, by field, and unless `checked` names everything of `NOT_SERVICE`:
    whoever publishes looked at each point, and the audit entry says so. Taking part is free; there is no price."""
    project = _step("publish", project, seen, by)
    day = clock.today()
    faults = missing(project, day)
    if unchecked := [str(text) for key, text in NOT_SERVICE.items() if key not in checked]:
        faults["checked"] = _("Look at each point and tick it: %(points)s") % {"points": " ".join(unchecked)}
    if faults:
        raise ValidationError(faults)
    note(checked=[str(text) for text in NOT_SERVICE.values()])
    _record_published(project, day)
    return change(project, state=ProjectState.PUBLISHED, published_on=day, changed_by=current().entry_id)


def _record_published(project: Project, day: date) -> None:
    domain = project.domain.code if project.domain else NONE
    record(PUBLISHED, source=project.pk, path=project.area_path, happened=day, dims={"domain": domain})


@action("activities.close_project", label=gettext_lazy("End a project"), rule=may_run, on="project")
def close_project(*, project: Project, seen: int | None = None, by: Actor) -> Project:
    """The project has ended; it stays counted. Sessions that have begun must be closed first, those to come are
    cancelled."""
    project = _step("close", project, seen, by)
    open_ = Session.objects.filter(activity__project=project, state=Session.State.OPEN)
    if begun := open_.filter(starts_at__lte=clock.now()).count():
        raise Refused(_("Sessions that have begun are still open: %(count)s. Close them first.") % {"count": begun})
    cancel_open_sessions(open_, _("The project has ended."), by)
    return change(project, state=ProjectState.CLOSED, changed_by=current().entry_id)


@action(
    "activities.withdraw_project", label=gettext_lazy("Withdraw a project"), rule=may_run, on="project",
    records=[PUBLISHED],
)  # fmt: skip
def withdraw_project(*, project: Project, reason: str, seen: int | None = None, by: Actor) -> Project:
    """The project does not take place: it counts no more, its open sessions and who is enrolled there are cancelled with
    the reason. Refused once a session was held; then it is ended."""
    touch(PUBLISHED)
    if len(reason.strip()) < SHORTEST:
        raise ValidationError({"reason": _("Say it in a few words.")})
    because(reason.strip())
    project = _step("withdraw", project, seen, by)
    sessions = Session.objects.filter(activity__project=project)
    if sessions.filter(state=Session.State.HELD).exists() or project.outcomes.filter(withdrawn=False).exists():
        raise Refused(_("Sessions were held or outcomes recorded already. End the project instead."))
    cancel_open_sessions(sessions.filter(state=Session.State.OPEN), reason.strip(), by)
    for fact in open_facts(PUBLISHED, project.pk):
        reverse(fact.entry_id, source=project.pk)
    return change(project, state=ProjectState.WITHDRAWN, changed_by=current().entry_id)


def _step(verb: str, project: Project, seen: int | None, by: Actor) -> Project:
    """The project, locked, if the table lets it go on."""
    project = locked(project)
    allowed = step_open(PROJECT_STEPS[verb], by, project)
    if isinstance(allowed, Denied):
        raise Refused(allowed.reason)
    demand_seen(project, seen)
    return project
