"""How activities and sessions end: cancelled, or closed as held; and how one closed by mistake is opened again."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.actions.seats import roles_locked
from yinling.activities.actions.sessions import changed, demand_running, demand_state
from yinling.activities.models import (
    Activity,
    Enrolment,
    EnrolmentState,
    Notice,
    Outcome,
    Session,
    SessionRole,
)
from yinling.activities.project_measures import HELD, NONE
from yinling.activities.rules import may_run
from yinling.base import clock
from yinling.base.action import action, because, change, current, locked, note
from yinling.base.rules import Actor, Refused
from yinling.facts import open_facts, record, reverse

SHORTEST = 2

PENDING = (
    EnrolmentState.APPLIED, EnrolmentState.INVITED, EnrolmentState.CONFIRMED, EnrolmentState.WAITING,
)  # fmt: skip
"""States in which an enrolment still counts on the session."""


@action("activities.cancel_activity", label=gettext_lazy("Cancel an activity"), rule=may_run, on="activity")
def cancel_activity(*, activity: Activity, reason: str, by: Actor) -> Activity:
    """The activity does not take place: its open sessions are cancelled with the reason. Refused once one was held."""
    activity = locked(activity)
    because(_said(reason))
    if activity.state != Activity.State.PLANNED:
        raise Refused(_("This activity is now: %(state)s.") % {"state": activity.get_state_display()})
    cancel_open_sessions(activity.sessions.filter(state=Session.State.OPEN), reason.strip(), by)
    return change(activity, state=Activity.State.CANCELLED, changed_by=current().entry_id)


def _said(reason: str) -> str:
    if len(reason.strip()) < SHORTEST:
        raise ValidationError({"reason": _("Say it in a few words.")})
    return reason.strip()


@action("activities.cancel_session", label=gettext_lazy("Cancel a session"), rule=may_run, on="session")
def cancel_session(*, session: Session, reason: str, by: Actor) -> Session:
    """The session is not, or was not, held. Who is enrolled is told the reason. Refused once records of who came, or
    outcomes, build on it."""
    because(_said(reason))
    roles_locked(session.roles.all())
    session = locked(session)
    demand_state(session, Session.State.OPEN)
    if _is_built_on(session):
        raise Refused(_("Attendance or outcomes are recorded for this session. Take those back first."))
    close_enrolments(session, reason.strip())
    return changed(session, state=Session.State.CANCELLED, notice=reason.strip()[:200])


OWN = (SessionRole, Enrolment)


def _is_built_on(session: Session) -> bool:
    """Whether another table holds records of this session that were not taken back."""
    for relation in Session._meta.related_objects:
        model = relation.related_model
        if model not in OWN:
            rows = model._base_manager.filter(**{relation.field.name: session})
            rows = rows.filter(withdrawn=False) if model is Outcome else rows.exclude(state="voided")
            if rows.exists():
                return True
    return False


def close_enrolments(session: Session, reason: str) -> int:
    """Inside an action: everybody who was to come to the session is cancelled with the reason, and the places are free
    again; returns how many."""
    pending = Enrolment.objects.filter(session=session, state__in=PENDING)
    count = pending.update(
        state=EnrolmentState.CANCELLED, reason=reason[:200], notice=Notice.CANCELLED, changed_by=current().entry_id
    )
    for role in session.roles.filter(taken__gt=0).select_for_update():
        change(role, taken=0)
    note(enrolments=count)
    return count


def cancel_open_sessions(sessions: QuerySet[Session], reason: str, by: Actor) -> int:
    """Cancel these sessions, each with an entry of its own; returns how many."""
    rows = list(sessions.order_by("pk"))
    for session in rows:
        cancel_session(session=session, reason=reason, by=by)
    return len(rows)


@action(
    "activities.close_session", label=gettext_lazy("Close a session as held"), rule=may_run, on="session",
    records=[HELD],
)  # fmt: skip
def close_session(*, session: Session, by: Actor) -> Session:
    """The session was held; it counts from now on, on the day on which it began. Refused before its end, and for a project
    that was not published."""
    activity = locked(session.activity)
    session = locked(session)
    demand_state(session, Session.State.OPEN)
    if activity.project.published_on is None:
        raise Refused(_("The project is not published yet."))
    if session.ends_at > clock.now():
        raise Refused(_("The session has not ended yet."))
    project = activity.project
    record(
        HELD, source=session.pk, path=session.area_path, happened=session.day,
        dims={
            "kind": activity.kind, "domain": project.domain.code if project.domain else NONE,
            "platform": project.platform or NONE,
        },
    )  # fmt: skip
    session = changed(session, state=Session.State.HELD)
    if activity.state == Activity.State.PLANNED:
        change(activity, state=Activity.State.HELD)
    return session


@action(
    "activities.reopen_session", label=gettext_lazy("Open a session again"), rule=may_run, on="session", records=[HELD]
)
def reopen_session(*, session: Session, reason: str, by: Actor) -> Session:
    """It was closed as held by mistake: it counts no more, and can be moved, cancelled or closed again."""
    because(_said(reason))
    activity = locked(session.activity)
    session = locked(session)
    demand_state(session, Session.State.HELD)
    demand_running(activity.project)
    for fact in open_facts(HELD, session.pk):
        reverse(fact.entry_id, source=session.pk)
    session = changed(session, state=Session.State.OPEN)
    if not activity.sessions.filter(state=Session.State.HELD).exists():
        change(activity, state=Activity.State.PLANNED)
    return session
