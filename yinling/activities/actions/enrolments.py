"""Who takes part: signing up, answering, choosing, cancelling, staying away.

Nobody is ever assigned (Order 685, 25): a place is confirmed when both sides agreed, the person by their own sign-in or on
the spot, in the presence of whoever records it.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.actions.seats import (
    HOLDING,
    bring_up_to_date,
    clash,
    demand_open,
    hindered,
    move,
    move_up,
    persons_locked,
    role_locked,
    take,
)
from yinling.activities.gates import GONE, Hindrance, Told, hindrances
from yinling.activities.kinds import KINDS
from yinling.activities.models import Agreed, Enrolment, EnrolmentState, Notice, Session, SessionRole
from yinling.activities.parameters import CANCEL_HOURS
from yinling.activities.rules import is_own_enrolment, may_run
from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.codes import CodeError
from yinling.base.codes import phone as phone_number
from yinling.base.rules import Actor, Refused, signed_in
from yinling.network import Body, parameter
from yinling.people import Person
from yinling.volunteers import volunteer_of


class Hindered(Refused):
    """A place that a person cannot have; `hindrances` are all the reasons."""

    def __init__(self, found: list[Hindrance]) -> None:
        super().__init__(" ".join(one.text for one in found))
        self.hindrances = tuple(found)


@action("activities.enrol", label=gettext_lazy("Sign up for a session"), rule=signed_in)
def enrol(
    *,
    role: SessionRole,
    person: Person | None = None,
    body: Body | None = None,
    people: int = 1,
    told: Told | None = None,
    present: bool = False,
    by: Actor,
) -> Enrolment:
    """A person, or a body, takes part in a session in a role.

    Without a person it is the volunteer whose own sign-in `by` is. Who signs up for themselves gets a place, or waits in
    order; where the organiser chooses, they apply. Whoever runs the session signs up somebody else: with the person
    `present` that is the same, only recorded as such; otherwise it is an invitation, which holds a place until it is
    answered. Raises Hindered with what is missing, Refused for everything else.
    """
    if person is None and body is None:
        volunteer = volunteer_of(by.account_id)
        if volunteer is None:
            raise Refused(_("Only registered volunteers can sign up themselves. Register first."))
        person = volunteer.person
    enrolment = Enrolment(
        session_id=role.session_id, role=role, area_path=role.area_path, person=person, body=body,
        people=people if body else 1,
    )  # fmt: skip
    own = bool(is_own_enrolment.check(by, enrolment)) and not by.system
    if not own:
        may_run.demand(by, role)
    _say(enrolment, told or Told())
    if person is not None:
        _demand_fit(role, person, told or Told())
    bring_up_to_date(role)
    demand_open(role, by_organiser=not own)
    _demand_once(role, person, body)
    enrolment.area_path = role.area_path
    enrolment.agreed = Agreed.SELF if own else Agreed.PRESENT if present else ""
    enrolment.proxy = "" if own else by.name[:80]
    enrolment.state = _begins(role, own=own, present=present)
    enrolment.made_at, enrolment.changed_by = clock.now(), current().entry_id
    try:
        create(enrolment)
    except IntegrityError as error:
        raise Refused(_("Already signed up for this session.")) from error
    take(role, int(enrolment.state in HOLDING))
    return enrolment


def _say(enrolment: Enrolment, told: Told) -> None:
    """Keep what the person says; raises ValidationError for what is no telephone number."""
    phone = told.emergency_phone.strip()
    if phone:
        try:
            phone = phone_number(phone).number
        except CodeError as error:
            raise ValidationError({"emergency_phone": str(error)}) from error
    enrolment.health, enrolment.emergency_name = told.health.strip(), told.emergency_name.strip()
    enrolment.emergency_phone = phone


def _demand_fit(role: SessionRole, person: Person, told: Told) -> None:
    if person.withdrawn:
        raise Refused(_("This person's record was withdrawn."))
    volunteer = getattr(person, "volunteer", None)
    missing = hindrances(role=role, volunteer=volunteer, person=person, day=role.session.day, told=told)
    if missing:
        raise Hindered(missing)


def _demand_once(role: SessionRole, person: Person | None, body: Body | None) -> None:
    """A person is in one session at a time, and in it once; a body once in each role of a kind that bodies come to."""
    if person is not None:
        persons_locked([person.pk])
        if reason := clash(role, person.pk):
            raise Refused(reason)
    if body is not None:
        kind = KINDS.get(role.session.activity.kind)
        if kind is None or not kind.bodies:
            raise Refused(_("Bodies do not take part in this kind of activity; sign up the persons."))
        if role.enrolments.filter(body=body).exclude(state__in=GONE).exists():
            raise Refused(_("Already signed up for this session."))


def _begins(role: SessionRole, *, own: bool, present: bool) -> EnrolmentState:
    full = role.taken >= role.capacity
    if not own and not present:
        if full:
            raise Refused(_("No place is free, so nobody can be invited. Offer more places first."))
        return EnrolmentState.INVITED
    if own and role.session.by_choice:
        return EnrolmentState.APPLIED
    return EnrolmentState.WAITING if full else EnrolmentState.CONFIRMED


@action("activities.accept_invitation", label=gettext_lazy("Accept an invitation to a session"), rule=signed_in)
def accept_invitation(*, enrolment: Enrolment, present: bool = False, by: Actor) -> Enrolment:
    """The invited person accepts: by their own sign-in, or `present` before whoever records it."""
    own = _demand_own(enrolment, by, present=present)
    role, enrolment = _in_hand(enrolment, EnrolmentState.INVITED)
    demand_open(role, by_organiser=True)  # the place is held, so it is too late only when the session is over
    _demand_unhindered(enrolment, role)
    agreed = {"agreed": Agreed.SELF} if own else {"agreed": Agreed.PRESENT, "proxy": by.name[:80]}
    return move(enrolment, role, EnrolmentState.CONFIRMED, reason="", **agreed)


@action("activities.decline_invitation", label=gettext_lazy("Decline an invitation to a session"), rule=signed_in)
def decline_invitation(*, enrolment: Enrolment, reason: str = "", present: bool = False, by: Actor) -> Enrolment:
    """The invited person does not want to come; a reason is not asked for. The place goes to whoever waits."""
    because(reason)
    _demand_own(enrolment, by, present=present)
    role, enrolment = _in_hand(enrolment, EnrolmentState.INVITED)
    move(enrolment, role, EnrolmentState.DECLINED, reason=reason[:200])
    move_up(role)
    return enrolment


@action(
    "activities.accept_enrolment", label=gettext_lazy("Accept somebody's application"), rule=may_run, on="enrolment"
)
def accept_enrolment(*, enrolment: Enrolment, by: Actor) -> Enrolment:
    """The organiser accepts who applied. Refused without a free place, and where something has come to hinder the person."""
    role, enrolment = _in_hand(enrolment, EnrolmentState.APPLIED)
    demand_open(role, by_organiser=True)
    _demand_unhindered(enrolment, role)
    return move(enrolment, role, EnrolmentState.CONFIRMED, reason="", notice=Notice.ACCEPTED)


@action(
    "activities.decline_enrolment", label=gettext_lazy("Decline somebody's application"), rule=may_run, on="enrolment"
)
def decline_enrolment(*, enrolment: Enrolment, reason: str, by: Actor) -> Enrolment:
    """The organiser does not choose who applied, and says why."""
    because(_given(reason))
    role, enrolment = _in_hand(enrolment, EnrolmentState.APPLIED)
    return move(enrolment, role, EnrolmentState.DECLINED, reason=reason[:200], notice=Notice.DECLINED)


@action("activities.cancel_enrolment", label=gettext_lazy("Cancel somebody's part in a session"), rule=signed_in)
def cancel_enrolment(*, enrolment: Enrolment, reason: str, by: Actor) -> Enrolment:
    """Whoever takes part cannot come and says so (Order 685, 22), or the organiser cancels. The first who waits moves up.
    Noted as late within the hours that an office set before the beginning; refused once the session has begun."""
    because(_given(reason))
    own = _demand_own(enrolment, by, present=True)
    live = (EnrolmentState.APPLIED, EnrolmentState.INVITED, EnrolmentState.CONFIRMED, EnrolmentState.WAITING)
    role, enrolment = _in_hand(enrolment, *live)
    session, now = role.session, clock.now()
    if now >= session.starts_at:
        raise Refused(_("The session has begun, so nothing can be cancelled. The organiser notes who did not come."))
    hours = int(parameter(CANCEL_HOURS, session.area_path, session.day))
    in_time = now <= session.starts_at - timedelta(hours=hours)
    # Whoever moved up so late that there was no time left could not have said so earlier.
    late = own and enrolment.state == EnrolmentState.CONFIRMED and not in_time and not enrolment.notice
    notice = "" if own else Notice.CANCELLED
    move(enrolment, role, EnrolmentState.CANCELLED, reason=reason[:200], late=late, notice=notice)
    move_up(role)
    return enrolment


@action("activities.mark_no_show", label=gettext_lazy("Note that somebody did not come"), rule=may_run, on="enrolment")
def mark_no_show(*, enrolment: Enrolment, by: Actor) -> Enrolment:
    """Somebody had a place and did not come; noted once the session is over. Not the same as a cancellation."""
    role, enrolment = _in_hand(enrolment, EnrolmentState.CONFIRMED)
    session = role.session
    if session.state != Session.State.HELD and clock.now() < session.ends_at:
        raise Refused(_("The session is not over yet."))
    return move(enrolment, role, EnrolmentState.NO_SHOW)


@action(
    "activities.unmark_no_show",
    label=gettext_lazy("Take back that somebody did not come"),
    rule=may_run,
    on="enrolment",
)
def unmark_no_show(*, enrolment: Enrolment, reason: str, by: Actor) -> Enrolment:
    """The person did come; the note was a mistake."""
    because(_given(reason))
    role, enrolment = _in_hand(enrolment, EnrolmentState.NO_SHOW)
    return move(enrolment, role, EnrolmentState.CONFIRMED)


@action("activities.set_places", label=gettext_lazy("Set the number of places"), rule=may_run, on="role")
def set_places(*, role: SessionRole, places: int, by: Actor) -> list[Enrolment]:
    """A role has so many places from now on; as many as become free go to those who wait. Returns who moved up. Refused below
    the number of places already taken."""
    role = role_locked(role.pk)
    if places < role.taken:
        raise Refused(_("%(taken)s places are taken already; cancel some first.") % {"taken": role.taken})
    change(role, capacity=places)
    return move_up(role)


@action("activities.see_notice", label=gettext_lazy("Read what happened to one's enrolment"), rule=signed_in)
def see_notice(*, enrolment: Enrolment, by: Actor) -> Enrolment:
    """The person has read what happened to their enrolment, or to its session."""
    is_own_enrolment.demand(by, enrolment)
    return change(locked(enrolment), notice="", changed_by=current().entry_id)


def _given(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return reason.strip()


def _demand_own(enrolment: Enrolment, by: Actor, *, present: bool) -> bool:
    """Whether it is the person's own enrolment. Refused for others, but for the organiser with the person `present`."""
    own = not by.system and bool(is_own_enrolment.check(by, enrolment))
    if not own:
        may_run.demand(by, enrolment)
        if not present:
            raise Refused(_("Only the person can answer, or you in their presence."))
    return own


def _in_hand(enrolment: Enrolment, *states: EnrolmentState) -> tuple[SessionRole, Enrolment]:
    """The role and the enrolment as they are now, both locked. Refused where the enrolment is in none of the states."""
    role = role_locked(enrolment.role_id)
    fresh = locked(enrolment)
    if fresh.state not in states:
        text = _("This can no longer be done: the enrolment is now “%(state)s”.")
        raise Refused(text % {"state": fresh.get_state_display()})
    return role, fresh


def _demand_unhindered(enrolment: Enrolment, role: SessionRole) -> None:
    if enrolment.person_id is not None:
        persons_locked([enrolment.person_id])
    if reason := hindered(enrolment, role):
        raise Refused(reason)
