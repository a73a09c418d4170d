"""Who comes to a session, on the desk: seen and decided by who runs it, by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import cast as at
from tests.activities.joining import NOON, actor, project, role, sound, states, volunteer
from tests.cast import Cast
from yinling.activities import Agreement, Enrolment, SessionRole, enrol
from yinling.base import clock
from yinling.facts import Evidence
from yinling.volunteers import Volunteer

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.fixtures import DjangoAssertNumQueries, Settings

PNG = b"\x89PNG\r\n\x1a\n signed"


@pytest.fixture(autouse=True)
def noon(cast: Cast, settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(NOON):
        yield


def held(cast: Cast, places: int = 2, **values: object) -> SessionRole:
    return role(project(cast.offices[at.COUNTY], cast.places[at.VILLAGE]), places, **values)  # type: ignore[arg-type]


def someone(cast: Cast, name: str = "") -> Volunteer:
    return volunteer(cast.places[at.VILLAGE], name)


def test_only_who_runs_the_session_sees_who_comes(cast: Cast) -> None:
    of, her = held(cast), someone(cast, "吴桂芝")
    row = enrol(role=of, by=actor(her))
    addresses = [
        reverse("session-people", args=[of.session_id]), reverse("session-sheet", args=[of.session_id]),
        reverse("enrolment", args=[row.pk]), reverse("session-people-add", args=[of.session_id]),
    ]  # fmt: skip
    for address in addresses:
        for account in (cast.county, cast.township, cast.chair, cast.prefecture):
            answer = cast.client(account).get(address)
            assert answer.status_code == 200, (address, account)
            assert "吴桂芝" not in answer.content.decode(), "masked"
        assert cast.client(cast.auditor).get(address).status_code == 403
        assert cast.client(her.account).get(address).status_code == 403
        assert cast.client().get(address).status_code == 302
    shown = cast.client(cast.county).get(addresses[0]).content.decode()
    assert "吴*芝" in shown
    assert her.number in shown
    elsewhere = role(project(cast.offices[at.NEIGHBOUR], cast.places[at.NEIGHBOUR_VILLAGE]))
    assert cast.client(cast.county).get(reverse("session-people", args=[elsewhere.session_id])).status_code == 404


def test_inviting_and_adding_on_the_spot(cast: Cast) -> None:
    of, her, him = held(cast), someone(cast, "吴桂芝"), someone(cast, "杨通海")
    client, address = cast.client(cast.county), reverse("session-people-add", args=[of.session_id])
    assert client.post(address, {"person": "没有的人", "role": of.pk, "way": "invite"}).status_code == 422
    assert client.post(address, {"person": her.number, "role": of.pk}).status_code == 422
    assert client.post(address, {"person": her.number, "role": of.pk, "way": "invite"}).status_code == 302
    assert client.post(address, {"person": "杨通海", "role": of.pk, "way": "present"}).status_code == 302
    assert states(of) == ["invited", "confirmed"]
    assert client.post(address, {"person": her.number, "role": of.pk, "way": "present"}).status_code == 422
    assert Enrolment.objects.get(person=him.pk).agreed == "present"
    sound(of)


def test_deciding_on_applications(cast: Cast) -> None:
    of = held(cast, 1, by_choice=True)
    rows = [enrol(role=of, by=actor(someone(cast))) for _each in range(3)]
    client = cast.client(cast.county)
    todo = client.get(reverse("todo")).content.decode()
    assert reverse("session-people", args=[of.session_id]) in todo
    accept = reverse("enrolment-verb", args=[rows[1].pk, "accept"])
    assert client.get(accept).status_code == 302
    assert states(of) == ["applied"] * 3, "looking decides nothing"
    client.post(accept)
    decline = reverse("enrolment-verb", args=[rows[0].pk, "decline"])
    assert client.get(decline).status_code == 200
    assert client.post(decline, {"reason": ""}).status_code == 422
    assert client.post(decline, {"reason": "名额已满"}).status_code == 302
    assert states(of) == ["declined", "confirmed", "applied"]
    client.post(reverse("enrolment-verb", args=[rows[2].pk, "accept"]))
    assert states(of) == ["declined", "confirmed", "applied"], "no place is left"
    assert client.post(reverse("enrolment-verb", args=[rows[2].pk, "rename"])).status_code == 404
    assert cast.client(cast.auditor).post(accept).status_code == 403
    sound(of)


def test_more_places_on_the_desk_move_up_who_waits(cast: Cast) -> None:
    of = held(cast, 1)
    for _each in range(3):
        enrol(role=of, by=actor(someone(cast)))
    client, address = cast.client(cast.county), reverse("session-places", args=[of.session_id])
    assert client.post(address, {"role": of.pk, "places": 0}).status_code == 422
    assert client.post(address, {"role": of.pk, "places": 2}).status_code == 302
    assert states(of) == ["confirmed", "confirmed", "waiting"]
    sound(of)


def test_noting_who_stayed_away(cast: Cast) -> None:
    of = held(cast, days=1)
    row = enrol(role=of, by=actor(someone(cast)))
    address = reverse("enrolment-verb", args=[row.pk, "no-show"])
    cast.client(cast.county).post(address)
    assert states(of) == ["confirmed"], "it is not over yet"
    with clock.frozen(NOON + timedelta(days=2)):
        client = cast.client(cast.county)
        client.post(address)
        assert states(of) == ["no_show"]
        client.post(reverse("enrolment-verb", args=[row.pk, "came"]), {"reason": "签到表上有"})
        assert states(of) == ["confirmed"]


def test_a_paper_agreement_needs_its_sheet(cast: Cast) -> None:
    of, her = held(cast), someone(cast)
    client, address = cast.client(cast.county), reverse("session-agreement", args=[of.session_id])
    data = {"volunteer": her.number, "signed_on": "2025-10-01"}
    assert client.post(address, data).status_code == 422
    bad = SimpleUploadedFile("页.exe", b"MZ")
    assert client.post(address, {**data, "evidence": bad}).status_code == 422
    good = SimpleUploadedFile("协议.png", PNG)
    assert client.post(address, {**data, "evidence": good}).status_code == 302
    signed = Agreement.objects.get()
    assert (signed.way, signed.until.isoformat()) == ("paper", "2025-12-31")
    assert Evidence.objects.get(entry_id=signed.entry_id).name == "协议.png"


def test_few_statements_whatever_the_number(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    of = role(
        project(
            cast.offices[at.COUNTY], cast.places[at.VILLAGE], needs_insurance=False, needs_training="",
            needs_qualification="", needs_agreement=False,
        ),
        places=2,
    )  # fmt: skip
    client, address = cast.client(cast.county), reverse("session-people", args=[of.session_id])
    for _each in range(4):
        enrol(role=of, by=actor(someone(cast)))
        client.get(address)
        with django_assert_max_num_queries(12):
            client.get(address)
