"""Places in a role of a session: taken and given back under the lock of the role, handed on along the waiting list.

Whoever changes an enrolment locks its role first and its person after that, always in this order, persons in the order of
their keys; whoever moves or cancels a session locks its roles before the session (which a new enrolment refers to). So nothing
is sold twice, nobody joins what is just being cancelled, and nobody waits for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yinling.activities.gates import GONE, hindrances
from yinling.activities.models import (
    Activity,
    Enrolment,
    EnrolmentState,
    Notice,
    ProjectState,
    Session,
    SessionRole,
)
from yinling.base import clock
from yinling.base.action import change, current
from yinling.base.rules import Refused

HOLDING = (EnrolmentState.CONFIRMED, EnrolmentState.INVITED)
"""The states in which an enrolment has one of the places of its role."""


_LOCK = "SELECT 1 FROM yinling_sessionrole WHERE id = %s FOR NO KEY UPDATE"


def role_locked(pk: int) -> SessionRole:
    """The role with its session, activity and project as they are now; its places hold still until the action ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [pk])
    # Read only now: what is read by a statement that waits for a lock is, but for the locked row, as it was before the wait.
    return SessionRole.objects.select_related("session__activity__project").get(pk=pk)


# What decides whether somebody can still sign up, and for which time.
_STANDING = """SELECT role.capacity, role.taken, role.area_path, session.state, session.starts_at, session.ends_at,
    session.closes_at, session.by_choice, activity.state, project.state
FROM yinling_sessionrole role JOIN yinling_session session ON session.id = role.session_id
JOIN yinling_activity activity ON activity.id = session.activity_id
JOIN yinling_project project ON project.id = activity.project_id
WHERE role.id = %s"""


def bring_up_to_date(role: SessionRole) -> None:
    """Let the places of a role hold still until the action ends, and read anew what decides on a sign-up: its places, the
    time of the session, and whether it, its activity and its project stand open. The rest, which the gates have been asked
    about, is left as it was read: five hundred who sign up at once spend half of their time reading it again."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [role.pk])
        cursor.execute(_STANDING, [role.pk])
        standing = cursor.fetchone()
    session = role.session
    role.capacity, role.taken, role.area_path, session.state, session.starts_at, session.ends_at = standing[:6]
    session.closes_at, session.by_choice, session.activity.state, session.activity.project.state = standing[6:]


def roles_locked(roles: QuerySet[SessionRole]) -> None:
    """Let the places of these roles hold still until the action ends."""
    list(roles.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def demand_open(role: SessionRole, *, by_organiser: bool) -> None:
    """Refused unless people can still join. The organiser may add somebody until the session ends, others until sign-up
    closes or the session begins."""
    session, now = role.session, clock.now()
    project = session.activity.project
    if project.state != ProjectState.PUBLISHED:
        raise Refused(_("The project is not open: %(state)s.") % {"state": project.get_state_display()})
    if session.state == Session.State.CANCELLED or session.activity.state == Activity.State.CANCELLED:
        raise Refused(_("This session was cancelled. Choose another one."))
    if session.state == Session.State.HELD or now >= session.ends_at:
        raise Refused(_("This session is over. Choose another one."))
    if by_organiser:
        return
    if now >= session.starts_at:
        raise Refused(_("This session has begun. Speak to the organiser there."))
    if session.closes_at is not None and now > session.closes_at:
        raise Refused(_("Sign-up for this session has closed. Call the organiser, or choose another one."))


def persons_locked(persons: Iterable[int]) -> None:
    """Let nobody else enrol these persons anywhere until the action ends."""
    with connection.cursor() as cursor:
        statement = "SELECT 1 FROM yinling_person WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"
        cursor.execute(statement, [list(persons)])


# Every sign-up asks it.
_ELSEWHERE = """SELECT held.id FROM yinling_enrolment held JOIN yinling_session session ON session.id = held.session_id
WHERE held.person_id = %(person)s AND held.id <> %(but)s AND held.state <> ALL(%(gone)s)
    AND (held.session_id = %(session)s OR held.state = %(confirmed)s AND session.state <> %(cancelled)s
        AND session.starts_at < %(ends)s AND session.ends_at > %(starts)s)
ORDER BY held.id LIMIT 1"""


def clash(role: SessionRole, person: int, but: int = 0) -> str:
    """Why the person cannot be in this session as well, empty if nothing speaks against it: they are in it already, or in
    another one at the same time. `but`: an enrolment that does not count."""
    session = role.session
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, {
            "person": person, "but": but, "gone": list(GONE), "session": session.pk,
            "confirmed": EnrolmentState.CONFIRMED, "cancelled": Session.State.CANCELLED,
            "starts": session.starts_at, "ends": session.ends_at,
        })  # fmt: skip
        row = cursor.fetchone()
    if row is None:
        return ""
    found = Enrolment.objects.select_related("session__activity").get(pk=row[0])
    if found.session_id == session.pk:
        return _("Already signed up for this session: %(state)s.") % {"state": found.get_state_display()}
    text = _("At that time the person is already in another session: %(title)s, %(when)s. Cancel one of the two.")
    return text % {"title": found.session.activity.title, "when": _shown(found.session.starts_at)}


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(clock.CHINA):%Y-%m-%d %H:%M}"


def hindered(enrolment: Enrolment, role: SessionRole) -> str:
    """Every reason why an enrolment cannot be confirmed now, in one text; empty if nothing speaks against it. A body is asked
    for nothing."""
    if enrolment.person is None:
        return ""
    person = enrolment.person
    volunteer = getattr(person, "volunteer", None)
    reasons = [one.text for one in hindrances(role=role, volunteer=volunteer, person=person, day=role.session.day)]
    return " ".join([*filter(None, [clash(role, person.pk, but=enrolment.pk)]), *reasons])


def move(enrolment: Enrolment, role: SessionRole, state: EnrolmentState, **values: object) -> Enrolment:
    """Bring an enrolment into a state, and keep the count of the places that are taken. The role is locked. Refused where
    a place is needed and none is free."""
    gain = (state in HOLDING) - (enrolment.state in HOLDING)
    if gain > 0 and role.taken >= role.capacity:
        raise Refused(
            _("No place is free: %(taken)s of %(all)s are taken.") % {"taken": role.taken, "all": role.capacity}
        )
    change(enrolment, state=state, changed_by=current().entry_id, **values)
    take(role, gain)
    return enrolment


def take(role: SessionRole, places: int) -> None:
    """Count places as taken (or given back). The database itself refuses one too many."""
    if places:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE yinling_sessionrole SET taken = taken + %s WHERE id = %s", [places, role.pk])
        role.taken += places


def move_up(role: SessionRole) -> list[Enrolment]:
    """Give the places that are free to those who wait, in the order in which they came; returns who moved up. The role is
    locked. Who is hindered keeps waiting, with the reason on record, and is asked again with the next free place."""
    session = role.session
    if role.taken >= role.capacity or session.state != Session.State.OPEN or clock.now() >= session.starts_at:
        return []
    waiting = list(
        Enrolment.objects.filter(role=role, state=EnrolmentState.WAITING)
        .select_related("person__volunteer", "body")
        .order_by("pk")
    )
    persons_locked(one.person_id for one in waiting if one.person_id is not None)
    moved = []
    for enrolment in waiting:
        if role.taken >= role.capacity:
            break
        if reason := hindered(enrolment, role):
            change(enrolment, reason=reason[:200])
        else:
            move(enrolment, role, EnrolmentState.CONFIRMED, reason="", notice=Notice.MOVED_UP)
            moved.append(enrolment)
    return moved
