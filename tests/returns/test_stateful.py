"""Whatever is done in whatever order, every figure of rounds and answers is what a plain model of the returns says.

`YINLING_LONG=40` runs it that many times as long.
"""

from __future__ import annotations

import os
from collections import Counter
from copy import deepcopy
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

from tests.facts.ground import SYSTEM, load, rolled_back
from tests.figures.world import Course
from tests.returns.ground import FORM
from tests.returns.model import FIELDS, Asked, Said, Sheet, Village, World
from yinling.associations import Association, correct_attribute, register
from yinling.base import clock
from yinling.base.period import as_of, parse, year
from yinling.base.rules import Refused
from yinling.facts import compact_totals, forget_series, verify
from yinling.figures import Region, measure_of, recheck, table
from yinling.network import Body, Place, close_place, merge_places, move_place, register_body
from yinling.returns import (
    KnownAnswer,
    Return,
    Round,
    check_many,
    check_return,
    lock_round,
    open_round,
    publish_form,
    reopen,
    save,
    send_back,
    start_form,
    submit,
    submit_unchanged,
)
from yinling.returns.actions import Filled, fill_many, withdraw_list

LONG = int(os.environ.get("YINLING_LONG", "1"))
BEGIN = date(2012, 1, 20)
PATHS = (
    "52", "5201", "520101", "520101001", "520101001001", "520101001003", "520101002", "520101002001", "520101002003",
    "520102", "520102001", "520102001001",
)  # fmt: skip
PERIODS = ("2011H1", "2011", "2012H1", "2012")
NUMBERS = st.integers(0, 60)
ANSWERS = st.fixed_dictionaries(
    {"elders": st.integers(0, 30), "activities": st.integers(0, 3)},
    optional={"canteen": st.booleans(), "living_alone": st.just(0), "venue": st.booleans()},
)


