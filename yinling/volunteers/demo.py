"""Demo volunteers of a city: made-up people whose counts are those of a published speech (document 004): 8,600 volunteers,
35 in a hundred with a profession, 21,500 retired cadres on the rolls of units, fewer than ten expert teams, and some county
with fewer than 200 volunteers.

Who they are is drawn by a fixed seed. Every resident number has the place code 990101, which no province uses; telephone
numbers begin with 137 0, as the demo's own do elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.base.paths import under
from yinling.base.rules import Actor
from yinling.network import Body, Place, RoleHeld, create_account, register_body
from yinling.people import Consent
from yinling.volunteers.actions.policies import cover, record_policy
from yinling.volunteers.actions.registering import apply_online, register_volunteer
from yinling.volunteers.actions.standing import change_own, open_sign_in
from yinling.volunteers.actions.trainings import record_training
from yinling.volunteers.bulk import NewVolunteer, found_teams, register_many, set_rolls
from yinling.volunteers.models import Field, HalfDay, Limit, Policy, Skill, Source, Volunteer
from yinling.volunteers.particulars import Particulars

SEED = 20250603
VOLUNTEERS, PROFESSIONALS, ROLL = 8_600, 3_010, 21_500
TEAMS, EXPERTS = 120, 9
APPLICATIONS, CLAIMS, NAMED = 20, 2, 240
FEW = 183
"""Volunteers of the county where the work lags."""

FIRST_DAY, LAST_DAY = date(2023, 1, 9), date(2025, 11, 28)
ROLL_DAY = date(2022, 12, 31)
OLDEST, YOUNGEST = date(1944, 1, 1), date(1965, 6, 30)

SURNAMES = "杨吴王李张刘陈周罗田龙石姚彭黄唐潘冉任谭向舒安滕"
GIVEN = "秀英桂兰玉珍国安世明光华正德永昌文忠朝贵开先明才兴发庭建平淑芬志强凤"
PRESSED = ("机关离退休干部党支部", "离退休教职工党支部", "卫生健康系统离退休干部党支部", "农业农村系统离退休干部党支部",
           "企业退休人员管理服务中心")  # fmt: skip
TITLES = {
    Field.TEACHING: ("高级教师", "一级教师", "特级教师", "副教授"),
    Field.MEDICINE: ("主治医师", "副主任医师", "主管护师", "主任医师"),
    Field.LAW: ("三级法官", "四级检察官", "律师", "人民调解员"),
    Field.AGRICULTURE: ("农艺师", "高级农艺师", "水利工程师", "兽医师"),
    Field.ENGINEERING: ("工程师", "高级工程师"),
    Field.CULTURE: ("副研究馆员", "三级演员", "二级美术师"),
    Field.FINANCE: ("会计师", "审计师", "高级会计师"),
    Field.MANAGEMENT: ("",),
    Field.OTHER: ("",),
}
SKILLS = {
    Field.TEACHING: (Skill.TUTORING, Skill.LECTURING, Skill.WRITING),
    Field.MEDICINE: (Skill.CLINIC, Skill.NURSING),
    Field.LAW: (Skill.LEGAL, Skill.MEDIATION),
    Field.AGRICULTURE: (Skill.FARMING,),
    Field.ENGINEERING: (Skill.REPAIR, Skill.PHONES),
    Field.CULTURE: (Skill.STAGE, Skill.PAINTING, Skill.WRITING),
    Field.FINANCE: (Skill.PHONES, Skill.LECTURING),
    Field.MANAGEMENT: (Skill.LECTURING, Skill.MEDIATION),
    Field.OTHER: (Skill.VISITING,),
}
COMMON_SKILLS = (
    Skill.LECTURING, Skill.VISITING, Skill.PATROL, Skill.STAGE, Skill.SPORT, Skill.PAINTING, Skill.HAIRCUT, Skill.PHONES,
)  # fmt: skip
TEAM_NAMES = (
    "银辉宣讲队", "夕阳红文艺队", "老教师助学队", "银龄健康服务队", "老党员调解队", "夕照巡逻队", "银发农技队",
    "书香银龄读书队", "红叶书画队", "爱心探访队", "智能手机帮学队", "环境监督队",
)  # fmt: skip
EXPERT_NAMES = (
    "银龄医疗专家服务队", "老法官老检察官调解专家队", "农技水利专家服务队", "特级教师助教专家队", "财税审计专家顾问队",
    "工程技术专家服务队", "非遗传承专家队", "营商环境老专家顾问队", "心理关怀专家服务队",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """The demo's people to sign in as, and what later pieces of the demo build on."""

    volunteer: Volunteer
    """陈桂兰, retired teacher of 街上; signs in as `volunteer`."""
    units: list[Body]
    teams: list[Body]
    policies: list[Policy]


