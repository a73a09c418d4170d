"""Whatever is recorded, reversed, issued and corrected in whatever order: printed and frozen figures stay as they are, and
the drift of every figure is what it is today less what was frozen.

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
from yinling.associations import Association, change_attribute, correct_attribute, dissolve, register
from yinling.base import clock
from yinling.base.period import as_of, parse
from yinling.base.rules import Refused
from yinling.facts import compact_totals, forget_series
from yinling.figures import Figure, Frozen, figure, measure_of, recheck
from yinling.network import Body, Place, register_body
from yinling.office import DocumentSeries, open_series
from yinling.reports import (
    Report,
    ReportFigure,
    correct_report,
    drifted,
    issue_report,
    resolved,
    start_report,
    submit_for_review,
    withdraw_report,
    write_template,
)

LONG = int(os.environ.get("YINLING_LONG", "1"))
BEGIN = date(2012, 6, 1)
NUMBERS = st.integers(0, 30)
TEXT = """{{ figure rural.associations }}{{ figure rural.members }}{{ figure rural.places_with }}{{ figure villages }}
{% if rural.associations > 1 %}{{ difference rural.associations from=2012-05-01 to=this as=change }}{% end %}
{{ share rural.venue of=villages }}{{ figure rural.members as=余 }}{{ table rows=children columns="rural.associations,rural.coverage" }}"""
CITING = "{{ cited rural.associations from=children }}" + TEXT
PATHS = ("52", "5201", "520101", "520101001", "520101001001", "520101001003", "520102", "520102001", "520102001001")


issued_in_all: list[int] = []
"""How many reports each course issued: a test of nothing would pass."""


class Course(RuleBasedStateMachine):
    """An office at the prefecture, one at each county, and what was printed when each report was issued."""

    def __init__(self) -> None:
        super().__init__()
        self.day = BEGIN
        self.printed: dict[int, list[tuple[Any, ...]]] = {}
        self.frozen: dict[int, tuple[Any, ...]] = {}
        self.count = 0
        self.scope = rolled_back()
        self.scope.__enter__()
        forget_series()

    def teardown(self) -> None:
        issued_in_all.append(len(self.printed))
        self.scope.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.places = load(PATHS, on=date(2011, 1, 1))
        self.offices: dict[str, Body] = {}
        self.series: dict[str, DocumentSeries] = {}
        self.templates = {}
        for number, path in enumerate(("5201", "520101", "520102")):
            office = self.offices[path] = register_body(
                place=self.places[path],
                kind=Body.Kind.OFFICE,
                name=f"老龄办{path}",
                founded=date(2011, 1, 1),
                by=SYSTEM,
            )
            self.series[path] = open_series(body=office, code_word=f"试{'甲乙丙'[number]}", by=SYSTEM)
            self.templates[path] = write_template(
                body=office, name="月报", text=CITING if path == "5201" else TEXT, by=SYSTEM
            )
        self.found(number=0, back=30, members=12, venue=True, days=0)
        self.issue(path="520101", back=0, fresh=True)

    def attempt(self, act: Any, **arguments: Any) -> Any:
        """Do it as of today; None where it is refused."""
        with clock.frozen(self.day):
            try:
                return act(by=SYSTEM, **arguments)
            except Refused:
                return None

    def pick(self, number: int) -> Association | None:
        rows = Association.objects.order_by("pk")
        return rows[number % len(rows)] if rows else None

    @rule(
        number=NUMBERS, back=st.integers(0, 60), members=st.integers(0, 30), venue=st.booleans(), days=st.integers(0, 9)
    )
    def found(self, number: int, back: int, members: int, venue: bool, days: int) -> None:
        self.day += timedelta(days=days)
        villages = Place.objects.filter(level=5).order_by("pk")
        self.count += 1
        self.attempt(
            register, place=villages[number % len(villages)], name=f"会{self.count}", founded=self.day - timedelta(days=back),
            attributes={
                "setting": {"setting": "rural"}, "venue": {"has_venue": venue}, "members": {"member_count": members},
            },
        )  # fmt: skip

    @rule(number=NUMBERS, members=st.integers(0, 40), back=st.integers(0, 60), correcting=st.booleans())
    def amend(self, number: int, members: int, back: int, correcting: bool) -> None:
        if (row := self.pick(number)) is None:
            return
        on, values = self.day - timedelta(days=back), {"member_count": members}
        if correcting:
            founded = row.body.founded
            self.attempt(
                correct_attribute,
                association=row,
                attribute="members",
                values=values,
                since=max(on, founded),
                reason="记错",
            )
        else:
            self.attempt(change_attribute, association=row, attribute="members", values=values, on=on)

    @rule(number=NUMBERS)
    def end(self, number: int) -> None:
        if (row := self.pick(number)) is not None:
            self.attempt(dissolve, association=row, on=self.day, reason="停办")

    @rule(path=st.sampled_from(["5201", "520101", "520102", "5201"]), back=st.integers(0, 20), fresh=st.booleans())
    def issue(self, path: str, back: int, fresh: bool) -> None:
        period = as_of(BEGIN if fresh else self.day - timedelta(days=back))
        report = self.attempt(
            start_report, template=self.templates[path], issuer=self.offices[path], place=self.places[path], period=period,
            title="月报",
        )  # fmt: skip
        self.send(report)

    def send(self, report: Report) -> None:
        with clock.frozen(self.day):
            expected = resolved(report)
        handed_in = self.attempt(submit_for_review, report=report)
        assert (handed_in is None) is bool(expected.missing)
        if handed_in is None:
            return
        done = self.attempt(
            issue_report, report=report, series=self.series[report.issuer.area_path], issued_on=self.day
        )
        if done is None:
            return  # another correction of the same report came first
        kept = list(done.figures.order_by("pk").values_list("mark", "kind", "text", "frozen", "against", "stated"))
        assert [row[2] for row in kept if row[1] != "part"] == [one.text for one in expected.figures]
        self.printed[done.pk] = kept
        self.frozen = {row[0]: row for row in Frozen.objects.values_list()}

    @precondition(lambda self: self.printed)
    @rule(number=NUMBERS, withdrawing=st.booleans())
    def correct(self, number: int, withdrawing: bool) -> None:
        report = Report.objects.get(pk=sorted(self.printed)[number % len(self.printed)])
        if withdrawing:
            self.attempt(withdraw_report, report=report, reason="有误")
        elif draft := self.attempt(correct_report, report=report):
            self.send(draft)

    @rule()
    def fold(self) -> None:
        compact_totals()

    @invariant()
    def what_was_printed_and_frozen_stays(self) -> None:
        for pk, kept in self.printed.items():
            rows = ReportFigure.objects.filter(report=pk).order_by("pk")
            assert list(rows.values_list("mark", "kind", "text", "frozen", "against", "stated")) == kept
        assert {row[0]: row for row in Frozen.objects.values_list()} == self.frozen
        assert list(recheck()) == []

    @invariant()
    def drift_is_today_less_frozen(self) -> None:
        with clock.frozen(self.day):
            for report in Report.objects.filter(pk__in=self.printed):
                for one in drifted(report):
                    if one.row.kind == ReportFigure.Kind.CITED:
                        continue  # a sum of what others printed; test_course looks at it
                    then, now = (self.value(one.row, today) for today in (False, True))
                    assert _close(one.then, then)
                    assert one.now == now
                    expected = None if one.then is None or now is None else now - one.then
                    assert one.difference == expected
                    assert one.same or one.difference != 0

    def value(self, row: ReportFigure, today: bool) -> Decimal | None:
        """A figure's value computed here: from the frozen rows, or from a reading of today."""
        values = []
        for frozen in (row.frozen, row.against):
            if frozen is not None:
                read: Figure = figure(measure_of(frozen.measure), path=frozen.area_path, period=parse(frozen.period))
                values.append(read.value if today else frozen.value)
        if len(values) == 1 or values[0] is None or values[1] is None:
            return values[0]
        if row.kind == ReportFigure.Kind.DIFFERENCE:
            return values[0] - values[1]
        return values[0] * 100 / values[1] if values[1] else None


def _close(value: Decimal | None, kept: Decimal | None) -> bool:
    """Equal to the six places a frozen figure keeps."""
    return value == kept or (value is not None and kept is not None and abs(value - kept) <= Decimal("0.000001"))


@pytest.mark.long
@pytest.mark.django_db
def test_any_course_of_events_leaves_what_was_issued_as_it_was() -> None:
    run_state_machine_as_test(
        Course,
        settings=settings(
            max_examples=6 * LONG, stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],
        ),
    )  # fmt: skip
    assert min(issued_in_all) >= 1
    assert sum(issued_in_all) > len(issued_in_all)
