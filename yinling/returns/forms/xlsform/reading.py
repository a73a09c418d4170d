"""An XLSForm workbook as a form: what fits is taken, what does not is named with its cell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from yinling.base.invalid import Invalid
from yinling.returns.forms.expressions import KEY
from yinling.returns.forms.faults import Fault, FormError
from yinling.returns.forms.schema import Choice, Form, Question, Section, Words
from yinling.returns.forms.soundness import MAX_KEY
from yinling.returns.forms.xlsform.columns import OURS
from yinling.returns.forms.xlsform.remarks import Remarks, Unsupported
from yinling.returns.forms.xlsform.rows import CHANGING, Known, expression, question_of
from yinling.returns.forms.xlsform.tables import Row, Table, table
from yinling.returns.forms.xlsform.workbook import Sheet, letters, read_sheets

SHEETS = frozenset(("survey", "choices", "settings"))
_CONDITIONS = ("required", "read_only", "relevant", "constraint", "constraint_message", "calculation", "disabled")
IMPORTED = {
    "survey": frozenset(("type", "name", "label", "hint", "default", "appearance", *_CONDITIONS, *CHANGING)),
    "choices": frozenset(("list_name", "name", "label")),
    "settings": frozenset(("form_title", "form_id", "default_language", "version")),
}
_METADATA = frozenset(("start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit", "simserial"))
_BEGIN = re.compile(r"begin[ _](group|repeat|loop)")
_END = re.compile(r"end[ _](group|repeat|loop)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a workbook. `form` is there only if nothing stands in its way: no problems, and nothing
    unsupported unless the rest was asked for. `notes` are for information: what was ignored, what got another key."""

    form: Form | None
    unsupported: tuple[Unsupported, ...] = ()
    problems: tuple[Unsupported, ...] = ()
    notes: tuple[Unsupported, ...] = ()


@dataclass(slots=True)
class _Group:
    """A group that is being read; `given` unless it is only where questions outside of any group are put."""

    key: str
    labels: Words = field(default_factory=Words)
    relevant: str = ""
    questions: list[Question] = field(default_factory=list)
    row: int = 0
    given: bool = True


def read(content: bytes, *, partial: bool = False) -> Reading:
    """The form in an .xlsx XLSForm. With `partial`, what is unsupported or wrong is left out and the rest imported."""
    remarks = Remarks()
    try:
        sheets = read_sheets(content, SHEETS)
    except Invalid as error:
        remarks.problem("", 0, "", str(error))
        return _reading(None, remarks)
    if not sheets.get("survey", Sheet()).cells:
        remarks.problem("survey", 0, "", _("There is no sheet “survey” with anything in it."))
        return _reading(None, remarks)
    for name, sheet in sheets.items():
        _odd_cells(name, sheet, remarks)
    language = next((row["default_language"] for row in table(sheets.get("settings", Sheet()), "").rows), "")
    tables = {name: table(sheets.get(name, Sheet()), language) for name in SHEETS}
    for name, one in tables.items():
        _odd_columns(name, one, remarks)
    form = _read_survey(tables, remarks)
    if (remarks.unsupported or remarks.problems) and not partial:
        form = None
    return _reading(form, remarks)


def _reading(form: Form | None, remarks: Remarks) -> Reading:
    return Reading(form, tuple(remarks.unsupported), tuple(remarks.problems), tuple(remarks.notes))


def _odd_cells(name: str, sheet: Sheet, remarks: Remarks) -> None:
    for row, column in sheet.formulas:
        remarks.unsupported_at(
            name, row, letters(column), _("A formula: only its last result was read. Write the text.")
        )
    for row, column in sheet.merged:
        remarks.unsupported_at(name, row, letters(column), _("Merged cells: only the first of them was read."))


