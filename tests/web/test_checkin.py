"""Checking in at the front door: on one's own telephone, at the organiser's screen, and who is kept out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.hours.devices import Host, Phone, public_text, shown
from tests.hours.ground import Ground, at, make
from yinling.activities import Session
from yinling.base import clock
from yinling.base.rules import Actor
from yinling.facts import Entry
from yinling.hours import Attendance, Grade, checking_in
from yinling.hours.models import Device, Ticket

if TYPE_CHECKING:
    from tests.cast import Cast

NOW = at(9, 5)


@pytest.fixture
def ground(cast: Cast) -> Iterator[Ground]:
    """The ground of the tests of hours, with the clock at the time of its sessions."""
    with clock.frozen(NOW), translation.override("en"):
        yield make(cast)


@pytest.fixture
def client(ground: Ground) -> Client:
    """The volunteer's browser, signed in."""
    return browser_of(ground.volunteer_account.pk)


@pytest.fixture
def desk(ground: Ground) -> Client:
    """The organiser's browser, signed in."""
    return browser_of(ground.host.account_id)


def browser_of(account: int | None) -> Client:
    from yinling.network import Account

    client = Client(headers={"accept-language": "en"})
    if account is not None:
        client.force_login(Account.objects.get(pk=account))
    client.cookies["browser"] = "one"
    client.cookies["django_language"] = "en"
    return client


def post(client: Client, address: str, body: object, by: Actor, **headers: str) -> Any:
    """What a script sends."""
    known = {"X-Account": str(by.account_id), "X-Sent-At": str(int(NOW.timestamp() * 1000)), **headers}
    return client.post(address, json.dumps(body), content_type="application/json", headers=known)


def test_typing_the_digits(ground: Ground, client: Client) -> None:
    page = client.get(reverse("me-check-in")).content.decode()
    assert "送医下乡" in page and "Type" not in page[:100]
    digits, _step = shown(ground.session, NOW, typed=True)
    answer = client.post(
        reverse("me-check-in"), {"session": ground.session.pk, "code": f"{digits[:3]} {digits[3:]}"}, follow=True
    )
    assert "You have checked in, 09:05." in answer.content.decode()
    row = Attendance.objects.get()
    assert (row.started_at, row.grade) == (NOW, Grade.B)
    assert row.device and "one" not in row.device


@pytest.mark.parametrize(
    "data",
    [
        {}, {"session": "x", "code": "123456"}, {"session": "1", "code": "12"}, {"session": "9" * 30, "code": "1" * 6},
        {"session": "9" * 5000, "code": "1" * 6}, {"session": "1", "code": "²" * 6}, {"session": "²", "code": "1" * 6},
    ],
)  # fmt: skip
def test_bad_digits_get_a_plain_word(client: Client, data: dict[str, str]) -> None:
    answer = client.post(reverse("me-check-in"), data, follow=True)
    assert answer.status_code == 200
    assert "notice-error" in answer.content.decode()


def test_what_was_refused_stays_in_sight(ground: Ground, client: Client) -> None:
    client.post(reverse("me-check-in"), {"session": ground.session.pk, "code": "000000"})
    page = client.get(reverse("me-check-in")).content.decode()
    assert "Nothing is lost" in page and "not a code of this session" in page


def scan(session: Session, moment: Any) -> str:
    code, step = shown(session, moment)
    return reverse("check-in-scan", kwargs={"session": session.pk, "step": step, "code": code})


def test_the_telephones_own_camera(ground: Ground, client: Client) -> None:
    page = client.get(scan(ground.session, NOW))
    assert "送医下乡" in page.content.decode()
    assert not Ticket.objects.exists()  # looking writes nothing
    seen = re.search(r'name="seen" value="([^"]+)"', page.content.decode())
    assert seen
    with clock.frozen(NOW + timedelta(minutes=6)):
        answer = client.post(scan(ground.session, NOW), {"seen": seen[1]}, follow=True)
    assert "You have checked in, 09:05." in answer.content.decode()


