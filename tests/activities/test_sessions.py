"""Sessions: set one by one or laid out, moved, cancelled, closed; only held ones count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from tests import cast as at
from tests.activities import ground
from tests.activities.ground import HELPERS, TODAY, moment
from tests.cast import Cast
from yinling.activities import (
    Activity,
    Enrolment,
    NewRole,
    Session,
    Times,
    add_session,
    cancel_activity,
    cancel_session,
    change_session,
    close_session,
    create_activity,
    lay_out_sessions,
    reopen_session,
)
from yinling.activities.project_measures import SESSIONS, SESSIONS_BY_KIND
from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Refused
from yinling.figures import Definition, Sum, figure, recheck
from yinling.hours import Attendance

MORNING = Times(9, 0, timedelta(hours=2))
DAY = timedelta(days=1)
EVENING = moment(TODAY, 20)


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    with clock.frozen(moment(TODAY, 8)):
        yield


def held(path: str = at.COUNTY, measure: Sum = SESSIONS) -> int:
    return int(figure(measure, path=path, period=year(TODAY.year)).value or 0)


def test_a_session_has_a_secret_key_a_role_and_the_day_it_begins_on(cast: Cast) -> None:
    session = ground.session(cast)
    assert len(bytes(session.key)) == 32
    assert bytes(session.key) != bytes(ground.session(cast, session.activity, hour=14).key)
    assert (session.day, session.area_path, session.roles.get().capacity) == (TODAY, at.VILLAGE, 5)
    late = ground.session(cast, session.activity, hour=0, day=TODAY + DAY)
    assert late.day == TODAY + DAY, "midnight in China is the day before in UTC"


def test_what_no_session_can_be(cast: Cast) -> None:
    of = ground.activity(cast)
    good: dict[str, Any] = {
        "activity": of,
        "starts_at": moment(TODAY, 9),
        "ends_at": moment(TODAY, 11),
        "roles": HELPERS,
    }
    bad: dict[str, dict[str, Any]] = {
        "ends_at": {"ends_at": moment(TODAY, 9)},
        "starts_at": {"starts_at": moment(TODAY - DAY, 9), "ends_at": moment(TODAY - DAY, 10)},
        "roles": {"roles": ()},
        "closes_at": {"closes_at": moment(TODAY, 12)},
    }
    for field, values in bad.items():
        with pytest.raises(ValidationError) as refused:
            add_session(**{**good, **values}, by=at.SYSTEM)
        assert set(refused.value.message_dict) == {field}
    for roles in ([NewRole("甲", 0, True)], [NewRole("甲", 1, True)] * 2, [NewRole(" ", 1, True)]):
        with pytest.raises(ValidationError):
            add_session(**{**good, "roles": roles}, by=at.SYSTEM)
    with pytest.raises(ValidationError):
        add_session(**{**good, "ends_at": moment(TODAY + 60 * DAY, 9)}, by=at.SYSTEM)
    add_session(**good, by=at.SYSTEM)
    with translation.override("en"), pytest.raises(ValidationError, match="this time"):
        add_session(**good, by=at.SYSTEM)
    assert Session.objects.count() == 1


def test_a_kind_asks_for_its_details(cast: Cast) -> None:
    project = ground.published(cast)
    with pytest.raises(ValidationError) as refused:
        ground.activity(cast, project, "trip", agency="旅行社")
    assert set(refused.value.message_dict) == {"destination", "leader"}
    with pytest.raises(ValidationError):
        ground.activity(cast, project, "class", course="护理", ordinal="很多")
    made = ground.activity(cast, project, "class", course="护理", ordinal="3", unknown="x")
    assert made.details == {"course": "护理", "ordinal": 3}
    with pytest.raises(ValidationError):
        create_activity(project=project, kind="war", title="战", place=project.place, by=at.SYSTEM)


def lay_out(of: Activity, rule: str = "FREQ=WEEKLY;BYDAY=TU,FR", **values: Any) -> list[Session]:
    return lay_out_sessions(
        activity=of,
        **{
            "rule": rule, "first": TODAY, "last": TODAY + 14 * DAY, "times": MORNING, "roles": HELPERS, "venue": "驿站",
            **values,
        },
        by=at.SYSTEM,
    )  # fmt: skip


def test_laying_out_again_adds_only_what_is_missing(cast: Cast) -> None:
    of = ground.activity(cast)
    made = lay_out(of)
    assert [session.day.isoformat() for session in made] == ["2026-03-03", "2026-03-06", "2026-03-10", "2026-03-13"]
    assert all(session.roles.count() == 1 for session in made)
    of.refresh_from_db()
    assert of.repeats == "FREQ=WEEKLY;BYDAY=TU,FR"
    assert lay_out(of) == []
    change_session(session=made[0], starts_at=moment(made[0].day, 15), ends_at=moment(made[0].day, 16), by=at.SYSTEM)
    cancel_session(session=made[1], reason="下雪", by=at.SYSTEM)
    assert lay_out(of) == [], "what was moved or cancelled is not laid out anew"
    assert [session.day.day for session in lay_out(of, last=TODAY + 18 * DAY)] == [17, 20]


def test_public_holidays_are_left_out_unless_wanted(cast: Cast) -> None:
    with clock.frozen(moment(TODAY.replace(year=2025, month=9, day=20), 9)):
        project = ground.published(
            cast,
            starts_on=TODAY.replace(year=2025, month=9, day=20),
            ends_on=TODAY.replace(year=2025, month=10, day=15),
        )
        first = project.starts_on
        of = ground.activity(cast, project)
        days = [
            session.day.isoformat()
            for session in lay_out(of, "FREQ=WEEKLY;BYDAY=WE", first=first, last=project.ends_on)
        ]
        assert days == ["2025-09-24", "2025-10-15"], "1 and 8 October 2025 are holidays"
        made = lay_out(of, "FREQ=WEEKLY;BYDAY=WE", first=first, last=project.ends_on, holidays=True)
        assert [session.day.isoformat() for session in made] == ["2025-10-01", "2025-10-08"]


def test_too_many_at_once_are_refused(cast: Cast) -> None:
    of = ground.activity(cast, ground.published(cast, ends_on=TODAY + 800 * DAY, needs_agreement=True))
    with pytest.raises(ValidationError) as refused:
        lay_out(of, "FREQ=DAILY", last=TODAY + 700 * DAY)
    assert "400" in str(refused.value)
    assert not Session.objects.exists()


def test_only_held_sessions_count_and_a_mistake_is_taken_back(cast: Cast) -> None:
    session = ground.session(cast)
    with pytest.raises(Refused):
        close_session(session=session, by=at.SYSTEM)
    assert held() == 0
    with clock.frozen(EVENING):
        close_session(session=session, by=at.SYSTEM)
        assert (held(), held(measure=SESSIONS_BY_KIND["service"]), held(measure=SESSIONS_BY_KIND["show"])) == (1, 1, 0)
        assert Activity.objects.get().state == Activity.State.HELD
        with pytest.raises(Refused):
            cancel_session(session=session, reason="其实没来", by=at.SYSTEM)
        reopen_session(session=session, reason="点错了", by=at.SYSTEM)
        assert held() == 0
        cancel_session(session=session, reason="没有人来", by=at.SYSTEM)
        with pytest.raises(Refused):
            close_session(session=session, by=at.SYSTEM)
    assert Activity.objects.get().state == Activity.State.PLANNED
    assert not list(recheck())


def test_what_a_session_counts_for_is_in_its_fact(cast: Cast) -> None:
    health = ground.domain(cast.offices[at.PREFECTURE])
    session = ground.session(cast, ground.activity(cast, ground.published(cast, domain=health), "clinic"))
    with clock.frozen(EVENING):
        close_session(session=session, by=at.SYSTEM)
    where = {"kind": "clinic", "domain": "health", "platform": "contributing"}
    assert held(measure=Sum(Definition("test.one", "x", "session", ""), "session.held", where)) == 1


def test_a_session_of_a_draft_is_never_held(cast: Cast) -> None:
    session = ground.session(cast, ground.activity(cast, ground.draft(cast)))
    with clock.frozen(EVENING), pytest.raises(Refused):
        close_session(session=session, by=at.SYSTEM)


def test_a_move_is_told_and_calendars_see_it(cast: Cast) -> None:
    session = ground.session(cast)
    moved = change_session(
        session=session, starts_at=moment(TODAY + DAY, 14), ends_at=moment(TODAY + DAY, 16), venue="活动中心",
        place=cast.places[at.COMMUNITY], by=at.SYSTEM,
    )  # fmt: skip
    assert (moved.revision, moved.day, moved.area_path) == (1, TODAY + DAY, at.COMMUNITY)
    assert "03-02 09:00" in moved.notice
    assert "活动中心" in moved.notice
    assert moved.roles.get().area_path == at.COMMUNITY
    with pytest.raises(Refused):
        change_session(
            session=session, starts_at=moment(TODAY, 9), ends_at=moment(TODAY, 10), seen=session.changed_by - 1,
            by=at.SYSTEM,
        )  # fmt: skip


def test_an_activity_is_cancelled_with_its_sessions(cast: Cast) -> None:
    of = ground.activity(cast)
    made = lay_out(of)
    cancel_activity(activity=of, reason="场地维修", by=at.SYSTEM)
    assert set(Session.objects.values_list("state", "notice")) == {("cancelled", "场地维修")}
    assert len(made) == 4
    with pytest.raises(Refused):
        ground.session(cast, of)


def test_cancelling_is_refused_while_attendance_stands(cast: Cast) -> None:
    session = ground.session(cast)
    presence = Attendance.objects.create(
        session=session, person=cast.person, area_path=at.VILLAGE, serves=True, day=TODAY, started_at=clock.now(),
        source="list", grade="B", state="pending", recorded_at=clock.now(), entry_id=1, changed_by=1,
    )  # fmt: skip
    with pytest.raises(Refused):
        cancel_session(session=session, reason="不办了", by=at.SYSTEM)
    presence.state = "voided"
    presence.save()
    assert cancel_session(session=session, reason="不办了", by=at.SYSTEM).state == Session.State.CANCELLED
    assert not Enrolment.objects.exists()


def test_who_runs_another_area_changes_nothing(cast: Cast) -> None:
    session = ground.session(cast)
    for account in (cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            cancel_session(session=session, reason="不办了", by=cast.actor(account))
    assert cancel_session(session=session, reason="不办了", by=cast.actor(cast.chair)).state == Session.State.CANCELLED
