"""Certificates by the ten thousand: issued, as signed credentials, on paper, checked by anybody."""

from __future__ import annotations

import secrets
import time
from datetime import date, datetime, timedelta

from django.test import Client
from django.urls import reverse

from tools.bench import median_ms, peak_mb
from tools.bench_sections import Bench
from yinling.activities import Activity, Project, Session
from yinling.base import clock
from yinling.base.rules import Actor
from yinling.certificates import (
    Certificate,
    Signatures,
    Signer,
    certificate_pdfs,
    issue_many,
    new_private,
    payload_of,
    read_credential,
)
from yinling.hours import Attendance
from yinling.network import Body, place_at
from yinling.people import Person
from yinling.volunteers import Volunteer

BY = Actor.for_system("bench")
COUNTY = "520622"
PEOPLE, RECORDS, PROJECTS = 10_000, 5, 8
DAY = date(2025, 3, 5)
SIGNED = Signatures("杨正华", "姚玉珍", "0856-3220000", "https://yinling.example.gov.cn")


def _ground(issuer: Body) -> None:
    """Volunteers with a few confirmed records each. Written without actions: what is measured comes after."""
    place = place_at(COUNTY)
    assert place is not None
    people = Person.objects.bulk_create(
        (Person(place=place, area_path=COUNTY, name=f"龙{number % 97}妹", initials="lm") for number in range(PEOPLE)),
        batch_size=2000,
    )
    Volunteer.objects.bulk_create(
        (
            Volunteer(
                person=one, area_path=COUNTY, number=f"BC{one.pk:09}", source="unit", state="active", registered_on=DAY,
                changed_by=0,
            )
            for one in people
        ),
        batch_size=2000,
    )  # fmt: skip
    start = datetime(DAY.year, DAY.month, DAY.day, 8, tzinfo=clock.CHINA)
    sessions = []
    for number in range(PROJECTS):
        project = Project.objects.create(
            organiser=issuer, place=place, area_path=COUNTY, title=f"银龄志愿服务项目{number}", state="published", starts_on=DAY,
            ends_on=DAY, changed_by=0,
        )  # fmt: skip
        activity = Activity.objects.create(
            project=project, organiser=issuer, place=place, area_path=COUNTY, kind="service", title="服务", changed_by=0
        )
        sessions.append(
            Session.objects.create(
                activity=activity, place=place, area_path=COUNTY, day=DAY, starts_at=start,
                ends_at=start + timedelta(hours=10), key=secrets.token_bytes(32), changed_by=0,
            )
        )  # fmt: skip
    rows = (
        Attendance(
            session=sessions[(number + turn) % PROJECTS], person=one, area_path=COUNTY, serves=True, day=DAY,
            started_at=start + timedelta(hours=turn), ended_at=start + timedelta(hours=turn + 1), minutes=60, counted=60,
            source="list", grade="B", state="confirmed", recorded_at=start, entry_id=1, changed_by=0,
        )
        for number, one in enumerate(people)
        for turn in range(RECORDS)
    )  # fmt: skip
    Attendance.objects.bulk_create(rows, batch_size=2000)


def certificates(bench: Bench) -> None:
    """Issue ten thousand certificates of service, set them, sign them once more by themselves, check one."""
    issuer = Body.objects.get(kind="office", area_path=COUNTY)
    if not Volunteer.objects.filter(number__startswith="BC").exists():
        _ground(issuer)
    runs = Certificate.objects.values("entry_id").distinct().count()
    until = DAY + timedelta(days=runs)  # a period of its own, should the database be kept
    started = time.perf_counter()
    done = issue_many(issuer=issuer, since=DAY, until=until, signed=SIGNED, by=BY)
    bench.add(f"issue and sign {done.count:,} certificates", time.perf_counter() - started, "s", "")

    rows = Certificate.objects.filter(entry_id=done.entry_id).select_related("person").order_by("serial")
    started = time.perf_counter()
    size = sum(len(content) for content in certificate_pdfs(rows.iterator(chunk_size=500), site=SIGNED.site))
    bench.add(
        f"{done.count:,} signed certificates as PDF with square codes", time.perf_counter() - started, "s", "≤ 60"
    )
    bench.add("  size of the files", size / 1e6, "MB", "")
    bench.add("  peak memory", peak_mb(), "MB", "")

    contents = list(rows.values_list("contents", flat=True))
    hand = Signer(new_private())
    started = time.perf_counter()
    tokens = [
        hand.sign(payload_of(one, did=hand.did, check_url=f"{SIGNED.site}/check/{one['check']}/")) for one in contents
    ]
    bench.add(f"{len(tokens):,} signed credentials (Open Badges 3.0)", time.perf_counter() - started, "s", "≤ 10")
    bench.add("check the signature of one", median_ms(lambda: read_credential(tokens[0]), 99), "ms", "")
    bench.add("check page, by anybody", median_ms(lambda: _checked(contents[0]["check"]), 31), "ms", "≤ 100")


def _checked(code: str) -> None:
    answer = Client(headers={"host": "localhost"}).get(reverse("check-code", kwargs={"code": code}))
    assert answer.status_code == 200, answer.status_code
