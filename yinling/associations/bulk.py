"""Writes of the register by the thousand: the same rows, facts and history as one at a time, in a few statements a
chunk.

One action, one audit entry, one transaction. Rows go in by COPY; a later chunk finds what an earlier one wrote in the
database itself, so memory does not grow with the number of rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import psycopg
from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.associations.attributes import ATTRIBUTES, KINDS
from yinling.associations.models import Association, RuleBook, Setting
from yinling.associations.rules import may_register
from yinling.base import clock
from yinling.base.action import Act, action, because, current, note
from yinling.base.crypto import keyring
from yinling.base.paths import is_under
from yinling.base.rules import Actor, Placed, Refused
from yinling.facts import BuiltOn, NewFact, record_many, reverse, touch
from yinling.network import Body, Place, initials_of
from yinling.people import PHONE, RESIDENT, TERM_YEARS, Person, Position, identity

CHUNK = 5_000
SHOWN_SOURCES = 20
LAST_SAFE_DAY = 28
RULE_BOOKS = frozenset(RuleBook.values)
SETTINGS = frozenset(Setting.values)
in_json = json.JSONEncoder(ensure_ascii=False).encode
initials_of_person = lru_cache(maxsize=20_000)(initials_of)  # names of persons repeat, and pinyin is dear


@dataclass(frozen=True, slots=True)
class NewAssociation:
    """One association to register. Funds in yuan a year, area in square metres; `row` is its row in the file it came
    from.

    Without a name it is called after its place. `area_path` is the place's as the caller knows it: where the place was
    moved since, the row is refused instead of being counted elsewhere than its writer saw. The chair is found by
    resident number among the persons of the register, or becomes a new person.
    """

    place_id: int
    area_path: str
    founded: date
    setting: str
    name: str = ""
    has_funding: bool = False
    funding_source: str = ""
    funding_amount: Decimal | None = None
    has_venue: bool = False
    venue_owner: str = ""
    venue_area: Decimal | None = None
    meets: bool = False
    meetings_a_year: int | None = None
    chair_name: str = ""
    chair_resident_id: str = ""
    chair_phone: str = ""
    chair_is_officer: bool = False
    member_count: int = 0
    rule_books: tuple[str, ...] = ()
    uscc: str = ""
    row: int | None = None


class _Site(NamedTuple):
    """What is needed of a place."""

    area_path: str
    short_name: str
    closed: date | None


class _Chair(NamedTuple):
    """What is needed of a person."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A chunk's places by id and the chairs already in the register by resident hash."""

    places: dict[int, _Site]
    chairs: dict[str, _Chair]


def default_name(place_short_name: str) -> str:
    """What an association is called that has no name of its own: 街上村老年协会."""
    return f"{place_short_name}老年协会"


@action(
    "associations.import",
    label=gettext_lazy("Register associations from a list"),
    rule=may_register,
    on="area",
    records=KINDS,
)
def register_many(*, rows: Iterable[NewAssociation], batch_id: int | None, area: Placed, by: Actor) -> int:
    """Register associations with their chairs; returns how many.

    All or nothing: Refused with the row's number where a row lies outside `area`, is dated in the future, or its name,
    credit code or chair is already in the register otherwise. Callers who want every faulty row named check first.
    """
    touch(*KINDS)
    act = current()
    if batch_id is not None:
        act.subject, act.subject_id = "batch", batch_id
    pending = iter(rows)
    count = 0
    while chunk := list(islice(pending, CHUNK)):
        try:
            _register_chunk(chunk, batch_id, area, act)
        except psycopg.errors.IntegrityError as error:
            raise Refused(
                _("Meanwhile somebody registered an association or a person that is also in this list. Check it again.")
            ) from error
        count += len(chunk)
    note(rows=count)
    return count


def _register_chunk(chunk: list[NewAssociation], batch_id: int | None, area: Placed, act: Act) -> None:
    identities = [identity(row.chair_resident_id, row.chair_phone) if row.chair_name else {} for row in chunk]
    found = _Found(
        places=_sites({row.place_id for row in chunk}),
        chairs=_registered(columns["resident_hash"] for columns in identities if "resident_hash" in columns),
    )
    for row in chunk:
        _demand(row, found.places.get(row.place_id), area)
    chairs = _seat_chairs(chunk, identities, found, batch_id)
    ids = _fresh_ids("yinling_body_id_seq", len(chunk))
    rows = [_association(pk, row, chair, act.entry_id) for pk, row, chair in zip(ids, chunk, chairs, strict=True)]
    _copy(COPY_BODIES, (_body(pk, row, found, batch_id) for pk, row in zip(ids, chunk, strict=True)))
    _copy(COPY_ASSOCIATIONS, ([getattr(row, column) for column in ASSOCIATION_COLUMNS] for row in rows))
    _copy(COPY_POSITIONS, (_position(a, row, batch_id) for a, row in zip(rows, chunk, strict=True) if a.chair_id))
    _copy(COPY_PERIODS, _periods(rows, chunk, act.entry_id))
    for kind, quantity in STOCKS:
        record_many(kind, _facts(rows, chunk, quantity))


