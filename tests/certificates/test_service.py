"""Certificates of service: only from the issuer's own confirmed records, numbered without gaps, frozen, ended with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from tests.cast import COUNTY, OPENED, SYSTEM, VILLAGE, Cast
from tests.certificates.ground import NUMBER, SIGNED, SINCE, TODAY, UNTIL, Ground, issued, served, volunteer
from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Actor, Refused
from yinling.certificates import (
    CERTIFICATES,
    Certificate,
    Standing,
    accept,
    ask,
    askable,
    decide_objection,
    decline,
    issue_many,
    issue_service,
    object_to,
    revoke_certificate,
    since_then,
    standing,
    supersede_certificate,
    takes_over,
    withdraw_request,
)
from yinling.facts import Entry
from yinling.figures import figure
from yinling.hours import Attendance
from yinling.network import Body, dissolve_body, register_body, set_parameter
from yinling.office import digest_of


def test_the_whole_walk(ground: Ground, cast: Cast) -> None:
    served(ground.volunteer.person, ground.station, 60, title="课后辅导", day=date(2025, 2, 1))
    served(ground.volunteer.person, ground.county, 45, title="", day=date(2024, 12, 31))
    made = issued(ground, 150)
    assert made.number == f"志证〔2025〕{COUNTY}-000001"
    assert (made.minutes, made.issued_on, made.state) == (210, TODAY, "issued")
    assert made.contents["projects"] == [["送医下乡", 150], ["课后辅导", 60]]
    assert "3.5小时" in made.contents["text"]
    assert made.digest == digest_of(made.contents)
    assert sorted(minutes for _pk, minutes in made.records) == [60, 150]
    assert made.request.state == "issued"
    assert made.request.proxy == ""
    assert figure(CERTIFICATES, path=COUNTY, period=year(2025)).value == 1


def test_numbers_run_on_and_a_refusal_takes_none(ground: Ground) -> None:
    first = issued(ground)
    served(ground.other.person, ground.county, 60)
    row = ask(volunteer=ground.other, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.officer)
    accept(request=row, handler="姚玉珍", by=ground.officer)
    with pytest.raises(Refused):
        issue_service(request=row, signed=replace(SIGNED, in_charge=" 龙 玉兰 "), by=ground.officer)
    with pytest.raises(ValidationError):
        issue_service(request=row, signed=replace(SIGNED, handler=" "), by=ground.officer)
    second = issue_service(request=row, signed=SIGNED, by=ground.officer)
    assert [first.serial, second.serial] == [1, 2]
    revoke_certificate(certificate=second, reason="记录有误", by=ground.officer)
    with clock.frozen(TODAY + timedelta(days=1)):
        again = ask(volunteer=ground.other, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.officer)
        accept(request=again, handler="姚玉珍", by=ground.officer)
        assert issue_service(request=again, signed=SIGNED, by=ground.officer).serial == 3, (
            "a number is never used again"
        )
    with clock.frozen(date(2026, 1, 2)):
        late = ask(
            volunteer=ground.other,
            issuer=ground.county,
            since=date(2025, 1, 1),
            until=date(2025, 12, 31),
            by=ground.officer,
        )
        accept(request=late, handler="姚玉珍", by=ground.officer)
        assert issue_service(request=late, signed=SIGNED, by=ground.officer).number == f"志证〔2026〕{COUNTY}-000001"


def test_two_bodies_of_one_place_have_numbers_of_their_own(ground: Ground, cast: Cast) -> None:
    first = issued(ground)
    bureau = register_body(
        place=cast.places[COUNTY], kind=Body.Kind.BUREAU, name="玉屏县老干部局", founded=OPENED, by=SYSTEM
    )
    served(ground.volunteer.person, bureau, 60)
    row = ask(volunteer=ground.volunteer, issuer=bureau, since=SINCE, until=UNTIL, by=ground.own)
    accept(request=row, handler="姚玉珍", by=ground.officer)
    second = issue_service(request=row, signed=SIGNED, by=ground.officer)
    assert (first.number, second.number) == (f"志证〔2025〕{COUNTY}-000001", f"志证〔2025〕{COUNTY}.2-000001")


def test_nobody_gets_somebody_elses_hours(ground: Ground) -> None:
    served(ground.other.person, ground.county, 60)
    with pytest.raises(Refused, match="somebody else"):
        ask(volunteer=ground.other, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own)
    with pytest.raises(Refused, match="no service is confirmed"):
        ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own)


def test_nobody_certifies_what_others_organised(ground: Ground) -> None:
    served(ground.volunteer.person, ground.neighbour, 60)
    with pytest.raises(Refused, match=ground.neighbour.name):
        ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own)
    served(ground.volunteer.person, ground.station, 30)
    made = ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own)
    accept(request=made, handler="姚玉珍", by=ground.officer)
    assert issue_service(request=made, signed=SIGNED, by=ground.officer).minutes == 30


def test_only_confirmed_service_of_the_period_counts(ground: Ground) -> None:
    row = served(ground.volunteer.person, ground.county, 60)
    for change in ({"state": "pending"}, {"state": "voided"}, {"serves": False}, {"day": UNTIL + timedelta(days=1)}):
        before = {name: getattr(row, name) for name in change}
        Attendance.objects.filter(pk=row.pk).update(**change)
        with pytest.raises(Refused):
            ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own)
        Attendance.objects.filter(pk=row.pk).update(**before)
    assert (
        ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own).state == "asked"
    )


def test_a_request_is_answered_once(ground: Ground) -> None:
    served(ground.volunteer.person, ground.county, 60)
    row = ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own)
    with pytest.raises(Refused, match="asked for already"):
        ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own)
    with pytest.raises(Refused, match="accepted"):
        issue_service(request=row, signed=SIGNED, by=ground.officer)
    with pytest.raises(ValidationError):
        decline(request=row, reason=" ", by=ground.officer)
    decline(request=row, reason="请到服务站申请", by=ground.officer)
    with pytest.raises(Refused):
        accept(request=row, handler="姚玉珍", by=ground.officer)
    with pytest.raises(Refused):
        withdraw_request(request=row, by=ground.own)
    again = ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own)
    assert withdraw_request(request=again, by=ground.own).state == "withdrawn"


@pytest.mark.parametrize(("since", "until", "field"), [(UNTIL, SINCE, "until"), (SINCE, date(2025, 7, 2), "until")])
def test_periods_that_cannot_be(ground: Ground, since: date, until: date, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ask(volunteer=ground.volunteer, issuer=ground.county, since=since, until=until, by=ground.own)
    assert field in caught.value.message_dict


def test_staff_do_not_certify_themselves(ground: Ground, cast: Cast) -> None:
    served(ground.volunteer.person, ground.county, 60)
    type(ground.volunteer).objects.filter(pk=ground.volunteer.pk).update(account=cast.county)
    row = ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.officer)
    with pytest.raises(Refused, match="their own service"):
        accept(request=row, handler="姚玉珍", by=ground.officer)


def test_who_may(ground: Ground, cast: Cast) -> None:
    served(ground.volunteer.person, ground.county, 60)
    row = ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own)
    for by in (ground.own, ground.clerk, cast.actor(cast.auditor), cast.actor(cast.stranger), Actor(None, "")):
        with pytest.raises(Refused):
            accept(request=row, handler="姚玉珍", by=by)
    chair = cast.actor(cast.chair)
    with pytest.raises(Refused):
        ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=cast.actor(cast.stranger))
    withdraw_request(request=row, by=ground.own)
    assert ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=chair).proxy == "杨秀英"


def test_a_body_that_is_gone_is_spoken_for_by_the_one_above(ground: Ground) -> None:
    served(ground.volunteer.person, ground.station, 60)
    assert [one.body for one in askable(ground.volunteer.person, since=SINCE, until=UNTIL)] == [ground.station]
    dissolve_body(body=ground.station, on=TODAY, by=SYSTEM)
    ground.station.refresh_from_db()
    assert takes_over(ground.station) == ground.county
    with pytest.raises(Refused, match=ground.county.name):
        ask(volunteer=ground.volunteer, issuer=ground.station, since=SINCE, until=UNTIL, by=ground.own)
    asked = [(one.body, one.minutes) for one in askable(ground.volunteer.person, since=SINCE, until=UNTIL)]
    assert asked == [(ground.county, 60)]
    assert (
        ask(volunteer=ground.volunteer, issuer=ground.county, since=SINCE, until=UNTIL, by=ground.own).state == "asked"
    )


def test_whom_to_ask(ground: Ground) -> None:
    served(ground.volunteer.person, ground.station, 60)
    served(ground.volunteer.person, ground.county, 30)
    served(ground.volunteer.person, ground.neighbour, 40)
    asked = [(one.body, one.minutes) for one in askable(ground.volunteer.person, since=SINCE, until=UNTIL)]
    # The prefecture above both counties could certify all of it.
    assert [(body.area_path, minutes) for body, minutes in asked] == [
        ("5206", 130), (COUNTY, 90), (VILLAGE, 60), ("520623", 40),
    ]  # fmt: skip


def test_publicity_comes_first(ground: Ground, cast: Cast) -> None:
    made = issued(ground)
    assert standing(made) == Standing.PUBLICITY
    assert made.publicity_until == TODAY + timedelta(days=7)
    with clock.frozen(TODAY + timedelta(days=7)):
        assert standing(made) == Standing.PUBLICITY
    with clock.frozen(TODAY + timedelta(days=8)):
        assert standing(made) == Standing.VALID
    values = {"place": cast.places[COUNTY], "since": TODAY, "document": "玉老龄办发〔2025〕1号", "by": SYSTEM}
    set_parameter(key="valid_after_publicity", value=0, **values)  # type: ignore[arg-type]
    set_parameter(key="publicity_days", value=10, **values)  # type: ignore[arg-type]
    at_once = issued(ground, whose=ground.other)
    assert standing(at_once) == Standing.VALID
    assert at_once.publicity_until == TODAY + timedelta(days=10)


def test_objections(ground: Ground, cast: Cast) -> None:
    made, other = issued(ground), issued(ground, whose=ground.other)
    chair = cast.actor(cast.auditor)
    with pytest.raises(ValidationError):
        object_to(certificate=made, by_name="", text="没有参加", by=chair)
    raised = object_to(certificate=made, by_name="群众甲", text="没有参加", by=chair)
    with clock.frozen(TODAY + timedelta(days=30)):
        assert standing(made) == Standing.OBJECTED
        with pytest.raises(Refused, match="publicity"):
            object_to(certificate=other, by_name="群众甲", text="太晚", by=chair)
        decide_objection(objection=raised, upheld=False, reason="核查属实", by=ground.officer)
        assert standing(made) == Standing.VALID
        with pytest.raises(Refused):
            decide_objection(objection=raised, upheld=True, reason="再议", by=ground.officer)
    raised = object_to(certificate=other, by_name="群众乙", text="记错了人", by=chair)
    decide_objection(objection=raised, upheld=True, reason="确系记错", by=ground.officer)
    other.refresh_from_db()
    assert standing(other) == Standing.REVOKED
    assert other.reason == "确系记错"


def test_later_changes_of_records_show_and_allow_a_new_one(ground: Ground) -> None:
    made = issued(ground, 300)
    assert since_then(made) == 0
    Attendance.objects.filter(person=ground.volunteer.person).update(counted=120)
    assert since_then(made) == -180
    fresh = supersede_certificate(certificate=made, signed=SIGNED, reason="核减时长", by=ground.officer)
    made.refresh_from_db()
    assert (made.minutes, made.state, made.superseded_by, fresh.minutes) == (300, "superseded", fresh, 120)
    assert made.contents["minutes"] == 300, "what was issued stays as it was"
    with pytest.raises(Refused):
        supersede_certificate(certificate=made, signed=SIGNED, reason="再来", by=ground.officer)
    Attendance.objects.update(state="voided", counted=0)
    with pytest.raises(Refused, match="Revoke"):
        supersede_certificate(certificate=fresh, signed=SIGNED, reason="作废", by=ground.officer)
    revoke_certificate(certificate=fresh, reason="作废", by=ground.officer)
    with pytest.raises(Refused):
        revoke_certificate(certificate=fresh, reason="作废", by=ground.officer)


def test_the_database_keeps_what_was_issued(ground: Ground) -> None:
    made = issued(ground)
    revoked = issued(ground, whose=ground.other)
    revoke_certificate(certificate=revoked, reason="有误", by=ground.officer)
    for values, row in (
        ({"minutes": 9999}, made),
        ({"contents": {}}, made),
        ({"state": "issued", "reason": ""}, revoked),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.filter(pk=row.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM yinling_certificate")


def test_many_at_once(ground: Ground, cast: Cast) -> None:
    made = issued(ground)
    waiting = [volunteer(cast.places[VILLAGE], f"龙{sign}", 10 + number) for number, sign in enumerate("甲乙丙丁")]
    for number, one in enumerate(waiting, 1):
        served(one.person, ground.station, 60 * number)
    served(ground.other.person, ground.neighbour, 60)
    row = ask(
        volunteer=waiting[0], issuer=ground.county, since=SINCE, until=UNTIL, show_identity=True, by=ground.officer
    )
    done = issue_many(
        issuer=ground.county, since=SINCE, until=UNTIL, signed=replace(SIGNED, handler="龙丁"), by=ground.officer
    )
    assert (done.count, done.left_out) == (3, 2), "one has one already, one would have signed for himself"
    assert (done.first[-6:], done.last[-6:]) == ("000002", "000004")
    rows = list(Certificate.objects.filter(entry_id=done.entry_id).order_by("serial"))
    assert [one.minutes for one in rows] == [60, 120, 180]
    row.refresh_from_db()
    assert (row.state, row.certificate, rows[0].show_identity) == ("issued", rows[0], True)
    assert figure(CERTIFICATES, path=COUNTY, period=year(2025)).value == 4
    assert made not in rows
    nothing = issue_many(
        issuer=ground.county, since=SINCE, until=UNTIL, signed=SIGNED, area="520622102202", by=ground.officer
    )
    assert (nothing.count, nothing.first) == (0, "")


def test_neither_the_row_nor_the_trail_holds_the_identity_number(ground: Ground) -> None:
    made = issued(ground, show_identity=True)
    assert NUMBER not in str(made.contents) + bytes(made.credential).decode()
    assert made.contents["identity"].endswith(NUMBER[-4:])
    assert NUMBER not in str([entry.changes for entry in Entry.objects.all()])
