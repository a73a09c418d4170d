"""Evidence handed in: both halves in either order, clocks that are wrong, and what is forged, late or sent twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from tests.cast import COUNTY
from tests.hours.devices import Host, Phone, nonce, public_text, shown
from tests.hours.ground import DAY, Ground, account, at, volunteer
from yinling.activities import Session
from yinling.base import clock
from yinling.base.rules import Refused
from yinling.facts import Fact, entries_about
from yinling.hours import Attendance, Grade, Source, State, confirm
from yinling.hours.checking_in import Handed, Ticket, TicketState, hand_in_code, prepare_host, register_device
from yinling.hours.tickets import canonical
from yinling.network import RoleHeld, actor_of

HOURS = [timedelta(), timedelta(hours=3), timedelta(hours=-3)]


@pytest.fixture
def phone(ground: Ground) -> Phone:
    return Phone(ground.people[0], ground.own)


@pytest.fixture
def host(ground: Ground) -> Host:
    return Host(ground.session, ground.host)


def record(ground: Ground) -> Attendance:
    """The one record of the first volunteer."""
    return Attendance.objects.get(person=ground.people[0])


def give(ground: Ground, code: str, *, step: int | None = None, session: Session | None = None) -> Ticket:
    """Give a code over the connection."""
    row = Phone(ground.people[0], ground.own).volunteer
    held = session or ground.session
    handed = Handed(browser="browser")
    return hand_in_code(volunteer=row, code=code, session=held, step=step, handed=handed, by=ground.own)


def test_a_code_given_online_counts_at_once(ground: Ground) -> None:
    with clock.frozen(at(9, 2)):
        ticket = give(ground, shown(ground.session, at(9, 2), typed=True)[0])
    assert (ticket.state, ticket.kind, ticket.payload) == (TicketState.ACCEPTED, "in", "")
    row = record(ground)
    assert (row.state, row.grade, row.source, row.device) == (State.OPEN, Grade.B, Source.CODE, "browser")
    assert row.started_at == at(9, 2)
    with clock.frozen(at(11, 30)):
        code, step = shown(ground.session, at(11, 30), "out")
        assert give(ground, code, step=step).attendance_id == row.pk
    row.refresh_from_db()
    assert (row.state, row.minutes) == (State.PENDING, 148)


@pytest.mark.parametrize("minutes_ago", [2, 60 * 24])
def test_an_old_code_has_expired(ground: Ground, minutes_ago: int) -> None:
    code, step = shown(ground.session, at(9, 5) - timedelta(minutes=minutes_ago))
    with clock.frozen(at(9, 5)):
        ticket = give(ground, code, step=step)
    assert (ticket.state, ticket.fault) == (TicketState.REFUSED, "expired")
    assert "expired" in ticket.reason
    assert not Attendance.objects.exists()


def test_a_forged_code_and_one_of_another_session_are_wrong(ground: Ground) -> None:
    with clock.frozen(at(9, 5)):
        code, step = shown(ground.elsewhere, at(9, 5))
        for text in (code, "0" * 20, "not a code"):
            ticket = give(ground, text, step=step)
            assert (ticket.fault, ticket.attendance) == ("wrong", None)


def test_a_session_of_another_day_is_refused(ground: Ground) -> None:
    tomorrow = at(9, 5) + timedelta(days=1)
    with clock.frozen(tomorrow):
        ticket = give(ground, shown(ground.session, tomorrow)[0])
    assert ticket.fault == "other_time"


def test_six_digits_cannot_be_tried_out(ground: Ground) -> None:
    with clock.frozen(at(9, 5)):
        right, _step = shown(ground.session, at(9, 5), typed=True)
        wrong = str((int(right) + 1) % 10**6).zfill(6)
        assert [give(ground, wrong).fault for _try in range(11)] == ["wrong"] * 10 + ["locked"]
        assert give(ground, right).fault == "locked"
    with clock.frozen(at(9, 16)):
        assert not give(ground, shown(ground.session, at(9, 16), typed=True)[0]).fault


def test_digits_kept_by_a_device_are_not_tried_for_days(ground: Ground, phone: Phone) -> None:
    for _try in range(10):
        assert phone.hand_in(phone.sign(phone.letter(ground.session, at(9, 5), code="000000", step=0))).fault == "wrong"
    with clock.frozen(at(18) + timedelta(hours=2)):
        assert phone.scan(ground.session, at(9, 5), typed=True).fault == "locked"


@pytest.mark.parametrize("ahead", HOURS)
@pytest.mark.parametrize("typed", [False, True])
def test_code_and_counter_sign_after_hours_offline(ground: Ground, ahead: timedelta, typed: bool) -> None:
    """Whatever the two clocks say, presence is at the step's time; with both halves it is of grade A."""
    phone, host = Phone(ground.people[0], ground.own, ahead), Host(ground.session, ground.host, -ahead)
    assert phone.scan(ground.session, at(9, 2), typed=typed).doubt == ""
    assert host.sign(phone.person, at(9, 3)).doubt == ""
    assert record(ground).grade == Grade.A
    assert phone.scan(ground.session, at(11, 58), "out", typed=typed).state == TicketState.ACCEPTED
    row = record(ground)
    assert (row.started_at, row.ended_at, row.grade, row.state) == (at(9, 2), at(11, 58), Grade.A, State.PENDING)


