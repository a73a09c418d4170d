"""Projects, activities, sessions and outcomes by the thousand: the same rows and facts as one at a time, in a few statements.

Each is one action with one audit entry. All or nothing: Refused with the row's number where a row would not do.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.actions.outcomes import outcome_fault
from yinling.activities.actions.projects import Details, put_on
from yinling.activities.actions.sessions import KEY_BYTES, NewRole
from yinling.activities.kinds import KINDS, clean_details
from yinling.activities.models import Activity, Outcome, OutcomeType, Project, ProjectState, Session, SessionRole
from yinling.activities.parameters import AGREEMENT_FROM_DAYS
from yinling.activities.places import lies_at
from yinling.activities.project_measures import HELD, NONE, OUTCOME, PUBLISHED
from yinling.activities.rules import may_run
from yinling.activities.workflow import missing
from yinling.base import clock
from yinling.base.action import action, because, copy_many, current, note
from yinling.base.clock import CHINA
from yinling.base.paths import is_under
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import BuiltOn, NewFact, record_many, reverse, touch
from yinling.network import Body, Place, parameter
from yinling.volunteers import Station

SHOWN_SOURCES = 20


@dataclass(frozen=True, slots=True)
class NewProject:
    """One project to publish. `row` is its row in the file it came from; without a day it is published today."""

    organiser: Body
    place: Place
    title: str
    starts_on: date
    ends_on: date
    details: Details
    published_on: date | None = None
    closed: bool = False
    row: int | None = None


@dataclass(frozen=True, slots=True)
class NewActivity:
    """One activity to set up; `repeats` is the RRULE its sessions go by, if they do."""

    project: Project
    kind: str
    title: str
    place: Place
    details: Mapping[str, object] = field(default_factory=dict)
    repeats: str = ""


@dataclass(frozen=True, slots=True)
class NewSession:
    """One session; `held`: it took place and is closed."""

    activity: Activity
    starts_at: datetime
    ends_at: datetime
    place: Place
    roles: Sequence[NewRole]
    station: Station | None = None
    venue: str = ""
    held: bool = False
    slot: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewOutcome:
    """One outcome of a project, or of a session of it."""

    project: Project
    type: OutcomeType
    quantity: Decimal
    happened_on: date
    remark: str = ""
    session: Session | None = None
    row: int | None = None


def _refused(row: object, problem: object) -> Refused:
    return Refused(_("Row %(row)s: %(problem)s.") % {"row": row, "problem": str(problem).rstrip("。.")})


def _about(batch_id: int | None) -> None:
    if batch_id is not None:
        act = current()
        act.subject, act.subject_id = "batch", batch_id


@action(
    "activities.publish_many", label=gettext_lazy("Publish projects from a list"), rule=may_run, on="area",
    records=[PUBLISHED],
)  # fmt: skip
def publish_many(*, rows: Iterable[NewProject], batch_id: int | None, area: Placed, by: Actor) -> list[Project]:
    """Set up and publish projects. Each must be as fit to be published as a single one; whoever hands in the list says of
    every row that it is volunteer service, or another activity for older people, and not what `NOT_SERVICE` names."""
    touch(PUBLISHED)
    _about(batch_id)
    limits: dict[str, Decimal] = {}
    made = [_project(row, batch_id, area, limits) for row in rows]
    copy_many(made)
    record_many(
        PUBLISHED,
        (
            NewFact({"domain": one.domain.code if one.domain else NONE}, one.pk, one.area_path, one.published_on)
            for one in made
            if one.published_on is not None
        ),
    )
    note(rows=len(made))
    return made


def _project(row: NewProject, batch_id: int | None, area: Placed, limits: dict[str, Decimal]) -> Project:
    name, today = row.row or row.title, clock.today()
    project = Project(
        organiser=row.organiser, place=row.place, area_path=lies_at(row.place, row.organiser), title=row.title,
        starts_on=row.starts_on, ends_on=row.ends_on, published_on=row.published_on or today, batch_id=batch_id,
        batch_row=row.row, state=ProjectState.CLOSED if row.closed else ProjectState.PUBLISHED,
        changed_by=current().entry_id,
    )  # fmt: skip
    day = project.published_on
    assert day is not None
    if not is_under(project.area_path, area.area_path):
        raise _refused(name, _("it lies outside your area"))
    if day > today:
        raise _refused(name, _("the day lies in the future"))
    try:
        put_on(project, row.details)
    except ValidationError as error:
        raise _refused(name, error.messages[0]) from error
    if project.area_path not in limits:
        limits[project.area_path] = parameter(AGREEMENT_FROM_DAYS, project.area_path, day)
    if faults := missing(project, day, limits[project.area_path]):
        raise _refused(name, next(iter(faults.values())))
    return project


@action(
    "activities.withdraw_list", label=gettext_lazy("Undo a list of projects"), rule=may_run, on="area",
    records=[PUBLISHED],
)  # fmt: skip
def withdraw_list(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Undo a `publish_many`; returns how many. Raises BuiltOn with (some of) the projects that were changed since, or have
    activities or outcomes."""
    because(reason)
    _about(batch_id)
    ours = Project.objects.filter(batch_id=batch_id).exclude(state=ProjectState.WITHDRAWN)
    ours = Project.objects.filter(pk__in=list(ours.select_for_update().values_list("pk", flat=True)))
    later = ours.filter(~Q(changed_by=entry_id) | Q(activities__isnull=False) | Q(outcomes__isnull=False))
    if sources := list(later.order_by("pk").values_list("pk", flat=True).distinct()[:SHOWN_SOURCES]):
        raise BuiltOn(sources)
    reverse(entry_id)
    count = ours.update(state=ProjectState.WITHDRAWN, changed_by=current().entry_id)
    note(rows=count)
    return count


