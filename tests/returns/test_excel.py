"""A county's returns by Excel: the list taken, filled in, handed in, handed in again, undone."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from tests.cast import BARE_VILLAGE, COMMUNITY, COUNTY, TOWNSHIP, VILLAGE, Cast
from tests.exchange import ground
from tests.exchange.ground import step
from tests.returns.ground import Asked, ask
from yinling.base.rules import Actor, Refused
from yinling.exchange import Batch, refused_rows, request_commit, request_undo
from yinling.facts import verify
from yinling.figures import recheck
from yinling.returns import check_many


@pytest.fixture
def asked(cast: Cast) -> Asked:
    return ask(cast)


def taken(asked: Asked, client: Client) -> Workbook:
    """The list as the county downloads it."""
    client.force_login(asked.cast.county)
    answer = client.get(f"/rounds/{asked.round.pk}/list.xlsx?place={COUNTY}")
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(b"".join(answer)))


def filled(book: Workbook, answers: dict[str, dict[str, object]]) -> bytes:
    """The list with answers written in, by unit and header."""
    sheet = book.active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    head = next(row for row in rows if len([cell for cell in row if cell.value]) > 3)
    columns = {str(cell.value): cell.column - 1 for cell in head}
    for row in rows:
        for header, value in answers.get(str(row[1].value), {}).items():
            row[columns[header]].value = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def checked(content: bytes, round_id: int, by: Actor) -> Batch:
    """Upload a list through the import component, take the proposed columns and have it checked."""
    return ground.checked(content, by, importer=f"returns.{round_id}")


def handed_in(asked: Asked, content: bytes) -> Batch:
    """The same by the county, and the good rows put in."""
    batch = checked(content, asked.round.pk, asked.by("county"))
    request_commit(batch=batch, by=asked.by("county"))
    return step(batch)


def undone(asked: Asked, batch: Batch) -> Batch:
    """Ask for the undo of a list."""
    request_undo(batch=batch, reason="发错文件", by=asked.by("county"))
    return step(batch)


GOOD: dict[str, object] = {
    "六十岁以上老年人数": 120,
    "独居老年人数": 9.0,
    "全年开展活动次数": "6",
    "有无老年食堂": "有",
}
ALL = {"街上村村民委员会": GOOD, "前光村村民委员会": GOOD, "街上居民委员会": GOOD}


def test_a_list_goes_out_and_comes_back(asked: Asked, client: Client) -> None:
    content = filled(taken(asked, client), ALL)
    batch = handed_in(asked, content)
    assert (batch.state, batch.good, batch.refused) == ("committed", 3, 0)
    row = asked.of(VILLAGE)
    assert row.state == "submitted"
    assert row.answers["elders"] == 120
    assert row.answers["canteen"] is True
    assert row.answers["unit_name"] == "街上村村民委员会"


def test_the_same_list_twice_changes_nothing(asked: Asked, client: Client) -> None:
    content = filled(taken(asked, client), ALL)
    handed_in(asked, content)
    before = {row.pk: row.changed_by for row in asked.round.returns.all()}
    again = handed_in(asked, content)
    assert (again.state, again.good, again.refused) == ("committed", 3, 0)
    assert {row.pk: row.changed_by for row in asked.round.returns.all()} == before
    assert [*recheck(), *verify()] == []


def test_bad_rows_come_back_with_reasons_and_the_good_go_in(asked: Asked, client: Client) -> None:
    wrong = {**GOOD, "独居老年人数": 121}
    missing = {**GOOD, "六十岁以上老年人数": "很多"}
    content = filled(taken(asked, client), {**ALL, "前光村村民委员会": wrong, "街上居民委员会": missing})
    batch = handed_in(asked, content)
    assert (batch.state, batch.good, batch.refused) == ("committed", 1, 2)
    reasons = " ".join(str(row.reasons) for row in refused_rows(batch))
    assert "独居人数不能多于老年人数" in reasons
    assert "六十岁以上老年人数" in reasons
    assert {asked.of(BARE_VILLAGE).state, asked.of(COMMUNITY).state} == {"draft"}


def test_an_undone_list_leaves_the_returns_as_they_were(asked: Asked, client: Client) -> None:
    batch = handed_in(asked, filled(taken(asked, client), ALL))
    assert undone(asked, batch).state == "undone"
    assert {row.state for row in asked.round.returns.all()} == {"draft"}
    assert asked.of(VILLAGE).answers == {}
    assert asked.of(VILLAGE).submitted_on is None
    assert [*recheck(), *verify()] == []


def test_a_checked_list_is_not_undone(asked: Asked, client: Client) -> None:
    batch = handed_in(asked, filled(taken(asked, client), ALL))
    ids = [row.pk for row in asked.round.returns.all()]
    assert check_many(round=asked.round, ids=ids, area=asked.cast.places[TOWNSHIP], by=asked.by("township")) == {}
    assert undone(asked, batch).state == "committed"
    assert batch.problem != ""


def test_others_returns_are_refused(asked: Asked, client: Client) -> None:
    other = ask(asked.cast, asked.round.form, area=asked.cast.places["520623"])
    content = filled(taken(asked, client), ALL)
    with pytest.raises(Refused):  # a round that asks nobody in the county
        checked(content, other.round.pk, asked.by("county"))
    batch = checked(content, other.round.pk, asked.by("prefecture"))  # rows of another round
    assert (batch.good, batch.refused) == (0, 3)


def test_a_round_elsewhere_has_no_list_here(asked: Asked, client: Client) -> None:
    other = ask(asked.cast, asked.round.form, area=asked.cast.places["520623"], name="石阡县专项")
    client.force_login(asked.cast.county)
    answer = client.get(f"/imports/new/returns.{other.round.pk}/")
    assert answer.status_code == 403
    assert "石阡县专项" not in answer.content.decode()
    assert client.get(f"/imports/new/returns.{asked.round.pk}/").status_code == 200
