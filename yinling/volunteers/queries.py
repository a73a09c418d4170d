"""Reads of volunteers; each takes the viewer, or is asked by a rule about one volunteer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from yinling.base.codes import CodeError
from yinling.base.codes import phone as phone_number
from yinling.base.codes import resident_id as read_resident_id
from yinling.base.crypto import keyring
from yinling.base.paths import AFTER, is_under, prefixes, under
from yinling.base.rules import Actor
from yinling.people import PHONE, RESIDENT, Person
from yinling.volunteers.models import Claim, Policy, Roll, Source, State, Team, Volunteer
from yinling.volunteers.rules import may_see_volunteers, may_verify

HIDDEN = (State.WITHDRAWN,)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which volunteers are asked for; what is empty does not narrow. `text`: beginning of name, pinyin initials, volunteer
    number, or a whole resident or telephone number."""

    text: str = ""
    path: str = ""
    state: str = ""
    source: str = ""
    professional: bool | None = None
    retired: bool | None = None


def volunteers(viewer: Actor, wanted: Wanted | None = None) -> QuerySet[Volunteer]:
    """The volunteers of the viewer's area, who waits to be verified first, then by place."""
    wanted = wanted or Wanted()
    rows = may_see_volunteers.filter(viewer, Volunteer.objects.exclude(state__in=HIDDEN).filter(merged_into=None))
    rows = rows.filter(_named(wanted.text.strip()))
    if wanted.path:
        rows = rows.filter(under(wanted.path))
    if wanted.state in State.values:
        rows = rows.filter(state=wanted.state)
    if wanted.source in Source.values:
        rows = rows.filter(source=wanted.source)
    if wanted.professional is not None:
        rows = rows.exclude(profession="") if wanted.professional else rows.filter(profession="")
    if wanted.retired is not None:
        rows = rows.filter(retired_cadre=wanted.retired)
    waits = Case(When(state=State.APPLIED, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(waits, "area_path", "pk")


def _named(text: str) -> Q:
    """Volunteers whom this text may mean."""
    if not text:
        return Q()
    if any(character.isdigit() for character in text):
        # Who has the number is found first: asked in one with the rest, every volunteer would be joined and looked at.
        has = Q(resident_hash__in=_resident(text)) | Q(phone_hash__in=_phone(text))
        people = list(Person.objects.filter(has, withdrawn=False).values_list("pk", flat=True))
        return Q(number__startswith=text) | Q(pk__in=people)
    if text.isascii():
        low = text.lower()
        return Q(person__initials__gte=low, person__initials__lt=low + AFTER)
    return Q(person__name__startswith=text)


def _resident(text: str) -> list[str]:
    try:
        return keyring().hashes(read_resident_id(text).modern, RESIDENT)
    except CodeError:
        return []


def _phone(text: str) -> list[str]:
    try:
        return keyring().hashes(phone_number(text).number, PHONE)
    except CodeError:
        return []


def volunteer_of(account_id: int | None) -> Volunteer | None:
    """The volunteer whose own sign-in this account is."""
    if account_id is None:
        return None
    return Volunteer.objects.select_related("person").filter(account_id=account_id, merged_into=None).first()


def has_applied(account_id: int | None) -> bool:
    """Whether this sign-in waits for a clerk: an application to be verified, or a claim to be decided. A page must not tell
    the two apart, or it would tell strangers who is in the register."""
    if account_id is None:
        return False
    waiting = Volunteer.objects.filter(account_id=account_id, state=State.APPLIED)
    return waiting.exists() or Claim.objects.filter(account_id=account_id, state=Claim.State.WAITING).exists()


def applications(viewer: Actor) -> QuerySet[Volunteer]:
    """Who waits to be verified by the viewer, the oldest first."""
    rows = may_verify.filter(viewer, Volunteer.objects.filter(state=State.APPLIED))
    return rows.order_by("registered_on", "pk")


def claims_waiting(viewer: Actor) -> QuerySet[Claim]:
    """Claims for the viewer to decide, the oldest first."""
    return may_verify.filter(viewer, Claim.objects.filter(state=Claim.State.WAITING)).order_by("made_on", "pk")


def teams(viewer: Actor, text: str = "", path: str = "", *, expert: bool | None = None) -> QuerySet[Team]:
    """The teams of the viewer's area that exist, with how many belong to each, the expert ones first."""
    rows = may_see_volunteers.filter(viewer, Team.objects.filter(body__dissolved__isnull=True, body__withdrawn=False))
    text = text.strip()
    if text:
        named = {"body__initials__startswith": text.lower()} if text.isascii() else {"body__name__contains": text}
        rows = rows.filter(**named)
    if path:
        rows = rows.filter(under(path))
    if expert is not None:
        rows = rows.filter(expert=expert)
    belongs = Q(members__joined=True, members__until__isnull=True)
    return rows.annotate(count=Count("members", filter=belongs)).order_by("-expert", "area_path", "pk")


def policies(viewer: Actor) -> QuerySet[Policy]:
    """The policies of the viewer's area, with how many are named in each, those that end last first."""
    rows = may_see_volunteers.filter(viewer, Policy.objects.filter(withdrawn=False))
    return rows.annotate(named=Count("covered", filter=Q(covered__until__isnull=True))).order_by("-until", "-pk")


def rolls(viewer: Actor, text: str = "") -> QuerySet[Roll]:
    """The newest roll of every unit of the viewer's area, by place."""
    newest = Roll.objects.filter(withdrawn=False).order_by("unit", "-since", "-pk").distinct("unit").values("pk")
    rows = may_see_volunteers.filter(viewer, Roll.objects.filter(pk__in=newest))
    if text.strip():
        rows = rows.filter(unit__name__contains=text.strip())
    return rows.order_by("area_path", "unit")


def cover_on(volunteer: Volunteer, day: date) -> Policy | None:
    """An accident insurance that covers the volunteer on a day (Order 685, 17): it runs on that day, takes the person's age,
    and either names the person or covers everybody registered in its area. None where there is no such policy."""
    number = covers_on([volunteer], day).get(volunteer.pk)
    return None if number is None else Policy.objects.get(pk=number)


# Every sign-up to work that needs an insurance asks it.
_RUNNING = """WITH named AS (
    SELECT policy_id, volunteer_id FROM yinling_covered
    WHERE volunteer_id = ANY(%(people)s::bigint[]) AND since <= %(day)s AND (until IS NULL OR until > %(day)s)
)
SELECT id, area_path, covers_all, least_age, most_age,
    ARRAY(SELECT named.volunteer_id FROM named WHERE named.policy_id = policy.id)
FROM yinling_policy policy
WHERE NOT withdrawn AND since <= %(day)s AND until >= %(day)s
    AND (covers_all AND area_path = ANY(%(areas)s) OR id IN (SELECT named.policy_id FROM named))
ORDER BY until, id"""


def covers_on(rows: Sequence[Volunteer], day: date) -> dict[int, int]:
    """The key of such an insurance by the key of the volunteer, for several of them in one statement; who is not covered is
    left out. Of several the one that runs longest."""
    areas = {path for row in rows if row.state == State.ACTIVE for path in prefixes(row.area_path)}
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING, {"people": [row.pk for row in rows], "areas": list(areas), "day": day})
        running = cursor.fetchall()
    found: dict[int, int] = {}
    for number, path, everybody, least, most, named in running:
        for row in rows:
            meant = row.pk in named or (everybody and row.state == State.ACTIVE and is_under(row.area_path, path))
            if meant and _takes(row.person.age_on(day), least, most):
                found[row.pk] = number
    return found


def _takes(age: int | None, least: int | None, most: int | None) -> bool:
    if age is None:  # a policy with limits cannot be shown to hold for somebody of unknown age
        return least is None and most is None
    return (least or 0) <= age and (most is None or age <= most)


def trained_in(volunteer: Volunteer, topic: str, day: date) -> bool:
    """Whether the volunteer passed a training in the topic that is valid on a day (Order 685, 16)."""
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    return volunteer.trainings.filter(valid, topic=topic, passed=True, withdrawn=False, held_on__lte=day).exists()
