"""Registration by its three ways: recommended by a unit, recruited by a community, online by the person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, change, create, current
from yinling.base.codes import CodeError
from yinling.base.codes import resident_id as read_resident_id
from yinling.base.crypto import keyring
from yinling.base.rules import Actor, Refused, anyone
from yinling.network import Account, Place, initials_of, open_account
from yinling.people import CONSENT_TEXT, RESIDENT, Consent, Person, identity
from yinling.volunteers.actions.counting import count
from yinling.volunteers.models import Claim, Source, State, Volunteer
from yinling.volunteers.particulars import Particulars
from yinling.volunteers.rules import may_register, may_verify

REGISTER_PURPOSES = (Consent.Purpose.REGISTER, Consent.Purpose.SENSITIVE)
NUMBER_DIGITS = 6


@action("volunteers.register", label=gettext_lazy("Register a volunteer"), rule=may_register, on="place",
        records=["volunteer.registered"])  # fmt: skip
def register_volunteer(
    *,
    place: Place,
    name: str,
    resident_id: str,
    phone: str = "",
    source: str,
    particulars: Particulars | None = None,
    consent_way: str = Consent.Way.SIGNED,
    helped_by: str = "",
    verified: bool = False,
    on: date | None = None,
    by: Actor,
) -> Volunteer:
    """Somebody who works here enters a volunteer: recommended by a unit, or recruited on the spot, with the consents given
    in that way. `verified`: the writer has seen the identity document, and may say so (rule may_verify); else the
    registration waits for a clerk. `on` is the day of registration (today).

    Raises ValidationError by field; Refused where the person already is a volunteer, or the number is registered under
    another name.
    """
    columns = _identity(resident_id, phone)
    day = on or clock.today()
    _demand_source(source, particulars)
    if day > clock.today():
        raise ValidationError({"on": _("The day lies in the future.")})
    person = person_of(columns)
    before = None
    if person is not None:
        before = _demand_new(person, name)
        if not person.phone and phone:
            change(person, phone=columns["phone"], phone_hash=columns["phone_hash"])
    else:
        person = _new_person(place, name, columns)
    _give_consents(person, consent_way, helped_by or by.name, day)
    given = particulars or Particulars()
    if before is None:
        row = _new_volunteer(person, place, source, given, day, entered_by=by.name)
    else:
        row = _again(before, place, source, given, day, by.name)
    if verified:
        may_verify.demand(by, place)
        change(row, state=State.ACTIVE, verified_on=day, verified_by=by.name[:80])
    count(row, day)
    current().about(row)
    return row


@action("volunteers.apply", label=gettext_lazy("Apply online as a volunteer"), rule=anyone)
def apply_online(
    *,
    place: Place,
    name: str,
    resident_id: str,
    phone: str,
    password: str,
    particulars: Particulars,
    account: Account | None = None,
    by: Actor,
) -> None:
    """Somebody registers by telephone, for themselves. Opens a sign-in by that number (or uses `account`, who is signed in)
    and leaves an application to be verified; where the identity number is known already, a claim to be decided.

    Gives nothing back on purpose: a stranger must not learn whether a number is in the register. Raises ValidationError, by
    field, only for what the form itself shows to be wrong.
    """
    columns = _identity(resident_id, phone)
    particulars.columns(clock.today())
    number = new_number(place.area_path)
    person = person_of(columns)
    account = account or open_account(
        username=f"v{number}", display_name=name, password=password, phone=phone, area=place, by=by
    )
    if person is None:
        person = _new_person(place, name, columns)
    elif person.name != name or Volunteer.objects.filter(pk=person.pk).exists():
        current().about(_claim(person, place, name, phone, particulars, account))
        return
    _give_consents(person, Consent.Way.ONLINE, "", clock.today())
    row = _new_volunteer(person, place, Source.ONLINE, particulars, clock.today(), account=account, number=number)
    current().about(row)


def person_of(columns: Mapping[str, object]) -> Person | None:
    """The person in the register whose resident number these columns (see `people.identity`) hold."""
    known = Person.objects.filter(withdrawn=False)
    hashes = keyring().hashes(read_resident_id(str(columns["resident_id"])).modern, RESIDENT)
    return known.filter(resident_hash__in=hashes).select_for_update(of=("self",)).first()


def new_number(path: str) -> str:
    """A volunteer number that was never given before: six digits of the place, two of the year, six running. Nothing of the
    identity number is in it (MZ/T 061-2015)."""
    return new_numbers([path])[0]


def new_numbers(paths: list[str]) -> list[str]:
    """As many numbers, for volunteers at these places."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('yinling_volunteer_numbers') FROM generate_series(1, %s)", [len(paths)])
        running = [row[0] for row in cursor.fetchall()]
    year = f"{clock.today():%y}"
    return [
        f"{path[:6].ljust(6, '0')}{year}{number:0{NUMBER_DIGITS}d}" for path, number in zip(paths, running, strict=True)
    ]


