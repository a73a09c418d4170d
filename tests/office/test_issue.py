"""Issuing: numbers without gaps, content that stays, states, and who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests import cast as at
from tests.cast import Cast
from tests.facts import ground
from tests.facts.ground import SYSTEM, sql, together
from tests.office import samples
from yinling.base import clock
from yinling.base.period import year
from yinling.base.rules import Refused
from yinling.facts import Entry
from yinling.figures import figure
from yinling.network import Body, dissolve_body, register_body
from yinling.office import ISSUED, Document, DocumentSeries, Layout, digest_of, issue, open_series, supersede, withdraw
from yinling.office.codes import ALPHABET, new_code, read_code

DAY = date(2012, 8, 6)


def series_of(body: Body, word: str = "玉老龄办发") -> DocumentSeries:
    """A series of a body."""
    return open_series(body=body, code_word=word, by=SYSTEM)


def issued(series: DocumentSeries, on: date = DAY, title: str = samples.TITLE) -> Document:
    """An issued document."""
    return issue(series=series, layout=replace(samples.layout(), title=title), issued_on=on, by=SYSTEM)


@pytest.fixture
def series(cast: Cast) -> DocumentSeries:
    """The series of the county's office."""
    return series_of(cast.offices[at.COUNTY])


def test_a_document_gets_the_next_number_of_its_year_and_is_frozen(series: DocumentSeries) -> None:
    documents = [issued(series), issued(series), issued(series, date(2013, 1, 4)), issued(series)]
    assert [(one.year, one.number) for one in documents] == [(2012, 1), (2012, 2), (2013, 1), (2012, 3)]
    kept = Document.objects.get(pk=documents[1].pk)
    assert kept.full_number == "玉老龄办发〔2012〕2号"
    frozen = Layout.from_json(kept.layout)
    assert (frozen.number, frozen.issuer, frozen.issued_on) == (kept.full_number, "玉屏侗族自治县老龄办", DAY)
    assert digest_of(kept.layout) == kept.digest
    assert len({one.check_code for one in documents}) == 4
    entry = Entry.objects.get(pk=kept.entry_id)
    assert {"note": {"sha256": kept.digest}} in entry.changes, "the trail holds the digest to compare with"


def test_no_document_of_a_body_that_had_ended(cast: Cast) -> None:
    body = register_body(place=cast.places[at.COUNTY], kind=Body.Kind.INSTITUTION, name="老年事业促进会", founded=date(2011, 1, 1),
                         by=SYSTEM)  # fmt: skip
    series = series_of(body, "玉促会发")
    dissolve_body(body=body, on=DAY, by=SYSTEM)
    with pytest.raises(Refused, match="老年事业促进会"):
        issued(series)
    assert not Document.objects.exists(), "and no number is gone"
    assert issued(series, DAY - timedelta(days=1)).number == 1


def test_the_digest_changes_with_every_word(series: DocumentSeries) -> None:
    one = issued(series)
    other = {**one.layout, "title": one.layout["title"].replace("报告", "通报")}
    assert digest_of(other) != one.digest


def test_what_is_issued_is_counted_and_stays_counted(series: DocumentSeries) -> None:
    documents = [issued(series) for _number in range(3)]
    withdraw(document=documents[0], reason="有误", by=SYSTEM)
    assert figure(ISSUED, path=at.PREFECTURE, period=year(2012)).value == 3
    assert figure(ISSUED, path=at.PREFECTURE, period=year(2013)).value == 0


def test_states_and_their_reasons(series: DocumentSeries) -> None:
    first, second, third = (issued(series) for _number in range(3))
    with pytest.raises(ValidationError):
        withdraw(document=first, reason="  ", by=SYSTEM)
    with pytest.raises(Refused):
        supersede(document=first, by_document=first, reason="修订", by=SYSTEM)
    gone = supersede(document=first, by_document=second, reason="修订", by=SYSTEM)
    assert (gone.state, gone.superseded_by, gone.reason, gone.ended_on) == ("superseded", second, "修订", clock.today())
    with pytest.raises(Refused):
        withdraw(document=first, reason="再次", by=SYSTEM)
    with pytest.raises(Refused):
        supersede(document=second, by_document=first, reason="回头", by=SYSTEM)
    withdraw(document=third, reason="有误", by=SYSTEM)
    with pytest.raises(Refused):
        supersede(document=second, by_document=third, reason="用废止的", by=SYSTEM)


