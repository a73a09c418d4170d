"""Many who sign up at once, each with a connection of its own and real commits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests import cast as at
from tests.activities.joining import actor, project, role, sound, states, volunteer
from tests.cast import SYSTEM, Cast, make_cast
from tests.facts.ground import together
from tests.kept import laid_out
from yinling.activities import Enrolment, SessionRole, cancel_session, enrol, enrolments
from yinling.base import clock
from yinling.base.rules import Refused
from yinling.facts import Entry, forget_series, verify
from yinling.volunteers import Volunteer

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 24


@pytest.fixture
def crowd() -> tuple[Cast, list[Volunteer]]:
    forget_series()
    cast = laid_out(make_cast)
    today = clock.today()
    people = [
        volunteer(cast.places[at.VILLAGE], health_declared_on=today - timedelta(days=9)) for _each in range(CROWD)
    ]
    return cast, people


def held(cast: Cast, places: int, **values: Any) -> SessionRole:
    """The role of a session, as of now."""
    year = clock.today().year
    span = {"starts_on": clock.today().replace(year - 1, 1, 1), "ends_on": clock.today().replace(year + 1, 12, 28)}
    return role(project(cast.offices[at.COUNTY], cast.places[at.VILLAGE], **span), places, **values)


def joining(of: SessionRole, who: Volunteer) -> Callable[[], object]:
    fresh = SessionRole.objects.get(pk=of.pk)
    return lambda: enrol(role=fresh, by=actor(who))


def refused(raised: list[BaseException | None]) -> int:
    """How many were refused; any other error fails the test."""
    for error in raised:
        if error is not None and not isinstance(error, Refused):
            raise error
    return sum(error is not None for error in raised)


def test_a_crowd_at_one_role_gets_as_many_places_as_there_are(crowd: tuple[Cast, list[Volunteer]]) -> None:
    cast, people = crowd
    of = held(cast, 7)
    assert refused(together(*(joining(of, who) for who in people))) == 0
    assert states(of) == ["confirmed"] * 7 + ["waiting"] * (CROWD - 7), "in the order of arrival"
    times = list(Enrolment.objects.order_by("pk").values_list("made_at", flat=True))
    assert times == sorted(times)
    sound(of)
    assert list(verify()) == []
    assert Entry.objects.filter(action="activities.enrol").count() == CROWD


def test_one_person_from_many_windows_is_in_once(crowd: tuple[Cast, list[Volunteer]]) -> None:
    cast, people = crowd
    of = held(cast, 7)
    assert refused(together(*(joining(of, people[0]) for _window in range(20)))) == 19
    sound(of)
    assert len(states(of)) == 1


def test_of_sessions_at_one_time_a_person_gets_one(crowd: tuple[Cast, list[Volunteer]]) -> None:
    cast, people = crowd
    beside = [held(cast, 7) for _each in range(20)]
    assert refused(together(*(joining(of, people[0]) for of in beside))) == 19
    assert Enrolment.objects.filter(state="confirmed").count() == 1


def test_coming_going_and_more_places_across_two_sessions_at_once(crowd: tuple[Cast, list[Volunteer]]) -> None:
    """Half the crowd waits for both of two sessions at one time while others cancel and places are added: no deadlock, nobody
    in both, no free place while somebody waits who could have it."""
    cast, people = crowd
    both = [held(cast, 6), held(cast, 6, days=3.01)]
    for of, first in zip(both, (people[:6], people[6:12]), strict=True):
        for who in first:
            enrol(role=of, by=actor(who))
    rest = people[12:]
    for index, who in enumerate(rest):
        for of in both if index % 2 else reversed(both):
            enrol(role=of, by=actor(who))
    works: list[Callable[[], object]] = []
    for of in both:
        for row in Enrolment.objects.filter(role=of, state="confirmed").select_related("person__volunteer__account"):
            by = actor(row.person.volunteer)  # type: ignore[union-attr]
            works.append(lambda row=row, by=by: enrolments.cancel_enrolment(enrolment=row, reason="有事", by=by))  # type: ignore[misc]
        works.append(lambda of=of: enrolments.set_places(role=of, places=8, by=SYSTEM))  # type: ignore[misc]
    assert refused(together(*works)) == 0
    confirmed = Enrolment.objects.filter(state="confirmed").values_list("person", flat=True)
    assert len(confirmed) == len(set(confirmed)) == 12, "all who waited are in one of the two"
    for of in both:
        sound(of)
    assert list(verify()) == []


def test_of_many_acceptances_only_as_many_as_there_are_places_hold(crowd: tuple[Cast, list[Volunteer]]) -> None:
    cast, people = crowd
    of = held(cast, 5, by_choice=True)
    for who in people[:20]:
        enrol(role=of, by=actor(who))
    rows = Enrolment.objects.filter(role=of)
    works = [lambda row=row: enrolments.accept_enrolment(enrolment=row, by=SYSTEM) for row in rows]
    assert refused(together(*works)) == 15
    assert sorted(states(of)) == ["applied"] * 15 + ["confirmed"] * 5
    sound(of)


def test_who_signs_up_while_the_session_is_cancelled_is_refused_or_cancelled(
    crowd: tuple[Cast, list[Volunteer]],
) -> None:
    cast, people = crowd
    of = held(cast, 7)
    works = [joining(of, who) for who in people[:20]]
    works.insert(10, lambda: cancel_session(session=of.session, reason="暴雨", by=SYSTEM))
    refused(together(*works))
    assert set(states(of)) <= {"cancelled"}
    sound(of)