def volunteers(
    *,
    city: str,
    county: str,
    township: Place,
    community: Place,
    keeper_at: Body,
    offices: dict[str, Body],
    password: str,
    by: Actor,
) -> Shown:
    """The volunteers of a city (its path), with the units they retired from, teams and policies; and the cast: a retired
    teacher at `community`, a keeper at the body `keeper_at`, applications and claims that wait in `county`. `offices` by
    path; needs those of the city and its counties."""  # fmt: skip
    chance = random.Random(SEED)
    counties = list(Place.objects.filter(parent__area_path=city, closed__isnull=True).order_by("area_path"))
    units = _units(counties, offices[city], offices, by)
    _rolls(chance, units, offices[city], by)
    teacher = _teacher(community, next(unit for unit in units if unit.area_path == county), password, by)
    rows = _rows(chance, counties, units, offices[city].place)
    register_many(rows=rows, area=offices[city].place, by=by)
    policies = _policies(offices[city], offices[county], by)
    teams = _teams(chance, counties, by)
    _trainings(chance, offices, counties, by)
    _keeper(keeper_at, password, by)
    _waiting(chance, township, teacher, by)
    return Shown(volunteer=teacher, units=units, teams=teams, policies=policies)


def _units(counties: Sequence[Place], city: Body, offices: dict[str, Body], by: Actor) -> list[Body]:
    """The retired-cadre units: those of the city itself, then five in each county."""
    hosts = [(city.place, city), *((place, offices[place.area_path]) for place in counties)]
    return [
        register_body(
            place=place, kind=Body.Kind.INSTITUTION, name=f"{place.short_name}{name}", founded=date(2005, 6, 1),
            parent=office, by=by,
        )
        for place, office in hosts
        for name in PRESSED
    ]  # fmt: skip


def _rolls(chance: random.Random, units: Sequence[Body], city: Body, by: Actor) -> None:
    """Numbers that add up to the roll of the city."""
    weights = [chance.uniform(0.5, 2.0) * (3 if unit.place_id == city.place_id else 1) for unit in units]
    people = [int(ROLL * weight / sum(weights)) for weight in weights]
    people[0] += ROLL - sum(people)
    numbers = {unit.pk: count for unit, count in zip(units, people, strict=True)}
    set_rolls(people=numbers, since=ROLL_DAY, area=city.place, by=by)


def _shares(chance: random.Random, counties: Sequence[Place]) -> list[int]:
    """How many volunteers each county has; the last one hardly any. One, the teacher, is registered apart."""
    weights = [chance.uniform(0.6, 1.6) for _county in counties[:-1]]
    whole = VOLUNTEERS - FEW - 1
    shares = [int(whole * weight / sum(weights)) for weight in weights]
    shares[0] += whole - sum(shares)
    return [*shares, FEW]


def _rows(
    chance: random.Random, counties: Sequence[Place], units: Sequence[Body], city: Place
) -> Iterator[NewVolunteer]:
    professional = set(chance.sample(range(VOLUNTEERS - 1), PROFESSIONALS - 1))
    number = 0
    for county, share in zip(counties, _shares(chance, counties), strict=True):
        villages = list(
            Place.objects.filter(under(county.area_path), level=5, closed__isnull=True)
            .order_by("area_path")
            .values_list("pk", "area_path", "kind")
        )
        # Most live in the towns.
        weights = [4.0 if kind == "residents" else 1.0 for _pk, _path, kind in villages]
        own = [unit for unit in units if unit.place_id in (county.pk, city.pk)]
        for place in chance.choices(villages, weights, k=share):
            number += 1
            yield _row(chance, number, (place[0], place[1]), chance.choice(own), number - 1 in professional)


