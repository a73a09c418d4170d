"""The form in which a field of the dictionary is defined, in the dictionary itself or while a form is designed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.figures import UNITS
from yinling.network import initials_of
from yinling.returns import DictionaryField, offered, source_of, why_not_held
from yinling.returns import forms as schema
from yinling.web.association_forms import ProblemForm
from yinling.web.designing import fresh_key
from yinling.web.form_words import COUNTING, TYPES

LONGEST_KEY = 32
"""Of a key that is made from a label; a number may follow."""
BETWEEN = " | "
"""Between the Chinese and the English label of a choice."""


def text_field(
    label: object, *, required: bool = False, lines: int = 0, maximum: int = 300, **options: Any
) -> forms.CharField:
    """A text: one line, or several."""
    widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput()
    return forms.CharField(label=cast("str", label), required=required, max_length=maximum, widget=widget, **options)


def words(zh: str, en: str) -> schema.Words:
    """A text in both languages, line ends as they are kept."""
    return schema.Words(*(text.replace("\r\n", "\n").replace("\r", "\n") for text in (zh, en)))


class FaultForm(ProblemForm):
    """A form that shows the faults of what is made from it next to the fields they concern."""

    FIELD_OF: Mapping[str, str] = {}
    """Which field of the form holds an entry, where they are not named alike."""

    def add_faults(self, error: schema.FormError, prefix: str = "") -> None:
        """Show each fault whose path begins with `prefix` at its field, all others above."""
        for fault in error.faults:
            entry = fault.path.removeprefix(prefix).partition("[")[0]
            name = self.FIELD_OF.get(entry, entry)
            self.add_error(name if name in self.fields else None, str(fault.text))


class FieldForm(FaultForm):
    """A field of the dictionary. `made` is the field once the form is valid; the key of an existing one stands."""

    zh = text_field(gettext_lazy("Label"), required=True, help_text=gettext_lazy("The question as people read it."))
    en = text_field(gettext_lazy("Label in English"))
    key = text_field(
        pgettext_lazy("of a form or field", "Key"), maximum=40,
        help_text=gettext_lazy("Small letters, digits and underscores. If left empty it is made from the label."),
    )  # fmt: skip
    type = forms.ChoiceField(label=gettext_lazy("Type of answer"), choices=list(TYPES.items()))
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    choices = text_field(
        gettext_lazy("Choices"), lines=4, maximum=100_000,
        help_text=gettext_lazy("One in each line: the value, a blank, the label. Example: mutual 互助养老"),
    )  # fmt: skip
    minimum = forms.DecimalField(label=gettext_lazy("Smallest value"), required=False, max_digits=21, decimal_places=6)
    maximum = forms.DecimalField(label=gettext_lazy("Largest value"), required=False, max_digits=21, decimal_places=6)
    pattern = text_field(
        gettext_lazy("Pattern"), help_text=gettext_lazy("A regular expression that the whole text must fit.")
    )
    help_zh = text_field(gettext_lazy("Explanation"), lines=2, maximum=5_000)
    help_en = text_field(gettext_lazy("Explanation in English"), lines=2, maximum=5_000)
    legal_basis = text_field(
        gettext_lazy("Legal basis"), help_text=gettext_lazy("The document and clause by which this may be asked.")
    )
    counts = forms.ChoiceField(
        label=gettext_lazy("How answers count"),
        choices=list(COUNTING.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    holds = forms.ChoiceField(label=gettext_lazy("What the platform already holds"), required=False)
    binds = forms.ChoiceField(label=gettext_lazy("What an accepted answer changes in the register"), required=False)
    minutes = forms.DecimalField(
        label=gettext_lazy("Minutes"), required=False, min_value=0, max_digits=9, decimal_places=6,
        help_text=gettext_lazy("What one answer takes. If left empty the usual for its type counts."),
    )  # fmt: skip

    field_order = (
        "zh", "key", "type", "unit", "choices", "minimum", "maximum", "help_zh", "legal_basis", "counts", "holds", "binds",
        "minutes", "pattern", "en", "help_en",
    )  # fmt: skip
    FIELD_OF = {
        "labels": "zh", "labels.zh": "zh", "labels.en": "en", "help": "help_zh", "help.zh": "help_zh", "help.en": "help_en",
        "field.type": "type", "field.counts": "counts",
    }  # fmt: skip

    def __init__(
        self, *args: Any, field: schema.Field | None = None, taken: Iterable[str] = (), **options: Any
    ) -> None:
        options["initial"] = {**options.get("initial", {}), **(_initial(field) if field else {"counts": ""})}
        super().__init__(*args, **options)
        self.before, self.taken = field, set(taken)
        self.made: schema.Field | None = None
        if field is not None:
            del self.fields["key"]
        units = [(key, unit.label) for key, unit in UNITS.items()]
        cast("Any", self.fields["unit"]).choices = [("", _("none")), *units]
        known, bindable = _offers(field)
        cast("Any", self.fields["holds"]).choices = [("", _("nothing: this has to be asked")), *known]
        cast("Any", self.fields["binds"]).choices = [("", _("nothing")), *bindable]
        self.fields["holds"].help_text = _("Shown on the form with its source, and not asked again without a reason.")

    def clean(self) -> dict[str, Any]:
        """Make the field; what is wrong with it stands at the entry it concerns."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            self.made = self._field(data)
        except schema.FormError as error:
            self.add_faults(error)
            return data
        for name, reason in why_not_held(self.made).items():
            self.add_error(name, str(reason))
        return data

    def _field(self, data: dict[str, Any]) -> schema.Field:
        binds = data["binds"]
        return schema.Field(
            key=self.before.key if self.before else data["key"] or self._fresh(data["zh"]),
            type=data["type"],
            labels=words(data["zh"], data["en"]),
            unit=data["unit"] or ("yuan" if data["type"] == "money" else ""),
            help=words(data["help_zh"], data["help_en"]),
            legal_basis=data["legal_basis"],
            choices=_choices(data["choices"]),
            minimum=data["minimum"],
            maximum=data["maximum"],
            pattern=data["pattern"],
            counts=data["counts"],
            binds=binds,
            # What an answer changes in the register stands there already: it is shown, or asked again for a reason.
            holds=data["holds"] or binds,
            minutes=data["minutes"] or Decimal(0),
        )

    def _fresh(self, label: str) -> str:
        stem = initials_of(label).encode("ascii", "ignore").decode()[:LONGEST_KEY]
        stem = stem if stem[:1].isalpha() else f"f{stem}"
        taken = self.taken | set(DictionaryField.objects.filter(key__startswith=stem).values_list("key", flat=True))
        return fresh_key(f"{stem}_", taken) if stem in taken else stem


