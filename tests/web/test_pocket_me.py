"""A volunteer's way on the phone: home, find, join, cancel, answer, sign; and who must not see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from tests import cast as at
from tests.activities.joining import NOON, actor, project, role, sound, states, volunteer
from tests.cast import Cast
from yinling.activities import Agreement, Enrolment, SessionRole, cancel_session, enrol, enrolments
from yinling.base import clock
from yinling.hours import Attendance, check_in, check_out
from yinling.volunteers import Volunteer

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries


@pytest.fixture
def noon(cast: Cast) -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def her(cast: Cast, noon: None) -> Volunteer:
    return volunteer(cast.places[at.VILLAGE], "吴桂芝")


def phone(cast: Cast, who: Volunteer) -> Client:
    return cast.client(who.account)


def held(cast: Cast, places: int = 2, *, asks: dict[str, Any] | None = None, **values: Any) -> SessionRole:
    return role(project(cast.offices[at.COUNTY], cast.places[at.VILLAGE], **(asks or {})), places, **values)


def text_of(client: Client, name: str, *arguments: object) -> str:
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def join(client: Client, of: SessionRole, **data: object) -> Any:
    return client.post(reverse("session-join", args=[of.session_id]), {"role": of.pk, **data})


def test_home_after_sign_in_is_the_volunteers_own(cast: Cast, her: Volunteer) -> None:
    client = phone(cast, her)
    assert client.get(reverse("home"))["Location"] == reverse("me")
    shown = text_of(client, "me")
    assert "吴桂芝" in shown
    assert reverse("me-find") in shown
    assert cast.client(cast.stranger).get(reverse("home"))["Location"] == reverse("my-account")
    assert cast.client().get(reverse("me")).status_code == 302
    for other in (cast.county, cast.stranger):
        assert "吴桂芝" not in text_of(cast.client(other), "me")


def test_finding_what_is_near_first(cast: Cast, her: Volunteer) -> None:
    far = role(project(cast.offices[at.NEIGHBOUR], cast.places[at.NEIGHBOUR_VILLAGE], title="远处的项目"), days=1)
    near = held(cast, days=5)
    held(cast, days=6, state="cancelled")
    held(cast, days=7, asks={"title": "还是草稿", "state": "draft"})
    client = phone(cast, her)
    shown = text_of(client, "me-find")
    assert shown.index("邻里守望") < shown.index("远处的项目")
    assert "还是草稿" not in shown
    assert shown.count('href="/pocket/sessions/') == 2
    day = far.session.day.isoformat()
    assert "邻里守望" not in client.get(reverse("me-find"), {"day": day}).content.decode()
    for wrong in ({"day": "昨天"}, {"page": "-1"}, {"page": "9" * 30}, {"domain": "没有"}):
        assert client.get(reverse("me-find"), wrong).status_code == 200
    assert reverse("session-join", args=[near.session_id]) in shown


def test_risks_first_then_one_press(cast: Cast, her: Volunteer) -> None:
    of = held(cast, 1)
    client = phone(cast, her)
    shown = text_of(client, "session-join", of.session_id)
    assert shown.index("走路较多") < shown.index("看望独居老人")
    answer = join(client, of)
    assert answer.status_code == 303
    mine = Enrolment.objects.get()
    assert answer["Location"] == reverse("me-session", args=[mine.pk])
    assert (mine.state, mine.agreed) == ("confirmed", "self")
    twice = join(client, of)
    assert (twice.status_code, twice["Location"]) == (303, answer["Location"]), "pressed twice"
    assert "邻里守望" in text_of(client, "me")
    assert reverse("me-cancel", args=[mine.pk]) in text_of(client, "me-session", mine.pk)
    other = volunteer(cast.places[at.VILLAGE])
    assert join(phone(cast, other), of).status_code == 303
    assert "1" in text_of(phone(cast, other), "me-session", Enrolment.objects.latest("pk").pk)
    assert states(of) == ["confirmed", "waiting"]


def test_what_is_missing_is_said_with_what_to_do(cast: Cast, her: Volunteer) -> None:
    of = held(cast, asks={"needs_agreement": True, "least_age": 90})
    client = phone(cast, her)
    shown = text_of(client, "session-join", of.session_id)
    assert "90" in shown
    assert reverse("agreement-sign", args=[of.session.activity.project_id]) in shown
    assert '<button class="go go-primary">' not in shown
    answer = join(client, of)
    assert answer.status_code == 422
    assert states(of) == []


def test_bad_input_is_answered_never_an_error(cast: Cast, her: Volunteer) -> None:
    of = held(cast)
    other = held(cast, days=9)
    client = phone(cast, her)
    for wrong in ("", "x", "0", "99999999999999999999", str(other.pk)):
        answer = client.post(reverse("session-join", args=[of.session_id]), {"role": wrong})
        assert answer.status_code == 422
    assert client.get(reverse("session-join", args=[123456])).status_code == 404
    assert states(of) == states(other) == []
    assert (
        cast.client(cast.stranger).post(reverse("session-join", args=[of.session_id]), {"role": of.pk}).status_code
        == 422
    )


def test_a_trip_asks_for_health_and_whom_to_call(cast: Cast, her: Volunteer) -> None:
    trip = held(cast, kind="trip", serves=False)
    client = phone(cast, her)
    assert "emergency_phone" in text_of(client, "session-join", trip.session_id)
    said = {"health": "高血压，服药", "emergency_name": "吴小军", "emergency_phone": "123"}
    assert join(client, trip, **said).status_code == 422
    assert join(client, trip, **said | {"emergency_phone": "13800000001"}).status_code == 303
    mine = Enrolment.objects.get()
    assert (mine.health, mine.emergency_phone) == ("高血压，服药", "13800000001")


def test_cancelling_with_a_reason_moves_up_the_first_who_waits(cast: Cast, her: Volunteer) -> None:
    of, other = held(cast, 1), volunteer(cast.places[at.VILLAGE])
    mine, waits = enrol(role=of, by=actor(her)), enrol(role=of, by=actor(other))
    client = phone(cast, her)
    cancel = reverse("me-cancel", args=[mine.pk])
    assert client.post(cancel, {}).status_code == 422
    assert client.post(cancel, {"why": "other"}).status_code == 422
    assert phone(cast, other).get(cancel).status_code == 404
    assert phone(cast, other).post(cancel, {"why": "ill"}).status_code == 404
    assert client.post(cancel, {"why": "ill", "reason": "感冒"}).status_code == 302
    mine.refresh_from_db()
    assert mine.reason.endswith("感冒")
    theirs = phone(cast, other)
    shown = text_of(theirs, "me")
    assert reverse("me-seen", args=[waits.pk]) in shown
    assert theirs.post(reverse("me-seen", args=[waits.pk])).status_code == 302
    assert reverse("me-seen", args=[waits.pk]) not in text_of(theirs, "me")
    sound(of)


def test_invitations_are_answered_on_the_home_page(cast: Cast, her: Volunteer) -> None:
    of = held(cast, 2)
    invited = enrol(role=of, person=her.person, by=cast.actor(cast.county))
    client = phone(cast, her)
    answer = reverse("me-answer", args=[invited.pk])
    assert answer in text_of(client, "me")
    assert phone(cast, volunteer(cast.places[at.VILLAGE])).post(answer, {"answer": "yes"}).status_code == 404
    assert client.post(answer, {"answer": "yes"}).status_code == 302
    assert states(of) == ["confirmed"]
    second = held(cast, 2, days=8)
    no = enrol(role=second, person=her.person, by=cast.actor(cast.county))
    client.post(reverse("me-answer", args=[no.pk]), {"answer": "no"})
    assert states(second) == ["declined"]


def test_what_happened_meanwhile_is_on_the_home_page(cast: Cast, her: Volunteer) -> None:
    county = cast.actor(cast.county)
    called_off, chosen, thrown_out = held(cast, days=2), held(cast, days=4, by_choice=True), held(cast, days=6)
    enrol(role=called_off, by=actor(her))
    enrolments.accept_enrolment(enrolment=enrol(role=chosen, by=actor(her)), by=county)
    enrolments.cancel_enrolment(enrolment=enrol(role=thrown_out, by=actor(her)), reason="名额调整", by=county)
    cancel_session(session=called_off.session, reason="暴雨", by=county)
    shown = text_of(phone(cast, her), "me")
    assert "暴雨" in shown
    assert "名额调整" in shown
    assert shown.count('action="/pocket/me/sessions/') == 3


def test_signing_an_agreement_and_ending_it(cast: Cast, her: Volunteer) -> None:
    of = held(cast, asks={"needs_agreement": True})
    client = phone(cast, her)
    session_page = reverse("session-join", args=[of.session_id])
    address = f"{reverse('agreement-sign', args=[of.session.activity.project_id])}?next={session_page}"
    assert "走路较多" in client.get(address).content.decode()
    assert client.post(address, {"agreed": "on", "signature": "别人"}).status_code == 422
    assert client.post(address, {"signature": "吴桂芝"}).status_code == 422
    signed = client.post(address, {"agreed": "on", "signature": " 吴桂芝 "})
    assert signed["Location"] == session_page
    agreement = Agreement.objects.get()
    assert (agreement.way, agreement.signature, agreement.signed_on) == ("online", "吴桂芝", clock.today())
    assert "走路较多" in agreement.text
    assert client.post(address, {"agreed": "on", "signature": "吴桂芝"}).status_code == 422, "once is enough"
    assert join(client, of).status_code == 303
    other = phone(cast, volunteer(cast.places[at.VILLAGE]))
    assert other.get(reverse("me-agreement", args=[agreement.pk])).status_code == 404
    assert client.post(reverse("me-agreement", args=[agreement.pk]), {"reason": "搬家"}).status_code == 302
    agreement.refresh_from_db()
    assert agreement.ended_on == clock.today()
    assert client.get(f"{address}x//evil.example/").status_code in (200, 404)
    away = client.post(
        reverse("agreement-sign", args=[of.session.activity.project_id]) + "?next=//evil.example/",
        {"agreed": "on", "signature": "吴桂芝"},
    )
    assert away["Location"] == reverse("me-agreements")


def test_my_sessions_show_what_comes_and_what_was(cast: Cast, her: Volunteer) -> None:
    soon = held(cast, days=1)
    mine = enrol(role=soon, by=actor(her))
    client = phone(cast, her)
    assert reverse("me-session", args=[mine.pk]) in text_of(client, "me-sessions")
    with clock.frozen(NOON + timedelta(days=9)):
        assert reverse("me-session", args=[mine.pk]) in text_of(phone(cast, her), "me-sessions")
        assert reverse("me-cancel", args=[mine.pk]) not in text_of(phone(cast, her), "me-session", mine.pk)


def test_few_statements_whatever_the_number(
    cast: Cast, her: Volunteer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = phone(cast, her)
    for number in range(3):
        enrol(role=held(cast, days=10 + number), by=actor(her))
        enrol(role=(full := held(cast, 1, days=20 + number)), by=actor(volunteer(cast.places[at.VILLAGE])))
        enrol(role=full, by=actor(her))
        for name in ("me", "me-find", "me-sessions"):
            client.get(reverse(name))
            with django_assert_max_num_queries(10):
                client.get(reverse(name))


def test_joining_takes_few_statements(
    cast: Cast, her: Volunteer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = phone(cast, her)
    client.get(reverse("me"))
    of = held(cast)
    with django_assert_max_num_queries(20):
        assert join(client, of).status_code == 303


@pytest.fixture
def begun(cast: Cast, her: Volunteer) -> Iterator[Enrolment]:
    """She has a place at a session that lasts from one to three, and it is one o'clock."""
    of = held(cast, days=1 / 24)
    enrol(role=of, person=her.person, by=actor(her))
    with clock.frozen(NOON + timedelta(hours=1)):
        yield Enrolment.objects.select_related("session").get()


