"""The form of a return, made from the form as data: on the desk and on the phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from yinling.figures import UNITS
from yinling.returns import Return, at_first, last_answers, source_of
from yinling.returns import forms as schema
from yinling.web.association_forms import ProblemForm

FEW_CHOICES = 8


class FillForm(ProblemForm):
    """One return. Questions that only show what the platform holds are no fields; those that do not apply are left out.

    `typed` gives the answers, typed as the form says, once `is_valid`; what cannot be read stands beside its question.
    """

    def __init__(self, data: Any, *, answer: Return, form: schema.Form) -> None:
        super().__init__(data)
        self.answer, self.form = answer, form
        self.held = at_first(form, answer.round, [answer])[answer.pk]
        self.last = cast("schema.Answers", last_answers([answer], form)[answer.pk])
        self.read = (
            schema.clean(form, self._raw(), held=self._held_by_source(), last=self.last) if self.is_bound else None
        )
        known = dict(self.read.answers) if self.read else {**self.held, **answer.answers}
        self.relevant = schema.relevant(form, cast("schema.Answers", known), last=self.last)
        for question in form.questions():
            if question.asks and question.key in self.relevant:
                self.fields[question.key] = field_for(question)
                self.fields[question.key].initial = initial_of(question.field, known.get(question.key))
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, initial=answer.changed_by)
        self.known = known

    def _raw(self) -> dict[str, object]:
        raw: dict[str, object] = {}
        data = cast("QueryDict", self.data)
        for question in self.form.questions():
            if question.asks:
                several = question.field.type == "choices"
                raw[question.key] = data.getlist(question.key) if several else data.get(question.key)
        return raw

    def _held_by_source(self) -> Mapping[str, object]:
        return {q.field.holds: self.held[q.key] for q in self.form.questions() if q.field.holds and q.key in self.held}

    @property
    def typed(self) -> dict[str, object]:
        """The typed answers."""
        return dict(self.read.answers) if self.read else dict(self.answer.answers)

    def add_reading_problems(self) -> bool:
        """Show what could not be read beside its question; whether there was anything."""
        problems = self.read.problems if self.read else ()
        for problem in problems:
            self.add_error(problem.question if problem.question in self.fields else None, problem.text)
        return bool(problems)

    def parts(self) -> list[dict[str, object]]:
        """Sections with their questions, as the template shows them."""
        remarks = self._remarks()
        found: list[dict[str, object]] = []
        for section in self.form.sections:
            rows = [self._row(question, remarks) for question in section.questions if question.key in self.relevant]
            if rows:
                found.append({"title": _title(section), "rows": rows})
        return found

    def _remarks(self) -> dict[str, str]:
        back = self.answer.checks.filter(verdict="sent_back").order_by("pk").last()
        return dict(back.remarks) if back and self.answer.state == Return.State.RETURNED else {}

    def _row(self, question: schema.Question, remarks: Mapping[str, str]) -> dict[str, object]:
        row: dict[str, object] = {"remark": remarks.get(question.key, "")}
        if question.key in self.fields:
            before = self.last.get(question.key)
            row["field"] = self[question.key]
            row["last"] = in_words(question.field, before) if before is not None else ""
            if question.evidence:
                row |= {"file_name": f"{question.key}__file", "file_kept": question.key in self.answer.evidence}
            return row
        source = _("calculated") if question.calculation else ""
        if question.field.holds:
            source = _source(question.field.holds)
        shown = in_words(question.field, self.known.get(question.key))
        return {**row, "label": str(question.field.labels), "value": shown, "source": source}


def _source(key: str) -> str:
    try:
        return str(source_of(key).label)
    except KeyError:  # a published form outlives what it shows
        return _("no longer kept")


def _title(section: schema.Section) -> str:
    return str(section.labels)


def field_for(question: schema.Question) -> forms.Field:
    """The control of a question. What it takes is read by the form as data, so that every way in reads alike."""
    field = question.field
    label = str(field.labels) + (f"（{_unit(field)}）" if field.unit else "")
    given: dict[str, Any] = {"label": label, "required": question.required, "help_text": str(field.help)}
    if field.type == "yes_no":
        return forms.ChoiceField(
            choices=[(key, _yes_no(key)) for key in ("true", "false")], widget=forms.RadioSelect, **given
        )
    options = [(choice.value, str(choice.labels) or choice.value) for choice in field.choices]
    if field.type == "choices":
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **given)
    if field.type == "choice":
        few = len(options) <= FEW_CHOICES
        blank = [] if few else [("", "")]
        return forms.ChoiceField(choices=[*blank, *options], widget=forms.RadioSelect if few else forms.Select, **given)
    if field.type == "long_text":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **given)
    numeric = {"integer": "numeric", "decimal": "decimal", "money": "decimal"}.get(field.type, "")
    attrs = {"inputmode": numeric} if numeric else {}
    if field.type == "date":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **given)
    return forms.CharField(widget=forms.TextInput(attrs=attrs), **given)


def _unit(field: schema.Field) -> str:
    return str(UNITS[field.unit].label)


def _yes_no(key: str) -> str:
    return _("yes") if key == "true" else _("no")


def initial_of(field: schema.Field, value: object) -> object:
    """An answer as its control holds it."""
    if field.type == "yes_no" and value is not None:
        return "true" if value else "false"
    return value


def in_words(field: schema.Field, value: object) -> str:
    """An answer in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _yes_no("true" if value else "false")
    labels = {choice.value: str(choice.labels) or choice.value for choice in field.choices}
    if isinstance(value, list):
        return "、".join(labels.get(str(one), str(one)) for one in value)
    return labels.get(str(value), str(value))
