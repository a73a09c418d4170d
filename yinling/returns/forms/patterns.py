"""Patterns of texts: the common part of regular expressions, matched in time that grows with the text and no faster.

Patterns come with forms that anybody may upload. The engine of the standard library tries every way to match, which a
short pattern such as (a+)+b makes last for years; this one follows all ways at once (Thompson 1968) and so has none that
are slow. What needs trying back (references to groups, looking around) is refused.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from yinling.base.invalid import Invalid

MAX_PATTERN = 200
MAX_TEXT = 1_000
MAX_STEPS = 1_000
MAX_DEPTH = 20

Ranges = tuple[tuple[str, str], ...]
_LAST = chr(0x10FFFF)
_SETS: dict[str, Ranges] = {
    "d": (("0", "9"),),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
    "s": (("\t", "\r"), (" ", " "), ("\xa0", "\xa0"), ("\u3000", "\u3000")),
}
_BOUNDS = re.compile(r"\{(?P<least>[0-9]{1,4})(?P<open>,(?P<most>[0-9]{1,4})?)?\}")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a matcher. A `fork` goes on at both distances; `start` and `end` hold only at the ends of the text."""

    does: Literal["one", "fork", "start", "end"]
    ranges: Ranges = ()
    negated: bool = False
    to: tuple[int, ...] = ()

    def takes(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) != self.negated


_Steps = tuple[_Step, ...]
_SIGNS = {
    "^": _Step("start"),
    "$": _Step("end"),
    ".": _Step("one", (("\n", "\n"), ("\r", "\r")), negated=True),
}


class Pattern:
    """A pattern that must match a whole text. Raises Invalid where it is wrong or more than is understood."""

    def __init__(self, text: str) -> None:
        self._steps = _Reader(text).read()

    def matches(self, text: str) -> bool:
        """Whether the whole text matches. A text of more than MAX_TEXT characters never does."""
        if len(text) > MAX_TEXT:
            return False
        now = self._reached({0}, 0, text)
        for index, character in enumerate(text):
            moved = {at + 1 for at in now if at < len(self._steps) and self._moves(at, character)}
            now = self._reached(moved, index + 1, text)
        return len(self._steps) in now

    def _moves(self, at: int, character: str) -> bool:
        step = self._steps[at]
        return step.does == "one" and step.takes(character)

    def _reached(self, starts: set[int], index: int, text: str) -> set[int]:
        """Every step that can be reached without taking a character."""
        found: set[int] = set()
        waiting = list(starts)
        while waiting:
            at = waiting.pop()
            if at in found:
                continue
            found.add(at)
            if at == len(self._steps):
                continue
            step = self._steps[at]
            if step.does == "fork":
                waiting += [at + distance for distance in step.to]
            elif (step.does == "start" and index == 0) or (step.does == "end" and index == len(text)):
                waiting.append(at + 1)
        return found


@functools.lru_cache(maxsize=1_000)
def pattern(text: str) -> Pattern:
    """The pattern, read once."""
    return Pattern(text)


