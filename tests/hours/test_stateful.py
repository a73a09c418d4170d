"""Whatever is recorded, confirmed, voided and corrected in whatever order, each minute of a person counts once.

The model is one set of minutes for each person. `YINLING_LONG=40` runs it that many times as long.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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

from tests.facts.ground import SYSTEM, load, rolled_back
from tests.hours.ground import enrolled, session, volunteer
from yinling.activities import Session
from yinling.base import clock
from yinling.base.period import month, year
from yinling.base.rules import Actor, Grant, Refused
from yinling.facts import compact_totals, forget_series, verify
from yinling.figures import figure, recheck
from yinling.hours import (
    HOURS,
    SERVED,
    Attendance,
    NewRecord,
    confirm,
    confirm_many,
    confirmed_minutes,
    correct,
    record_attendance,
    record_many,
    void,
    withdraw_batch,
)
from yinling.hours.measures import ATTENDED
from yinling.network import Body, register_body
from yinling.people import Person

LONG = int(os.environ.get("YINLING_LONG", "1"))
EVE = date(2025, 6, 30)
"""Sessions run over midnight into another month, so that both totals are looked at."""

VILLAGES = ("520101001001", "520101002001", "520102001001", "530101001001")
START = datetime(2025, 6, 30, 18, 0, tzinfo=clock.CHINA)
HALF = timedelta(minutes=30)
NUMBERS, STEPS = st.integers(0, 60), st.integers(0, 6)
RECORDER, CONFIRMER = (
    Actor(number, name, (Grant("officer", ""),)) for number, name in ((9001, "recorder"), (9002, "confirmer"))
)


@dataclass(frozen=True, slots=True)
class Area:
    """The whole nation."""

    area_path: str = ""


EVERYWHERE = Area()


@dataclass(slots=True)
class Known:
    """What the model knows of a record: whose, where, the half hours it holds, how it stands."""

    person: int
    path: str
    steps: range
    state: str = "waiting"
    order: int = 0
    batch: int = 0


class Presence(RuleBasedStateMachine):
    """The platform on one side, sets of half hours on the other."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[int, Known] = {}
        self.ticks, self.batches = 0, 0
        self.scope = rolled_back()
        self.scope.__enter__()
        forget_series()

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    @initialize()
    def ground(self) -> None:
        places = load(on=date(2011, 6, 1))
        body = register_body(
            place=places["52"], kind=Body.Kind.OFFICE, name="老龄办", founded=date(2011, 6, 1), by=SYSTEM
        )
        self.people: list[Person] = [volunteer(places[VILLAGES[0]], f"张{number}", number) for number in range(2)]
        for person in self.people:
            person.volunteer.health_declared_on = EVE
            person.volunteer.save()
        self.sessions: list[Session] = [
            session(places[path], body, path, start=START, end=START + 16 * HALF) for path in VILLAGES
        ]
        for held in self.sessions:
            enrolled(held, *self.people)
        for number in range(6):  # a course begins with records that share time, so that little is needed to go wrong
            self.record(number, number, number // 2, 3)
            self.confirm(number, CONFIRMER)

    def now(self) -> datetime:
        self.ticks += 1
        return START + timedelta(days=2, minutes=self.ticks)

    def attempt(self, act: Any, **arguments: Any) -> Any:
        """Do it a minute later than the last; None where it is refused."""
        with clock.frozen(self.now()):
            try:
                return act(**arguments)
            except Refused:
                return None

    def note(self, row: Attendance | None, batch: int = 0) -> None:
        if row is None:
            return
        begin = int((row.started_at - START) / HALF)
        assert row.ended_at is not None
        steps = range(begin, int((row.ended_at - START) / HALF))
        self.known[row.pk] = Known(row.person_id, row.area_path, steps, batch=batch)

    @rule(who=NUMBERS, where=NUMBERS, begin=STEPS, length=st.integers(1, 4))
    def record(self, who: int, where: int, begin: int, length: int) -> None:
        row = self.attempt(
            record_attendance, session=self.sessions[where % 4], person=self.people[who % 2],
            started_at=START + begin * HALF, ended_at=START + (begin + length) * HALF, source="list", by=RECORDER,
        )  # fmt: skip
        self.note(row)

    @rule(rows=st.lists(st.tuples(NUMBERS, NUMBERS, STEPS), min_size=1, max_size=5))
    def import_list(self, rows: list[tuple[int, int, int]]) -> None:
        self.batches += 1
        wanted = {
            (self.sessions[where % 4].pk, self.people[who % 2].pk, begin): NewRecord(
                self.sessions[where % 4].pk, self.people[who % 2].pk, START + begin * HALF, START + (begin + 3) * HALF
            )
            for who, where, begin in rows
        }
        taken = {(row.person, row.path, row.steps.start) for row in self.known.values() if row.state != "voided"}
        paths = {held.pk: held.area_path for held in self.sessions}
        fresh = [new for (at, who, begin), new in wanted.items() if (who, paths[at], begin) not in taken]
        if self.attempt(record_many, rows=fresh, area=EVERYWHERE, batch_id=self.batches, by=RECORDER):
            for row in Attendance.objects.filter(batch_id=self.batches):
                self.note(row, self.batches)

    def chosen(self, number: int, *states: str) -> Attendance | None:
        keys = sorted(key for key, row in self.known.items() if row.state in states)
        return Attendance.objects.select_related("session").get(pk=keys[number % len(keys)]) if keys else None

    @rule(number=NUMBERS, by=st.sampled_from([RECORDER, CONFIRMER]))
    def confirm(self, number: int, by: Actor) -> None:
        row = self.chosen(number, "waiting", "confirmed", "voided")
        if row is None:
            return
        model = self.known[row.pk]
        may = model.state == "waiting" and by is CONFIRMER
        done = self.attempt(confirm, attendance=row, reason="核实", by=by)
        assert (done is not None) == may
        if done is not None:
            model.state, model.order = "confirmed", self.ticks

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=4))
    def confirm_some(self, numbers: list[int]) -> None:
        rows = {row.pk: row for number in numbers if (row := self.chosen(number, "waiting")) is not None}
        done = self.attempt(confirm_many, area=EVERYWHERE, ids=list(rows), by=CONFIRMER)
        for key in rows:
            if Attendance.objects.get(pk=key).state == "confirmed":
                self.known[key].state, self.known[key].order = "confirmed", self.ticks
        assert done.count + done.left_out == len(rows)

    @rule(number=NUMBERS)
    def void(self, number: int) -> None:
        row = self.chosen(number, "waiting", "confirmed", "confirmed", "voided")
        if row is not None and self.attempt(void, attendance=row, reason="有误", by=CONFIRMER) is not None:
            self.known[row.pk].state = "voided"

    @rule(number=NUMBERS, begin=STEPS, length=st.integers(1, 3))
    def correct(self, number: int, begin: int, length: int) -> None:
        row = self.chosen(number, "waiting", "confirmed")
        if row is None:
            return
        new = self.attempt(
            correct, attendance=row, started_at=START + begin * HALF, ended_at=START + (begin + length) * HALF,
            reason="时间有误", by=RECORDER,
        )  # fmt: skip
        if new is not None:
            self.known[row.pk].state = "voided"
            self.note(new)

    @precondition(lambda self: any(row.batch and row.state != "voided" for row in self.known.values()))
    @rule(number=NUMBERS)
    def undo(self, number: int) -> None:
        batches = sorted({row.batch for row in self.known.values() if row.batch and row.state != "voided"})
        batch = batches[number % len(batches)]
        done = self.attempt(withdraw_batch, batch_id=batch, entry_id=0, reason="导错文件", area=EVERYWHERE, by=RECORDER)
        if done is None:
            return
        for row in self.known.values():
            if row.batch == batch:
                row.state = "voided"

    @rule()
    def fold(self) -> None:
        compact_totals()

    @invariant()
    def each_minute_counts_once(self) -> None:
        """Counted in the order of confirmation, by person, place and month; the facts add up to the same."""
        expected: dict[int, int] = {}
        seen: dict[int, set[int]] = {}
        for key, row in sorted(self.known.items(), key=lambda item: (item[1].order, item[0])):
            if row.state == "confirmed":
                fresh = set(row.steps) - seen.setdefault(row.person, set())
                seen[row.person] |= fresh
                expected[key] = 30 * len(fresh)
        rows = Attendance.objects.all()
        assert {row.pk: row.counted for row in rows if row.state == "confirmed"} == expected
        assert all(row.counted == 0 for row in rows if row.state != "confirmed")
        by_path = {key: self.known[key].path for key in expected}
        for path in ("", "52", "5201", "520101", "520101001", "520101001001", "520102", "53"):
            total = sum(minutes for key, minutes in expected.items() if by_path[key].startswith(path))
            assert int(figure(HOURS, path=path, period=year(2025)).value or 0) == total
            parts = [int(figure(HOURS, path=path, period=month(2025, number)).value or 0) for number in (6, 7)]
            assert sum(parts) == total
        for person in self.people if hasattr(self, "people") else ():
            assert confirmed_minutes(person) == 30 * len(seen.get(person.pk, ()))
        assert figure(SERVED, path="", period=year(2025)).value == len([steps for steps in seen.values() if steps])
        assert _attended() == len(expected)

    @invariant()
    def nothing_is_found_wrong(self) -> None:
        assert [*recheck(), *verify()] == []


def _attended() -> int:
    from yinling.figures import Definition, Sum

    every = Sum(Definition("test.attended", "", "person_time", ""), ATTENDED)
    return int(figure(every, path="", period=year(2025)).value or 0)


@pytest.mark.long
@pytest.mark.django_db
def test_whatever_happens_each_minute_counts_once() -> None:
    run_state_machine_as_test(
        Presence,
        settings=settings(
            max_examples=20 * LONG, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],
        ),
    )  # fmt: skip