def test_a_code_outlives_signing_in_but_not_another_browser(ground: Ground) -> None:
    stranger = Client(headers={"accept-language": "en"})
    address = scan(ground.session, NOW)
    named = stranger.get(address)
    assert named.status_code == 302 and stranger.cookies["browser"].value
    signing_in = stranger.get(address).headers["Location"]
    kept = re.search(r"next=(.+)", signing_in)
    assert "/sign-in/" in signing_in and kept
    from urllib.parse import parse_qs, unquote, urlsplit

    seen = parse_qs(urlsplit(unquote(kept[1])).query)["seen"][0]
    with clock.frozen(NOW + timedelta(minutes=5)):
        other = browser_of(ground.volunteer_account.pk)
        assert "expired" in other.post(address, {"seen": seen}, follow=True).content.decode()
        stranger.force_login(ground.volunteer_account)
        assert "You have checked in" in stranger.post(address, {"seen": seen}, follow=True).content.decode()


def test_yesterdays_code_is_refused_in_plain_words(ground: Ground, client: Client) -> None:
    answer = client.post(scan(ground.session, NOW - timedelta(days=1)), follow=True).content.decode()
    assert "This code has expired" in answer
    assert not Attendance.objects.exists()


def test_a_device_registers_and_hands_in(ground: Ground, client: Client) -> None:
    phone = Phone(ground.people[0], ground.own)
    made = post(client, reverse("check-in-device"), {"key": public_text(phone.key)}, ground.own)
    phone._device = Device.objects.get(pk=made.json()["device"])
    handed = phone.sign(phone.letter(ground.session, NOW))
    letters = [{"payload": handed.payload, "signature": handed.signature}, {"payload": "nonsense"}, "nonsense"]
    for _again in range(2):
        answers = post(client, reverse("check-in-letters"), {"letters": letters}, ground.own).json()["answers"]
        assert [one["state"] for one in answers] == ["accepted", "refused", "refused"]
    assert Attendance.objects.count() == 1
    assert post(client, reverse("check-in-device"), {"key": "x"}, ground.own).status_code == 400


@pytest.mark.parametrize("body", [[], {}, {"letters": 1}, {"letters": [{}] * 51}])
def test_what_is_no_request_is_refused(ground: Ground, client: Client, body: object) -> None:
    assert post(client, reverse("check-in-letters"), body, ground.own).status_code == 400


def test_nobody_sends_for_somebody_else(ground: Ground, client: Client, desk: Client) -> None:
    for address in (reverse("check-in-letters"), reverse("check-in-device")):
        assert post(client, address, {"letters": []}, ground.host).status_code == 409
        assert post(desk, address, {"letters": []}, ground.host).status_code == 409  # no volunteer
        assert post(browser_of(None), address, {}, ground.own).status_code == 302
    key = reverse("session-code-key", kwargs={"pk": ground.session.pk})
    assert post(client, key, {}, ground.own).status_code == 403
    assert post(browser_of(ground.neighbour.account_id), key, {}, ground.neighbour).status_code == 404
    assert post(desk, key, {}, ground.own).status_code == 409


def test_the_organisers_screen_shows_the_code_and_nobodys_name(ground: Ground, desk: Client) -> None:
    address = reverse("session-code", kwargs={"pk": ground.session.pk})
    page = desk.get(address).content.decode()
    digits, _step = shown(ground.session, NOW, typed=True)
    assert f"{digits[:3]} {digits[3:]}" in page
    going, _step = shown(ground.session, NOW, "out", typed=True)
    assert f"{going[:3]} {going[3:]}" in desk.get(address, {"kind": "out"}).content.decode()
    secret = bytes(ground.session.key)
    assert secret.hex() not in page
    assert all(person.masked_name not in page and person.name not in page for person in ground.people)


def test_preparing_a_device_gives_the_key_and_masked_names(ground: Ground, desk: Client) -> None:
    import base64

    address = reverse("session-code-key", kwargs={"pk": ground.session.pk})
    answer = post(desk, address, {}, ground.host)
    given = answer.json()
    assert base64.b64decode(given["key"]) == bytes(ground.session.key)
    assert answer.headers["Cache-Control"] == "no-store"
    assert [one["name"] for one in given["roster"]] == sorted(
        (person.masked_name for person in ground.people), key=[one["name"] for one in given["roster"]].index
    )
    assert all(person.name not in answer.content.decode() for person in ground.people)
    Session.objects.filter(pk=ground.session.pk).update(state="cancelled")
    assert post(desk, address, {}, ground.host).status_code == 400


