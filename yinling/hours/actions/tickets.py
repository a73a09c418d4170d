"""Evidence of presence handed in: codes by those who came, counter-signs by the organiser, at once or hours later.

Each half is kept as it came. The first one makes (or ends) the record of presence; the other, in whichever order and however
much later, raises its grade to A. A ticket that is refused is kept with its reason, so that nothing is lost: the organiser
can still record the person by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Enrolment, EnrolmentState, Session
from yinling.base import clock
from yinling.base.action import action, create, current, locked, note
from yinling.base.rules import Actor, Refused
from yinling.hours.actions.presence import Shown, take_up, take_up_waiting, weigh
from yinling.hours.codes import Kind, find_code, is_typed, step_at
from yinling.hours.models import Device, Fault, Source, Ticket, TicketState, Way
from yinling.hours.rules import may_record
from yinling.hours.tickets import (
    LONGEST,
    CodeLetter,
    MarkLetter,
    Unreadable,
    is_sealed,
    is_signed_by,
    public_key,
    read_code,
    read_mark,
)
from yinling.network import Account, parameters
from yinling.people import Person
from yinling.volunteers import Volunteer, is_self

LOCK = timedelta(minutes=10)
"""How long wrong codes are remembered against whoever typed them."""

LIMITS = (
    "checkin_seconds",
    "checkin_window",
    "checkin_tries",
    "checkin_clock_minutes",
    "checkin_apart_minutes",
    "checkin_ticket_days",
    "slack_minutes",
)
"""The parameters of every check, read in one statement."""

Limits = dict[str, int]
LONGEST_SIGNATURE = 100
ON_ROSTER = (EnrolmentState.CONFIRMED, EnrolmentState.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Handed:
    """How something was handed in: the text that a device signed, by how much the device's clock was ahead of the server's
    when it sent it, and the keyed hash of the browser."""

    payload: str = ""
    signature: str = ""
    ahead: timedelta = timedelta()
    browser: str = ""


@dataclass(frozen=True, slots=True)
class _Proof:
    """What a code or a seal proves once it is checked."""

    session: Session
    limits: Limits
    kind: Kind
    at: datetime
    source: str
    device: Device | None = None
    made_at: datetime | None = None
    doubt: str = ""


class _NotGood(Exception):
    def __init__(self, fault: Fault, session: Session | None = None, why: str = "") -> None:
        super().__init__(fault)
        self.fault, self.session, self.why = fault, session, why


@action("hours.register_device", label=gettext_lazy("Register a device for checking in"), rule=is_self, on="volunteer")
def register_device(*, volunteer: Volunteer, public_key_text: str, browser: str, by: Actor) -> Device:
    """A browser of the volunteer's may from now on sign what it hands in later. `public_key_text` is an uncompressed point of
    P-256 in base64; the same key again is the same device. ValidationError for anything else, or somebody else's key."""
    known = Device.objects.filter(public_key=public_key_text).first()
    if known is not None and known.account_id == volunteer.account_id:
        return known
    try:
        public_key(public_key_text)
    except ValueError:
        raise ValidationError({"public_key": _("This is not a key of a device.")}) from None
    if known is not None:
        raise ValidationError({"public_key": _("This key belongs to somebody else's device.")})
    account = Account.objects.get(pk=by.account_id or 0)
    return create(
        Device(
            account=account, area_path=volunteer.area_path, public_key=public_key_text, browser=browser,
            registered_at=clock.now(),
        )
    )  # fmt: skip


@action("hours.prepare_host", label=gettext_lazy("Prepare a device to show codes"), rule=may_record, on="session")
def prepare_host(*, session: Session, ahead: timedelta, browser: str, by: Actor) -> bytes:
    """Give the organiser's device the key of one session; the trail keeps who had it, on what device, and how far that
    device's clock was ahead. Refused for a cancelled session."""
    if session.state == Session.State.CANCELLED:
        raise Refused(_("This session was cancelled."))
    current().about(session)
    note(device=browser, seconds_ahead=round(ahead.total_seconds()))
    return bytes(session.key)


@action("hours.hand_in_code", label=gettext_lazy("Hand in a code"), rule=is_self, on="volunteer")
def hand_in_code(
    *, volunteer: Volunteer, code: str = "", session: Session | None = None, step: int | None = None,
    seen_at: datetime | None = None, handed: Handed, by: Actor,
) -> Ticket:  # fmt: skip
    """A volunteer checks in or out by a code of a session: the code itself says which.

    Either `handed.payload` is what a registered device signed, or `code` (with its `step`, from a square code) was given over
    this very connection, `seen_at` where it was first seen a moment ago. Returns the ticket, refused or not.
    """
    person = locked(Person(pk=volunteer.pk))
    if not handed.payload:
        try:
            shown = _given_now(session, code, step, seen_at or clock.now(), by)
            return _keep(person, Way.CODE, shown, handed, "", by)
        except _NotGood as problem:
            return _refused(person, Way.CODE, problem, handed, "", by)
    try:
        letter = read_code(handed.payload)
    except Unreadable:
        return _refused(person, Way.CODE, _NotGood(Fault.UNREADABLE), handed, "", by)
    known = _known(letter.nonce, handed, by)
    if known is not None:
        return known
    nonce = _free_nonce(letter.nonce, by)
    try:
        return _keep(person, Way.CODE, _given_then(letter, handed, nonce, by), handed, nonce, by)
    except _NotGood as problem:
        return _refused(person, Way.CODE, problem, handed, nonce, by)


