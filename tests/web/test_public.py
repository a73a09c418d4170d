"""The public page: open to all, no doors, no small counts; and the page that says whether the platform is well."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.urls import reverse

from tests import cast as at
from tests.cast import Cast
from yinling.associations import register
from yinling.base import clock
from yinling.base.period import as_of
from yinling.figures import measure_of, table
from yinling.network import Place, open_place, place_at
from yinling.web.public import MARK

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

Row = list[str]


def rows(cast: Cast, path: str = "") -> tuple[list[str], dict[str, Row]]:
    """What is printed for a place (rural: count, coverage, venue, activity; then urban), and for each place below."""
    response = cast.client().get(reverse("public-place", kwargs={"path": path}) if path else reverse("public"))
    assert response.status_code == 200
    tiles = [tile["figure"]["text"] for family in response.context["families"] for tile in family["tiles"]]
    cells = [row["cells"] for row in response.context["rows"]]
    return tiles, {first["text"]: [cell["figure"]["text"] for cell in others] for first, *others in cells}


def villages(township: str, places: int, associations: int, *, venues: int = 0) -> None:
    """Add villages to a township, some with an association, some of these with a venue."""
    parent = place_at(township)
    assert parent is not None
    for number in range(places):
        village = open_place(parent=parent, level=5, kind="villagers", name=f"村{number}", on=at.OPENED, by=at.SYSTEM)
        if number < associations:
            venue = {"has_venue": number < venues}
            register(
                place=village, name=f"协会{number}", founded=at.FOUNDED, by=at.SYSTEM,
                attributes={"setting": {"setting": "rural"}, "venue": venue},
            )  # fmt: skip


def township(county: str, name: str) -> str:
    """A new township."""
    parent = place_at(county)
    assert parent is not None
    return open_place(parent=parent, level=4, kind="town", name=name, on=at.OPENED, by=at.SYSTEM).area_path


def test_it_is_open_to_all_and_has_no_doors(cast: Cast) -> None:
    villages(at.TOWNSHIP, 20, 10, venues=6)
    for client in (cast.client(), cast.client(cast.stranger), cast.client(cast.county)):
        for address in (reverse("public"), reverse("public-place", kwargs={"path": at.PREFECTURE})):
            response = client.get(address)
            shown = response.content.decode()
            assert response.status_code == 200
            for door in ("/associations/", "/people/", "/places/", reverse("door", kwargs={"key": "rural.coverage"})):
                assert f'href="{door}' not in shown
            for secret in ("杨秀英", "杨*英", at.CHAIR_ID, "老年协会</a>"):
                assert secret not in shown
    assert reverse("account_login") in cast.client().get(reverse("public")).content.decode()
    assert cast.client().get(reverse("public")).context["title"] == "贵州省"


def test_villages_and_ended_places_have_no_page(cast: Cast) -> None:
    for path in (at.VILLAGE, "99", "520622102999"):
        assert cast.client().get(reverse("public-place", kwargs={"path": path})).status_code == 404


def test_large_counts_are_those_of_the_register(cast: Cast) -> None:
    villages(at.TOWNSHIP, 20, 9, venues=5)
    villages("520623101", 20, 10, venues=5)
    tiles, below = rows(cast, at.COUNTY)
    assert tiles[:2] == ["10", "45.45"]  # ten associations in 22 villages
    now = as_of(clock.today())
    measure = measure_of("rural.coverage")
    assert table([measure], paths=[at.COUNTY], periods=[now]).at(measure, at.COUNTY, now).text == tiles[1]
    assert below["朱家场镇"][:2] == ["10", "45.45"]


def test_a_small_count_shows_a_mark_and_no_share(cast: Cast) -> None:
    tiles, below = rows(cast)  # one rural and one urban association in the whole province
    assert set(tiles) == {MARK, "*"}
    assert below["铜仁市"][:2] == [MARK, "*"]
    assert not any(re.search(r"\d\.\d\d", text) for text in [*tiles, *(text for row in below.values() for text in row)])


def test_a_single_small_count_cannot_be_had_from_the_rest(cast: Cast) -> None:
    villages(at.TOWNSHIP, 20, 10, venues=6)
    for name, count in (("甲镇", 8), ("乙镇", 12)):
        villages(township(at.COUNTY, name), 20, count, venues=6)
    small = township(at.COUNTY, "丙镇")
    villages(small, 20, 2)
    tiles, below = rows(cast, at.COUNTY)
    assert tiles[0] == "33"
    hidden = [name for name, row in below.items() if row[0] == MARK]
    assert "丙镇" in hidden
    assert "甲镇" in hidden  # the next smallest goes with it
    assert below["乙镇"][0] == "12"
    # Nor can the partner be read on its own page.
    partner = Place.objects.get(name="甲镇").area_path
    assert rows(cast, partner)[0][:2] == [MARK, "*"]
    assert rows(cast, Place.objects.get(name="乙镇").area_path)[0][0] == "12"


def test_below_a_place_that_is_held_back_nothing_adds_up_to_it(cast: Cast) -> None:
    villages(at.TOWNSHIP, 30, 20, venues=6)
    villages("520623101", 20, 3)
    assert rows(cast, at.PREFECTURE)[1]["石阡县"][0] == MARK
    tiles, below = rows(cast, at.NEIGHBOUR)
    assert tiles[0] == MARK
    assert {row[0] for row in below.values()} == {MARK}


def test_a_share_that_lacks_little_is_held_back_and_its_count_is_not(cast: Cast) -> None:
    villages(at.TOWNSHIP, 20, 19, venues=6)
    villages("520623101", 20, 10, venues=5)
    tiles, below = rows(cast, at.COUNTY)
    assert tiles[:2] == ["20", "*"]  # two of 22 villages have none
    assert below["朱家场镇"][:2] == ["20", "*"]
    assert rows(cast, at.NEIGHBOUR)[0][:2] == ["10", "*"]  # or the other could be had from that of the prefecture


def test_shares_of_a_few_are_held_back(cast: Cast) -> None:
    villages(at.TOWNSHIP, 20, 10, venues=2)
    villages("520623101", 20, 10, venues=5)
    tiles, _below = rows(cast, at.TOWNSHIP)
    assert tiles[0] == "11"
    assert tiles[2] == "*"  # three of eleven have a venue
    assert Decimal(tiles[1]) == Decimal("50.00")


def test_few_statements_whatever_the_number(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = cast.client()
    for number in range(3):
        for path in (at.PREFECTURE, at.COUNTY, at.TOWNSHIP):
            with django_assert_max_num_queries(10):
                client.get(reverse("public-place", kwargs={"path": path}))
        township(at.COUNTY, f"镇{number}")


@pytest.mark.django_db
def test_the_platform_is_well(cast: Cast) -> None:
    response = cast.client().get(reverse("healthz"))
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.parametrize("which", ["max", "min"])
def test_a_waiting_migration_is_not_well(cast: Cast, which: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM django_migrations WHERE app = 'yinling' AND name = (SELECT {which}(name) FROM django_migrations "
            "WHERE app = 'yinling')"
        )
    response = cast.client().get(reverse("healthz"))
    assert (response.status_code, response.content) == (503, b"migrations")


def test_a_database_that_does_not_answer_is_not_well(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_self: CursorWrapper, _sql: str, _values: object = None) -> None:
        raise OperationalError

    client = cast.client()
    with monkeypatch.context() as patched:
        patched.setattr(CursorWrapper, "execute", silent)
        response = client.get(reverse("healthz"))
    assert (response.status_code, response.content) == (503, b"database")
