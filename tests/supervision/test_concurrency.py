"""Two at once, each with a connection of its own and real commits: one goes through, the other is told why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.facts.ground import SYSTEM, load, together
from yinling.base.period import year
from yinling.base.rules import Refused
from yinling.facts import forget_series, verify
from yinling.figures import figure, recheck
from yinling.network import Body, register_body
from yinling.supervision import (
    FINDING_MEASURES,
    VISITS,
    Finding,
    SupervisionVisit,
    add_finding,
    answer,
    close,
    record_visit,
    reopen,
    send_back,
    withdraw_finding,
)

pytestmark = pytest.mark.django_db(transaction=True)
OPENED, VISITED = date(2005, 1, 1), date(2026, 3, 2)
VILLAGE = "520101001001"


@pytest.fixture
def bodies() -> tuple[Body, Body]:
    """The office of a county and a team of a village in it."""
    forget_series()
    places = load()
    office = register_body(place=places["520101"], kind=Body.Kind.OFFICE, name="县办", founded=OPENED, by=SYSTEM)
    team = register_body(place=places[VILLAGE], kind=Body.Kind.TEAM, name="队", founded=OPENED, by=SYSTEM)
    return office, team


def recorder(bodies: tuple[Body, Body]) -> Callable[[], SupervisionVisit]:
    """Somebody who records the visit of the office to the team."""
    office, team = bodies
    return lambda: record_visit(office=office, place=team.place, body=team, visited_on=VISITED, by=SYSTEM)


def refused(raised: list[BaseException | None]) -> int:
    """How many were refused; any other error fails the test."""
    for error in raised:
        if error is not None and not isinstance(error, Refused):
            raise error
    return sum(error is not None for error in raised)


def closed_figures() -> list[int]:
    """Found, open, closed, closed in time in 2026."""
    return [int(figure(measure, path="52", period=year(2026)).value or 0) for measure in FINDING_MEASURES[:-1]]


def sound() -> None:
    """The trail and all that is kept beside the facts are in order."""
    assert [*verify(), *recheck()] == []


def test_of_several_who_close_one_closes(bodies: tuple[Body, Body]) -> None:
    finding = add_finding(
        visit=recorder(bodies)(), what="无扶手", severity="mend", owner=bodies[1], workdays=9, by=SYSTEM
    )
    finding = answer(finding=finding, text="已装好", by=SYSTEM)

    def closer(text: str) -> Callable[[], object]:
        mine = Finding.objects.get(pk=finding.pk)  # each has the same record in front of them
        return lambda: close(finding=mine, text=text, seen=mine.changed_by, by=SYSTEM)

    assert refused(together(*(closer(f"核查{number}") for number in range(4)))) == 3
    assert Finding.objects.get().state == "closed"
    assert list(finding.steps.order_by("pk").values_list("verb", flat=True)) == ["found", "answer", "close"]
    assert closed_figures() == [1, 0, 1, 1]
    sound()


def test_of_those_who_close_send_back_and_withdraw_at_once_one_prevails(bodies: tuple[Body, Body]) -> None:
    finding = add_finding(
        visit=recorder(bodies)(), what="无扶手", severity="mend", owner=bodies[1], workdays=9, by=SYSTEM
    )
    finding = answer(finding=finding, text="已装好", by=SYSTEM)

    def actor(act: Callable[..., object]) -> Callable[[], object]:
        mine = Finding.objects.get(pk=finding.pk)
        return lambda: act(finding=mine, text="说明", seen=mine.changed_by, by=SYSTEM)

    assert refused(together(*map(actor, (close, send_back, withdraw_finding)))) == 2
    state = Finding.objects.get().state
    assert closed_figures() == {"closed": [1, 0, 1, 1], "sent_back": [1, 1, 0, 0], "withdrawn": [0, 0, 0, 0]}[state]
    sound()


def test_what_is_sent_twice_at_once_is_recorded_once(bodies: tuple[Body, Body]) -> None:
    assert refused(together(*(recorder(bodies) for _number in range(4)))) == 3
    assert figure(VISITS, path="52", period=year(2026)).value == SupervisionVisit.objects.count() == 1
    visit = SupervisionVisit.objects.get()

    def finder() -> object:
        return add_finding(visit=visit, what="无扶手", severity="mend", owner=bodies[1], workdays=9, by=SYSTEM)

    assert refused(together(*[finder] * 4)) == 3
    assert closed_figures()[:2] == [1, 1]
    sound()


def test_of_two_who_reopen_one_does(bodies: tuple[Body, Body]) -> None:
    visit = recorder(bodies)()
    finding = add_finding(visit=visit, what="无扶手", severity="mend", owner=bodies[1], workdays=9, by=SYSTEM)
    finding = close(finding=answer(finding=finding, text="已装好", by=SYSTEM), by=SYSTEM)

    def reopener() -> object:
        return reopen(finding=Finding.objects.get(pk=finding.pk), text="又松了", workdays=5, by=SYSTEM)

    assert refused(together(reopener, reopener)) == 1
    assert closed_figures() == [1, 1, 0, 0]
    sound()
