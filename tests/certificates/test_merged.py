"""From recorded presence to the certificate and back; and two records that turn out to be one human being."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from tests.cast import COUNTY, SYSTEM, Cast
from tests.certificates.ground import SIGNED, TODAY, Ground, issued, served
from tests.hours.ground import DAY, at
from tests.hours.ground import make as make_hours
from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Refused
from yinling.certificates import (
    CERTIFICATES,
    Certificate,
    StarApplication,
    StarHolder,
    accept,
    apply_star,
    ask,
    grant_star,
    issue_service,
    since_then,
)
from yinling.certificates.actions.merging import merge_certificates
from yinling.figures import figure
from yinling.hours import confirm, record_attendance, void

HOUR = 60


def test_from_recorded_presence_to_the_certificate(cast: Cast) -> None:
    with clock.frozen(at(18)), translation.override("en"):
        ground = make_hours(cast)
        volunteer, county = ground.people[0].volunteer, cast.offices[COUNTY]
        row = record_attendance(
            session=ground.session, person=ground.people[0], started_at=at(9), ended_at=at(11, 30), source="list",
            by=ground.host,
        )  # fmt: skip
        since = date(2025, 6, 1)
        with pytest.raises(Refused, match="no service is confirmed"):
            ask(volunteer=volunteer, issuer=county, since=since, until=DAY, by=ground.own)
        confirm(attendance=row, by=ground.other)
        asked = ask(volunteer=volunteer, issuer=county, since=since, until=DAY, by=ground.own)
        accept(request=asked, handler="姚玉珍", by=cast.actor(cast.county))
        made = issue_service(request=asked, signed=SIGNED, by=cast.actor(cast.county))
        assert (made.minutes, made.records) == (150, [[row.pk, 150]])
        row.refresh_from_db()
        void(attendance=row, reason="记错了人", by=cast.actor(cast.county))
        assert since_then(made) == -150


def test_certificates_follow_the_person(ground: Ground) -> None:
    made = issued(ground, 60, whose=ground.other)
    served(ground.other.person, ground.county, 60)
    waiting = ask(
        volunteer=ground.other, issuer=ground.county, since=TODAY.replace(day=1, month=2), until=TODAY, by=SYSTEM
    )
    kept, gone = ground.volunteer.person, ground.other.person
    merge_certificates(kept=kept, gone=gone, by=SYSTEM)
    made.refresh_from_db()
    waiting.refresh_from_db()
    assert (made.person, waiting.person, made.contents["name"]) == (kept, kept, "龙玉兰")
    assert figure(CERTIFICATES, path=COUNTY, period=year(2025)).value == 1


def test_stars_follow_and_a_number_is_never_changed(ground: Ground) -> None:
    for one in (ground.volunteer, ground.other):
        served(one.person, ground.county, 100 * HOUR)
    kept, gone = ground.volunteer.person, ground.other.person
    theirs = apply_star(volunteer=ground.other, by=SYSTEM)
    grant_star(application=theirs, evaluation="优秀", signed=SIGNED, by=SYSTEM)
    own = apply_star(volunteer=ground.volunteer, by=SYSTEM)
    with pytest.raises(Refused, match="same star"):
        merge_certificates(kept=kept, gone=gone, by=SYSTEM)
    grant_star(application=own, evaluation="优秀", signed=SIGNED, by=SYSTEM)
    with pytest.raises(Refused, match="Both hold stars"):
        merge_certificates(kept=kept, gone=gone, by=SYSTEM)
    StarApplication.objects.filter(pk=own.pk).update(state="revoked")
    StarHolder.objects.filter(person=kept).update(level=0)
    with pytest.raises(Refused, match="other way round"):
        merge_certificates(kept=kept, gone=gone, by=SYSTEM)
    number = StarHolder.objects.get(person=gone).number
    merge_certificates(kept=gone, gone=kept, by=SYSTEM)
    assert StarHolder.objects.get(person=gone).number == number
    assert Certificate.objects.filter(person=gone, kind="star").count() == 2
