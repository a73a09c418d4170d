"""Expos, meetings, contests, trips, and what associations report as held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from tests import cast as at
from tests.cast import SYSTEM, Cast
from tests.training.ground import person, project
from yinling.activities import Activity, NewRole, Session, Told, add_session, create_activity, enrol, events
from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Refused
from yinling.facts import Entry, Evidence
from yinling.figures import figure, measure_of, recheck
from yinling.network import Body, register_body

IN_2020 = year(2020)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Messages are matched in the language they are written in."""
    with translation.override("en"):
        yield


DETAILS = {
    "expo": {"halls": "一号馆"}, "meeting": {"agenda": "一、通报情况\n二、研究工作", "chaired_by": "周主任"}, "contest": {},
    "trip": {"destination": "海滨", "leader": "周领队"},
}  # fmt: skip


def value(key: str, path: str = at.PROVINCE) -> Decimal | None:
    """A figure of 2020."""
    return figure(measure_of(key), path=path, period=IN_2020).value


def event(cast: Cast, kind: str) -> Activity:
    """An activity of the county with one session in November 2020."""
    series = project(cast)
    with clock.frozen(date(2020, 10, 1)):
        made = create_activity(
            project=series, kind=kind, title="老年产业博览会", place=cast.places[at.TOWNSHIP], details=DETAILS[kind],
            by=SYSTEM,
        )  # fmt: skip
        begins = datetime(2020, 11, 6, 9, tzinfo=clock.CHINA)
        add_session(
            activity=made, starts_at=begins, ends_at=begins.replace(hour=17), venue="会展中心",
            roles=(NewRole("参加", 60, serves=False),), by=SYSTEM,
        )  # fmt: skip
    return made


def company(cast: Cast, number: int) -> Body:
    """An exhibitor."""
    return register_body(
        place=cast.places[at.NEIGHBOUR],
        kind=Body.Kind.COMPANY,
        name=f"第{number}辅具公司",
        founded=at.OPENED,
        by=SYSTEM,
    )


def test_an_expo_counts_once_it_has_opened(cast: Cast) -> None:
    expo = event(cast, "expo")
    hall = events.add_hall(activity=expo, name="一号馆", area=Decimal(100), by=SYSTEM)
    first = events.add_booth(
        activity=expo, hall=hall, exhibitor=company(cast, 1), number="A1", area=Decimal(60), by=SYSTEM
    )
    with pytest.raises(ValidationError, match="40"):
        events.add_booth(activity=expo, hall=hall, exhibitor=company(cast, 2), number="A2", area=Decimal(41), by=SYSTEM)
    with pytest.raises(ValidationError, match="taken"):
        events.add_booth(activity=expo, hall=hall, exhibitor=first.exhibitor, number="A3", area=Decimal(1), by=SYSTEM)
    with clock.frozen(date(2020, 11, 5)), pytest.raises(Refused, match="not opened"):
        events.open_expo(activity=expo, by=SYSTEM)
    assert value("expo.area") == 0
    events.open_expo(activity=expo, by=SYSTEM)
    assert [value(key, at.TOWNSHIP) for key in ("expo.area", "expo.exhibitors")] == [100, 1]
    events.add_hall(activity=expo, name="二号馆", area=Decimal("20.5"), by=SYSTEM)
    assert value("expo.area") == Decimal("120.5")
    with pytest.raises(Refused, match="nothing to count"):
        events.open_expo(activity=expo, by=SYSTEM)
    with pytest.raises(Refused, match="exhibitors stand"):
        events.withdraw_hall(hall=hall, reason="录错", by=SYSTEM)
    events.withdraw_booth(booth=first, reason="未参展", by=SYSTEM)
    events.withdraw_hall(hall=hall, reason="录错", by=SYSTEM)
    assert [value(key) for key in ("expo.area", "expo.exhibitors")] == [Decimal("20.5"), 0]
    assert not list(recheck())


def test_the_expo_on_the_desk(cast: Cast) -> None:
    expo, client = event(cast, "expo"), cast.client(cast.county)
    exhibitor = company(cast, 1)
    assert client.post(reverse("hall-new", kwargs={"pk": expo.pk}), {"name": "一号馆", "area": "0"}).status_code == 422
    assert client.post(reverse("hall-new", kwargs={"pk": expo.pk}), {"name": "一号馆", "area": "80"}).status_code == 302
    sent = {"exhibitor": exhibitor.name, "hall": events.Hall.objects.get().pk, "number": "A1", "area": "90"}
    assert client.post(reverse("booth-new", kwargs={"pk": expo.pk}), sent).status_code == 422
    assert client.post(reverse("booth-new", kwargs={"pk": expo.pk}), {**sent, "area": "36"}).status_code == 302
    client.post(reverse("expo-open", kwargs={"pk": expo.pk}))
    assert exhibitor.name in client.get(reverse("activity-expo", kwargs={"pk": expo.pk})).content.decode()
    assert cast.client(cast.auditor).get(reverse("hall-new", kwargs={"pk": expo.pk})).status_code == 403
    assert client.get(reverse("activity-meeting", kwargs={"pk": expo.pk})).status_code == 404
    booth = reverse("booth-withdraw", kwargs={"pk": events.Booth.objects.get().pk})
    assert client.post(booth, {"reason": "未参展"}).status_code == 302
    assert (
        reverse("activity-expo", kwargs={"pk": expo.pk})
        in client.get(reverse("activity", kwargs={"pk": expo.pk})).content.decode()
    )


