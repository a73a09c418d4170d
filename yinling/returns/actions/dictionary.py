"""Writes of the field dictionary: what can be asked is defined once."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import action, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import Series
from yinling.network import Body
from yinling.returns.forms import Field
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
    """A new entry of the dictionary. Refused where the key is taken, or another field asks the same under another key: then
    the same thing would be asked twice."""
    if DictionaryField.objects.filter(key=field.key).exists():
        raise Refused(_("The dictionary already has a field %(key)s.") % {"key": field.key})
    label = normal(field.labels.zh or field.labels.en)
    twin = DictionaryField.objects.filter(label=label, definition__type=field.type).first()
    if twin is not None:
        raise Refused(_("The dictionary already asks this, as %(key)s. Use that field.") % {"key": twin.key})
    return create(
        DictionaryField(
            key=field.key,
            label=label,
            owner=owner,
            area_path=owner.area_path,
            definition=field.as_json(),
            changed_by=current().entry_id,
        )
    )


@action("returns.revise_field", label=gettext_lazy("Revise a field"), rule=may_design, on="entry")
def revise_field(*, entry: DictionaryField, field: Field, seen: int, by: Actor) -> DictionaryField:
    """A new version of an entry; published forms keep the one they were published with. Once answers have been counted, what
    decides their meaning stands."""
    entry = locked(entry)
    if entry.changed_by != seen:
        raise Refused(_("Somebody changed this record while you had it open. Look at it again; nothing was saved."))
    if field.key != entry.key:
        raise Refused(_("The key of a field never changes."))
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
