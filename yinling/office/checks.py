"""What a check code can stand for: each module that prints codes says here how to find what one belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from yinling.base.rules import Actor, Reason


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of what anybody may know: label, value and, if wanted, a note."""

    label: Reason
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: `key`, the one form of the code or number that was asked for; a `statement` with its signal; the lines
    anybody may see and a `hint` what to compare with the print; the address of the row, for those whom `opens` lets read it,
    and the label of its link."""

    key: str
    signal: Literal["ok", "warn", "error"]
    statement: Reason
    facts: tuple[Shown, ...]
    hint: Reason
    url: str
    url_label: Reason
    opens: Callable[[Actor], bool]


Finder = Callable[[str], Checked | None]
_finders: list[Finder] = []


def declare_check(find: Finder) -> None:
    """Register a way to find what was typed or scanned. It gets the text as it came, and answers None for what is not its."""
    if find not in _finders:
        _finders.append(find)


def check(typed: str) -> Checked | None:
    """What a code, or a printed number, stands for; None for what is unknown and what is malformed alike."""
    return next((found for find in _finders if (found := find(typed)) is not None), None)
