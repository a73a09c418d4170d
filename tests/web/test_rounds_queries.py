"""The pages of rounds ask the database as often for many rows as for few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import SYSTEM, TOWNSHIP, VILLAGE, Cast
from tests.returns.ground import Asked, ask
from tests.whole.scene import opened
from yinling.base.period import year
from yinling.network import open_place
from yinling.returns import check_return

MANY = 27


def worked_on(asked: Asked) -> Asked:
    """The same with all but one handed in and checked once."""
    for row in asked.round.returns.exclude(area_path=VILLAGE):
        asked.hand_in(row.area_path)
        row.refresh_from_db()
        check_return(answer=row, seen=row.changed_by, by=SYSTEM)
    return asked


def counts(asked: Asked) -> dict[str, int]:
    """How often each page asks, by what it shows."""
    desk, one = asked.cast.client(asked.cast.county), f"/rounds/{asked.round.pk}/"
    pages = {
        "round": one, "returns": f"{one}returns/", "list": f"{one}list.xlsx", "rounds": "/rounds/", "todo": "/todo/",
        "burden": "/burden/", "return": f"/returns/{asked.of(VILLAGE).pk}/",
    }  # fmt: skip
    found = {}
    for name, page in pages.items():
        assert opened(desk, page).status_code == 200
        with CaptureQueriesContext(connection) as caught:
            opened(desk, page)
        found[name] = len(caught)
    return found


@pytest.mark.long
def test_no_page_asks_more_for_more_rows(cast: Cast) -> None:
    few = worked_on(ask(cast, period=year(2011)))
    first = counts(few)
    since = cast.places[VILLAGE].opened
    for number in range(MANY):
        open_place(parent=cast.places[TOWNSHIP], level=5, kind="villagers", name=f"新{number}村", on=since, by=SYSTEM)
        ask(cast, few.round.form, period=year(1980 + number), area=cast.places[TOWNSHIP])
    many = worked_on(ask(cast, few.round.form, period=year(2012)))
    assert many.round.units == few.round.units + MANY
    assert counts(many) == first