def _initial(field: schema.Field) -> dict[str, object]:
    return {
        "zh": field.labels.zh, "en": field.labels.en, "type": field.type, "unit": field.unit,
        "choices": "\n".join(_line(choice) for choice in field.choices), "minimum": field.minimum,
        "maximum": field.maximum, "pattern": field.pattern, "help_zh": field.help.zh, "help_en": field.help.en,
        "legal_basis": field.legal_basis, "counts": field.counts, "binds": field.binds, "holds": field.holds,
        "minutes": field.minutes or None,
    }  # fmt: skip


def _line(choice: schema.Choice) -> str:
    zh, en = (" ".join(text.split()) for text in (choice.labels.zh, choice.labels.en))
    label = f"{zh}{BETWEEN}{en}" if en or BETWEEN in zh else zh
    return f"{choice.value} {label}".strip()


def _choices(text: str) -> tuple[schema.Choice, ...]:
    return tuple(_choice(line) for line in text.splitlines() if line.strip())


def _choice(line: str) -> schema.Choice:
    value, *label = line.split(maxsplit=1)
    zh, between, en = (label[0] if label else "").rpartition(BETWEEN)
    return schema.Choice(value, schema.Words(zh.strip(), en.strip()) if between else schema.Words(en.strip()))


def _offers(field: schema.Field | None) -> tuple[list[Any], list[Any]]:
    """What can be shown, and what can be changed, as choices in groups; what the field has already stays among them."""
    shown: dict[str, list[tuple[str, str]]] = {}
    changed: list[tuple[str, str]] = []
    for offer in offered():
        choice = (offer.key, str(offer.label))
        shown.setdefault(str(offer.source), []).append(choice)
        if offer.binds:
            changed.append(choice)
    listed = {key for group in shown.values() for key, _label in group}
    if field and field.holds and field.holds not in listed:
        shown.setdefault(_source(field.holds), []).append((field.holds, field.holds))
    if field and field.binds and field.binds not in {key for key, _label in changed}:
        changed.append((field.binds, field.binds))
    return list(shown.items()), changed


def _source(key: str) -> str:
    try:
        return str(source_of(key).label)
    except KeyError:
        return _("Other")
