"""XLSForms as people make them elsewhere."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.returns.forms.made import office_form
from yinling.returns.forms import Choice, Form, Words, check, clean, read_xlsform, write_xlsform

Rows = Sequence[Sequence[object]]
HEAD = ("type", "name", "label")


def book(survey: Rows, choices: Rows = (), form: Rows = ()) -> bytes:
    """A workbook as openpyxl, which knows nothing of ours, writes it."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", form)):
        if rows:
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def form_of(content: bytes, *, partial: bool = False) -> Form:
    reading = read_xlsform(content, partial=partial)
    assert reading.form is not None, reading
    return reading.form


def cells(remarks: Sequence[object]) -> list[str]:
    return [f"{one.sheet}!{one.column}{one.row}" for one in remarks]  # type: ignore[attr-defined]


KOBO = book(
    [
        (
            "type",
            "name",
            "label::English (en)",
            "label::中文 (zh)",
            "hint",
            "required",
            "relevant",
            "constraint",
            "constraint_message",
            "calculation",
            "default",
            "appearance",
            "read_only",
            "$autoname",
        ),
        ("start", "start"),
        ("deviceid", "deviceid"),
        ("begin_group", "Basics", "Basics", "基本情况"),
        ("text", "Village_Name", "Village", "村名", None, "true", None, None, None, None, None, "w1", None, "x"),
        ("integer", "elders", "Elders", "老年人数", "60 岁以上", "yes", None, ". >= 0 and . <= 5000", "人数不对"),
        ("begin group", "inner", "Venue", "场所", None, None, "${elders} > 10"),
        ("select_one yn", "venue", "Has a venue?", "有无场所"),
        ("decimal", "area", "Area", "面积", None, None, "${venue} = 'yes'", ". > 0"),
        ("end group",),
        ("end_group",),
        ("select_multiple acts", "acts", "Activities", "活动", None, None, None, None, None, None, "sport", "minimal"),
        ("calculate", "share", None, None, None, None, None, None, None, "round(${area} div ${elders}, 2)"),
        ("note", "thanks", "Thank you, ${Village_Name}"),
        (
            "text",
            "remarks",
            "Remarks",
            "备注",
            None,
            None,
            "selected(${acts}, 'other')",
            None,
            None,
            None,
            None,
            "multiline",
        ),
        ("date", "day", "Day", "日期", None, None, None, ". <= today() and ${last-saved#elders} != ''"),
    ],
    [
        ("list_name", "name", "label"),
        ("yn", "yes", "Yes"),
        ("yn", "no", "No"),
        (None, None, None),
        ("acts", "sport", "文体"),
        ("acts", "other", "其他"),
    ],
    [("form_title", "form_id", "version"), ("老年协会调查", "Survey-2024", 20240101)],
)


def test_a_form_of_kobo() -> None:
    reading = read_xlsform(KOBO)
    assert (reading.problems, reading.unsupported) == ((), ())
    form = reading.form
    assert form is not None
    assert (form.key, form.labels) == ("survey_2024", Words("老年协会调查"))
    assert [(section.key, section.labels) for section in form.sections] == [
        ("basics", Words("基本情况", "Basics")),
        ("section", Words()),
    ]
    asked = {question.key: question for question in form.questions()}
    assert list(asked) == [
        "village_name", "elders", "inner", "venue", "area", "acts", "share", "thanks", "remarks", "day",
    ]  # fmt: skip
    types = {key: question.field.type for key, question in asked.items()}
    assert [types[key] for key in ("inner", "venue", "acts", "share", "remarks")] == [
        "note", "yes_no", "choices", "decimal", "long_text",
    ]  # fmt: skip
    elders = asked["elders"]
    assert (elders.field.minimum, elders.field.maximum, elders.constraint) == (Decimal(0), Decimal(5000), "")
    assert (elders.required, elders.message, elders.field.help) == (True, Words("人数不对"), Words("60 岁以上"))
    assert asked["inner"].field.labels == Words("场所", "Venue")
    assert asked["area"].relevant == "(${elders} > 10) and (${venue} = 'yes')"
    assert asked["area"].constraint == ". > 0"
    assert asked["acts"].field.choices == (Choice("sport", Words("文体")), Choice("other", Words("其他")))
    assert asked["acts"].default == "sport"
    assert asked["share"].calculation == "round(${area} div ${elders}, 2)"
    assert asked["share"].field.labels == Words("share")
    assert asked["thanks"].field.labels == Words(en="Thank you, ${village_name}")
    assert asked["day"].constraint == ". <= today() and last(${elders}) != ''"
    assert cells(reading.notes) == [
        "survey!N1", "survey!B5", "survey!A2", "survey!A3", "survey!L5", "survey!A7", "survey!L12", "survey!C14",
    ]  # fmt: skip


