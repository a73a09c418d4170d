"""Statements of fixed text: planned once for a connection, never within a transaction, and not for a table that has changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yinling.base.reading import fixed

LOOK_UP = "SELECT word FROM probe WHERE id = %s"
PLANS = "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT word FROM probe WHERE id = $1'"


@pytest.fixture
def probe(db: None) -> Iterator[None]:
    run(
        "CREATE TABLE probe (id bigint PRIMARY KEY, word varchar(10))",
        "INSERT INTO probe VALUES (1, 'one'), (2, 'two')",
    )
    yield
    run("DROP TABLE probe")


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_it_is_planned_once(probe: None) -> None:
    assert [fixed(LOOK_UP, [key]) for key in (1, 2, 3, 1)] == [[("one",)], [("two",)], [], [("one",)]]
    assert fixed(PLANS) == [(1,)]


@pytest.mark.django_db
def test_no_plan_is_kept_within_a_transaction(probe: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert fixed(LOOK_UP, [2]) == [("two",)]
    assert asked.captured_queries[0]["sql"] == "SELECT word FROM probe WHERE id = 2"
    assert fixed(PLANS) == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_a_migration_beside_it_does_no_harm(probe: None) -> None:
    assert fixed(LOOK_UP, [1]) == [("one",)]
    beside = connection.copy()
    with beside.cursor() as cursor:
        cursor.execute("ALTER TABLE probe ALTER word TYPE varchar(20)")
    beside.close()
    assert [fixed(LOOK_UP, [key]) for key in (1, 2)] == [[("one",)], [("two",)]]


@pytest.mark.django_db(transaction=True)
def test_a_plan_does_not_outlive_its_connection(probe: None) -> None:
    assert fixed(LOOK_UP, [1]) == [("one",)]
    connection.close()
    assert fixed(PLANS) == [(0,)]
    assert fixed(LOOK_UP, [2]) == [("two",)]