def _sites(ids: set[int]) -> dict[int, _Site]:
    found = Place.objects.filter(pk__in=ids).values_list("pk", "area_path", "short_name", "closed")
    return {pk: _Site(path, short_name, closed) for pk, path, short_name, closed in found}


def _demand(row: NewAssociation, place: _Site | None, area: Placed) -> None:
    """Refuse what the register does not take. The message names the row only: it may be shown to others than its
    writer."""
    problem = ""
    if place is None or place.closed is not None or place.area_path != row.area_path:
        problem = _("the place has ended or was moved")
    elif not is_under(row.area_path, area.area_path):
        problem = _("the place lies outside your area")
    elif row.founded > clock.today():
        problem = _("the day of founding lies in the future")
    elif row.setting not in SETTINGS or not RULE_BOOKS.issuperset(row.rule_books):
        problem = _("the setting or a rule book is unknown")
    elif min(row.funding_amount or 0, row.venue_area or 0, row.meetings_a_year or 0, row.member_count) < 0:
        problem = _("a quantity is less than nothing")
    if problem:
        raise Refused(_("Row %(row)s: %(problem)s.") % {"row": row.row or row.name, "problem": problem})


def _registered(hashes: Iterable[object]) -> dict[str, _Chair]:
    known = Person.objects.filter(resident_hash__in=list(set(hashes)), withdrawn=False)
    return {hash_: _Chair(pk, name) for hash_, pk, name in known.values_list("resident_hash", "pk", "name")}


def _seat_chairs(
    chunk: list[NewAssociation], identities: list[dict[str, object]], found: _Found, batch_id: int | None
) -> list[int | None]:
    """The id of each row's chair, None where it has none; who is not yet in the register is written to it."""
    fresh = iter(_fresh_ids("yinling_person_id_seq", sum(1 for row in chunk if row.chair_name)))
    chairs: list[int | None] = []
    new: list[Sequence[object]] = []
    for row, columns in zip(chunk, identities, strict=True):
        if not row.chair_name:
            chairs.append(None)
            continue
        hash_ = str(columns.get("resident_hash", ""))
        known = found.chairs.get(hash_)
        if known is None:
            known = _Chair(next(fresh), row.chair_name)
            if hash_:
                found.chairs[hash_] = known
            new.append(_person(known.pk, row, columns, batch_id))
        elif known.name != row.chair_name:
            problem = _("Row %(row)s: the chair's resident number belongs to a person of another name.")
            raise Refused(problem % {"row": row.row})
        chairs.append(known.pk)
    _copy(COPY_PERSONS, new)
    return chairs


COPY_PERSONS = (
    "COPY yinling_person (id, name, initials, sex, birth, place_id, area_path, resident_id, resident_hash, phone, "
    "phone_hash, withdrawn, batch_id, batch_row) FROM STDIN"
)
COPY_BODIES = (
    "COPY yinling_body (id, kind, name, initials, place_id, area_path, uscc, founded, withdrawn, batch_id, batch_row) "
    "FROM STDIN"
)
COPY_POSITIONS = (
    "COPY yinling_position (person_id, body_id, area_path, title, village_officer, since, term_ends, batch_id) "
    "FROM STDIN"
)
COPY_PERIODS = (
    "COPY yinling_attributeperiod (association_id, area_path, attribute, value, since, remark, corrected, entry_id) "
    "FROM STDIN"
)
ASSOCIATION_COLUMNS = tuple(field.attname for field in Association._meta.concrete_fields)
COPY_ASSOCIATIONS = f"COPY yinling_association ({', '.join(ASSOCIATION_COLUMNS)}) FROM STDIN"
STOCKS: tuple[tuple[str, Callable[[Association], Decimal | int]], ...] = tuple(
    (stock.kind, stock.quantity) for attribute in ATTRIBUTES.values() for stock in attribute.stocks
)


def _person(pk: int, row: NewAssociation, columns: dict[str, object], batch_id: int | None) -> Sequence[object]:
    ring = keyring()
    return (
        pk,
        row.chair_name,
        initials_of_person(row.chair_name)[:40],
        columns.get("sex", ""),
        columns.get("birth"),
        row.place_id,
        row.area_path,
        ring.encrypt(str(columns.get("resident_id", "")), RESIDENT),
        columns.get("resident_hash", ""),
        ring.encrypt(str(columns.get("phone", "")), PHONE),
        columns.get("phone_hash", ""),
        False,
        batch_id,
        row.row,
    )


def _body(pk: int, row: NewAssociation, found: _Found, batch_id: int | None) -> Sequence[object]:
    name = row.name or default_name(found.places[row.place_id].short_name)
    return (
        pk,
        Body.Kind.ASSOCIATION.value,
        name,
        initials_of(name),
        row.place_id,
        row.area_path,
        row.uscc,
        row.founded,
        False,
        batch_id,
        row.row,
    )