def test_who_may_issue(cast: Cast, series: DocumentSeries) -> None:
    for account in (cast.county, cast.prefecture, cast.admin):
        issue(series=series, layout=samples.layout(), issued_on=DAY, by=cast.actor(account))
    for account in (cast.township, cast.chair, cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            issue(series=series, layout=samples.layout(), issued_on=DAY, by=cast.actor(account))
        with pytest.raises(Refused):
            open_series(body=cast.offices[at.COUNTY], code_word="别的字", by=cast.actor(account))
    elsewhere = issued(series_of(cast.offices[at.NEIGHBOUR], "石老龄办发"))
    with pytest.raises(Refused):
        supersede(document=Document.objects.all()[0], by_document=elsewhere, reason="越界", by=cast.actor(cast.county))


@pytest.mark.parametrize("on", [date(2999, 1, 1), date(1900, 1, 1)])
def test_a_day_that_cannot_be_right_is_refused(series: DocumentSeries, on: date) -> None:
    with pytest.raises(Refused):
        issued(series, on)


@pytest.mark.parametrize("change", [{"title": "  "}, {"title": "长" * 201}, {"blocks": ()}])
def test_a_document_without_title_or_text_is_refused(series: DocumentSeries, change: dict[str, object]) -> None:
    with pytest.raises(Refused):
        issue(series=series, layout=replace(samples.layout(), **change), issued_on=DAY, by=SYSTEM)  # type: ignore[arg-type]


def test_what_the_database_cannot_hold_is_left_out(series: DocumentSeries) -> None:
    odd = replace(samples.layout(samples.paragraph("前\0后\ud800\u200e完")), title="标\0题\n第二行")
    document = issue(series=series, layout=odd, issued_on=DAY, by=SYSTEM)
    kept = Document.objects.get(pk=document.pk)
    assert kept.title == "标题 第二行"
    assert kept.layout["blocks"][-1]["runs"][0]["text"] == "前后完"
    assert digest_of(kept.layout) == kept.digest


@pytest.mark.parametrize("word", ["", "黔〔2012〕", "黔 老", "8号"])
def test_a_code_word_is_letters_alone(cast: Cast, word: str) -> None:
    with pytest.raises(ValidationError):
        series_of(cast.offices[at.COUNTY], word)


def test_a_code_word_is_taken_once(cast: Cast, series: DocumentSeries) -> None:
    with pytest.raises(ValidationError):
        series_of(cast.offices[at.PREFECTURE])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE yinling_document SET title = 'x'",
        "UPDATE yinling_document SET number = number + 1",
        "UPDATE yinling_document SET layout = '{}'",
        "UPDATE yinling_document SET digest = ''",
        "UPDATE yinling_document SET issued_on = '2000-01-01'",
        "UPDATE yinling_document SET check_code = '', state = 'valid'",
        "DELETE FROM yinling_document",
        "TRUNCATE yinling_document CASCADE",
    ],
)
def test_the_database_refuses_to_change_what_was_issued(series: DocumentSeries, statement: str) -> None:
    issued(series)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="issued document"), transaction.atomic():
        sql(statement)


def test_the_database_lets_the_path_follow_the_map_and_no_state_come_back(series: DocumentSeries) -> None:
    document = issued(series)
    Document.objects.filter(pk=document.pk).update(area_path=at.NEIGHBOUR)
    withdraw(document=document, reason="有误", by=SYSTEM)
    for change in ({"state": "valid", "reason": "", "ended_on": None}, {"reason": "改口"}, {"ended_on": DAY}):
        with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**change)


def test_a_number_twice_is_refused_by_the_database(series: DocumentSeries) -> None:
    document = issued(series)
    document.pk, document.check_code = None, new_code()
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.bulk_create([document])


def test_codes() -> None:
    code = new_code()
    assert len(code) == 14
    assert code.count("-") == 2
    assert not set("01258ILOSUVZB") & set(ALPHABET)
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' — ')} "):
        assert read_code(typed) == code
    assert read_code("".join(chr(ord(sign) + 0xFEE0) for sign in code)) == code, "full-width"
    for wrong in ("", code[:-1], code + "A", code[:-1] + "0", "贵州省"):
        assert read_code(wrong) is None


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_twenty_numbers_without_a_gap_though_some_fail() -> None:
    """Every fifth attempt fails after its number was taken: the number goes to another."""
    place = ground.load()["520101"]
    body = register_body(place=place, kind=Body.Kind.OFFICE, name="老龄办", founded=ground.OPENED, by=SYSTEM)
    series = series_of(body)

    def attempt(number: int) -> None:
        try:
            with transaction.atomic():
                issued(DocumentSeries.objects.get(pk=series.pk), title=f"第{number}件")
                if number % 5 == 0:
                    raise LookupError
        except LookupError:
            pass

    raised = together(*(lambda number=number: attempt(number) for number in range(20)))
    assert raised == [None] * 20
    assert sorted(Document.objects.values_list("number", flat=True)) == list(range(1, 17))
    assert issued(series).number == 17
