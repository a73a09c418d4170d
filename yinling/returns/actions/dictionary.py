"""Writes of the field dictionary: what can be asked is defined once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, change, create, current, demand_seen, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import Series
from yinling.network import Body
from yinling.returns.forms import Field
from yinling.returns.held import why_not_held
from yinling.returns.measures import FLOW, STOCK
from yinling.returns.models import DictionaryField
from yinling.returns.rules import may_design

MEANING = ("type", "unit", "counts", "choices", "binds")
"""What of a field decides what its answers count; it stands once answers have been counted."""


def normal(label: str) -> str:
    """A label without what makes two of them differ only in writing."""
    return "".join(unicodedata.normalize("NFKC", label).split()).lower()


@action("returns.define_field", label=gettext_lazy("Define a field"), rule=may_design, on="owner")
def define_field(*, field: Field, owner: Body, by: Actor) -> DictionaryField:
    """A new entry of the dictionary. Refused where the key is taken, another field asks the same under another key (then the
    same thing would be asked twice), or it shows or changes what the platform does not hold."""
    if reasons := why_not_new([field]):
        raise Refused(reasons[0])
    return create(
        DictionaryField(
            key=field.key,
            label=normal(field.labels.zh or field.labels.en),
            owner=owner,
            area_path=owner.area_path,
            definition=field.as_json(),
            changed_by=current().entry_id,
        )
    )


def why_not_new(fields: Sequence[Field]) -> list[str]:
    """What keeps these fields from entering the dictionary together; in one statement."""
    labels = {field.key: normal(field.labels.zh or field.labels.en) for field in fields}
    rows = DictionaryField.objects.filter(Q(key__in=labels) | Q(label__in=labels.values()))
    known = [(row.key, row.label, row.definition["type"]) for row in rows]
    reasons = []
    for field in fields:
        asked = next((key for key, *what in known if what == [labels[field.key], field.type]), "")
        if any(key == field.key for key, *_what in known):
            reasons.append(_("The dictionary already has a field %(key)s.") % {"key": field.key})
        elif asked:
            reasons.append(_("The dictionary already asks this, as %(key)s. Use that field.") % {"key": asked})
        reasons += _unheld(field)
        known.append((field.key, labels[field.key], field.type))
    return reasons


def _unheld(field: Field) -> list[str]:
    return [f"{field.labels}: {reason}" for reason in why_not_held(field).values()]


@action("returns.revise_field", label=gettext_lazy("Revise a field"), rule=may_design, on="entry")
def revise_field(*, entry: DictionaryField, field: Field, seen: int, by: Actor) -> DictionaryField:
    """A new version of an entry; published forms keep the one they were published with. Once answers have been counted, what
    decides their meaning stands."""
    entry = locked(entry)
    demand_seen(entry, seen)
    if field.key != entry.key:
        raise Refused(_("The key of a field never changes."))
    if unheld := _unheld(field):
        raise Refused(unheld[0])
    before = Field.from_json(entry.definition)
    changed = [name for name in MEANING if getattr(before, name) != getattr(field, name)]
    if changed and Series.objects.filter(kind__in=(FLOW, STOCK), dims__field=field.key).exists():
        raise Refused(_("Answers to this field are already counted; define another field for another meaning."))
    return change(
        entry,
        label=normal(field.labels.zh or field.labels.en),
        definition=field.as_json(),
        version=entry.version + 1,
        changed_by=current().entry_id,
    )
