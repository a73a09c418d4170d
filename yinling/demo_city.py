"""The volunteer service of the demo's city: stations, brands, volunteers, projects, three years of hours, certificates; at the
scale that a city's report on the service of its retired cadres states."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from yinling.activities import Session, Undertaking
from yinling.activities.demo_catalogue import brands, catalogue
from yinling.activities.demo_enrolments import enrolments
from yinling.activities.demo_projects import projects
from yinling.base import clock
from yinling.base.rules import Actor
from yinling.certificates.demo import certificates
from yinling.hours.demo import hours
from yinling.hours.demo_checkin import session_of_today
from yinling.network import Body, Place
from yinling.volunteers import Volunteer
from yinling.volunteers.demo import volunteers
from yinling.volunteers.demo_stations import stations

COUNTY_WIDTH = 6


def volunteer_service(
    *, city: str, county: str, village: Place, community: Place, offices: Mapping[str, Body], recorder: Actor,
    confirmer: Actor, password: str, say: Callable[[str], None], by: Actor,
) -> None:  # fmt: skip
    """Everything about the volunteer service of `city`; the named cast lives in `county`, at `village` and `community`.
    `recorder` and `confirmer` are two people with a role over the whole city."""
    office, street = offices[city], community.parent
    assert street is not None
    say("stations, domains and brands")
    open_stations = stations(city=city, by=by)
    domains = catalogue(city=city, owner=office, by=by)
    known = brands(city=city, owners=offices, by=by)
    say("8,600 volunteers")
    shown = volunteers(
        city=city, county=county, township=street, community=community, keeper_at=offices[street.area_path],
        offices=dict(offices), password=password, by=by,
    )  # fmt: skip
    say("1,200 projects with their sessions and outcomes")
    hosts = [body for path, body in offices.items() if path.startswith(city) and len(path) <= COUNTY_WIDTH]
    projects(
        city=city, organisers=hosts, stations=open_stations, domains=list(domains.values()),
        undertakings=list(Undertaking.objects.filter(domain__owner=office)), brands=known, by=by,
    )  # fmt: skip
    session_of_today(place=village, organiser=offices[village.area_path[:9]], guest=shown.volunteer, by=by)
    enrolments(city=city, teacher=shown.volunteer, by=by)
    say("500,000 hours")
    hours(
        city=city, sessions=Session.objects.filter(day__lt=clock.today()), volunteers=Volunteer.objects.all(), recorder=recorder,
        confirmer=confirmer,
    )  # fmt: skip
    say("certificates and stars")
    certificates(city=city, issuer=offices[county], area=street.area_path, by=by)
