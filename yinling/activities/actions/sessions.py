"""Writes of activities and their sessions: set up, laid out, moved."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.actions.seats import roles_locked
from yinling.activities.kinds import KINDS, clean_details
from yinling.activities.models import Activity, Project, Session, SessionRole
from yinling.activities.parameters import SESSIONS_AT_MOST
from yinling.activities.places import lies_at
from yinling.activities.repeats import occurrences
from yinling.activities.rules import may_run
from yinling.activities.workflow import RUNNING
from yinling.base import clock
from yinling.base.action import action, change, create, create_many, current, demand_seen, locked, note
from yinling.base.clock import CHINA
from yinling.base.rules import Actor, Refused
from yinling.base.workdays import is_holiday
from yinling.network import Body, Place, parameter
from yinling.volunteers import Station

KEY_BYTES = 32
LONGEST = timedelta(days=31)
"""A session that takes longer is a slip of the hand: a wellness trip of a month is the longest there is."""


@dataclass(frozen=True, slots=True)
class NewRole:
    """What people come to a session as, and how many can."""

    name: str
    capacity: int
    serves: bool


@dataclass(frozen=True, slots=True)
class Times:
    """When sessions that repeat begin and how long they take, in China time."""

    hour: int
    minute: int
    length: timedelta

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Beginning and end on a day."""
        begins = datetime(day.year, day.month, day.day, self.hour, self.minute, tzinfo=CHINA)
        return begins, begins + self.length


@action("activities.create_activity", label=gettext_lazy("Set up an activity"), rule=may_run, on="project")
def create_activity(
    *, project: Project, kind: str, title: str, place: Place, organiser: Body | None = None,
    details: Mapping[str, object] | None = None, by: Actor,
) -> Activity:  # fmt: skip
    """An activity of a project, of one kind; `details` are what its kind asks for (see `kinds`). Without an organiser it is
    the project's."""
    project = locked(project)
    demand_running(project)
    held_by = organiser or project.organiser
    may_run.demand(by, held_by)
    if gone := _gone(project, held_by, clock.today()):
        raise Refused(gone)
    return create(
        Activity(
            project=project, organiser=held_by, place=place, area_path=lies_at(place, held_by), kind=_kind(kind),
            title=_titled(title), details=clean_details(kind, details or {}), changed_by=current().entry_id,
        )
    )  # fmt: skip


@action("activities.change_activity", label=gettext_lazy("Change an activity"), rule=may_run, on="activity")
def change_activity(
    *, activity: Activity, title: str, place: Place, details: Mapping[str, object], seen: int | None = None, by: Actor
) -> Activity:
    """Change title, place and details. Sessions that are already set keep their own place."""
    activity = locked(activity)
    demand_seen(activity, seen)
    demand_running(activity.project)
    if activity.state == Activity.State.CANCELLED:
        raise Refused(_("This activity was cancelled."))
    return change(
        activity, title=_titled(title), place=place, area_path=lies_at(place, activity.organiser),
        details=clean_details(activity.kind, details), changed_by=current().entry_id,
    )  # fmt: skip


def _gone(project: Project, organiser: Body, on: date) -> str:
    """Why neither project nor organiser can hold anything on a day; empty where they can."""
    return organiser.why_gone(on) or (project.organiser.why_gone(on) if project.organiser_id != organiser.pk else "")


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValidationError({"kind": _("There is no such kind of activity.")})
    return kind


def _titled(title: str) -> str:
    if not title.strip():
        raise ValidationError({"title": _("Give the activity a title.")})
    return title.strip()


def demand_running(project: Project) -> None:
    """Refuse where activities of the project cannot be set up or changed any more."""
    if project.state not in RUNNING:
        raise Refused(_("This project is now: %(state)s.") % {"state": project.get_state_display()})


