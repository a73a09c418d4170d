"""Persons: registered, corrected, revealed; their consents and positions."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked, note
from yinling.base.codes import phone as phone_number
from yinling.base.codes import resident_id as read_resident_id
from yinling.base.crypto import keyring
from yinling.base.rules import Actor, Refused
from yinling.facts import facts_of_person
from yinling.network import Body, Place, initials_of
from yinling.people.merges import followers
from yinling.people.models import Consent, Person, Position
from yinling.people.rules import may_change_people, may_merge_people, may_reveal

RESIDENT = "person.resident_id"
PHONE = "person.phone"
CONSENT_TEXT = "2026-1"
TERM_YEARS = 3
SHORTEST_REASON = 2
OF_RESIDENT_ID, OF_PHONE = ("resident_id", "resident_hash", "birth", "sex"), ("phone", "phone_hash")
"""The columns that `identity` gives."""


def identity(resident_id: str, phone: str) -> dict[str, object]:
    """The columns of a person that follow from a resident number and a telephone number, both checked (CodeError)."""
    columns: dict[str, object] = {}
    if resident_id:
        number = read_resident_id(resident_id)
        columns |= {
            "resident_id": number.number,
            "resident_hash": keyring().hash(number.modern, RESIDENT),
            "birth": number.birth,
            "sex": number.sex,
        }
    if phone:
        text = phone_number(phone).number
        columns |= {"phone": text, "phone_hash": keyring().hash(text, PHONE)}
    return columns


@action("people.register_person", label=gettext_lazy("Register a person"), rule=may_change_people, on="place")
def register_person(*, place: Place, name: str, resident_id: str = "", phone: str = "", by: Actor) -> Person:
    """A new person. Refused where the resident number is already in the register: the same person stays one person."""
    person = Person(place=place, area_path=place.area_path, name=name, initials=initials_of(name)[:40])
    for column, value in identity(resident_id, phone).items():
        setattr(person, column, value)
    try:
        return create(person)
    except IntegrityError as error:
        raise Refused(_("A person with this resident number is already in the register.")) from error


@action("people.correct_person", label=gettext_lazy("Correct a person"), rule=may_change_people, on="person")
def correct_person(
    *, person: Person, name: str, resident_id: str = "", phone: str = "", reason: str, by: Actor
) -> Person:
    """Correct name, number or telephone; an empty number or telephone leaves what is there."""
    because(reason)
    values = {"name": name, "initials": initials_of(name)[:40], **identity(resident_id, phone)}
    try:
        return change(locked(person), **values)
    except IntegrityError as error:
        raise Refused(_("A person with this resident number is already in the register.")) from error


@action("people.reveal", label=gettext_lazy("Reveal personal information"), rule=may_reveal, on="person")
def reveal(*, person: Person, field: str, reason: str, by: Actor) -> str:
    """The unmasked `field` (name, resident_id or phone). Who saw it, when and why stays in the audit trail."""
    if field not in {"name", "resident_id", "phone"}:
        raise Refused(_("There is nothing to reveal under this name."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(_("Say why you need to see it."))
    because(reason)
    current().about(person)
    note(field=field)
    return str(getattr(person, field))


@action("people.give_consent", label=gettext_lazy("Record a consent"), rule=may_change_people, on="person")
def give_consent(*, person: Person, purpose: str, way: str, helped_by: str = "", on: date, by: Actor) -> Consent:
    """The person agrees to one purpose, by the text now in force."""
    return create(
        Consent(
            person=person,
            area_path=person.area_path,
            purpose=purpose,
            text_version=CONSENT_TEXT,
            way=way,
            helped_by=helped_by,
            given_on=on,
        )
    )


@action("people.withdraw_consent", label=gettext_lazy("Withdraw a consent"), rule=may_change_people, on="consent")
def withdraw_consent(*, consent: Consent, on: date, by: Actor) -> Consent:
    """The person takes the consent back; from then on the purpose no longer holds."""
    return change(consent, withdrawn_on=on)


@action("people.take_position", label=gettext_lazy("Take up a position"), rule=may_change_people, on="body")
def take_position(
    *, person: Person, body: Body, title: str, since: date, village_officer: bool = False, by: Actor
) -> Position:
    """The person holds the position from `since`, for a term of three years; whoever held it until then leaves it. Who is
    chair already and takes the chair again begins a new term."""
    for held in Position.objects.filter(body=body, title=title, until__isnull=True).select_for_update():
        change(held, until=max(since, held.since))
    return create(
        Position(
            person=person,
            body=body,
            area_path=body.area_path,
            title=title,
            village_officer=village_officer,
            since=since,
            term_ends=since.replace(year=since.year + TERM_YEARS, day=min(since.day, 28)),
        )
    )


@action("people.leave_position", label=gettext_lazy("Leave a position"), rule=may_change_people, on="position")
def leave_position(*, position: Position, on: date | None = None, by: Actor) -> Position:
    """The position ends on a day (today)."""
    return change(position, until=max(on or clock.today(), position.since))


@action("people.merge", label=gettext_lazy("Merge two records of one person"), rule=may_merge_people, on="kept")
def merge_people(*, kept: Person, gone: Person, reason: str, by: Actor) -> Person:
    """Two records are one human being: everything recorded of `gone` becomes that of `kept`, facts by reversal and new
    record, dated as they were. `gone` stays, withdrawn, and points to `kept`, which gets the numbers it lacks.

    Refused unless both lie in the actor's area, and where a module cannot follow.
    """
    because(reason)
    may_merge_people.demand(by, gone)
    first, second = sorted((kept, gone), key=lambda person: person.pk)
    if first.pk == second.pk:
        raise Refused(_("These are not two records."))
    locked(first)
    locked(second)
    kept.refresh_from_db()
    gone.refresh_from_db()
    if kept.withdrawn or gone.withdrawn:
        raise Refused(_("One of the records has already been withdrawn."))
    current().about(kept)
    for follow in followers():
        follow(kept=kept, gone=gone, by=by)
    if facts_of_person(gone.pk):
        raise Refused(_("Something is counted for this person that cannot be merged."))
    for one in (*gone.positions.all(), *gone.consents.all()):
        change(one, person=kept)
    for paper in gone.qualifications.all():
        change(paper, person=kept, changed_by=current().entry_id)
    change(gone, withdrawn=True, merged_into=kept)
    lacking = {} if kept.resident_id else {name: getattr(gone, name) for name in OF_RESIDENT_ID}
    lacking |= {} if kept.phone else {name: getattr(gone, name) for name in OF_PHONE}
    return change(kept, **lacking)