class Rounds(RuleBasedStateMachine):
    """The platform on one side, the model on the other. A refused action must leave both as they were."""

    def __init__(self) -> None:
        super().__init__()
        self.world, self.day, self.order, self.batches = World(), BEGIN, 0, dict[int, int]()
        self.scope = rolled_back()
        self.scope.__enter__()
        forget_series()

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    @initialize()
    def ground(self) -> None:
        for path, place in load(PATHS, on=date(2009, 6, 1)).items():
            if place.level == Place.Level.VILLAGE:
                self.world.villages[place.pk] = Village(path)
        with clock.frozen(self.day):
            office = Place.objects.get(area_path="52")
            self.office = register_body(
                place=office, kind=Body.Kind.OFFICE, name="省老龄办", founded=date(2010, 1, 1), by=SYSTEM
            )
            for path in ("520101001001", "520101002001"):
                register(
                    place=Place.objects.get(area_path=path), name=f"会{path}", founded=date(2010, 1, 1), by=SYSTEM,
                    attributes={"setting": {"setting": "rural"}, "venue": {"has_venue": True}},
                )  # fmt: skip
            self.form = publish_form(version=start_form(form=FORM, owner=self.office, by=SYSTEM), by=SYSTEM)
        self.open_one(1, "520101", 0)

    def attempt(self, act: Any, **arguments: Any) -> Any:
        """Do it as of today; None where it is refused."""
        with clock.frozen(self.day):
            try:
                return act(by=SYSTEM, **arguments)
            except Refused:
                return None

    def sheet(self, number: int, *states: str) -> tuple[Return, Sheet] | None:
        """One of the returns in some states."""
        found = sorted(pk for pk, one in self.world.sheets.items() if not states or one.state in states)
        if not found:
            return None
        pk = found[number % len(found)]
        return Return.objects.get(pk=pk), self.world.sheets[pk]

    def is_open(self, sheet: Sheet) -> bool:
        return self.world.rounds[sheet.round].open

    # Rounds

    @rule(period=st.integers(0, 3), area=st.sampled_from(["520101", "52", "520102"]), days=st.integers(0, 40))
    def open_one(self, period: int, area: str, days: int) -> None:
        self.day += timedelta(days=days)
        chosen = parse(PERIODS[period])
        made = self.attempt(
            open_round, form=self.form, name="填报", asked_by=self.office, area=Region(area), period=chosen,
            respondents="level5", checked_at=(4, 3), workdays=10, expires_on=self.day + timedelta(days=2000),
            approver="主任", legal_basis="制度",
        )  # fmt: skip
        if made is None:
            return
        self.world.rounds[made.pk] = Asked(chosen, area)
        for row in made.returns.all():
            self.world.sheets[row.pk] = Sheet(row.place_id, made.pk)
            assert not self.world.villages[row.place_id].closed

    @rule(number=NUMBERS)
    def lock(self, number: int) -> None:
        pk = sorted(self.world.rounds)[number % len(self.world.rounds)]
        if number % 4 or not self.world.rounds[pk].open:
            return  # seldom, or there is nothing left to do
        assert self.attempt(lock_round, round=Round.objects.get(pk=pk), reason="暂缓") is not None
        self.world.rounds[pk].open = False
        for one in self.world.sheets.values():
            if one.round == pk and one.state == "accepted":
                one.state = "locked"

    # Filling in

    def handed_in(self, row: Return, sheet: Sheet, answers: dict[str, Any], batch: int | None = None) -> None:
        before = deepcopy(sheet)
        row.refresh_from_db()
        assert row.state == "submitted"
        assert {key: row.answers.get(key) for key in answers} == answers
        sheet.state, sheet.level, sheet.answers = "submitted", 4, dict(answers)
        sheet.handed_in = sheet.handed_in or (self.day, self.world.villages[sheet.village].path)
        if batch is not None:
            sheet.batch, sheet.before = batch, before
        else:
            sheet.before = None

    @rule(number=NUMBERS, answers=ANSWERS, only=st.booleans(), days=st.integers(0, 20))
    def fill_in(self, number: int, answers: dict[str, Any], only: bool, days: int) -> None:
        self.day += timedelta(days=days)
        if found := self.sheet(number):
            row, sheet = found
            done = self.attempt(save if only else submit, answer=row, answers=answers, seen=row.changed_by)
            assert (done is not None) == (sheet.state in ("draft", "returned") and self.is_open(sheet))
            if done is not None and not only:
                self.handed_in(row, sheet, answers)
            elif done is not None:
                sheet.before = None

    @rule(number=NUMBERS)
    def no_change(self, number: int) -> None:
        pk = sorted(self.world.rounds)[number % len(self.world.rounds)]
        mine = {key: one for key, one in self.world.sheets.items() if one.round == pk}
        known = {key: self.world.known(one.village) for key, one in mine.items()}
        ready = {
            key: known[key]
            for key, one in mine.items()
            if one.state in ("draft", "returned") and {"elders", "activities"} <= known[key].keys()
        }
        count = self.attempt(submit_unchanged, round=Round.objects.get(pk=pk), ids=list(mine), area=Region("52"))
        assert count == (len(ready) if self.world.rounds[pk].open else None)
        for key, answers in ready.items() if count is not None else ():
            self.handed_in(Return.objects.get(pk=key), mine[key], answers)

    @rule(number=NUMBERS, some=st.dictionaries(NUMBERS, ANSWERS, min_size=1, max_size=3))
    def list_of_many(self, number: int, some: dict[int, dict[str, Any]]) -> None:
        pk = sorted(self.world.rounds)[number % len(self.world.rounds)]
        mine = sorted(key for key, one in self.world.sheets.items() if one.round == pk)
        rows = {mine[key % len(mine)]: answers for key, answers in some.items()}
        batch = len(self.batches) + 1
        done = self.attempt(
            fill_many, round=Round.objects.get(pk=pk), rows=[Filled(*one) for one in rows.items()], batch_id=batch,
            area=Region("52"),
        )  # fmt: skip
        if done is None:
            return
        self.batches[batch] = done[0]
        for key, answers in rows.items():
            sheet = self.world.sheets[key]
            if sheet.state in ("draft", "returned"):
                self.handed_in(Return.objects.get(pk=key), sheet, answers, batch)

    @precondition(lambda self: self.batches)
    @rule(number=NUMBERS)
    def undo_list(self, number: int) -> None:
        batch = 1 + number % len(self.batches)
        mine = {key: one for key, one in self.world.sheets.items() if one.batch == batch}
        done = self.attempt(
            withdraw_list, batch_id=batch, entry_id=self.batches[batch], reason="错表", area=Region("52")
        )
        if done:
            assert done == len(mine)
            for key, one in mine.items():
                assert one.before is not None
                self.world.sheets[key] = one.before

    # Checking

    def checked(self, row: Return, sheet: Sheet) -> None:
        row.refresh_from_db()
        if sheet.level == 4:
            assert (row.state, row.waits_at) == ("submitted", 3)
            sheet.level, sheet.before = 3, None
            return
        assert row.state == "accepted"
        self.order += 1
        path, on = self.world.villages[sheet.village].path, min(self.day, self.world.rounds[sheet.round].period.end)
        for other in self.world.neighbours(sheet.village) if not self.world.villages[sheet.village].closed else ():
            said = self.world.said_of(other)
            rounds = [one for one in self.world.sheets.values() if one.said is said[-1]] if said else []
            if rounds and self.world.rounds[rounds[0].round].period.end < self.world.rounds[sheet.round].period.end:
                end = Said(on, self.order, dict.fromkeys(said[-1].answers), Course(on, path, path))
                self.world.villages[other].ended[row.pk] = end
        self.order += 1
        sheet.state, sheet.level, sheet.before = "accepted", None, None
        sheet.said = Said(on, self.order, dict(sheet.answers), Course(on, path, path))

    def may_be_accepted(self, sheet: Sheet) -> bool:
        """Whether nothing stands in the way that the model knows of."""
        said = self.world.said_of(sheet.village)
        on = min(self.day, self.world.rounds[sheet.round].period.end)
        unmoved = len({path for one in said for _since, path in one.path.steps}) < 2
        here = [*self.world.neighbours(sheet.village), sheet.village]
        return "venue" not in sheet.answers and (not said or (said[-1].on <= on and unmoved)) and len(here) == 1

    @rule(number=NUMBERS, days=st.integers(0, 9))
    def check(self, number: int, days: int) -> None:
        self.day += timedelta(days=days)
        if found := self.sheet(number, "submitted"):
            self.check_one(*found)

    def check_one(self, row: Return, sheet: Sheet) -> None:
        done = self.attempt(check_return, answer=row, seen=row.changed_by)
        if done is not None:
            assert self.is_open(sheet)
            self.checked(row, sheet)
        else:
            assert not self.is_open(sheet) or (sheet.level == 3 and not self.may_be_accepted(sheet))

    @rule(number=NUMBERS, answers=ANSWERS, days=st.integers(0, 40))
    def whole_way(self, number: int, answers: dict[str, Any], days: int) -> None:
        """One return from blank to accepted, so that a course of events gets far enough for others to build on it."""
        self.day += timedelta(days=days)
        found = self.sheet(number, "draft", "returned")
        if found is None or not self.is_open(found[1]):
            return
        row, sheet = found
        assert self.attempt(submit, answer=row, answers=answers, seen=row.changed_by) is not None
        self.handed_in(row, sheet, answers)
        for _level in (4, 3):
            self.check_one(row, sheet)
            row.refresh_from_db()

    @rule(number=NUMBERS)
    def check_all(self, number: int) -> None:
        pk = sorted(self.world.rounds)[number % len(self.world.rounds)]
        mine = [
            key for key, one in self.world.sheets.items()
            if one.round == pk and one.state == "submitted" and not Return.objects.get(pk=key).outliers
        ]  # fmt: skip
        every = [key for key, one in self.world.sheets.items() if one.round == pk]
        refused = self.attempt(check_many, round=Round.objects.get(pk=pk), ids=every, area=Region("52"))
        assert (refused is not None) == self.world.rounds[pk].open
        for key in mine if refused is not None else ():
            row, sheet = Return.objects.get(pk=key), self.world.sheets[key]
            if row.unit not in refused:
                self.checked(row, sheet)
            else:
                assert sheet.level == 3
                assert not self.may_be_accepted(sheet)

    @rule(number=NUMBERS)
    def back(self, number: int) -> None:
        if found := self.sheet(number, "submitted"):
            row, sheet = found
            done = self.attempt(send_back, answer=row, remarks={}, remark="请核对", seen=row.changed_by)
            assert (done is not None) == self.is_open(sheet)
            if done is not None:
                sheet.state, sheet.level, sheet.before = "returned", None, None

    @rule(number=NUMBERS)
    def take_back(self, number: int) -> None:
        if found := self.sheet(number, "accepted", "locked"):
            row, sheet = found
            done = self.attempt(reopen, answer=row, reason="数据有误", area=self.office)
            last = self.world.said_of(sheet.village)[-1] is sheet.said
            if done is None:
                assert sheet.said is not None
                assert not last or len({path for _since, path in sheet.said.path.steps}) > 1
                return
            assert last
            sheet.state, sheet.said, sheet.before = "returned", None, None
            for village in self.world.villages.values():
                village.ended.pop(row.pk, None)

    # Meanwhile

    @rule(number=NUMBERS, venue=st.booleans())
    def correct_venue(self, number: int, venue: bool) -> None:
        rows = Association.objects.order_by("pk")
        self.attempt(
            correct_attribute, association=rows[number % len(rows)], attribute="venue", values={"has_venue": venue},
            since=date(2010, 1, 1), reason="记错了",
        )  # fmt: skip

    def redrawn(self) -> None:
        for place in Place.objects.filter(pk__in=self.world.villages, closed=None):
            if self.world.villages[place.pk].path != place.area_path:
                old = self.world.villages[place.pk].path
                for pk, one in self.world.villages.items():
                    if one.path == old:
                        self.world.redrawn(pk, place.area_path, self.day)

    def place(self, number: int, level: int) -> Place:
        found = Place.objects.filter(closed=None, level=level).order_by("pk")
        return found[number % len(found)]

    @rule(number=NUMBERS, other=NUMBERS, level=st.integers(4, 5))
    def move(self, number: int, other: int, level: int) -> None:
        self.day += timedelta(days=3)
        place, parent = self.place(number, level), self.place(other, level - 1)
        if number % 2 and self.attempt(move_place, place=place, parent=parent, on=self.day, basis=""):
            self.redrawn()

    @rule(number=NUMBERS, other=NUMBERS, level=st.integers(4, 5))
    def merge(self, number: int, other: int, level: int) -> None:
        self.day += timedelta(days=3)
        place = self.place(number, level)
        others = Place.objects.filter(closed=None, level=level).exclude(pk=place.pk).order_by("pk")
        into = others[other % len(others)] if others else place
        if number % 2 and self.attempt(merge_places, place=place, into=into, on=self.day, basis=""):
            if place.pk in self.world.villages:
                old = self.world.villages[place.pk].path
                self.world.villages[place.pk].closed = True
                for pk, one in self.world.villages.items():
                    if one.path == old:
                        self.world.redrawn(pk, into.area_path, self.day)
            self.redrawn()

    @rule(number=NUMBERS)
    def close(self, number: int) -> None:
        self.day += timedelta(days=1)
        place = self.place(number, 5)
        if number % 5 == 0 and self.attempt(close_place, place=place, on=self.day, basis=""):
            self.world.villages[place.pk].closed = True

    @rule()
    def fold(self) -> None:
        compact_totals()

    # What must be so

    @invariant()
    def every_figure_is_what_the_model_says(self) -> None:
        with clock.frozen(self.day):
            paths = list(Place.objects.order_by("area_path").values_list("area_path", flat=True))
            paths = ["", *paths]
            periods = [as_of(self.day), as_of(self.day - timedelta(days=17)), year(2011), year(2012)]
            measures = [measure_of(f"field.{name}") for name in (*FIELDS, "activities")]
            cells = table(measures, paths=paths, periods=periods)
            for path in paths:
                for period in periods:
                    for measure in measures[:2]:
                        name = measure.card.key.removeprefix("field.")
                        expected = self.world.stock(name, path, period.end)
                        assert cells.at(measure, path, period).value == expected, (name, path, period)
                for period in periods[2:]:
                    assert cells.at(measures[2], path, period).value == self.world.activities(path, period)

    @invariant()
    def every_round_is_where_the_model_says(self) -> None:
        with clock.frozen(self.day):
            now = as_of(self.day)
            paths = list(Place.objects.order_by("area_path").values_list("area_path", flat=True))
            keys = [f"round.{pk}.{state}" for pk in self.world.rounds for state in Return.State.values]
            cells = table([measure_of(key) for key in keys], paths=paths, periods=[now])
            for path in paths:
                for pk in self.world.rounds:
                    counts = Counter(self.world.states(pk, path))
                    for state in Return.State.values:
                        assert cells.at(measure_of(f"round.{pk}.{state}"), path, now).value == counts[state]
            handed = measure_of("returns.handed_in")
            cells = table([handed], paths=paths, periods=[parse("2012"), parse("2013"), parse("2014")])
            for path in paths:
                found = [cells.at(handed, path, parse(key)).value or 0 for key in ("2012", "2013", "2014")]
                assert sum(found) == self.world.handed_in(path)

    @invariant()
    def the_rows_say_the_same(self) -> None:
        rows = Return.objects.in_bulk(list(self.world.sheets))
        for pk, sheet in self.world.sheets.items():
            assert (rows[pk].state, rows[pk].waits_at) == (sheet.state, sheet.level)
            assert rows[pk].area_path == self.world.villages[sheet.village].path
            assert rows[pk].place_id == sheet.village

    @invariant()
    def what_is_known_is_what_was_accepted_last(self) -> None:
        found: dict[int, dict[str, object]] = {pk: {} for pk in self.world.villages}
        for one in KnownAnswer.objects.exclude(value__isnull=True):
            found[one.place_id][one.field] = one.value
        for pk in self.world.villages:
            keys = ("elders", "canteen", "activities") if not self.world.villages[pk].ended else FIELDS
            known = self.world.known(pk)
            assert {key: found[pk].get(key) for key in keys} == {key: known.get(key) for key in keys}

    @invariant()
    def everything_kept_beside_the_facts_agrees(self) -> None:
        assert [*recheck(), *verify()] == []


@pytest.mark.long
@pytest.mark.django_db
def test_any_course_of_events_gives_the_figures_of_a_plain_model() -> None:
    run_state_machine_as_test(
        Rounds,
        settings=settings(
            max_examples=6 * LONG, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],  # to shrink a course of events takes far longer than to read it
        ),
    )  # fmt: skip
