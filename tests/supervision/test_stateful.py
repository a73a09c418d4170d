"""Whatever the two sides do with findings in whatever order, states and figures are those of a plain model.

`YINLING_LONG=40` runs it that many times as long.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.facts.ground import NETWORK, SYSTEM, load, rolled_back
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Refused
from yinling.base.workdays import is_workday
from yinling.facts import compact_totals, forget_series, verify
from yinling.figures import recheck, table
from yinling.network import Body, Place, move_place, register_body
from yinling.supervision import (
    FINDING_MEASURES,
    STEPS,
    VISITS,
    Finding,
    SupervisionVisit,
    Wanted,
    add_finding,
    answer,
    close,
    findings,
    record_visit,
    reopen,
    send_back,
    withdraw_finding,
    withdraw_visit,
)

LONG = int(os.environ.get("YINLING_LONG", "1"))
BEGIN = date(2012, 2, 1)
VILLAGES = ("520101001001", "520101002001", "520102001001")
MOST = 6
"""Visits, and findings, of one run: few of them, so that each goes a long way."""

NUMBERS = st.integers(0, 60)
ACTIONS: dict[str, Any] = {
    "answer": answer, "close": close, "send-back": send_back, "reopen": reopen, "withdraw": withdraw_finding,
}  # fmt: skip
COURSE = {
    ("open", "answer"): "answered", ("sent_back", "answer"): "answered", ("answered", "close"): "closed",
    ("answered", "send-back"): "sent_back", ("closed", "reopen"): "open", ("open", "withdraw"): "withdrawn",
    ("answered", "withdraw"): "withdrawn", ("sent_back", "withdraw"): "withdrawn", ("closed", "withdraw"): "withdrawn",
}  # fmt: skip
"""Where each step leads, written down once more by hand."""


@dataclass(slots=True)
class Case:
    """A finding as somebody would keep it on paper. `lay`: where it lay, each from a day."""

    lay: list[tuple[date, str]]
    visited: date
    due: date
    state: str = "open"
    closed: tuple[date, str, bool] | None = None
    """Day, place, whether in time."""
    found_at: str = field(default="")


def due(day: date, workdays: int) -> date:
    """So many working days later, counted one by one."""
    while workdays:
        day += timedelta(days=1)
        workdays -= is_workday(day)
    return day


class Supervision(RuleBasedStateMachine):
    """The platform on one side, the cases on the other. A refused action must leave both as they were."""

    def __init__(self) -> None:
        super().__init__()
        self.day, self.cases = BEGIN, dict[int, Case]()
        self.visits: dict[int, tuple[date, str]] = {}
        self.scope = rolled_back()
        self.scope.__enter__()
        forget_series()

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    @initialize()
    def network(self) -> None:
        places = load(NETWORK, on=date(2011, 1, 1))
        self.office = register_body(place=places["5201"], kind=Body.Kind.OFFICE, name="市办", founded=BEGIN, by=SYSTEM)
        self.bodies = [
            register_body(place=places[path], kind=Body.Kind.TEAM, name="队", founded=BEGIN, by=SYSTEM)
            for path in VILLAGES
        ]
        for number in range(2):
            self.visit(number, back=0, days=1)
            self.find(number, workdays=5, severity="mend")

    def attempt(self, act: Any, **arguments: Any) -> Any:
        """Do it as of today; None where it is refused."""
        with clock.frozen(self.day):
            try:
                return act(by=SYSTEM, **arguments)
            except Refused:
                return None

    @precondition(lambda self: len(self.visits) < MOST)
    @rule(number=NUMBERS, back=st.integers(0, 20), days=st.integers(0, 9))
    def visit(self, number: int, back: int, days: int) -> None:
        self.day += timedelta(days=days)
        body = Body.objects.select_related("place").get(pk=self.bodies[number % len(self.bodies)].pk)
        on = self.day - timedelta(days=back)
        made = self.attempt(record_visit, office=self.office, place=body.place, body=body, visited_on=on)
        again = any(
            (on, body.pk) == (visit.visited_on, visit.body_id)
            for visit in SupervisionVisit.objects.filter(withdrawn=False)
            if made is None or visit.pk != made.pk
        )
        assert (made is None) == again
        if made is not None:
            self.visits[made.pk] = (on, made.area_path)

    @precondition(lambda self: self.visits and len(self.cases) < MOST)
    @rule(number=NUMBERS, workdays=st.integers(1, 12), severity=st.sampled_from(["note", "mend", "serious"]))
    def find(self, number: int, workdays: int, severity: str) -> None:
        pk = sorted(self.visits)[number % len(self.visits)]
        visit = SupervisionVisit.objects.select_related("body").get(pk=pk)
        what = f"问题{len(self.cases)}"
        made = self.attempt(add_finding, visit=visit, what=what, severity=severity, owner=visit.body, workdays=workdays)
        assert made is not None
        self.cases[made.pk] = Case(
            [(date.min, visit.area_path)], visit.visited_on, due(self.day, workdays), found_at=visit.area_path
        )

    @precondition(lambda self: self.cases)
    @rule(number=NUMBERS, verb=st.sampled_from(sorted(STEPS)), days=st.integers(0, 6), workdays=st.integers(1, 9))
    def try_a_step(self, number: int, verb: str, days: int, workdays: int) -> None:
        self.day += timedelta(days=days)
        self.take(sorted(self.cases)[number % len(self.cases)], verb, workdays)

    @precondition(lambda self: self.going())
    @rule(number=NUMBERS, choices=st.lists(st.integers(0, 2), min_size=1, max_size=4), workdays=st.integers(1, 9))
    def go_on(self, number: int, choices: list[int], workdays: int) -> None:
        """Some steps that lead on, the last of them now and then on the very day the finding is due."""
        pk = self.going()[number % len(self.going())]
        case = self.cases[pk]
        for choice in choices:
            if choice:
                self.day = max(self.day, case.due)
            verbs = [verb for state, verb in COURSE if state == case.state and verb != "withdraw"]
            self.take(pk, verbs[choice // 2 % len(verbs)], workdays)

    def going(self) -> list[int]:
        """The findings that were not withdrawn."""
        return sorted(pk for pk, case in self.cases.items() if case.state != "withdrawn")

    def take(self, pk: int, verb: str, workdays: int) -> None:
        case, finding = self.cases[pk], Finding.objects.get(pk=pk)
        more = {"workdays": workdays} if verb == "reopen" else {}
        done = self.attempt(ACTIONS[verb], finding=finding, text="说明", seen=finding.changed_by, **more)
        wanted = COURSE.get((case.state, verb))
        assert (done.state if done else None) == wanted
        if wanted is None:
            return
        case.state = wanted
        if verb == "close":
            case.closed = (self.day, finding.area_path, self.day <= case.due)
        elif verb == "reopen":
            case.closed, case.due = None, due(self.day, workdays)
            # While it was closed nothing of it lay anywhere; now it lies where its place is, from today.
            if case.lay[-1][1] != finding.area_path:
                case.lay.append((self.day, finding.area_path))

    @precondition(lambda self: self.visits)
    @rule(number=NUMBERS)
    def withdraw(self, number: int) -> None:
        pk = sorted(self.visits)[number % len(self.visits)]
        visit = SupervisionVisit.objects.get(pk=pk)
        standing = visit.findings.exclude(state="withdrawn").exists()
        done = self.attempt(withdraw_visit, visit=visit, reason="没有去")
        assert (done is None) == standing
        if done is not None:
            del self.visits[pk]

    @precondition(lambda self: self.cases)
    @rule(number=NUMBERS, parent=st.sampled_from(["520101001", "520101002", "520102001"]))
    def move(self, number: int, parent: str) -> None:
        self.day += timedelta(days=1)
        place = Place.objects.get(pk=self.bodies[number % len(self.bodies)].place_id)
        to = Place.objects.get(area_path=parent)
        moved = self.attempt(move_place, place=place, parent=to, on=self.day, basis="")
        if moved is None:
            return
        for pk, path in Finding.objects.filter(visit__place=place).values_list("pk", "area_path"):
            case = self.cases[pk]
            if case.state in {"open", "answered", "sent_back"}:
                case.lay.append((max(self.day, case.visited), path))

    @rule()
    def fold(self) -> None:
        compact_totals()

    def expected(self, path: str, day: date) -> list[int]:
        """Visits, found, open, closed, closed in time."""
        cases = [case for case in self.cases.values() if case.state != "withdrawn"]
        found = [case for case in cases if case.found_at.startswith(path) and case.visited <= day]
        closed = [case for case in cases if case.closed and case.closed[1].startswith(path) and case.closed[0] <= day]
        open_ = [
            case
            for case in cases
            if case.visited <= day
            and not (case.closed and case.closed[0] <= day)
            and [where for since, where in case.lay if since <= day][-1].startswith(path)
        ]
        visits = [on for on, where in self.visits.values() if where.startswith(path) and on <= day]
        return [len(visits), len(found), len(open_), len(closed), sum(case.closed[2] for case in closed if case.closed)]

    @invariant()
    def every_figure_is_what_the_cases_say(self) -> None:
        with clock.frozen(self.day):
            paths = ["", *Place.objects.order_by("area_path").values_list("area_path", flat=True)]
            days = [self.day, self.day - timedelta(days=5), self.day - timedelta(days=40)]
            measures = [VISITS, *FINDING_MEASURES[:-1]]
            cells = table(measures, paths=paths, periods=[as_of(day) for day in days])
            for path in paths:
                for day in days:
                    values = [int(cells.at(measure, path, as_of(day)).value or 0) for measure in measures]
                    assert values == self.expected(path, day), (path, day)

    @invariant()
    def rows_stand_where_the_cases_do(self) -> None:
        with clock.frozen(self.day):
            late = {row.pk for row in findings(SYSTEM, Wanted(overdue=True))}
        for row in Finding.objects.all():
            case = self.cases[row.pk]
            assert (row.state, row.due_on) == (case.state, case.due)
            assert row.closed_on == (case.closed[0] if case.closed and case.state == "closed" else None)
            unsettled = case.state in {"open", "answered", "sent_back"}
            assert (row.pk in late) == (unsettled and case.due < self.day)

    @invariant()
    def everything_kept_beside_the_facts_agrees(self) -> None:
        assert [*recheck(), *verify()] == []


@pytest.mark.long
@pytest.mark.django_db
def test_any_course_of_findings_gives_the_figures_of_a_plain_model() -> None:
    run_state_machine_as_test(
        Supervision,
        settings=settings(
            max_examples=16 * LONG, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],  # to shrink a course of events takes far longer than to read it
        ),
    )  # fmt: skip