@action("hours.hand_in_mark", label=gettext_lazy("Counter-sign presence"), rule=may_record, on="session")
def hand_in_mark(*, session: Session, handed: Handed, by: Actor) -> Ticket:
    """The organiser's device says whom its holder saw come or go: `handed.payload`, sealed with the key of the session.
    Returns the ticket, refused or not."""
    try:
        letter = read_mark(handed.payload)
    except Unreadable:
        return _refused(None, Way.MARK, _NotGood(Fault.UNREADABLE, session), handed, "", by)
    enrolled = Enrolment.objects.filter(session=session, person=letter.person, state__in=ON_ROSTER)
    found = Person.objects.filter(pk=letter.person, pk__in=enrolled.values("person")).first()
    person = locked(found) if found else None
    known = _known(letter.nonce, handed, by)
    if known is not None:
        return known
    nonce = _free_nonce(letter.nonce, by)
    try:
        shown = _marked(session, letter, handed, nonce)
        if person is None:
            raise _NotGood(Fault.PERSON, session)
        return _keep(person, Way.MARK, shown, handed, nonce, by)
    except _NotGood as problem:
        return _refused(person, Way.MARK, problem, handed, nonce, by)


def _known(nonce: str, handed: Handed, by: Actor) -> Ticket | None:
    """The ticket that this one is, where its answer was lost on the way."""
    return Ticket.objects.filter(
        handed_by=by.account_id or 0, nonce=nonce, payload=_kept(handed.payload, LONGEST),
        signature=_kept(handed.signature, LONGEST_SIGNATURE),
    ).first()  # fmt: skip


def _free_nonce(nonce: str, by: Actor) -> str:
    return "" if Ticket.objects.filter(handed_by=by.account_id or 0, nonce=nonce).exists() else nonce


def _given_now(session: Session | None, code: str, step: int | None, now: datetime, by: Actor) -> _Proof:
    """Check a code over the connection: only those shown at this moment hold."""
    if session is None or session.state == Session.State.CANCELLED:
        raise _NotGood(Fault.SESSION)
    limits = _limits(session)
    _demand_tries(session, limits, by)
    present, window = step_at(now.timestamp(), limits["checkin_seconds"]), limits["checkin_window"]
    key = bytes(session.key)
    valid = range(present - window, present + window + 1)
    found = find_code(key, session.pk, code, valid)
    if found is None:
        old = step is not None and step < present and find_code(key, session.pk, code, [step])
        raise _NotGood(Fault.EXPIRED if old else Fault.WRONG, session)
    _demand_time(session, now, limits)
    return _Proof(session, limits, found.kind, now, Source.CODE if is_typed(code) else Source.SCAN)


def _given_then(letter: CodeLetter, handed: Handed, nonce: str, by: Actor) -> _Proof:
    """Check a code that a device kept: its signature, then that the session showed it at the time it says."""
    device = Device.objects.filter(pk=letter.device).first()
    session = Session.objects.filter(pk=letter.session).select_related("activity__project__domain").first()
    if device is None or device.account_id != by.account_id:
        raise _NotGood(Fault.DEVICE, session)
    if not is_signed_by(device.public_key, handed.payload, handed.signature):
        raise _NotGood(Fault.SIGNATURE, session)
    if not nonce:
        raise _NotGood(Fault.REPEATED, session)
    if session is None or session.state == Session.State.CANCELLED:
        raise _NotGood(Fault.SESSION)
    limits = _limits(session)
    _demand_tries(session, limits, by, ever=is_typed(letter.code))
    seconds, made_at = limits["checkin_seconds"], letter.made_at - handed.ahead
    near = timedelta(minutes=limits["checkin_clock_minutes"])
    steps = [letter.step] if letter.step is not None else _steps(made_at, near, seconds)
    found = find_code(bytes(session.key), session.pk, letter.code, steps)
    if found is None:
        raise _NotGood(Fault.WRONG, session)
    at = datetime.fromtimestamp(found.step * seconds, clock.CHINA)
    if at > clock.now() + timedelta(seconds=seconds * limits["checkin_window"]):
        raise _NotGood(Fault.EARLY, session)
    _demand_time(session, at, limits)
    source = Source.CODE if is_typed(letter.code) else Source.SCAN
    at = min(at, clock.now())
    return _Proof(session, limits, found.kind, at, source, device, made_at, _disagreement(made_at - at, limits))


