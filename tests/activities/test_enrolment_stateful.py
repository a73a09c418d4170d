"""Whatever is done in whatever order, places, waiting list and answers are what a plain model says.

`YINLING_LONG=40` runs it that many times as long.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.activities.joining import NOON, actor, project, role, sound, volunteer
from tests.facts.ground import SYSTEM, load, rolled_back
from yinling.activities import Enrolment, SessionRole, enrol, enrolments
from yinling.base import clock
from yinling.base.rules import Refused
from yinling.facts import forget_series
from yinling.network import register_body
from yinling.people import Person
from yinling.volunteers import Volunteer

LONG = int(os.environ.get("YINLING_LONG", "1"))
PEOPLE, VILLAGE = 6, "520101001001"
LIVE = ("applied", "invited", "confirmed", "waiting")
WHO, WHERE = st.integers(0, PEOPLE - 1), st.integers(0, 1)


@dataclass
class Line:
    """What a role should look like: who is in it, in the order in which they came, with their states."""

    capacity: int
    by_choice: bool
    rows: list[tuple[int, int, str]] = field(default_factory=list)
    """Enrolment, person (by number), state."""

    def taken(self) -> int:
        return sum(state in ("confirmed", "invited") for _key, _who, state in self.rows)

    def held_by(self, who: int) -> tuple[int, str] | None:
        return next(((key, state) for key, one, state in self.rows if one == who and state in LIVE), None)

    def put(self, key: int, state: str) -> None:
        self.rows = [(one, who, state if one == key else old) for one, who, old in self.rows]

    def move_up(self, may: Callable[[int], bool]) -> None:
        for key, who, state in self.rows:
            if state == "waiting" and self.taken() < self.capacity and may(who):
                self.put(key, "confirmed")


class Joining(RuleBasedStateMachine):
    """Two sessions at the same time and six people; who is paused is hindered. A refused action changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.scope, self.time = rolled_back(), clock.frozen(NOON)
        self.scope.__enter__()
        self.time.__enter__()
        forget_series()

    def teardown(self) -> None:
        self.time.__exit__(None, None, None)
        self.scope.__exit__(None, None, None)

    @initialize(first=st.integers(1, 3), second=st.integers(1, 3), choice=st.booleans())
    def begin(self, first: int, second: int, choice: bool) -> None:
        place = load()[VILLAGE]
        office = register_body(
            place=place, kind="office", name="老龄办", founded=NOON.date() - timedelta(days=900), by=SYSTEM
        )
        of = project(office, place)
        self.people: list[Volunteer] = [volunteer(place) for _each in range(PEOPLE)]
        self.paused: set[int] = set()
        self.roles = [role(of, first), role(of, second, days=3.01, by_choice=choice)]
        self.lines = [Line(first, False), Line(second, choice)]

    def may(self, at: int, who: int) -> bool:
        """Whether nothing hinders somebody from a confirmed place: active, and not confirmed in the other session."""
        other = self.lines[1 - at].held_by(who)
        return who not in self.paused and not (other and other[1] == "confirmed")

    def role(self, at: int) -> SessionRole:
        return SessionRole.objects.get(pk=self.roles[at].pk)

    def tried(self, expected: bool, work: Callable[[], object]) -> object:
        """Do it; it must go through exactly when the model says so."""
        try:
            done = work()
        except (Refused, ValidationError):
            assert not expected
            return None
        assert expected
        return done

    @rule(at=WHERE, who=WHO)
    def sign_up(self, at: int, who: int) -> None:
        line = self.lines[at]
        expected = self.may(at, who) and line.held_by(who) is None
        made = self.tried(expected, lambda: enrol(role=self.role(at), by=actor(self.people[who])))
        if isinstance(made, Enrolment):
            full = line.taken() >= line.capacity
            line.rows.append((made.pk, who, "applied" if line.by_choice else "waiting" if full else "confirmed"))

    @rule(at=WHERE, who=WHO, present=st.booleans())
    def organiser_adds(self, at: int, who: int, present: bool) -> None:
        line = self.lines[at]
        full = line.taken() >= line.capacity
        expected = self.may(at, who) and line.held_by(who) is None and (present or not full)
        person = Person.objects.get(pk=self.people[who].pk)
        made = self.tried(expected, lambda: enrol(role=self.role(at), person=person, present=present, by=SYSTEM))
        if isinstance(made, Enrolment):
            line.rows.append((made.pk, who, "invited" if not present else "waiting" if full else "confirmed"))

    @rule(at=WHERE, who=WHO, yes=st.booleans())
    def answer(self, at: int, who: int, yes: bool) -> None:
        line, held = self.lines[at], self.lines[at].held_by(who)
        if held is None:
            return
        act = enrolments.accept_invitation if yes else enrolments.decline_invitation
        expected = held[1] == "invited" and (not yes or self.may(at, who))
        row = Enrolment.objects.get(pk=held[0])
        if self.tried(expected, lambda: act(enrolment=row, by=actor(self.people[who]))):
            line.put(held[0], "confirmed" if yes else "declined")
            if not yes:
                line.move_up(lambda one: self.may(at, one))

    @rule(at=WHERE, who=WHO, yes=st.booleans())
    def choose(self, at: int, who: int, yes: bool) -> None:
        line, held = self.lines[at], self.lines[at].held_by(who)
        if held is None:
            return
        row = Enrolment.objects.get(pk=held[0])
        if yes:
            expected = held[1] == "applied" and self.may(at, who) and line.taken() < line.capacity
            done = self.tried(expected, lambda: enrolments.accept_enrolment(enrolment=row, by=SYSTEM))
        else:
            done = self.tried(
                held[1] == "applied", lambda: enrolments.decline_enrolment(enrolment=row, reason="已满", by=SYSTEM)
            )
        if done:
            line.put(held[0], "confirmed" if yes else "declined")

    @rule(at=WHERE, who=WHO, own=st.booleans())
    def cancel(self, at: int, who: int, own: bool) -> None:
        line, held = self.lines[at], self.lines[at].held_by(who)
        if held is None:
            return
        row, by = Enrolment.objects.get(pk=held[0]), actor(self.people[who]) if own else SYSTEM
        self.tried(True, lambda: enrolments.cancel_enrolment(enrolment=row, reason="有事", by=by))
        line.put(held[0], "cancelled")
        line.move_up(lambda one: self.may(at, one))

    @rule(at=WHERE, places=st.integers(0, 5))
    def offer(self, at: int, places: int) -> None:
        line = self.lines[at]
        expected = places >= line.taken()
        if (
            self.tried(expected, lambda: enrolments.set_places(role=self.role(at), places=places, by=SYSTEM))
            is not None
        ):
            line.capacity = places
            line.move_up(lambda one: self.may(at, one))

    @rule(who=WHO)
    def pause(self, who: int) -> None:
        """Somebody becomes hindered, or is no longer; it is asked again with the next place that becomes free."""
        self.paused ^= {who}
        state = "paused" if who in self.paused else "active"
        Volunteer.objects.filter(pk=self.people[who].pk).update(state=state)

    @invariant()
    def as_the_model_says(self) -> None:
        for of, line in zip(getattr(self, "roles", ()), getattr(self, "lines", ()), strict=True):
            sound(of)
            rows = list(Enrolment.objects.filter(role=of).order_by("pk").values_list("pk", "state"))
            assert rows == [(key, state) for key, _who, state in line.rows]


@pytest.mark.django_db
def test_signing_up_in_whatever_order() -> None:
    run_state_machine_as_test(
        Joining,
        settings=settings(
            max_examples=10 * LONG, stateful_step_count=20, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip
