"""The text of a template cut into words and tags, each with the spot where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from yinling.reports.template.tree import At

OPENING = re.compile(r"\{\{|\{%|｛｛|｛%|\{％|｛％")
ENDS = {"{{": "}}", "{%": "%}"}
ALONE = re.compile(r"[^\S\n]*(\n|\Z)")
"""What may stand behind a `{% … %}` that has its line to itself: the whole line is left out then."""

WORD = re.compile(
    r"""(?P<space>\s+)|(?P<text>"[^"]*"|“[^”]*”)|(?P<quote>["“])|(?P<equals>[=＝])|(?P<word>[^\s="“＝]+)"""
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a template, and where."""

    at: At
    message: str

    def __str__(self) -> str:
        return _("line %(line)s, column %(column)s: %(message)s") % {
            "line": self.at.line, "column": self.at.column, "message": self.message,
        }  # fmt: skip


class TagError(Exception):
    """A tag cannot be read; carries the spot and what to mend."""

    def __init__(self, at: At, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(at, message)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the template: plain words (`opening` is empty) or what stands between the braces of a tag."""

    opening: str
    text: str
    start: int
    source: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word inside a tag; `quoted` where it stood in quotes."""

    text: str
    at: At
    quoted: bool = False


@dataclass(frozen=True)
class Source:
    """The text and its lines."""

    text: str

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def at(self, position: int) -> At:
        """Line and column of a position."""
        line = bisect_right(self._lines, position)
        return At(line, position - self._lines[line - 1] + 1)

    def pieces(self) -> Iterator[Piece | Problem]:
        """Words and tags in turn. A tag that is not closed is a problem; its text up to the end of the line is skipped."""
        position = 0
        while opening := OPENING.search(self.text, position):
            start = opening.start()
            if opening[0] not in ENDS:
                yield Piece("", self.text[position:start], position, "")
                yield Problem(self.at(start), _("Braces of tags are written with half-width characters."))
                position = self._end_of_line(start)
                continue
            close = self._closing(opening)
            if close is None:
                yield Piece("", self.text[position:start], position, "")
                message = _("this %(opening)s is never closed by %(closing)s")
                yield Problem(self.at(start), message % {"opening": opening[0], "closing": ENDS[opening[0]]})
                position = self._end_of_line(start)
                continue
            end = close + len(ENDS[opening[0]])
            before, after = start, end
            if opening[0] == "{%":
                before, after = self._whole_line(start, end, position)
            yield Piece("", self.text[position:before], position, "")
            yield Piece(opening[0], self.text[opening.end() : close], opening.end(), self.text[start:end])
            position = after
        yield Piece("", self.text[position:], position, "")

    def _closing(self, opening: re.Match[str]) -> int | None:
        """Where the tag is closed: before another one begins, and before the paragraph ends."""
        close = self.text.find(ENDS[opening[0]], opening.end())
        following = OPENING.search(self.text, opening.end())
        blank = re.compile(r"\n[^\S\n]*\n").search(self.text, opening.end())
        limits = [found.start() for found in (following, blank) if found]
        return None if close < 0 or any(close > limit for limit in limits) else close

    def _end_of_line(self, start: int) -> int:
        end = self.text.find("\n", start)
        return len(self.text) if end < 0 else end

    def _whole_line(self, start: int, end: int, position: int) -> tuple[int, int]:
        line = self.text.rfind("\n", 0, start) + 1
        behind = ALONE.match(self.text, end)
        if behind and line >= position and not self.text[line:start].strip():
            return line, behind.end()
        return start, end

    def words(self, piece: Piece) -> list[Word]:
        """The words of a tag. Raises TagError where a quote is not closed."""
        found: list[Word] = []
        for match in WORD.finditer(piece.text):
            at = self.at(piece.start + match.start())
            if match["quote"]:
                raise TagError(at, _("this quote is never closed"))
            if match["text"]:
                found.append(Word(match["text"][1:-1], at, quoted=True))
            elif match["equals"]:
                found.append(Word("=", at))
            elif match["word"]:
                found.append(Word(match["word"], at))
        return found