def _row(chance: random.Random, number: int, place: tuple[int, str], unit: Body, professional: bool) -> NewVolunteer:
    field = chance.choice(FIELDS) if professional else ""
    skills = set(chance.sample(COMMON_SKILLS, chance.choice((1, 1, 2, 3))))
    if field:
        skills.add(chance.choice(SKILLS[Field(field)]))
    span = (LAST_DAY - FIRST_DAY).days
    joined = FIRST_DAY + timedelta(days=int(span * chance.random() ** 1.4))
    source = chance.choices((Source.UNIT, Source.COMMUNITY, Source.ONLINE), (60, 25, 15))[0]
    return NewVolunteer(
        row=number,
        place_id=place[0],
        area_path=place[1],
        name=person_name(chance),
        resident_id=_resident_id(number),
        phone=f"1370{number:07d}",
        source=source,
        unit_id=unit.pk,
        retired_cadre=True,
        profession=field,
        title=chance.choice(TITLES[Field(field)]) if field else "",
        skills=tuple(skills),
        availability=tuple(chance.sample(HALF_DAYS, chance.choice((1, 2, 3, 4)))),
        limits=tuple(chance.sample(LIMITS_OF_OLD, chance.choice((0, 0, 1, 2)))),
        health_declared_on=joined,
        registered_on=joined,
        verified_on=joined,
        consent_way=Consent.Way.ONLINE if source == Source.ONLINE else Consent.Way.SIGNED,
    )


HALF_DAYS = list(HalfDay.values)
FIELDS = list(Field.values[:-2])
LIMITS_OF_OLD = (Limit.LIFTING, Limit.LADDERS, Limit.NIGHT, Limit.WEATHER, Limit.STANDING)


def person_name(chance: random.Random) -> str:
    """A name as people of that age have it."""
    return chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))


