"""The demo's certificates: some of every state, stars of all five levels, from hours that are there."""

from __future__ import annotations

from datetime import date

from tests.cast import PREFECTURE, SYSTEM, TOWNSHIP, VILLAGE, Cast
from tests.certificates.ground import Ground, served, volunteer
from yinling.base import clock
from yinling.certificates import Certificate, CertificateObjection, CertificateRequest, StarApplication, StarHolder
from yinling.certificates.demo import ISSUED, certificates

TODAY = date(2026, 6, 1)


def test_without_hours_there_is_nothing_to_certify(ground: Ground) -> None:
    with clock.frozen(TODAY):
        certificates(city=PREFECTURE, issuer=ground.county, area=TOWNSHIP, by=SYSTEM)
    assert not Certificate.objects.exists()
    assert not StarApplication.objects.exists()


def test_some_of_every_state(ground: Ground, cast: Cast) -> None:
    for number in range(14):
        one = volunteer(cast.places[VILLAGE], f"龙{'一二三四五六七八九十甲乙丙丁'[number]}妹", 100 + number)
        served(one.person, ground.station, 60 * 1600, day=date(2025, 3, 5))
        served(one.person, ground.county, 90, day=date(2024, 3, 5))
    with clock.frozen(TODAY):
        certificates(city=PREFECTURE, issuer=ground.county, area=TOWNSHIP, by=SYSTEM)
        states = set(Certificate.objects.values_list("kind", "state"))
        assert {("service", "issued"), ("service", "revoked"), ("service", "superseded"), ("star", "issued")} == states
        assert Certificate.objects.filter(publicity_until__gte=TODAY).count() == 3
    assert Certificate.objects.filter(kind="service", issued_on=ISSUED).count() == 14
    assert set(StarHolder.objects.values_list("level", flat=True)) >= {1, 2, 3, 4, 5}
    assert set(StarApplication.objects.values_list("state", flat=True)) == {"applied", "granted"}
    assert set(CertificateRequest.objects.values_list("state", flat=True)) == {
        "asked",
        "accepted",
        "declined",
        "issued",
    }
    assert CertificateObjection.objects.filter(state="open").count() == 1
