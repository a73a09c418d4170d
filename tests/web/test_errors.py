"""What people see when something cannot be shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.whole.scene import opened
from yinling.associations import add_evidence, change_attribute, register
from yinling.base.rules import Actor, Refused
from yinling.network import dissolve_body, move_place, register_body
from yinling.web.page import pages

SYSTEM = Actor.for_system("test")
PDF = b"%PDF-1.4 a scan"


@pytest.mark.django_db
def test_a_missing_page_answers_in_the_readers_language() -> None:
    answer = Client().get("/nowhere/", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


@pytest.mark.django_db
def test_a_request_for_another_host_is_refused_before_anybody_is_known() -> None:
    """The host is looked at before the session, so the page that says so knows of no reader."""
    for address in ("/", "/associations/", "/api/"):
        answer = Client(raise_request_exception=False).get(address, headers={"host": "evil.example"})
        assert answer.status_code == 400
        assert "evil.example" not in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "x"}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()


@pytest.mark.django_db
def test_an_association_is_never_registered_or_dissolved_past_its_register(cast: Cast) -> None:
    place = next(place for place in cast.places.values() if place.level == 5)
    with pytest.raises(Refused):
        register_body(place=place, kind="association", name="绕道协会", founded=date(2010, 1, 1), by=SYSTEM)
    made = register(
        place=place, name="正门协会", founded=date(2010, 1, 1), attributes={"setting": {"setting": "rural"}}, by=SYSTEM
    )
    with pytest.raises(Refused):
        dissolve_body(body=made.body, on=date(2012, 1, 1), by=SYSTEM)


@pytest.mark.django_db
def test_evidence_opens_to_those_who_may_see_the_record_today(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    village = next(place for place in cast.places.values() if place.level == 5 and place.area_path.startswith("520622"))
    made = register(
        place=village,
        name="有据协会",
        founded=date(2010, 1, 1),
        attributes={"setting": {"setting": "rural"}},
        by=SYSTEM,
    )
    scan = add_evidence(association=made, name="照片.pdf", content=PDF, by=SYSTEM)
    change_attribute(
        association=made, attribute="venue", values={"has_venue": True}, on=date(2011, 1, 1), evidence=scan, by=SYSTEM
    )
    address = f"/evidence/{scan.pk}/"
    opened = cast.client(cast.county).get(address)
    assert b"".join(opened.streaming_content) == PDF  # type: ignore[attr-defined]
    assert cast.client(cast.stranger).get(address).status_code == 403
    elsewhere = [
        place for place in cast.places.values() if place.level == 4 and not place.area_path.startswith("520622")
    ]
    if elsewhere:
        move_place(place=village, parent=elsewhere[0], on=date(2012, 1, 1), basis="文", by=SYSTEM)
        assert cast.client(cast.county).get(address).status_code == 404
        opened = cast.client(cast.province).get(address)
        assert b"".join(opened.streaming_content) == PDF  # type: ignore[attr-defined]


def test_a_search_for_what_no_text_can_hold_finds_nothing(cast: Cast) -> None:
    reverse("home")  # loads the pages
    client = cast.client(cast.admin)
    client.raise_request_exception = False
    lists = [page.name for page in pages.values() if "<" not in page.route and "GET" in page.methods]
    failing = [name for name in lists if opened(client, f"{reverse(name)}?q=%00").status_code >= 500]
    assert "projects" in lists and not failing