def _marked(session: Session, letter: MarkLetter, handed: Handed, nonce: str) -> _Proof:
    """Check what the organiser's device says: its seal, the session, the time by the server's clock."""
    if letter.session != session.pk or not is_sealed(bytes(session.key), handed.payload, handed.signature):
        raise _NotGood(Fault.SIGNATURE, session)
    if not nonce:
        raise _NotGood(Fault.REPEATED, session)
    if session.state == Session.State.CANCELLED:
        raise _NotGood(Fault.SESSION, session)
    limits = _limits(session)
    made_at = letter.made_at - letter.ahead
    at = min(made_at, clock.now())
    _demand_time(session, at, limits)
    # A clock that was set between preparing and sending: which of its times were right, nobody can say.
    doubt = _disagreement(handed.ahead - letter.ahead, limits)
    return _Proof(session, limits, letter.kind, at, Source.LIST, None, made_at, doubt)


def _steps(moment: datetime, near: timedelta, seconds: int) -> list[int]:
    """The steps near a moment, the nearest first."""
    first, last, middle = (step_at(at.timestamp(), seconds) for at in (moment - near, moment + near, moment))
    return sorted(range(first, last + 1), key=lambda step: abs(step - middle))


def _limits(session: Session) -> Limits:
    return {key: int(value) for key, value in parameters(LIMITS, session.area_path, session.day).items()}


def _demand_tries(session: Session, limits: Limits, by: Actor, *, ever: bool = False) -> None:
    """Six digits can be guessed: after so many wrong ones nothing more is tried for a while; with `ever`, for good. Digits
    that a device kept hold for more steps than those typed at once, and there would be days to try."""
    wrong = Ticket.objects.filter(handed_by=by.account_id or 0, session=session, fault=Fault.WRONG)
    recent = wrong if ever else wrong.filter(received_at__gt=clock.now() - LOCK)
    if recent.count() >= limits["checkin_tries"]:
        raise _NotGood(Fault.LOCKED, session)


def _demand_time(session: Session, at: datetime, limits: Limits) -> None:
    slack = timedelta(minutes=limits["slack_minutes"])
    if not session.starts_at - slack <= at <= session.ends_at + slack:
        raise _NotGood(Fault.OTHER_TIME, session)


def _disagreement(apart: timedelta, limits: Limits) -> str:
    minutes = round(abs(apart) / timedelta(minutes=1))
    if minutes <= limits["checkin_clock_minutes"]:
        return ""
    return _("the clock of the device was %(minutes)s minutes off") % {"minutes": minutes}


def _keep(person: Person, way: Way, shown: _Proof, handed: Handed, nonce: str, by: Actor) -> Ticket:
    """Record what a good ticket shows, and keep it."""
    late = clock.now() - shown.at > timedelta(days=shown.limits["checkin_ticket_days"])
    browser = handed.browser if way == Way.CODE else ""
    apart = timedelta(minutes=shown.limits["checkin_apart_minutes"])
    shows = Shown(shown.session, person, shown.kind, shown.at, shown.source, apart, late, browser)
    try:
        attendance, doubt = take_up(shows, by=by)
    except Refused as refused:
        raise _NotGood(Fault.RULED_OUT, shown.session, str(refused.reason)) from refused
    others = Ticket.objects.filter(session=shown.session, person=person).exclude(state=TicketState.REFUSED)
    known = list(others.order_by("at", "pk"))
    ticket = create(
        Ticket(
            session=shown.session, person=person, attendance=attendance, device=shown.device,
            area_path=shown.session.area_path, way=way, kind=shown.kind, at=shown.at, made_at=shown.made_at,
            source=shown.source, nonce=nonce, payload=handed.payload, signature=handed.signature, late=late,
            state=TicketState.ACCEPTED if attendance else TicketState.WAITING,
            doubt="; ".join(filter(None, (shown.doubt, doubt))), handed_by=by.account_id or 0,
            received_at=clock.now(),
        )
    )  # fmt: skip
    if attendance is not None:
        weigh(attendance, [*known, ticket], by=by)
        if shown.kind == "in":
            take_up_waiting(attendance, known, apart)
    return ticket


def _refused(person: Person | None, way: Way, problem: _NotGood, handed: Handed, nonce: str, by: Actor) -> Ticket:
    session = problem.session
    path = session.area_path if session else person.area_path if person else by.home
    return create(
        Ticket(
            session=session, person=person, area_path=path, way=way, nonce=nonce, payload=_kept(handed.payload, LONGEST),
            signature=_kept(handed.signature, LONGEST_SIGNATURE), state=TicketState.REFUSED, fault=problem.fault,
            why=problem.why[:200], handed_by=by.account_id or 0, received_at=clock.now(),
        )
    )  # fmt: skip


def _kept(text: str, longest: int) -> str:
    """A text that nobody has checked, as the database can hold it."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:longest]
