"""What stands between a person and a place in a session: asked when joining, when the organiser confirms, and again on the
day of service. Each answer says what is missing and what to do about it.

Regulations on Volunteer Service (Order 685): 14 agreement, 15 age and health, 16 training and qualification, 17 insurance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from yinling.activities.kinds import KINDS
from yinling.activities.models import Agreement, Enrolment, EnrolmentState, Project, SessionRole
from yinling.activities.parameters import HEALTH_DAYS
from yinling.network import parameter
from yinling.people import Person, Qualification
from yinling.volunteers import State, Volunteer, cover_on, trained_in

GONE = (EnrolmentState.CANCELLED, EnrolmentState.DECLINED)
"""The states in which an enrolment no longer holds; the person may enrol again."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a person cannot have this role on that day. `key` is one of: volunteer, state, age, limits, health, insurance,
    training, qualification, agreement, declaration; `text` says what is missing and what to do."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of themselves for a kind that asks for it (a trip): their health, and whom to call."""

    health: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""

    @property
    def complete(self) -> bool:
        """Whether everything is said."""
        return bool(self.health.strip() and self.emergency_name.strip() and self.emergency_phone.strip())


def hindrances(
    *, role: SessionRole, volunteer: Volunteer | None, person: Person, day: date, told: Told | None = None
) -> list[Hindrance]:
    """Everything that keeps `person` (as the volunteer they are, if any) from this role on a day; empty: they may have it.

    `told` is what the person says when joining; without it, what their enrolment in the session holds.
    """
    project = role.session.activity.project
    found: list[Hindrance] = []
    if role.serves:
        found += _registered(volunteer)
    found += _aged(project, person, day)
    if role.serves and volunteer is not None:
        found += _fit(project, volunteer, day)
        found += _prepared(project, volunteer, person, day)
    kind = KINDS.get(role.session.activity.kind)
    if kind is not None and kind.health:
        told = told or _told(role, person)
        if not told.complete:
            text = _("Health, and whom to call in an emergency (name and telephone), have to be said when signing up.")
            found.append(Hindrance("declaration", text))
    return found


def _registered(volunteer: Volunteer | None) -> Iterator[Hindrance]:
    """Only who is registered and verified serves (Order 685, 7; real names: Charity Law)."""
    if volunteer is None:
        yield Hindrance("volunteer", _("This is for registered volunteers: register first."))
    elif volunteer.state == State.APPLIED:
        yield Hindrance("state", _("The registration is not verified yet: ask the office that keeps the record."))
    elif volunteer.state != State.ACTIVE:
        text = _("The volunteer is not active at present (%(state)s): ask the office that keeps the record.")
        yield Hindrance("state", text % {"state": volunteer.get_state_display()})


def _aged(project: Project, person: Person, day: date) -> Iterator[Hindrance]:
    least, most = project.least_age, project.most_age
    if least is None and most is None:
        return
    age = person.age_on(day)
    if age is None:
        yield Hindrance(
            "age", _("This work has an age limit, and the date of birth is not recorded: have it recorded.")
        )
    elif least is not None and age < least:
        text = _("This is for people from %(least)s years on; on that day the person is %(age)s: choose other work.")
        yield Hindrance("age", text % {"least": least, "age": age})
    elif most is not None and age > most:
        text = _("This is for people up to %(most)s years; on that day the person is %(age)s: choose other work.")
        yield Hindrance("age", text % {"most": most, "age": age})


def _fit(project: Project, volunteer: Volunteer, day: date) -> Iterator[Hindrance]:
    """Nothing beyond what the volunteer's body can do (Order 685, 15), and a health declaration of late."""
    beyond = [str(limit) for limit in project.strains if limit in volunteer.limits]
    if beyond:
        text = _(
            "The volunteer declared not to do this: %(limits)s. Choose work without it, or correct the particulars."
        )
        yield Hindrance("limits", text % {"limits": _("; ").join(beyond)})
    declared = volunteer.health_declared_on
    days = int(parameter(HEALTH_DAYS, project.area_path, day))
    if declared is None:
        yield Hindrance("health", _("Health is not declared yet: declare it in the particulars."))
    elif (day - declared).days > days:
        text = _("The health declaration of %(on)s is older than %(days)s days: renew it in the particulars.")
        yield Hindrance("health", text % {"on": declared, "days": days})


def _prepared(project: Project, volunteer: Volunteer, person: Person, day: date) -> Iterator[Hindrance]:
    """Insured, trained, qualified, agreed with: whatever of it the project asks for."""
    if project.needs_insurance and cover_on(volunteer, day) is None:
        text = _("No accident insurance covers this person on %(day)s: the organiser has to insure first.")
        yield Hindrance("insurance", text % {"day": day})
    if project.needs_training and not trained_in(volunteer, project.needs_training, day):
        text = _("Training is needed first (%(topic)s): ask the organiser for the next one.")
        yield Hindrance("training", text % {"topic": project.needs_training})
    if project.needs_qualification and not _qualified(person, project.needs_qualification, day):
        kind = dict(Qualification.Kind.choices).get(project.needs_qualification, project.needs_qualification)
        text = _("A valid paper is needed (%(kind)s): show it to the office that keeps the record.")
        yield Hindrance("qualification", text % {"kind": kind})
    if project.needs_agreement and agreement_on(project, volunteer, day) is None:
        yield Hindrance("agreement", _("A written agreement with the organiser is needed: read and sign it first."))


def _qualified(person: Person, kind: str, day: date) -> bool:
    valid = Q(expires_on__isnull=True) | Q(expires_on__gte=day)
    return person.qualifications.filter(valid, kind=kind, withdrawn=False, issued_on__lte=day).exists()


def agreement_on(project: Project, volunteer: Volunteer, day: date) -> Agreement | None:
    """The agreement of organiser and volunteer about a project that holds on a day (Order 685, 14)."""
    running = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    return Agreement.objects.filter(
        running, project=project, volunteer=volunteer, signed_on__lte=day, until__gte=day
    ).first()


def _told(role: SessionRole, person: Person) -> Told:
    """What the person's enrolment in the session says."""
    held = Enrolment.objects.filter(session=role.session_id, person=person).exclude(state__in=GONE).first()
    return Told(held.health, held.emergency_name, held.emergency_phone) if held else Told()