def _identity(resident_id: str, phone: str) -> dict[str, object]:
    """The columns of a person; every volunteer has a resident number. Raises ValidationError by field."""
    try:
        read_resident_id(resident_id)
    except CodeError as error:
        raise ValidationError({"resident_id": str(error)}) from error
    try:
        return identity(resident_id, phone)
    except CodeError as error:
        raise ValidationError({"phone": str(error)}) from error


def _demand_source(source: str, particulars: Particulars | None) -> None:
    if source not in {Source.UNIT, Source.COMMUNITY}:
        raise ValidationError({"source": _("Online registrations are made by the volunteers themselves.")})
    if source == Source.UNIT and (particulars is None or particulars.unit is None):
        raise ValidationError({"unit": _("Name the unit that recommends.")})


def _demand_new(person: Person, name: str) -> Volunteer | None:
    """What there is of somebody who was refused, or taken out with an import, and comes again. Refused for anybody else who
    is a volunteer already, or whose name differs."""
    if person.name != name:
        raise Refused(_("This resident number is in the register under another name."))
    found = Volunteer.objects.filter(pk=person.pk).first()
    if found is not None and (found.state not in {State.REFUSED, State.WITHDRAWN} or found.merged_into_id):
        raise Refused(
            _("This person is already registered as a volunteer, number %(number)s.") % {"number": found.number}
        )
    return found


def _again(row: Volunteer, place: Place, source: str, given: Particulars, on: date, entered_by: str) -> Volunteer:
    return change(
        row, area_path=place.area_path, source=source, state=State.APPLIED, registered_on=on, verified_on=None,
        verified_by="", entered_by=entered_by[:80], changed_by=current().entry_id, **given.columns(on),
    )  # fmt: skip


def _new_person(place: Place, name: str, columns: Mapping[str, object]) -> Person:
    person = Person(place=place, area_path=place.area_path, name=name, initials=initials_of(name)[:40])
    for column, value in columns.items():
        setattr(person, column, value)
    try:
        with transaction.atomic():
            return create(person)
    except IntegrityError as error:
        # Somebody registered the same person this moment; the next try finds the record.
        raise Refused(_("Please send it once more.")) from error


def _give_consents(person: Person, way: str, helped_by: str, on: date) -> None:
    for purpose in REGISTER_PURPOSES:
        if not person.consents.filter(purpose=purpose, text_version=CONSENT_TEXT, withdrawn_on__isnull=True).exists():
            create(
                Consent(
                    person=person, area_path=person.area_path, purpose=purpose, text_version=CONSENT_TEXT, way=way,
                    helped_by=helped_by[:40], given_on=on,
                )
            )  # fmt: skip


def _new_volunteer(
    person: Person,
    place: Place,
    source: str,
    particulars: Particulars,
    on: date,
    *,
    account: Account | None = None,
    number: str = "",
    entered_by: str = "",
) -> Volunteer:
    row = Volunteer(
        person=person,
        area_path=place.area_path,
        number=number or new_number(place.area_path),
        source=source,
        state=State.APPLIED,
        account=account if account and not Volunteer.objects.filter(account=account).exists() else None,
        registered_on=on,
        entered_by=entered_by[:80],
        changed_by=current().entry_id,
        **particulars.columns(on),
    )
    return create(row)


def _claim(
    person: Person, place: Place, name: str, phone: str, particulars: Particulars, account: Account | None
) -> Claim:
    taken = account is not None and Claim.objects.filter(account=account).exists()
    known = Volunteer.objects.filter(pk=person.pk).first()
    return create(
        Claim(
            person=person,
            area_path=known.area_path if known else person.area_path,
            name=name,
            phone=phone,
            details=json.dumps(_details(particulars), ensure_ascii=False),
            place=place,
            account=None if taken else account,
            made_on=clock.today(),
            changed_by=current().entry_id,
        )
    )


def _details(particulars: Particulars) -> dict[str, object]:
    columns = particulars.columns(clock.today())
    unit, healthy = particulars.unit, columns.pop("health_declared_on") is not None
    return {**columns, "unit": unit.pk if unit else None, "healthy": healthy}
