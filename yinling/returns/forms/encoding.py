"""Frozen dataclasses as canonical JSON and back, by the types they declare.

Canonical: whatever has its default is left out, decimals are text without superfluous zeros. Reading is exact: an entry
nobody knows, or of another type, is refused with its path.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import types
import typing
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal, TypeVar

from django.utils.translation import gettext as _

from yinling.returns.forms.faults import Fault, FormError

T = TypeVar("T")
MAX_ENTRIES = 1_000
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")


def plain(value: Decimal) -> str:
    """A decimal without exponent and superfluous zeros: "12.5", "100", "0"."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def encoded(value: object) -> object:
    """A dataclass and everything in it as JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: encoded(found)
            for field in dataclasses.fields(value)
            if (found := getattr(value, field.name)) != field.default
        }
    if isinstance(value, tuple):
        return [encoded(each) for each in value]
    return plain(value) if isinstance(value, Decimal) else value


def decoded(kind: type[T], data: object) -> T:
    """The dataclass of this kind that `encoded` made JSON of. Raises FormError."""
    made: T = _read_object(kind, data)
    return made


def _read(kind: Any, data: object) -> Any:
    if dataclasses.is_dataclass(kind):
        return _read_object(kind, data)
    origin = typing.get_origin(kind)
    if origin is tuple:
        return _read_list(typing.get_args(kind)[0], data)
    if origin is Literal:
        if isinstance(data, str) and data in typing.get_args(kind):
            return data
        raise _fault(_("This must be one of: %(values)s.") % {"values": ", ".join(filter(None, typing.get_args(kind)))})
    if origin in (types.UnionType, typing.Union):
        return None if data is None else _read(Decimal, data)
    if kind is Decimal:
        return _read_decimal(data)
    if type(data) is not kind:
        wanted = {str: _("This must be a text."), bool: _("This must be true or false.")}
        raise _fault(wanted[kind])
    return data


def _read_object(kind: Any, data: object) -> Any:
    if not isinstance(data, dict):
        raise _fault(_("This must be an object."))
    known = {field.name: field for field in dataclasses.fields(kind)}
    hints = _hints(kind)
    faults = [Fault(str(name)[:80], _("There is no entry of this name.")) for name in data if name not in known]
    values: dict[str, Any] = {}
    for name, field in known.items():
        if name in data:
            _gather(faults, name, lambda name=name: values.update({name: _read(hints[name], data[name])}))  # type: ignore[misc]
        elif field.default is dataclasses.MISSING:
            faults.append(Fault(name, _("This is missing.")))
    if faults:
        raise FormError(faults)
    return kind(**values)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read_list(kind: Any, data: object) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise _fault(_("This must be a list."))
    if len(data) > MAX_ENTRIES:
        raise _fault(_("There are more than %(most)d entries.") % {"most": MAX_ENTRIES})
    faults: list[Fault] = []
    values: list[Any] = []
    for index, each in enumerate(data):
        _gather(faults, f"[{index}]", lambda each=each: values.append(_read(kind, each)))  # type: ignore[misc]
    if faults:
        raise FormError(faults)
    return tuple(values)


def _read_decimal(data: object) -> Decimal:
    text = str(data) if isinstance(data, str | int | float) and not isinstance(data, bool) else ""
    if not _DECIMAL.fullmatch(text):
        raise _fault(_("This must be a number, with at most six places after the point."))
    return Decimal(text)


def _gather(faults: list[Fault], path: str, read: Callable[[], None]) -> None:
    try:
        read()
    except FormError as error:
        faults += [fault.below(path) for fault in error.faults]


def _fault(text: str) -> FormError:
    return FormError([Fault("", text)])
