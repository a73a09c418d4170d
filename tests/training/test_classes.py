"""A class from its roster to who finished it: nobody confirms their own work, what is missing is named."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from tests import cast as at
from tests.cast import SYSTEM, Cast
from tests.training.ground import AFTER, CAME, FIRST, LAST, actor, attend, ground, mark, person, present, project
from yinling.activities import Enrolment, Session
from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Refused
from yinling.figures import figure, measure_of, recheck
from yinling.network import Body, register_body, set_parameter
from yinling.training import (
    ClassState,
    Mark,
    TraineeState,
    TrainingClass,
    add_lesson,
    add_trainee,
    cancel_lesson,
    confirm_lesson,
    confirm_mark,
    confirm_marks,
    enter_mark,
    finish_class,
    fix_roster,
    follow_up,
    open_class,
    place_trainee,
    record_lesson,
    remove_trainee,
    standings,
    withdraw_class,
    withdraw_mark,
    withdraw_placement,
)

IN_2020 = year(2020)


def value(key: str, path: str = at.PROVINCE) -> Decimal | None:
    """A figure of 2020."""
    return figure(measure_of(key), path=path, period=IN_2020).value


def finished(cast: Cast) -> TrainingClass:
    """A class of two: the first passed everything, the second failed in skills."""
    made = ground(cast)
    attend(cast, made, made.trainees)
    for trainee, (theory, skills) in zip(made.trainees, ((80, 75), (61, 59)), strict=True):
        mark(cast, trainee, "theory", theory)
        mark(cast, trainee, "skills", skills)
    with clock.frozen(AFTER):
        return finish_class(training_class=made.training_class, by=actor(cast.county))


def test_a_class_counts_who_finished_it(cast: Cast) -> None:
    of = finished(cast)
    first, second = of.trainees.order_by("pk")
    assert (first.state, second.state) == (TraineeState.FINISHED, TraineeState.UNFINISHED)
    assert "59" in second.why
    assert [value(key) for key in ("classes.held", "trained.all", "trained.mid_grade", "trained.family")] == [
        1,
        1,
        1,
        0,
    ]
    assert value("trained.all", at.TOWNSHIP) == 1
    assert value("trained.all", at.NEIGHBOUR) == 0
    assert value("sessions.class") == 2
    assert not list(recheck())


def test_a_failed_part_is_taken_again_and_the_other_mark_stays(cast: Cast) -> None:
    of = finished(cast)
    second = of.trainees.order_by("pk")[1]
    with clock.frozen(date(2020, 9, 2)), pytest.raises(Refused, match="passed already"):
        enter_mark(trainee=second, part="theory", mark=Decimal(90), taken_on=date(2020, 9, 1), by=SYSTEM)
    mark(cast, second, "skills", 60, on=date(2020, 9, 1))
    second.refresh_from_db()
    assert (second.state, second.settled_on) == (TraineeState.FINISHED, date(2020, 9, 1))
    assert value("trained.all") == 2
    with clock.frozen(date(2020, 9, 2)), pytest.raises(Refused):
        withdraw_mark(mark=second.marks.get(part="skills", attempt=2), reason="写错", by=SYSTEM)


def test_the_time_for_another_attempt_ends(cast: Cast) -> None:
    of = finished(cast)
    second = of.trainees.order_by("pk")[1]
    late = LAST + timedelta(days=366)
    with clock.frozen(late + timedelta(days=1)), pytest.raises(ValidationError, match="2021-07-07"):
        enter_mark(trainee=second, part="skills", mark=Decimal(90), taken_on=late, by=SYSTEM)
    set_parameter(
        place=cast.places[at.COUNTY], key="retake_days", value=Decimal(400), since=date(2020, 1, 1), document="县发〔2020〕3号",
        by=SYSTEM,
    )  # fmt: skip
    mark(cast, second, "skills", 90, on=late)
    second.refresh_from_db()
    assert second.state == TraineeState.FINISHED


def test_nobody_confirms_what_they_entered(cast: Cast) -> None:
    made = ground(cast)
    with clock.frozen(datetime(2020, 7, 6, 18, tzinfo=clock.CHINA)):
        record_lesson(lesson=made.lessons[0], present=present(made.trainees, CAME, time(12)), by=actor(cast.county))
        with pytest.raises(Refused):
            confirm_lesson(lesson=made.lessons[0], by=actor(cast.county))
        confirm_lesson(lesson=made.lessons[0], by=actor(cast.township))
    with clock.frozen(AFTER):
        one = enter_mark(
            trainee=made.trainees[0], part="theory", mark=Decimal("60.5"), taken_on=LAST, by=actor(cast.county)
        )
        with pytest.raises(Refused, match="somebody else"):
            confirm_mark(mark=one, by=actor(cast.county))
        with pytest.raises(Refused, match="No mark waits"):
            confirm_marks(training_class=made.training_class, by=actor(cast.county))
        with pytest.raises(Refused, match="not confirmed yet"):
            finish_class(training_class=made.training_class, by=actor(cast.county))
        assert confirm_marks(training_class=made.training_class, by=actor(cast.township)) == 1
    assert Mark.objects.get().confirmed_by == cast.township.pk


@pytest.mark.parametrize("bad", ["-1", "100.5", "60.55"])
def test_a_mark_is_out_of_a_hundred(cast: Cast, bad: str) -> None:
    made = ground(cast)
    with clock.frozen(AFTER), pytest.raises(ValidationError, match="between 0 and 100"):
        enter_mark(trainee=made.trainees[0], part="theory", mark=Decimal(bad), taken_on=LAST, by=SYSTEM)


def test_attendance_is_the_share_of_the_lessons_time(cast: Cast) -> None:
    made = ground(cast)
    with clock.frozen(datetime(2020, 7, 6, 18, tzinfo=clock.CHINA)):
        record_lesson(
            lesson=made.lessons[0],
            present=present(made.trainees[:1], time(8, 20), time(12, 5)),
            by=actor(cast.township),
        )
        record_lesson(
            lesson=made.lessons[1], present=present(made.trainees[:1], time(14), time(15, 45)), by=actor(cast.township)
        )
        for lesson in made.lessons:
            confirm_lesson(lesson=lesson, by=actor(cast.county))
    known = standings(made.training_class)
    assert known[made.trainees[0].pk].attended == 75
    assert known[made.trainees[1].pk].attended == 0
    assert "75" in known[made.trainees[0].pk].lacks[0]
    set_parameter(
        place=cast.places[at.COUNTY], key="attendance_needed_percent", value=Decimal(70), since=date(2020, 1, 1),
        document="县发〔2020〕2号", by=SYSTEM,
    )  # fmt: skip
    assert not any("%" in text for text in standings(made.training_class)[made.trainees[0].pk].lacks)


def test_teacher_and_venue_are_taken_once_at_a_time_and_the_clash_is_named(cast: Cast) -> None:
    made = ground(cast)
    teacher = person(cast, 40)
    with clock.frozen(date(2020, 7, 1)):
        other = open_class(
            series=made.training_class.series, place=cast.places[at.TOWNSHIP], course="assessor", hours=24, capacity=30,
            teacher=teacher, starts_on=FIRST, ends_on=LAST, by=SYSTEM,
        )  # fmt: skip
        with pytest.raises(ValidationError) as clash:
            add_lesson(training_class=other, day=FIRST, half="am", venue="培训中心一教室", by=SYSTEM)
        assert str(made.training_class) in clash.value.message_dict["venue"][0]
        lesson = add_lesson(training_class=other, day=FIRST, half="am", venue="二教室", by=SYSTEM)
        with pytest.raises(ValidationError) as busy:
            add_lesson(
                training_class=made.training_class, day=FIRST, half="am", venue="三教室", teacher=teacher, by=SYSTEM
            )
        assert str(other) in busy.value.message_dict["teacher"][0]
        cancel_lesson(lesson=lesson, reason="教师生病", by=SYSTEM)
        evening = add_lesson(
            training_class=made.training_class, day=FIRST, half="eve", venue="三教室", teacher=teacher, by=SYSTEM
        )
        assert evening.teacher_id == teacher.pk
    assert Session.objects.filter(state="cancelled").count() == 1


def test_the_roster_is_fixed_before_the_first_lesson(cast: Cast) -> None:
    made = ground(cast)
    newcomer = person(cast, 50)
    of = made.training_class
    assert Enrolment.objects.filter(session=made.lessons[0].session_id, state="confirmed").count() == 2
    with pytest.raises(ValidationError, match="roster is fixed"):
        add_trainee(training_class=of, person=newcomer, by=SYSTEM)
    added = add_trainee(training_class=of, person=newcomer, reason="名册漏录，补报名表", by=SYSTEM)
    with pytest.raises(Refused, match="full"):
        add_trainee(training_class=of, person=person(cast, 51), reason="再加一人", by=SYSTEM)
    with clock.frozen(date(2020, 7, 1)):
        assert remove_trainee(trainee=added, reason="本人退学", by=SYSTEM).state == TraineeState.LEFT
    assert Enrolment.objects.filter(person=newcomer, state="confirmed").count() == 0
    with pytest.raises(Refused, match="fixed already"):
        fix_roster(training_class=of, by=SYSTEM)


def test_what_a_class_needs_before_it_begins(cast: Cast) -> None:
    series = project(cast)
    with pytest.raises(ValidationError, match="project lasts"):
        open_class(
            series=series, place=cast.places[at.COUNTY], course="staff", hours=8, capacity=5,
            starts_on=date(2021, 1, 5), ends_on=date(2021, 1, 6), by=SYSTEM,
        )  # fmt: skip
    of = open_class(
        series=series, place=cast.places[at.COUNTY], course="staff", hours=8, capacity=5, starts_on=FIRST, ends_on=LAST,
        by=SYSTEM,
    )  # fmt: skip
    with pytest.raises(Refused, match="Set the lessons"):
        fix_roster(training_class=of, by=SYSTEM)
    with pytest.raises(ValidationError, match="this number"):
        open_class(
            series=series, place=cast.places[at.COUNTY], course="staff", ordinal=of.ordinal, hours=8, capacity=5,
            starts_on=FIRST, ends_on=LAST, by=SYSTEM,
        )  # fmt: skip
    assert withdraw_class(training_class=of, reason="未开班", by=SYSTEM).state == ClassState.WITHDRAWN


def test_work_found_afterwards(cast: Cast) -> None:
    of = finished(cast)
    trainee = of.trainees.order_by("pk")[0]
    home = register_body(
        place=cast.places[at.TOWNSHIP],
        kind=Body.Kind.INSTITUTION,
        name="朱家场敬老院",
        founded=date(2010, 1, 1),
        by=SYSTEM,
    )
    with clock.frozen(date(2020, 12, 1)):
        placed = place_trainee(trainee=trainee, employer=home, post="护理员", since=date(2020, 8, 1), by=SYSTEM)
        assert value("trainees.placed") == 1
        with pytest.raises(ValidationError):
            follow_up(placement=placed, on=date(2020, 7, 1), by=SYSTEM)
        assert follow_up(placement=placed, on=date(2020, 12, 1), remark="在岗", by=SYSTEM).remark == "在岗"
        with pytest.raises(Refused, match="found work"):
            withdraw_class(training_class=of, reason="录错", by=SYSTEM)
        withdraw_placement(placement=placed, reason="录错人", by=SYSTEM)
    assert value("trainees.placed") == 0
