"""Why a figure differs, as a page; and what became of frozen figures, as a component."""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from tests import cast as at
from tests.cast import Cast
from yinling.activities import conferences
from yinling.associations import RURAL, change_attribute, correct_attribute, dissolve
from yinling.base.period import as_of
from yinling.figures import Region, drifts, freeze
from yinling.network import Account, actor_of
from yinling.web.drifts import SHOWN, drift_rows

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
BEFORE, AFTER = "2004-12-31", "2012-08-16"


def address(key: str, name: str = "why", **query: str) -> str:
    asked = {"place": at.COUNTY, "before": BEFORE, "after": AFTER} | query
    return reverse(name, kwargs={"key": key}, query=asked)


def text(cast: Cast, url: str, account: Account | None = None, status: int = 200) -> str:
    response = cast.client(account or cast.county).get(url)
    assert response.status_code == status
    return html.unescape(response.content.decode())


def plain(page: str) -> str:
    """What of a page is read, without the white space between its parts."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))


def test_the_sentence_comes_first_then_the_parts(cast: Cast) -> None:
    dissolve(association=cast.associations[at.VILLAGE], on=date(2012, 8, 10), reason="停办", by=at.SYSTEM)
    page = text(cast, address("rural.members", before="2012-08-01"))
    assert "126</a>" in page
    assert "−126" in plain(page)
    assert plain(page).index("→") < plain(page).index("−126")
    child = f"child={at.TOWNSHIP}"
    doors = {found for found in re.findall(r'href="([^"]+)"', page) if "/why/facts/" in found}
    assert any(child in door and "cause" not in door for door in doors)
    assert any("cause=ended" in door and "child" not in door for door in doors)
    for door in doors:
        assert "街上村老年协会" in text(cast, door)


def test_a_share_opens_both_of_its_counts(cast: Cast) -> None:
    page = text(cast, address("rural.coverage"))
    doors = [door for door in re.findall(r'href="([^"]+)"', page) if "/why/facts/" in door and "cause=new" in door]
    assert {re.search(r"part=(\d)", door)[1] for door in doors} == {"0", "1"}  # type: ignore[index]
    shown = [text(cast, next(door for door in doors if f"part={number}" in door)) for number in (0, 1)]
    assert "街上村老年协会" in shown[0]
    assert "前光村" in shown[1]


def test_a_difference_opens_the_count_that_changed(cast: Cast) -> None:
    """Villages without an association: it is the associations that changed, not the villages."""
    page = text(cast, address("rural.places_without", before="2005-06-01"))
    doors = [door for door in re.findall(r'href="([^"]+)"', page) if "/why/facts/" in door]
    assert doors
    assert all("part=1" in door for door in doors)
    assert "街上村老年协会" in text(cast, doors[0])


def test_facts_of_another_area_are_counted_but_not_opened(cast: Cast) -> None:
    own = text(cast, address("rural.members", "why-facts"))
    assert "街上村老年协会" in own
    response = cast.client(cast.stranger).get(address("rural.members", "why-facts", place="52"))
    assert "街上村老年协会" not in response.content.decode()
    assert re.findall(r"\d+", response.context["page"]["empty"]["hint"]) == ["1", "0"]


def test_many_facts_come_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yinling.web.why.SIZE", 1)
    first = text(cast, address("villages", "why-facts", cause="new"))
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = text(cast, following[1])
    assert 'rel="prev"' in second
    assert ("街上村" in first) is not ("街上村" in second)


@pytest.mark.parametrize(
    "query",
    [{"before": "abc"}, {"after": "2012-13"}, {"before": ""}, {"before": "2012-02-30"}, {"after": "9" * 400}],
)
def test_a_period_that_is_none_is_said_at_its_field(cast: Cast, query: dict[str, str]) -> None:
    page = text(cast, address("rural.venue", **query), status=422)
    assert "field-bad" in page
    assert "/why/facts/" not in page
    assert cast.client(cast.county).get(address("rural.venue", "why-facts", **query)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"place": "99"},
        {"cause": "weather"},
        {"place": "<script>"},
    ],
)
def test_what_is_not_there_is_not_found(cast: Cast, query: dict[str, str]) -> None:
    client = cast.client(cast.county)
    assert client.get(address("rural.venue", "why-facts", **query)).status_code == 404
    assert client.get(address("no.such.figure")).status_code == 404
    if "place" in query:
        assert client.get(address("rural.venue", **query)).status_code == 404


@pytest.mark.parametrize("query", [{"start": "x"}, {"start": "9" * 40}, {"part": "99"}, {"child": "99"}])
def test_an_odd_page_or_part_is_no_failure(cast: Cast, query: dict[str, str]) -> None:
    text(cast, address("rural.venue", "why-facts", **query))


@pytest.mark.parametrize("key", ["rural.venue", "rural.coverage", conferences.PAPERS.card.key, "rural.places_with"])
@pytest.mark.parametrize(
    "query", [{}, {"after": "2012"}, {"after": "2012-08-16"}, {"after": "0001-01-01"}, {"place": "52"}]
)
def test_periods_nobody_chose_are_the_time_before(cast: Cast, key: str, query: dict[str, str]) -> None:
    text(cast, reverse("why", kwargs={"key": key}, query=query))


def test_the_card_and_the_door_lead_there(cast: Cast) -> None:
    wanted = reverse("why", kwargs={"key": "rural.venue"})
    assert f'href="{wanted}?place={at.COUNTY}"' in text(cast, reverse("definition", kwargs={"key": "rural.venue"}))
    door = reverse("door", kwargs={"key": "rural.venue"}, query={"place": at.COUNTY, "period": AFTER})
    assert f'href="{wanted}?place={at.COUNTY}&after={AFTER}"' in text(cast, door)


def test_reading_many_places_takes_no_more_statements(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client(cast.province)
    with django_assert_max_num_queries(22):
        client.get(address("rural.coverage", place=""))
    with django_assert_max_num_queries(22):
        client.get(address("rural.coverage", place=at.TOWNSHIP))


def test_what_became_of_frozen_figures_is_shown(cast: Cast) -> None:
    association = cast.associations[at.VILLAGE]
    frozen = [
        freeze(measure=measure, region=Region(at.COUNTY), period=as_of(date(2012, 12, 31)), by=at.SYSTEM)
        for measure in (RURAL.members, RURAL.venue, RURAL.venue_share)
    ]
    for count in range(SHOWN + 2):
        change_attribute(
            association=association, attribute="members", values={"member_count": 200 + count},
            on=date(2012, 8, 1), by=at.SYSTEM,
        )  # fmt: skip
    association.refresh_from_db()
    correct_attribute(
        association=association, attribute="venue", values={"has_venue": False}, since=at.FOUNDED, reason="误报",
        by=at.SYSTEM,
    )  # fmt: skip
    found = drifts(frozen)
    assert [drift.difference for drift in found] == [Decimal(85), Decimal(-1), Decimal(-100)]
    rows = drift_rows(found, actor_of(cast.admin, "test"))
    page = plain(shown := render_to_string("components/drift.html", {"drifts": rows}))
    assert "126" in page
    assert "+85" in page
    assert "−100.00" in page
    assert f"/trail/{found[1].entries[0].entry.pk}/facts/" in shown
    assert len(rows[0]["rows"]) == SHOWN + 1  # type: ignore[arg-type]
    nobody = render_to_string("components/drift.html", {"drifts": drift_rows(found, actor_of(cast.township, "test"))})
    assert "/trail/" not in nobody
    unchanged = drift_rows(drifts([frozen[0]])[:0], actor_of(cast.admin, "test"))
    assert render_to_string("components/drift.html", {"drifts": unchanged}).strip()
