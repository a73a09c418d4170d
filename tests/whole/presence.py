"""A session with somebody's presence, and an objection to it, for the pages of hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.cast import SYSTEM
from tests.hours.ground import enrolled, session, volunteer
from yinling.base import clock
from yinling.hours import Objection, record_attendance
from yinling.network import Body, Place

START = datetime(2025, 6, 16, 9, tzinfo=clock.CHINA)


def presence(office: Body, village: Place, number: int) -> dict[str, object]:
    """The keys of what was made, by the addresses of its pages."""
    person = volunteer(village, f"龙大{'一二三四五六七八九'[number]}", 5000 + number)
    start = START + timedelta(days=number)
    held = session(village, office, f"第{number}次服务", start=start, end=start + timedelta(hours=3))
    enrolled(held, person)
    row = record_attendance(
        session=held, person=person, started_at=start, ended_at=start + timedelta(hours=2), source="list", by=SYSTEM
    )
    said = Objection.objects.create(
        person=person, attendance=row, area_path=row.area_path, day=row.day, text="少记一小时", raised_at=start,
        due_on=date(2025, 7, 1), changed_by=0,
    )  # fmt: skip
    return {
        "hours/": row.pk, "hours/objections/": said.pk, "pocket/me/hours/": row.pk, "sessions/": held.pk,
    }  # fmt: skip
