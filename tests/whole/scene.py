"""The cast with one of everything beside it, so that every page has something to show; and more of the same."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.cast import FOUNDED, OPENED, PASSWORD, SYSTEM
from tests.whole.presence import presence
from tests.whole.scene_certificates import certificate_rows
from tests.whole.scene_office import document_of, form_rows, report_of, round_rows
from tests.whole.scene_training import training_rows
from yinling.activities import (
    Agreement,
    Enrolment,
    Feed,
    NewRole,
    OutcomeType,
    Project,
    Session,
    add_session,
    catalogue,
    conferences,
    create_activity,
    create_project,
    enrol,
    publish_project,
    record_outcome,
    workflow,
)
from yinling.associations import Association, add_evidence, change_attribute, register
from yinling.base import clock
from yinling.base.codes import synthetic_resident_id
from yinling.certificates import Certificate
from yinling.exchange import upload_batch
from yinling.facts import Entry
from yinling.hours import Attendance
from yinling.network import (
    Account,
    Body,
    Place,
    RoleHeld,
    actor_of,
    create_account,
    make_token,
    place_at,
)
from yinling.people import Person, give_consent, register_person, take_position
from yinling.supervision import Finding, add_finding, answer, evidence_of, record_training
from yinling.supervision import record_visit as supervise
from yinling.volunteers import (
    Particulars,
    Volunteer,
    policies,
    register_volunteer,
    registering,
    stations,
    teams,
    thresholds,
    trainings,
)
from yinling.web.page import Page

PDF = b"%PDF-1.7 evidence"
NO_ROWS = {"key", "verb", "attribute"}
"""Arguments that name something of the platform, not a row."""


ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Rows:
    """One row of every kind at a village and the office above it, for the pages about it: by the address up to the
    argument (`people/`), else by the name of the argument (`path`)."""

    keys: dict[str, object]

    def address(self, page: Page) -> str:
        """The address of a page about these rows. Raises KeyError where nobody said what an argument is."""
        return reverse(
            page.name, kwargs={found[1]: self._value(page, found) for found in ARGUMENT.finditer(page.route)}
        )

    def pk(self, key: str) -> int:
        """The key of one of the rows."""
        value = self.keys[key]
        assert isinstance(value, int)
        return value

    def _value(self, page: Page, argument: re.Match[str]) -> object:
        for key in (page.route[: argument.start()], argument[1]):
            if key in self.keys:
                return self.keys[key]
        raise KeyError(f"tests/whole/scene.py does not say what {argument[1]} of {page.route} is")


def arguments(page: Page) -> list[str]:
    """The names of what a page's address holds."""
    return ARGUMENT.findall(page.route)


def about_a_row(page: Page) -> bool:
    """Whether a page shows something that lies in one area, not all of what the viewer may see."""
    return not NO_ROWS.issuperset(arguments(page))


def opened(client: Client, address: str) -> HttpResponseBase:
    """The answer to a GET, a file read to its end, which closes it."""
    response: HttpResponseBase = client.get(address)
    if isinstance(response, StreamingHttpResponse):
        b"".join(response)
    return response


def place(path: str) -> Place:
    """A place of the cast."""
    found = place_at(path)
    assert found is not None
    return found


