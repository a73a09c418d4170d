"""People at the front door: masked everywhere, whole only for those who may and say why, each person once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests import cast as at
from tests.cast import Cast
from yinling.associations import Association
from yinling.base.codes import synthetic_resident_id
from yinling.base.rules import Denied
from yinling.facts import Entry
from yinling.network import Account
from yinling.people import Consent, Person, Position, may_reveal, register_person

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

BUDGET = 10
READERS = ("admin", "province", "prefecture", "county", "township", "chair", "auditor")


def one(cast: Cast) -> str:
    """The address of the chair's record."""
    return reverse("person", kwargs={"pk": cast.person.pk})


def about(name: str, cast: Cast, **keys: int) -> str:
    """The address of something to do with the chair."""
    return reverse(name, kwargs={"pk": cast.person.pk, **keys})


def text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def account(cast: Cast, name: str) -> Account:
    found = getattr(cast, name)
    assert isinstance(found, Account)
    return found


def register(client: Client, **data: str) -> HttpResponseBase:
    filled = {"name": "张三", "place": at.BARE_VILLAGE, "resident_id": "", "phone": "", **data}
    return client.post(reverse("person-new"), filled)


@pytest.mark.parametrize("name", READERS)
def test_those_with_a_role_see_masked_records_of_their_area(cast: Cast, name: str) -> None:
    client = cast.client(account(cast, name))
    for address in (reverse("people"), one(cast)):
        response = client.get(address)
        assert response.status_code == 200
        shown = text(response)
        assert "杨*英" in shown
        assert "138****0006" in shown
        assert at.CHAIR_ID not in shown
        assert at.CHAIR_PHONE not in shown
        if name != "chair":  # her own name stands in the rail
            assert "杨秀英" not in shown


def test_nobody_else_sees_anything(cast: Cast) -> None:
    for address in (reverse("people"), one(cast), about("person-reveal", cast), reverse("person-new")):
        assert cast.client(cast.stranger).get(address).status_code == 403
        response = cast.client().get(address)
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


def test_a_person_of_another_area_is_not_there(cast: Cast) -> None:
    person = register_person(place=cast.places[at.NEIGHBOUR_VILLAGE], name="李四", by=at.SYSTEM)
    for name in ("county", "township", "chair"):
        client = cast.client(account(cast, name))
        assert client.get(reverse("person", kwargs={"pk": person.pk})).status_code == 404
        assert client.get(reverse("person-reveal", kwargs={"pk": person.pk})).status_code == 404
        assert client.post(reverse("person-correct", kwargs={"pk": person.pk}), {}).status_code == 404
        assert "李*" not in text(client.get(reverse("people")))
    assert cast.client(cast.prefecture).get(reverse("person", kwargs={"pk": person.pk})).status_code == 200


def test_the_county_reveals_with_a_reason_and_the_trail_keeps_it(cast: Cast) -> None:
    client = cast.client(cast.county)
    asked = {"field": "resident_id", "reason": "核对补贴名单"}
    response = client.post(about("person-reveal", cast), asked)
    assert response.status_code == 200
    assert at.CHAIR_ID in text(response)
    assert response["Cache-Control"] == "no-store"
    entry = Entry.objects.get(action="people.reveal")
    assert (entry.reason, entry.actor_id, entry.subject_id) == ("核对补贴名单", cast.county.pk, cast.person.pk)
    shown = text(client.get(one(cast)))
    assert "核对补贴名单" in shown
    assert at.CHAIR_ID not in shown


def test_without_a_reason_nothing_is_revealed(cast: Cast) -> None:
    response = cast.client(cast.county).post(about("person-reveal", cast), {"field": "resident_id", "reason": " "})
    assert response.status_code == 422
    assert at.CHAIR_ID not in text(response)
    assert not Entry.objects.filter(action="people.reveal").exists()