def test_the_counter_sign_may_come_first(ground: Ground, phone: Phone, host: Host) -> None:
    host.sign(phone.person, at(9, 3))
    host.sign(phone.person, at(11, 59), "out")
    assert (record(ground).grade, record(ground).source) == (Grade.B, Source.LIST)
    phone.scan(ground.session, at(9, 2))
    row = record(ground)
    assert (row.grade, row.state, row.started_at, row.why) == (Grade.A, State.PENDING, at(9, 3), "")


def test_going_may_arrive_before_coming(ground: Ground, phone: Phone, host: Host) -> None:
    gone = phone.scan(ground.session, at(11, 58), "out")
    assert (gone.state, gone.attendance) == (TicketState.WAITING, None)
    assert not Attendance.objects.exists()
    host.sign(phone.person, at(9, 3))
    gone.refresh_from_db()
    row = record(ground)
    assert (gone.state, gone.attendance_id) == (TicketState.ACCEPTED, row.pk)
    assert (row.ended_at, row.grade, row.ended_by) == (at(11, 58), Grade.A, ground.own.account_id)


def test_a_confirmed_record_is_counted_anew_at_its_higher_grade(ground: Ground, phone: Phone, host: Host) -> None:
    host.sign(phone.person, at(9, 0))
    host.sign(phone.person, at(12, 0), "out")
    confirm(attendance=record(ground), by=ground.other)
    phone.scan(ground.session, at(9, 1))
    row = record(ground)
    assert (row.grade, row.state, row.counted) == (Grade.A, State.CONFIRMED, 180)
    graded: dict[str, int] = {}
    for fact in Fact.objects.filter(series__kind="service.minutes").select_related("series"):
        grade = fact.series.dims["grade"]
        graded[grade] = graded.get(grade, 0) + int(fact.quantity)
    assert graded == {"A": 180, "B": 0}


def test_evidence_that_disagrees_goes_to_review(ground: Ground, phone: Phone, host: Host) -> None:
    phone.scan(ground.session, at(9, 2))
    phone.scan(ground.session, at(10, 0), "out")
    host.sign(phone.person, at(11, 59), "out")
    row = record(ground)
    assert (row.state, row.ended_at) == (State.REVIEW, at(10, 0))
    assert "11:59" in row.why


def test_a_clock_that_was_set_in_between_goes_to_review(ground: Ground, phone: Phone, host: Host) -> None:
    # Hours off when it was scanned, right again when it was sent.
    letter = phone.letter(ground.session, at(9, 2), at=int((at(12, 30)).timestamp() * 1000))
    ticket = phone.hand_in(phone.sign(letter))
    assert (ticket.state, ticket.at) == (TicketState.ACCEPTED, at(9, 2))
    assert "208 minutes" in ticket.doubt
    mark = host.seal(host.letter(phone.person, at(11, 50), "out"))
    assert "180 minutes" in host.hand_in(replace(mark, ahead=timedelta(hours=3))).doubt
    assert record(ground).state == State.REVIEW