@action("activities.add_session", label=gettext_lazy("Add a session"), rule=may_run, on="activity")
def add_session(
    *, activity: Activity, starts_at: datetime, ends_at: datetime, place: Place | None = None,
    station: Station | None = None, venue: str = "", roles: Sequence[NewRole] = (), closes_at: datetime | None = None,
    by_choice: bool = False, by: Actor,
) -> Session:  # fmt: skip
    """One session of an activity. Without a place it is held where the activity, or the station, is. Every session has a
    role at least; `closes_at` is the end of sign-up, `by_choice`: the organiser chooses who comes."""
    activity = _open(activity)
    wanted = _roles(roles)
    session = _session(activity, place, station, venue)
    session.closes_at, session.by_choice = closes_at, by_choice
    _set_times(session, starts_at, ends_at)
    try:
        with transaction.atomic():
            create(session)
    except IntegrityError as error:
        raise ValidationError({"starts_at": _("There is a session at this time in this venue already.")}) from error
    create_many([_role(session, role) for role in wanted])
    return session


@action("activities.lay_out_sessions", label=gettext_lazy("Lay out sessions"), rule=may_run, on="activity")
def lay_out_sessions(
    *, activity: Activity, rule: str, first: date, last: date, times: Times, place: Place | None = None,
    station: Station | None = None, venue: str = "", roles: Sequence[NewRole] = (), by_choice: bool = False,
    holidays: bool = False, by: Actor,
) -> list[Session]:  # fmt: skip
    """The sessions that repeat by an RRULE (RFC 5545, 3.3.10) from `first` to `last`; returns those that were added.

    Doing so again adds only what is missing: a moment that was laid out once is not laid out anew, also where its session
    was moved or cancelled since. `holidays`: also on public holidays. Refused beyond the parameter's number of sessions.
    """
    activity = _open(activity)
    wanted = _roles(roles)
    most = int(parameter(SESSIONS_AT_MOST, activity.area_path, clock.today()))
    days = occurrences(rule, first, last, most=most)
    if not holidays:
        days = [day for day in days if not is_holiday(day)]
    known = set(activity.sessions.filter(slot__isnull=False).values_list("slot", flat=True))
    made: list[Session] = []
    for day in days:
        begins, ends = times.on(day)
        if begins not in known:
            session = _session(activity, place, station, venue)
            session.by_choice, session.slot = by_choice, begins
            _set_times(session, begins, ends)
            made.append(session)
    _demand_free(activity, made)
    create_many(made)
    create_many([_role(session, role) for session in made for role in wanted])
    current().about(activity)
    note(laid_out=len(made))
    change(activity, repeats=rule, changed_by=current().entry_id)
    return made


def _open(activity: Activity) -> Activity:
    """The activity, locked, if sessions can be added to it. Locks go from project to activity to session, everywhere."""
    demand_running(locked(activity.project))
    activity = locked(activity)
    if activity.state == Activity.State.CANCELLED:
        raise Refused(_("This activity was cancelled."))
    return activity


def _demand_free(activity: Activity, made: list[Session]) -> None:
    taken = set(activity.sessions.exclude(state=Session.State.CANCELLED).values_list("starts_at", "venue"))
    for session in made:
        if (session.starts_at, session.venue) in taken:
            text = _("There is a session on %(day)s at this time in this venue already.") % {"day": session.day}
            raise ValidationError({"first": text})


def _roles(roles: Sequence[NewRole]) -> Sequence[NewRole]:
    """The roles, checked; they may not be none."""
    if not roles:
        raise ValidationError({"roles": _("A session needs at least one role with its number of places.")})
    names = [role.name.strip() for role in roles]
    if len(set(names)) != len(names) or not all(names):
        raise ValidationError({"roles": _("Give each role a name of its own.")})
    if any(role.capacity < 1 for role in roles):
        raise ValidationError({"roles": _("Each role needs one place at least.")})
    return roles


def _role(session: Session, role: NewRole) -> SessionRole:
    return SessionRole(
        session=session, area_path=session.area_path, name=role.name.strip(), capacity=role.capacity, serves=role.serves
    )


def _session(activity: Activity, place: Place | None, station: Station | None, venue: str) -> Session:
    where = place or (station.body.place if station else activity.place)
    return Session(
        activity=activity, place=where, area_path=lies_at(where, activity.organiser), station=station,
        venue=venue.strip() or (station.body.name if station else ""), key=secrets.token_bytes(KEY_BYTES),
        changed_at=clock.now(), changed_by=current().entry_id,
    )  # fmt: skip