def _odd_columns(name: str, one: Table, remarks: Remarks) -> None:
    for column in one.columns:
        if column.language == "other":
            remarks.note(name, 1, column.letters, _("Only Chinese and English texts are kept."))
    for column in one.used():
        if column.name not in IMPORTED[name] and not column.name.startswith(OURS):
            remarks.note(name, 1, column.letters, _("The column “%(name)s” was ignored.") % {"name": column.name[:40]})


def _read_survey(tables: dict[str, Table], remarks: Remarks) -> Form | None:
    """The form of the tables. What uses a row that is not imported has to be seen, and may itself not be imported then:
    so rows are read until no more are left out."""
    left_out: frozenset[str] = frozenset()
    while True:
        trial = Remarks()
        survey = _Survey(tables, trial, left_out)
        form = survey.form()
        if survey.left_out <= left_out:
            remarks.take(trial)
            return form
        left_out |= survey.left_out


class _Survey:
    """Reads the rows of the survey one after another into sections."""

    def __init__(self, tables: dict[str, Table], remarks: Remarks, left_out: frozenset[str]) -> None:
        self.rows, settings = tables["survey"].rows, tables["settings"].rows
        self.settings = settings[0] if settings else Row(1, {}, {}, {})
        self.remarks = remarks
        keys = _keys(self.rows, remarks)
        answered = {name: key for name, key in keys.items() if name not in left_out}
        self.known = Known(_choices(tables["choices"], remarks), keys, answered, set(keys.values()))
        self.left_out: set[str] = set()
        self.sections: list[_Group] = []
        self.open: list[_Group] = []
        self.row_of: dict[str, int] = {}

    def form(self) -> Form | None:
        """The form, if the rows make one."""
        self._read()
        try:
            made = [Section(each.key, each.labels, each.relevant, tuple(each.questions)) for each in self.sections]
            return _form(self.settings, tuple(made))
        except FormError as error:
            for fault in error.faults:
                self.remarks.problem(*self._place(fault), str(fault.text))
            return None

    def _place(self, fault: Fault) -> tuple[str, int, str]:
        """Sheet, row and column of a fault of the whole form."""
        match = re.match(r"sections\[(\d+)\](?:\.questions\[(\d+)\])?", fault.path)
        if match is None:
            return ("survey", 0, "") if fault.path == "sections" else ("settings", self.settings.number, fault.path)
        group = self.sections[int(match[1])]
        row = self.row_of[group.questions[int(match[2])].key] if match[2] else group.row
        return "survey", row, fault.path.rpartition(".")[2]

    def _read(self) -> None:
        skipping = 0  # how deep inside a repeat we are
        for row in self.rows:
            kind = " ".join(row["type"].lower().split())
            begins, ends = _BEGIN.fullmatch(kind), _END.fullmatch(kind)
            if skipping:
                skipping += bool(begins) - bool(ends)
                self.left_out.add(row["name"])
            elif row["disabled"].lower() in ("yes", "true"):
                self.remarks.note("survey", row.number, row.column("disabled"), _("The row is switched off."))
                self.left_out.add(row["name"])
            elif begins and begins[1] != "group":
                text = _("“%(type)s” is not supported. Everything inside it is left out.") % {"type": kind[:40]}
                self.remarks.unsupported_at("survey", row.number, row.column("type"), text)
                skipping = 1
            elif begins:
                self._begin(row)
            elif ends:
                self._end(row)
            elif kind in _METADATA:
                text = _("“%(type)s” was ignored: the platform records who and when by itself.") % {"type": kind}
                self.remarks.note("survey", row.number, row.column("type"), text)
                self.left_out.add(row["name"])
            else:
                self._ask(row)
        for group in self.open:
            self.remarks.problem("survey", group.row, "type", _("This group does not end."))

    def _begin(self, row: Row) -> None:
        relevant = expression(row, "relevant", self.known, self.remarks)
        group = _Group(self._fresh(row["name"], row), row.text("label"), relevant, row=row.number)
        if self.open:
            text = _("A group inside a group: its questions stand in the outer one, after a note with its heading.")
            self.remarks.note("survey", row.number, row.column("type"), text)
        else:
            self.sections.append(group)
        self.open.append(group)
        if len(self.open) > 1 and group.labels:
            self._add(replace(row, cells={"type": "note"}, words={"label": group.labels}), group.key)

    def _end(self, row: Row) -> None:
        if self.open:
            self.open.pop()
        else:
            self.remarks.problem("survey", row.number, row.column("type"), _("No group is open here."))

    def _ask(self, row: Row) -> None:
        name = row["name"]
        if not row["type"] or not (row["name"] or row["type"].lower() == "note"):
            self.remarks.problem("survey", row.number, row.column("type"), _("A question needs a type and a name."))
            return
        if name and name in self.known.met:
            self.remarks.problem("survey", row.number, row.column("name"), _("The name stands in the sheet twice."))
            return
        self.known.met.add(name)
        question = self._add(row, self.known.keys[name] if name else self._fresh("", row))
        if question is None or question.field.type == "note":
            self.left_out.add(name)  # a note has no answer that anything could use

    def _add(self, row: Row, key: str) -> Question | None:
        """Add the question of a row to the section it stands in."""
        inner = [group.relevant for group in self.open[1:]]
        question = question_of(row, key, inner, self.known, self.remarks)
        if question is None:
            return None
        if not self.open and (not self.sections or self.sections[-1].given):
            self.sections.append(_Group(self._fresh("section", row), given=False, row=row.number))
        self.sections[-1].questions.append(question)
        self.row_of[key] = row.number
        return question

    def _fresh(self, name: str, row: Row) -> str:
        """A key nobody has yet, for what need not keep its name."""
        key = unused(_key(name) or f"r{row.number}", self.known.taken)
        self.known.taken.add(key)
        return key