def test_what_is_handed_in_after_a_week_is_of_grade_d(ground: Ground, phone: Phone, host: Host) -> None:
    kept = phone.sign(phone.letter(ground.session, at(9, 2)))
    host.sign(phone.person, at(9, 3))
    with clock.frozen(at(18) + timedelta(days=8)):
        assert phone.hand_in(kept).late
        assert record(ground).grade == Grade.B  # it adds nothing, and takes nothing away
        other = Host(ground.session, ground.host).sign(ground.people[1], at(9, 3))
        assert other.attendance is not None and other.attendance.grade == Grade.D


def test_a_ticket_sent_twice_is_one_ticket(ground: Ground, phone: Phone, host: Host) -> None:
    kept, mark = phone.sign(phone.letter(ground.session, at(9, 2))), host.seal(host.letter(phone.person, at(9, 3)))
    assert phone.hand_in(kept).pk == phone.hand_in(kept).pk
    assert host.hand_in(mark).pk == host.hand_in(mark).pk
    assert Ticket.objects.count() == 2
    assert Attendance.objects.count() == 1


def test_a_number_used_for_something_else_is_refused_and_kept(ground: Ground, phone: Phone) -> None:
    used = nonce()
    assert not phone.hand_in(phone.sign(phone.letter(ground.session, at(9, 2), nonce=used))).fault
    again = phone.hand_in(phone.sign(phone.letter(ground.session, at(11, 0), "out", nonce=used)))
    assert (again.fault, again.state) == ("repeated", TicketState.REFUSED)
    assert record(ground).state == State.OPEN


def test_forged_letters_are_refused_and_kept(ground: Ground, phone: Phone, host: Host) -> None:
    letter = phone.letter(ground.session, at(9, 2))
    stranger = Phone(phone.person, phone.by)
    changed = letter.replace('"step":', '"step":1')
    nowhere = phone.letter(ground.session, at(9, 2)).replace(f'"session":{ground.session.pk}', '"session":999999999')
    unordered = json.dumps(dict(reversed(list(json.loads(letter).items()))))
    for handed, fault in (
        (Handed(letter, stranger.sign(letter).signature), "signature"),
        (Handed(letter, "?"), "signature"),
        (replace(phone.sign(letter), payload=changed), "signature"),
        (phone.sign(unordered), "unreadable"),
        (phone.sign("[]"), "unreadable"),
        (phone.sign("{" * 500), "unreadable"),
        (Handed("\ud800\0", "\ud800" * 300), "unreadable"),
        (phone.sign(phone.letter(ground.session, at(9, 2), at=10**18)), "unreadable"),
        (phone.sign(phone.letter(ground.session, at(9, 2), step=True)), "unreadable"),
        (phone.sign(nowhere), "session"),
    ):
        assert (phone.hand_in(handed).fault, handed.payload[:40]) == (fault, handed.payload[:40])
    sealed = host.seal(host.letter(phone.person, at(9, 3)))
    assert host.hand_in(replace(sealed, signature=host.seal("x").signature)).fault == "signature"
    assert Host(ground.elsewhere, ground.neighbour).hand_in(sealed).fault == "signature"
    assert not Attendance.objects.exists()
    assert Ticket.objects.filter(state=TicketState.REFUSED).count() == 12


def test_a_ticket_of_somebody_elses_device_is_refused(ground: Ground, phone: Phone) -> None:
    kept = phone.sign(phone.letter(ground.session, at(9, 2)))
    other_account = account("second", ground.session.activity.organiser)
    place = ground.session.place
    other = Phone(volunteer(place, "杨二妹", 9, other_account), actor_of(other_account, "test"))
    assert other.hand_in(kept).fault == "device"
    with pytest.raises(ValidationError):
        register_device(volunteer=other.volunteer, public_key_text=public_text(phone.key), browser="b", by=other.by)
    with pytest.raises(ValidationError):
        register_device(volunteer=other.volunteer, public_key_text="AAAA", browser="b", by=other.by)
    with pytest.raises(Refused):
        hand_in_code(volunteer=phone.volunteer, handed=kept, by=other.by)


