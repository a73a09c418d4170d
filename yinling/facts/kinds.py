"""Fact kinds: what can be recorded, declared by the modules as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yinling.base.rules import Reason


@dataclass(frozen=True, slots=True)
class FactKind:
    """A kind of fact.

    A `flow` happens on a day ("a paper was handed in"); a `stock` holds from a day until it is closed ("the association has
    a venue"). `unit` is a unit key of the figures; `source` the model name of the rows it is recorded from; `dims` the
    names of its dimensions, all of which every fact of the kind must give.
    """

    key: str
    mode: Literal["flow", "stock"]
    unit: str
    label: Reason
    source: str
    dims: tuple[str, ...] = ()


_kinds: dict[str, FactKind] = {}


def declare(*kinds: FactKind) -> None:
    """Register kinds; a key can be taken once."""
    for kind in kinds:
        if kind.key in _kinds and _kinds[kind.key] != kind:
            raise ValueError(f"two fact kinds are named {kind.key}")
        _kinds[kind.key] = kind


def kind_of(key: str) -> FactKind:
    """The declared kind; KeyError where there is none."""
    return _kinds[key]


def all_kinds() -> tuple[FactKind, ...]:
    """Every declared kind, by key."""
    return tuple(_kinds[key] for key in sorted(_kinds))
