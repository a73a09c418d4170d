"""Many at one round at once, each with a connection of its own and real commits."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest

from tests.cast import BARE_VILLAGE, COMMUNITY, COUNTY, PROVINCE, SYSTEM, VILLAGE, make_cast
from tests.facts.ground import together
from tests.kept import laid_out
from tests.returns.ground import GOOD, Asked, ask, counted
from yinling.base import clock
from yinling.base.period import as_of, year
from yinling.base.rules import Refused
from yinling.facts import Entry, forget_series, hold_many, verify
from yinling.figures import Region, recheck
from yinling.returns import Return, check_many, check_return, lock_round, reopen, send_back, shown_answers, submit
from yinling.returns.actions import Filled, fill_many

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked() -> Asked:
    forget_series()
    return ask(laid_out(make_cast))


def refused(raised: list[BaseException | None]) -> int:
    """How many were refused; any other error fails the test."""
    for error in raised:
        if error is not None and not isinstance(error, Refused):
            raise error
    return sum(error is not None for error in raised)


def sound(asked: Asked) -> None:
    """What is counted is what the rows say, and nothing is lost."""
    assert [*verify(), *recheck()] == []
    rows = list(Return.objects.filter(round=asked.round))
    for state in Return.State.values:
        expected = sum(row.state == state for row in rows)
        assert counted(f"round.{asked.round.pk}.{state}", COUNTY, as_of(clock.today())) == expected
    accepted = [row for row in rows if row.state in ("accepted", "locked")]
    assert counted("field.elders", PROVINCE) == sum(row.answers["elders"] for row in accepted)
    asked.round.refresh_from_db()
    if asked.round.state == "locked":
        assert {row.state for row in rows} <= {"draft", "returned", "submitted", "locked"}


def checker(row: Return, act: Callable[..., object] = check_return, **more: Any) -> Callable[[], object]:
    """Somebody who has a return in front of them and finds it right."""
    mine = Return.objects.get(pk=row.pk)
    return lambda: act(answer=mine, seen=mine.changed_by, by=SYSTEM, **more)


def test_of_several_who_check_one_return_at_once_one_does(asked: Asked) -> None:
    asked.hand_in(VILLAGE)
    back: dict[str, Any] = {"act": send_back, "remarks": {}, "remark": "请核对"}
    assert (
        refused(together(*(checker(asked.of(VILLAGE)) for _number in range(3)), checker(asked.of(VILLAGE), **back)))
        == 3
    )
    row = asked.of(VILLAGE)
    assert (row.state, row.waits_at) in (("submitted", 3), ("returned", None))
    assert row.checks.count() == 1
    sound(asked)


def test_a_round_is_locked_while_others_hand_in_and_check(asked: Asked) -> None:
    for path in (VILLAGE, BARE_VILLAGE):
        asked.hand_in(path)
        row = asked.of(path)
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)

    def locker() -> None:
        time.sleep(0.03)
        lock_round(round=asked.round, reason="到期", by=SYSTEM)

    chair = asked.of(COMMUNITY)
    works = [checker(asked.of(path)) for path in (VILLAGE, BARE_VILLAGE)]
    refused(
        together(*works, locker, lambda: submit(answer=chair, answers=dict(GOOD), seen=chair.changed_by, by=SYSTEM))
    )
    asked.round.refresh_from_db()
    assert asked.round.state == "locked"
    locking = Entry.objects.get(action="returns.lock_round")
    later = Entry.objects.filter(seq__gt=locking.seq, action__startswith="returns.")
    assert list(later.values_list("action", flat=True)) == []
    sound(asked)


def test_nothing_is_handed_in_to_a_round_that_was_locked_while_it_waited(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is half way when the chair hands in: whoever comes second sees what the first did."""
    usual, half_way = hold_many, Event()

    def slowly(*arguments: Any) -> int:
        half_way.set()
        time.sleep(0.4)  # time for the other to arrive at the round and wait
        return usual(*arguments)

    monkeypatch.setattr("yinling.returns.actions.rounds.hold_many", slowly)

    def chair() -> None:
        assert half_way.wait(60)
        asked.hand_in(VILLAGE)

    raised = together(lambda: lock_round(round=asked.round, reason="到期", by=SYSTEM), chair)
    assert raised[0] is None
    assert isinstance(raised[1], Refused)
    assert asked.of(VILLAGE).state == "draft"
    sound(asked)


