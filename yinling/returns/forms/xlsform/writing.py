"""A form as an XLSForm workbook, for tools that collect without a network and for whoever designs in a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping

import xlsxwriter  # type: ignore[import-untyped]

from yinling.returns.forms.encoding import plain
from yinling.returns.forms.portable import portable
from yinling.returns.forms.schema import Choice, Form, Question, Section, Words
from yinling.returns.forms.xlsform.columns import (
    EXPRESSIONS,
    LANGUAGES,
    OURS,
    TYPES,
    YES_NO_LIST,
    defused,
    full_constraint,
)

Row = dict[str, str]
_YES_NO = (Choice("yes", Words("是", "yes")), Choice("no", Words("否", "no")))


def write(form: Form) -> bytes:
    """The form as .xlsx. Every cell is a text cell; none begins as a formula does. Where the standard cannot say what a
    form says, a column of ours says it beside the nearest the standard has; `read` understands both."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _sheet(book, "survey", list(_survey(form)), ("type", "name", *_in_languages("label")))
    _sheet(book, "choices", list(_choices(form)), ("list_name", "name", *_in_languages("label")))
    _sheet(book, "settings", [_settings(form)], ())
    book.close()
    return file.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, rows: list[Row], first: tuple[str, ...]) -> None:
    """One sheet: the columns that always stand there, then those that any row fills."""
    sheet = book.add_worksheet(name)
    head, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    columns = list(dict.fromkeys((*first, *(column for row in rows for column in row))))
    for index, column in enumerate(columns):
        sheet.set_column(index, index, 28 if "label" in column or "hint" in column else 16, text)
        sheet.write_string(0, index, column, head)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            if cell := row.get(column, ""):
                # A space, which the standard ignores, does for an expression what the apostrophe does for a text.
                minus = " " if cell.startswith("-") else ""
                sheet.write_string(line, index, minus + cell if column in EXPRESSIONS else defused(cell), text)


def _in_languages(column: str) -> list[str]:
    return [f"{column}::{language}" for language in LANGUAGES.values()]


def _words(column: str, words: Words) -> Row:
    return {f"{column}::{language}": getattr(words, code) for code, language in LANGUAGES.items()}


def _filled(row: Mapping[str, str]) -> Row:
    return {column: cell for column, cell in row.items() if cell}


def _expression(column: str, text: str, standard: str | None = None) -> Row:
    """An expression in the standard's column and, where that had to say it otherwise, as it is in ours."""
    shown = portable(text) if text and standard is None else standard or ""
    return {column: shown, OURS + column: text if text != shown else ""}


def _survey(form: Form) -> Iterator[Row]:
    for section in form.sections:
        yield _group(section)
        for question in section.questions:
            yield _question(question)
        yield {"type": "end_group"}


def _group(section: Section) -> Row:
    row = {"type": "begin_group", "name": section.key, **_words("label", section.labels)}
    return _filled(row | _expression("relevant", section.relevant))


def _question(question: Question) -> Row:
    field = question.field
    kind = TYPES[field.type]
    if field.type == "yes_no":
        kind = f"{kind} {YES_NO_LIST}"
    elif field.choices:
        kind = f"{kind} {field.key}"
    bounds = {"minimum": field.minimum, "maximum": field.maximum, "minutes": field.minutes or None}
    ours = {name: "" if value is None else plain(value) for name, value in bounds.items()}
    ours |= {
        name: getattr(field, name) for name in ("type", "unit", "legal_basis", "pattern", "counts", "binds", "holds")
    }
    ours |= {"reason": question.reason, "evidence": "yes" if question.evidence else ""}
    row = {
        "type": kind,
        "name": field.key,
        **_words("label", field.labels),
        **_words("hint", field.help),
        "required": "yes" if question.required else "",
        "read_only": "" if question.asks or field.type == "note" else "yes",
        **_expression("relevant", question.relevant),
        **_expression("constraint", question.constraint, full_constraint(field, question.constraint)),
        **_words("constraint_message", question.message),
        **_expression("calculation", question.calculation),
        "default": question.default,
        "appearance": "multiline" if field.type == "long_text" else "",
        **{OURS + name: cell for name, cell in ours.items()},
    }
    return _filled(row)


def _choices(form: Form) -> Iterator[Row]:
    fields = [question.field for question in form.questions()]
    lists = {field.key: field.choices for field in fields if field.choices}
    if any(field.type == "yes_no" for field in fields):
        lists[YES_NO_LIST] = _YES_NO
    for name, choices in lists.items():
        for choice in choices:
            yield {"list_name": name, "name": choice.value, **_filled(_words("label", choice.labels))}


def _settings(form: Form) -> Row:
    row = {
        "form_title": str(form.labels.zh or form.labels.en),
        "form_id": form.key,
        "default_language": LANGUAGES["zh"],
    }
    return row | _filled(_words(f"{OURS}form_title", form.labels) | _words(f"{OURS}intro", form.intro))
