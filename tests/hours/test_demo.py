"""The demo's presence, made small: who serves, what counts, what waits and what looks impossible."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.cast import COUNTY, NEIGHBOUR, NEIGHBOUR_VILLAGE, PREFECTURE, VILLAGE, Cast
from tests.hours.ground import session, volunteer
from yinling.activities import Session
from yinling.base import clock
from yinling.base.period import between, year
from yinling.facts import verify
from yinling.figures import figure, recheck
from yinling.hours import HOURS, SERVED, Attendance, State, Verdict, suspicions
from yinling.hours import demo as hours_demo
from yinling.volunteers import Volunteer


def test_the_demo_gives_the_figures_it_is_made_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SERVED": 60, "HOURS": 600, "PENDING": 6, "ONE_PHONE": 20}.items():
        monkeypatch.setattr(hours_demo, name, value)
    with clock.frozen(datetime(2026, 1, 20, 12, tzinfo=clock.CHINA)):
        for number in range(64):
            volunteer(cast.places[VILLAGE if number % 2 else NEIGHBOUR_VILLAGE], f"杨{number}", number)
        Volunteer.objects.update(registered_on=date(2024, 1, 1))
        Volunteer.objects.filter(number__in=("V00000062", "V00000063")).update(registered_on=date(2025, 3, 1))
        for number in range(120):
            path, office = ((VILLAGE, COUNTY), (NEIGHBOUR_VILLAGE, NEIGHBOUR))[number % 2]
            day = date(2024, 11, 4) + timedelta(days=number // 2 * 7)
            start = datetime(day.year, day.month, day.day, 9, tzinfo=clock.CHINA)
            session(
                cast.places[path], cast.offices[office], f"第{number}场", start=start, end=start + timedelta(hours=3)
            )
        recorder, confirmer = cast.actor(cast.prefecture), cast.actor(cast.province)
        count = hours_demo.hours(
            city=PREFECTURE, sessions=Session.objects.all(), volunteers=Volunteer.objects.all(), recorder=recorder,
            confirmer=confirmer,
        )  # fmt: skip
        confirmed = Attendance.objects.filter(state=State.CONFIRMED)
        assert confirmed.count() == count
        assert figure(SERVED, path=PREFECTURE, period=year(2025)).value == 60
        total = sum(int(figure(HOURS, path=PREFECTURE, period=year(on)).value or 0) for on in (2024, 2025))
        assert 600 * 60 <= total <= 900 * 60
        assert set(confirmed.values_list("recorded_by", "confirmed_by")) == {
            (recorder.account_id, confirmer.account_id)
        }
        assert {row.grade for row in confirmed} <= set("ABCD")
        assert not Attendance.objects.filter(state=State.REVIEW).exists()
        found = suspicions(confirmer, PREFECTURE, between(date(2024, 1, 1), date(2026, 1, 20)))
        kinds = sorted(one.kind for one in found)
        assert kinds == ["before"] * 2 + ["device"] + ["longer"] * 4 + ["overlap"] * 5
        assert Verdict.objects.filter(kind="bulk").exists()
        assert not [*recheck(), *verify()]