def _association(pk: int, row: NewAssociation, chair_id: int | None, entry_id: int) -> Association:
    """What holds of it; details of something it does not have are dropped, as in a single registration."""
    return Association(
        body_id=pk,
        area_path=row.area_path,
        setting=str(row.setting),
        has_funding=row.has_funding,
        funding_source=row.funding_source if row.has_funding else "",
        funding_amount=row.funding_amount if row.has_funding else None,
        has_venue=row.has_venue,
        venue_owner=row.venue_owner if row.has_venue else "",
        venue_area=row.venue_area if row.has_venue else None,
        meets=row.meets,
        meetings_a_year=row.meetings_a_year,
        chair_id=chair_id,
        chair_is_officer=row.chair_is_officer,
        member_count=row.member_count,
        rule_books=list(map(str, row.rule_books)),
        changed_by=entry_id,
    )


def _position(association: Association, row: NewAssociation, batch_id: int | None) -> Sequence[object]:
    ends = row.founded.replace(year=row.founded.year + TERM_YEARS, day=min(row.founded.day, LAST_SAFE_DAY))
    return (
        association.chair_id,
        association.pk,
        row.area_path,
        Position.Title.CHAIR.value,
        row.chair_is_officer,
        row.founded,
        ends,
        batch_id,
    )


def _periods(rows: list[Association], chunk: list[NewAssociation], entry_id: int) -> Iterator[Sequence[object]]:
    for association, row in zip(rows, chunk, strict=True):
        for attribute in ATTRIBUTES.values():
            value = in_json(attribute.of(association))
            yield association.pk, row.area_path, attribute.key, value, row.founded, "", False, entry_id


def _facts(
    rows: list[Association], chunk: list[NewAssociation], quantity: Callable[[Association], Decimal | int]
) -> Iterator[NewFact]:
    for association, row in zip(rows, chunk, strict=True):
        if amount := quantity(association):
            yield NewFact({"setting": association.setting}, association.pk, row.area_path, row.founded, amount)


def _fresh_ids(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [row[0] for row in cursor.fetchall()]


def _copy(statement: str, rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


@action(
    "associations.withdraw_import",
    label=gettext_lazy("Undo a list of associations"),
    rule=may_register,
    on="area",
    records=KINDS,
)
def withdraw_batch(*, batch_id: int, entry_id: int, reason: str, area: Placed, by: Actor) -> int:
    """Undo a `register_many`: its facts are reversed, its associations withdrawn, and the persons it brought who are
    used nowhere else; returns the number of associations. Raises BuiltOn with (some of) those that were changed
    since."""
    because(reason)
    act = current()
    act.subject, act.subject_id = "batch", batch_id
    _lock("association", batch_id)
    if sources := _changed(batch_id, entry_id):
        raise BuiltOn(sources)
    reverse(entry_id)
    count = Body.objects.filter(batch_id=batch_id, withdrawn=False).update(withdrawn=True)
    Position.objects.filter(batch_id=batch_id, until__isnull=True).update(until=F("since"))
    persons = _withdraw_persons(batch_id)
    note(rows=count, persons=persons)
    return count


LOCK = {
    "association": "SELECT count(*) FROM (SELECT 1 FROM yinling_association a JOIN yinling_body b ON b.id = a.body_id "
    "WHERE b.batch_id = %s ORDER BY a.body_id FOR UPDATE OF a) locked",
    "person": "SELECT count(*) FROM (SELECT 1 FROM yinling_person WHERE batch_id = %s ORDER BY id FOR UPDATE) locked",
}


def _lock(table: str, batch_id: int) -> None:
    """Lock the rows of a batch as their single actions do, so that none is changed, or referred to, until this ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK[table], [batch_id])


def _changed(batch_id: int, entry_id: int) -> list[int]:
    """(Some of) a batch's associations that later records build on: changed, ended, or referred to from any other
    table."""
    ours = Q(body__batch_id=batch_id, body__withdrawn=False)
    later = Association.objects.filter(ours).exclude(changed_by=entry_id, body__dissolved__isnull=True)
    found = set(later.values_list("pk", flat=True)[:SHOWN_SOURCES])
    for relation in Body._meta.related_objects:
        model, column = relation.related_model, relation.field.name
        rows = model._base_manager.filter(**{f"{column}__batch_id": batch_id})
        if model is not Association:
            rows = rows.exclude(batch_id=batch_id) if model in (Position, Body) else rows
            found.update(rows.values_list(column, flat=True)[:SHOWN_SOURCES])
    return sorted(found)[:SHOWN_SOURCES]


def _withdraw_persons(batch_id: int) -> int:
    """Withdraw the persons of a batch that no row outside it refers to, in whatever table; returns how many."""
    _lock("person", batch_id)
    unused = Person.objects.filter(batch_id=batch_id, withdrawn=False)
    for relation in Person._meta.related_objects:
        model, column = relation.related_model, relation.field.name
        rows = model._base_manager.filter(**{f"{column}__batch_id": batch_id})
        if model in (Position, Association):
            rows = rows.exclude(body__batch_id=batch_id)
        unused = unused.exclude(pk__in=rows.values(column))
    return unused.update(withdrawn=True)
