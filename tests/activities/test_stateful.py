"""Whatever is done with projects and sessions in whatever order, states and figures are those of a plain model.

`YINLING_LONG=40` runs it that many times as long.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.activities.ground import EVERYTHING, FIT, HELPERS, moment
from tests.facts.ground import NETWORK, SYSTEM, load, rolled_back
from yinling.activities import (
    Activity,
    Project,
    Session,
    add_session,
    cancel_session,
    change_project,
    change_session,
    close_project,
    close_session,
    create_activity,
    create_project,
    publish_project,
    reopen_session,
    withdraw_project,
)
from yinling.activities.project_measures import PROJECTS, SESSIONS
from yinling.base import clock
from yinling.base.period import between
from yinling.base.rules import Refused
from yinling.facts import compact_totals, forget_series, verify
from yinling.figures import recheck, table
from yinling.network import Body, register_body

LONG = int(os.environ.get("YINLING_LONG", "1"))
BEGIN = date(2026, 3, 2)
PATHS = ("5201", "520101001001", "520102001001")
NUMBERS = st.integers(0, 60)
WHOLE = between(date(2026, 1, 1), date(2026, 12, 31))


@dataclass(slots=True)
class Case:
    """A project as somebody would keep it on paper, with its sessions by key: state, day, path."""

    path: str
    activity: Activity
    state: str = "draft"
    sessions: dict[int, list[Any]] = field(default_factory=dict)


class Projects(RuleBasedStateMachine):
    """The platform on one side, the cases on the other. A refused action must leave both as they were."""

    def __init__(self) -> None:
        super().__init__()
        self.day, self.cases = BEGIN, dict[int, Case]()
        self.scope = rolled_back()
        self.scope.__enter__()
        forget_series()

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    @initialize()
    def network(self) -> None:
        self.places = load(NETWORK, on=date(2011, 1, 1))
        self.office = register_body(
            place=self.places["5201"], kind=Body.Kind.OFFICE, name="市办", founded=BEGIN, by=SYSTEM
        )
        for number in range(2):
            self.create(number, fit=True)
            self.publish(number)
            self.add(number, hour=9, days=0)

    def attempt(self, act: Any, **arguments: Any) -> Any:
        """Do it at noon of today; None where it is refused."""
        with clock.frozen(moment(self.day, 12)):
            try:
                return act(by=SYSTEM, **arguments)
            except (Refused, ValidationError):
                return None

    def project(self, number: int) -> tuple[Project, Case]:
        key = sorted(self.cases)[number % len(self.cases)]
        return Project.objects.get(pk=key), self.cases[key]

    def session(self, number: int) -> tuple[Session, Case] | None:
        every = [(key, case) for case in self.cases.values() for key in case.sessions]
        if not every:
            return None
        key, case = every[number % len(every)]
        return Session.objects.get(pk=key), case

    @rule(number=NUMBERS, fit=st.booleans())
    def create(self, number: int, fit: bool) -> None:
        if len(self.cases) == 4:
            return
        path = PATHS[number % len(PATHS)]
        texts = FIT if fit else {**FIT, "risks": ""}
        made = self.attempt(
            create_project, organiser=self.office, place=self.places[path], title=f"项目{len(self.cases)}",
            starts_on=BEGIN, ends_on=BEGIN + timedelta(days=25), **texts,
        )  # fmt: skip
        activity = self.attempt(create_activity, project=made, kind="service", title="活动", place=made.place)
        self.cases[made.pk] = Case(made.area_path, activity)

    @rule(number=NUMBERS)
    def publish(self, number: int) -> None:
        project, case = self.project(number)
        fits = case.state == "draft" and project.risks and self.day <= project.ends_on
        done = self.attempt(publish_project, project=project, checked=EVERYTHING)
        assert bool(done) == bool(fits)
        case.state = "published" if done else case.state

    @rule(number=NUMBERS, path=st.sampled_from(PATHS))
    def move(self, number: int, path: str) -> None:
        project, case = self.project(number)
        done = self.attempt(change_project, project=project, place=self.places[path])
        assert bool(done) == (case.state in ("draft", "published"))
        case.path = path if done else case.path

    @rule(number=NUMBERS)
    def end(self, number: int) -> None:
        project, case = self.project(number)
        begun = [
            one for one in case.sessions.values() if one[0] == "open" and moment(one[1], 9) <= moment(self.day, 12)
        ]
        done = self.attempt(close_project, project=project)
        assert bool(done) == (case.state == "published" and not begun)
        if done:
            case.state = "closed"
            self.cancel_open(case)

    @rule(number=NUMBERS)
    def withdraw(self, number: int) -> None:
        project, case = self.project(number)
        held = any(one[0] == "held" for one in case.sessions.values())
        done = self.attempt(withdraw_project, project=project, reason="不办了")
        assert bool(done) == (case.state in ("draft", "published") and not held)
        if done:
            case.state = "withdrawn"
            self.cancel_open(case)

    def cancel_open(self, case: Case) -> None:
        for one in case.sessions.values():
            one[0] = "cancelled" if one[0] == "open" else one[0]

    @rule(number=NUMBERS, hour=st.just(9), days=st.integers(0, 20))
    def add(self, number: int, hour: int, days: int) -> None:
        _project, case = self.project(number)
        day = BEGIN + timedelta(days=days)
        taken = any(one[0] != "cancelled" and one[1] == day for one in case.sessions.values())
        done = self.attempt(
            add_session,
            activity=case.activity,
            starts_at=moment(day, hour),
            ends_at=moment(day, hour + 2),
            roles=HELPERS,
        )
        assert bool(done) == (case.state in ("draft", "published") and not taken)
        if done:
            case.sessions[done.pk] = ["open", day, case.activity.area_path]

    @rule(number=NUMBERS, days=st.integers(0, 20))
    def postpone(self, number: int, days: int) -> None:
        if (found := self.session(number)) is None:
            return
        session, case = found
        day = BEGIN + timedelta(days=days)
        other = any(one[0] != "cancelled" and one[1] == day for key, one in case.sessions.items() if key != session.pk)
        done = self.attempt(change_session, session=session, starts_at=moment(day, 9), ends_at=moment(day, 11))
        assert bool(done) == (session.state == "open" and not other)
        if done:
            case.sessions[session.pk][1] = day

    @rule(number=NUMBERS)
    def hold(self, number: int) -> None:
        if (found := self.session(number)) is None:
            return
        session, case = found
        over = session.ends_at <= moment(self.day, 12)
        done = self.attempt(close_session, session=session)
        assert bool(done) == (session.state == "open" and over and case.state == "published")
        if done:
            case.sessions[session.pk][0] = "held"

    @rule(number=NUMBERS)
    def cancel(self, number: int) -> None:
        self._to(number, cancel_session, "open", "cancelled")

    @rule(number=NUMBERS)
    def reopen(self, number: int) -> None:
        self._to(number, reopen_session, "held", "open")

    def _to(self, number: int, act: Any, of: str, to: str) -> None:
        if (found := self.session(number)) is None:
            return
        session, case = found
        done = self.attempt(act, session=session, reason="说明原因")
        assert bool(done) == (session.state == of and (of == "open" or case.state == "published"))
        if done:
            case.sessions[session.pk][0] = to

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.day += timedelta(days=days)

    @invariant()
    def states_and_figures_agree(self) -> None:
        for key, case in self.cases.items():
            assert Project.objects.get(pk=key).state == case.state
        known = {key: one for case in self.cases.values() for key, one in case.sessions.items()}
        assert dict(Session.objects.values_list("pk", "state")) == {key: one[0] for key, one in known.items()}
        paths = ["", *PATHS, "520101"]
        values = table([PROJECTS, SESSIONS], paths=paths, periods=[WHOLE])
        for path in paths:
            counting = [case.path for case in self.cases.values() if case.state in ("published", "closed")]
            held = [one[2] for one in known.values() if one[0] == "held"]
            for measure, lying in ((PROJECTS, counting), (SESSIONS, held)):
                assert (values.at(measure, path, WHOLE).value or 0) == sum(one.startswith(path) for one in lying)


@pytest.mark.django_db
def test_projects_whatever_happens() -> None:
    checks = settings(
        max_examples=12 * LONG, stateful_step_count=20, deadline=None, derandomize=LONG == 1,
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink), database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Projects, settings=checks)


@pytest.mark.django_db
def test_the_trail_and_the_totals_hold_after_a_course() -> None:
    machine = Projects()
    try:
        machine.network()
        machine.day += timedelta(days=1)
        machine.hold(0)
        machine.move(0, PATHS[1])
        machine.reopen(0)
        machine.withdraw(0)
        machine.withdraw(1)
        compact_totals()
        assert not list(recheck())
        assert not list(verify())
        machine.states_and_figures_agree()
    finally:
        machine.teardown()