def test_a_code_of_the_future_is_refused(ground: Ground, phone: Phone) -> None:
    with clock.frozen(at(9, 0)):
        assert phone.scan(ground.session, at(9, 30)).fault == "early"


def test_a_cancelled_session_takes_nothing(ground: Ground, phone: Phone, host: Host) -> None:
    Session.objects.filter(pk=ground.session.pk).update(state=Session.State.CANCELLED)
    assert phone.scan(ground.session, at(9, 2)).fault == "session"
    assert host.sign(phone.person, at(9, 2)).fault == "session"
    with pytest.raises(Refused):
        prepare_host(session=ground.session, ahead=timedelta(), browser="b", by=ground.host)


def test_only_who_signed_up_is_counter_signed(ground: Ground, host: Host) -> None:
    person = volunteer(ground.session.place, "路人甲", 8)
    assert host.sign(person, at(9, 3)).fault == "person"
    person.pk = 10**9
    assert host.sign(person, at(9, 3)).fault == "person"


def test_the_trail_knows_who_had_the_key_but_not_the_key(ground: Ground) -> None:
    key = prepare_host(session=ground.session, ahead=timedelta(seconds=40), browser="b", by=ground.host)
    assert key == bytes(ground.session.key)
    entry = entries_about({"session": [ground.session.pk]})[0]
    assert entry.action == "hours.prepare_host"
    assert key.hex() not in str(entry.changes) and "40" in str(entry.changes)
    with pytest.raises(Refused):
        prepare_host(session=ground.session, ahead=timedelta(), browser="b", by=ground.neighbour)
    with pytest.raises(Refused):
        Host(ground.session, ground.own).sign(ground.people[0], at(9, 3))


def test_the_one_form_of_a_letter() -> None:
    assert canonical({"b": 1, "a": "银"}) == '{"a":"银","b":1}'
    assert DAY.isoformat() == "2025-06-16"


@pytest.mark.parametrize("sign", ["\0", "\ud800", "é"])
def test_signs_that_no_browser_sends_are_refused_and_kept(ground: Ground, phone: Phone, host: Host, sign: str) -> None:
    """What the database cannot hold, in the number used once and in the signature; of a person's device and the host's."""
    letter = phone.letter(ground.session, at(9, 5))
    odd = phone.letter(ground.session, at(9, 5), nonce="a" * 20 + "\0")
    seen = host.letter(ground.people[0], at(9, 5))
    tickets = [
        phone.hand_in(Handed(letter, sign * 9)), phone.hand_in(phone.sign(odd)), phone.hand_in(Handed(sign * 9, sign)),
        host.hand_in(Handed(seen, sign)), host.hand_in(host.seal(host.letter(ground.people[0], at(9), nonce="\0" * 20))),
    ]  # fmt: skip
    assert [ticket.fault for ticket in tickets] == ["signature", "unreadable", "unreadable", "signature", "unreadable"]
    assert not Attendance.objects.exists()


def test_nobody_gives_both_halves_of_the_evidence(ground: Ground) -> None:
    """A volunteer who also holds a role here tapped her own name: that is her word twice."""
    RoleHeld.objects.create(
        account=ground.volunteer_account, role="clerk", body=ground.session.activity.organiser, area_path=COUNTY,
        since=DAY,
    )  # fmt: skip
    own = actor_of(ground.volunteer_account, "test")
    Phone(ground.people[0], own).scan(ground.session, at(9, 1))
    Host(ground.session, own).sign(ground.people[0], at(9, 2))
    assert record(ground).grade == Grade.B
    Host(ground.session, ground.host).sign(ground.people[0], at(9, 3))
    assert record(ground).grade == Grade.A
