"""Work reports at the front door: who reads and writes, the editor that loses nothing, doors behind every figure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests import cast as at
from tests.cast import SYSTEM, Cast
from tests.reports.ground import TEXT, WHEN, draft, issue, issued, series_of, template
from tests.reports.test_course import count_right
from yinling.base import clock
from yinling.office import FontsMissing
from yinling.reports import Report, ReportTemplate, correct_report, submit_for_review
from yinling.web.reports import reading

if TYPE_CHECKING:
    from pytest_django.fixtures import DjangoAssertNumQueries

BUDGET = 24
TABLE = '\n\n{{ table rows=children columns="villages" caption="各乡镇" }}{{ chart measure=villages rows=children }}'


def url(name: str, report: Report) -> str:
    return reverse(name, kwargs={"pk": report.pk})


def test_who_may_open_what(cast: Cast) -> None:
    report, done = draft(cast, at.COUNTY), issued(cast, at.COUNTY, "甲{{ figure villages }}")
    for account, reads, writes in (
        (cast.county, 200, 200), (cast.province, 200, 200), (cast.auditor, 200, 403), (cast.township, 404, 404),
        (cast.chair, 404, 403), (cast.stranger, 404, 403), (None, 302, 302),
    ):  # fmt: skip
        client = cast.client(account)
        assert client.get(url("report", report)).status_code == reads, account
        assert client.get(url("report-edit", report)).status_code == writes, account
        assert client.get(url("report-figures", report)).status_code == writes, account
        assert client.get(url("report", done)).status_code == (302 if account is None else 200)
        assert client.get(reverse("reports")).status_code == (302 if account is None else 200)
        if writes != 200:
            assert client.post(url("report-submit", report)).status_code == writes
    assert cast.client(cast.auditor).get(reverse("report-templates")).status_code == 200
    assert cast.client(cast.chair).get(reverse("report-templates")).status_code == 403


def test_every_figure_of_an_issued_report_is_a_door(cast: Cast) -> None:
    report = issued(cast, at.COUNTY, TEXT + TABLE)
    page = cast.client(cast.chair).get(url("report", report)).content.decode()
    text = page[page.index('<article class="document"') : page.index("</article>")]
    doors = re.findall(r'<a href="(/figures/[^"]+)" class="fig', text)
    assert len(doors) == report.figures.count() > 5
    client = cast.client(cast.county)
    assert all(client.get(door.replace("&amp;", "&")).status_code == 200 for door in set(doors))
    assert report.document is not None
    assert report.document.full_number in page
    assert "各乡镇" in text
    count_right(cast)
    again = cast.client(cast.chair).get(url("report", report)).content.decode()
    assert again[again.index('<article class="document"') : again.index("</article>")] == text


def test_the_editor_shows_what_a_text_gives_and_saves_only_when_told(cast: Cast) -> None:
    report, client = draft(cast, at.COUNTY), cast.client(cast.county)
    data = {"title": "二", "text": "甲{{ figure villages }}乙{{ figure vilages }}", "seen": report.changed_by}
    shown = client.post(url("report-edit", report), data | {"verb": "preview"})
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "{{ figure vilages }}" in page, "the text stays in the field"
    assert "rural" not in page[page.index('id="preview"') : page.index("甲<")]
    assert ">2</a>" in page[page.index('id="preview"') :]
    assert Report.objects.get(pk=report.pk).text == TEXT
    saved = client.post(url("report-edit", report), data | {"verb": "save"})
    assert saved.headers["Location"] == url("report-edit", report)
    report.refresh_from_db()
    assert (report.title, report.text, report.writers) == ("二", data["text"], [cast.county.pk])
    assert client.post(url("report-edit", report), {"title": "", "text": "", "seen": 1}).status_code == 422
    assert client.post(url("report-edit", report), {"title": "三", "text": "甲\x00", "seen": 1}).status_code == 422


def test_the_second_of_two_editors_keeps_the_text_and_decides(cast: Cast) -> None:
    report = draft(cast, at.COUNTY)
    first, second = cast.client(cast.county), cast.client(cast.prefecture)
    seen = {"title": "一", "seen": report.changed_by, "verb": "save"}
    assert first.post(url("report-edit", report), {**seen, "text": "先"}).status_code == 302
    refused = second.post(url("report-edit", report), {**seen, "text": "后"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert ">\n后</textarea>" in page
    report.refresh_from_db()
    assert report.text == "先"
    now = re.search(r'name="seen" value="(\d+)"', page)
    assert now is not None
    assert int(now[1]) == report.changed_by
    assert second.post(url("report-edit", report), {**seen, "text": "后", "seen": now[1]}).status_code == 302
    report.refresh_from_db()
    assert report.text == "后"


def test_figures_are_found_by_name_initials_and_code(cast: Cast) -> None:
    report, client = draft(cast, at.COUNTY), cast.client(cast.county)
    for text in ("农村老年协会", "rural.assoc", "nclnxh", "NCLN"):
        page = client.get(url("report-figures", report), {"q": text}).content.decode()
        assert 'value="{{ figure rural.associations }}"' in page, text
    assert "{{ figure" not in client.get(url("report-figures", report), {"q": "没有的数字"}).content.decode()
    assert "{{ figure" not in client.get(url("report-figures", report)).content.decode()


def test_from_the_list_to_the_document(cast: Cast) -> None:
    base = template(cast)
    county, prefecture = cast.client(cast.county), cast.client(cast.prefecture)
    form = {
        "template": base.pk,
        "title": "八月报告",
        "issuer": "玉屏侗族自治县老龄办",
        "place": at.COUNTY,
        "period": WHEN.key,
    }
    assert county.get(reverse("report-new")).status_code == 200
    for wrong in (
        {"period": "2012-13"},
        {"title": ""},
        {"place": "没有的地方"},
        {"template": "0"},
        {"place": at.TOWNSHIP, "issuer": "铜仁市老龄办"},
    ):
        assert county.post(reverse("report-new"), form | wrong).status_code == 422, wrong
    started = county.post(reverse("report-new"), form)
    report = Report.objects.get()
    assert started.headers["Location"] == url("report-edit", report)
    assert county.post(url("report-submit", report)).status_code == 302
    assert "八月报告" in prefecture.get(reverse("todo")).content.decode()
    assert "八月报告" not in county.get(reverse("todo")).content.decode()
    issue_form = {"series": series_of(cast, at.COUNTY).pk, "issued_on": clock.today().isoformat()}
    assert county.post(url("report-issue", report), issue_form).status_code == 422
    assert prefecture.post(url("report-return", report), {"remark": ""}).status_code == 422
    assert prefecture.post(url("report-return", report), {"remark": "写明来源"}).status_code == 302
    assert "写明来源" in county.get(url("report", report)).content.decode()
    assert county.post(url("report-submit", report)).status_code == 302
    assert prefecture.get(url("report-issue", report)).status_code == 200
    assert prefecture.post(url("report-issue", report), issue_form | {"issued_on": "2999-01-01"}).status_code == 422
    assert prefecture.post(url("report-issue", report), issue_form).status_code == 302
    report.refresh_from_db()
    assert report.state == Report.State.ISSUED
    listed = cast.client(cast.stranger).get(reverse("reports"), {"q": "八月", "state": "issued"}).content.decode()
    assert "八月报告" in listed
    assert "八月报告" not in county.get(reverse("reports"), {"state": "draft"}).content.decode()
    assert county.get(url("report-edit", report)).headers["Location"] == url("report", report)
    corrected = county.post(url("report-correct", report))
    assert corrected.headers["Location"] == url("report-edit", Report.objects.get(replaces=report))
    assert prefecture.post(url("report-withdraw", report), {"reason": ""}).status_code == 422
    assert prefecture.post(url("report-withdraw", report), {"reason": "有误"}).status_code == 302
    assert county.post(url("report-correct", report)).headers["Location"] == url("report", report)


def test_what_would_differ_today(cast: Cast) -> None:
    report = issued(cast, at.COUNTY)
    client = cast.client(cast.county)
    count_right(cast)
    page = client.get(url("report-drift", report)).content.decode()
    assert "+1" in page
    assert "−100.00" in page
    assert reverse("why", kwargs={"key": "rural.associations"}) in page
    assert cast.client(cast.county).get(url("report-drift", draft(cast, at.COUNTY))).status_code == 404


def test_sums_of_reports_say_where_they_differ(cast: Cast) -> None:
    county = issued(cast, at.COUNTY)
    count_right(cast)
    report = draft(cast, at.PREFECTURE, "甲{{ cited rural.associations from=children }}")
    client = cast.client(cast.prefecture)
    for shown in (report, issue(cast, report)):
        page = client.get(url("report", shown)).content.decode()
        section = page[page.index('id="cited"') :]
        assert url("report", county) in section
        assert "+1" in section
        assert "石阡县" in section
        assert 'href="#cited"' in page


def test_files(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    report, done = draft(cast, at.COUNTY), issued(cast, at.COUNTY)
    client = cast.client(cast.county)
    for one in (report, done):
        answer = client.get(url("report-word", one))
        assert answer.content.startswith(b"PK")
        assert "attachment" in answer.headers["Content-Disposition"]
    made: list[tuple[object, str]] = []

    def note(_report: Report, layout: object, check: str) -> bytes:
        made.append((layout, check))
        return b"%PDF-"

    monkeypatch.setattr(reading, "as_pdf", note)
    reading_pages = [client.get(url("report-pdf", one)) for one in (report, done)]
    assert [answer.content for answer in reading_pages] == [b"%PDF-"] * 2
    assert done.document is not None
    assert [check.endswith(f"/check/{done.document.check_code}/") for _layout, check in made] == [False, True]

    def fail(*_given: object) -> bytes:
        raise FontsMissing("no type")

    before = Report.objects.values().get(pk=report.pk)
    monkeypatch.setattr(reading, "as_pdf", fail)
    assert client.get(url("report-pdf", report)).headers["Location"] == url("report", report)
    monkeypatch.setattr(reading, "as_word", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.get(url("report-word", report))
    assert Report.objects.values().get(pk=report.pk) == before, "a crashed export leaves the draft as it was"


def test_templates_on_the_desk(cast: Cast) -> None:
    client = cast.client(cast.county)
    form = {"body": "玉屏侗族自治县老龄办", "name": "季报", "text": TEXT}
    assert client.get(reverse("report-template-new")).status_code == 200
    wrong = client.post(reverse("report-template-new"), form | {"text": "甲{{ figure vilages }}"})
    assert wrong.status_code == 422
    assert "villages" in wrong.content.decode()
    assert client.post(reverse("report-template-new"), form).status_code == 302
    made = ReportTemplate.objects.get()
    draft(cast, at.COUNTY, TEXT)
    address = reverse("report-template", kwargs={"pk": made.pk})
    change = {"name": "季报", "text": "新", "seen": made.changed_by}
    assert cast.client(cast.auditor).get(address).status_code == 200
    assert cast.client(cast.auditor).post(address, change).status_code == 422
    assert client.post(address, change | {"seen": made.changed_by + 1}).status_code == 422
    assert client.post(address, change).headers["Location"] != address
    assert ReportTemplate.objects.get(current=True).version == 2
    assert client.get(address).status_code == 404
    assert "季报" in client.get(reverse("report-templates")).content.decode()


def test_few_statements_whatever_the_number(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    reports = [draft(cast, at.COUNTY, TEXT + TABLE * 3)]
    reports.append(issued(cast, at.COUNTY, TEXT + TABLE))
    submit_for_review(report=reports[0], by=SYSTEM)
    correct_report(report=reports[1], by=SYSTEM)
    client = cast.client(cast.prefecture)
    client.get(reverse("reports"))
    for _round in range(2):
        for address in (
            reverse("reports"),
            *(url("report", one) for one in reports),
            url("report-drift", reports[1]),
            reverse("todo"),
        ):
            with django_assert_max_num_queries(BUDGET):
                assert client.get(address).status_code == 200
        draft(cast, at.COUNTY)