def test_a_meeting_with_its_minutes_and_resolutions(cast: Cast) -> None:
    meeting, client = event(cast, "meeting"), cast.client(cast.county)
    pk, office = {"pk": meeting.pk}, cast.offices[at.NEIGHBOUR]
    for status in (302, 422):
        assert client.post(reverse("guest-new", kwargs=pk), {"body": office.name}).status_code == status
    guest = reverse("guest", kwargs={"pk": events.Guest.objects.get().pk})
    assert client.post(guest, {"answer": "excused"}).status_code == 422
    assert client.post(guest, {"answer": "came", "sent": "石主任"}).status_code == 302
    assert client.post(reverse("minutes", kwargs=pk), {"text": "<b>通报</b>", "seen": "0"}).status_code == 302
    assert client.post(reverse("minutes", kwargs=pk), {"text": "另一份", "seen": "0"}).status_code == 422
    sent = {"text": "办好春节慰问", "owner": office.name, "due_on": "2020-12-31"}
    assert client.post(reverse("resolution-new", kwargs=pk), sent).status_code == 302
    shown = client.get(reverse("activity-meeting", kwargs=pk)).content.decode()
    for text in ("二、研究工作", "&lt;b&gt;通报", "办好春节慰问", "石主任"):
        assert text in shown
    done = reverse("resolution", kwargs={"pk": events.Resolution.objects.get().pk})
    assert client.post(done, {"on": "2999-01-01"}).status_code == 422
    assert client.post(done, {"on": "2020-12-20"}).status_code == 302
    assert client.post(done, {"on": "2020-12-21"}).status_code == 422


def test_a_contest_and_its_ranks(cast: Cast) -> None:
    contest, client = event(cast, "contest"), cast.client(cast.county)
    sent = {"rank": "1", "name": "侗歌队", "body": cast.offices[at.COUNTY].name, "score": "95.5", "prize": "一等奖"}
    address = reverse("rank-new", kwargs={"pk": contest.pk})
    assert client.post(address, {**sent, "rank": "0"}).status_code == 422
    assert [client.post(address, sent).status_code for _time in range(2)] == [302, 422]
    assert "95.5" in client.get(reverse("activity-contest", kwargs={"pk": contest.pk})).content.decode()
    one = events.Ranking.objects.get()
    assert client.post(reverse("rank-withdraw", kwargs={"pk": one.pk}), {"reason": "重复"}).status_code == 302


def test_the_leader_of_a_trip_takes_the_list_with_a_reason(cast: Cast) -> None:
    trip, client = event(cast, "trip"), cast.client(cast.county)
    role, traveller = trip.sessions.get().roles.get(), person(cast, 9)
    with clock.frozen(date(2020, 10, 8)):
        told = Told("高血压", "学家属", "13912345678")
        enrol(role=role, person=traveller, told=told, present=True, by=SYSTEM)
    shown = client.get(reverse("activity-trip", kwargs={"pk": trip.pk})).content.decode()
    assert "139****5678" in shown
    for hidden in ("13912345678", traveller.name, "高血压"):
        assert hidden not in shown
    address = reverse("trip-list", kwargs={"pk": trip.pk})
    assert client.post(address, {"reason": ""}).status_code == 422
    before = Entry.objects.count()
    response = client.post(address, {"reason": "出行点名"})
    assert response.status_code == 200
    assert len(b"".join(response.streaming_content)) > 0  # type: ignore[attr-defined]
    assert Entry.objects.count() == before + 1
    assert cast.client(cast.auditor).get(address).status_code == 403


def held(cast: Cast, title: str = "重阳节文艺演出", people: int = 60, **more: object) -> Session:
    """A report of the association of the village."""
    given = {"platform": "joy", "day": date(2020, 10, 25), "half": "am", **more}
    session: Session = events.report_held(
        body=cast.associations[at.VILLAGE].body, title=title, people=people, by=SYSTEM, **given  # type: ignore[arg-type]
    )  # fmt: skip
    return session


def test_what_an_association_reports_is_counted_at_every_level(cast: Cast) -> None:
    held(cast)
    held(cast, "健康讲座", 35, platform="learning", half="pm")
    for path in (at.VILLAGE, at.TOWNSHIP, at.COUNTY, at.PREFECTURE, at.PROVINCE):
        assert [value(f"platform.{key}", path) for key in ("joy", "joy_people", "learning", "people")] == [1, 60, 1, 95]
    assert value("platform.joy", at.NEIGHBOUR) == 0
    assert value("sessions.gathering") == 2
    assert value("projects.published") == 0


def test_the_same_report_twice_and_taking_it_back(cast: Cast) -> None:
    session = held(cast)
    with pytest.raises(ValidationError, match="already"):
        held(cast)
    with pytest.raises(ValidationError):
        held(cast, people=0)
    with pytest.raises(ValidationError):
        held(cast, "将来的活动", day=date(2999, 1, 1))
    events.withdraw_held(session=session, reason="未举办", by=SYSTEM)
    assert [value(key) for key in ("platform.joy", "platform.people", "sessions.held")] == [0, 0, 0]
    with pytest.raises(Refused):
        events.withdraw_held(session=session, reason="未举办", by=SYSTEM)
    held(cast)
    assert value("platform.people") == 60
    assert not list(recheck())


def test_a_chair_reports_on_the_phone(cast: Cast) -> None:
    client = cast.client(cast.chair)
    address = reverse("pocket-held")
    assert address in client.get(reverse("pocket")).content.decode()
    sent = {"title": "打扫村道", "platform": "contributing", "day": "2020-10-26", "half": "am", "people": "18"}
    for name, bad in (("people", "0"), ("people", "多"), ("day", "2999-01-01"), ("platform", "x"), ("title", " ")):
        assert client.post(address, {**sent, name: bad}).status_code == 422
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 422
    assert value("platform.contributing_people", at.VILLAGE) == 18
    assert not Evidence.objects.exists()
    assert cast.client(cast.county).get(address).status_code == 404
    assert cast.client(cast.auditor).get(address).status_code == 403