def rows_at(village: str, office: Body, *, holder: Account, number: int = 1) -> Rows:
    """Make one of everything at a village and at the office; the token is the holder's own."""
    person = register_person(
        place=place(village), name=f"张{'一二三四五六七八九'[number]}", phone=f"1390000{number:04}",
        resident_id=synthetic_resident_id(date(1945, 2, 3), 100 + number), by=SYSTEM,
    )  # fmt: skip
    consent = give_consent(person=person, purpose="register", way="signed", on=FOUNDED, by=SYSTEM)
    association = _association(village, person, number)
    position = take_position(person=person, body=association.body, title="secretary", since=FOUNDED, by=SYSTEM)
    evidence = add_evidence(association=association, name=f"{number}.pdf", content=PDF + b"%d" % number, by=SYSTEM)
    association = change_attribute(
        association=association, attribute="members", values={"member_count": 90 + number}, on=clock.today(),
        evidence=evidence, by=SYSTEM,
    )  # fmt: skip
    conference = _conference(office, association, number)
    finding = _finding(office, place(village), number)
    training = record_training(
        host=office, place=office.place, held_on=FOUNDED, people=30, topics=f"第{number}期", by=SYSTEM
    )
    document = document_of(office, number)
    report = report_of(office, document.series, number)
    account = create_account(
        username=f"clerk{number}", display_name=f"李{number}", password=PASSWORD, body=office, role=RoleHeld.Role.CLERK,
        since=OPENED, must_change_password=False, by=SYSTEM,
    )  # fmt: skip
    token, _text = make_token(name=f"program {number}", scope="read", by=actor_of(holder, "test"))
    batch = upload_batch(
        importer="associations",
        name=f"{number}.csv",
        content=[f"名称,编号\n协会,{number}\n".encode()],
        by=actor_of(account, "test"),
    )
    entry = Entry.objects.filter(area_path=village).order_by("seq").first()
    assert entry is not None
    return Rows(
        {
            "associations/": association.pk, "pocket/": association.pk, "people/": person.pk,
            "consent": consent.pk, "position": position.pk, "evidence/": evidence.pk,
            "conferences/": conference, "accounts/": account.pk, "accounts/roles/": account.roles_held.get().pk,
            "me/tokens/": token.pk, "imports/": batch.pk, "trail/": entry.pk, "places/": office.area_path,
            "documents/": document.pk, "check/": document.check_code, "overview/": office.area_path,
            "reports/": report.pk, "reports/templates/": report.template_id,
            "open/": office.area_path, "body": office.pk, "attribute": "venue",
            "key": "rural.venue", "verb": "rename", "imports/new/": "associations",
            "supervision/visits/": finding.visit_id, "supervision/findings/": finding.pk,
            "supervision/findings/<int:pk>/": "answer", "pocket/findings/": finding.pk, "trainings/": training.pk,
            "supervision/evidence/": evidence_of([finding.changed_by])[finding.changed_by][0].pk,
            **form_rows(office, number),
            **round_rows(office, village, number),
            **_project(office, place(village), person, number),
            **_volunteers(office, village, number),
            **_service(office, village, number),
            **certificate_rows(office, place(village), number),
            **training_rows(office, place(village), number),
            **presence(office, place(village), number),
            **_session(office, village, number),
        }
    )  # fmt: skip


def all_about(account: Account, rows: Rows) -> None:
    """Let the volunteer who holds the certificate sign in with the account, and be the one everything else is about: the
    place at a session, the agreement, the record of presence."""
    one = Certificate.objects.select_related("person__volunteer").get(pk=rows.pk("certificates/")).person.volunteer
    Volunteer.objects.filter(pk=one.pk).update(account=account)
    Enrolment.objects.filter(pk=rows.pk("pocket/me/sessions/")).update(person=one.pk)
    Attendance.objects.filter(pk=rows.pk("hours/")).update(person=one.pk)
    agreements = Agreement.objects.filter(pk=rows.pk("pocket/me/agreements/"))
    agreements.update(volunteer=one)
    Project.objects.filter(agreements__in=agreements).update(needs_agreement=True)