@pytest.mark.parametrize("name", ["admin", "province", "prefecture", "auditor"])
def test_above_the_county_nothing_is_revealed_and_the_reason_is_said(cast: Cast, name: str) -> None:
    viewer = account(cast, name)
    client = cast.client(viewer)
    answer = may_reveal.check(cast.actor(viewer), cast.person)
    assert isinstance(answer, Denied)
    assert str(answer.reason) in text(client.get(one(cast)))
    response = client.post(about("person-reveal", cast), {"field": "resident_id", "reason": "想看"})
    assert response.status_code == 403
    assert at.CHAIR_ID not in text(response)


def test_an_auditor_changes_nothing(cast: Cast) -> None:
    client = cast.client(cast.auditor)
    for name in ("person-correct", "consent-give", "position-take"):
        assert client.post(about(name, cast), {}).status_code == 403
    assert register(client).status_code == 403


def test_registering_shows_who_may_be_the_same_first(cast: Cast) -> None:
    client = cast.client(cast.township)
    first = register(client, name="杨秀英", place=at.VILLAGE, phone="13900000001")
    assert first.status_code == 422
    shown = text(first)
    assert one(cast) in shown
    assert at.CHAIR_PHONE not in shown
    assert Person.objects.count() == 1
    second = register(client, name="杨秀英", place=at.VILLAGE, phone="13900000001", anyway=str(cast.person.pk))
    assert second.status_code == 302
    made = Person.objects.get(phone_hash__gt="", resident_hash="")
    assert second["Location"] == reverse("person", kwargs={"pk": made.pk})


def test_the_same_resident_number_is_never_registered_twice(cast: Cast) -> None:
    client = cast.client(cast.township)
    for anyway in ("", str(cast.person.pk)):
        response = register(client, name="杨秀珍", resident_id=at.CHAIR_ID, anyway=anyway)
        assert response.status_code == 422
        assert 'name="anyway"' not in text(response)
    assert Person.objects.count() == 1


def test_a_warning_about_one_person_does_not_cover_another(cast: Cast) -> None:
    other = register_person(place=cast.places[at.BARE_VILLAGE], name="张三", by=at.SYSTEM)
    client = cast.client(cast.township)
    assert register(client, name="张三", anyway=str(cast.person.pk)).status_code == 422
    assert register(client, name="张三", anyway=str(other.pk)).status_code == 302


def test_numbers_are_checked_and_places_kept_to_the_area(cast: Cast) -> None:
    client = cast.client(cast.township)
    assert register(client, resident_id="990101194403050208").status_code == 422
    assert register(client, phone="12345").status_code == 422
    assert register(client, place=at.NEIGHBOUR_VILLAGE).status_code == 422
    assert Person.objects.count() == 1
    assert register(client, resident_id=synthetic_resident_id(date(1950, 1, 1), 7)).status_code == 302
    made = Person.objects.get(name="张三")
    assert (made.sex, made.area_path) == ("male", at.BARE_VILLAGE)


def test_a_correction_leaves_what_is_left_empty(cast: Cast) -> None:
    client = cast.client(cast.township)
    data = {"name": "", "resident_id": "", "phone": "13900000002", "reason": "换了号码"}
    assert client.post(about("person-correct", cast), data).status_code == 302
    cast.person.refresh_from_db()
    assert (cast.person.name, cast.person.resident_id, cast.person.phone) == ("杨秀英", at.CHAIR_ID, "13900000002")
    assert "换了号码" in text(client.get(one(cast)))
    assert client.post(about("person-correct", cast), {**data, "reason": ""}).status_code == 422


def test_a_consent_is_given_and_withdrawn(cast: Cast) -> None:
    client = cast.client(cast.chair)
    data = {"purpose": "register", "way": "signed", "helped_by": "姚玉珍", "on": "2012-03-01"}
    assert client.post(about("consent-give", cast), {**data, "on": "2999-01-01"}).status_code == 422
    assert client.post(about("consent-give", cast), data).status_code == 302
    consent = Consent.objects.get()
    address = about("consent-withdraw", cast, consent=consent.pk)
    assert address in text(client.get(one(cast)))
    assert client.post(address, {"on": "2012-02-01"}).status_code == 422
    assert client.post(address, {"on": "2012-04-01"}).status_code == 302
    consent.refresh_from_db()
    assert consent.withdrawn_on == date(2012, 4, 1)
    assert client.get(address).status_code == 404
    assert address not in text(client.get(one(cast)))


