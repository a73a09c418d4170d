"""Marks and the end of a class under any order of steps: nobody confirms their own, nobody finishes by what is not confirmed,
the figure is the number of those who finished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import cast as at
from tests.cast import Cast
from tests.training.ground import LAST, Ground, actor, attend, ground
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Refused
from yinling.figures import figure, measure_of
from yinling.training import (
    ClassState,
    Mark,
    MarkState,
    Trainee,
    TraineeState,
    confirm_mark,
    enter_mark,
    finish_class,
    withdraw_mark,
)

STEP = st.tuples(
    st.sampled_from(("enter", "confirm", "withdraw", "finish")), st.integers(0, 1), st.sampled_from(("theory", "skills")),
    st.sampled_from((0, 59, 60, 100)), st.sampled_from(("county", "township")), st.integers(0, 400),
)  # fmt: skip


@pytest.mark.django_db
def test_any_order_of_steps(cast: Cast) -> None:
    made = ground(cast)
    attend(cast, made, made.trainees)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
    @given(steps=st.lists(STEP, max_size=14))
    def example(steps: list[tuple[str, int, str, int, str, int]]) -> None:
        with transaction.atomic():
            for step in steps:
                _take(cast, made, *step)
                _holds(made)
            transaction.set_rollback(True)  # the next example begins with the class as it was

    example()


def _take(cast: Cast, made: Ground, verb: str, who: int, part: str, points: int, name: str, days: int) -> None:
    """Take one step, as one of two accounts, on a day after the class; what is refused changes nothing."""
    trainee, by = made.trainees[who], actor(getattr(cast, name))
    marks = Mark.objects.filter(trainee=trainee, part=part).exclude(state=MarkState.WITHDRAWN).order_by("-attempt")
    last = marks.first()
    steps: dict[str, Callable[[], object]] = {
        "enter": lambda: enter_mark(
            trainee=trainee, part=part, mark=Decimal(points), taken_on=LAST + timedelta(days=days), by=by
        ),
        "finish": lambda: finish_class(training_class=made.training_class, by=by),
    }
    if last is not None:
        steps["confirm"] = lambda: confirm_mark(mark=last, by=by)
        steps["withdraw"] = lambda: withdraw_mark(mark=last, reason="写错", by=by)
    if verb in steps:
        with clock.frozen(date(2022, 1, 1)):
            try:
                with transaction.atomic():
                    steps[verb]()
            except (Refused, ValidationError):
                return


def _holds(made: Ground) -> None:
    """What is true after every step."""
    made.training_class.refresh_from_db()
    trainees = list(Trainee.objects.filter(training_class=made.training_class))
    confirmed = Mark.objects.filter(trainee__in=trainees, state=MarkState.CONFIRMED)
    assert all(mark.confirmed_by not in (None, mark.entered_by) for mark in confirmed)
    for trainee in trainees:
        best = {mark.part: mark.mark for mark in sorted(confirmed.filter(trainee=trainee), key=lambda one: one.mark)}
        passed = all(best.get(part, Decimal(0)) >= 60 for part in ("theory", "skills"))
        over = made.training_class.state == ClassState.HELD
        assert (trainee.state == TraineeState.FINISHED) == (over and passed), (trainee.state, best)
    counted = figure(measure_of("trained.all"), path=at.PROVINCE, period=as_of(date(2022, 1, 1))).value
    assert counted == sum(1 for trainee in trainees if trainee.state == TraineeState.FINISHED)
