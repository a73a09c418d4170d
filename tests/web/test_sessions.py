"""Sessions at the front door: laid out by plain choices, moved, cancelled, closed; the list; the calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import icalendar  # type: ignore[import-untyped]
import pytest
from django.urls import reverse

from tests import cast as at
from tests.activities import ground
from tests.cast import Cast
from tests.web.test_projects import address, running, text
from yinling.activities import Activity, Enrolment, Session
from yinling.base import clock
from yinling.base.clock import CHINA
from yinling.volunteers import Volunteer

DAY = timedelta(days=1)


@pytest.fixture
def activity(cast: Cast) -> Activity:
    """An activity of a published project that runs now."""
    return ground.activity(cast, running(cast))


def layout(**values: object) -> dict[str, Any]:
    today = clock.today()
    return {
        "often": "daily", "every": "1", "nth": "0", "first": (today + DAY).isoformat(),
        "last": (today + 5 * DAY).isoformat(), "begins": "09:00", "ends": "11:30", "holidays": "on",
        "roles": "志愿者 5\n司机：2", "serving": "on", "venue": "村委会", **values,
    }  # fmt: skip


def test_sessions_are_laid_out_by_choices_and_by_a_pasted_rule(cast: Cast, activity: Activity) -> None:
    client, page = cast.client(cast.county), address("session-layout", pk=activity.pk)
    assert client.post(page, layout(roles="志愿者")).context["form"].errors.keys() == {"roles"}
    assert client.post(page, layout(rule="FREQ=HOURLY")).context["form"].errors.keys() == {"rule"}
    assert client.post(page, layout(last="2999-01-01")).status_code == 422
    assert client.post(page, layout(ends="08:00")).status_code == 422
    assert not Session.objects.exists()
    assert client.post(page, layout()).status_code == 302
    assert Session.objects.count() == 5
    first = Session.objects.earliest("day")
    assert sorted(first.roles.values_list("name", "capacity", "serves")) == [("司机", 2, True), ("志愿者", 5, True)]
    assert (first.ends_at - first.starts_at) == timedelta(hours=2, minutes=30)
    assert (
        client.post(
            page, layout(rule="RRULE:FREQ=DAILY;COUNT=7", last=(clock.today() + 9 * DAY).isoformat())
        ).status_code
        == 302
    )
    assert Session.objects.count() == 7


def test_one_session_is_added_moved_and_cancelled(cast: Cast, activity: Activity) -> None:
    client, day = cast.client(cast.county), clock.today() + DAY
    data = {"day": day.isoformat(), "begins": "09:00", "ends": "11:00", "roles": "志愿者 5", "serving": "on"}
    new = address("session-new", pk=activity.pk)
    assert client.post(new, {**data, "ends": "08:00"}).context["form"].errors.keys() == {"ends"}
    assert client.post(new, data).status_code == 302
    assert client.post(new, data).context["form"].errors.keys() == {"begins"}
    session = Session.objects.get()
    move = address("session-change", pk=session.pk)
    assert 'value="09:00"' in text(client.get(move))
    moved = {
        "day": day.isoformat(),
        "begins": "15:00",
        "ends": "17:00",
        "venue": "活动中心",
        "seen": session.changed_by,
    }
    assert client.post(move, moved).status_code == 302
    assert client.post(move, moved).status_code == 422
    shown = text(client.get(address("session", pk=session.pk)))
    assert "活动中心" in shown
    assert "15:00" in shown
    assert client.post(address("session-close", pk=session.pk)).status_code == 302
    session.refresh_from_db()
    assert session.state == "open", "it has not ended yet"
    assert client.post(address("session-cancel", pk=session.pk), {"reason": "下雪"}).status_code == 302
    session.refresh_from_db()
    assert (session.state, session.notice, session.revision) == ("cancelled", "下雪", 2)


def test_what_was_held_is_closed_counted_and_opened_again(cast: Cast, activity: Activity) -> None:
    client = cast.client(cast.county)
    session = ground.session(cast, activity, day=clock.today() - DAY)
    assert text(client.get(address("sessions"), {"days": "past"})).count(address("session", pk=session.pk)) == 1
    assert client.post(address("session-close", pk=session.pk)).status_code == 302
    shown = text(client.get(address("session", pk=session.pk)))
    assert reverse("door", kwargs={"key": "sessions.service"}) in shown
    door = client.get(
        reverse("door", kwargs={"key": "sessions.held"}), {"place": at.COUNTY, "period": str(session.day.year)}
    )
    assert address("session", pk=session.pk) in text(door)
    assert client.post(address("session-reopen", pk=session.pk), {"reason": "点错了"}).status_code == 302
    session.refresh_from_db()
    assert session.state == "open"


def test_who_does_not_run_things_there_changes_nothing(cast: Cast, activity: Activity) -> None:
    session = ground.session(cast, activity, day=clock.today() + DAY)
    other = ground.session(
        cast, ground.activity(cast, running(cast, "石阡", at.NEIGHBOUR, at.NEIGHBOUR_VILLAGE)), day=clock.today() + DAY
    )
    for account in (cast.auditor, cast.stranger):
        assert cast.client(account).get(address("session", pk=session.pk)).status_code == 200
        assert (
            cast.client(account).post(address("session-cancel", pk=session.pk), {"reason": "x" * 5}).status_code == 403
        )
    for name in ("session-change", "session-cancel", "session-reopen"):
        assert cast.client(cast.county).get(address(name, pk=other.pk)).status_code == 404
    assert cast.client(cast.county).post(address("session-close", pk=other.pk)).status_code == 404


def test_the_list_is_narrowed_by_day_area_kind_state_station(cast: Cast, activity: Activity) -> None:
    client, today = cast.client(cast.county), clock.today()
    ground.session(cast, activity, day=today + 10 * DAY)
    far = running(cast, "远方", at.NEIGHBOUR, at.NEIGHBOUR_VILLAGE)
    ground.session(cast, ground.activity(cast, far), day=today + 10 * DAY)
    month = f"{today + 10 * DAY:%Y-%m}"
    for query, count in (
        ({}, 1), ({"place": "all"}, 2), ({"days": "week"}, 0), ({"days": "all", "kind": "service"}, 1), ({"kind": "show"}, 0),
        ({"state": "held"}, 0), ({"month": month}, 1), ({"station": "12345"}, 0), ({"q": "义诊"}, 1), ({"q": "没有"}, 0),
        ({"project": str(far.pk), "place": "all"}, 1), ({"days": "x", "kind": "x", "state": "x", "month": "2026-99"}, 1),
        ({"station": "x", "project": "9" * 30}, 1), ({"page": "7"}, 0),
    ):  # fmt: skip
        found = client.get(address("sessions"), query)
        assert found.status_code == 200
        assert text(found).count("村委会") == count, query
    response = client.get(address("sessions-export"))
    assert b"".join(iter(response))[:2] == b"PK"


def test_calendars_are_public_as_far_as_published_and_answer_304(cast: Cast, activity: Activity) -> None:
    session = ground.session(cast, activity, day=clock.today() + DAY)
    feed = address("project-calendar", pk=activity.project_id)
    first = cast.client().get(feed)
    assert first["Content-Type"].startswith("text/calendar")
    assert first["Last-Modified"]
    (event,) = icalendar.Calendar.from_ical(first.content).walk("VEVENT")
    assert event["DTSTART"].dt == session.starts_at.astimezone(CHINA)
    assert cast.client().get(feed, headers={"If-None-Match": first["ETag"]}).status_code == 304
    ground.session(cast, activity, day=clock.today() + 2 * DAY)
    assert cast.client().get(feed, headers={"If-None-Match": first["ETag"]}).status_code == 200
    hidden = ground.activity(cast, ground.draft(cast, starts_on=clock.today(), ends_on=clock.today() + DAY))
    assert cast.client().get(address("project-calendar", pk=hidden.project_id)).status_code == 404
    assert cast.client().get(address("station-calendar", pk=1)).status_code == 404


def test_ones_own_calendar_has_a_secret_address(cast: Cast, activity: Activity) -> None:
    Volunteer.objects.create(
        person=cast.person, area_path=at.VILLAGE, number="V1", source="unit", state="active", account=cast.chair,
        registered_on=clock.today(), changed_by=1,
    )  # fmt: skip
    session = ground.session(cast, activity, day=clock.today() + DAY)
    Enrolment.objects.create(
        session=session, role=session.roles.get(), area_path=session.area_path, person=cast.person, state="invited",
        made_at=clock.now(), changed_by=1,
    )  # fmt: skip
    client = cast.client(cast.chair)
    assert "webcal" not in text(client.get(address("me-calendar")))
    made = client.post(address("me-calendar"))
    secret = made.context["address"]
    assert made["Cache-Control"] == "no-store"
    shown = cast.client().get(secret)
    assert shown.status_code == 200
    assert "private" in shown["Cache-Control"]
    assert len(icalendar.Calendar.from_ical(shown.content).walk("VEVENT")) == 1
    client.post(address("me-calendar"))
    assert cast.client().get(secret).status_code == 404, "a new address ends the old one"
    assert cast.client(cast.stranger).get(address("me-calendar")).status_code == 404
