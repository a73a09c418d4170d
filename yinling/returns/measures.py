"""What is counted of rounds and returns, and of the answers in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.functional import lazy, lazystr
from django.utils.translation import gettext_lazy as _

from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Measure, Ratio, Sum, declare, supply
from yinling.returns.forms import Field
from yinling.returns.models import DictionaryField, Return, Round

STATE, ASKED, MINUTES, IN_TIME = "return.state", "return.asked", "return.minutes", "return.in_time"
FLOW, STOCK = "answer.flow", "answer.stock"
LONGEST_ID = 18

declare_kinds(
    FactKind(
        STATE, "stock", unit="return", label=_("A return is in a state"), source="return", dims=("round", "state")
    ),
    FactKind(ASKED, "flow", unit="field", label=_("A unit was asked fields"), source="return", dims=("office",)),
    FactKind(
        MINUTES, "flow", unit="minute", label=_("Filling in was to take minutes"), source="return", dims=("office",)
    ),
    FactKind(
        IN_TIME,
        "flow",
        unit="return",
        label=_("A return was handed in, in time or late"),
        source="return",
        dims=("timely",),
    ),
    FactKind(FLOW, "flow", unit="unit", label=_("An answer was accepted"), source="return", dims=("field", "value")),
    FactKind(
        STOCK, "stock", unit="unit", label=_("An accepted answer holds"), source="knownanswer", dims=("field", "value")
    ),
)

FIELDS_ASKED = Sum(
    Definition(
        "returns.fields_asked",
        _("Fields asked"),
        "field",
        _("Fields that units were asked to type, counted when a round opens. What the platform fills in is left out."),
        basis=_("Rules on reducing formalism at the grassroots, 2024: burden is measured"),
    ),
    ASKED,
)
MINUTES_ASKED = Sum(
    Definition(
        "returns.minutes_asked",
        _("Minutes asked"),
        "minute",
        _("Minutes that filling in the asked fields is to take, as the field dictionary estimates each."),
    ),
    MINUTES,
)
ALL_RETURNS = Sum(
    Definition("returns.all", _("Returns"), "return", _("Returns asked of the area's units, in whatever state.")), STATE
)
HANDED_IN = Sum(
    Definition("returns.handed_in", _("Returns handed in"), "return", _("Returns handed in, in time or late.")), IN_TIME
)
TIMELY = Sum(
    Definition("returns.timely", _("Returns in time"), "return", _("Returns handed in by the day they were due.")),
    IN_TIME,
    {"timely": "yes"},
)
TIMELY_SHARE = Ratio(
    Definition(
        "returns.timely_share", _("Returns in time, share"), "percent", _("Of the returns handed in, those in time.")
    ),
    TIMELY,
    HANDED_IN,
)
declare(FIELDS_ASKED, MINUTES_ASKED, ALL_RETURNS, HANDED_IN, TIMELY, TIMELY_SHARE)


def round_measure(round_id: int, state: str = "") -> Sum:
    """How many returns of a round are in a state (in any)."""
    key = f"round.{round_id}.{state}" if state else f"round.{round_id}"
    where = {"round": str(round_id)} | ({"state": state} if state else {})
    label = Return.State(state).label if state else _("Returns")
    return Sum(Definition(key, label, "return", _("Returns of one round, by the state they are in.")), STATE, where)


def field_measures(field: Field) -> list[Sum]:
    """The figures a field of the dictionary gives: its sum, or for a choice one count for each choice."""
    kind = {"flow": FLOW, "stock": STOCK}.get(field.counts)
    if kind is None:
        return []
    unit, text = field.unit or "unit", _("Accepted answers of the area's units to this field.")
    if not field.choices:
        card = Definition(f"field.{field.key}", lazystr(field.labels), unit, text, field.legal_basis)
        return [Sum(card, kind, {"field": field.key})]
    measures = []
    for choice in field.choices:
        label = _both(field.labels, choice.labels or choice.value)
        card = Definition(f"field.{field.key}:{choice.value}", label, unit, text, field.legal_basis)
        measures.append(Sum(card, kind, {"field": field.key, "value": choice.value}))
    return measures


def _joined(one: object, other: object) -> str:
    return f"{one}: {other}"


_both = lazy(_joined, str)


def burden_measure(what: str, office_id: int) -> Sum:
    """The `fields` or `minutes` that one office asked."""
    whole = {"fields": FIELDS_ASKED, "minutes": MINUTES_ASKED}[what]
    card = Definition(
        f"burden.{what}.{office_id}", whole.card.label, whole.card.unit, whole.card.text, whole.card.basis
    )
    return Sum(card, whole.kind, {"office": str(office_id)})


def _is_id(text: str) -> bool:
    """Whether a part of an address can be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_ID


class _Burden:
    """What each office asks: reached by the office, not listed among all measures."""

    def some(self, keys: Sequence[str]) -> Iterator[Measure]:
        """The measures `burden.fields.<office>` and `burden.minutes.<office>`."""
        for key in keys:
            _prefix, what, office = (*key.split("."), "", "")[:3]
            if what in ("fields", "minutes") and _is_id(office):
                yield burden_measure(what, int(office))

    def all(self) -> Iterable[Measure]:
        """None of them."""
        return ()


class _Rounds:
    """Figures of rounds: reached by their address, not listed among all measures."""

    def some(self, keys: Sequence[str]) -> Iterator[Measure]:
        """The measures `round.<id>` and `round.<id>.<state>`."""
        parts = [(*key.split("."), "")[1:3] for key in keys]
        asked = [
            (int(number), state) for number, state in parts if _is_id(number) and state in ("", *Return.State.values)
        ]
        known = set(Round.objects.filter(pk__in=[number for number, _state in asked]).values_list("pk", flat=True))
        yield from (round_measure(number, state) for number, state in asked if number in known)

    def all(self) -> Iterable[Measure]:
        """None of them."""
        return ()


class _Fields:
    """Figures of the fields of the dictionary."""

    def some(self, keys: Sequence[str]) -> Iterator[Measure]:
        """The measures `field.<key>` and `field.<key>:<choice>`."""
        names = {key.removeprefix("field.").partition(":")[0] for key in keys if key.isprintable()}
        for row in DictionaryField.objects.filter(key__in=names):
            yield from (one for one in field_measures(Field.from_json(row.definition)) if one.card.key in keys)

    def all(self) -> Iterable[Measure]:
        """Every figure of every field."""
        for row in DictionaryField.objects.order_by("key"):
            yield from field_measures(Field.from_json(row.definition))


supply("round", _Rounds())
supply("field", _Fields())
supply("burden", _Burden())
