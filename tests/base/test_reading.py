"""Rows read by a written-out statement are the rows the ORM reads."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast as at
from tests.cast import Cast
from yinling.base.reading import rows_by_key, rows_of
from yinling.facts import Entry
from yinling.network import Account, Place, line_at, place_at
from yinling.people import Person

pytestmark = pytest.mark.django_db


def test_columns_are_converted_as_the_orm_does(cast: Cast) -> None:
    assert rows_of(Person, "id = %s", [cast.person.pk])[0].phone == at.CHAIR_PHONE
    for model, condition in ((Person, "true"), (Entry, "true"), (Place, "true")):
        ours = {row.pk: row for row in rows_of(model, condition, [])}
        theirs = model._base_manager.in_bulk(list(ours))
        assert ours and ours.keys() == theirs.keys()
        for key, row in ours.items():
            for column in model._meta.concrete_fields:
                assert getattr(row, column.attname) == getattr(theirs[key], column.attname), column.name


def test_relations_are_read_with_the_row_as_the_orm_does(cast: Cast) -> None:
    related = ("parent", "parent__parent")
    ours = rows_of(Place, "self.level <= 3 ORDER BY self.area_path", [], related=related)
    theirs = Place.objects.select_related(*related).filter(level__lte=3).order_by("area_path")
    with CaptureQueriesContext(connection) as asked:
        above = [(place.parent, place.parent.parent if place.parent else None) for place in ours]
    assert len(asked.captured_queries) == 0
    assert above == [(place.parent, place.parent.parent if place.parent else None) for place in theirs]
    assert [place.parent.name for place in ours if place.parent] == [
        place.parent.name for place in theirs if place.parent
    ]
    assert above[0] == (None, None) and above[-1][1] is not None


def test_what_was_not_read_is_read_when_asked_for(cast: Cast) -> None:
    row = rows_of(Account, "username = %s", [cast.county.username], fields=("username",))[0]
    with CaptureQueriesContext(connection) as asked:
        assert row.username == cast.county.username
        assert len(asked.captured_queries) == 0
        assert row.display_name == cast.county.display_name
        assert len(asked.captured_queries) == 1


def test_rows_that_were_read_can_be_written(cast: Cast) -> None:
    found = place_at(at.VILLAGE)
    assert found is not None and not found._state.adding
    assert [place.area_path for place in line_at(at.VILLAGE)] == ["52", "5206", "520622", "520622102", at.VILLAGE]
    assert place_at("99") is None


def test_rows_by_key_leaves_out_what_is_not_there(cast: Cast) -> None:
    keys = [cast.person.pk, cast.person.pk, 0]
    assert rows_by_key(Person, keys, fields=("name",)) == {cast.person.pk: cast.person}
    with CaptureQueriesContext(connection) as asked:
        assert rows_by_key(Person, ()) == {}
    assert len(asked.captured_queries) == 0
