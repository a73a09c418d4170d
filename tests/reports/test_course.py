"""The course of a report: written, reviewed by another, issued with every figure frozen, corrected, cited by those above."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests import cast as at
from tests.cast import SYSTEM, Cast
from tests.facts.ground import together
from tests.reports.ground import TEXT, WHEN, draft, issue, issued, series_of, template
from yinling.associations import RURAL, Association, correct_attribute, register
from yinling.base import clock
from yinling.base.rules import Refused
from yinling.facts import Entry, last_seq, verify
from yinling.figures import Frozen, figure, recheck, thawed
from yinling.office import Document
from yinling.reports import (
    Report,
    ReportFigure,
    ReportTemplate,
    beside,
    correct_report,
    drifted,
    edit_report,
    issue_report,
    issued_layout,
    resolved,
    return_for_changes,
    start_report,
    stated_by,
    submit_for_review,
    summed,
    templates_for,
    visible,
    waiting_reviews,
    withdraw_report,
    write_template,
)
from yinling.reports import actions as report_actions

State = Report.State


def count_right(cast: Cast) -> None:
    """A village turns out to have had an association all along, and another no venue."""
    register(place=cast.places[at.BARE_VILLAGE], name="前光村老年协会", founded=date(2011, 1, 1), by=SYSTEM,
             attributes={"setting": {"setting": "rural"}})  # fmt: skip
    correct_attribute(association=cast.associations[at.VILLAGE], attribute="venue", values={"has_venue": False},
                      since=date(2010, 5, 1), reason="记错", by=SYSTEM)  # fmt: skip


def numbers(rows: Iterable[Iterable[Decimal | None]]) -> list[list[float | None]]:
    """Values as plain numbers, to be compared with what is written here."""
    return [[None if value is None else float(value) for value in row] for row in rows]


def test_from_template_to_document(cast: Cast) -> None:
    report = draft(cast, at.COUNTY, by=cast.actor(cast.county))
    assert (report.state, report.text, report.writers) == (State.DRAFT, TEXT, [cast.county.pk])
    before = last_seq()
    submit_for_review(report=report, by=cast.actor(cast.county))
    done = issue_report(
        report=report, series=series_of(cast, at.COUNTY), issued_on=clock.today(), by=cast.actor(cast.prefecture)
    )
    assert done.state == State.ISSUED
    assert done.cutoff is not None
    assert before < done.cutoff < last_seq()
    document = done.document
    assert document is not None
    assert (document.subject, document.subject_id, document.state) == ("report", done.pk, Document.State.VALID)
    assert "农村协会1个，有场所的占100.00%" in "".join(run.text for run in issued_layout(done).blocks[0].runs)  # type: ignore[union-attr]
    rows = list(done.figures.order_by("pk"))
    assert [(row.mark, row.kind, row.text) for row in rows] == [("f1", "figure", "1"), ("f2", "share", "100.00%")]
    assert rows[1].against is not None
    assert {frozen.cutoff for frozen in Frozen.objects.all()} == {done.cutoff}
    assert Frozen.objects.count() == 2, "the count is frozen once, though it is cited twice"
    assert [*recheck(), *verify()] == []


def test_whoever_wrote_does_not_issue(cast: Cast) -> None:
    report = draft(cast, at.COUNTY, by=cast.actor(cast.county))
    edit_report(report=report, title="一", text=TEXT, by=cast.actor(cast.prefecture))
    submit_for_review(report=report, by=cast.actor(cast.county))
    series = series_of(cast, at.COUNTY)
    assert [
        waiting_reviews(cast.actor(one)).count() for one in (cast.county, cast.prefecture, cast.province, cast.township)
    ] == [0, 0, 1, 0]
    for account in (cast.county, cast.prefecture):
        with pytest.raises(Refused, match=r"."):
            issue_report(report=report, series=series, issued_on=clock.today(), by=cast.actor(account))
    for account in (cast.township, cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            issue_report(report=report, series=series, issued_on=clock.today(), by=cast.actor(account))
    assert not Document.objects.exists()
    assert not Frozen.objects.exists()
    assert issue_report(report=report, series=series, issued_on=clock.today(), by=cast.actor(cast.province)).document


def test_two_editors_do_not_overwrite_each_other(cast: Cast) -> None:
    report = draft(cast, at.COUNTY)
    seen = report.changed_by
    first = edit_report(
        report=Report.objects.get(pk=report.pk), title="一", text="甲", seen=seen, by=cast.actor(cast.county)
    )
    with pytest.raises(Refused):
        edit_report(
            report=Report.objects.get(pk=report.pk), title="二", text="乙", seen=seen, by=cast.actor(cast.prefecture)
        )
    kept = Report.objects.get(pk=report.pk)
    assert (kept.title, kept.text, kept.writers) == ("一", "甲", [cast.county.pk])
    assert first.changed_by == kept.changed_by != seen


def test_a_broken_tag_is_saved_but_not_handed_in(cast: Cast) -> None:
    report = draft(cast, at.COUNTY)
    edit_report(report=report, title="一", text="甲{{ figure vilages }}", by=SYSTEM)
    with pytest.raises(Refused, match="villages"):
        submit_for_review(report=report, by=SYSTEM)
    for text in ("", "  \n", "甲" * 100_001):
        with pytest.raises(ValidationError):
            edit_report(report=report, title="一", text=text, by=SYSTEM)
    assert Report.objects.get(pk=report.pk).text == "甲{{ figure vilages }}"


def test_a_missing_figure_blocks_and_is_named(cast: Cast) -> None:
    report = draft(cast, at.NEIGHBOUR, "甲{{ figure urban.coverage }}")
    with pytest.raises(Refused, match="石阡县"):
        submit_for_review(report=report, by=SYSTEM)
    # It can also vanish while the report is reviewed.
    report = draft(cast, at.COUNTY, "甲{{ figure rural.venue_share }}")
    submit_for_review(report=report, by=SYSTEM)
    correct_attribute(association=cast.associations[at.VILLAGE], attribute="setting", values={"setting": "urban"},
                      since=date(2010, 5, 1), reason="记错", by=SYSTEM)  # fmt: skip
    with pytest.raises(Refused, match="玉屏侗族自治县"):
        issue_report(report=report, series=series_of(cast, at.COUNTY), issued_on=clock.today(), by=SYSTEM)
    assert Report.objects.get(pk=report.pk).state == State.REVIEW
    assert not Frozen.objects.exists()


def test_issuing_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    report = draft(cast, at.COUNTY)
    submit_for_review(report=report, by=SYSTEM)
    series, before = series_of(cast, at.COUNTY), last_seq()

    def fail(*_arguments: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(report_actions, "issue_document", fail)
    with pytest.raises(OSError, match="disk"):
        issue_report(report=report, series=series, issued_on=clock.today(), by=SYSTEM)
    assert (Report.objects.get(pk=report.pk).state, last_seq()) == (State.REVIEW, before)
    assert not ReportFigure.objects.exists()
    assert not Frozen.objects.exists()


def test_what_issue_refuses(cast: Cast) -> None:
    report = draft(cast, at.COUNTY)
    arguments: dict[str, Any] = {
        "report": report,
        "series": series_of(cast, at.COUNTY),
        "issued_on": clock.today(),
        "by": SYSTEM,
    }
    with pytest.raises(Refused):
        issue_report(**arguments)
    submit_for_review(report=report, by=SYSTEM)
    with pytest.raises(ValidationError):
        issue_report(**arguments | {"series": series_of(cast, at.PREFECTURE)})
    with pytest.raises(ValidationError):
        issue_report(**arguments | {"issued_on": date(2999, 1, 1)})
    with pytest.raises(ValidationError):
        return_for_changes(report=report, remark=" ", by=SYSTEM)
    report = return_for_changes(report=report, remark="改一处", by=SYSTEM)
    assert (report.state, report.remark) == (State.DRAFT, "改一处")
    assert submit_for_review(report=report, by=SYSTEM).remark == ""
    done = issue_report(**arguments)
    tries: list[Callable[[], object]] = [
        lambda: issue_report(**arguments), lambda: submit_for_review(report=done, by=SYSTEM),
        lambda: edit_report(report=done, title="一", text="二", by=SYSTEM),
        lambda: return_for_changes(report=done, remark="晚了", by=SYSTEM),
    ]  # fmt: skip
    for again in tries:
        with pytest.raises(Refused):
            again()


def test_frozen_figures_stay_and_drift_says_by_how_much(cast: Cast) -> None:
    report = issued(
        cast,
        at.COUNTY,
        TEXT + "\n\n{% if rural.coverage >= 50 %}过半{% end %}{{ difference villages from=2009 to=this }}",
    )
    layout = issued_layout(report)
    assert [one.difference for one in drifted(report)] == [0, 0, 0, 0]
    assert all(one.same for one in drifted(report))
    count_right(cast)
    report = Report.objects.get(pk=report.pk)
    assert issued_layout(report) == layout
    found = drifted(report)
    assert [one.row.kind for one in found] == ["figure", "share", "condition", "difference"]
    assert numbers((one.then, one.now, one.difference) for one in found) == [
        [1, 2, 1], [100, 0, -100], [50, 100, 50], [0, 0, 0],
    ]  # fmt: skip
    entries = {recorded.entry.action for one in found for part in one.parts for recorded in part.entries}
    assert entries == {"associations.register", "associations.correct"}
    for one in found[0].parts:
        assert figure(RURAL.all, path=at.COUNTY, period=WHEN).value == one.now.value
    assert list(recheck()) == []


def test_a_corrected_report_takes_the_place_of_the_first(cast: Cast) -> None:
    first = issued(cast, at.COUNTY)
    count_right(cast)
    second = correct_report(report=first, by=cast.actor(cast.county))
    assert (second.state, second.replaces_id, second.text) == (State.DRAFT, first.pk, first.text)
    late = correct_report(report=first, by=SYSTEM)
    second = issue(cast, second)
    first.refresh_from_db()
    assert first.state == State.SUPERSEDED
    assert first.document is not None
    assert (first.document.state, first.document.superseded_by) == (Document.State.SUPERSEDED, second.document)
    assert second.figures.get(mark="f1").text == "2"
    submit_for_review(report=late, by=SYSTEM)
    with pytest.raises(Refused):
        issue_report(report=late, series=series_of(cast, at.COUNTY), issued_on=clock.today(), by=SYSTEM)
    withdraw_report(report=second, reason="另行发布", by=SYSTEM)
    second.refresh_from_db()
    assert second.document is not None
    assert (second.state, second.document.state) == (State.WITHDRAWN, Document.State.WITHDRAWN)
    assert Entry.objects.get(action="reports.withdraw").reason == "另行发布"
    for done in (first, second):
        with pytest.raises(Refused):
            withdraw_report(report=done, reason="再来", by=SYSTEM)
    with pytest.raises(ValidationError):
        withdraw_report(report=issued(cast, at.COUNTY), reason="", by=SYSTEM)


def test_a_template_in_use_is_copied_not_changed(cast: Cast) -> None:
    base = template(cast)
    same = write_template(
        body=base.body, template=base, name="月报", text="改{{ place }}", seen=base.changed_by, by=SYSTEM
    )
    assert (same.pk, same.version, ReportTemplate.objects.count()) == (base.pk, 1, 1)
    report = start_report(
        template=same, issuer=cast.offices[at.COUNTY], place=cast.places[at.COUNTY], period=WHEN, title="一", by=SYSTEM
    )
    newer = write_template(body=base.body, template=same, name="月报", text="再改", by=SYSTEM)
    assert (newer.version, newer.current, newer.text) == (2, True, "再改")
    old = ReportTemplate.objects.get(pk=same.pk)
    assert (old.current, old.text, report.text) == (False, "改{{ place }}", "改{{ place }}")
    with pytest.raises(Refused):
        write_template(body=base.body, template=old, name="月报", text="三改", by=SYSTEM)
    with pytest.raises(Refused):
        write_template(body=base.body, template=newer, name="月报", text="三改", seen=newer.changed_by - 1, by=SYSTEM)
    for name, text in (("", "甲"), ("月报", "甲"), ("新", ""), ("新", "{{ figure vilages }}")):
        with pytest.raises(ValidationError):
            write_template(body=base.body, name=name, text=text, by=SYSTEM)
    assert list(templates_for(cast.actor(cast.county))) == [newer]
    assert list(templates_for(cast.actor(cast.stranger))) == []


def test_a_report_is_about_the_area_of_its_office(cast: Cast) -> None:
    base = template(cast, path=at.COUNTY)
    county: dict[str, Any] = {
        "template": base,
        "issuer": cast.offices[at.COUNTY],
        "place": cast.places[at.COUNTY],
        "period": WHEN,
        "title": "一",
    }
    with pytest.raises(ValidationError):
        start_report(**county | {"place": cast.places[at.PREFECTURE]}, by=SYSTEM)
    with pytest.raises(ValidationError):
        start_report(**county | {"title": " "}, by=SYSTEM)
    with pytest.raises(Refused):
        start_report(**county | {"issuer": cast.offices[at.NEIGHBOUR], "place": cast.places[at.NEIGHBOUR]}, by=SYSTEM)
    with pytest.raises(Refused):
        start_report(**county, by=cast.actor(cast.auditor))
    assert start_report(**county, by=cast.actor(cast.county)).area_path == at.COUNTY


def test_who_sees_which_reports(cast: Cast) -> None:
    drafts, done = draft(cast, at.COUNTY), issued(cast, at.NEIGHBOUR, "甲{{ figure villages }}")
    for account in (cast.province, cast.prefecture, cast.county, cast.auditor):
        assert set(visible(cast.actor(account))) == {drafts, done}
    for account in (cast.township, cast.chair, cast.stranger):
        assert set(visible(cast.actor(account))) == {done}


# Reports that cite reports

CITING = "甲{{ cited rural.associations from=children }}乙{{ cited rural.venue_share from=children }}"


def test_sums_of_the_reports_below(cast: Cast) -> None:
    text = TEXT + "\n\n{{ figure rural.venue_share }}"
    first = issued(cast, at.COUNTY, text)
    count_right(cast)
    issued(cast, at.NEIGHBOUR, "只有{{ figure villages }}个村")
    report = draft(cast, at.PREFECTURE, CITING)
    one, share = resolved(report).figures
    assert [one.kind, one.text] == ["cited", "1"]
    assert numbers([(one.value, one.figure.value)]) == [[1, 2]]
    assert share.text == "100.00%"
    rows = beside(RURAL.all, WHEN, one.stated, None)
    assert [(row.stated.place.area_path, row.difference) for row in rows] == [(at.COUNTY, 1), (at.NEIGHBOUR, None)]
    assert [row.stated.figure is None for row in rows] == [False, True]

    done = issue(cast, report)
    parts = done.figures.filter(kind=ReportFigure.Kind.PART)
    assert [(part.mark, part.stated.report_id, part.text) for part in parts if part.stated] == [
        ("f1", first.pk, "1"),
        ("f2", first.pk, "100.00%"),
    ]
    assert done.figures.get(mark="f1", kind="cited").frozen.value == 2  # type: ignore[union-attr]
    assert [found.difference for found in drifted(done)] == [0, 0]
    issue(cast, correct_report(report=first, by=SYSTEM))
    assert numbers((found.then, found.now) for found in drifted(done)) == [[1, 2], [100, 0]]


def test_without_reports_below_a_sum_is_missing(cast: Cast) -> None:
    report = draft(cast, at.PREFECTURE, CITING)
    assert len(resolved(report).missing) == 2
    with pytest.raises(Refused):
        submit_for_review(report=report, by=SYSTEM)
    withdraw_report(report=issued(cast, at.COUNTY), reason="有误", by=SYSTEM)
    draft(cast, at.NEIGHBOUR)
    places = [cast.places[at.COUNTY], cast.places[at.NEIGHBOUR]]
    stated = stated_by(places, [(RURAL.all.card.key, WHEN.key)])[RURAL.all.card.key, WHEN.key]
    assert [one.report for one in stated] == [None, None]
    assert summed(RURAL.all, stated) is None


@pytest.mark.django_db(transaction=True)
def test_one_cut_off_while_others_write(cast: Cast) -> None:
    """Reports issued amid registrations: all figures of one report are of its cut-off, and agree with each other."""
    text = "{{ figure rural.associations }}{{ figure rural.associations place=parent }}{{ figure rural.members }}{{ figure rural.places_with }}"
    reports = [draft(cast, at.COUNTY, text) for _number in range(3)]
    for report in reports:
        submit_for_review(report=report, by=SYSTEM)
    series, place = series_of(cast, at.COUNTY), cast.places[at.BARE_VILLAGE]

    def write(first: int) -> None:
        for number in range(first, first + 6):
            register(place=place, name=f"会{number}", founded=date(2011, 1, 1), by=SYSTEM,
                     attributes={"setting": {"setting": "rural"}, "members": {"member_count": 10}})  # fmt: skip

    def send(report: Report) -> None:
        issue_report(report=report, series=series, issued_on=clock.today(), by=SYSTEM)

    raised = together(
        lambda: write(0), lambda: write(10), *(lambda report=report: send(report) for report in reports)
    )  # fmt: skip
    assert raised == [None] * 5
    assert Association.objects.filter(area_path=at.BARE_VILLAGE).count() == 12
    for report in Report.objects.filter(state=State.ISSUED):
        frozen = [row.frozen for row in report.figures.order_by("pk") if row.frozen]
        assert {one.cutoff for one in frozen} == {report.cutoff}
        assert [thawed(one).value for one in frozen] == [one.value for one in frozen]
        county, prefecture, members, _places = (one.value for one in frozen)
        assert county == prefecture
        assert members == Decimal(126) + (county - 1) * 10  # type: ignore[operator]
    assert Report.objects.filter(state=State.ISSUED).count() == 3
    assert [*recheck(), *verify()] == []
