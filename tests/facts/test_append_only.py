"""What is recorded stays: the database itself refuses every change of the append-only tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tests.facts import ground
from tests.facts.ground import A1, FLOWS, OPENED, SYSTEM, happen, sql
from yinling.associations import add_evidence, register
from yinling.base.period import as_of
from yinling.facts import NewFact
from yinling.figures import Region, freeze
from yinling.network import Place

pytestmark = pytest.mark.django_db
TABLES = ("entry", "fact", "series", "frozen", "evidence")


@pytest.fixture
def records(settings: object, tmp_path: Path) -> None:
    """At least one row in each of the tables."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    places = ground.load()
    happen(NewFact(A1, 1, "520101", OPENED))
    freeze(measure=FLOWS, region=Region("52"), period=as_of(date(2012, 1, 1)), by=SYSTEM)
    association = register(
        place=places["520101001001"],
        name="老年协会",
        founded=OPENED,
        attributes={"setting": {"setting": "rural"}},
        by=SYSTEM,
    )
    add_evidence(association=association, name="a.pdf", content=b"%PDF-1.7", by=SYSTEM)
    sql("SET CONSTRAINTS ALL IMMEDIATE")  # nothing but the guard may stand in the way of TRUNCATE


@pytest.mark.parametrize(
    "statement", ["UPDATE yinling_{} SET id = id", "DELETE FROM yinling_{}", "TRUNCATE yinling_{} CASCADE"]
)
@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_to_change_what_is_recorded(records: None, table: str, statement: str) -> None:
    before = sql(f"SELECT count(*) FROM yinling_{table}")
    assert before != [(0,)]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sql(statement.format(table))
    assert sql(f"SELECT count(*) FROM yinling_{table}") == before


def test_every_table_that_promises_it_has_both_triggers() -> None:
    found = sql("SELECT tgrelid::regclass::text, count(*) FROM pg_trigger WHERE tgname ~ '^append_only' GROUP BY 1")
    assert dict(found) == {f"yinling_{table}": 2 for table in TABLES}  # type: ignore[arg-type]


def test_places_may_change(records: None) -> None:
    assert (
        Place.objects.filter(area_path="52").update(name="x") == 1
    )  # so that the refusals above are not of everything
