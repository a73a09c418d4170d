"""Expressions of forms: the useful part of XLSForm's XPath, read once into a tree, then worked out over answers.

    ${name} the answer to a question      .        the answer being checked (in a constraint)
    + - * div mod                         = != < <= > >=        and or not()
    if(a, b, c) coalesce(a, b)            selected(${name}, 'value') count-selected(${name})
    number() int() round(n, places)       min() max() sum()     string-length() regex(text, 'pattern')
    today() true() false()                last(${name}): the answer of the period before

Working out never fails, as in XLSForm. An empty answer, and whatever cannot be worked out (a division by zero, text in a
sum), is the empty text: it equals only itself, is less or greater than nothing, and counts as false. min, max and sum
pass over empty answers. Numbers are decimal, dates the days since 1970 where they are reckoned with.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinling.base.invalid import Invalid
from yinling.returns.forms.patterns import Pattern, pattern

MAX_LENGTH = 2_000
MAX_DEPTH = 20
"""Brackets inside brackets. Nobody reads more, and the interpreter's own stack is never near its end."""
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
MANY = 100

FUNCTIONS: dict[str, tuple[int, int]] = {
    "if": (3, 3),
    "coalesce": (2, 2),
    "selected": (2, 2),
    "count-selected": (1, 1),
    "string-length": (1, 1),
    "regex": (2, 2),
    "not": (1, 1),
    "number": (1, 1),
    "int": (1, 1),
    "round": (1, 2),
    "min": (1, MANY),
    "max": (1, MANY),
    "sum": (1, MANY),
    "today": (0, 0),
    "true": (0, 0),
    "false": (0, 0),
}
"""How many values each function takes, at least and at most."""

LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
"""The operators, those that bind least first."""

_TOKEN = re.compile(
    r"(?P<blank>\s+)|(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)|(?P<text>'[^']*'|\"[^\"]*\")|\$\{(?P<name>[^{}]*)\}"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_:-]*)|(?P<sign><=|>=|!=|[-+*=<>(),.])"
)


class ExpressionError(Invalid):
    """An expression that cannot be understood; `column` is the character, from 1, at which."""

    def __init__(self, column: int, what: str, reason: str = "expression") -> None:
        super().__init__(reason, _("Character %(column)d: %(what)s") % {"column": column, "what": what})
        self.column = column


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text."""

    value: Decimal | str


@dataclass(frozen=True, slots=True)
class Answer:
    """${name}, or last(${name})."""

    name: str
    of_last: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """The answer being checked."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one level, from left to right. Flat, so that a thousand terms nest no deeper than two."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negative:
    """The number below nought."""

    of: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function; `pattern` is that of regex()."""

    name: str
    values: tuple[Node, ...]
    pattern: Pattern | None = None


Node = Constant | Answer | Own | Chain | Negative | Call


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression: what it is, its text, where it begins (from 0). The name of ${name} without the sign."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as understood: its tree, the questions whose answers it uses, of now and of the period before."""

    root: Node
    names: frozenset[str]
    last_names: frozenset[str]
    uses_own: bool


@functools.lru_cache(maxsize=5_000)
def parse(text: str) -> Expression:
    """Read an expression. Raises ExpressionError with what is wrong and where."""
    root = _Parser(text).read()
    nodes = tuple(walk(root))
    answers = [node for node in nodes if isinstance(node, Answer)]
    return Expression(
        root,
        frozenset(node.name for node in answers if not node.of_last),
        frozenset(node.name for node in answers if node.of_last),
        any(isinstance(node, Own) for node in nodes),
    )


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    below: tuple[Node, ...] = ()
    if isinstance(node, Chain):
        below = (node.first, *(each for _sign, each in node.rest))
    elif isinstance(node, Negative):
        below = (node.of,)
    elif isinstance(node, Call):
        below = node.values
    for each in below:
        yield from walk(each)