def test_a_form_of_kobo_is_filled_in() -> None:
    form = form_of(KOBO)
    cleaned = clean(
        form,
        {"village_name": "大寨", "elders": 30.0, "venue": "有", "area": "60", "acts": "文体 其他", "remarks": "无"},
    )
    assert cleaned.problems == ()
    assert cleaned.answers["share"] == "2"
    assert check(form, cleaned.answers) == []
    assert form_of(write_xlsform(form)) == form


UNSUPPORTED = book(
    [
        (*HEAD, "relevant", "calculation", "choice_filter", "required"),
        ("integer", "n", "数", "pulldata('x') > 1"),
        ("geopoint", "where", "位置"),
        ("image", "photo", "照片"),
        ("begin repeat", "people", "人员"),
        ("text", "person", "姓名"),
        ("begin repeat", "children", "子女"),
        ("end repeat",),
        ("end repeat",),
        ("text", "after", "其后", "${person} != '' or ${where} != ''"),
        ("calculate", "twice", None, None, "position(..) * 2"),
        ("decimal", "more", "再算", None, "${twice} * 2"),
        ("select_one l or_other", "one", "选", None, None, "a = ${n}", "${n} > 1"),
        ("range", "r", "范围"),
        ("rank l", "s", "排序"),
    ],
    [("list_name", "name", "label"), ("l", "1", "一")],
)


def test_what_is_unsupported_is_listed_and_stops_the_import() -> None:
    reading = read_xlsform(UNSUPPORTED)
    assert reading.form is None
    assert reading.problems == ()
    assert sorted(cells(reading.unsupported)) == sorted(
        [
            "survey!D2",
            "survey!A3",
            "survey!A4",
            "survey!A5",
            "survey!D10",
            "survey!E11",
            "survey!A11",
            "survey!E12",
            "survey!A13",
            "survey!F13",
            "survey!G13",
            "survey!A14",
            "survey!A15",
        ]
    )
    with translation.override("en"):
        said = {f"{one.column}{one.row}": one.what for one in read_xlsform(UNSUPPORTED).unsupported}
    assert "pulldata" in said["D2"]
    assert "geopoint" in said["A3"]
    assert "inside" in said["A5"]
    assert "person" in said["D10"] or "where" in said["D10"]


def test_the_rest_is_imported_on_request() -> None:
    reading = read_xlsform(UNSUPPORTED, partial=True)
    assert reading.form is not None
    assert [(q.key, q.relevant, q.calculation, q.required) for q in reading.form.questions()] == [
        ("n", "", "", False), ("after", "", "", False), ("more", "", "", False), ("one", "", "", False),
    ]  # fmt: skip
    assert reading.unsupported


@pytest.mark.parametrize(
    ("survey", "cell"),
    [
        ([("integer", "a", "甲"), ("integer", "a", "乙")], "survey!B3"),
        ([("select_one gone", "a", "甲")], "survey!A2"),
        ([("integer", None, "甲")], "survey!A2"),
        ([(None, "a", "甲")], "survey!A2"),
        ([("integer", "a", "甲" * 301)], "survey!C2"),
        ([("end group",)], "survey!A2"),
        ([("begin group", "g", "组")], "survey!type2"),
        ([("integer", "a", "甲", "${b} > 1"), ("integer", "b", "乙", "${a} > 1")], "survey!0"),
        ([("integer", "a", "甲", None, "many")], "survey!E2"),
        ([("integer", "a", "甲", None, None, "parsec")], "survey!F2"),
        ([("integer", "a", "甲", None, None, None, "text")], "survey!G2"),
        ([("integer", "a", "甲", None, None, None, None, "daily")], "survey!H2"),
        ([("integer", "a", "甲", None, None, None, None, None, "long")], "survey!I2"),
    ],
)
def test_mistakes_are_named_with_their_cell(survey: Rows, cell: str) -> None:
    head = (*HEAD, "relevant", "default", "yinling::unit", "yinling::type", "yinling::counts", "yinling::minutes")
    reading = read_xlsform(book([head, *survey]))
    assert reading.form is None
    assert cell in cells(reading.problems)


