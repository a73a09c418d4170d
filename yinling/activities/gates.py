"""What stands between a person and a place in a session: asked when joining, when the organiser confirms, and again on the
day of service. Each answer says what is missing and what to do about it.

Regulations on Volunteer Service (Order 685): 14 agreement, 15 age and health, 16 training and qualification, 17 insurance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from yinling.activities.gate_parameters import HEALTH_DAYS
from yinling.activities.kinds import KINDS
from yinling.activities.models import Agreement, Enrolment, EnrolmentState, Project, SessionRole
from yinling.network import parameter
from yinling.people import Person, Qualification
from yinling.volunteers import State, Training, Volunteer, covers_on

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


class Candidate(NamedTuple):
    """Somebody who wants a role: the person, the volunteer they are (if any), and what they say of themselves."""

    person: Person
    volunteer: Volunteer | None
    told: Told


def hindrances(
    *, role: SessionRole, volunteer: Volunteer | None, person: Person, day: date, told: Told | None = None
) -> list[Hindrance]:
    """Everything that keeps `person` (as the volunteer they are, if any) from this role on a day; empty: they may have it.

    `told` is what the person says when joining; without it, what their enrolment in the session holds.
    """
    if told is None:
        told = _told(role, person)
    return hindrances_of(role=role, candidates=[Candidate(person, volunteer, told)], day=day)[person.pk]


def hindrances_of(*, role: SessionRole, candidates: Sequence[Candidate], day: date) -> dict[int, list[Hindrance]]:
    """The same for several people, by the key of the person, in as many statements as for one."""
    project = role.session.activity.project
    kind = KINDS.get(role.session.activity.kind)
    serving = [one.volunteer for one in candidates if one.volunteer is not None] if role.serves else []
    ready = _readiness(project, serving, day)
    found: dict[int, list[Hindrance]] = {}
    for person, volunteer, told in candidates:
        some = list(_registered(volunteer)) if role.serves else []
        some += _aged(project, person, day)
        if role.serves and volunteer is not None:
            some += _fit(project, volunteer, day, ready.health_days)
            some += _prepared(project, volunteer, day, ready)
        if kind is not None and kind.health and not told.complete:
            text = _("Health, and whom to call in an emergency (name and telephone), have to be said when signing up.")
            some.append(Hindrance("declaration", text))
        found[person.pk] = some
    return found


@dataclass(frozen=True, slots=True)
class _Readiness:
    """Which of some volunteers (by key) have on a day what a project asks for; empty where it does not ask."""

    health_days: int = 0
    insured: Collection[int] = ()
    trained: Collection[int] = ()
    qualified: Collection[int] = ()
    agreed: Collection[int] = ()


def _readiness(project: Project, volunteers: Sequence[Volunteer], day: date) -> _Readiness:
    if not volunteers:
        return _Readiness()
    keys = [one.pk for one in volunteers]
    return _Readiness(
        health_days=int(parameter(HEALTH_DAYS, project.area_path, day)),
        insured=covers_on(volunteers, day) if project.needs_insurance else (),
        trained=_trained(keys, project.needs_training, day) if project.needs_training else (),
        qualified=_qualified(keys, project.needs_qualification, day) if project.needs_qualification else (),
        agreed=_agreed(project, keys, day) if project.needs_agreement else (),
    )


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


def _fit(project: Project, volunteer: Volunteer, day: date, health_days: int) -> Iterator[Hindrance]:
    """Nothing beyond what the volunteer's body can do (Order 685, 15), and a health declaration of late."""
    beyond = [str(limit) for limit in project.strains if limit in volunteer.limits]
    if beyond:
        text = _(
            "The volunteer declared not to do this: %(limits)s. Choose work without it, or correct the particulars."
        )
        yield Hindrance("limits", text % {"limits": _("; ").join(beyond)})
    declared = volunteer.health_declared_on
    if declared is None:
        yield Hindrance("health", _("Health is not declared yet: declare it in the particulars."))
    elif (day - declared).days > health_days:
        text = _("The health declaration of %(on)s is older than %(days)s days: renew it in the particulars.")
        yield Hindrance("health", text % {"on": declared, "days": health_days})


def _prepared(project: Project, volunteer: Volunteer, day: date, ready: _Readiness) -> Iterator[Hindrance]:
    """Insured, trained, qualified, agreed with: whatever of it the project asks for."""
    if project.needs_insurance and volunteer.pk not in ready.insured:
        text = _("No accident insurance covers this person on %(day)s: the organiser has to insure first.")
        yield Hindrance("insurance", text % {"day": day})
    if project.needs_training and volunteer.pk not in ready.trained:
        text = _("Training is needed first (%(topic)s): ask the organiser for the next one.")
        yield Hindrance("training", text % {"topic": project.needs_training})
    if project.needs_qualification and volunteer.pk not in ready.qualified:
        text = _("A valid paper is needed (%(kind)s): show it to the office that keeps the record.")
        yield Hindrance("qualification", text % {"kind": paper_name(project.needs_qualification)})
    if project.needs_agreement and volunteer.pk not in ready.agreed:
        text = _("A written agreement with the organiser is needed: read and sign it first.")
        yield Hindrance("agreement", text)


def paper_name(kind: str) -> str:
    """A kind of qualification in words."""
    return str(dict(Qualification.Kind.choices).get(kind, kind))


def _trained(volunteers: Collection[int], topic: str, day: date) -> set[int]:
    """Who of them passed a training in the topic that is valid on the day."""
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    passed = Training.objects.filter(valid, topic=topic, passed=True, withdrawn=False, held_on__lte=day)
    return set(passed.filter(volunteer__in=volunteers).values_list("volunteer", flat=True))


def _qualified(people: Collection[int], kind: str, day: date) -> set[int]:
    valid = Q(expires_on__isnull=True) | Q(expires_on__gte=day)
    held = Qualification.objects.filter(valid, kind=kind, withdrawn=False, issued_on__lte=day)
    return set(held.filter(person__in=people).values_list("person", flat=True))


def _agreed(project: Project, volunteers: Collection[int], day: date) -> set[int]:
    """Who of them has an agreement about the project that holds on the day (Order 685, 14)."""
    running = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    signed = Agreement.objects.filter(running, project=project, signed_on__lte=day, until__gte=day)
    return set(signed.filter(volunteer__in=volunteers).values_list("volunteer", flat=True))


def _told(role: SessionRole, person: Person) -> Told:
    """What the person's enrolment in the session says."""
    held = Enrolment.objects.filter(session=role.session_id, person=person).exclude(state__in=GONE).first()
    return Told(held.health, held.emergency_name, held.emergency_phone) if held else Told()