def tokens(text: str) -> Iterator[Token]:
    """The pieces of an expression, blanks left out. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            MAX_LENGTH + 1, _("An expression may have at most %(most)d characters.") % {"most": MAX_LENGTH}
        )
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            open_text = text[at] in "'\""
            raise ExpressionError(at + 1, _("This text does not end.") if open_text else _("This is not understood."))
        kind = str(match.lastgroup)
        if kind != "blank":
            yield Token(kind, match[kind], at)
        at = match.end()


class _Parser:
    """Reads tokens by descending the levels of operators."""

    def __init__(self, text: str) -> None:
        self.tokens = [*tokens(text), Token("end", "", len(text))]
        self.at = self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def read(self) -> Node:
        node = self._level(0)
        if self.next.kind != "end":
            raise self._wrong(_("An operator is missing here, or this is too much."))
        return node

    def _take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _wrong(self, what: str, token: Token | None = None, reason: str = "expression") -> ExpressionError:
        return ExpressionError((token or self.next).at + 1, what, reason)

    def _demand(self, sign: str) -> None:
        if self.next.kind != "sign" or self.next.text != sign:
            raise self._wrong(_("“%(sign)s” is missing here.") % {"sign": sign})
        self._take()

    def _level(self, level: int) -> Node:
        if level == len(LEVELS):
            return self._negative()
        first = self._level(level + 1)
        rest = []
        while self.next.kind in ("sign", "word") and self.next.text in LEVELS[level]:
            sign = self._take().text
            rest.append((sign, self._level(level + 1)))
        return Chain(first, tuple(rest)) if rest else first

    def _negative(self) -> Node:
        signs = 0
        while self.next.kind == "sign" and self.next.text == "-":
            self._take()
            signs += 1
        node = self._single()
        # Two signs also make a number of what was none, as they do in XPath.
        return node if not signs else Negative(node) if signs % 2 else Negative(Negative(node))

    def _single(self) -> Node:
        token = self.next
        if token.kind == "number":
            if len(token.text) > 30:  # noqa: PLR2004 - far more than any count or amount has digits
                raise self._wrong(_("This number is too long."))
            return Constant(Decimal(self._take().text))
        if token.kind == "text":
            return Constant(self._take().text[1:-1])
        if token.kind == "name":
            return Answer(self._name())
        if token.kind == "word":
            return self._call()
        if token.text == ".":
            self._take()
            return Own()
        if token.text == "(":
            return self._bracket()
        raise self._wrong(_("A value is missing here."))

    def _name(self) -> str:
        token = self._take()
        if token.kind != "name" or not KEY.fullmatch(token.text):
            raise self._wrong(_("Write a question as ${key}."), token)
        return token.text

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._wrong(_("There are too many brackets inside each other."))

    def _bracket(self) -> Node:
        self._deeper()
        self._take()
        node = self._level(0)
        self._demand(")")
        self.depth -= 1
        return node

    def _call(self) -> Node:
        word = self._take()
        if word.text != "last" and word.text not in FUNCTIONS:
            known = {"name": word.text[:40]}
            raise self._wrong(_("There is no function “%(name)s”.") % known, word, reason="function")
        self._deeper()
        self._demand("(")
        if word.text == "last":
            node: Node = Answer(self._name(), of_last=True)
        else:
            node = self._function(word)
        self._demand(")")
        self.depth -= 1
        return node

    def _function(self, word: Token) -> Node:
        values: list[Node] = []
        start = self.next
        while not (self.next.kind == "sign" and self.next.text == ")"):
            if values:
                self._demand(",")
                start = self.next
            values.append(self._level(0))
        least, most = FUNCTIONS[word.text]
        if not least <= len(values) <= most:
            what = ngettext("%(name)s() takes %(count)d value.", "%(name)s() takes %(count)d values.", least)
            raise self._wrong(what % {"name": word.text, "count": least if len(values) < least else most}, word)
        if word.text != "regex":
            return Call(word.text, tuple(values))
        text = values[1]
        if not isinstance(text, Constant) or not isinstance(text.value, str):
            raise self._wrong(_("The pattern of regex() must be written out."), start)
        try:
            return Call("regex", tuple(values), pattern(text.value))
        except Invalid as error:
            raise self._wrong(str(error), start) from error
