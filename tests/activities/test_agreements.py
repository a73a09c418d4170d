"""Agreements: who signs for whom, until when, in which words; and rules whose filter and check agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from tests import cast as at
from tests.activities.joining import NOON, TODAY, actor, project, role, volunteer
from tests.cast import Cast
from yinling.activities import Agreement, Enrolment, Project, agreements, enrol, enrolments
from yinling.base import clock
from yinling.base.rules import Actor, Refused
from yinling.facts import Evidence

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import Settings

SHEET = [("协议.pdf", b"%PDF-1.7 signed")]


@pytest.fixture(autouse=True)
def noon(cast: Cast, settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(NOON):
        yield


@pytest.fixture
def of(cast: Cast) -> Project:
    return project(cast.offices[at.COUNTY], cast.places[at.VILLAGE], needs_agreement=True, needs_training="急救")


def test_signed_by_the_volunteer_in_the_words_of_the_project(cast: Cast, of: Project) -> None:
    her = volunteer(cast.places[at.VILLAGE], "吴桂芝")
    for wrong in ("", "别人"):
        with pytest.raises(ValidationError):
            agreements.sign_agreement(project=of, volunteer=her, signature=wrong, by=actor(her))
    with override("en"):
        signed = agreements.sign_agreement(project=of, volunteer=her, signature="吴 桂芝", by=actor(her))
    assert (signed.way, signed.signed_on, signed.until) == ("online", TODAY, date(2025, 12, 31))
    for said in (of.title, of.summary, of.risks, "急救", of.place.name, of.organiser.name, her.number):
        assert said in signed.text
    with pytest.raises(Refused):
        agreements.sign_agreement(project=of, volunteer=her, signature="吴桂芝", by=actor(her))


def test_nobody_signs_for_somebody_else_without_a_paper(cast: Cast, of: Project) -> None:
    her, him, county = volunteer(cast.places[at.VILLAGE]), volunteer(cast.places[at.VILLAGE]), cast.actor(cast.county)
    with pytest.raises(Refused):
        agreements.sign_agreement(project=of, volunteer=her, signature=her.person.name, by=actor(him))
    with pytest.raises(Refused):
        agreements.sign_agreement(project=of, volunteer=her, evidence=SHEET, by=cast.actor(cast.stranger))
    with pytest.raises(ValidationError):
        agreements.sign_agreement(project=of, volunteer=her, by=county)
    assert not Agreement.objects.exists()
    signed = agreements.sign_agreement(project=of, volunteer=her, evidence=SHEET, by=county)
    assert signed.way == "paper"
    assert Evidence.objects.get(entry_id=signed.entry_id).name == "协议.pdf"


@pytest.mark.parametrize(
    "days",
    [
        {"signed_on": TODAY + timedelta(days=1)},
        {"until": TODAY - timedelta(days=1)},
        {"until": date(2026, 1, 1)},
        {"signed_on": date(2025, 10, 1), "until": date(2025, 10, 2)},
    ],
)
def test_days_that_do_not_fit(cast: Cast, of: Project, days: dict[str, date]) -> None:
    with pytest.raises(ValidationError):
        agreements.sign_agreement(
            project=of, volunteer=volunteer(cast.places[at.VILLAGE]), evidence=SHEET, by=cast.actor(cast.county),
            signed_on=days.get("signed_on"), until=days.get("until"),
        )  # fmt: skip


def test_what_ran_out_makes_room_and_either_side_ends_it(cast: Cast, of: Project) -> None:
    her, county = volunteer(cast.places[at.VILLAGE]), cast.actor(cast.county)
    first = agreements.sign_agreement(
        project=of, volunteer=her, evidence=SHEET, until=TODAY + timedelta(days=5), by=county
    )
    with clock.frozen(NOON + timedelta(days=6)):
        second = agreements.sign_agreement(project=of, volunteer=her, evidence=SHEET, by=county)
        first.refresh_from_db()
        assert first.ended_on == TODAY + timedelta(days=6)
        with pytest.raises(ValidationError):
            agreements.end_agreement(agreement=second, reason=" ", by=actor(her))
        with pytest.raises(Refused):
            agreements.end_agreement(agreement=second, reason="搬家", by=actor(volunteer(cast.places[at.VILLAGE])))
        ended = agreements.end_agreement(agreement=second, reason="搬家", by=actor(her))
        assert not ended.holds_on(clock.today())
        with pytest.raises(Refused):
            agreements.end_agreement(agreement=second, reason="再来", by=county)


def test_filter_and_check_agree(cast: Cast, of: Project) -> None:
    her, him = (volunteer(cast.places[at.VILLAGE]) for _each in range(2))
    elsewhere = project(cast.offices[at.NEIGHBOUR], cast.places[at.NEIGHBOUR_VILLAGE])
    for one in (her, him):
        agreements.sign_agreement(project=elsewhere, volunteer=one, evidence=SHEET, by=at.SYSTEM)
        enrol(role=role(elsewhere), by=actor(one))
    expo = role(project(cast.offices[at.COUNTY], cast.places[at.VILLAGE]), kind="expo", serves=False)
    enrol(role=expo, body=cast.associations[at.VILLAGE].body, present=True, by=at.SYSTEM)
    actors = [actor(her), actor(him), *map(cast.actor, (cast.county, cast.chair, cast.stranger)), Actor(None, "")]
    seen = 0
    for by in actors:
        for rule, rows in (
            (enrolments.is_own_enrolment, Enrolment.objects.all()), (enrolments.may_see_enrolments, Enrolment.objects.all()),
            (agreements.is_own_agreement, Agreement.objects.all()), (agreements.may_see_agreements, Agreement.objects.all()),
        ):  # fmt: skip
            listed = {row.pk for row in rule.filter(by, rows)}
            assert listed == {row.pk for row in rows if rule.check(by, row)}, (rule.name, by.name)
            seen += len(listed)
    assert seen > len(actors)