def test_the_organiser_hands_in_counter_signs(ground: Ground, desk: Client, client: Client) -> None:
    client.post(scan(ground.session, NOW))
    host = Host(ground.session, ground.host)
    handed = host.seal(host.letter(ground.people[0], NOW))
    letters = {"letters": [{"payload": handed.payload, "signature": handed.signature}]}
    address = reverse("session-code-letters", kwargs={"pk": ground.session.pk})
    assert post(desk, address, letters, ground.host).json()["answers"][0]["state"] == "accepted"
    assert Attendance.objects.get().grade == Grade.A
    roster = post(desk, reverse("session-code-key", kwargs={"pk": ground.session.pk}), {}, ground.host).json()["roster"]
    first = next(one for one in roster if one["person"] == ground.people[0].pk)
    assert (first["came"], first["left"], first["coded"], first["signed"]) == ("09:05", "", True, True)


def test_a_second_device_sees_who_came_by_another(ground: Ground, desk: Client) -> None:
    address = reverse("session-code-roster", kwargs={"pk": ground.session.pk})
    page = desk.get(reverse("session-code", kwargs={"pk": ground.session.pk})).content.decode()
    assert f'data-roster="{address}"' in page
    headers = {"X-Account": str(ground.host.account_id)}

    def came() -> list[str]:
        answer = desk.get(address, headers=headers)
        assert answer.headers["Cache-Control"] == "no-store"
        assert set(answer.json()) == {"roster"}, "no key: it was given once, and the trail says to whom"
        return [one["came"] for one in answer.json()["roster"] if one["person"] == ground.people[0].pk]

    assert came() == [""]
    handed = Host(ground.session, ground.host).seal(Host(ground.session, ground.host).letter(ground.people[0], NOW))
    checking_in.hand_in_mark(session=ground.session, handed=handed, by=ground.host)
    before = Entry.objects.count()
    assert came() == ["09:05"]
    assert Entry.objects.count() == before, "looking leaves no trace"
    assert desk.get(address, headers={"X-Account": "0"}).status_code == 409
    assert browser_of(ground.volunteer_account.pk).get(address, headers=headers).status_code in (403, 404)


def test_a_screen_that_asks_by_itself_keeps_no_session_alive(ground: Ground, desk: Client) -> None:
    address = reverse("session-code-roster", kwargs={"pk": ground.session.pk})
    headers = {"X-Account": str(ground.host.account_id)}
    desk.get(reverse("session-code", kwargs={"pk": ground.session.pk}))
    for minutes in range(5, 30, 5):
        with clock.frozen(NOW + timedelta(minutes=minutes)):
            assert desk.get(address, headers=headers).status_code == 200
    with clock.frozen(NOW + timedelta(minutes=30)):
        assert desk.get(address, headers=headers).status_code == 302


@pytest.mark.parametrize("sent_at", ["", "x", "9" * 40, "-1"])
def test_a_device_without_a_sensible_clock_breaks_nothing(ground: Ground, desk: Client, sent_at: str) -> None:
    headers = {"X-Sent-At": sent_at}
    address = reverse("session-code-key", kwargs={"pk": ground.session.pk})
    assert post(desk, address, {}, ground.host, **headers).status_code == 200


def test_who_is_no_volunteer_is_told_so(ground: Ground, desk: Client) -> None:
    for address in (reverse("me-check-in"), scan(ground.session, NOW)):
        assert "no registered volunteer" in desk.get(address).content.decode()


def test_the_worker_sees_only_its_own_pages(ground: Ground, client: Client) -> None:
    for address in (reverse("check-in-worker"), reverse("session-code-worker", kwargs={"pk": ground.session.pk})):
        answer = client.get(address)
        assert answer.headers["Content-Type"] == "text/javascript"
        assert "Service-Worker-Allowed" not in answer.headers  # its folder is its scope
