"""Reads of persons; each takes the viewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yinling.base.codes import CodeError, Phone, ResidentId
from yinling.base.codes import phone as phone_number
from yinling.base.codes import resident_id as read_resident_id
from yinling.base.crypto import keyring
from yinling.base.paths import AFTER
from yinling.base.rules import Actor, Reason
from yinling.people.actions import PHONE, RESIDENT
from yinling.people.models import Person, Position
from yinling.people.rules import may_see_people


@dataclass(frozen=True, slots=True)
class Likeness:
    """A person already registered who may be the same, and what speaks for it."""

    person: Person
    why: Reason


def people_visible(viewer: Actor) -> QuerySet[Person]:
    """The persons of the viewer's area."""
    return may_see_people.filter(viewer, Person.objects.filter(withdrawn=False))


def find_people(viewer: Actor, text: str) -> QuerySet[Person]:
    """Persons of the viewer's area by beginning of name, pinyin initials, or a whole resident or telephone number."""
    people = people_visible(viewer)
    text = text.strip()
    if not text:
        return people
    if any(character.isdigit() for character in text):
        return people.filter(
            Q(resident_hash__in=_hashes(read_resident_id, text)) | Q(phone_hash__in=_hashes(phone_number, text))
        )
    if text.isascii():
        return people.filter(initials__gte=text.lower(), initials__lt=text.lower() + AFTER)
    return people.filter(name__startswith=text)


def _hashes(read: Callable[[str], ResidentId | Phone], text: str) -> list[str]:
    """Every hash under which the number may be stored, in its one normal form; none for what is no such number."""
    try:
        number = read(text)
    except CodeError:
        return []
    if isinstance(number, ResidentId):
        return keyring().hashes(number.modern, RESIDENT)
    return keyring().hashes(number.number, PHONE)


def positions_held() -> Prefetch[str]:
    """The positions persons hold now, with their bodies, to be read along with them."""
    held = Position.objects.filter(until__isnull=True, body__withdrawn=False).select_related("body")
    return Prefetch("positions", queryset=held.order_by("since", "pk"), to_attr="held")


def likely_same(*, name: str, resident_id: str = "", phone: str = "", place_path: str = "") -> list[Likeness]:
    """Who in the register may be this person, the strongest sign first. Not limited to the viewer's area: the same person
    must not be entered twice; so callers show masked rows only."""
    known = Person.objects.filter(withdrawn=False)
    found: dict[int, Likeness] = {}

    def add(people: QuerySet[Person], why: Reason) -> None:
        for person in people[:5]:
            found.setdefault(person.pk, Likeness(person, why))

    try:
        if resident_id:
            number = read_resident_id(resident_id)
            add(
                known.filter(resident_hash__in=keyring().hashes(number.modern, RESIDENT)), _("the same resident number")
            )
            add(known.filter(name=name, birth=number.birth), _("the same name and date of birth"))
        if phone:
            hashes = keyring().hashes(phone_number(phone).number, PHONE)
            add(known.filter(phone_hash__in=hashes), _("the same telephone number"))
    except CodeError:
        pass  # the form says what is wrong with the number; a likeness cannot be judged by it
    if place_path:
        add(known.filter(name=name, area_path=place_path), _("the same name in the same village"))
    return list(found.values())


def terms_ended(viewer: Actor, on: date) -> QuerySet[Position]:
    """Positions in the viewer's area whose term is over but which nobody has taken anew."""
    held = Position.objects.filter(until__isnull=True, term_ends__lte=on, body__withdrawn=False)
    return may_see_people.filter(viewer, held).select_related("person", "body").order_by("term_ends", "pk")