def test_columns_of_ours() -> None:
    names = ("unit", "legal_basis", "counts", "binds", "holds", "minutes", "reason", "evidence", "type")
    head = (*HEAD, *(f"yinling::{name}" for name in names))
    form = form_of(
        book(
            [
                head,
                ("integer", "a", "甲", "person", "《统计法》第七条", "stock", None, None, 1.5, None, "yes"),
                ("decimal", "b", "乙", "yuan", None, None, None, "last.b", None, "逐年变化", None, "money"),
                ("text", "c", "丙", None, None, None, "association.venue.owner"),
            ]
        )
    )
    one, other, third = form.questions()
    assert (one.field.unit, one.field.legal_basis, one.field.counts) == ("person", "《统计法》第七条", "stock")
    assert (one.field.minutes, one.evidence) == (Decimal("1.5"), True)
    assert (other.field.type, other.field.holds, other.reason) == ("money", "last.b", "逐年变化")
    assert third.field.binds == "association.venue.owner"


def test_a_change_in_the_standard_column_holds() -> None:
    content = openpyxl.load_workbook(io.BytesIO(write_xlsform(office_form())))
    sheet = content["survey"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    rows = {row[1].value: row[0].row for row in sheet.iter_rows()}
    sheet.cell(rows["members"], columns["constraint"]).value = ". >= 5"
    sheet.cell(rows["venue_area"], columns["constraint"]).value = ". >= 1 and . != 7"
    sheet.cell(rows["remark"], columns["relevant"]).value = "${funds} > 9"
    form = form_of(saved(content))
    assert (form.question("members").field.minimum, form.question("members").constraint) == (Decimal(5), "")
    area = form.question("venue_area")
    assert (area.field.minimum, area.constraint) == (None, ". >= 1 and . != 7")
    assert form.question("remark").relevant == "${funds} > 9"


def test_names_that_are_no_keys_get_one() -> None:
    reading = read_xlsform(
        book(
            [
                HEAD,
                ("integer", "Q-1", "甲"),
                ("integer", "q_1", "乙"),
                ("integer", "人数", "丙"),
                ("calculate", "_S", None),
            ]
        )
    )
    assert reading.form is None
    head = (*HEAD, "calculation")
    form = form_of(book([head, ("integer", "Q-1", "甲"), ("integer", "q_1", "乙"), ("integer", "人数", "丙")]))
    assert [question.key for question in form.questions()] == ["q_1_2", "q_1", "q4"]
    form = form_of(book([head, ("integer", "Total", "甲"), ("calculate", "x", None, "${Total} * 2")]))
    assert form.question("x").calculation == "${total} * 2"


def test_formulas_and_merged_cells_are_told() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book([HEAD, ("integer", "a", "甲"), ("integer", "b", "乙")])))
    made["survey"]["C2"] = '="甲"&"乙"'
    made["survey"].merge_cells("C3:D3")
    reading = read_xlsform(saved(made))
    assert reading.form is None
    assert cells(reading.unsupported) == ["survey!C2", "survey!C3"]
    assert form_of(saved(made), partial=True).question("b").field.labels == Words("乙")


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_table_gives_a_form_or_reasons(data: st.DataObject) -> None:
    types = st.sampled_from(
        [
            "integer",
            "text",
            "select_one l",
            "begin group",
            "end group",
            "calculate",
            "begin repeat",
            "end_repeat",
            "note",
            "",
        ]
    )
    names = st.sampled_from(["a", "b", "A", "人", "", "a b", "=a"])
    texts = st.sampled_from(
        ["", "甲", "${a}", ". > 1", "${b} + ${A}", "yes", "=1", "1", "((", "x" * 400, "${last-saved#b} = 1"]
    )
    columns = [
        "relevant",
        "constraint",
        "calculation",
        "required",
        "default",
        "yinling::type",
        "yinling::minimum",
        "yinling::pattern",
    ]
    row = st.tuples(types, names, *[texts] * (len(columns) + 1))
    rows = data.draw(st.lists(row, max_size=6))
    content = book(
        [(*HEAD, *columns), *rows], [("list_name", "name", "label"), ("l", "1", "一"), ("l", data.draw(texts), "二")]
    )
    for partial in (False, True):
        reading = read_xlsform(content, partial=partial)
        stopped = reading.problems or (reading.unsupported and not partial)
        assert reading.form is not None or stopped
        if reading.form is not None:
            assert form_of(write_xlsform(reading.form)) == reading.form
