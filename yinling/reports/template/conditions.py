"""What stands behind `{% if` and `{% elif`: figures and numbers compared, joined by and, or, not."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, cast

from django.utils.translation import gettext as _

from yinling.reports.template.scan import Piece, Source, TagError, Word
from yinling.reports.template.tags import PERIODS, PLACES, known, period_word, place_word
from yinling.reports.template.tree import At, Both, Compare, Condition, Either, Not, Number, Operand, Reading

TOKEN = re.compile(
    r"\s+|(?P<sign>>=|<=|!=|==|[<>=≥≤≠])|(?P<bracket>[()（）])|(?P<word>[^\s<>=!≥≤≠()（）]+)|(?P<other>.)"
)
SIGNS = {"≥": ">=", "≤": "<=", "≠": "!=", "=": "=="}
WORDS = {"and": "and", "or": "or", "not": "not", "且": "and", "或": "or", "非": "not"}
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?%?")
DEEPEST = 20


def read_condition(source: Source, piece: Piece, skip: int) -> Condition:
    """The condition in a tag, behind its first `skip` characters (the word if). Raises TagError."""
    tokens = [
        Word(match[0], source.at(piece.start + skip + match.start()))
        for match in TOKEN.finditer(piece.text[skip:])
        if match[0].strip()
    ]
    end = Word("", source.at(piece.start + len(piece.text)))
    return _Condition(tokens, end).whole()


class _Condition:
    """A recursive descent: or over and over not over comparison."""

    def __init__(self, tokens: list[Word], end: Word) -> None:
        self.tokens, self.end, self.depth = tokens, end, 0

    def whole(self) -> Condition:
        found = self.either()
        if self.tokens:
            raise TagError(self.tokens[0].at, _("%(word)s does not belong here") % {"word": self.tokens[0].text})
        return found

    def next_is(self, *words: str) -> bool:
        return bool(self.tokens) and WORDS.get(self.tokens[0].text, self.tokens[0].text) in words

    def take(self) -> Word:
        return self.tokens.pop(0) if self.tokens else self.end

    def either(self) -> Condition:
        parts = [self.both()]
        while self.next_is("or"):
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self) -> Condition:
        parts = [self.single()]
        while self.next_is("and"):
            self.take()
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def single(self) -> Condition:
        if self.depth > DEEPEST:
            raise TagError(self.take().at, _("this condition is nested too deeply"))
        self.depth += 1
        try:
            if self.next_is("not"):
                self.take()
                return Not(self.single())
            if self.next_is("(", "（"):
                opening = self.take()
                inner = self.either()
                if not self.next_is(")", "）"):
                    raise TagError(opening.at, _("this bracket is never closed"))
                self.take()
                return inner
            return self.comparison()
        finally:
            self.depth -= 1

    def comparison(self) -> Condition:
        left = self.operand()
        sign = self.take()
        meant = SIGNS.get(sign.text, sign.text)
        if meant not in {">", ">=", "<", "<=", "==", "!="}:
            raise TagError(sign.at, _("a comparison is expected here: >, >=, <, <=, = or !="))
        right = self.operand()
        if isinstance(left, Number) and isinstance(right, Number):
            raise TagError(sign.at, _("two numbers need no comparing; name a figure"))
        return Compare(left, cast('Literal[">", ">=", "<", "<=", "==", "!="]', meant), right)

    def operand(self) -> Operand:
        word = self.take()
        if not word.text or word.text in WORDS or word.text in "()（）<>":
            raise TagError(word.at, _("a figure or a number is expected here"))
        if NUMBER.fullmatch(word.text):
            return Number(Decimal(word.text.rstrip("%")))
        return _reading(word)


def _reading(word: Word) -> Reading:
    """`rural.coverage`, `rural.coverage@last`, `rural.coverage@parent@2011`."""
    key, *words = word.text.split("@")
    known(Word(key, word.at))
    place, period = "here", "this"
    column = word.at.column + len(key) + 1
    for part in words:
        one = Word(part, At(word.at.line, column))
        column += len(part) + 1
        # A year has four digits like a prefecture's path; here it is a year.
        if part in PLACES or (part not in PERIODS and part.isdigit() and len(part) != len("2012")):
            place = place_word(one)
        else:
            period = period_word(one)
    return Reading(word.at, key, place, period)
