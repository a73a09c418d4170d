"""Stars: applied for in order once the hours are reached, decided by the office of the level on hours and quality."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, change, create, current, locked
from yinling.base.paths import WIDTHS
from yinling.base.rules import Actor, Refused
from yinling.certificates.actions.issuing import FACT, end, write_one
from yinling.certificates.actions.requests import given_reason
from yinling.certificates.content import Draft, Signatures, star_text
from yinling.certificates.measures import LEVELS
from yinling.certificates.models import Certificate, Kind, StarApplication, StarHolder
from yinling.certificates.records import minutes_of
from yinling.certificates.rules import may_ask_for, may_decide_stars
from yinling.certificates.stars import deciding_office, level_held, still_to_go
from yinling.facts import hold
from yinling.network import place_at
from yinling.volunteers import State, Volunteer, is_self

EVALUATION = 1000
HELD = "star.held"
COUNTY_WIDTH = WIDTHS[2]


@action("certificates.apply_star", label=gettext_lazy("Apply for a star"), rule=may_ask_for | is_self, on="volunteer")
def apply_star(*, volunteer: Volunteer, by: Actor) -> StarApplication:
    """A volunteer, or staff for them, applies for the next star. Reaching the hours only opens the application; no star is
    skipped (2012 measures on recording volunteer service)."""
    if volunteer.state != State.ACTIVE:
        raise Refused(_("Only registered volunteers can apply for a star."))
    level = level_held(volunteer.person) + 1
    if level > max(LEVELS):
        raise Refused(_("Five stars is the highest level."))
    minutes = minutes_of(volunteer.person)
    missing = still_to_go(volunteer, level, minutes)
    if missing:
        raise Refused(_("%(hours)s more confirmed hours are needed for the next star.") % {"hours": missing})
    office = deciding_office(volunteer.area_path, level)
    if office is None:
        raise Refused(_("There is no office that decides on this star."))
    row = StarApplication(
        person=volunteer.person, area_path=volunteer.area_path, level=level, office=office, office_path=office.area_path,
        minutes=minutes, proxy="" if volunteer.account_id == by.account_id and by.account_id else by.name,
        applied_on=clock.today(), changed_by=current().entry_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            return create(row)
    except IntegrityError:
        raise Refused(_("The application for this star waits to be decided.")) from None


@action(
    "certificates.grant_star", label=gettext_lazy("Grant a star"), rule=may_decide_stars, on="application",
    records=[FACT, HELD],
)  # fmt: skip
def grant_star(*, application: StarApplication, evaluation: str, signed: Signatures, by: Actor) -> Certificate:
    """The office grants the star on hours and quality: `evaluation` says what the quality is judged by. Issues the star
    certificate; the star number is given with the first star and never changed."""
    row = locked(application)
    person, volunteer = row.person, row.person.volunteer
    _demand_applied(row)
    if by.account_id is not None and volunteer.account_id == by.account_id:
        raise Refused(_("Nobody decides on their own star."))
    evaluation = evaluation.strip()
    if not evaluation or len(evaluation) > EVALUATION:
        raise ValidationError({"evaluation": _("Between 1 and %(count)s characters.") % {"count": EVALUATION}})
    if level_held(person) + 1 != row.level:
        raise Refused(_("Stars are granted in order."))
    minutes = minutes_of(person)
    missing = still_to_go(volunteer, row.level, minutes)
    if missing:
        raise Refused(_("%(hours)s more confirmed hours are needed for the next star.") % {"hours": missing})
    holder = _holder(volunteer)
    today = clock.today()
    hold(HELD, source=holder.pk, path=holder.area_path, on=today, dims={"level": str(row.level)}, person=person.pk)
    draft = Draft(
        kind=Kind.STAR, person=person, since=volunteer.registered_on if volunteer.registered_on <= today else today,
        until=today, minutes=minutes, level=row.level, text=star_text(person, row.level, minutes),
        details=[("星级志愿者编号", holder.number)],
    )  # fmt: skip
    certificate = write_one(row.office, draft, signed)
    entry = current().entry_id
    change(holder, level=row.level, changed_by=entry)
    change(
        row, state=StarApplication.State.GRANTED, evaluation=evaluation, minutes=minutes, decided_on=today,
        certificate=certificate, changed_by=entry,
    )  # fmt: skip
    current().about(row)
    return certificate


def _holder(volunteer: Volunteer) -> StarHolder:
    """The star volunteer, with a number if this is the first star: county and running number, without gaps."""
    known = StarHolder.objects.filter(person=volunteer.person).first()
    if known is not None:
        return locked(known)
    county = volunteer.area_path[:COUNTY_WIDTH]
    place = place_at(county) if county else None
    if place is not None:
        locked(place)
    begin = f"{county}X"
    last = StarHolder.objects.filter(number__startswith=begin).aggregate(last=Max("number"))["last"]
    serial = int(last.removeprefix(begin)) + 1 if last else 1
    return create(
        StarHolder(
            person=volunteer.person, area_path=volunteer.area_path, number=f"{begin}{serial:06}", level=0,
            given_on=clock.today(), changed_by=current().entry_id,
        )
    )  # fmt: skip


@action("certificates.decline_star", label=gettext_lazy("Do not grant a star"), rule=may_decide_stars, on="application")
def decline_star(*, application: StarApplication, reason: str, by: Actor) -> StarApplication:
    """The star is not granted; the volunteer reads the reason and can apply again."""
    row = locked(application)
    _demand_applied(row)
    return change(
        row, state=StarApplication.State.DECLINED, reason=given_reason(reason), decided_on=clock.today(),
        changed_by=current().entry_id,
    )  # fmt: skip


@action(
    "certificates.revoke_star", label=gettext_lazy("Revoke a star"), rule=may_decide_stars, on="application",
    records=[HELD],
)  # fmt: skip
def revoke_star(*, application: StarApplication, reason: str, by: Actor) -> StarApplication:
    """A granted star is taken back, the highest first; its certificate ends with it. The star number stays the person's."""
    row = locked(application)
    reason = given_reason(reason)
    if row.state != StarApplication.State.GRANTED:
        raise Refused(_("This star is not held."))
    holder = locked(StarHolder.objects.get(person=row.person))
    if holder.level != row.level:
        raise Refused(_("Revoke the higher star first."))
    entry, today = current().entry_id, clock.today()
    below = row.level - 1
    change(row, state=StarApplication.State.REVOKED, reason=reason, decided_on=today, changed_by=entry)
    change(holder, level=below, changed_by=entry)
    hold(
        HELD, source=holder.pk, path=holder.area_path, on=today, quantity=1 if below else 0,
        dims={"level": str(below or row.level)}, person=row.person_id,
    )  # fmt: skip
    if row.certificate is not None and row.certificate.state == Certificate.State.ISSUED:
        end(locked(row.certificate), Certificate.State.REVOKED, reason)
    current().about(row)
    return row


def _demand_applied(row: StarApplication) -> None:
    if row.state != StarApplication.State.APPLIED:
        raise Refused(_("This application is decided already."))