def _project(office: Body, place: Place, person: Person, number: int) -> dict[str, object]:
    """A published project of the office at a village, with an activity, a session to come at a station, an outcome, and the
    calendar of somebody."""
    today = clock.today()
    project = create_project(
        organiser=office, place=place, title=f"第{number}个项目", starts_on=today, ends_on=today + timedelta(days=20),
        summary="到村义诊。", risks="山路湿滑。", served="老年人", contact="田老师", platform="contributing", by=SYSTEM,
    )  # fmt: skip
    project = publish_project(project=project, checked=list(workflow.NOT_SERVICE), by=SYSTEM)
    activity = create_activity(project=project, kind="service", title=f"第{number}项活动", place=place, by=SYSTEM)
    station = stations.open_station(place=place, name=f"第{number}驿站", opened_on=FOUNDED, by=SYSTEM)
    starts_at = clock.now() + timedelta(days=2)
    session = add_session(
        activity=activity, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), station=station,
        roles=[NewRole("志愿者", 5, serves=True), NewRole("听众", 9, serves=False)], by=SYSTEM,
    )  # fmt: skip
    type_ = OutcomeType.objects.create(
        owner=office,
        area_path=office.area_path,
        code=f"scene{number}",
        name=f"第{number}种成果",
        unit="book",
        changed_by=1,
    )
    outcome = record_outcome(project=project, type=type_, quantity=Decimal(5), happened_on=today, by=SYSTEM)
    secret = f"secret-{number}"
    Feed.objects.create(
        person=person,
        area_path=person.area_path,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        made_at=clock.now(),
    )
    return {
        "projects/": project.pk, "projects/<int:pk>/": "close", "open/projects/": project.pk, "activities/": activity.pk,
        "sessions/": session.pk, "outcomes/": outcome.pk, "calendars/projects/": project.pk,
        "calendars/stations/": station.pk, "calendars/me/": secret, **_joined(project, session, person, number),
    }  # fmt: skip


def _association(village: str, person: Person, number: int) -> Association:
    return register(
        place=place(village), name=f"第{number}老年协会", founded=FOUNDED, by=SYSTEM,
        attributes={
            "setting": {"setting": "rural"},
            "venue": {"has_venue": True, "venue_owner": "村委会", "venue_area": "60"},
            "chair": {"chair": person},
            "members": {"member_count": 20 + number},
        },
    )  # fmt: skip


def _conference(office: Body, association: Association, number: int) -> int:
    held = conferences.hold_conference(
        name=f"第{number}次会议", host=office, place=office.place, held_on=date(2012, 8, 16), by=SYSTEM
    )
    for _paper in range(number):
        conferences.record_contribution(
            conference=held, what="paper", title="做法", by_place=office.place, by_name=office.name, by=SYSTEM
        )
        conferences.record_visit(conference=held, visited=association.body, on=date(2012, 8, 16), by=SYSTEM)
    return int(held.pk)


def _finding(office: Body, place: Place, number: int) -> Finding:
    """What the office found at the association of a village, with more findings of the same visit."""
    body = Body.objects.filter(place=place, kind=Body.Kind.ASSOCIATION).order_by("pk").first()
    assert body is not None
    on = FOUNDED + timedelta(days=number)
    visit = supervise(office=office, place=place, body=body, visited_on=on, by=SYSTEM)
    pdf = [("现场.pdf", PDF + b"finding %d" % number)]
    made = [
        add_finding(
            visit=visit, what=f"问题{index}", severity="mend", owner=body, workdays=10, evidence=pdf, by=SYSTEM
        )
        for index in range(number)
    ]  # fmt: skip
    for finding in made[1:]:
        answer(finding=finding, text="已改", by=SYSTEM)
    return made[0]


def _volunteers(office: Body, village: str, number: int) -> dict[str, object]:
    """A volunteer of the village with a team, a policy, a training; and a claim on the record."""
    row = register_volunteer(
        place=place(village), name=f"陈{'一二三四五六七八九'[number]}", phone=f"1370000{number:04}", source="community",
        resident_id=synthetic_resident_id(date(1957, 2, 3), 200 + number), verified=True, on=FOUNDED, by=SYSTEM,
    )  # fmt: skip
    team = teams.found_team(place=place(village), name=f"第{number}队", founded=FOUNDED, leader=row, by=SYSTEM)
    policy = policies.record_policy(
        holder=office, insurer="保险公司", number=f"P{number}", since=FOUNDED, until=date(2099, 12, 31), by=SYSTEM
    )
    policies.cover(policy=policy, volunteers=[row], by=SYSTEM)
    training = trainings.record_training(
        host=office, volunteers=[row], topic=f"急救{number}", held_on=FOUNDED, minutes=90, by=SYSTEM
    )[0]
    trainings.set_roll(unit=office, people=100 + number, since=FOUNDED, by=SYSTEM)
    registering.apply_online(
        place=place(village), name=row.person.name, resident_id=row.person.resident_id, phone=f"1370001{number:04}",
        password=PASSWORD, particulars=Particulars(), by=SYSTEM,
    )  # fmt: skip
    claim = row.person.claims.get()
    return {
        "volunteers/": row.pk, "volunteers/<int:pk>/": "pause", "training": training.pk, "teams/": team.pk,
        "member": team.members.get().pk, "teams/<int:pk>/members/<int:member>/": "leave", "policies/": policy.pk,
        "covered": policy.covered.get().pk, "rolls/": office.pk, "volunteers/claims/": claim.pk,
        "volunteers/claims/<int:pk>/": "refuse",
    }  # fmt: skip


