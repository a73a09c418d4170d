"""Calendars as phones read them: read back with a parser, the same again where nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import icalendar  # type: ignore[import-untyped]
import pytest

from tests import cast as at
from tests.activities import ground
from tests.activities.ground import TODAY, moment
from tests.cast import Cast
from yinling.activities import Feed, Session, calendar, cancel_session, change_session, renew_feed
from yinling.base import clock
from yinling.base.rules import Refused
from yinling.volunteers import Volunteer

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    with clock.frozen(moment(TODAY, 8)):
        yield


def read(sessions: list[Session]) -> tuple[icalendar.Calendar, calendar.Calendar]:
    made = calendar.calendar_of("义诊", sessions, lambda one: f"https://yinling.example/{one.pk}/")
    return icalendar.Calendar.from_ical(made.content), made


def test_a_session_keeps_its_identity_and_says_its_changes(cast: Cast) -> None:
    session = ground.session(cast)
    (first,) = read([session])[0].walk("VEVENT")
    with clock.frozen(moment(TODAY, 9)):
        moved = change_session(
            session=session, starts_at=moment(TODAY + DAY, 14), ends_at=moment(TODAY + DAY, 16), by=at.SYSTEM
        )
        (second,) = read([moved])[0].walk("VEVENT")
        cancelled = cancel_session(session=moved, reason="下雪", by=at.SYSTEM)
        (third,) = read([cancelled])[0].walk("VEVENT")
    assert first["UID"] == second["UID"] == third["UID"]
    assert [int(event["SEQUENCE"]) for event in (first, second, third)] == [0, 1, 2]
    assert [str(event["STATUS"]) for event in (first, second, third)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert second["DTSTART"].dt == moment(TODAY + DAY, 14)
    assert str(second["DTSTART"].params["TZID"]) == "Asia/Shanghai"
    assert "下雪" in third["DESCRIPTION"]
    assert bytes(session.key).hex()[:16] not in first["UID"]


def test_the_file_stands_by_itself_and_is_the_same_until_something_changes(cast: Cast) -> None:
    session = ground.session(cast)
    parsed, made = read([session])
    assert parsed.walk("VTIMEZONE"), "a program needs the zone's definition beside its name"
    assert read([session])[1] == made
    assert made.content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in made.content.split(b"\r\n")), "RFC 5545, 3.1"
    empty = read([])[1]
    assert empty.changed_at is None
    assert empty.etag != made.etag


def test_a_station_shows_what_published_projects_hold_there(cast: Cast) -> None:
    project = ground.published(cast)
    draft = ground.draft(cast, title="草稿")
    ground.session(cast, ground.activity(cast, project))
    ground.session(cast, ground.activity(cast, draft), hour=14)
    far = ground.session(
        cast,
        ground.activity(cast, ground.published(cast, ends_on=TODAY + 900 * DAY, needs_agreement=True)),
        day=TODAY + 800 * DAY,
    )
    assert len(calendar.sessions_of_project(project)) == 1
    assert calendar.sessions_of_project(far.activity.project) == [], "a year ahead is far enough"


def test_the_address_of_ones_own_calendar_is_renewed(cast: Cast) -> None:
    volunteer = Volunteer.objects.create(
        person=cast.person, area_path=at.VILLAGE, number="V1", source="unit", state="active", account=cast.chair,
        registered_on=TODAY, changed_by=1,
    )  # fmt: skip
    first = renew_feed(volunteer=volunteer, by=cast.actor(cast.chair))
    second = renew_feed(volunteer=volunteer, by=cast.actor(cast.chair))
    assert first != second
    assert calendar.feed_of(first) is None
    feed = calendar.feed_of(second)
    assert feed is not None
    assert not any(secret in str(row) for secret in (first, second) for row in Feed.objects.values())
    with pytest.raises(Refused):
        renew_feed(volunteer=volunteer, by=cast.actor(cast.county))
    assert calendar.sessions_of_feed(feed) == []
