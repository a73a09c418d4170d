"""Parameters: numbers that law, standards and local documents set, by place and date. Code holds the shape of a rule only;
each number is a declared default with its source, and any place may set its own, from a day on, by a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import connection

from yinling.base.paths import prefixes
from yinling.base.rules import Reason


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter as declared: what it means, its unit, the number that holds where no place has set one, where that
    number comes from, and the numbers that make sense (both ends included). `module` is the one that declares it."""

    key: str
    label: Reason
    unit: Reason
    default: Decimal
    basis: Reason
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(1_000_000)
    module: str = ""


_declared: dict[str, Declared] = {}


def declare_parameters(module: str, *parameters: Declared) -> None:
    """Register parameters of a module; a key can be taken once."""
    for one in (replace(one, module=module) for one in parameters):
        if _declared.setdefault(one.key, one) != one:
            raise ValueError(f"two parameters are named {one.key}")


def declared_parameters() -> tuple[Declared, ...]:
    """Every declared parameter, in the order of declaration."""
    return tuple(_declared.values())


def declared_parameter(key: str) -> Declared | None:
    """The parameter with this key, if there is one."""
    return _declared.get(key)


def parameter(key: str, path: str, on: date) -> Decimal:
    """The number that holds at a place on a day: what the nearest place above it (or itself) had set, else the default."""
    return parameters((key,), path, on)[key]


# Every check-in and sign-up asks this. What comes last holds: the nearest place, there the newest.
_SET = """SELECT key, value FROM yinling_parameter WHERE key = ANY(%s) AND area_path = ANY(%s) AND since <= %s
ORDER BY length(area_path), since, id"""


def parameters(keys: Iterable[str], path: str, on: date) -> dict[str, Decimal]:
    """Several numbers at once, in one statement."""
    values = {key: _declared[key].default for key in keys}
    with connection.cursor() as cursor:
        cursor.execute(_SET, [list(values), prefixes(path), on])
        return values | dict(cursor.fetchall())
