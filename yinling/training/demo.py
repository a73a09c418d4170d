"""Training of the demo: three cities as published reports describe such work.

The figures are those of the reports; names, wording and marks are made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from yinling.activities import (
    NewRole,
    OutcomeType,
    Project,
    Session,
    Told,
    add_session,
    bulk,
    catalogue,
    create_activity,
    enrol,
    events,
    record_outcome,
)
from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.base.rules import Actor
from yinling.hours import Attendance, NewRecord, confirm_many, record_many
from yinling.hours import Source as Taken
from yinling.network import Body, Place, place_at, register_body
from yinling.people import register_person
from yinling.training.actions import (
    Paper,
    add_qualification,
)
from yinling.training.bulk import (
    NewCandidate,
    NewPerson,
    OldClass,
    OldTrainee,
    register_candidates,
    take_over,
)
from yinling.volunteers import Field, Particulars, Source, register_volunteer

SEED = 20201231
SINCE = date(2010, 1, 1)
FAMILY = "王李张刘陈杨黄吴赵周罗龙田石姚冉代安谢何向唐彭蒋"
GIVEN = (
    "秀英", "桂兰", "玉珍", "美华", "小红", "德明", "国安", "正华", "光荣", "永福", "春梅", "建平", "文秀", "昌林", "兴碧",
)  # fmt: skip
HOMES = ("颐养院", "敬老院", "康养中心", "护理院", "养老服务中心")
SCHOOLS = (
    "城市职业学院", "卫生健康职业学院", "护理职业学院", "幼儿师范高等专科学校", "医药高等职业学校", "经贸学校", "女子职业学校",
    "民政学校", "交通职业学校", "旅游学校", "盲聋哑学校",
)  # fmt: skip
TRADES = (
    "适老家具",
    "康复辅具",
    "智慧养老",
    "护理用品",
    "健康食品",
    "助浴设备",
    "旅居康养",
    "养老机构",
    "医疗器械",
    "老年教育",
)


@dataclass
class People:
    """Made-up people, each with a resident number of nobody."""

    random: Random
    made: int = 0

    def next(self) -> NewPerson:
        """The next one."""
        self.made += 1
        birth = date(1966, 1, 1) + timedelta(days=self.made // 900)
        name = self.random.choice(FAMILY) + self.random.choice(GIVEN)
        return NewPerson(name, synthetic_resident_id(birth, self.made % 900 + 60), row=self.made)


def training(*, city_a: str, city_b: str, city_c: str, recorder: Actor, confirmer: Actor, by: Actor) -> None:
    """The three cities. Presence is recorded by one and confirmed by another.

    `city_a` has nine classes with placements, a trip, a free clinic and health checks; `city_b` an expo
    and 1+X examinations; `city_c` five years of carers and family carers."""
    people = People(Random(SEED))
    _examined(_city_a(_place(city_a), people, by), people, recorder, confirmer, by)
    _city_b(_place(city_b), people, by)
    _city_c(_place(city_c), people, by)


def _place(path: str) -> Place:
    place = place_at(path)
    assert place is not None, "the places of the demo are loaded first"
    return place


def _counties(place: Place) -> list[Place]:
    return list(place.children.filter(closed__isnull=True).order_by("area_path"))


def _body(place: Place, name: str, kind: str, by: Actor) -> Body:
    return register_body(place=place, kind=kind, name=f"{place.short_name}{name}", founded=SINCE, by=by)


def _project(organiser: Body, title: str, first: int, last: int, by: Actor, **details: object) -> Project:
    said = {
        "summary": "按国家职业标准组织理论和实操教学", "served": "养老服务从业人员和有意从业的人员",
        "contact": "培训科 0851-12349",
        "risks": "实操课使用护理床和轮椅，注意防滑防夹", "platform": "learning", "needs_agreement": True, **details,
    }  # fmt: skip
    row = bulk.NewProject(
        organiser=organiser, place=organiser.place, title=title, starts_on=date(first, 1, 1), ends_on=date(last, 12, 31),
        details=said, published_on=date(first, 1, 10),  # type: ignore[arg-type] # the keys are those of Details
    )  # fmt: skip
    return bulk.publish_many(rows=[row], batch_id=None, area=organiser, by=by)[0]


def _spread(total: int, parts: int) -> list[int]:
    """A total as parts that differ by one at most."""
    return [total * (part + 1) // parts - total * part // parts for part in range(parts)]


# --- city A: classes and placements, a trip, a clinic, health checks --------------------------------------------------


def _city_a(place: Place, people: People, by: Actor) -> Session:
    """Returns the session at which pupils were examined."""
    counties = _counties(place)
    centre = _body(place, "老年康养培训中心", Body.Kind.INSTITUTION, by)
    homes = [
        _body(county, f"{HOMES[number % len(HOMES)]}", Body.Kind.INSTITUTION, by)
        for number, county in enumerate(counties)
    ]
    series = _project(centre, "康养护理员培训", 2020, 2020, by)
    placed = iter([True] * 260 + [False] * 52)
    classes = [
        OldClass(
            course="carer_5" if number % 3 else "carer_4", ordinal=number + 1,
            starts_on=date(2020, 7, 6) + timedelta(days=16 * number),
            ends_on=date(2020, 7, 15) + timedelta(days=16 * number), hours=80, place=counties[number % len(counties)],
            trainees=[_placed(people, next(placed), homes, number) for _one in range(size)],
        )
        for number, size in enumerate(_spread(312, 9))
    ]  # fmt: skip
    take_over(series=series, rows=classes, by=by)
    assessors = _project(centre, "老年人能力评估师培训", 2020, 2020, by)
    first = [OldTrainee(people.next()) for _one in range(30)]
    rows = [OldClass("assessor", 1, date(2020, 10, 12), date(2020, 10, 14), 24, first)]
    take_over(series=assessors, rows=rows, by=by)
    _trip(centre, people, by)
    _qualified(place, people, by)
    return _treated(centre, by)


def _placed(people: People, placed: bool, homes: Sequence[Body], number: int) -> OldTrainee:
    person = people.next()
    if not placed:
        return OldTrainee(person)
    began = date(2020, 7, 20) + timedelta(days=16 * number)
    return OldTrainee(person, employer=homes[people.made % len(homes)], post="护理员", since=began)


def _trip(centre: Body, people: People, by: Actor) -> None:
    """Forty-eight people travel to the sea for five days, each with health declared and somebody to call."""
    project = _project(
        centre, "康养旅居", 2020, 2020, by, summary="组织会员到海滨康养旅居并听中医养生讲座", served="身体状况适合出行的老年人",
        risks="旅途劳顿；慢性病患者须备足药品并告知领队", platform="joy",
    )  # fmt: skip
    with clock.frozen(date(2020, 9, 1)):
        activity = create_activity(
            project=project, kind="trip", title="海滨康养之旅", place=centre.place,
            details={"destination": "海滨度假区", "leader": "周领队", "agency": "康养旅行社"}, by=by,
        )  # fmt: skip
        session = add_session(
            activity=activity, starts_at=at(date(2020, 9, 14), 8), ends_at=at(date(2020, 9, 18), 18),
            venue="市文化广场集合", roles=(NewRole("游客", 50, serves=False),), by=by,
        )  # fmt: skip
        role = session.roles.get()
        for number in range(48):
            one = people.next()
            person = register_person(place=centre.place, name=one.name, resident_id=one.resident_id, by=by)
            told = Told(
                "高血压，按时服药" if number % 4 == 0 else "身体健康", one.name[0] + "家属", f"1390851{number:04}"
            )
            enrol(role=role, person=person, told=told, present=True, by=by)
    record_outcome(
        project=project, type=_type(centre, "travellers", "康养旅居老人", by), quantity=Decimal(48),
        happened_on=date(2020, 9, 18), session=session, by=by,
    )  # fmt: skip


def _treated(centre: Body, by: Actor) -> Session:
    """A free clinic of three days for sixty people; six doctors and nurses examine 16,000 pupils."""
    project = _project(
        centre, "老年健康服务", 2020, 2020, by, summary="名医义诊、健康查体", served="老年人和中小学生", risks="候诊注意防跌倒",
        platform="helping",
    )  # fmt: skip
    treated, checked = (
        _type(centre, code, name, by) for code, name in (("people_treated", "义诊群众"), ("health_checks", "健康查体"))
    )
    clinic, examination = bulk.create_activities(
        rows=[
            bulk.NewActivity(project=project, kind="clinic", title="名医义诊", place=centre.place),
            bulk.NewActivity(project=project, kind="service", title="中小学生健康查体", place=centre.place),
        ],
        area=centre, by=by,
    )  # fmt: skip
    days = [date(2020, 11, 3) + timedelta(days=day) for day in range(3)]
    last = date(2020, 12, 10)
    held = [(clinic, day, "名医", False) for day in days] + [(examination, last, "医护人员", True)]
    sessions = bulk.take_over_sessions(
        rows=[
            bulk.NewSession(
                activity=activity, starts_at=at(day, 8), ends_at=at(day, 17), place=centre.place, held=True,
                roles=[NewRole(role, 6, serves=serves)],
            )
            for activity, day, role, serves in held
        ],
        area=centre, by=by,
    )  # fmt: skip
    for session in sessions[:3]:
        record_outcome(
            project=project, type=treated, quantity=Decimal(20), happened_on=session.day, session=session, by=by
        )
    record_outcome(
        project=project, type=checked, quantity=Decimal(16_000), happened_on=last, session=sessions[3],
        remark="历时一个半月", by=by,
    )  # fmt: skip
    return sessions[3]


def _examined(session: Session, people: People, recorder: Actor, confirmer: Actor, by: Actor) -> None:
    """Six doctors and nurses served on the day of the session."""
    place = session.place
    doctors = []
    for _number in range(6):
        one = people.next()
        doctors.append(
            register_volunteer(
                place=place, name=one.name, resident_id=one.resident_id, source=Source.COMMUNITY, verified=True,
                particulars=Particulars(profession=Field.MEDICINE, title="主治医师", healthy=True), on=date(2020, 7, 1), by=by,
            )
        )  # fmt: skip
    with clock.frozen(at(session.day, 20)):
        record_many(
            rows=[
                NewRecord(session.pk, one.pk, at(session.day, 9), at(session.day, 16), source=Taken.LIST, role="医护人员")
                for one in doctors
            ],
            area=place, by=recorder,
        )  # fmt: skip
        ids = list(Attendance.objects.filter(session=session).values_list("pk", flat=True))
        confirm_many(area=place, ids=ids, by=confirmer)


def _type(owner: Body, code: str, name: str, by: Actor) -> OutcomeType:
    known = OutcomeType.objects.filter(code=code).first()
    return known or catalogue.set_outcome_type(owner=owner, code=code, name=name, unit="person_time", by=by)


def _qualified(place: Place, people: People, by: Actor) -> None:
    """Five officers come back from training; three are supervisors, two examiners."""
    for number in range(5):
        one = people.next()
        person = register_person(place=place, name=one.name, resident_id=one.resident_id, by=by)
        kinds = ("training", "supervisor") if number < 3 else ("training", "examiner")
        for kind in kinds:
            paper = Paper(
                kind=kind, title="老年服务人才培训" if kind == "training" else "养老护理", grade=None,
                number=f"{kind[:2].upper()}2020{number + 1:04}", issuer="全国老年服务人才培训基地", issued_on=date(2020, 6, 30),
            )  # fmt: skip
            add_qualification(person=person, paper=paper, by=by)


# --- city B: classes, 1+X, the expo -----------------------------------------------------------------------------------


def _city_b(place: Place, people: People, by: Actor) -> None:
    counties = _counties(place)
    office = _body(place, "养老服务人才培训基地", Body.Kind.INSTITUTION, by)
    series = _project(office, "养老服务人才培训", 2020, 2020, by)
    courses = ("carer_5", "carer_4", "service_assessor", "assessor")
    classes = [
        OldClass(
            course=courses[number % 4], ordinal=number // 4 + 1, starts_on=date(2020, 3, 2) + timedelta(days=7 * number),
            ends_on=date(2020, 3, 6) + timedelta(days=7 * number), hours=40, place=counties[number % len(counties)],
            trainees=[OldTrainee(people.next()) for _one in range(size)],
        )
        for number, size in enumerate(_spread(1520, 38))
    ]  # fmt: skip
    take_over(series=series, rows=classes, by=by)
    schools = [
        _body(counties[number % len(counties)], name, Body.Kind.SCHOOL, by) for number, name in enumerate(SCHOOLS)
    ]
    register_candidates(rows=_candidates(schools, people.random), batch_id=None, area=place, by=by)
    _expo(office, counties, by)


def _candidates(schools: Sequence[Body], random: Random) -> Iterator[NewCandidate]:
    """2,380 candidates, of whom 2,040 pass."""
    order = [True] * 2040 + [False] * 340
    random.shuffle(order)
    number = 0
    for school, size in zip(schools, _spread(2380, len(schools)), strict=True):
        for _one in range(size):
            good = order[number]
            number += 1
            theory = random.randint(120, 196) / 2 if good else random.randint(60, 118) / 2
            yield NewCandidate(
                school=school, batch="2020年第一批" if number % 2 else "2020年第二批",
                level="elementary" if number % 3 else "intermediate",
                held_on=date(2020, 6, 20) if number % 2 else date(2020, 11, 21), number=f"2020{number:06}",
                name=random.choice(FAMILY) + random.choice(GIVEN), theory=Decimal(str(theory)),
                skills=Decimal(random.randint(120, 190)) / 2, row=number,
            )  # fmt: skip


def _expo(office: Body, counties: Sequence[Place], by: Actor) -> None:
    """Halls of 30,400 m² with 220 exhibitors, three days in November 2020."""
    project = _project(
        office, "老年产业博览会", 2020, 2020, by, summary="展示养老服务、智慧养老和老年用品", served="老年人、养老机构和企业",
        risks="人流密集，按指引分流",
    )  # fmt: skip
    with clock.frozen(date(2020, 10, 8)):
        expo = create_activity(
            project=project, kind="expo", title="第十五届老年产业博览会", place=office.place,
            details={"halls": "一号馆、二号馆、三号馆"}, by=by,
        )  # fmt: skip
        add_session(
            activity=expo, starts_at=at(date(2020, 11, 6), 9), ends_at=at(date(2020, 11, 8), 17), venue="国际会展中心",
            roles=(NewRole("参展商", 250, serves=False),), by=by,
        )  # fmt: skip
        halls = [
            events.add_hall(activity=expo, name=name, area=Decimal(area), by=by)
            for name, area in (("一号馆", 12_000), ("二号馆", 10_400), ("三号馆", 8_000))
        ]
        for number in range(220):
            trade, county = TRADES[number % len(TRADES)], counties[number % len(counties)]
            exhibitor = _body(
                county, f"{'安康福寿乐宁和顺'[number % 8]}{number + 1}{trade}有限公司", Body.Kind.COMPANY, by
            )
            hall = halls[number % 3]
            events.add_booth(
                activity=expo, hall=hall, exhibitor=exhibitor, number=f"{'ABC'[number % 3]}{number // 3 + 1:02}",
                area=Decimal(36 + 18 * (number % 4)), by=by,
            )  # fmt: skip
    events.open_expo(activity=expo, by=by)


def at(day: date, hour: int) -> datetime:
    """An hour of a day in China."""
    return datetime.combine(day, time(hour), tzinfo=clock.CHINA)


# --- city C: five years of carers and family carers -------------------------------------------------------------------


def _city_c(place: Place, people: People, by: Actor) -> None:
    counties = _counties(place)
    office = _body(place, "养老护理员培训中心", Body.Kind.INSTITUTION, by)
    carers = _project(office, "中级养老护理员培训", 2016, 2020, by)
    rows = [
        OldClass(
            course="carer_4", ordinal=number + 1, starts_on=_class_day(number, 20), hours=120,
            ends_on=_class_day(number, 20) + timedelta(days=14), place=counties[number % len(counties)],
            trainees=[OldTrainee(people.next()) for _one in range(size)],
        )
        for number, size in enumerate(_spread(759, 20))
    ]  # fmt: skip
    take_over(series=carers, rows=rows, by=by)
    family = _project(
        office, "家庭护理员培训", 2016, 2020, by, served="照料家中失能老人的家庭成员", needs_agreement=True
    )
    numbers = [
        OldClass(
            course="family_carer", ordinal=number + 1, starts_on=_class_day(number, 290), hours=16,
            ends_on=_class_day(number, 290) + timedelta(days=1), place=counties[number % len(counties)],
            trainees=[OldTrainee(people=size, basis=f"家庭护理员培训签到册第{number + 1}册，{office.name}存档")],
        )
        for number, size in enumerate(_spread(20_300, 290))
    ]  # fmt: skip
    take_over(series=family, rows=numbers, by=by)


def _class_day(number: int, of: int) -> date:
    """The first day of a class, spread over five years."""
    return date(2016, 3, 1) + timedelta(days=number * 1700 // of)
