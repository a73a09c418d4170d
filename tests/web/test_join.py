"""Becoming a volunteer by telephone: every step without a script, the same answer whatever the register knows."""

from __future__ import annotations

import re
from typing import cast as as_type

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests import cast as at
from tests.cast import Cast
from tests.volunteers.ground import DAY, make, number, telephone
from yinling.network import Account
from yinling.people import Person
from yinling.volunteers import Claim, State, Volunteer, claims, teams, verify_volunteer

SECRET = "yi-ge-chang-mima-1"
JOIN = f"/join/?at={at.COMMUNITY}"


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def entries(index: int, **others: object) -> dict[str, object]:
    """The form filled in."""
    return {
        "name": "周桂英", "resident_id": number(index), "phone": telephone(index), "password": SECRET, "again": SECRET,
        "retired_cadre": "on", "profession": "teaching", "skills": ["tutoring", "phones"], "availability": ["mon-am"],
        "limits": ["lifting"], "healthy": "on", "emergency_name": "周小明", "emergency_phone": telephone(99),
        "agrees": "on", "agrees_sensitive": "on",
    } | others  # fmt: skip


def send(client: Client, index: int, **others: object) -> HttpResponse:
    """Fill in and send."""
    return as_type(HttpResponse, client.post(JOIN, entries(index, **others)))


def sign_in(index: int) -> Client:
    """Sign in with telephone number and password."""
    client = Client()
    answer = client.post("/sign-in/", {"login": telephone(index), "password": SECRET})
    assert answer.status_code == 302, "the sign-in works"
    return client