def come(mine: Enrolment, her: Volunteer) -> Attendance:
    """She came."""
    return check_in(
        session=mine.session, person=her.person, at=clock.now(), source="list", grade="C", by=at.SYSTEM
    )  # fmt: skip


def test_who_checked_in_is_told_so_and_then_that_it_is_done(cast: Cast, her: Volunteer, begun: Enrolment) -> None:
    client, pages = phone(cast, her), (("me", ()), ("me-session", (begun.pk,)))
    going_in, going_out = f">{_('Check in')}</a>", f">{_('Check out')}</a>"
    for name, arguments in pages:
        shown = text_of(client, name, *arguments)
        assert going_in in shown and going_out not in shown
    came = come(begun, her)
    for name, arguments in pages:
        shown = text_of(client, name, *arguments)
        assert going_out in shown and going_in not in shown
        assert _("Checked in at %(time)s") % {"time": "13:00"} in shown
    with clock.frozen(NOON + timedelta(hours=2, minutes=30)):
        check_out(attendance=came, at=clock.now(), by=at.SYSTEM)
        client = phone(cast, her)  # an hour and a half without a request has ended the session
        for name, arguments in pages:
            shown = text_of(client, name, *arguments)
            assert going_out not in shown and going_in not in shown
            assert "13:00–14:30" in shown
        waiting = text_of(client, "me")
        Attendance.objects.update(state="confirmed")
        assert text_of(client, "me") != waiting, "and then that it is confirmed"
    with clock.frozen(NOON + timedelta(days=1)):
        assert "13:00–14:30" not in text_of(phone(cast, her), "me")


def test_who_forgot_to_check_out_still_finds_the_way(cast: Cast, her: Volunteer, begun: Enrolment) -> None:
    come(begun, her)
    with clock.frozen(NOON + timedelta(hours=4)):
        assert f">{_('Check out')}</a>" in text_of(phone(cast, her), "me")
