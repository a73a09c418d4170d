"""Conferences at the front door: read by all who work here, recorded by officers, counted where they were held."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests import cast as at
from tests.cast import Cast
from yinling.activities import conferences
from yinling.base.period import year
from yinling.figures import figure

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

BUDGET = 10
HELD = date(2012, 8, 16)


@pytest.fixture
def held(cast: Cast) -> conferences.Conference:
    """A conference of the county, with one paper and one visit."""
    host, place = cast.offices[at.COUNTY], cast.places[at.TOWNSHIP]
    conference = conferences.hold_conference(
        name="规范化建设推进会", host=host, place=place, held_on=HELD, by=at.SYSTEM
    )
    more(conference, cast)
    return conference


def more(conference: conferences.Conference, cast: Cast) -> None:
    """One more paper and one more visit."""
    place = cast.places[at.TOWNSHIP]
    conferences.record_contribution(
        conference=conference, what="paper", title="抓好协会班子", by_place=place, by_name="朱家场镇", by=at.SYSTEM
    )
    conferences.record_visit(conference=conference, visited=cast.associations[at.VILLAGE].body, on=HELD, by=at.SYSTEM)


def test_who_may_read_and_who_may_record(cast: Cast, held: conferences.Conference) -> None:
    record = reverse("conference", kwargs={"pk": held.pk})
    for name in ("conference-new", "conference-contribution", "conference-visit"):
        address = reverse(name, kwargs={} if name == "conference-new" else {"pk": held.pk})
        for account in (cast.township, cast.chair, cast.auditor, cast.stranger):
            assert cast.client(account).get(address).status_code == 403
        assert cast.client(cast.county).get(address).status_code == 200
        assert cast.client().get(address).status_code == 302
    for account in (cast.province, cast.county, cast.chair, cast.auditor, cast.stranger):
        for address in (reverse("conferences"), record):
            response = cast.client(account).get(address)
            assert response.status_code == 200
            assert "规范化建设推进会" in response.content.decode()
    for address in (reverse("conferences"), record):
        assert cast.client().get(address).status_code == 302


def test_an_officer_of_another_area_adds_nothing(cast: Cast) -> None:
    elsewhere = conferences.hold_conference(
        name="石阡会议", host=cast.offices[at.NEIGHBOUR], place=cast.places[at.NEIGHBOUR], held_on=HELD, by=at.SYSTEM
    )
    response = cast.client(cast.county).get(reverse("conference-visit", kwargs={"pk": elsewhere.pk}))
    assert response.status_code == 404


def test_recording_a_conference_with_what_belongs_to_it(cast: Cast) -> None:
    client = cast.client(cast.county)
    data = {"name": "现场会", "host": cast.offices[at.COUNTY].name, "place": "朱家场", "held_on": "2012-08-16"}
    assert client.post(reverse("conference-new"), {**data, "held_on": "2999-01-01"}).status_code == 422
    assert client.post(reverse("conference-new"), {**data, "host": cast.offices[at.PROVINCE].name}).status_code == 422
    assert client.post(reverse("conference-new"), data).status_code == 302
    conference = conferences.Conference.objects.get()
    assert (conference.area_path, conference.place.area_path) == (at.COUNTY, at.TOWNSHIP)

    paper = {"what": "paper", "title": "互助养老的做法", "by_name": "石阡县老龄办", "by_place": "石阡县"}
    address = reverse("conference-contribution", kwargs={"pk": conference.pk})
    assert client.post(address, {**paper, "by_place": "没有的地方"}).status_code == 422
    assert client.post(address, paper).status_code == 302
    assert conferences.Contribution.objects.get().by_place.area_path == at.NEIGHBOUR

    visit = {"visited": "街上村老年协会", "on": "2012-08-17"}
    assert client.post(reverse("conference-visit", kwargs={"pk": conference.pk}), visit).status_code == 302
    assert conferences.Visit.objects.get().visited_id == cast.associations[at.VILLAGE].pk
    assert figure(conferences.PAPERS, path=at.PREFECTURE, period=year(2012)).value == 1
    assert figure(conferences.VISITS, path=at.COUNTY, period=year(2012)).value == 1


def test_the_record_shows_everything_and_its_figures_are_doors(cast: Cast, held: conferences.Conference) -> None:
    shown = cast.client(cast.county).get(reverse("conference", kwargs={"pk": held.pk})).content.decode()
    assert "抓好协会班子" in shown
    assert reverse("association", kwargs={"pk": cast.associations[at.VILLAGE].pk}) in shown
    assert f"{reverse('door', kwargs={'key': 'conference.papers'})}?place={at.COUNTY}&amp;period=2012" in shown
    neighbour = cast.client(cast.stranger).get(reverse("conference", kwargs={"pk": held.pk})).content.decode()
    assert reverse("association", kwargs={"pk": cast.associations[at.VILLAGE].pk}) not in neighbour


def test_few_statements_whatever_the_number(
    cast: Cast, held: conferences.Conference, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client(cast.county)
    client.get(reverse("conferences"))
    for _number in range(3):
        for address in (reverse("conferences"), reverse("conference", kwargs={"pk": held.pk})):
            with django_assert_max_num_queries(BUDGET):
                client.get(address)
        more(held, cast)
