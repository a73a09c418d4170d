"""Who comes to the demo city's next sessions: helpers drawn by a fixed seed, and what the retired teacher of the demo has before
her: a place, a number on a waiting list, an invitation to answer."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from yinling.activities.actions.enrolments import enrol
from yinling.activities.models import Enrolment, ProjectState, Session, SessionRole
from yinling.base import clock
from yinling.base.paths import under
from yinling.base.rules import Actor, Refused
from yinling.volunteers import State, Volunteer

SEED = 20251201
ROLES, EACH = 40, 5
"""Roles of the next sessions that are filled, and how many people each is given."""

CANDIDATES = 400


def enrolments(*, city: str, teacher: Volunteer, by: Actor) -> int:
    """Enrol volunteers of the city (its path) in the roles of its next sessions that give service, recorded by `by` in their
    presence; then the teacher, by her own sign-in, in what lies nearest to her. Returns how many enrolments there are."""
    chance = random.Random(SEED)
    before = Enrolment.objects.count()
    roles = _roles(city, teacher.area_path)
    people = list(
        Volunteer.objects.select_related("person")
        .filter(under(city), state=State.ACTIVE, health_declared_on__isnull=False)
        .exclude(pk=teacher.pk)
        .order_by("-health_declared_on", "pk")[:CANDIDATES]
    )
    chance.shuffle(people)
    pool = iter(people)
    for number, role in enumerate(roles):
        _fill(role, pool, EACH if number else role.capacity, by)
    _teachers_own(teacher, roles, by)
    return Enrolment.objects.count() - before


def _roles(city: str, home: str) -> list[SessionRole]:
    """Roles of the next sessions, those of the teacher's county first, the smallest of these at the head: it is filled."""
    now = clock.now()
    rows = SessionRole.objects.select_related("session__activity__project").filter(
        under(city), serves=True, session__state=Session.State.OPEN, session__starts_at__gt=now, session__by_choice=False,
        session__activity__project__state=ProjectState.PUBLISHED,
    )  # fmt: skip
    county = home[:6]
    near = sorted(rows.filter(under(county)).order_by("session__starts_at", "pk"), key=lambda role: role.capacity)
    far = rows.exclude(under(county)).order_by("session__starts_at", "pk")
    return [*near, *far][:ROLES]


def _fill(role: SessionRole, pool: Iterator[Volunteer], places: int, by: Actor) -> None:
    """Give a role so many people; who is hindered is left out."""
    for volunteer in islice(pool, places):
        try:
            enrol(role=role, person=volunteer.person, present=True, by=by)
        except Refused:
            continue


def _teachers_own(teacher: Volunteer, roles: Sequence[SessionRole], by: Actor) -> None:
    """The first role that is full puts her on its list; the next one gives her a place; to a third she is invited."""
    herself = Actor(account_id=teacher.account_id, name=teacher.person.name, origin=by.origin)
    wanted = 3
    for role in roles:
        if not wanted:
            return
        try:
            if wanted == 1:
                enrol(role=role, person=teacher.person, by=by)
            else:
                enrol(role=role, by=herself)
        except Refused:
            continue
        wanted -= 1
