"""The projects of the demo's city: 1,200 published from 2023 on, with some 9,000 sessions held by the end of 2025 and about
150 to come in the next two weeks, and what came of them. Titles and texts are made up; a fixed seed draws the rest."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from yinling.activities.actions.catalogue import set_outcome_type
from yinling.activities.actions.sessions import NewRole, Times, lay_out_sessions
from yinling.activities.bulk import (
    NewActivity,
    NewOutcome,
    NewProject,
    NewSession,
    create_activities,
    publish_many,
    record_outcomes,
    take_over_sessions,
)
from yinling.activities.demo_texts import KIND_OF, OUTCOMES, RISKS, SERVED, SUMMARIES, TITLES, TROUPE
from yinling.activities.models import Activity, Brand, Domain, OutcomeType, Project, Undertaking
from yinling.base import clock
from yinling.base.clock import CHINA
from yinling.base.rules import Actor
from yinling.network import Body, Place, place_at
from yinling.volunteers import Station

SEED = 20230110
FIRST = date(2023, 1, 10)
YEARS = (2023, 2024, 2025)
PROJECTS, SINCE, RUNNING = 1200, 50, 22
SHOWS, TROUPE_SHOWS = 310, 156
"""Performances a year in the whole city, and of the one troupe that has a brand of its own."""

SESSIONS = 8000
"""About how many other sessions were held by the end of 2025."""

SHORT, LONG = (24, 30), (80, 170)
"""Days that projects last."""

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WEEKLY = "FREQ=WEEKLY;BYDAY=TU"
HELPERS, SEATS = 30, 60
PLAYERS = (NewRole("演员", HELPERS, serves=True),)


@dataclass(slots=True)
class _Ground:
    """What everything is drawn from."""

    city: Place
    chance: random.Random
    counties: list[Place]
    towns: Mapping[str, list[Place]]
    organisers: Mapping[str, list[Body]]
    stations: Mapping[str, list[Station]]
    domains: Sequence[Domain]
    undertakings: Mapping[int, list[Undertaking]]
    brands: Sequence[Brand]
    today: date

    def organiser(self, county: str) -> Body:
        """A body that organises in a county: its own, else one of the city."""
        return self.chance.choice(self.organisers.get(county) or self.organisers[self.city.area_path])


def projects(
    *, city: str, organisers: Sequence[Body], stations: Sequence[Station], domains: Sequence[Domain],
    undertakings: Sequence[Undertaking], brands: Sequence[Brand], by: Actor,
) -> list[Project]:  # fmt: skip
    """Publish the city's projects with all that belongs to them; `organisers` are bodies of the city and of its counties, one
    of the city at least. Returns the projects. Types of outcome that are missing are set by the first body of the city."""
    place = place_at(city)
    assert place is not None, "the places are loaded first"
    ground = _ground(place, organisers, stations, domains, undertakings, brands)
    made = publish_many(rows=list(_projects(ground)), batch_id=None, area=place, by=by)
    activities = create_activities(rows=[_activity(one) for one in made], area=place, by=by)
    troupe, others, running = activities[: len(YEARS)], activities[len(YEARS) : -RUNNING], activities[-RUNNING:]
    rows = [*_troupe(ground, troupe), *_shows(ground, others), *_held(ground, others), *_to_come(ground, running)]
    take_over_sessions(rows=rows, area=place, by=by)
    _weekly(ground, running[0], by)
    record_outcomes(rows=list(_outcomes(ground, made, by)), batch_id=None, area=place, by=by)
    return made


def _ground(
    city: Place, organisers: Sequence[Body], stations: Sequence[Station], domains: Sequence[Domain],
    undertakings: Sequence[Undertaking], brands: Sequence[Brand],
) -> _Ground:  # fmt: skip
    below = Place.objects.filter(area_path__under=city.area_path, closed__isnull=True).order_by("area_path")
    counties = list(below.filter(level=3))
    towns: dict[str, list[Place]] = {county.area_path: [] for county in counties}
    for town in below.filter(level=4):
        towns[town.area_path[:6]].append(town)
    return _Ground(
        city=city, chance=random.Random(SEED), counties=counties, towns=towns, organisers=_by_county(organisers),
        stations=_by_county(stations), domains=list(domains),
        undertakings={one.pk: [row for row in undertakings if row.domain_id == one.pk] for one in domains},
        brands=list(brands), today=clock.today(),
    )  # fmt: skip


def _by_county(rows: Sequence[Body] | Sequence[Station]) -> Mapping[str, list]:  # type: ignore[type-arg]
    found: dict[str, list[Body | Station]] = {}
    for row in rows:
        found.setdefault(row.area_path[:6], []).append(row)
    return found


def _projects(ground: _Ground) -> Iterator[NewProject]:
    """First one a year of the troupe, then the many, last those that run now."""
    brand = next(one for one in ground.brands if one.domain is not None and one.domain.code == "culture")
    for year in YEARS:
        starts = max(date(year, 1, 3), brand.since if brand.since.year == year else date(year, 1, 3))
        yield _new(ground, brand.place, brand.domain, starts, date(year, 12, 31), TROUPE % year, brand)
    spoken = date(YEARS[-1], 12, 20)
    for first, last, many in (
        (FIRST, spoken, PROJECTS - len(YEARS)),
        (spoken + 20 * DAY, max(ground.today, spoken + 90 * DAY) - 40 * DAY, SINCE),
    ):
        for number in range(many):
            starts = first + (last - first) * number / many
            length = ground.chance.randint(*(SHORT if ground.chance.random() < 0.45 else LONG))
            county = ground.chance.choices(ground.counties, weights=[3, 3, *([2] * (len(ground.counties) - 2))])[0]
            yield _drawn(ground, county, starts, starts + length * DAY)
    for number in range(RUNNING):
        county = ground.counties[number % len(ground.counties)]
        yield _drawn(ground, county, ground.today - (number + 2) * DAY, ground.today + 60 * DAY)


def _drawn(ground: _Ground, county: Place, starts: date, ends: date) -> NewProject:
    """A project at a town of a county, in a domain of which it may carry the brand."""
    chance = ground.chance
    domain = chance.choice(ground.domains)
    town = chance.choice(ground.towns[county.area_path] or [county])
    title = f"{town.short_name}{chance.choice(TITLES.get(domain.code, TITLES['']))}（{starts:%Y年%-m月}）"
    own = [
        one for one in ground.brands
        if one.domain_id == domain.pk and one.area_path in (county.area_path, ground.city.area_path) and one.since <= starts
    ]  # fmt: skip
    return _new(ground, town, domain, starts, ends, title, chance.choice(own) if own else None)


def _new(
    ground: _Ground, place: Place, domain: Domain | None, starts: date, ends: date, title: str, brand: Brand | None
) -> NewProject:
    chance, code = ground.chance, domain.code if domain else ""
    long = (ends - starts).days > 30
    measures = ground.undertakings.get(domain.pk, []) if domain else []
    organiser = ground.organiser(place.area_path[:6])
    surname = chance.choice("田杨张王李吴冉陈罗龙")
    return NewProject(
        organiser=organiser, place=place, title=title, starts_on=starts, ends_on=ends, published_on=max(FIRST, starts - 7 * DAY),
        closed=ends < ground.today,
        details={
            "summary": SUMMARIES.get(code, SUMMARIES[""]), "risks": RISKS.get(code, RISKS[""]),
            "served": SERVED.get(code, SERVED[""]), "contact": f"{surname}老师 0856-{chance.randint(3000000, 8999999)}",
            "domain": domain, "undertaking": chance.choice(measures) if measures else None, "brand": brand,
            "platform": "joy" if code == "culture" else "learning" if code in ("policy", "science") else "contributing",
            "needs_insurance": chance.random() < 0.5, "needs_agreement": long,
        },
    )  # fmt: skip


def _activity(project: Project) -> NewActivity:
    code = project.domain.code if project.domain else ""
    kind = "show" if project.title in {TROUPE % year for year in YEARS} else KIND_OF.get(code, "service")
    title = project.title.partition("（")[0].removeprefix(project.place.short_name)
    return NewActivity(project=project, kind=kind, title=title, place=project.place)


def _troupe(ground: _Ground, activities: Sequence[Activity]) -> Iterator[NewSession]:
    """Three performances a week, in the villages of the troupe's county in turn."""
    towns = ground.towns[activities[0].place.area_path[:6]] or [activities[0].place]
    for activity in activities:
        project = activity.project
        days = (project.ends_on - project.starts_on).days
        for number in range(TROUPE_SHOWS):
            day = project.starts_on + timedelta(days=number * days // TROUPE_SHOWS)
            town = towns[number % len(towns)]
            yield _session(
                activity,
                town,
                day,
                time(14 + number % 2 * 5),
                150,
                "文化广场",
                PLAYERS,
            )


def _shows(ground: _Ground, activities: Sequence[Activity]) -> Iterator[NewSession]:
    """The other performances of each year, over the year's cultural projects; of this year up to now."""
    for year in sorted({*YEARS, ground.today.year}):
        last = min(date(year, 12, 31), ground.today - DAY)
        shows = [one for one in activities if one.kind == "show" and one.project.starts_on.year == year]
        many = SHOWS - TROUPE_SHOWS
        for number in range(many if year in YEARS else min(many * last.timetuple().tm_yday // 366, len(shows))):
            activity = shows[number % len(shows)]
            project = activity.project
            days = max(1, (min(project.ends_on, last) - project.starts_on).days + 1)
            turn, offset = divmod(number, len(shows))
            day = project.starts_on + timedelta(days=(turn * 5 + offset) % days)
            yield _session(activity, activity.place, day, time(9 + turn % 11), 150, "村文化广场", PLAYERS)


def _held(ground: _Ground, activities: Sequence[Activity]) -> Iterator[NewSession]:
    """What was held of everything else: once or twice a week, so that the number by the end of 2025 is about the city's."""
    others = [one for one in activities if one.kind != "show"]
    until_2025 = sum(one.project.starts_on.year in YEARS for one in others)
    each = SESSIONS // until_2025
    for activity in others:
        project, chance = activity.project, ground.chance
        days = (min(project.ends_on, ground.today - DAY) - project.starts_on).days
        count = min(each + chance.randint(-1, 2), max(1, days // 2))
        at = time(chance.choice((8, 9, 14, 15)), chance.choice((0, 30)))
        for number in range(count):
            day = project.starts_on + timedelta(days=number * days // count)
            yield _placed(ground, activity, day, at)


def _to_come(ground: _Ground, activities: Sequence[Activity]) -> Iterator[NewSession]:
    """What runs now: every second day of the last week and the next two."""
    for number, activity in enumerate(activities):
        at = time(8 + number % 3 + number % 2 * 5, 30)
        for days in range(1, 14, 2):
            yield _placed(ground, activity, ground.today + timedelta(days=days - number % 2 + 1), at)
        began = activity.project.starts_on
        for back in range(2, min(8, (ground.today - began).days + 1), 3):
            yield _placed(ground, activity, ground.today - timedelta(days=back), at)


def _weekly(ground: _Ground, activity: Activity, by: Actor) -> None:
    """One activity that repeats by a rule."""
    lay_out_sessions(
        activity=activity, rule=WEEKLY, first=ground.today + DAY, last=ground.today + 8 * WEEK,
        times=Times(19, 0, timedelta(hours=2)), venue="村委会二楼会议室", roles=_roles(activity), by=by,
    )  # fmt: skip


def _placed(ground: _Ground, activity: Activity, day: date, at: time) -> NewSession:
    """A session at a station of the county, where there is one, now and then."""
    near = ground.stations.get(activity.place.area_path[:6], [])
    station = ground.chance.choice(near) if near and ground.chance.random() < 0.5 else None
    minutes = ground.chance.choice((180, 210, 210, 240))
    if station is None:
        return _session(activity, activity.place, day, at, minutes, "村委会", _roles(activity))
    place = station.body.place
    return _session(activity, place, day, at, minutes, station.body.name, _roles(activity), station)


def _roles(activity: Activity) -> tuple[NewRole, ...]:
    if activity.kind == "clinic":
        return NewRole("医生护士", HELPERS, serves=True), NewRole("群众", SEATS * 4, serves=False)
    if activity.kind in ("class", "gathering"):
        return NewRole("志愿者", HELPERS, serves=True), NewRole("学员", SEATS, serves=False)
    return (NewRole("志愿者", HELPERS, serves=True),)


def _session(
    activity: Activity, place: Place, day: date, at: time, minutes: int, venue: str, roles: Sequence[NewRole],
    station: Station | None = None,
) -> NewSession:  # fmt: skip
    starts = datetime.combine(day, at, tzinfo=CHINA)
    ends = starts + timedelta(minutes=minutes)
    return NewSession(
        activity=activity, starts_at=starts, ends_at=ends, place=place, roles=roles, station=station, venue=venue,
        held=ends < clock.now(),
    )  # fmt: skip


def _outcomes(ground: _Ground, made: Sequence[Project], by: Actor) -> Iterator[NewOutcome]:
    """The sums a city reports, each spread over the projects of its domain that were over by the end of 2025."""
    types = {one.code: one for one in OutcomeType.objects.all()}
    owner = ground.organisers[ground.city.area_path][0]
    for code, (domain, name, unit, total) in OUTCOMES.items():
        if code not in types:
            types[code] = set_outcome_type(owner=owner, code=code, name=name, unit=unit, by=by)
        over = [
            one for one in made
            if one.domain and one.domain.code == domain and one.ends_on <= date(YEARS[-1], 12, 31) and one.brand_id
        ] or [one for one in made if one.ends_on <= date(YEARS[-1], 12, 31)]  # fmt: skip
        chosen = ground.chance.sample(over, min(len(over), 40, total))
        yield from _parts(ground, types[code], chosen, total)
    for project in made[: len(YEARS)]:
        shows = Decimal(TROUPE_SHOWS)
        yield NewOutcome(project=project, type=types["troupe_shows"], quantity=shows, happened_on=project.ends_on)


def _parts(ground: _Ground, type_: OutcomeType, chosen: Sequence[Project], total: int) -> Iterator[NewOutcome]:
    """A total in parts of different size, one for each project."""
    weights = [ground.chance.randint(2, 9) for _project in chosen]
    left = total
    for number, (project, weight) in enumerate(zip(chosen, weights, strict=True), start=1):
        part = left if number == len(chosen) else max(1, total * weight // sum(weights))
        part = min(part, left - (len(chosen) - number))
        left -= part
        yield NewOutcome(project=project, type=type_, quantity=Decimal(part), happened_on=project.ends_on)
