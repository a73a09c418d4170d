"""Stars: in order, applied for, decided by the office of the level on hours and quality, with a number that stays."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from tests.cast import COUNTY, PREFECTURE, PROVINCE, SYSTEM, Cast
from tests.certificates.ground import SIGNED, TODAY, Ground, served
from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Refused
from yinling.certificates import (
    STARS,
    Certificate,
    StarApplication,
    StarHolder,
    apply_star,
    decline_star,
    grant_star,
    progress,
    revoke_star,
    waiting_stars,
)
from yinling.figures import figure
from yinling.network import set_parameter
from yinling.volunteers import Volunteer

HOUR = 60


def reach(ground: Ground, hours: int) -> None:
    """Confirmed service of so many more hours."""
    served(ground.volunteer.person, ground.county, hours * HOUR)


def test_reaching_the_hours_opens_an_application_and_no_more(ground: Ground) -> None:
    served(ground.volunteer.person, ground.county, 99 * HOUR + 57)
    with pytest.raises(Refused, match=r"0\.1 more"):
        apply_star(volunteer=ground.volunteer, by=ground.own)
    served(ground.volunteer.person, ground.neighbour, 3)
    stands = progress(ground.volunteer)
    assert (stands.level, stands.minutes, stands.needed, stands.can_apply) == (0, 6000, Decimal(100), True)
    made = apply_star(volunteer=ground.volunteer, by=ground.own)
    assert (made.level, made.office, made.proxy) == (1, ground.county, "")
    assert not StarHolder.objects.exists()
    assert not progress(ground.volunteer).can_apply
    with pytest.raises(Refused, match="waits"):
        apply_star(volunteer=ground.volunteer, by=ground.own)


def test_granted_in_order_by_the_office_of_the_level(ground: Ground, cast: Cast) -> None:
    reach(ground, 2000)
    period = as_of(TODAY)
    number = ""
    offices = (ground.officer, ground.officer, ground.prefecture, ground.prefecture, ground.province)
    for level, (decides, path) in enumerate(
        zip(offices, (COUNTY, COUNTY, PREFECTURE, PREFECTURE, PROVINCE), strict=True), 1
    ):
        application = apply_star(volunteer=ground.volunteer, by=ground.own)
        assert (application.level, application.office_path) == (level, path)
        for other in (ground.own, ground.clerk, cast.actor(cast.auditor)):
            with pytest.raises(Refused):
                grant_star(application=application, evaluation="优秀", signed=SIGNED, by=other)
        if len(path) < len(COUNTY):
            with pytest.raises(Refused, match="another level"):
                grant_star(application=application, evaluation="优秀", signed=SIGNED, by=ground.officer)
        with pytest.raises(ValidationError):
            grant_star(application=application, evaluation=" ", signed=SIGNED, by=decides)
        made = grant_star(application=application, evaluation="服务认真，群众评价好", signed=SIGNED, by=decides)
        holder = StarHolder.objects.get()
        number = number or holder.number
        assert (holder.level, holder.number, made.level, made.kind) == (level, number, level, "star")
        assert made.number == f"星证〔2025〕{path}-{len(Certificate.objects.filter(issuer=application.office)):06}"
        assert [figure(one, path=COUNTY, period=period).value for one in STARS] == [
            int(n == level) for n in range(1, 6)
        ]
    assert number == f"{COUNTY}X000001"
    with pytest.raises(Refused, match="highest"):
        apply_star(volunteer=ground.volunteer, by=ground.own)


def test_hours_that_fell_away_are_noticed(ground: Ground) -> None:
    reach(ground, 100)
    application = apply_star(volunteer=ground.volunteer, by=ground.own)
    ground.volunteer.person.attendance.update(counted=50 * HOUR)
    with pytest.raises(Refused, match=r"50\.0 more"):
        grant_star(application=application, evaluation="优秀", signed=SIGNED, by=ground.officer)


def test_not_granted_with_a_reason_then_again(ground: Ground) -> None:
    reach(ground, 100)
    application = apply_star(volunteer=ground.volunteer, by=ground.own)
    with pytest.raises(ValidationError):
        decline_star(application=application, reason="", by=ground.officer)
    decline_star(application=application, reason="服务评价材料不足", by=ground.officer)
    with pytest.raises(Refused, match="decided already"):
        grant_star(application=application, evaluation="优秀", signed=SIGNED, by=ground.officer)
    assert apply_star(volunteer=ground.volunteer, by=ground.officer).proxy == "杨正华"


def test_revoked_from_the_top_and_the_number_stays(ground: Ground) -> None:
    reach(ground, 300)
    applications = []
    for _level in (1, 2):
        applications.append(apply_star(volunteer=ground.volunteer, by=ground.own))
        grant_star(application=applications[-1], evaluation="优秀", signed=SIGNED, by=ground.officer)
    number = StarHolder.objects.get().number
    with clock.frozen(TODAY + timedelta(days=3)):
        with pytest.raises(Refused, match="higher"):
            revoke_star(application=applications[0], reason="弄虚作假", by=ground.officer)
        for application in reversed(applications):
            revoke_star(application=application, reason="弄虚作假", by=ground.officer)
        assert StarHolder.objects.get().level == 0
        assert [figure(one, path=COUNTY, period=as_of(clock.today())).value for one in STARS] == [0] * 5
        assert set(Certificate.objects.values_list("state", flat=True)) == {"revoked"}
        again = apply_star(volunteer=ground.volunteer, by=ground.own)
        grant_star(application=again, evaluation="整改后优秀", signed=SIGNED, by=ground.officer)
    assert StarHolder.objects.get().number == number
    assert figure(STARS[1], path=COUNTY, period=as_of(TODAY)).value == 1, "as it was on that day"


def test_numbers_are_parameters_of_the_place(ground: Ground, cast: Cast) -> None:
    reach(ground, 50)
    values = {"place": cast.places[PREFECTURE], "since": TODAY, "document": "铜民发〔2025〕3号", "by": SYSTEM}
    set_parameter(key="star_1_hours", value=50, **values)  # type: ignore[arg-type]
    set_parameter(key="star_1_office", value=2, **values)  # type: ignore[arg-type]
    made = apply_star(volunteer=ground.volunteer, by=ground.own)
    assert made.office == cast.offices[PREFECTURE]


def test_who_is_asked_to_decide(ground: Ground, cast: Cast) -> None:
    reach(ground, 100)
    made = apply_star(volunteer=ground.volunteer, by=ground.own)
    assert list(waiting_stars(ground.officer)) == [made]
    assert not waiting_stars(ground.province), "what the county decides does not wait for the province"
    assert not waiting_stars(cast.actor(cast.township))


def test_only_the_volunteer_or_staff_of_the_place(ground: Ground) -> None:
    reach(ground, 100)
    served(ground.other.person, ground.county, 100 * HOUR)
    with pytest.raises(Refused, match="somebody else"):
        apply_star(volunteer=ground.other, by=ground.own)
    Volunteer.objects.filter(pk=ground.volunteer.pk).update(state="paused")
    with pytest.raises(Refused, match="registered"):
        apply_star(volunteer=Volunteer.objects.get(pk=ground.volunteer.pk), by=ground.own)
    assert not StarApplication.objects.exists()
