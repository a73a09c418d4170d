"""Volunteers by the thousand: the same rows and facts as one at a time, in a few statements a chunk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice

import psycopg
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, create_many, current, note
from yinling.base.codes import resident_id as read_resident_id
from yinling.base.crypto import keyring
from yinling.base.paths import is_under
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import BuiltOn, NewFact, hold_many, record_many, reverse, touch
from yinling.network import Body, Place, initials_of
from yinling.people import CONSENT_TEXT, PHONE, RESIDENT, Consent, Person, identity
from yinling.volunteers.actions.counting import YES_NO, dims_of
from yinling.volunteers.actions.registering import REGISTER_PURPOSES, new_numbers
from yinling.volunteers.actions.teams import NO_DOMAIN
from yinling.volunteers.measures import REGISTERED_KIND, ROLL_KIND, TEAM_KIND
from yinling.volunteers.models import Roll, State, Team, TeamMember, Volunteer
from yinling.volunteers.particulars import CHOICES
from yinling.volunteers.rules import may_keep_teams, may_register, may_set_rolls

CHUNK = 5_000
SHOWN_SOURCES = 20
in_json = json.JSONEncoder(ensure_ascii=False).encode
initials = lru_cache(maxsize=20_000)(initials_of)  # names of persons repeat, and pinyin is dear


@dataclass(frozen=True, slots=True)
class NewVolunteer:
    """One volunteer to register. `place_id` and `area_path` as the caller knows the place; `unit_id` the unit retired from or
    recommending; without `verified_on` the registration waits for a clerk. `row`: its row in the file it came from."""

    place_id: int
    area_path: str
    name: str
    resident_id: str
    registered_on: date
    source: str
    phone: str = ""
    unit_id: int | None = None
    retired_cadre: bool = False
    profession: str = ""
    title: str = ""
    skills: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    health_declared_on: date | None = None
    emergency_name: str = ""
    emergency_phone: str = ""
    verified_on: date | None = None
    consent_way: str = Consent.Way.SIGNED
    row: int | None = None


@action("volunteers.import", label=gettext_lazy("Register volunteers from a list"), rule=may_register, on="area",
        records=[REGISTERED_KIND])  # fmt: skip
def register_many(*, rows: Iterable[NewVolunteer], batch_id: int | None = None, area: Placed, by: Actor) -> int:
    """Register volunteers, with their consents; returns how many. Persons of the register are found by resident number.

    All or nothing: Refused with the row's number where a row lies outside `area`, its place ended or was moved, its person
    has another name or already is a volunteer, a day lies in the future, or a key is not one of the choices.
    """
    touch(REGISTERED_KIND)
    if batch_id is not None:
        current().subject, current().subject_id = "batch", batch_id
    pending = iter(rows)
    count = 0
    while chunk := list(islice(pending, CHUNK)):
        try:
            _register_chunk(chunk, batch_id, area, by)
        except psycopg.errors.IntegrityError as error:
            raise Refused(
                _("Meanwhile somebody registered a person who is also in this list. Check it again.")
            ) from error
        count += len(chunk)
    note(rows=count)
    return count


def _register_chunk(chunk: list[NewVolunteer], batch_id: int | None, area: Placed, by: Actor) -> None:
    places = dict(
        Place.objects.filter(pk__in={row.place_id for row in chunk}, closed__isnull=True).values_list("pk", "area_path")
    )
    identities = [identity(row.resident_id, row.phone) for row in chunk]
    known = _known(identities)
    for row, columns in zip(chunk, identities, strict=True):
        _demand(row, places, area, known.get(str(columns["resident_hash"])))
    Volunteer.objects.filter(pk__in=[pk for pk, _name, _state in known.values()], state=State.WITHDRAWN).delete()
    fresh = iter(_fresh_ids(len(chunk)))
    people = [
        (known[str(columns["resident_hash"])][0], False)
        if str(columns["resident_hash"]) in known
        else (next(fresh), True)
        for columns in identities
    ]
    numbers = new_numbers([row.area_path for row in chunk])
    new = [(pk, row, columns) for (pk, is_new), row, columns in zip(people, chunk, identities, strict=True) if is_new]
    _copy(PERSON_COLUMNS, "yinling_person", (_person(pk, row, columns, batch_id) for pk, row, columns in new))
    made = [
        _volunteer(pk, row, number, batch_id, by)
        for (pk, _new), row, number in zip(people, chunk, numbers, strict=True)
    ]
    _copy(VOLUNTEER_COLUMNS, "yinling_volunteer", map(_values, made))
    # The connection serves nothing else while COPY runs, so what is copied is put together before.
    _copy(CONSENT_COLUMNS, "yinling_consent", list(_consents(made, chunk, by)))
    record_many(REGISTERED_KIND, _facts(made))


Known = tuple[int, str, str | None]
"""Key and name of a person, and the state of the volunteer, if there is one."""


def _known(identities: Sequence[dict[str, object]]) -> dict[str, Known]:
    """Persons of the register, by the hash that the resident number has now (a key may have been changed since)."""
    wanted: dict[str, str] = {}
    for columns in identities:
        modern = read_resident_id(str(columns["resident_id"])).modern
        for hash_ in keyring().hashes(modern, RESIDENT):
            wanted[hash_] = str(columns["resident_hash"])
    rows = Person.objects.filter(resident_hash__in=list(wanted), withdrawn=False)
    found = rows.values_list("resident_hash", "pk", "name", "volunteer__state")
    return {wanted[hash_]: (pk, name, state) for hash_, pk, name, state in found}


def _demand(row: NewVolunteer, places: dict[int, str], area: Placed, known: Known | None) -> None:
    """Refuse what the register does not take. The message names the row only: it may be shown to others than its writer."""
    today, problem = clock.today(), ""
    if places.get(row.place_id) != row.area_path:
        problem = _("the place has ended or was moved")
    elif not is_under(row.area_path, area.area_path):
        problem = _("the place lies outside your area")
    elif max(row.registered_on, row.verified_on or row.registered_on) > today:
        problem = _("a day lies in the future")
    elif known is not None and known[1] != row.name:
        problem = _("the resident number belongs to a person of another name")
    elif known is not None and known[2] not in {None, State.WITHDRAWN}:
        problem = _("the person is already registered as a volunteer")
    elif any(not CHOICES[name].issuperset(getattr(row, name)) for name in CHOICES):
        problem = _("a choice is unknown")
    if problem:
        raise Refused(_("Row %(row)s: %(problem)s.") % {"row": row.row or "–", "problem": problem})


PERSON_COLUMNS = (
    "id", "name", "initials", "sex", "birth", "place_id", "area_path", "resident_id", "resident_hash", "phone",
    "phone_hash", "withdrawn", "batch_id", "batch_row",
)  # fmt: skip
VOLUNTEER_COLUMNS = tuple(field.attname for field in Volunteer._meta.concrete_fields)
CONSENT_COLUMNS = ("person_id", "area_path", "purpose", "text_version", "way", "helped_by", "given_on")
JSON_COLUMNS = frozenset(CHOICES)
SEALED = {
    name: Volunteer._meta.get_field(name).context  # type: ignore[union-attr]
    for name in ("emergency_name", "emergency_phone")
}


def _person(pk: int, row: NewVolunteer, columns: dict[str, object], batch_id: int | None) -> Sequence[object]:
    ring = keyring()
    return (
        pk, row.name, initials(row.name)[:40], columns["sex"], columns["birth"], row.place_id, row.area_path,
        ring.encrypt(str(columns["resident_id"]), RESIDENT), columns["resident_hash"],
        ring.encrypt(str(columns.get("phone", "")), PHONE), columns.get("phone_hash", ""), False, batch_id, row.row,
    )  # fmt: skip


def _volunteer(pk: int, row: NewVolunteer, number: str, batch_id: int | None, by: Actor) -> Volunteer:
    return Volunteer(
        person_id=pk,
        area_path=row.area_path,
        number=number,
        source=str(row.source),
        state=str(State.ACTIVE if row.verified_on else State.APPLIED),
        unit_id=row.unit_id,
        retired_cadre=row.retired_cadre,
        profession=str(row.profession),
        title=row.title,
        skills=sorted(map(str, row.skills)),
        availability=sorted(map(str, row.availability)),
        limits=sorted(map(str, row.limits)),
        health_declared_on=row.health_declared_on,
        emergency_name=row.emergency_name,
        emergency_phone=row.emergency_phone,
        registered_on=row.registered_on,
        verified_on=row.verified_on,
        verified_by=by.name[:80] if row.verified_on else "",
        entered_by=by.name[:80],
        batch_id=batch_id,
        batch_row=row.row,
        changed_by=current().entry_id,
    )


def _values(row: Volunteer) -> Sequence[object]:
    ring = keyring()
    values: list[object] = []
    for column in VOLUNTEER_COLUMNS:
        value = getattr(row, column)
        if column in JSON_COLUMNS:
            value = in_json(value)
        elif column in SEALED:
            value = ring.encrypt(value, SEALED[column])
        values.append(value)
    return values


def _consents(rows: Sequence[Volunteer], chunk: Sequence[NewVolunteer], by: Actor) -> Iterator[Sequence[object]]:
    given = Consent.objects.filter(
        person__in=[row.pk for row in rows], text_version=CONSENT_TEXT, withdrawn_on__isnull=True
    )
    already = set(given.values_list("person_id", "purpose"))
    for row, new in zip(rows, chunk, strict=True):
        for purpose in REGISTER_PURPOSES:
            if (row.pk, purpose) in already:
                continue
            yield (
                row.pk, row.area_path, str(purpose), CONSENT_TEXT, str(new.consent_way), by.name[:40],
                row.registered_on,
            )  # fmt: skip


def _facts(rows: Iterable[Volunteer]) -> Iterator[NewFact]:
    for row in rows:
        if row.verified_on is not None:
            yield NewFact(dims_of(row), row.pk, row.area_path, row.verified_on, 1, row.pk)


def _fresh_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('yinling_person_id_seq') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def _copy(columns: Sequence[str], table: str, rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@action("volunteers.set_rolls", label=gettext_lazy("Set the rolls of units"), rule=may_set_rolls, on="area",
        records=[ROLL_KIND])  # fmt: skip
def set_rolls(*, people: Mapping[int, int], since: date, area: Placed, by: Actor) -> int:
    """From the day `since` each unit (by the key of its body) has that many retired cadres; returns how many units. Refused
    where one lies outside `area`, or has a number from that day on or later."""
    touch(ROLL_KIND)
    bodies = dict(Body.objects.filter(pk__in=people).values_list("pk", "area_path"))
    if since > clock.today() or any(not is_under(path, area.area_path) for path in bodies.values()):
        raise Refused(_("A unit lies outside your area, or the day in the future."))
    if len(bodies) != len(people) or min(people.values(), default=0) < 0:
        raise Refused(_("A unit is unknown, or a number is less than nothing."))
    if Roll.objects.filter(unit__in=bodies, since__gte=since, withdrawn=False).exists():
        raise Refused(_("For a later day a number is already recorded."))
    entry = current().entry_id
    create_many(
        [
            Roll(unit_id=pk, area_path=path, people=people[pk], since=since, changed_by=entry)
            for pk, path in bodies.items()
        ]
    )
    hold_many(ROLL_KIND, (NewFact({}, pk, path, since, people[pk]) for pk, path in bodies.items()))
    return len(bodies)


@action("volunteers.found_teams", label=gettext_lazy("Found teams from a list"), rule=may_keep_teams,
        records=[TEAM_KIND])  # fmt: skip
def found_teams(*, rows: Sequence[tuple[Place, str, bool, Sequence[int]]], founded: date, by: Actor) -> list[Body]:
    """Teams as (place, name, expert or not, keys of the volunteers who agreed to belong to it, the leader first)."""
    entry = current().entry_id
    for place, _name, _expert, _members in rows:
        may_keep_teams.demand(by, place)
    bodies = create_many(
        [
            Body(
                place=place, area_path=place.area_path, kind=Body.Kind.TEAM, name=name, initials=initials_of(name),
                founded=founded,
            )
            for place, name, _expert, _members in rows
        ]
    )  # fmt: skip
    made = list(zip(bodies, rows, strict=True))
    teams = create_many(
        [
            Team(body=body, area_path=body.area_path, expert=expert, leader_id=members[0], changed_by=entry)
            for body, (_place, _name, expert, members) in made
        ]
    )
    create_many(
        [
            TeamMember(
                team_id=body.pk, volunteer_id=one, area_path=body.area_path, since=founded,
                agreed=TeamMember.Agreed.SIGNED, joined=True,
            )
            for body, (_place, _name, _expert, members) in made
            for one in members
        ]
    )  # fmt: skip
    hold_many(
        TEAM_KIND,
        (
            NewFact(
                {"expert": YES_NO[team.expert], "domain": team.domain or NO_DOMAIN}, team.pk, team.area_path, founded
            )
            for team in teams
        ),
    )
    return bodies


@action("volunteers.withdraw_import", label=gettext_lazy("Undo a list of volunteers"), rule=may_register, on="area",
        records=[REGISTERED_KIND])  # fmt: skip
def withdraw_batch(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Undo a `register_many`: its facts are reversed, its volunteers taken out, and the persons it brought who are used
    nowhere else; returns how many volunteers. Raises BuiltOn with (some of) those that were changed or used since."""
    because(reason)
    current().subject, current().subject_id = "batch", batch_id
    rows = Volunteer.objects.filter(batch_id=batch_id).exclude(state=State.WITHDRAWN)
    locked = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", "changed_by"))
    changed = {pk for pk, changed_by in locked if changed_by != entry_id} | _used(batch_id)
    if changed:
        raise BuiltOn(sorted(changed)[:SHOWN_SOURCES])
    reverse(entry_id)
    count = rows.update(state=State.WITHDRAWN, account=None)
    Consent.objects.filter(person__batch_id=batch_id, withdrawn_on__isnull=True).update(withdrawn_on=clock.today())
    note(rows=count, persons=_withdraw_persons(batch_id))
    return count


def _used(batch_id: int) -> set[int]:
    """(Some of) a batch's volunteers that any other row refers to."""
    found: set[int] = set()
    for relation in Volunteer._meta.related_objects:
        column = relation.field.name
        rows = relation.related_model._base_manager.filter(**{f"{column}__batch_id": batch_id})
        found.update(rows.values_list(column, flat=True)[:SHOWN_SOURCES])
    for relation in Person._meta.related_objects:
        if relation.related_model not in {Volunteer, Consent, Person}:
            column = relation.field.name
            rows = relation.related_model._base_manager.filter(**{f"{column}__volunteer__batch_id": batch_id})
            found.update(
                rows.filter(**{f"{column}__batch_id": batch_id}).values_list(column, flat=True)[:SHOWN_SOURCES]
            )
    return found


def _withdraw_persons(batch_id: int) -> int:
    """Withdraw the persons that the batch brought; nothing else refers to them (see `_used`)."""
    return Person.objects.filter(batch_id=batch_id, withdrawn=False).update(withdrawn=True)
