"""What the platform already holds of a unit, by key: shown on a form with its source, and not asked again.

Keys: `place.name`, `place.code`, `place.township`, `place.county`; `association.<attribute>.<column>` of the association
that answers (or the only one of the village that does); `figure.<measure>` at the unit's place for the round's period;
`last.<field>`, the latest accepted answer to another field.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from yinling.associations import ATTRIBUTES, Association
from yinling.base.paths import WIDTHS
from yinling.base.period import parse
from yinling.base.rules import Reason
from yinling.figures import Measure, declared_measures, measure_of, table, written
from yinling.network import Place
from yinling.returns.forms import Field, Form, Words
from yinling.returns.models import DictionaryField, KnownAnswer, Return, Round

Values = dict[int, dict[str, object]]
"""By return, by key."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a held value comes from: in words, and the measure it is the figure of, if it is one."""

    label: Reason
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the platform holds, for whoever defines a field to choose from: its key, what it is called, its source."""

    key: str
    label: Reason
    source: Reason

    @property
    def binds(self) -> bool:
        """Whether an accepted answer may change it."""
        return column_of(self.key) is not None


TOWNSHIP, COUNTY = WIDTHS[3], WIDTHS[2]

PLACES: dict[str, Reason] = {
    "place.name": _("name of the place"),
    "place.code": _("code of the place"),
    "place.township": _("township or street it belongs to"),
    "place.county": _("county it belongs to"),
}


def source_of(key: str) -> Source:
    """The source behind a key; KeyError where the platform holds nothing under it."""
    prefix, _dot, rest = key.partition(".")
    if prefix == "figure":
        return Source(measure_of(rest).card.label, rest)
    if key in PLACES:
        return Source(_("List of places"))
    if prefix == "association" and column_of(key):
        return Source(_("Register of associations"))
    if prefix == "last" and rest:
        return Source(_("Latest accepted return"))
    raise KeyError(key)


def column_of(key: str) -> tuple[str, str] | None:
    """The attribute and column of the register that `association.<attribute>.<column>` names, if there is one. Persons are
    none: a form shows and changes no personal data."""
    parts = key.split(".")
    if len(parts) == 3 and parts[0] == "association":  # noqa: PLR2004 - register, attribute, column
        attribute = ATTRIBUTES.get(parts[1])
        if attribute is not None and parts[2] in attribute.columns:
            column = Association._meta.get_field(parts[2])
            return None if column.is_relation else (parts[1], parts[2])
    return None


def offered() -> list[Offer]:
    """Everything the platform holds that a field can show or change: of places, of the register of associations, figures,
    and the latest answer to every field of the dictionary."""
    found = [Offer(key, label, source_of(key).label) for key, label in PLACES.items()]
    for attribute in ATTRIBUTES.values():
        for name in attribute.columns:
            key = f"association.{attribute.key}.{name}"
            if column_of(key):
                column: models.Field[object, object] = Association._meta.get_field(name)  # type: ignore[assignment]
                found.append(Offer(key, column.verbose_name, source_of(key).label))
    found += [Offer(f"figure.{one.card.key}", one.card.label, _("Figures")) for one in declared_measures()]
    for key, definition in DictionaryField.objects.order_by("label").values_list("key", "definition"):
        labels = Words(**definition["labels"])
        found.append(Offer(f"last.{key}", str(labels), _("Latest accepted return")))
    return found


TYPES_OF_COLUMN: tuple[tuple[type[models.Field[object, object]], tuple[str, ...]], ...] = (
    (models.BooleanField, ("yes_no",)),
    (models.IntegerField, ("integer",)),
    (models.DecimalField, ("money", "decimal", "integer")),
    (ArrayField, ("choices",)),
    (models.CharField, ("text",)),
)
"""The types of field whose answers a column can take, by the kind of column."""


def types_for(key: str) -> tuple[str, ...]:
    """The types of field that can change what stands under a key of the register; none where nothing there can be changed."""
    names = column_of(key)
    if names is None:
        return ()
    column = Association._meta.get_field(names[1])
    if getattr(column, "choices", None):
        return ("choice",)
    return next((types for kind, types in TYPES_OF_COLUMN if isinstance(column, kind)), ())


def values_for(key: str) -> frozenset[str]:
    """The values that the column under a key of the register knows; none where it takes any."""
    names = column_of(key)
    column = Association._meta.get_field(names[1]) if names else None
    column = getattr(column, "base_field", column)
    return frozenset(str(value) for value, _label in getattr(column, "choices", None) or ())


def why_not_held(field: Field) -> dict[str, Reason]:
    """What is wrong with the keys that a field shows (`holds`) and changes (`binds`), by the name of the entry."""
    faults: dict[str, Reason] = {}
    if field.holds:
        try:
            source_of(field.holds)
        except KeyError:
            faults["holds"] = _("The platform holds nothing under this key.")
    if field.binds:
        values = values_for(field.binds)
        if column_of(field.binds) is None:
            faults["binds"] = _("The register has nothing under this key that an answer could change.")
        elif field.type not in types_for(field.binds):
            faults["binds"] = _("An answer of this type cannot stand in that column of the register.")
        elif values and not values.issuperset(choice.value for choice in field.choices):
            faults["binds"] = _("That column of the register knows only these values: %(values)s.") % {
                "values": ", ".join(sorted(values))
            }
    return faults


def held_values(form: Form, round_: Round, returns: Sequence[Return]) -> Values:
    """What the platform holds for the questions of a form that show or bind something, for each return; in a few statements
    however many returns there are."""
    keys = {q.field.holds or q.field.binds for q in form.questions()} - {""}
    values: Values = {answer.pk: {} for answer in returns}
    for prefix, read in READERS.items():
        wanted = sorted(key for key in keys if key.partition(".")[0] == prefix)
        if wanted:
            read(wanted, round_, returns, values)
    return values


def association_of(returns: Iterable[Return]) -> Mapping[int, Association]:
    """The association behind each return: the one that answers, or the only one of the place that does."""
    rows = list(returns)
    found: dict[int, Association] = {}
    bodies = {answer.body_id for answer in rows if answer.body_id}
    by_body = {a.pk: a for a in Association.objects.filter(pk__in=bodies)}
    paths = {answer.area_path for answer in rows if not answer.body_id and answer.place.closed is None}
    at_place: dict[str, list[Association]] = defaultdict(list)
    standing = Association.objects.filter(body__withdrawn=False, body__dissolved__isnull=True)
    for association in standing.filter(area_path__in=paths) if paths else ():
        at_place[association.area_path].append(association)
    for answer in rows:
        if answer.body_id:
            one = by_body.get(answer.body_id)
        else:
            here = at_place[answer.area_path] if answer.place.closed is None else []
            one = here[0] if len(here) == 1 else None
        if one is not None:
            found[answer.pk] = one
    return found


def _places(keys: Sequence[str], _round: Round, returns: Sequence[Return], values: Values) -> None:
    paths = {answer.area_path[:width] for answer in returns for width in (TOWNSHIP, COUNTY)}
    names = dict(Place.objects.filter(area_path__in=paths).values_list("area_path", "name"))
    for answer in returns:
        here = {
            "place.name": answer.place.name,
            "place.code": answer.place.code,
            "place.township": names.get(answer.area_path[:TOWNSHIP], ""),
            "place.county": names.get(answer.area_path[:COUNTY], ""),
        }
        values[answer.pk].update({key: here[key] for key in keys if key in here})


def _associations(keys: Sequence[str], _round: Round, returns: Sequence[Return], values: Values) -> None:
    for pk, association in association_of(returns).items():
        for key in keys:
            if names := column_of(key):
                values[pk][key] = _plain(getattr(association, names[1]))


def _figures(keys: Sequence[str], round_: Round, returns: Sequence[Return], values: Values) -> None:
    period = parse(round_.period)
    measures = [one for key in keys if (one := _measure(key.removeprefix("figure.")))]
    cells = table(measures, paths=sorted({answer.area_path for answer in returns}), periods=[period])
    for answer in returns:
        for measure in measures:
            value = cells.at(measure, answer.area_path, period).value
            if value is not None:
                values[answer.pk][f"figure.{measure.card.key}"] = written(value, measure.card.unit)


def _measure(key: str) -> Measure | None:
    """A measure, unless it exists no longer: a published form outlives what it shows."""
    try:
        return measure_of(key)
    except KeyError:
        return None


def _last(keys: Sequence[str], _round: Round, returns: Sequence[Return], values: Values) -> None:
    fields = [key.removeprefix("last.") for key in keys]
    known = known_answers(returns, fields)
    for answer in returns:
        for field, value in known.get((answer.place_id, answer.body_id), {}).items():
            values[answer.pk][f"last.{field}"] = value


Unit = tuple[int, int | None]


def known_answers(returns: Sequence[Return], fields: Iterable[str]) -> dict[Unit, dict[str, object]]:
    """The latest accepted answers of the units behind some returns, by unit and field."""
    rows = KnownAnswer.objects.filter(place_id__in={answer.place_id for answer in returns}, field__in=list(fields))
    found: dict[Unit, dict[str, object]] = defaultdict(dict)
    for row in rows.exclude(value__isnull=True):
        found[row.place_id, row.body_id][row.field] = row.value
    return found


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


READERS: dict[str, Callable[[Sequence[str], Round, Sequence[Return], Values], None]] = {
    "place": _places,
    "association": _associations,
    "figure": _figures,
    "last": _last,
}
