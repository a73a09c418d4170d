"""A form survives JSON and XLSForm unchanged, whatever it is."""

from __future__ import annotations

import io
import json
import zipfile

import openpyxl
from hypothesis import HealthCheck, given, settings

from tests.returns.forms.made import forms, office_form
from yinling.returns.forms import Form, read_xlsform, write_xlsform

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(forms())
def test_json(form: Form) -> None:
    text = json.dumps(form.as_json())
    again = Form.from_json(json.loads(text))
    assert again == form
    assert again.digest() == form.digest()
    assert again.as_json() == form.as_json()


@SLOW
@given(forms())
def test_xlsform(form: Form) -> None:
    reading = read_xlsform(write_xlsform(form))
    assert (reading.problems, reading.unsupported) == ((), ())
    assert reading.form == form


def test_the_form_of_an_office() -> None:
    form = office_form()
    assert Form.from_json(form.as_json()) == form
    reading = read_xlsform(write_xlsform(form))
    assert reading.form == form
    assert not reading.notes


def test_the_digest_is_the_same_for_ever() -> None:
    # A frozen version is known by it: what is added to forms later must not change it.
    assert office_form().digest() == "211743919ed936ee8a4bcae5439d50f3b924179502a1553644de7c602fd75cc0"


def test_a_workbook_is_what_other_tools_expect() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsform(office_form())))
    assert book.sheetnames == ["survey", "choices", "settings"]
    head, *rows = book["survey"].iter_rows(values_only=True)
    survey = {row[1]: dict(zip(head, row, strict=True)) for row in rows if row[1]}
    assert survey["members"]["type"] == "integer"
    assert survey["members"]["constraint"] == ". >= 0"
    assert survey["members"]["required"] == "yes"
    assert survey["venue_area"]["constraint"] == ". >= 0.5 and (. < 10000)"
    assert survey["post_code"]["constraint"] == "regex(., '^(?:[0-9]{6})$')"
    assert survey["per_head"]["read_only"] == survey["place"]["read_only"] == "yes"
    assert survey["kinds"]["type"] == "select_multiple kinds"
    assert survey["has_venue"]["type"] == "select_one yes-no"
    assert survey["remark"]["appearance"] == "multiline"
    assert survey["remark"]["relevant"].endswith("(${funds} > (${last-saved#funds} * 2))")
    choices = [row[:3] for row in book["choices"].iter_rows(min_row=2, values_only=True)]
    assert ("yes-no", "yes", "是") in choices
    assert ("kinds", "-99", None) in choices
    settings = dict(zip(*book["settings"].iter_rows(values_only=True), strict=True))
    assert (settings["form_id"], settings["form_title"]) == ("yearly", "老年协会年报")


@SLOW
@given(forms())
def test_no_cell_is_or_looks_like_a_formula(form: Form) -> None:
    content = write_xlsform(form)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    for cell in cells:
        number = str(cell.value).removeprefix("-").replace(".", "", 1).isdecimal()
        assert number or str(cell.value)[0] not in "=+-@\t\r"
