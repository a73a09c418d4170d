"""The attributes of an association: which columns each has, what a value must be, which facts follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.associations.models import Association, RuleBook, Setting
from yinling.base.action import jsonable
from yinling.base.rules import Reason

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Stock:
    """A fact that follows from an association's state: its kind, and how much of it there is (0: none)."""

    kind: str
    quantity: Callable[[Association], Decimal | int]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. `flag` names the yes/no column that the columns after it depend on, if there is one."""

    key: str
    label: Reason
    columns: tuple[str, ...]
    stocks: tuple[Stock, ...] = ()
    flag: str = ""

    def clean(self, values: Values) -> dict[str, object]:
        """The values of all its columns, checked; raises ValidationError with the column at fault. Details of something the
        association does not have are dropped."""
        unknown = values.keys() - set(self.columns)
        if unknown:
            raise ValidationError({name: _("This does not belong to the attribute.") for name in unknown})
        if self.flag and not values.get(self.flag):
            values = {self.flag: False}
        cleaned: dict[str, object] = {}
        for name in self.columns:
            column = Association._meta.get_field(name)
            value = values.get(name, column.get_default())  # type: ignore[union-attr]
            try:
                cleaned[name] = value if column.is_relation else column.clean(value, None)  # type: ignore[union-attr]
            except ValidationError as error:
                raise ValidationError({name: error.messages}) from error
            if isinstance(cleaned[name], Decimal) and cleaned[name] < 0:  # type: ignore[operator]
                raise ValidationError({name: _("This cannot be less than nothing.")})
        return cleaned

    def of(self, association: Association) -> dict[str, object]:
        """Its value as kept in the history."""
        return {name: jsonable(getattr(association, held)) for name, held in _held(self.columns)}


@cache
def _held(columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Columns with the attribute that holds each value: a relation's is its key."""
    return tuple((name, getattr(Association._meta.get_field(name), "attname", name)) for name in columns)


def _one(column: str) -> Callable[[Association], int]:
    return lambda association: int(bool(getattr(association, column)))


ALL_BOOKS = frozenset(RuleBook.values)
ATTRIBUTES: dict[str, Attribute] = {
    attribute.key: attribute
    for attribute in (
        Attribute("setting", gettext_lazy("Rural or urban"), ("setting",), (Stock("association", lambda _a: 1),)),
        Attribute(
            "funding",
            gettext_lazy("Funding"),
            ("has_funding", "funding_source", "funding_amount"),
            (
                Stock("association.funded", _one("has_funding")),
                Stock("association.funds", lambda a: a.funding_amount or 0),
            ),
            flag="has_funding",
        ),
        Attribute(
            "venue",
            gettext_lazy("Venue"),
            ("has_venue", "venue_owner", "venue_area"),
            (Stock("association.venue", _one("has_venue")),),
            flag="has_venue",
        ),
        Attribute(
            "meeting",
            gettext_lazy("Regular activity"),
            ("meets", "meetings_a_year"),
            (Stock("association.active", _one("meets")),),
        ),
        Attribute(
            "chair",
            gettext_lazy("Chair"),
            ("chair", "chair_is_officer"),
            (Stock("association.officer_chair", _one("chair_is_officer")),),
        ),
        Attribute(
            "members",
            gettext_lazy("Members"),
            ("member_count",),
            (Stock("association.members", lambda a: a.member_count),),
        ),
        Attribute(
            "rules",
            gettext_lazy("Written rules"),
            ("rule_books",),
            (Stock("association.six_rules", lambda a: int(ALL_BOOKS.issubset(a.rule_books))),),
        ),
    )
}

KINDS: tuple[str, ...] = tuple(stock.kind for attribute in ATTRIBUTES.values() for stock in attribute.stocks)
"""Every kind of fact an association records."""


def setting_of(kind_of_place: str) -> str:
    """The usual setting at a place: an association of a residents' committee is urban, all others rural."""
    return Setting.URBAN if kind_of_place == "residents" else Setting.RURAL
