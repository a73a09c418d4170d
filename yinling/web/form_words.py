"""Forms in words: types, what is counted, sources, what differs between two versions, where a fault lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.base.rules import Reason
from yinling.figures import UNITS
from yinling.returns import forms as schema
from yinling.returns import offered, source_of

Row = dict[str, object]

TYPES: dict[str, Reason] = {
    "integer": gettext_lazy("whole number"),
    "decimal": gettext_lazy("number with decimals"),
    "money": gettext_lazy("amount of money"),
    "text": gettext_lazy("short text"),
    "long_text": gettext_lazy("long text"),
    "date": gettext_lazy("date"),
    "yes_no": gettext_lazy("yes or no"),
    "choice": gettext_lazy("one of several"),
    "choices": gettext_lazy("several of several"),
    "note": gettext_lazy("note, nothing to answer"),
}
COUNTING: dict[str, Reason] = {
    "": gettext_lazy("not counted"),
    "flow": gettext_lazy("added up over the period"),
    "stock": gettext_lazy("as it stands at the end of the period"),
}
ENTRIES: dict[str, Reason] = {
    "key": pgettext_lazy("of a form or field", "key"),
    "type": gettext_lazy("type"),
    "labels": gettext_lazy("label"),
    "unit": gettext_lazy("unit"),
    "help": gettext_lazy("help"),
    "legal_basis": gettext_lazy("legal basis"),
    "choices": gettext_lazy("choices"),
    "minimum": gettext_lazy("smallest value"),
    "maximum": gettext_lazy("largest value"),
    "pattern": gettext_lazy("pattern"),
    "counts": gettext_lazy("how it counts"),
    "binds": gettext_lazy("changes in the register"),
    "holds": gettext_lazy("shows what the platform holds"),
    "minutes": gettext_lazy("minutes"),
    "intro": gettext_lazy("introduction"),
    "required": gettext_lazy("required"),
    "relevant": gettext_lazy("asked only if"),
    "constraint": gettext_lazy("condition for answers"),
    "message": gettext_lazy("message when it is not met"),
    "calculation": gettext_lazy("calculation"),
    "default": gettext_lazy("stands there at first"),
    "reason": gettext_lazy("reason for asking again"),
    "evidence": gettext_lazy("asks for a file"),
}
"""What forms, sections, questions and fields consist of."""

WHAT: dict[str, Reason] = {
    "added": gettext_lazy("added"), "removed": gettext_lazy("removed"), "moved": pgettext_lazy("in a form", "moved"),
    "changed": gettext_lazy("changed"),
}  # fmt: skip
OF: dict[str, Reason] = {
    "form": gettext_lazy("form"), "section": gettext_lazy("section"), "question": gettext_lazy("question"),
}  # fmt: skip


def unit_of(field: schema.Field) -> str:
    """The unit of a field in words; an amount is in yuan."""
    unit = field.unit or ("yuan" if field.type == "money" else "")
    return str(UNITS[unit].label) if unit else ""


def sources() -> dict[str, str]:
    """What each key of the platform's own records means: 老年协会台账：有活动场所."""
    return {
        offer.key: _("%(source)s: %(label)s") % {"source": offer.source, "label": offer.label} for offer in offered()
    }


def source_in_words(key: str, known: Mapping[str, str]) -> str:
    """What a key means, from what `sources` gave; as far as its kind alone says where nothing is listed under it."""
    if key in known:
        return known[key]
    try:
        return str(source_of(key).label)
    except KeyError:
        return _("%(key)s, which the platform does not hold") % {"key": key}


def choice_words(choice: schema.Choice) -> str:
    """A choice as it is read."""
    return str(choice.labels) or choice.value


def differences(old: schema.Form, new: schema.Form) -> Iterator[Row]:
    """What differs between two versions of a form: .what .of .name .entry .before .after, and .breaks where earlier answers
    do not stand under the new one."""
    names = {**_names(old), **_names(new)}
    for change in schema.changes(old, new):
        yield {
            "what": str(WHAT[change.what]),
            "of": str(OF[change.of]),
            "name": names.get(change.key, change.key),
            "entry": str(ENTRIES.get(change.entry, change.entry)),
            "before": in_words(change.entry, change.old),
            "after": in_words(change.entry, change.new),
            "breaks": change.breaks,
        }


def field_differences(old: schema.Field, new: schema.Field) -> Iterator[Row]:
    """What differs between two versions of a field: .label .before .after."""
    before, after = old.as_json(), new.as_json()
    for entry, label in ENTRIES.items():
        if before.get(entry) != after.get(entry):
            yield {
                "label": str(label),
                "before": in_words(entry, before.get(entry)),
                "after": in_words(entry, after.get(entry)),
            }


def in_words(entry: str, value: object) -> str:
    """The JSON value of an entry for reading."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return " / ".join(str(text) for text in value.values())
    if isinstance(value, list):
        return "、".join(f"{each['value']} {in_words('labels', each.get('labels'))}".strip() for each in value)
    words = {"type": TYPES, "counts": COUNTING}.get(entry, {})
    if entry == "unit" and value in UNITS:
        return str(UNITS[str(value)].label)
    return str(words.get(str(value), value))


def _names(form: schema.Form) -> dict[str, str]:
    found = {form.key: str(form.labels)}
    for section in form.sections:
        found[section.key] = str(section.labels) or section.key
        found |= {question.key: str(question.field.labels) for question in section.questions}
    return found


def faults_in_words(error: schema.FormError, sections: Sequence[schema.Section]) -> Iterator[str]:
    """Faults of a whole form, each with the section or question it lies in."""
    for fault in error.faults:
        where = "：".join(_place(fault.path, sections))
        yield f"{where}：{fault.text}" if where else str(fault.text)


def _place(path: str, sections: Sequence[schema.Section]) -> Iterable[str]:
    parts = path.replace("]", "").replace("[", ".").split(".")
    at = [int(part) for part in parts if part.isdigit()]
    if not at or parts[0] != "sections" or at[0] >= len(sections):
        return
    section = sections[at[0]]
    yield str(section.labels) or section.key
    if "questions" in parts and len(at) > 1 and at[1] < len(section.questions):
        yield str(section.questions[at[1]].field.labels)
    if parts[-1] in ENTRIES:
        yield str(ENTRIES[parts[-1]])