def test_a_position_is_taken_and_left(cast: Cast) -> None:
    client = cast.client(cast.township)
    body = cast.associations[at.VILLAGE].body
    data = {"body": body.name, "title": "secretary", "since": "2012-03-01"}
    assert client.post(about("position-take", cast), data).status_code == 302
    held = Position.objects.get(title="secretary")
    assert (held.person_id, held.body_id, held.term_ends) == (cast.person.pk, body.pk, date(2015, 3, 1))
    address = about("position-leave", cast, position=held.pk)
    assert address in text(client.get(one(cast)))
    assert client.post(address, {"on": "2013-01-01"}).status_code == 302
    held.refresh_from_db()
    assert held.until == date(2013, 1, 1)
    assert client.get(address).status_code == 404


def test_the_chair_of_an_association_is_the_same_in_both_registers(cast: Cast) -> None:
    client = cast.client(cast.township)
    association = cast.associations[at.VILLAGE]
    new = register_person(place=cast.places[at.VILLAGE], name="吴老三", by=at.SYSTEM)
    data = {"body": association.body.name, "title": "chair", "since": "2012-03-01", "village_officer": "on"}
    assert client.post(reverse("position-take", kwargs={"pk": new.pk}), data).status_code == 302
    association.refresh_from_db()
    assert (association.chair_id, association.chair_is_officer) == (new.pk, True)
    assert Position.objects.get(person=cast.person, title="chair").until == date(2012, 3, 1)
    held = Position.objects.get(person=new)
    address = reverse("position-leave", kwargs={"pk": new.pk, "position": held.pk})
    assert client.post(address, {"on": "2013-01-01"}).status_code == 302
    assert Association.objects.get(pk=association.pk).chair_id is None
    held.refresh_from_db()
    assert held.until == date(2013, 1, 1)


def test_the_list_is_searched_and_turned(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinling.web.people.SIZE", 2)
    for name in ("甲一", "乙二", "丙三"):
        register_person(place=cast.places[at.BARE_VILLAGE], name=name, by=at.SYSTEM)
    client = cast.client(cast.county)
    first = text(client.get(reverse("people")))
    assert "杨*英" in first
    assert "丙*" not in first
    last = Person.objects.get(name="甲一")
    following = text(client.get(f"{reverse('people')}?after={last.area_path}_{last.pk}"))
    assert "乙*" in following
    assert "丙*" in following
    assert "杨*英" not in following
    assert "甲*" in text(client.get(f"{reverse('people')}?q=甲"))
    assert "甲*" not in text(client.get(f"{reverse('people')}?q={at.CHAIR_ID.lower()}"))


@pytest.mark.parametrize("text_typed", [at.CHAIR_ID, f" {at.CHAIR_ID} ", at.CHAIR_PHONE, "138 0000 0006", "yxy", "杨"])
def test_a_person_is_found_however_the_number_is_written(cast: Cast, text_typed: str) -> None:
    response = cast.client(cast.county).get(reverse("people"), {"q": text_typed})
    assert one(cast) in text(response)


def test_lists_and_records_are_read_in_few_statements(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client(cast.county)
    client.get(one(cast))
    for number in range(3):
        for address in (reverse("people"), one(cast)):
            with django_assert_max_num_queries(BUDGET):
                client.get(address)
        register_person(place=cast.places[at.VILLAGE], name=f"某{number}", by=at.SYSTEM)
        data = {"purpose": "register", "way": "signed", "helped_by": "", "on": "2012-03-01"}
        client.post(about("consent-give", cast), data)
        client.post(
            about("position-take", cast),
            {"body": cast.associations[at.COMMUNITY].body.name, "title": "vice_chair", "since": "2012-03-01"},
        )
