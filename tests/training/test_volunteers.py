"""A class for volunteers stands in the records of the volunteers who finished it, and opens what asks for it."""

from __future__ import annotations

from datetime import date

import pytest

from tests import cast as at
from tests.cast import SYSTEM, Cast
from tests.training.ground import AFTER, LAST, Ground, actor, attend, ground, project
from yinling.base import clock
from yinling.base.rules import Refused
from yinling.facts import Entry
from yinling.hours import Attendance, void
from yinling.people import Person
from yinling.training import finish_class, withdraw_class
from yinling.training.bulk import NewPerson, OldClass, OldTrainee, take_over, withdraw_take_over
from yinling.volunteers import Source, State, Training, Volunteer, register_volunteer, trained_in, trainings

TOPIC = "养老护理员培训"
"""The name of the series of the ground."""


def enlist(cast: Cast, person: Person | None, path: str = at.TOWNSHIP) -> Volunteer:
    """The person becomes a volunteer."""
    assert person is not None
    return register_volunteer(
        place=cast.places[path], name=person.name, resident_id=person.resident_id, phone=f"13700001{person.pk:03d}"[:11],
        source=Source.COMMUNITY, verified=True, on=date(2020, 5, 1), by=SYSTEM,
    )  # fmt: skip


def end(cast: Cast, made: Ground) -> None:
    """The township ends the class."""
    with clock.frozen(AFTER):
        finish_class(training_class=made.training_class, by=actor(cast.township))


def test_who_finished_and_is_a_volunteer_is_trained(cast: Cast) -> None:
    made = ground(cast, people=3, course="volunteer")
    first, absent, nobody = made.trainees
    volunteer, missing = enlist(cast, first.person), enlist(cast, absent.person)
    attend(cast, made, [first, nobody])
    assert not trained_in(volunteer, TOPIC, AFTER)
    end(cast, made)
    assert trained_in(volunteer, TOPIC, AFTER)
    assert not trained_in(volunteer, TOPIC, LAST.replace(day=6)), "from the last day of the class on"
    assert not trained_in(missing, TOPIC, AFTER), "she did not finish it"
    (row,) = Training.objects.all()
    assert (row.volunteer, row.organiser, row.held_on) == (volunteer, cast.offices[at.COUNTY].name, LAST)
    assert row.minutes == 7 * 60, "two half days of three and a half hours"
    assert Entry.objects.get(pk=row.entry_id).action == "training.finish_class"


def test_a_volunteer_of_elsewhere_is_trained_too(cast: Cast) -> None:
    made = ground(cast, people=1, course="volunteer")
    volunteer = enlist(cast, made.trainees[0].person, at.NEIGHBOUR_VILLAGE)
    attend(cast, made, made.trainees)
    end(cast, made)
    assert trained_in(volunteer, TOPIC, AFTER)


def test_another_course_is_no_training_of_volunteers(cast: Cast) -> None:
    made = ground(cast, people=1, course="family_carer")
    enlist(cast, made.trainees[0].person)
    attend(cast, made, made.trainees)
    end(cast, made)
    assert not Training.objects.exists()


def test_nothing_is_noted_twice_and_nothing_of_who_is_no_volunteer_any_more(cast: Cast) -> None:
    made = ground(cast, people=2, course="volunteer")
    volunteer, gone = (enlist(cast, one.person) for one in made.trainees)
    Volunteer.objects.filter(pk=gone.pk).update(state=State.LEFT)
    with clock.frozen(AFTER):
        trainings.record_training(
            host=cast.offices[at.COUNTY], volunteers=[volunteer], topic=TOPIC, held_on=LAST, minutes=60, by=SYSTEM
        )
    attend(cast, made, made.trainees)
    end(cast, made)
    (row,) = Training.objects.all()
    assert row.minutes == 60
    with pytest.raises(Refused):
        end(cast, made)


def test_a_withdrawn_class_is_taken_back_with_its_reason(cast: Cast) -> None:
    made = ground(cast, people=2, course="volunteer")
    volunteer, other = (enlist(cast, one.person) for one in made.trainees)
    attend(cast, made, made.trainees)
    with clock.frozen(AFTER):
        trainings.record_training(
            host=cast.offices[at.TOWNSHIP], volunteers=[other], topic=TOPIC, held_on=LAST, minutes=60, by=SYSTEM
        )
    end(cast, made)
    assert Training.objects.count() == 3
    with clock.frozen(AFTER):
        for row in Attendance.objects.filter(session__in=[one.session_id for one in made.lessons]):
            void(attendance=row, reason="登记有误", by=SYSTEM)
        withdraw_class(training_class=made.training_class, reason="登记有误", by=SYSTEM)
    assert not trained_in(volunteer, TOPIC, AFTER)
    assert trained_in(other, TOPIC, AFTER), "what was written down by hand is another training"
    assert Entry.objects.get(action="volunteers.withdraw_class").reason == "登记有误"


def test_classes_taken_over_count_and_are_undone(cast: Cast) -> None:
    series = project(cast)
    known = enlist(cast, ground(cast, people=1, course="volunteer", first=5).trainees[0].person)
    person = known.person
    old = OldClass(
        course="volunteer", ordinal=9, starts_on=date(2020, 5, 6), ends_on=date(2020, 5, 7), hours=8,
        trainees=[
            OldTrainee(NewPerson(person.name, person.resident_id)),
            OldTrainee(people=30, basis="签到册"),
        ],
    )  # fmt: skip
    take_over(series=series, rows=[old], batch_id=7, by=SYSTEM)
    (row,) = Training.objects.all()
    assert (row.volunteer, row.minutes, row.held_on) == (known, 8 * 45, date(2020, 5, 7))
    withdraw_take_over(batch_id=7, entry_id=row.entry_id, reason="文件有误", area=series, by=SYSTEM)
    assert not trained_in(known, TOPIC, AFTER)