def _service(office: Body, village: str, number: int) -> dict[str, object]:
    """A station of the village that serves its township too; a domain with a measure, and a brand, of the office."""
    around = place(village).parent
    assert around is not None
    station = stations.open_station(
        place=place(village), name=f"第{number}服务点", opened_on=FOUNDED, covers=[around], by=SYSTEM
    )
    served = station.areas.exclude(place=station.body.place).get()
    domain = catalogue.set_domain(owner=office, code=f"scene{number}", name=f"第{number}领域", since=FOUNDED, by=SYSTEM)
    catalogue.set_undertaking(domain=domain, name="措施", since=FOUNDED, by=SYSTEM)
    brand = catalogue.found_brand(owner=office, name=f"第{number}品牌", domain=domain, since=FOUNDED, by=SYSTEM)
    return {
        "stations/": station.pk, "area": served.pk, "brands/": brand.pk, "catalogue/": "domain",
        "catalogue/<str:key>/": domain.pk, "catalogue/domains/": domain.pk, "parameters/": thresholds.STATIONS_AT_LEAST,
        "open/stations/": office.area_path, "volunteering/": office.area_path, "imbalance/": office.area_path,
    }  # fmt: skip


def _session(office: Body, village: str, number: int) -> dict[str, object]:
    """A session that is held today, and a code that never was one of it."""
    today = clock.today()
    project = create_project(
        organiser=office, place=place(village), title=f"第{number}项目", starts_on=today, ends_on=today, by=SYSTEM
    )
    activity = create_activity(project=project, kind="service", title="读书", place=place(village), by=SYSTEM)
    starts_at = datetime.combine(today, time(9), clock.CHINA)
    session = add_session(
        activity=activity, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
        roles=[NewRole("志愿者", 5, serves=True)], by=SYSTEM,
    )  # fmt: skip
    return {"sessions/": session.pk, "pocket/check-in/": session.pk, "step": 1, "code": "0" * 20}


def _joined(project: Project, session: Session, person: Person, number: int) -> dict[str, object]:
    """The person listens at a session, with more people who do; somebody else has agreed to serve in the project."""
    seats = session.roles.get(serves=False)
    enrolment = enrol(role=seats, person=person, present=True, by=SYSTEM)
    for index in range(1, number):
        other = register_person(place=session.place, name=f"听众{number}{index}", by=SYSTEM)
        enrol(role=seats, person=other, present=True, by=SYSTEM)
    helper = Volunteer.objects.create(
        person=register_person(place=session.place, name=f"志愿者{number}", by=SYSTEM), area_path=session.area_path,
        number=f"SCENE{number}", source="unit", state="active", registered_on=FOUNDED, changed_by=1,
    )  # fmt: skip
    agreement = Agreement.objects.create(
        project=project, volunteer=helper, area_path=project.area_path, signed_on=project.starts_on, way="paper",
        until=project.ends_on, text="协议", changed_by=1,
    )  # fmt: skip
    return {
        "sessions/enrolments/": enrolment.pk, "sessions/enrolments/<int:pk>/": "decline", "pocket/sessions/": session.pk,
        "pocket/me/sessions/": enrolment.pk, "pocket/me/agreements/": agreement.pk, "pocket/projects/": project.pk,
    }  # fmt: skip
