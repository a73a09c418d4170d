"""One row of the survey sheet as a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import cast, get_args

from django.utils.translation import gettext as _

from yinling.base.invalid import Invalid
from yinling.returns.forms.expressions import parse
from yinling.returns.forms.faults import Fault, FormError
from yinling.returns.forms.portable import gives_number
from yinling.returns.forms.schema import Choice, Counting, Field, FieldType, Question, Words
from yinling.returns.forms.xlsform.columns import OURS, TYPES, full_constraint
from yinling.returns.forms.xlsform.conditions import both, bounds, chosen, translated
from yinling.returns.forms.xlsform.remarks import Remarks
from yinling.returns.forms.xlsform.tables import Row

_SIMPLE = {
    "integer": "integer",
    "int": "integer",
    "decimal": "decimal",
    "text": "text",
    "string": "text",
    "date": "date",
}
_SIMPLE |= {"note": "note", "calculate": "calculate"}
_SELECT = re.compile(r"select[ _](one|multiple)(?: from)? (\S+)( or[ _]other)?", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_INSIDE = re.compile(r"\$\{([^{}]*)\}")
_DYNAMIC = re.compile(r"\$\{|^[a-z:-]+\(.*\)$", re.DOTALL)
_YES = frozenset(("yes", "true", "true()", "1", "是"))
_NO = frozenset(("", "no", "false", "false()", "0", "否"))
CHANGING = ("choice_filter", "repeat_count", "trigger")
"""Columns that change what a question means."""
_COLUMNS = {"labels": "label", "help": "hint", "message": "constraint_message", "key": "name"}


@dataclass(slots=True)
class Known:
    """What a row needs to know of the others: the lists of choices, the keys of the questions that are imported (by their
    names in the file), the names that are taken, those met so far."""

    lists: Mapping[str, tuple[Choice, ...]]
    keys: dict[str, str]
    answered: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)


def flag(row: Row, column: str, remarks: Remarks) -> bool:
    """Whether a column says yes; an expression there is unsupported."""
    written = row[column].lower()
    if written not in _YES | _NO:
        remarks.unsupported_at("survey", row.number, row.column(column), _("Only yes or no is understood here."))
    return written in _YES


def expression(row: Row, column: str, known: Known, remarks: Remarks) -> str:
    """The expression of a column; what is not understood is unsupported, and left out."""
    text = chosen(row[column], row[OURS + column])
    try:
        return translated(text, known.answered, own=column == "constraint") if text else ""
    except Invalid as error:
        remarks.unsupported_at("survey", row.number, row.column(column), str(error))
        return ""


def question_of(row: Row, key: str, inner: Sequence[str], known: Known, remarks: Remarks) -> Question | None:
    """The question of a row, relevant only where all of `inner` is too; None, with remarks, where there is none."""
    calculation = expression(row, "calculation", known, remarks)
    kind = _kind(row, calculation, known, remarks)
    if kind is None:
        return None
    try:
        asked, constraint = _limited(row, _field(row, key, kind, known), known, remarks)
        question = Question(
            asked,
            required=flag(row, "required", remarks),
            relevant=both((*inner, expression(row, "relevant", known, remarks))),
            constraint=constraint,
            message=row.text("constraint_message"),
            calculation=calculation,
            default=_default(row, asked, calculation, remarks),
            reason=row[OURS + "reason"],
            evidence=flag(row, OURS + "evidence", remarks),
        )
    except FormError as error:
        for fault in error.faults:
            remarks.problem("survey", row.number, _column_of(fault, row), str(fault.text))
        return None
    _remark(row, question, remarks)
    return question


def _column_of(fault: Fault, row: Row) -> str:
    name = fault.path.removeprefix("field.").partition(".")[0].partition("[")[0]
    column = _COLUMNS.get(name, name)
    return row.column(column if column in row.columns else OURS + column)


def _kind(row: Row, calculation: str, known: Known, remarks: Remarks) -> FieldType | None:
    """Our type for the type of the row: the one our own column names, else the plainest."""
    written = " ".join(row["type"].split())
    select = _SELECT.fullmatch(written)
    base = f"select_{select[1].lower()}" if select else _SIMPLE.get(written.lower())
    if base is None:
        text = _("“%(type)s” is not supported.") % {"type": written[:40]}
        remarks.unsupported_at("survey", row.number, row.column("type"), text)
        return None
    if select and select[2] not in known.lists:
        text = _("The sheet “choices” has no list “%(name)s”.") % {"name": select[2][:40]}
        remarks.problem("survey", row.number, row.column("type"), text)
        return None
    if select and select[3]:
        text = _("“or_other” is not supported: add a choice and a question for it.")
        remarks.unsupported_at("survey", row.number, row.column("type"), text)
    if base == "calculate" and not calculation:
        remarks.unsupported_at(
            "survey", row.number, row.column("type"), _("There is no calculation that is understood.")
        )
        return None
    plainest = _plainest(base, row, calculation, known.lists[select[2]] if select else ())
    ours = row[OURS + "type"]
    if not ours:
        return plainest
    if ours not in TYPES or not _goes_with(base, ours, plainest):
        text = _("“%(ours)s” does not go with the type “%(type)s”.") % {"ours": ours[:40], "type": written[:40]}
        remarks.problem("survey", row.number, row.column(OURS + "type"), text)
        return None
    return ours


def _plainest(base: str, row: Row, calculation: str, choices: Sequence[Choice]) -> FieldType:
    if base == "calculate":
        return "decimal" if gives_number(parse(calculation).root) else "text"
    if base == "select_one":
        return "yes_no" if {choice.value for choice in choices} == {"yes", "no"} else "choice"
    if base == "select_multiple":
        return "choices"
    if base == "text" and "multiline" in row["appearance"].lower():
        return "long_text"
    return cast(FieldType, base)


def _goes_with(base: str, ours: FieldType, plainest: FieldType) -> bool:
    if base == "calculate":
        return TYPES[ours] in ("integer", "decimal", "text", "date")
    return TYPES[ours] == base and (ours != "yes_no" or plainest == "yes_no")


def _field(row: Row, key: str, kind: FieldType, known: Known) -> Field:
    select = _SELECT.fullmatch(" ".join(row["type"].split()))
    name = row["name"]
    counts = row[OURS + "counts"]
    if counts not in get_args(Counting):
        raise FormError([Fault("counts", _("This must be one of: %(values)s.") % {"values": "flow, stock"})])
    return Field(
        key,
        kind,
        _renamed(row.text("label"), known) or Words(zh=name),
        unit=row[OURS + "unit"],
        help=_renamed(row.text("hint"), known),
        legal_basis=row[OURS + "legal_basis"],
        choices=known.lists[select[2]] if select and kind != "yes_no" else (),
        counts=cast(Counting, counts),
        binds=row[OURS + "binds"],
        holds=row[OURS + "holds"],
        minutes=_number(row, "minutes") or Decimal(0),
    )


def _renamed(words: Words, known: Known) -> Words:
    """A text in which answers to other questions stand by their keys."""

    def key(match: re.Match[str]) -> str:
        return f"${{{known.keys.get(match[1], match[1])}}}"

    return Words(_INSIDE.sub(key, words.zh), _INSIDE.sub(key, words.en))


def _number(row: Row, name: str) -> Decimal | None:
    written = row[OURS + name]
    if written and not _NUMBER.fullmatch(written):
        raise FormError([Fault(name, _("This must be a number, with at most six places after the point."))])
    return Decimal(written) if written else None


def _limited(row: Row, asked: Field, known: Known, remarks: Remarks) -> tuple[Field, str]:
    """The field with its bounds and pattern, and the condition beside them.

    The standard has one column for all of it. Where ours say the same, they are taken; where somebody has changed the
    standard's, that holds, and bounds are taken out of it if it says nothing else.
    """
    standard, own = row["constraint"], row[OURS + "constraint"]
    limited = replace(
        asked, minimum=_number(row, "minimum"), maximum=_number(row, "maximum"), pattern=row[OURS + "pattern"]
    )
    bare = limited == asked
    # Only a file of ours tells a condition such as ". >= 0" from the bound it amounts to.
    ours = bool(row[OURS + "type"]) or not bare
    if not own and bare:
        own = standard
    if not standard or (ours and _agrees(limited, own, standard)):
        return limited, expression(replace_constraint(row, own), "constraint", known, remarks) if standard else ""
    found = expression(replace_constraint(row, standard), "constraint", known, remarks)
    if found and TYPES[asked.type] in ("integer", "decimal") and (limits := bounds(found)):
        return replace(asked, minimum=limits[0], maximum=limits[1]), ""
    return asked, found


def _agrees(limited: Field, own: str, standard: str) -> bool:
    try:
        return full_constraint(limited, own) == standard
    except ValueError:
        return False


def replace_constraint(row: Row, text: str) -> Row:
    """The row with another condition, and none of ours beside it."""
    return replace(row, cells={**row.cells, "constraint": text, OURS + "constraint": ""})


def _default(row: Row, asked: Field, calculation: str, remarks: Remarks) -> str:
    written = row["default"]
    if not written or calculation or asked.type == "note" or (asked.holds and not row[OURS + "reason"]):
        return ""
    if _DYNAMIC.search(written) and asked.type not in ("text", "long_text"):
        remarks.unsupported_at("survey", row.number, row.column("default"), _("Only a plain value can stand here."))
        return ""
    return written


def _remark(row: Row, question: Question, remarks: Remarks) -> None:
    for column in CHANGING:
        if row[column]:
            text = _("“%(type)s” is not supported.") % {"type": column}
            remarks.unsupported_at("survey", row.number, row.column(column), text)
    if row["appearance"] and row["appearance"].lower() != "multiline":
        remarks.note("survey", row.number, row.column("appearance"), _("The appearance was ignored."))
    if question.asks and row["read_only"].lower() in _YES:
        text = _("It is read-only, but nothing fills it: it became an ordinary question.")
        remarks.note("survey", row.number, row.column("read_only"), text)
    if "${" in f"{question.field.labels.zh}{question.field.labels.en}":
        text = _("An answer inside a text is not filled in: the text was taken as it stands.")
        remarks.note("survey", row.number, row.column("label"), text)