class _Reader:
    """Reads a pattern from left to right into steps."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0

    def read(self) -> _Steps:
        if len(self.text) > MAX_PATTERN:
            raise Invalid("pattern", _("A pattern may have at most %(most)d characters.") % {"most": MAX_PATTERN})
        steps = self._either()
        if self._next():
            raise self._wrong(_("This bracket closes nothing."))
        return self._sized(steps)

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self) -> str:
        self.at += 1
        return self.text[self.at - 1 : self.at]

    def _wrong(self, what: str) -> Invalid:
        return Invalid("pattern", _("Pattern, character %(at)d: %(what)s") % {"at": self.at + 1, "what": what})

    def _sized(self, steps: _Steps) -> _Steps:
        if len(steps) > MAX_STEPS:
            raise self._wrong(_("The pattern repeats too much."))
        return steps

    def _either(self) -> _Steps:
        steps = self._sequence()
        while self._next() == "|":
            self._take()
            other = self._sequence()
            fork, jump = _Step("fork", to=(1, len(steps) + 2)), _Step("fork", to=(len(other) + 1,))
            steps = self._sized((fork, *steps, jump, *other))
        return steps

    def _sequence(self) -> _Steps:
        steps: _Steps = ()
        while self._next() not in ("", "|", ")"):
            steps = self._sized(steps + self._repeated(self._single()))
        return steps

    def _single(self) -> _Steps:
        if self._next() == "(":
            return self._group()
        if self._next() in "*+?{":
            raise self._wrong(_("There is nothing to repeat."))
        character = self._take()
        if character == "[":
            return (self._one_of(),)
        if character == "\\":
            ranges, negated = self._escaped()
            return (_Step("one", ranges, negated),)
        return (_SIGNS.get(character) or _Step("one", ((character, character),)),)

    def _group(self) -> _Steps:
        self._take()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._wrong(_("There are too many brackets inside each other."))
        if self._next() == "?":
            if not self.text.startswith("?:", self.at):
                raise self._wrong(_("Looking around and named groups are not understood."))
            self.at += 2
        steps = self._either()
        if self._take() != ")":
            raise self._wrong(_("A closing bracket is missing."))
        self.depth -= 1
        return steps

    def _escaped(self) -> tuple[Ranges, bool]:
        character = self._take()
        if character.lower() in _SETS:
            return _SETS[character.lower()], character.isupper()
        if character in _CONTROLS:
            return ((_CONTROLS[character], _CONTROLS[character]),), False
        if not character or (character.isascii() and character.isalnum()):
            raise self._wrong(_("This is not understood after a backslash."))
        return ((character, character),), False

    def _one_of(self) -> _Step:
        negated = self._next() == "^"
        self.at += negated
        ranges: Ranges = ()
        first = True
        while first or self._next() != "]":
            if not self._next():
                raise self._wrong(_("A closing bracket is missing."))
            ranges += self._range()
            first = False
        self._take()
        return _Step("one", ranges, negated)

    def _range(self) -> Ranges:
        low, closed = self._member()
        if closed or self._next() != "-" or self.text[self.at + 1 : self.at + 2] in ("", "]"):
            return low
        self._take()
        high, closed = self._member()
        if closed or high[0][0] < low[0][0]:
            raise self._wrong(_("This range runs backwards."))
        return ((low[0][0], high[0][0]),)

    def _member(self) -> tuple[Ranges, bool]:
        """A member of a class, and whether it is a set, which begins no range."""
        character = self._take()
        if character != "\\":
            return ((character, character),), False
        ranges, negated = self._escaped()
        return (_others(ranges) if negated else ranges), negated or len(ranges) > 1 or ranges == _SETS["d"]

    def _repeated(self, steps: _Steps) -> _Steps:
        sign = self._next()
        if sign and sign in "*+?":
            self._take()
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        elif sign == "{":
            least, most = self._bounds()
        else:
            return steps
        if self._next() == "?":  # reluctant: makes no difference to whether a whole text matches
            self._take()
        if self._next() and self._next() in "*+?{":
            raise self._wrong(_("There is nothing to repeat."))
        if (len(steps) + 2) * max(least + 1, most or 0) > MAX_STEPS:
            raise self._wrong(_("The pattern repeats too much."))
        if most is None:
            return steps * least + (_Step("fork", to=(1, len(steps) + 2)), *steps, _Step("fork", to=(-len(steps) - 1,)))
        return steps * least + (_Step("fork", to=(1, len(steps) + 1)), *steps) * (most - least)

    def _bounds(self) -> tuple[int, int | None]:
        match = _BOUNDS.match(self.text, self.at)
        if match is None:
            raise self._wrong(_("Write {3}, {3,} or {3,5}."))
        self.at = match.end()
        least = int(match["least"])
        most = int(match["most"]) if match["most"] else None if match["open"] else least
        if most is not None and most < least:
            raise self._wrong(_("This range runs backwards."))
        return least, most


def _others(ranges: Ranges) -> Ranges:
    """Every character outside the ranges, which are in order."""
    found: Ranges = ()
    low = "\0"
    for first, last in ranges:
        if low < first:
            found += ((low, chr(ord(first) - 1)),)
        low = chr(ord(last) + 1)
    return (*found, (low, _LAST))
