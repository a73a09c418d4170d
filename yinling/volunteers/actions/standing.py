"""Where a volunteer stands: verified, refused, paused, back again, left, deceased; and the particulars in between."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, current, demand_seen, locked
from yinling.base.codes import CodeError
from yinling.base.rules import Actor, Refused
from yinling.network import Account, open_account
from yinling.people import identity
from yinling.volunteers.actions.counting import count
from yinling.volunteers.models import State, Volunteer
from yinling.volunteers.particulars import Particulars
from yinling.volunteers.rules import demand_not_own, is_self, may_register, may_verify

KINDS = ["volunteer.registered"]
SHORTEST_REASON = 2
STANDING = frozenset({State.APPLIED, State.ACTIVE, State.PAUSED})


@action("volunteers.verify", label=gettext_lazy("Verify a volunteer"), rule=may_verify, on="volunteer", records=KINDS)
def verify_volunteer(*, volunteer: Volunteer, on: date | None = None, seen: int | None = None, by: Actor) -> Volunteer:
    """A clerk has compared the application with the identity document: from the day `on` (today) the volunteer is
    registered and counts. Who verified is kept."""
    volunteer = _seen(volunteer, seen, State.APPLIED)
    demand_not_own(volunteer.account_id, by)
    day = _past(on)
    if day < volunteer.registered_on:
        raise ValidationError({"on": _("The day lies before the registration.")})
    return _stands(volunteer, day, state=State.ACTIVE, verified_on=day, verified_by=by.name[:80])


@action("volunteers.refuse", label=gettext_lazy("Refuse a registration"), rule=may_verify, on="volunteer")
def refuse_volunteer(*, volunteer: Volunteer, reason: str, seen: int | None = None, by: Actor) -> Volunteer:
    """The application comes to nothing, for a reason that is kept."""
    _say(reason)
    volunteer = _seen(volunteer, seen, State.APPLIED)
    return change(volunteer, state=State.REFUSED, changed_by=current().entry_id)


@action("volunteers.pause", label=gettext_lazy("Pause a volunteer"), rule=may_register, on="volunteer", records=KINDS)
def pause_volunteer(
    *, volunteer: Volunteer, reason: str, on: date | None = None, seen: int | None = None, by: Actor
) -> Volunteer:
    """From now on no service is given to the volunteer, who stays registered."""
    _say(reason)
    return _stands(_seen(volunteer, seen, State.ACTIVE), _past(on), state=State.PAUSED)


@action(
    "volunteers.resume", label=gettext_lazy("Take a volunteer back"), rule=may_verify, on="volunteer", records=KINDS
)
def resume_volunteer(*, volunteer: Volunteer, on: date | None = None, seen: int | None = None, by: Actor) -> Volunteer:
    """Who paused, left, or was refused is registered (again) from the day `on`."""
    volunteer = _seen(volunteer, seen, State.PAUSED, State.LEFT, State.REFUSED)
    if volunteer.merged_into_id is not None:
        raise Refused(_("This record was merged into another one."))
    day = _past(on)
    verified = {} if volunteer.verified_on else {"verified_on": day, "verified_by": by.name[:80]}
    return _stands(volunteer, day, state=State.ACTIVE, **verified)


@action("volunteers.leave", label=gettext_lazy("Record that a volunteer left"), rule=may_register, on="volunteer",
        records=KINDS)  # fmt: skip
def leave_volunteering(
    *, volunteer: Volunteer, reason: str, on: date | None = None, seen: int | None = None, by: Actor
) -> Volunteer:
    """From the day `on` the volunteer is no longer registered; what was served stays."""
    _say(reason)
    return _stands(_seen(volunteer, seen, *STANDING), _past(on), state=State.LEFT)


@action("volunteers.die", label=gettext_lazy("Record that a volunteer died"), rule=may_register, on="volunteer",
        records=KINDS)  # fmt: skip
def record_death(
    *, volunteer: Volunteer, reason: str, on: date | None = None, seen: int | None = None, by: Actor
) -> Volunteer:
    """The volunteer died on the day `on`; `reason` says how it became known. The sign-in no longer leads anywhere."""
    _say(reason)
    volunteer = _seen(volunteer, seen, *STANDING, State.LEFT)
    return _stands(volunteer, _past(on), state=State.DECEASED, account=None)


@action("volunteers.change", label=gettext_lazy("Change the particulars of a volunteer"), rule=may_register,
        on="volunteer", records=KINDS)  # fmt: skip
def change_volunteer(
    *,
    volunteer: Volunteer,
    particulars: Particulars,
    on: date | None = None,
    phone: str = "",
    seen: int | None = None,
    by: Actor,
) -> Volunteer:
    """New particulars; profession and retired flag count anew from the day `on`. An empty telephone number leaves what is
    there. Raises ValidationError by field."""
    volunteer = _seen(volunteer, seen, *STANDING)
    day = _past(on)
    _change_phone(volunteer, phone)
    columns = particulars.columns(clock.today())
    if volunteer.health_declared_on and columns["health_declared_on"]:
        columns["health_declared_on"] = volunteer.health_declared_on
    return _stands(volunteer, day, **columns)


@action("volunteers.change_own", label=gettext_lazy("Change one's own particulars"), rule=is_self, on="volunteer")
def change_own(
    *,
    volunteer: Volunteer,
    skills: tuple[str, ...],
    availability: tuple[str, ...],
    limits: tuple[str, ...],
    healthy: bool,
    emergency_name: str,
    emergency_phone: str,
    phone: str = "",
    seen: int | None = None,
    by: Actor,
) -> Volunteer:
    """What a volunteer keeps up to date alone. The health declaration is renewed each time it is given. What is counted
    (unit, profession, retired or not) an office changes."""
    volunteer = _seen(volunteer, seen, State.ACTIVE, State.PAUSED)
    _change_phone(volunteer, phone)
    given = Particulars(
        skills=skills, availability=availability, limits=limits, healthy=healthy,
        emergency_name=emergency_name, emergency_phone=emergency_phone,
    )  # fmt: skip
    own = ("skills", "availability", "limits", "health_declared_on", "emergency_name", "emergency_phone")
    columns = given.columns(clock.today())
    return change(volunteer, **{name: columns[name] for name in own}, changed_by=current().entry_id)


@action(
    "volunteers.open_sign_in", label=gettext_lazy("Open a sign-in for a volunteer"), rule=may_verify, on="volunteer"
)
def open_sign_in(
    *, volunteer: Volunteer, password: str, phone: str, username: str = "", seen: int | None = None, by: Actor
) -> Account:
    """For a registered volunteer without a sign-in: by telephone number, with a first password to be handed over.
    Refused where the number already signs somebody in."""
    volunteer = _seen(volunteer, seen, State.ACTIVE, State.PAUSED)
    if volunteer.account_id is not None:
        raise Refused(_("This volunteer can already sign in."))
    try:
        account = open_account(
            username=username or f"v{volunteer.number}", display_name=volunteer.person.name, password=password,
            phone=phone, area=volunteer, by=by,
        )  # fmt: skip
    except CodeError as error:
        raise ValidationError({"phone": str(error)}) from error
    if account is None:
        raise Refused(_("This telephone number already signs somebody in."))
    change(volunteer, account=account, changed_by=current().entry_id)
    return account


def _seen(volunteer: Volunteer, seen: int | None, *states: str) -> Volunteer:
    """The row, locked, in one of `states`, and as its reader saw it."""
    row = locked(volunteer)
    demand_seen(row, seen)
    if row.state not in states:
        raise Refused(
            _("This does not fit where the volunteer stands: %(state)s.") % {"state": row.get_state_display()}
        )
    return row


def _stands(row: Volunteer, on: date, **columns: object) -> Volunteer:
    """Write the columns, and count the volunteer as the row then stands."""
    row = change(row, **columns, changed_by=current().entry_id)
    count(row, on)
    return row


def _past(on: date | None) -> date:
    day = on or clock.today()
    if day > clock.today():
        raise ValidationError({"on": _("The day lies in the future.")})
    return day


def _say(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError({"reason": _("Say why.")})
    because(reason.strip())


def _change_phone(volunteer: Volunteer, phone: str) -> None:
    if not phone.strip():
        return
    try:
        change(volunteer.person, **identity("", phone))
    except CodeError as error:
        raise ValidationError({"phone": str(error)}) from error
