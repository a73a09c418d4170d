"""What an office writes and asks: a document, a report, a form with its field, a round with a return."""

from __future__ import annotations

from datetime import date

from tests.cast import FOUNDED, SYSTEM
from yinling.base.period import as_of, year
from yinling.network import Body
from yinling.office import Document, DocumentSeries, Layout, Paragraph, Run, issue, open_series
from yinling.reports import Report, issue_report, start_report, submit_for_review, write_template
from yinling.returns import define_field, open_round, publish_form, start_form, submit
from yinling.returns.forms import Field, Form, Question, Section, Words


def document_of(office: Body, number: int) -> Document:
    """A document of a series of its own."""
    series = open_series(body=office, code_word=f"第{'一二三四五六七八九'[number]}字", by=SYSTEM)
    layout = Layout(issuer=office.name, title=f"第{number}号通知", blocks=(Paragraph((Run("正文。"),)),))
    return issue(series=series, layout=layout, issued_on=date(2012, 8, 16), by=SYSTEM)


def report_of(office: Body, series: DocumentSeries, number: int) -> Report:
    """An issued report, of a template of its own."""
    template = write_template(
        body=office, name=f"第{number}种报告", text="农村协会{{ figure rural.associations }}个。", by=SYSTEM
    )
    report = start_report(
        template=template, issuer=office, place=office.place, period=as_of(date(2012, 8, 16)), title=f"第{number}份报告",
        by=SYSTEM,
    )  # fmt: skip
    submit_for_review(report=report, by=SYSTEM)
    return issue_report(report=report, series=series, issued_on=date(2012, 8, 16), by=SYSTEM)


def form_rows(office: Body, number: int) -> dict[str, object]:
    """A draft of the office, and a field of the dictionary that the draft does not ask."""
    asked, other = (
        Field(key=f"scene_{name}{number}", type="integer", labels=Words(f"第{number}项{name}"), unit="person")
        for name in ("asked", "other")
    )
    sections = (Section("main", Words("情况"), questions=(Question(asked),)),)
    draft = start_form(form=Form(f"scene{number}", Words(f"第{number}表"), sections=sections), owner=office, by=SYSTEM)
    define_field(field=other, owner=office, by=SYSTEM)
    return {"forms/": draft.pk, "section": "main", "question": asked.key, "field": other.key}


def round_rows(office: Body, village: str, number: int) -> dict[str, object]:
    """A round that asks the office's villages; the village's return is handed in."""
    field = Field(key=f"scene_counted{number}", type="integer", labels=Words(f"第{number}项统计"), counts="stock")
    sections = (Section("main", questions=(Question(field),)),)
    draft = start_form(
        form=Form(f"round{number}", Words(f"第{number}报表"), sections=sections), owner=office, by=SYSTEM
    )
    asked = open_round(
        form=publish_form(version=draft, by=SYSTEM), name=f"第{number}轮填报", asked_by=office, area=office,
        period=year(FOUNDED.year), respondents="level5", checked_at=(3,), workdays=5, expires_on=date(2099, 12, 31),
        approver="主任", legal_basis="统计法", by=SYSTEM,
    )  # fmt: skip
    row = asked.returns.get(area_path=village)
    submit(answer=row, answers={field.key: 7}, seen=row.changed_by, by=SYSTEM)
    return {"rounds/": asked.pk, "returns/": row.pk}