def _set_times(session: Session, starts_at: datetime, ends_at: datetime) -> None:
    """Put a time on a session that its project allows."""
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("The end lies before the beginning.")})
    if ends_at - starts_at > LONGEST:
        raise ValidationError({"ends_at": _("A session takes %(days)s days at most.") % {"days": LONGEST.days}})
    day, project = starts_at.astimezone(CHINA).date(), session.activity.project
    if not project.starts_on <= day <= project.ends_on:
        dates = {"from": project.starts_on, "until": project.ends_on}
        raise ValidationError({"starts_at": _("The project lasts from %(from)s to %(until)s.") % dates})
    # By the day of the session: what a body held while it existed can still be written down afterwards.
    if gone := _gone(project, session.activity.organiser, day):
        raise ValidationError({"starts_at": gone})
    if session.closes_at is not None and session.closes_at > ends_at:
        raise ValidationError({"closes_at": _("Sign-up cannot last longer than the session.")})
    session.day, session.starts_at, session.ends_at = day, starts_at, ends_at


@action("activities.change_session", label=gettext_lazy("Change a session"), rule=may_run, on="session")
def change_session(
    *, session: Session, starts_at: datetime, ends_at: datetime, place: Place | None = None,
    station: Station | None = None, venue: str = "", closes_at: datetime | None = None, seen: int | None = None, by: Actor,
) -> Session:  # fmt: skip
    """Move a session in time or place. Who is enrolled sees what changed; calendars take the new time over."""
    roles_locked(session.roles.all())
    session = locked(session)
    demand_seen(session, seen)
    demand_state(session, Session.State.OPEN)
    before = (session.starts_at, session.ends_at, session.venue)
    where = place or (station.body.place if station else session.place)
    session.closes_at = closes_at
    _set_times(session, starts_at, ends_at)
    named = venue.strip() or (station.body.name if station else "")
    values = {
        "starts_at": starts_at, "ends_at": ends_at, "day": session.day, "closes_at": closes_at, "place": where,
        "area_path": lies_at(where, session.activity.organiser), "station": station, "venue": named,
        "notice": _moved(before, (starts_at, ends_at, named)) or session.notice,
    }  # fmt: skip
    try:
        with transaction.atomic():
            session = changed(session, **values)
    except IntegrityError as error:
        raise ValidationError({"starts_at": _("There is a session at this time in this venue already.")}) from error
    for role in session.roles.exclude(area_path=session.area_path):
        change(role, area_path=session.area_path)
    session.enrolments.exclude(area_path=session.area_path).update(area_path=session.area_path)
    return session


def _moved(before: tuple[datetime, datetime, str], after: tuple[datetime, datetime, str]) -> str:
    """What changed of time and venue, in words."""
    words = []
    if before[:2] != after[:2]:
        words.append(_("Time: %(before)s, now %(after)s.") % {"before": _span(*before[:2]), "after": _span(*after[:2])})
    if before[2] != after[2]:
        words.append(_("Venue: %(before)s, now %(after)s.") % {"before": before[2] or "–", "after": after[2] or "–"})
    return " ".join(words)[:200]


def _span(starts_at: datetime, ends_at: datetime) -> str:
    begins, ends = starts_at.astimezone(CHINA), ends_at.astimezone(CHINA)
    return f"{begins:%m-%d %H:%M}–{ends:%H:%M}" if begins.date() == ends.date() else f"{begins:%m-%d}–{ends:%m-%d}"


def changed(session: Session, **values: object) -> Session:
    """The session, changed so that calendars take it over."""
    return change(
        session, **values, revision=session.revision + 1, changed_at=clock.now(), changed_by=current().entry_id
    )


def demand_state(session: Session, *states: str) -> None:
    """Refuse where the session is in none of these states."""
    if session.state not in states:
        raise Refused(_("This session is now: %(state)s.") % {"state": session.get_state_display()})
