"""Certificates and stars for the scene: one issued to many, one asked for, an objection, an application for a star."""

from __future__ import annotations

from datetime import timedelta

from tests.cast import SYSTEM
from tests.certificates.ground import SIGNED, served, volunteer
from yinling.base import clock
from yinling.certificates import Certificate, apply_star, ask, issue_many, object_to
from yinling.network import Body, Place

HOURS = 120


def certificate_rows(office: Body, place: Place, number: int) -> dict[str, object]:
    """One of everything about a volunteer of the place, certified by the office."""
    one = volunteer(place, f"石{'一二三四五六七八九'[number]}妹", 700 + number)
    until = clock.today() - timedelta(days=1)
    since = until - timedelta(days=30)
    served(one.person, office, HOURS * 60, day=until)
    done = issue_many(issuer=office, since=since, until=until, area=place.area_path, signed=SIGNED, by=SYSTEM)
    made = Certificate.objects.filter(entry_id=done.entry_id, person=one.person).get()
    asked = ask(volunteer=one, issuer=office, since=since - timedelta(days=1), until=until, by=SYSTEM)
    objection = object_to(certificate=made, by_name="群众", text="请核实", by=SYSTEM)
    star = apply_star(volunteer=one, by=SYSTEM)
    return {
        "certificates/": made.pk, "certificates/requests/": asked.pk, "certificates/objections/": objection.pk,
        "certificates/runs/": done.entry_id, "stars/": star.pk, "pocket/me/certificates/": made.pk,
        "pocket/me/certificates/requests/": asked.pk,
    }  # fmt: skip
