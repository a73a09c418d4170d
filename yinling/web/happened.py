"""Entries of the audit trail in words: what changed, with labels instead of columns and names instead of keys.

Personal data is masked here as everywhere: an entry holds no number of a person, but it holds names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any, cast

from django.apps import apps
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yinling.activities import Domain
from yinling.base.action import registry
from yinling.base.masking import mask_name
from yinling.facts import Entry
from yinling.network import Body, Place
from yinling.people import Person
from yinling.returns import forms as schema
from yinling.web.form_words import WHAT, differences, field_differences
from yinling.web.happened_words import (
    CODES,
    CONTENTS,
    EVENTS,
    JOBS,
    LABELS,
    ORIGINS,
    PAGES,
    PERSONAL,
    SUBJECTS,
    TECHNICAL,
    UNSAID,
)
from yinling.web.page import address_of

Row = dict[str, object]
SHOWN = 40
"""Changes of one entry shown at most; an import has thousands."""


def _length(text: str) -> str:
    return _("%(count)s characters") % {"count": len(text)}


MASKS: dict[str, Callable[[str], str]] = {
    "person.name": mask_name,
    "person.birth": lambda day: day[:4],
    "consent.helped_by": mask_name,
    "claim.name": mask_name,
    "report.text": _length,
    "reporttemplate.text": _length,
}
"""How columns with personal data are shown, and those that are too long."""


@dataclass(slots=True)
class Names:
    """The names behind the keys in some entries, each kind read once."""

    places: dict[int, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    bodies: dict[int, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    domains: dict[int, str] = field(default_factory=dict)

    def read(self, entries: Iterable[Entry]) -> Names:
        """Everything that these entries name and that is not known yet: four statements at most. Returns itself."""
        paths: set[str] = {""}
        keys: dict[type[models.Model], set[int]] = {Place: set(), Body: set(), Person: set(), Domain: set()}
        for entry in entries:
            paths.add(entry.area_path)
            for column, value in _values(entry):
                if column.related_model in keys and isinstance(value, int):
                    keys[column.related_model].add(value)
        paths -= {"", *self.paths}
        places, bodies = keys[Place] - self.places.keys(), keys[Body] - self.bodies.keys()
        people, domains = keys[Person] - self.people.keys(), keys[Domain] - self.domains.keys()
        if paths or places:
            for place in Place.objects.filter(models.Q(area_path__in=paths) | models.Q(pk__in=places)):
                self.places[place.pk] = self.paths[place.area_path] = place.short_name
        if domains:
            self.domains.update(Domain.objects.filter(pk__in=domains).values_list("pk", "name"))
        if bodies:
            self.bodies.update(Body.objects.filter(pk__in=bodies).values_list("pk", "name"))
        if people:
            self.people.update((person.pk, person.masked_name) for person in Person.objects.filter(pk__in=people))
        return self

    def of_key(self, model: object, key: object) -> str:
        """The name of the row of `model` with this key; the number of any other."""
        tables = {Place: self.places, Body: self.bodies, Person: self.people, Domain: self.domains}
        known = tables.get(cast("type[models.Model]", model), {})
        return known.get(cast("int", key), f"#{key}")


def history(entries: Sequence[Entry], known: Names | None = None) -> list[Row]:
    """Entries as components/history.html shows them. `known`: names that need not be read again."""
    names = (known or Names()).read(entries)
    return [_happened(entry, names) for entry in entries]


def label_of(action: str) -> str:
    """What people read of an action; its bare name where the action is no longer known."""
    return str(registry[action].label) if action in registry else action


def _happened(entry: Entry, names: Names) -> Row:
    found = list(_changes(entry, names))
    changes = [in_words() for in_words in found[:SHOWN]]
    if len(found) > SHOWN:
        more = _("%(count)s more changes") % {"count": len(found) - SHOWN}
        changes.append({"label": "…", "before": "", "after": more})
    links = []
    if address := _page_of(entry):
        links.append({"label": _("record"), "url": address})
    if entry.fact_count:
        facts = _("%(count)s facts") % {"count": entry.fact_count}
        links.append({"label": facts, "url": address_of("trail-facts", pk=entry.pk)})
    who = actor_in_words(entry.actor_name) or _("nobody signed in")
    return {
        "when": localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
        "who": f"{who} · {origin_in_words(entry.origin)}",
        "what": label_of(entry.action),
        "place": names.paths.get(entry.area_path, ""),
        "changes": changes,
        "reason": entry.reason,
        "evidence": links,
    }


def actor_in_words(name: str) -> str:
    """Who did something: a person by name, a job of the platform by what it does."""
    return str(JOBS.get(name, name))


def origin_in_words(text: str) -> str:
    """Where an entry came from, as people call it: 网页 10.0.0.8."""
    kind, _space, rest = text.partition(" ")
    return str(JOBS.get(text) or f"{ORIGINS.get(kind, kind)} {rest}").strip()


def _page_of(entry: Entry) -> str:
    """The page of the row an entry is about, where there is one."""
    if page := PAGES.get(entry.subject):
        return address_of(page, pk=entry.subject_id)
    if entry.subject == "association" or (entry.subject == "body" and entry.action.startswith("associations.")):
        return address_of("association", pk=entry.subject_id)
    if entry.subject in {"place", "placechange"} and entry.area_path:
        return address_of("place", path=entry.area_path)
    return ""


@cache
def _model(name: str) -> type[models.Model] | None:
    try:
        return apps.get_model("yinling", name)
    except LookupError:
        return None


@cache
def _columns(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    return {column.attname: column for column in model._meta.concrete_fields}


def _parts(change: dict[str, Any]) -> tuple[type[models.Model] | None, dict[str, Any], dict[str, Any]]:
    return _model(str(change.get("row", ""))), change.get("before") or {}, change.get("after") or {}


def _values(entry: Entry) -> Iterator[tuple[models.Field[Any, Any], object]]:
    """Every value in an entry with its column."""
    for change in entry.changes:
        model, before, after = _parts(change)
        if model is not None:
            columns = _columns(model)
            for side in (before, after):
                yield from ((columns[name], value) for name, value in side.items() if name in columns)


def _changes(entry: Entry, names: Names) -> Iterator[Callable[[], Row]]:
    """Every change of an entry, put into words when it is shown: a list that was imported has thousands."""
    registers = any(change.get("row") == "association" and "before" not in change for change in entry.changes)
    for change in entry.changes:
        if "note" in change:
            for key, value in change["note"].items():
                yield partial(_note, key, value, names)
            continue
        if change.get("row") == "attributeperiod" and registers:
            continue  # says once more what the association itself says
        model, before, after = _parts(change)
        prefix = "" if change.get("row") == entry.subject else f"{SUBJECTS.get(str(change.get('row')), '')} "
        for name, value in after.items():
            column = _columns(model).get(name) if model else None
            if isinstance(column, models.BinaryField):
                # A key or a signature: of a new row it says nothing, and neither what it was nor what it is may be read.
                if "before" in change:
                    yield partial(dict, {"label": _("secret key"), "before": "", "after": _("renewed")})
                continue
            if _says_nothing(name, column) or ("before" not in change and value in (None, "", [], 0)):
                continue
            if name in CONTENTS:
                yield from (partial(dict, row) for row in _inside(name, before.get(name), value))
                continue
            yield partial(_change, prefix, name, column, before.get(name), value, names)


def _says_nothing(name: str, column: models.Field[Any, Any] | None) -> bool:
    if column is not None and _has_word(column):
        return f"{column.model._meta.model_name}.{column.name}" in UNSAID
    return name in TECHNICAL


def _has_word(column: models.Field[Any, Any]) -> bool:
    """Whether the column was declared with a word of its own; without one Django makes something of its name."""
    return column._verbose_name is not None  # type: ignore[attr-defined] # what was declared


def _note(key: str, value: object, names: Names) -> Row:
    return {"label": str(LABELS.get(key, key)), "before": "", "after": _noted(key, value, names)}


def _change(
    prefix: str, name: str, column: models.Field[Any, Any] | None, before: object, after: object, names: Names
) -> Row:
    return {
        "label": (prefix if prefix.strip() else "") + _label(name, column),
        "before": _shown(column, before, names),
        "after": _shown(column, after, names),
    }


def _inside(name: str, before: object, after: object) -> Iterator[Row]:
    """What differs inside a form or a field of the dictionary; of a new one its label, which its row says already, is all."""
    if before is None:
        return
    try:
        yield from _differences(name, before, after)
    except schema.FormError:
        # Written under rules that hold no more; the trail must open all the same.
        yield {"label": str(LABELS[name]), "before": "", "after": str(WHAT["changed"])}


def _differences(name: str, before: object, after: object) -> Iterator[Row]:
    if name == "definition":
        yield from field_differences(schema.Field.from_json(before), schema.Field.from_json(after))
        return
    for row in differences(schema.Form.from_json(before), schema.Form.from_json(after)):
        entry = f" · {row['entry']}" if row["entry"] else ""
        yield {
            "label": f"{row['name']}{entry}",
            "before": row["before"] if entry else "",
            "after": row["after"] if entry else str(row["what"]),
        }


def _noted(key: str, value: object, names: Names) -> str:
    if key == "place" and isinstance(value, int):
        return names.places.get(value, f"#{value}")
    if key == "field":
        return str(PERSONAL.get(str(value), value))
    if key == "event":
        return str(EVENTS.get(str(value), value))
    return _plain(value)


def _label(name: str, column: models.Field[Any, Any] | None) -> str:
    bare = column.name if column is not None else name
    if column is not None and column.model is Person and bare in PERSONAL:
        return str(PERSONAL[bare])
    if column is not None and _has_word(column):
        return str(column.verbose_name)
    related = column.related_model if column is not None and column.is_relation else None
    word = SUBJECTS.get(related._meta.model_name or "") if related else None
    return str(word or LABELS.get(bare, name))


def _shown(column: models.Field[Any, Any] | None, value: object, names: Names) -> str:
    if value is None or value == "" or column is None:
        return _plain(value)
    if (mask := MASKS.get(f"{column.model._meta.model_name}.{column.name}")) is not None:
        return mask(str(value))
    if column.is_relation:
        return names.of_key(column.related_model, value)
    if isinstance(column, models.DateTimeField):
        value = f"{localtime(datetime.fromisoformat(str(value))):%Y-%m-%d %H:%M}"
    choices = getattr(getattr(column, "base_field", column), "flatchoices", ())
    words: Mapping[Any, object] = CODES.get(f"{column.model._meta.model_name}.{column.name}") or dict(choices)
    if isinstance(value, list):
        return "、".join(str(words.get(item, item)) for item in value)
    if isinstance(value, dict):
        return "，".join(f"{key} = {_plain(item)}" for key, item in value.items())
    return str(words.get(value, _plain(value)))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "；".join(_plain(one).rstrip("。") for one in value)
    return "" if value is None else str(value)