def test_many_hand_in_to_one_round_side_by_side(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for another unit of the same round, but for the moment in which entries are numbered."""
    usual, met = shown_answers, Barrier(3)

    def slowly(*arguments: Any) -> Any:
        with suppress(BrokenBarrierError):  # that they never met is told below
            met.wait(60)
        return usual(*arguments)

    monkeypatch.setattr("yinling.returns.actions.filling.shown_answers", slowly)
    works = [lambda path=path: asked.hand_in(path) for path in (VILLAGE, BARE_VILLAGE, COMMUNITY)]
    assert refused(together(*works)) == 0
    assert not met.broken, "one waited for another to end"
    sound(asked)


def test_of_two_who_hand_in_the_same_list_at_once_one_does(asked: Asked) -> None:
    rows = [Filled(row.pk, dict(GOOD) | {"elders": 50 + row.pk % 9}) for row in asked.round.returns.all()]

    def clerk(number: int, given: list[Filled]) -> Callable[[], object]:
        return lambda: fill_many(round=asked.round, rows=given, batch_id=number, area=Region(COUNTY), by=SYSTEM)

    assert refused(together(clerk(1, rows), clerk(2, rows[::-1]), clerk(3, rows))) == 0
    assert len({row.batch_id for row in asked.round.returns.all()}) == 1
    assert counted("returns.handed_in", COUNTY, year(clock.today().year)) == 3
    other = [row._replace(answers={**row.answers, "elders": 7}) for row in rows]
    assert refused(together(clerk(4, other), clerk(5, rows))) == 1  # it is handed in, with other answers
    sound(asked)


def test_many_are_checked_while_some_are_reopened(asked: Asked) -> None:
    for path in (VILLAGE, BARE_VILLAGE, COMMUNITY):
        asked.hand_in(path)
    for path in (VILLAGE, BARE_VILLAGE):
        for _level in (4, 3):
            row = asked.of(path)
            check_return(answer=row, seen=row.changed_by, by=SYSTEM)
    ids = [row.pk for row in asked.round.returns.all()]
    office = asked.cast.offices[PROVINCE]

    def opener(path: str) -> Callable[[], object]:
        mine = asked.of(path)
        return lambda: reopen(answer=mine, reason="数据有误", area=office, by=SYSTEM)

    def many() -> None:
        for _turn in range(3):
            check_many(round=asked.round, ids=ids[::-1], area=Region(COUNTY), by=SYSTEM)

    works = (opener(VILLAGE), opener(VILLAGE), opener(BARE_VILLAGE), many, many)
    assert refused(together(*works)) == 1  # the second to reopen the same one
    assert asked.of(COMMUNITY).state == "accepted"
    assert asked.of(VILLAGE).state == asked.of(BARE_VILLAGE).state == "returned"
    sound(asked)


def test_answers_of_two_periods_accepted_at_once_leave_the_later_one_known(asked: Asked) -> None:
    now = ask(asked.cast, asked.round.form, period=year(clock.today().year))
    for one, elders in ((asked, 100), (now, 200)):
        one.hand_in(VILLAGE, elders=elders)
        row = one.of(VILLAGE)
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)
    raised = together(checker(asked.of(VILLAGE)), checker(now.of(VILLAGE)))
    assert raised[1] is None
    assert refused(raised) <= 1
    known = now.of(VILLAGE).known.get(field="elders")
    assert known.value == 200
    assert counted("field.elders", PROVINCE, as_of(clock.today())) == 200
    sound(asked)