def _form(settings: Row, sections: tuple[Section, ...]) -> Form:
    title, written = settings.text(f"{OURS}form_title"), settings["form_title"]
    if not title and written:
        title = Words(zh=written) if re.search(r"[\u3400-\u9fff]", written) else Words(en=written)
    key = _key(settings["form_id"]) or "form"
    return Form(key, title or Words(en=key), settings.text(f"{OURS}intro"), sections)


def _choices(one: Table, remarks: Remarks) -> dict[str, tuple[Choice, ...]]:
    """The lists of the choices sheet."""
    found: dict[str, list[Choice]] = {}
    for row in one.rows:
        if not row["list_name"] or not row["name"]:
            remarks.problem(
                "choices", row.number, row.column("name"), _("A choice needs the name of its list and its own.")
            )
            continue
        found.setdefault(row["list_name"], []).append(Choice(row["name"], row.text("label")))
    return {name: tuple(choices) for name, choices in found.items()}


def _key(name: str) -> str:
    """A name as a key, if anything is left of it: small letters, underscores for what keys do not have."""
    if KEY.fullmatch(name) and len(name) <= MAX_KEY:
        return name
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_").lstrip("0123456789_")[:MAX_KEY].strip("_")


def _keys(rows: list[Row], remarks: Remarks) -> dict[str, str]:
    """The key of every named question. Groups get theirs later, out of what is left."""
    found: dict[str, str] = {}
    taken: set[str] = {row["name"] for row in rows if _key(row["name"]) == row["name"]}
    for row in rows:
        name = row["name"]
        if not name or _BEGIN.fullmatch(" ".join(row["type"].split()).lower()) or name in found:
            continue
        key = _key(name)
        if key != name:
            key = unused(key or f"q{row.number}", taken)
            text = _("“%(name)s” became %(key)s: a key has small letters, digits and underscores.")
            remarks.note("survey", row.number, row.column("name"), text % {"name": name[:60], "key": key})
        taken.add(key)
        found[name] = key
    return found


def unused(key: str, taken: set[str]) -> str:
    """The key, or with a number behind it where it is taken."""
    found, number = key, 2
    while found in taken:
        found = f"{key[: MAX_KEY - 5]}_{number}"
        number += 1
    return found
