"""Checking in by the rotating code, a village square full of people at once, on the demo."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from threading import Thread

from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from tools.bench_sections import Bench
from yinling.activities import NewRole, Session, add_session, enrol
from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.base.rules import Actor
from yinling.hours.checking_in import Handed, TicketState, hand_in_code, roster
from yinling.hours.codes import code_at, step_at
from yinling.network import Place, actor_of
from yinling.volunteers import Particulars, Volunteer, register_volunteer, standing

BY = Actor.for_system("bench")
PEOPLE, AT_ONCE = 400, 2
PLAIN = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def checkin(bench: Bench) -> None:
    """Everybody of a session checks in by its code, as many at once as the machine has processors."""
    session = _session()
    crowd = _crowd(session)
    waiting = list(crowd)
    taken: list[float] = []
    with CaptureQueriesContext(connection) as seen:
        _check_in(session, waiting.pop())
    bench.add("check in by a code: statements", len(seen), "SQL", "≤ 33")
    for volunteer in [waiting.pop() for _one in range(99)]:
        started = time.perf_counter()
        _check_in(session, volunteer)
        taken.append((time.perf_counter() - started) * 1000)
    bench.add("check in by a code, one after the other", statistics.median(taken), "ms", "≤ 50")
    number, seconds = len(waiting), _together(partial(_check_in_all, session), waiting)
    bench.add(f"check-ins a minute, {AT_ONCE} at once", number / seconds * 60, "a min", "≥ 1000")
    started = time.perf_counter()
    roster(session)
    bench.add(f"the organiser's list of {PEOPLE} people", (time.perf_counter() - started) * 1000, "ms", "≤ 200")


def _check_in_all(session: Session, part: Sequence[Volunteer]) -> None:
    for one in part:
        _check_in(session, one)


def _check_in(session: Session, volunteer: Volunteer) -> None:
    step = step_at(clock.now().timestamp(), 30)
    assert volunteer.account is not None
    by = actor_of(volunteer.account, "bench")
    code = code_at(bytes(session.key), session.pk, "in", step).long
    ticket = hand_in_code(
        volunteer=volunteer, code=code, session=session, step=step, handed=Handed(browser=f"b{volunteer.pk}"), by=by
    )
    assert ticket.state == TicketState.ACCEPTED, ticket.reason


def _together(work: Callable[[Sequence[Volunteer]], object], crowd: Sequence[Volunteer]) -> float:
    """Seconds that all of it takes, shared among threads with connections of their own."""

    def run(part: Sequence[Volunteer]) -> None:
        work(part)
        connection.close()

    threads = [Thread(target=run, args=(crowd[number::AT_ONCE],)) for number in range(AT_ONCE)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def _session() -> Session:
    activity = Session.objects.filter(day=clock.today()).order_by("pk")[0].activity
    now = clock.now()
    return add_session(
        activity=activity, starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=30),
        venue=f"基准{now.timestamp():.0f}", roles=[NewRole("志愿者", PEOPLE, serves=True)], by=BY,
    )  # fmt: skip


@override_settings(PASSWORD_HASHERS=PLAIN)
def _crowd(session: Session) -> list[Volunteer]:
    """People with a sign-in each who signed up; password hashing is not what is measured."""
    place, role = Place.objects.get(pk=session.place_id), session.roles.get()
    first = Volunteer.objects.count()
    crowd = []
    for number in range(first, first + PEOPLE):
        born = date(1950, 1, 1) + timedelta(days=number)
        volunteer = register_volunteer(
            place=place, name=f"基准{number}", resident_id=synthetic_resident_id(born, 100), source="community",
            particulars=Particulars(healthy=True), verified=True, on=clock.today(), by=BY,
        )  # fmt: skip
        standing.open_sign_in(
            volunteer=volunteer, password="bench-bench-bench", phone=f"139{number:08}", by=BY
        )  # fmt: skip
        enrol(role=role, person=volunteer.person, present=True, by=BY)
        crowd.append(Volunteer.objects.select_related("account").get(pk=volunteer.pk))
    return crowd
