"""The pages of hours: the list, the record, the host's sheet, impossible hours, objections, the volunteer's own page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.cast import COUNTY, SYSTEM, Cast
from tests.hours.ground import DAY, Ground, at, enrolled, volunteer
from tests.hours.test_actions import PDF, minutes, recorded
from yinling.base import clock
from yinling.base.period import between
from yinling.base.rules import Actor, Refused
from yinling.hours import (
    Attendance,
    NewRecord,
    Objection,
    Verdict,
    answer_objection,
    check_in,
    confirm,
    confirm_many,
    judge,
    object_to,
    record_many,
    suspicions,
)
from yinling.network import Account, set_parameter
from yinling.volunteers import Volunteer

BUDGET = 40
ENGLISH = {"headers": {"accept-language": "en"}}
JUNE = between(date(2025, 6, 1), date(2025, 6, 30))


def account_of(actor: Actor) -> Account:
    """The account somebody acts with."""
    assert actor.account_id is not None
    return Account.objects.get(pk=actor.account_id)


@pytest.fixture
def host(ground: Ground, cast: Cast) -> Client:
    """A browser of the clerk who hosts."""
    return cast.client(account_of(ground.host))


@pytest.fixture
def other(ground: Ground, cast: Cast) -> Client:
    """A browser of another clerk of the county."""
    return cast.client(account_of(ground.other))


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address, **ENGLISH)  # type: ignore[arg-type]
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_list_is_narrowed_and_confirms_what_was_ticked(ground: Ground, host: Client, other: Client) -> None:
    rows = [recorded(ground, who) for who in range(3)]
    address = reverse("hours")
    shown = text(host, f"{address}?state=pending&grade=B&source=list&day={DAY}&place={COUNTY}")
    assert shown.count("送医下乡") == 3
    assert "吴*海" in shown and "吴大海" not in shown
    assert "送医下乡" not in text(host, f"{address}?state=confirmed")
    assert text(host, f"{address}?q=V00000002").count("送医下乡") == 1
    for nonsense in ("?state=x&day=no&session=zz&after=q&ids=1,a", "?q=%00", "?after=99999999999999999999"):
        text(host, f"{address}{nonsense}")
    ids = {"ids": [row.pk for row in rows], "verb": "confirm"}
    said = host.post(address, ids, follow=True, **ENGLISH).content.decode()  # type: ignore[arg-type]
    assert "3 records were not confirmed" in said and "yourself" in said
    assert minutes() == 0
    said = other.post(address, ids, follow=True, **ENGLISH).content.decode()  # type: ignore[arg-type]
    assert "3 records confirmed" in said
    assert minutes() == 360


def test_the_record_shows_who_did_what_and_its_figures(ground: Ground, host: Client, other: Client, cast: Cast) -> None:
    row = recorded(ground)
    address = reverse("attendance", kwargs={"pk": row.pk})
    assert "You recorded this yourself" in text(host, address)
    confirmed_at = reverse("attendance-confirm", kwargs={"pk": row.pk})
    assert text(other, confirmed_at)
    assert other.post(confirmed_at, {"reason": ""}, **ENGLISH).status_code == 302  # type: ignore[arg-type]
    shown = text(other, address)
    assert "host" in shown and "other" in shown and "hours.served" in shown
    stranger = cast.client(account_of(ground.neighbour))
    assert stranger.get(address).status_code == 404


def test_each_verb_has_its_form_and_says_why_not(ground: Ground, host: Client, other: Client) -> None:
    row = recorded(ground)
    key = {"pk": row.pk}
    assert other.post(reverse("attendance-doubt", kwargs=key), {"reason": ""}).status_code == 422
    assert other.post(reverse("attendance-doubt", kwargs=key), {"reason": "未见本人"}).status_code == 302
    refused = other.post(reverse("attendance-confirm", kwargs=key), {"reason": " "})
    assert refused.status_code == 422
    assert other.post(reverse("attendance-confirm", kwargs=key), {"reason": "属实"}).status_code == 302
    times = {"start": "09:00", "end": "08:00", "reason": "时间不对"}
    assert other.post(reverse("attendance-correct", kwargs=key), times).status_code == 422
    assert other.post(reverse("attendance-correct", kwargs=key), times | {"end": "10:00"}).status_code == 302
    new = Attendance.objects.get(state="pending")
    assert new.minutes == 60
    assert host.post(reverse("attendance-void", kwargs={"pk": new.pk}), {"reason": "重复"}).status_code == 302
    assert host.post(reverse("attendance-void", kwargs={"pk": new.pk}), {"reason": "重复"}).status_code == 422


def test_the_host_ticks_who_comes_and_leaves(ground: Ground, host: Client, other: Client) -> None:
    address = reverse("session-attendance", kwargs={"pk": ground.session.pk})
    person = ground.people[0]
    with clock.frozen(at(9, 2)):
        assert "Is here" in text(host, address)
        assert host.post(address, {"verb": f"come-{person.pk}"}).status_code == 302
        assert "Leaves" in text(host, address)
    with clock.frozen(at(9, 20)):
        assert host.post(address, {"verb": f"leave-{person.pk}"}).status_code == 302
        row = Attendance.objects.get()
        assert (row.state, row.minutes, row.grade) == ("pending", 18, "B")
        said = host.post(address, {"verb": "confirm"}, follow=True, **ENGLISH).content.decode()  # type: ignore[arg-type]
    assert "yourself" in said
    other.post(address, {"verb": "confirm"})
    assert minutes() == 18
    for verb in ("come-0", "leave-99999999", "come-x", "nothing", ""):
        assert host.post(address, {"verb": verb}).status_code == 302


def test_a_paper_sheet_needs_its_scan(ground: Ground, host: Client) -> None:
    address = reverse("session-attendance", kwargs={"pk": ground.session.pk})
    key = ground.people[1].pk
    times = {"verb": "sheet", f"start-{key}": "09:00", f"end-{key}": "11:00"}
    refused = host.post(address, times, **ENGLISH)  # type: ignore[arg-type]
    assert refused.status_code == 422
    assert "scan" in refused.content.decode() and 'value="09:00"' in refused.content.decode()
    sheet = SimpleUploadedFile("签到表.pdf", PDF)
    assert host.post(address, times | {f"end-{key}": "x", "evidence": sheet}).status_code == 422
    sheet = SimpleUploadedFile("签到表.pdf", PDF)
    assert host.post(address, times | {"evidence": sheet}).status_code == 302
    assert Attendance.objects.get().grade == "C"
    assert "Signature" in text(host, f"{address}?print=1")
    empty = host.post(address, {"verb": "sheet"}, **ENGLISH)  # type: ignore[arg-type]
    assert empty.status_code == 422


def test_two_places_at_once_are_listed_and_decided(ground: Ground, other: Client) -> None:
    here = recorded(ground)
    there = recorded(ground, session=ground.elsewhere, by=ground.neighbour)
    found = suspicions(ground.other, COUNTY, JUNE)
    assert [(one.kind, one.records) for one in found] == [("overlap", (here.pk, there.pk))]
    assert "吴*海" in found[0].text
    shown = text(other, reverse("hours-impossible"))
    assert "two places" in shown
    address = shown.split('href="')
    case = next(part.split('"')[0] for part in address if part.startswith(reverse("hours-suspicion"))).replace(
        "&amp;", "&"
    )
    assert "1 more record lies outside your area" in text(other, case)
    assert other.post(case, {"reason": ""}).status_code == 422
    assert other.post(case, {"reason": "当场核实，另一处记错人", "voided": [here.pk]}).status_code == 302
    here.refresh_from_db()
    assert here.state == "voided"
    assert not suspicions(ground.other, COUNTY, JUNE)
    assert "no such case" in other.get(case, follow=True, **ENGLISH).content.decode()  # type: ignore[arg-type]
    verdict = Verdict.objects.get()
    assert (verdict.justified, verdict.records) == (False, [here.pk, there.pk])


def lined_up(ground: Ground) -> Iterator[NewRecord]:
    """Twenty people whose presence came from one telephone."""
    people = [volunteer(ground.session.place, f"龙{number}", 100 + number) for number in range(20)]
    for person in people:
        yield NewRecord(ground.session.pk, person.pk, at(9), at(10), source="scan", device="d1")


def test_each_sort_of_impossible_hours_is_found(ground: Ground) -> None:
    area = ground.session.activity.organiser
    record_many(rows=list(lined_up(ground)), area=area, by=ground.host)
    kinds = [one.kind for one in suspicions(SYSTEM, COUNTY, JUNE)]
    assert kinds == ["device"]
    Volunteer.objects.filter(pk=ground.people[0].pk).update(registered_on=DAY + timedelta(days=1))
    recorded(ground)
    set_parameter(
        key="impossible_day_minutes",
        place=area.place,
        value=Decimal(100),
        since=date(2025, 1, 1),
        document="试行",
        by=SYSTEM,
    )
    set_parameter(
        key="bulk_confirm_records",
        place=area.place,
        value=Decimal(5),
        since=date(2025, 1, 1),
        document="试行",
        by=SYSTEM,
    )
    confirm_many(area=area, ids=list(Attendance.objects.values_list("pk", flat=True)), by=ground.other)
    with clock.frozen(at(20)):
        recorded(ground, 1, start=at(8, 30), end=at(12, 30))
    assert {one.kind for one in suspicions(SYSTEM, COUNTY, JUNE)} == {"device", "before", "day", "bulk", "longer"}
    assert not suspicions(ground.neighbour, COUNTY, JUNE)


def test_a_justified_case_comes_back_when_records_join_it(ground: Ground) -> None:
    area = ground.session.activity.organiser
    record_many(rows=list(lined_up(ground)), area=area, by=ground.host)
    case = suspicions(SYSTEM, COUNTY, JUNE)[0]
    with pytest.raises(Refused, match="why"):
        judge(area=area, kind=case.kind, key=case.key, records=case.records, reason="", by=ground.other)
    judge(area=area, kind=case.kind, key=case.key, records=case.records, reason="站点公用手机", by=ground.other)
    assert not suspicions(SYSTEM, COUNTY, JUNE)
    enrolled(ground.session, late := volunteer(ground.session.place, "龙迟到", 200))
    record_many(
        rows=[NewRecord(ground.session.pk, late.pk, at(9), at(10), source="scan", device="d1")],
        area=area,
        by=ground.host,
    )
    assert [one.kind for one in suspicions(SYSTEM, COUNTY, JUNE)] == ["device"]
    assert suspicions(SYSTEM, COUNTY, JUNE, "device", case.key)
    assert not suspicions(SYSTEM, COUNTY, JUNE, "day")


def test_one_host_at_two_venues_in_one_minute(ground: Ground) -> None:
    with clock.frozen(at(9)):
        for session, person in ((ground.session, ground.people[0]), (ground.elsewhere, ground.people[1])):
            check_in(session=session, person=person, at=clock.now(), source="list", grade="B", by=_of_both(ground))
    kinds = [one.kind for one in suspicions(SYSTEM, "5206", JUNE)]
    assert kinds == ["minute"]


def _of_both(ground: Ground) -> Actor:
    return Actor(ground.host.account_id, "x", (*ground.host.grants, *ground.neighbour.grants))


def test_own_hours_and_what_is_wrong_with_them(ground: Ground, cast: Cast) -> None:
    client = cast.client(ground.volunteer_account)
    row = confirm(attendance=recorded(ground), by=ground.other)
    other = recorded(ground, 1)
    shown = text(client, reverse("me-hours"))
    assert "2 h" in shown and "送医下乡" in shown
    assert "2 h" in text(client, f"{reverse('me-hours')}?year=2025")
    assert "No record yet" in text(client, f"{reverse('me-hours')}?year=1999")
    for nonsense in ("%C2%B2", "0", "0000", "99999"):
        text(client, f"{reverse('me-hours')}?year={nonsense}")
    wrong = reverse("me-hours-wrong", kwargs={"pk": row.pk})
    text(client, wrong)
    assert client.post(wrong, {"text": ""}).status_code == 422
    assert client.post(wrong, {"text": "我到十二点才走"}).status_code == 302
    assert client.post(wrong, {"text": "我到十二点才走"}).status_code == 422
    text(client, reverse("me-hours-wrong", kwargs={"pk": other.pk}), 404)
    missing = reverse("me-hours-missing")
    assert client.post(missing, {"day": "2030-01-01", "text": "在敬老院"}).status_code == 422
    assert client.post(missing, {"day": "2025-06-10", "text": "在敬老院"}).status_code == 302
    assert Objection.objects.count() == 2
    assert "An answer comes by" in text(client, reverse("me-hours"))
    stranger = cast.client(cast.stranger)
    assert "not registered" in text(stranger, reverse("me-hours"))
    text(stranger, wrong, 404)


def test_an_objection_is_answered_in_time_by_somebody_else(ground: Ground, host: Client, cast: Cast) -> None:
    row = recorded(ground)
    said = object_to(attendance=row, text="少记了一小时", by=ground.own)
    assert said.due_on == date(2025, 6, 30)
    assert "少记了一小时" in text(host, reverse("objections"))
    assert "吴*海" in text(host, reverse("todo"))
    with pytest.raises(Refused, match="own"):
        object_to(attendance=recorded(ground, 1), text="x", by=ground.own)
    with pytest.raises(Refused, match="own objection"):
        answer_objection(objection=said, answer="x", by=Actor(ground.own.account_id, "x", ground.host.grants))
    address = reverse("objection-answer", kwargs={"pk": said.pk})
    assert host.post(address, {"answer": ""}).status_code == 422
    assert host.post(address, {"answer": "已核对，更正为三小时"}).status_code == 302
    assert host.post(address, {"answer": "再答"}).status_code == 422
    assert "已核对" in text(host, reverse("objection", kwargs={"pk": said.pk}))
    assert "已核对" in text(cast.client(ground.volunteer_account), reverse("me-hours"))


def test_what_waits_is_on_the_to_do_list(ground: Ground, host: Client, other: Client) -> None:
    shown = text(host, reverse("todo"))
    assert "送医下乡: no presence is recorded" in shown
    assert reverse("session-attendance", kwargs={"pk": ground.session.pk}) in shown
    recorded(ground)
    assert "1 record of presence to confirm" in text(other, reverse("todo"))
    shown = text(host, reverse("todo"))
    assert "to confirm" not in shown and "no presence is recorded" not in shown


def test_few_statements_whatever_the_number(
    ground: Ground, host: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    area = ground.session.activity.organiser
    record_many(rows=list(lined_up(ground)), area=area, by=ground.other)
    pk = Attendance.objects.order_by("pk").values_list("pk", flat=True)[0]
    for address in (
        reverse("hours"), reverse("session-attendance", kwargs={"pk": ground.session.pk}), reverse("hours-impossible"),
        reverse("attendance", kwargs={"pk": pk}), reverse("objections"), reverse("todo"),
    ):  # fmt: skip
        with django_assert_max_num_queries(BUDGET):
            text(host, address)