def body(response: HttpResponse) -> str:
    """A page without what differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce-\w+', "", response.content.decode())


def test_the_way_down_to_the_form(cast: Cast) -> None:
    client, address, steps = Client(), reverse("volunteer-join"), 0
    while steps < 8:
        answer = client.get(address, follow=True)
        text = answer.content.decode()
        if 'name="resident_id"' in text:
            break
        doors = re.findall(r'href="(\?at=(\d+)[^"]*)"', text)
        href, _path = next((one for one in doors if at.COMMUNITY.startswith(one[1])), doors[0])
        address, steps = reverse("volunteer-join") + href.replace("&amp;", "&"), steps + 1
    assert 'name="resident_id"' in text and steps >= 3
    township = client.get(f"/join/?at={at.TOWNSHIP}&here=yes").content.decode()
    assert 'name="resident_id"' in township, "who does not know the community's name registers at the township"
    assert client.get("/join/?at=nowhere", follow=True).status_code == 200


def test_somebody_registers(cast: Cast) -> None:
    answer = send(Client(), 1)
    assert (answer.status_code, answer["Location"]) == (302, reverse("volunteer-joined"))
    row = Volunteer.objects.get()
    assert (row.state, row.area_path, row.skills, row.limits) == (
        State.APPLIED, at.COMMUNITY, ["phones", "tutoring"], ["lifting"],
    )  # fmt: skip
    assert row.person.consents.count() == 2
    client = sign_in(1)
    assert 'name="skills"' not in client.get(reverse("me-profile")).content.decode(), "waits"
    assert client.get(reverse("volunteers")).status_code == 403
    verify_volunteer(volunteer=row, by=at.SYSTEM)
    text = client.get(reverse("me-profile")).content.decode()
    row.refresh_from_db()
    assert row.number in text and 'name="skills"' in text
    values = {"skills": ["stage"], "healthy": "on", "phone": "", "seen": row.changed_by}
    assert client.post(reverse("me-profile"), values).status_code == 302
    assert client.post(reverse("me-profile"), values).status_code == 422, "seen is old"
    row.refresh_from_db()
    assert (row.skills, row.limits, row.person.phone) == (["stage"], [], telephone(1))
    assert client.get(JOIN).status_code == 302, "once is enough"


def test_what_the_form_refuses(cast: Cast) -> None:
    for wrong in (
        {"resident_id": "520622195706010011"}, {"resident_id": ""}, {"phone": "123"}, {"phone": ""}, {"again": "other"},
        {"password": "12345678901", "again": "12345678901"}, {"agrees": ""}, {"agrees_sensitive": ""}, {"name": ""},
        {"skills": ["flying"]}, {"emergency_phone": "1"},
    ):  # fmt: skip
        assert send(Client(), 1, **wrong).status_code == 422, wrong
    assert not Volunteer.objects.exists() and Person.objects.count() == 1 and not Claim.objects.exists()


def test_the_answer_is_the_same_for_everybody(cast: Cast) -> None:
    """New, known as a person, known under another name, already a volunteer, telephone number taken: no difference, neither
    in the answer nor after signing in."""
    make(cast, 2, name="周桂英")
    cases: list[tuple[int, dict[str, object]]] = [
        (1, {}),
        (2, {}),
        (3, {"resident_id": at.CHAIR_ID, "name": "杨秀英"}),
        (4, {"resident_id": at.CHAIR_ID, "name": "别的名字"}),
        (5, {"phone": at.CHAIR_PHONE}),
    ]
    answers, after, own = set(), set(), set()
    for index, values in cases:
        client = Client()
        sent = send(client, index, **values)
        answers.add((sent.status_code, sent["Location"]))
        after.add(body(client.get(sent["Location"])))  # type: ignore[arg-type]
        if "phone" not in values:
            signed = sign_in(index)
            signed.get(reverse("me-profile"))
            own.add(body(signed.get(reverse("me-profile"))))  # type: ignore[arg-type]
    assert len(answers) == len(after) == len(own) == 1
    assert Claim.objects.count() == 2


def test_a_claim_leads_to_the_record(cast: Cast) -> None:
    known = make(cast, 2, name="周桂英")
    send(Client(), 2)
    claims.approve_claim(claim=Claim.objects.get(), by=at.SYSTEM)
    assert known.number in sign_in(2).get(reverse("me-profile")).content.decode()


def test_a_refused_claim_ends_the_sign_in(cast: Cast) -> None:
    make(cast, 2, name="周桂英")
    send(Client(), 2)
    claims.refuse_claim(claim=Claim.objects.get(), reason="不是本人", by=at.SYSTEM)
    answer = Client().post("/sign-in/", {"login": telephone(2), "password": SECRET})
    assert answer.status_code == 200, "the name or the password is not right"


def test_who_is_signed_in_registers_with_that_account(cast: Cast) -> None:
    client = cast.client(cast.chair)
    values = entries(7, resident_id=at.CHAIR_ID, name="杨秀英", phone=at.CHAIR_PHONE)
    before = Account.objects.count()
    assert client.post(JOIN, {k: v for k, v in values.items() if k not in {"password", "again"}}).status_code == 302
    row = Volunteer.objects.get()
    assert (row.person, row.account, Account.objects.count()) == (cast.person, cast.chair, before)


def test_floods_are_held_back(cast: Cast) -> None:
    client = Client()
    codes = [client.post(JOIN, {"name": "x"}).status_code for _try in range(31)]
    assert codes[:30] == [422] * 30 and codes[30] == 429
    assert client.get(JOIN).status_code == 200


def test_one_s_own_teams(cast: Cast) -> None:
    leader = make(cast, 5)
    team, other = (
        teams.found_team(place=cast.places[at.COMMUNITY], name=name, founded=DAY, leader=leader, by=at.SYSTEM)
        for name in ("银辉宣讲队", "红叶书画队")
    )
    send(Client(), 1)
    row = Volunteer.objects.get(state=State.APPLIED)
    client, address = sign_in(1), reverse("me-teams")
    assert client.get(address)["Location"] == reverse("me-profile"), "not verified yet"
    verify_volunteer(volunteer=row, by=at.SYSTEM)
    row.refresh_from_db()
    invited = teams.invite(team=team, volunteer=row, by=at.SYSTEM)
    text = client.get(address).content.decode()
    assert "银辉宣讲队" in text and "红叶书画队" in text
    client.post(address, {"do": "accept", "key": invited.pk})
    client.post(address, {"do": "ask", "key": other.pk})
    open_ones = {one.team_id: one.joined for one in row.memberships.filter(until__isnull=True)}
    assert open_ones == {team.pk: True, other.pk: False}
    client.post(address, {"do": "leave", "key": invited.pk})
    assert row.memberships.get(until__isnull=True).team_id == other.pk
    foreign = leader.memberships.values_list("pk", flat=True)[0]
    for values in ({"do": "leave", "key": foreign}, {"do": "fly", "key": "1"}, {"do": "ask", "key": "x"}):
        assert client.post(address, values).status_code == 404
