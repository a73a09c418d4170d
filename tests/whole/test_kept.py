"""A base that is laid out from its copy is what its actions made, and no two tests share anything of it."""

from __future__ import annotations

import pytest

from tests.cast import SYSTEM, VILLAGE, make_cast
from tests.facts.ground import load, rolled_back
from tests.kept import contents, laid_out
from yinling.associations import dissolve
from yinling.base import clock
from yinling.facts import forget_series, verify
from yinling.figures import recheck

pytestmark = pytest.mark.django_db


def lines() -> dict[str, int]:
    """How many rows each table has."""
    return {table: rows.count(b"\n") for table, rows in contents().items()}


def test_what_is_laid_out_is_what_was_made() -> None:
    forget_series()
    with rolled_back():
        make_cast()
        made = lines()
    forget_series()
    laid: list[dict[str, list[bytes]]] = []  # sorted: where on its pages a row lies is the server's affair
    for _time in range(2):
        with rolled_back():
            cast = laid_out(make_cast)
            laid.append({table: sorted(rows.split(b"\n")) for table, rows in contents().items()})
            assert lines() == made
            assert [*verify(), *recheck()] == []
            dissolve(association=cast.associations[VILLAGE], on=clock.today(), reason="停办", by=SYSTEM)
        forget_series()
    assert laid[0] == laid[1], "what the first did with it is nowhere in the second"


def test_rows_and_objects_belong_together() -> None:
    forget_series()
    cast = laid_out(make_cast)
    for account in (cast.county, cast.chair):
        account.refresh_from_db()
        assert cast.actor(account).home


def test_where_something_was_recorded_before_it_is_made_as_usual() -> None:
    calls: list[int] = []

    def make() -> list[int]:
        calls.append(1)
        return calls

    laid_out(make)
    laid_out(make)
    assert len(calls) == 1, "the second was laid out"
    forget_series()
    load()
    assert laid_out(make) is calls
    assert len(calls) == 2