@action("activities.create_many", label=gettext_lazy("Set up activities from a list"), rule=may_run, on="area")
def create_activities(*, rows: Iterable[NewActivity], area: Placed, by: Actor) -> list[Activity]:
    """Set up activities, each of the organiser of its project."""
    made = []
    for row in rows:
        organiser = row.project.organiser
        if row.kind not in KINDS or not is_under(row.project.area_path, area.area_path):
            raise _refused(row.title, _("it lies outside your area, or there is no such kind of activity"))
        made.append(
            Activity(
                project=row.project, organiser=organiser, place=row.place, area_path=lies_at(row.place, organiser),
                kind=row.kind, title=row.title, details=clean_details(row.kind, row.details), repeats=row.repeats,
                changed_by=current().entry_id,
            )
        )  # fmt: skip
    copy_many(made)
    note(rows=len(made))
    return made


@action(
    "activities.take_over_sessions", label=gettext_lazy("Take over sessions from a list"), rule=may_run, on="area",
    records=[HELD],
)  # fmt: skip
def take_over_sessions(*, rows: Iterable[NewSession], area: Placed, by: Actor) -> list[Session]:
    """Set up sessions with their roles; those that were held count at once, each on the day on which it began."""
    touch(HELD)
    given = list(rows)
    made = [_session(row, area) for row in given]
    copy_many(made)
    roles = [
        SessionRole(
            session=session, area_path=session.area_path, name=role.name, capacity=role.capacity, serves=role.serves
        )
        for session, row in zip(made, given, strict=True)
        for role in row.roles
    ]
    copy_many(roles)
    held = [session for session in made if session.state == Session.State.HELD]
    record_many(HELD, (_held(session) for session in held))
    began = {session.activity_id for session in held}
    Activity.objects.filter(pk__in=began, state=Activity.State.PLANNED).update(
        state=Activity.State.HELD, changed_by=current().entry_id
    )
    note(rows=len(made), held=len(held))
    return made


def _session(row: NewSession, area: Placed) -> Session:
    day = row.starts_at.astimezone(CHINA).date()
    path = lies_at(row.place, row.activity.organiser)
    name = f"{row.activity.title} {day}"
    if not is_under(path, area.area_path):
        raise _refused(name, _("it lies outside your area"))
    if row.ends_at <= row.starts_at or not row.roles:
        raise _refused(name, _("a session needs a role, and ends after it began"))
    if row.held and (row.ends_at > clock.now() or row.activity.project.published_on is None):
        raise _refused(name, _("the session has not ended yet, or its project is not published"))
    return Session(
        activity=row.activity, place=row.place, area_path=path, station=row.station, venue=row.venue, day=day,
        starts_at=row.starts_at, ends_at=row.ends_at, slot=row.slot, key=secrets.token_bytes(KEY_BYTES),
        state=Session.State.HELD if row.held else Session.State.OPEN, changed_at=clock.now(),
        changed_by=current().entry_id,
    )  # fmt: skip


def _held(session: Session) -> NewFact:
    project = session.activity.project
    dims = {
        "kind": session.activity.kind, "domain": project.domain.code if project.domain else NONE,
        "platform": project.platform or NONE,
    }  # fmt: skip
    return NewFact(dims, session.pk, session.area_path, session.day)


@action(
    "activities.record_outcomes", label=gettext_lazy("Record outcomes from a list"), rule=may_run, on="area",
    records=[OUTCOME],
)  # fmt: skip
def record_outcomes(*, rows: Iterable[NewOutcome], batch_id: int | None, area: Placed, by: Actor) -> list[Outcome]:
    """Record outcomes, each as a single one would be."""
    touch(OUTCOME)
    _about(batch_id)
    made = []
    for row in rows:
        name, domain = row.row or row.project.title, row.project.domain
        path = (row.session or row.project).area_path
        if not is_under(path, area.area_path) or row.project.published_on is None:
            raise _refused(name, _("it lies outside your area, or the project is not published"))
        if fault := outcome_fault(row.type, row.quantity, row.happened_on, row.project):
            raise _refused(name, fault[1])
        made.append(
            Outcome(
                project=row.project, session=row.session, area_path=path, type=row.type.code, quantity=row.quantity,
                domain=domain.code if domain else "", happened_on=row.happened_on, remark=row.remark,
                batch_id=batch_id, batch_row=row.row, entry_id=current().entry_id,
            )
        )  # fmt: skip
    copy_many(made)
    record_many(
        OUTCOME,
        (
            NewFact(
                {"type": one.type, "domain": one.domain or NONE}, one.pk, one.area_path, one.happened_on, one.quantity
            )
            for one in made
        ),
    )
    note(rows=len(made))
    return made


@action(
    "activities.withdraw_outcomes", label=gettext_lazy("Undo a list of outcomes"), rule=may_run, on="area",
    records=[OUTCOME],
)  # fmt: skip
def withdraw_outcomes(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Undo a `record_outcomes`; returns how many. Those withdrawn one by one before stay so."""
    because(reason)
    _about(batch_id)
    ours = Outcome.objects.filter(batch_id=batch_id, withdrawn=False, entry_id=entry_id)
    reverse(entry_id)
    count = ours.update(withdrawn=True)
    note(rows=count)
    return count