def _resident_id(number: int) -> str:
    """A number of nobody; sequences from 500, so that none is that of a chair of the demo's associations."""
    span = (YOUNGEST - OLDEST).days
    return synthetic_resident_id(OLDEST + timedelta(days=number * 41 % span), 500 + number // span)


def _teacher(community: Place, unit: Body, password: str, by: Actor) -> Volunteer:
    row = register_volunteer(
        place=community, name="陈桂兰", resident_id=synthetic_resident_id(date(clock.today().year - 67, 1, 6), 702),
        phone="13800000008", source=Source.UNIT, verified=True, on=date(2023, 3, 6), by=by,
        particulars=Particulars(
            unit=unit, retired_cadre=True, profession=Field.TEACHING, title="高级教师",
            skills=(Skill.TUTORING, Skill.LECTURING), availability=("tue-am", "thu-am", "sat-am"),
            limits=(Limit.LIFTING, Limit.LADDERS), healthy=True, emergency_name="陈晓东", emergency_phone="13700000001",
        ),
    )  # fmt: skip
    open_sign_in(volunteer=row, username="volunteer", password=password, phone="13800000008", by=by)
    # She keeps her particulars up to date: a health declaration holds for a year only.
    return change_own(
        volunteer=row, skills=(Skill.TUTORING, Skill.LECTURING), availability=("tue-am", "thu-am", "sat-am"),
        limits=(Limit.LIFTING, Limit.LADDERS), healthy=True, emergency_name="陈晓东", emergency_phone="13700000001", by=by,
    )  # fmt: skip


def _policies(city: Body, county: Body, by: Actor) -> list[Policy]:
    year = clock.today().year
    whole = record_policy(
        holder=city, insurer="中国人民财产保险股份有限公司", number=f"PZYX{year}5206000018", since=date(year - 1, 1, 1),
        until=date(year, 12, 31), least_age=18, most_age=80, covers_travel=True, covers_all=True, by=by,
    )  # fmt: skip
    own = record_policy(
        holder=county, insurer="中国人寿财产保险股份有限公司", number=f"GZTR{year}0622000357", since=date(year, 1, 1),
        until=date(year, 12, 31), least_age=60, most_age=85, by=by,
    )  # fmt: skip
    here = Volunteer.objects.filter(under(county.area_path)).order_by("pk")
    cover(policy=own, volunteers=list(here[:NAMED]), by=by)
    return [whole, own]


def _teams(chance: random.Random, counties: Sequence[Place], by: Actor) -> list[Body]:
    """Teams at townships, a few expert ones at counties; their members all live in the county."""
    sites: list[tuple[Place, str, bool]] = []
    expert_at = [counties[index % (len(counties) - 1)] for index in range(EXPERTS)]
    sites += [(place, f"{place.short_name}{name}", True) for place, name in zip(expert_at, EXPERT_NAMES, strict=True)]
    townships = list(
        Place.objects.filter(parent__in=counties, level=4, closed__isnull=True)
        .select_related("parent")
        .order_by("area_path")
    )
    used: set[tuple[int, str]] = set()
    while len(sites) < TEAMS:
        place, name = chance.choice(townships), chance.choice(TEAM_NAMES)
        if (place.pk, name) not in used:
            used.add((place.pk, name))
            sites.append((place, f"{place.short_name}{name}", False))
    people: dict[str, list[int]] = {}
    for pk, path in Volunteer.objects.filter(retired_cadre=True).order_by("pk").values_list("pk", "area_path"):
        people.setdefault(path[:6], []).append(pk)
    rows = [
        (place, name, expert, chance.sample(people[place.area_path[:6]], chance.randrange(8, 26)))
        for place, name, expert in sites
    ]
    return found_teams(rows=rows, founded=date(2023, 5, 4), by=by)


def _trainings(chance: random.Random, offices: dict[str, Body], counties: Sequence[Place], by: Actor) -> None:
    for place in counties:
        here = list(Volunteer.objects.filter(under(place.area_path)).order_by("pk")[:400])
        for topic, minutes in (("老年人照护与急救", 180), ("志愿服务安全", 90)):
            record_training(
                host=offices[place.area_path], volunteers=chance.sample(here, min(60, len(here))), topic=topic,
                held_on=date(2025, 3, chance.randrange(3, 28)), minutes=minutes, valid_until=date(2027, 12, 31), by=by,
            )  # fmt: skip


def _keeper(body: Body, password: str, by: Actor) -> None:
    create_account(
        username="keeper", display_name="龙志明", password=password, phone="13800000009", body=body,
        role=RoleHeld.Role.KEEPER, since=max(body.founded, FIRST_DAY), must_change_password=False, by=by,
    )  # fmt: skip


def _waiting(chance: random.Random, township: Place, teacher: Volunteer, by: Actor) -> None:
    """Applications that wait for a clerk of the township, and claims: of the teacher's own number, and of another's."""
    villages = list(Place.objects.filter(parent=township, closed__isnull=True).order_by("area_path"))
    for number in range(APPLICATIONS):
        register_volunteer(
            place=chance.choice(villages), name=person_name(chance), resident_id=_resident_id(VOLUNTEERS + number),
            phone=f"1370{VOLUNTEERS + number:07d}", source=Source.COMMUNITY,
            particulars=Particulars(retired_cadre=number % 3 > 0, skills=(chance.choice(COMMON_SKILLS),), healthy=True),
            consent_way=Consent.Way.SPOKEN, by=by,
        )  # fmt: skip
    here = Volunteer.objects.filter(under(township.area_path), account=None).exclude(verified_on=None)
    for number, known in enumerate([teacher, *here.select_related("person").order_by("pk")[: CLAIMS - 1]]):
        apply_online(
            place=township, name=known.person.name, resident_id=known.person.resident_id,
            phone=f"1370{VOLUNTEERS + 500 + number:07d}", password=f"demo-{chance.getrandbits(60):x}",
            particulars=Particulars(retired_cadre=True), by=by,
        )  # fmt: skip
