"""The same evidence from two sides at the same moment, each with a connection of its own and real commits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import make_cast
from tests.facts.ground import together
from tests.hours.devices import Host, Phone, shown
from tests.hours.ground import Ground, at, make
from tests.kept import laid_out
from yinling.base import clock
from yinling.facts import forget_series, verify
from yinling.hours import Attendance, Grade
from yinling.hours.checking_in import Handed, Ticket, hand_in_code

pytestmark = pytest.mark.django_db(transaction=True)
MOST_STATEMENTS = 33


@pytest.fixture
def ground() -> Iterator[Ground]:
    forget_series()
    with clock.frozen(at(18)):
        yield make(laid_out(make_cast))


def at_evening(work: Any) -> Any:
    """The work with the clock where the ground has it: another thread has the real time."""

    def run() -> object:
        with clock.frozen(at(18)):
            return work()

    return run


def test_two_uploads_of_one_ticket_and_the_counter_sign_at_the_same_moment(ground: Ground) -> None:
    phone, host = Phone(ground.people[0], ground.own), Host(ground.session, ground.host)
    came, left = (phone.sign(phone.letter(ground.session, at(hour), kind)) for hour, kind in ((9, "in"), (11, "out")))  # type: ignore[arg-type]
    mark = host.seal(host.letter(phone.person, at(9, 1)))
    works = [lambda: phone.hand_in(came)] * 2 + [lambda: phone.hand_in(left)] * 2 + [lambda: host.hand_in(mark)] * 2
    raised = together(*[at_evening(work) for work in works])
    assert raised == [None] * len(works)
    row = Attendance.objects.get(person=phone.person)
    assert (row.ended_at, row.grade) == (at(11), Grade.A)
    assert Ticket.objects.filter(state="accepted", attendance=row).count() == Ticket.objects.count() == 3
    assert [*verify()] == []


def test_what_a_check_in_costs(ground: Ground) -> None:
    """A thousand a minute are 17 a second: the number of statements must stay small, and does not grow with the session."""
    row = Phone(ground.people[0], ground.own).volunteer
    code, step = shown(ground.session, at(9, 2))
    with (
        clock.frozen(at(9, 2)),
        CaptureQueriesContext(connection) as seen,
    ):
        hand_in_code(
            volunteer=row, code=code, session=ground.session, step=step, handed=Handed(browser="b"), by=ground.own
        )
    assert len(seen) <= MOST_STATEMENTS, "\n".join(query["sql"][:160] for query in seen)
