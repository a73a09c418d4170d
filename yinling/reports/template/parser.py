"""From the text of a template to its tree. Every mistake is found in one go, and none of them stops the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from yinling.reports.template.conditions import read_condition
from yinling.reports.template.scan import Piece, Problem, Source, TagError
from yinling.reports.template.tags import guess, read_tag
from yinling.reports.template.tree import At, Broken, Condition, If, Node, Text, Unknown

BLOCK = re.compile(r"\s*(\w*)\s*", re.ASCII)
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Parsed:
    """A template as a tree, and what is wrong with it."""

    nodes: tuple[Node, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Open:
    """An `{% if %}` that is not ended yet."""

    at: At
    condition: Condition | None
    nodes: list[Node] = field(default_factory=list)
    branches: list[tuple[Condition | None, tuple[Node, ...]]] = field(default_factory=list)

    def branch(self, condition: Condition | None) -> None:
        """End the present branch and begin another."""
        self.branches.append((self.condition, tuple(self.nodes)))
        self.condition, self.nodes = condition, []


def parse(text: str) -> Parsed:
    """Read a template. It never fails: what cannot be read is a `Broken` node and a problem with line and column."""
    return _Parser(Source(text.replace("\r\n", "\n"))).run()


class _Parser:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.nodes: list[Node] = []
        self.open: list[_Open] = []

    def run(self) -> Parsed:
        for piece in self.source.pieces():
            if isinstance(piece, Problem):
                self._broken(piece, "")
                continue
            try:
                if piece.opening == "{{":
                    at = self.source.at(piece.start)
                    self._add(read_tag(self.source.words(piece), at))
                elif piece.opening:
                    self._block(piece)
                elif piece.text:
                    self._add(Text(piece.text))
            except TagError as error:
                self._broken(error.problem, piece.source)
        while self.open:
            self._broken(Problem(self.open[-1].at, _("this if has no end")), "")
            self._end()
        return Parsed(tuple(self.nodes), tuple(sorted(self.problems, key=lambda one: (one.at.line, one.at.column))))

    def _add(self, node: Node) -> None:
        (self.open[-1].nodes if self.open else self.nodes).append(node)

    def _broken(self, problem: Problem, source: str) -> None:
        self.problems.append(problem)
        self._add(Broken(source, problem.message))

    def _block(self, piece: Piece) -> None:
        found = BLOCK.match(piece.text)
        assert found is not None
        word, at = found[1], self.source.at(piece.start + found.start(1))
        if word == "if":
            if len(self.open) >= DEEPEST:
                raise TagError(at, _("conditions are nested too deeply"))
            self.open.append(_Open(at, Unknown()))
            self.open[-1].condition = read_condition(self.source, piece, found.end())
        elif word not in {"elif", "else", "end", "endif"}:
            name = word or piece.text.strip()
            message = _("there is no tag called %(name)s%(guess)s")
            raise TagError(at, message % {"name": name, "guess": guess(name, ["if", "elif", "else", "end"])})
        elif not self.open:
            raise TagError(at, _("%(word)s without an if before it") % {"word": word})
        elif word == "elif":
            self._not_after_else(at, word)
            self.open[-1].branch(Unknown())
            self.open[-1].condition = read_condition(self.source, piece, found.end())
        else:
            if rest := piece.text[found.end() :].strip():
                raise TagError(
                    self.source.at(piece.start + found.end()), _("%(word)s does not belong here") % {"word": rest}
                )
            if word == "else":
                self._not_after_else(at, word)
                self.open[-1].branch(None)
            else:
                self._end()

    def _not_after_else(self, at: At, word: str) -> None:
        if self.open[-1].condition is None:
            raise TagError(at, _("%(word)s cannot follow else") % {"word": word})

    def _end(self) -> None:
        ended = self.open.pop()
        ended.branch(None)
        self._add(If(tuple(ended.branches)))
