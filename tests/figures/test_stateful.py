"""Whatever is done in whatever order, every figure at every place is what a plain model of the world says.

`YINLING_LONG=40` runs it that many times as long.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from decimal import Decimal
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
from tests.figures.test_map import SMALL
from tests.figures.world import MEASURES, Club, Course, Spot, World
from yinling.associations import Association, change_attribute, correct_attribute, dissolve, register
from yinling.associations.bulk import NewAssociation, register_many, withdraw_batch
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Refused
from yinling.facts import Entry, compact_totals, forget_series, verify
from yinling.figures import Amount, Frozen, Region, drifts, figure, freeze, recheck, table, thawed, why
from yinling.network import Body, Place, close_place, merge_places, move_place, open_place, rename_place, split_place

LONG = int(os.environ.get("YINLING_LONG", "1"))
BEGIN = date(2012, 1, 20)
NUMBERS, DAYS_BACK = st.integers(0, 60), st.integers(0, 70)
SETTINGS, QUANTITIES = st.sampled_from(["rural", "urban"]), st.integers(0, 9)
ATTRIBUTES = st.sampled_from(["setting", "venue", "members", "funds", "venue", "members"])


class Register(RuleBasedStateMachine):
    """The platform on one side, the model on the other. A refused action must leave both as they were."""

    def __init__(self) -> None:
        super().__init__()
        self.world, self.day, self.batches = World(), BEGIN, 0
        self.frozen: dict[int, tuple[object, ...]] = {}
        self.scope = rolled_back()
        self.scope.__enter__()
        forget_series()

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    @initialize()
    def places(self) -> None:
        for path, place in load(SMALL, on=date(2011, 6, 1)).items():
            self.world.spots[place.pk] = Spot(place.level, place.kind, place.opened, Course(place.opened, path, path))

    def pass_days(self, days: int) -> None:
        self.day += timedelta(days=days)

    def place(self, number: int, level: int = 0) -> Place | None:
        found = Place.objects.filter(closed=None, **({"level": level} if level else {})).order_by("pk")
        return found[number % len(found)] if found else None

    def attempt(self, act: Any, **arguments: Any) -> Any:
        """Do it as of today; None where it is refused."""
        with clock.frozen(self.day):
            try:
                return act(by=SYSTEM, **arguments)
            except Refused:
                return None

    # The register

    @rule(
        number=NUMBERS,
        back=DAYS_BACK,
        setting=SETTINGS,
        venue=st.booleans(),
        members=QUANTITIES,
        days=st.integers(0, 20),
    )
    def register_one(self, number: int, back: int, setting: str, venue: bool, members: int, days: int) -> None:
        self.pass_days(days)
        place = self.place(number, level=5)
        if place is None:
            return
        founded = self.day - timedelta(days=back)
        made = self.attempt(
            register, place=place, name=f"会{len(self.world.clubs)}", founded=founded,
            attributes={
                "setting": {"setting": setting}, "venue": {"has_venue": venue}, "members": {"member_count": members},
            },
        )  # fmt: skip
        assert made is not None
        self.world.clubs[made.pk] = Club(
            founded, Course(founded, place.area_path, ""), Course(founded, setting, ""), Course(founded, venue, False),
            Course(founded, members, 0), Course(founded, None, None),
        )  # fmt: skip

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=3), back=DAYS_BACK, setting=SETTINGS, funds=st.integers(1, 9))
    def import_many(self, numbers: list[int], back: int, setting: str, funds: int) -> None:
        self.batches += 1
        founded = self.day - timedelta(days=back)
        places = [place for number in numbers if (place := self.place(number, level=5))]
        rows = [
            NewAssociation(
                place_id=place.pk, area_path=place.area_path, founded=founded, setting=setting,
                name=f"批{self.batches}{row}", has_funding=True, funding_amount=Decimal(funds), member_count=row,
                row=row,
            )
            for row, place in enumerate(places)
        ]  # fmt: skip
        self.attempt(register_many, rows=rows, batch_id=self.batches, area=Region(""))
        for body in Body.objects.filter(batch_id=self.batches):
            self.world.clubs[body.pk] = Club(
                founded, Course(founded, body.area_path, ""), Course(founded, setting, ""),
                Course(founded, False, False), Course(founded, body.batch_row or 0, 0),
                Course(founded, Decimal(funds), None), batch=self.batches,
            )  # fmt: skip

    @precondition(lambda self: self.batches)
    @rule(number=NUMBERS)
    def withdraw(self, number: int) -> None:
        batch = 1 + number % self.batches
        entry = Entry.objects.filter(action="associations.import", subject_id=batch).first()
        if entry is None:
            return
        if self.attempt(withdraw_batch, batch_id=batch, entry_id=entry.pk, reason="错表", area=Region("")) is not None:
            for club in self.world.clubs.values():
                club.withdrawn = club.withdrawn or club.batch == batch

    def pick(self, number: int) -> tuple[Association, Club]:
        pk = sorted(self.world.clubs)[number % len(self.world.clubs)]
        return Association.objects.get(pk=pk), self.world.clubs[pk]

    @staticmethod
    def wanted(attribute: str, setting: str, quantity: int) -> tuple[str, dict[str, object], object]:
        """The attribute's key, its values, and the value in the model."""
        if attribute == "setting":
            return attribute, {"setting": setting}, setting
        if attribute == "venue":
            return attribute, {"has_venue": quantity % 2 == 1}, quantity % 2 == 1
        if attribute == "members":
            return attribute, {"member_count": quantity}, quantity
        amount = Decimal(quantity) if quantity % 3 else None
        return "funding", {"has_funding": amount is not None, "funding_amount": amount}, amount

    @precondition(lambda self: self.world.clubs)
    @rule(number=NUMBERS, attribute=ATTRIBUTES, setting=SETTINGS, quantity=QUANTITIES, back=st.integers(0, 30))
    def change(self, number: int, attribute: str, setting: str, quantity: int, back: int) -> None:
        self.pass_days(3)
        row, club = self.pick(number)
        key, values, value = self.wanted(attribute, setting, quantity)
        on = self.day - timedelta(days=back)
        if self.attempt(change_attribute, association=row, attribute=key, values=values, on=on, seen=row.changed_by):
            getattr(club, attribute).change(on, value)

    @precondition(lambda self: self.world.clubs)
    @rule(number=NUMBERS, attribute=ATTRIBUTES, setting=SETTINGS, quantity=QUANTITIES, back=DAYS_BACK)
    def correct(self, number: int, attribute: str, setting: str, quantity: int, back: int) -> None:
        row, club = self.pick(number)
        key, values, value = self.wanted(attribute, setting, quantity)
        since = max(self.day - timedelta(days=back), club.founded)
        if self.attempt(correct_attribute, association=row, attribute=key, values=values, since=since, reason="记错"):
            getattr(club, attribute).correct(since, value)

    @precondition(lambda self: self.world.clubs)
    @rule(number=NUMBERS, back=st.integers(0, 10))
    def dissolve_one(self, number: int, back: int) -> None:
        row, club = self.pick(number)
        on = self.day - timedelta(days=back)
        if self.attempt(dissolve, association=row, on=on, reason="停办"):
            club.dissolved = on

    # The map

    def redrawn(self) -> None:
        """Rows tell where places and associations lie from today; facts must follow."""
        for pk, path in Place.objects.filter(closed=None).values_list("pk", "area_path"):
            if self.world.spots[pk].path.last != path:
                self.world.spots[pk].path.change(self.day, path)
        for pk, path in Association.objects.values_list("pk", "area_path"):
            club = self.world.clubs[pk]
            if not club.withdrawn and club.dissolved is None and club.path.last != path:
                club.path.change(self.day, path)

    @rule(number=NUMBERS, other=NUMBERS, level=st.integers(2, 5))
    def move(self, number: int, other: int, level: int) -> None:
        self.pass_days(5)
        place, parent = self.place(number, level), self.place(other, level - 1) or self.place(other)
        if self.attempt(move_place, place=place, parent=parent, on=self.day, basis="") if place else None:
            self.redrawn()

    @rule(number=NUMBERS, other=NUMBERS, level=st.integers(2, 5))
    def merge(self, number: int, other: int, level: int) -> None:
        self.pass_days(5)
        place, into = self.place(number, level), self.place(other, level)
        if place and self.attempt(merge_places, place=place, into=into, on=self.day, basis=""):
            self.world.spots[place.pk].closed = self.day
            self.redrawn()

    @rule(number=NUMBERS, level=st.integers(2, 4), some=st.integers(0, 2))
    def split(self, number: int, level: int, some: int) -> None:
        self.pass_days(5)
        place = self.place(number, level)
        taking = list(place.children.filter(closed=None).order_by("pk")[:some]) if place else []
        new = self.attempt(split_place, place=place, name="新", taking=taking, on=self.day, basis="") if place else None
        if new:
            self.world.spots[new.pk] = Spot(new.level, new.kind, self.day, Course(self.day, new.area_path, ""))
            self.redrawn()

    @rule(number=NUMBERS, skip=st.booleans(), kind=st.sampled_from(["villagers", "residents"]), back=st.integers(0, 40))
    def open_one(self, number: int, skip: bool, kind: str, back: int) -> None:
        parent = self.place(number)
        on = self.day - timedelta(days=back)
        if parent is None:
            return
        level = min(parent.level + 1 + skip, 5)
        new = self.attempt(open_place, parent=parent, level=level, kind=kind, name="开", on=on)
        if new:
            self.world.spots[new.pk] = Spot(new.level, new.kind, on, Course(on, new.area_path, ""))

    @rule(number=NUMBERS, level=st.integers(3, 5))
    def close(self, number: int, level: int) -> None:
        self.pass_days(1)
        place = self.place(number, level)
        if place and self.attempt(close_place, place=place, on=self.day, basis=""):
            self.world.spots[place.pk].closed = self.day

    @rule(number=NUMBERS)
    def rename(self, number: int) -> None:
        self.attempt(rename_place, place=self.place(number), name="改名", on=self.day, basis="")

    # What must change nothing

    @rule()
    def fold(self) -> None:
        compact_totals()

    @rule(number=NUMBERS, measure=st.sampled_from(MEASURES), back=DAYS_BACK)
    def freeze_one(self, number: int, measure: Any, back: int) -> None:
        place = self.place(number)
        assert place is not None
        period = as_of(self.day - timedelta(days=back))
        kept = self.attempt(freeze, measure=measure, region=Region(place.area_path), period=period)
        expected = self.world.values(place.area_path, period.end)[measure.card.key]
        assert kept.value == expected
        self.frozen[kept.pk] = next(iter(Frozen.objects.filter(pk=kept.pk).values_list()))

    @invariant()
    def every_figure_is_what_the_model_says(self) -> None:
        with clock.frozen(self.day):
            paths = ["", *Place.objects.order_by("area_path").values_list("area_path", flat=True)]
            days = [self.day, self.day - timedelta(days=17), self.day - timedelta(days=60)]
            cells = table(MEASURES, paths=paths, periods=[as_of(day) for day in days])
            for path in paths:
                for day in days:
                    for key, value in self.world.values(path, day).items():
                        assert cells.cells[key, path, as_of(day).key].value == value, (key, path, day)

    @invariant()
    def what_became_of_frozen_figures_is_the_sum_of_what_is_named(self) -> None:
        frozen = list(Frozen.objects.order_by("pk"))
        with clock.frozen(self.day):
            for kept, found in zip(frozen, drifts(frozen), strict=True):
                parts = found.definition + found.map + sum((one.amount for one in found.entries), Amount())
                assert parts == Amount.of(found.now) - Amount.of(thawed(kept))
                path, period = found.now.path, found.now.period
                assert found.now == figure(found.now.measure, path=path, period=period, on_map="today")

    @rule(number=NUMBERS, measure=st.sampled_from(MEASURES), back=DAYS_BACK, days=st.integers(-9, 60))
    def a_difference_is_the_sum_of_its_parts(self, number: int, measure: Any, back: int, days: int) -> None:
        path = self.place(number).area_path if number % 4 else ""  # type: ignore[union-attr]
        before = self.day - timedelta(days=back)
        after = before + timedelta(days=days)
        with clock.frozen(self.day):
            found = why(measure, path=path, before=as_of(before), after=as_of(after))
        assert found.before.value == self.world.values(path, before)[measure.card.key]
        assert found.after.value == self.world.values(path, after)[measure.card.key]
        whole = Amount.of(found.after) - Amount.of(found.before)
        assert sum((part.amount for part in found.parts), Amount()) == whole
        assert sum(found.by_place().values(), Amount()) == sum(found.by_cause().values(), Amount()) == whole

    @invariant()
    def everything_kept_beside_the_facts_agrees(self) -> None:
        assert [*recheck(), *verify()] == []
        assert dict(zip(self.frozen, Frozen.objects.order_by("pk").values_list(), strict=True)) == self.frozen

    @invariant()
    def rows_lie_where_their_place_does(self) -> None:
        for place in Place.objects.filter(closed=None, parent__isnull=False).select_related("parent"):
            assert place.parent is not None
            assert place.area_path.startswith(place.parent.area_path)
        for association in Association.objects.select_related("body__place"):
            body = association.body
            if not body.withdrawn and body.dissolved is None:
                assert association.area_path == body.area_path == body.place.area_path


@pytest.mark.long
@pytest.mark.django_db
def test_any_course_of_events_gives_the_figures_of_a_plain_model() -> None:
    run_state_machine_as_test(
        Register,
        settings=settings(
            max_examples=12 * LONG, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],  # to shrink a course of events takes far longer than to read it
        ),
    )  # fmt: skip
