"""Whatever is done with volunteers in whatever order: the figures are what a plain book of who is registered says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests import cast as at
from tests.volunteers.ground import counted, make
from tests.volunteers.served import HEADS, MINUTES, serve
from yinling.base import clock
from yinling.base.period import year
from yinling.figures import Distinct, Sum, figure, recheck
from yinling.people import merge_people
from yinling.volunteers import Particulars, State, Volunteer, measures, standing

if TYPE_CHECKING:
    from tests.cast import Cast

START = date(2024, 1, 1)
COUNTED = {State.ACTIVE, State.PAUSED}


class Book(RuleBasedStateMachine):
    """Volunteers of one community; beside each its state, profession and minutes as a plain book has them."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.saved = transaction.savepoint()
        self.made = 0
        self.states: dict[int, State] = {}
        self.professional: dict[int, bool] = {}
        self.minutes: dict[int, int] = {}
        self.day = START

    def teardown(self) -> None:
        """Nothing is left for the next run."""
        transaction.savepoint_rollback(self.saved)

    def _one(self, data: st.DataObject, *states: State) -> Volunteer:
        keys = sorted(key for key, state in self.states.items() if state in states)
        return Volunteer.objects.select_related("person").get(pk=data.draw(st.sampled_from(keys)))

    def _any(self, *states: State) -> bool:
        return any(state in states for state in self.states.values())

    def _tomorrow(self) -> date:
        self.day += timedelta(days=1)
        return self.day

    @rule(verified=st.booleans(), professional=st.booleans())
    def register(self, verified: bool, professional: bool) -> None:
        """A new volunteer."""
        self.made += 1
        given = Particulars(profession="law" if professional else "")
        row = make(self.cast, self.made, particulars=given, verified=verified, on=self._tomorrow())
        self.states[row.pk] = State.ACTIVE if verified else State.APPLIED
        self.professional[row.pk], self.minutes[row.pk] = professional, 0

    @precondition(lambda self: self._any(State.APPLIED, State.ACTIVE, State.PAUSED))
    @rule(data=st.data(), professional=st.booleans())
    def change(self, data: st.DataObject, professional: bool) -> None:
        """Another profession."""
        row = self._one(data, State.APPLIED, State.ACTIVE, State.PAUSED)
        given = Particulars(profession="law" if professional else "")
        standing.change_volunteer(volunteer=row, particulars=given, on=self._tomorrow(), by=at.SYSTEM)
        self.professional[row.pk] = professional

    @precondition(lambda self: self._any(State.ACTIVE))
    @rule(data=st.data())
    def pause(self, data: st.DataObject) -> None:
        """Somebody pauses."""
        row = self._one(data, State.ACTIVE)
        standing.pause_volunteer(volunteer=row, reason="住院", on=self._tomorrow(), by=at.SYSTEM)
        self.states[row.pk] = State.PAUSED

    @precondition(lambda self: self._any(State.ACTIVE, State.PAUSED))
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        """Somebody leaves."""
        row = self._one(data, State.ACTIVE, State.PAUSED)
        standing.leave_volunteering(volunteer=row, reason="外迁", on=self._tomorrow(), by=at.SYSTEM)
        self.states[row.pk] = State.LEFT

    @precondition(lambda self: self._any(State.LEFT, State.PAUSED))
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        """Somebody comes back."""
        row = self._one(data, State.LEFT, State.PAUSED)
        standing.resume_volunteer(volunteer=row, on=self._tomorrow(), by=at.SYSTEM)
        self.states[row.pk] = State.ACTIVE

    @precondition(lambda self: self._any(State.ACTIVE))
    @rule(data=st.data(), minutes=st.integers(1, 300))
    def serve(self, data: st.DataObject, minutes: int) -> None:
        """Somebody serves."""
        row = self._one(data, State.ACTIVE)
        serve(person=row.person, on=START, minutes=minutes, by=at.SYSTEM)
        self.minutes[row.pk] += minutes

    @precondition(lambda self: len(self.states) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        """Two were one: the one that stays is registered if either was."""
        kept = self._one(data, *State)
        gone = self._one(data, *State)
        if kept.pk == gone.pk:
            return
        merge_people(kept=kept.person, gone=gone.person, reason="同一人", by=at.SYSTEM)
        if self.states[kept.pk] not in COUNTED and self.states[gone.pk] in COUNTED:
            self.states[kept.pk] = self.states[gone.pk]
        self.minutes[kept.pk] += self.minutes.pop(gone.pk)
        del self.states[gone.pk], self.professional[gone.pk]

    @invariant()
    def the_figures_are_those_of_the_book(self) -> None:
        """Today, and all minutes ever."""
        registered = [key for key, state in self.states.items() if state in COUNTED]
        assert counted(measures.VOLUNTEERS, on=clock.today()) == len(registered)
        assert counted(measures.PROFESSIONALS) == sum(self.professional[key] for key in registered)
        assert _in_2024(MINUTES) == sum(self.minutes.values())
        assert _in_2024(HEADS) == sum(1 for minutes in self.minutes.values() if minutes)
        assert list(recheck()) == []


def _in_2024(measure: Sum | Distinct) -> int:
    return int(figure(measure, path=at.COUNTY, period=year(2024)).value or 0)


@pytest.mark.usefixtures("counting")
def test_the_book_of_volunteers(cast: Cast) -> None:
    Book.cast = cast
    run_state_machine_as_test(
        Book,
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
