"""The running text of a report put together from words and figures: headings, paragraphs, blocks between them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

from yinling.office import Block, Heading, Level, Paragraph, Run

HEADING = re.compile(r"(#{1,5})[^\S\n]+")
ASCII_EDGE = re.compile(r"[!-~]")
DEEPEST = 4


@dataclass
class Text:
    """Takes words, figures and blocks in turn. The first heading of the first level is the title of the document."""

    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    _runs: list[Run] = field(default_factory=list)
    _marks: int = 0
    """How many # the present line begins with."""
    _line: bool = False
    """Whether the present line has anything in it yet."""

    def words(self, text: str) -> None:
        """Words as they stand in the template."""
        for number, part in enumerate(text.split("\n")):
            if number:
                self._new_line()
            self._in_line(part)

    def run(self, run: Run) -> None:
        """A figure, or words that hold no marks of their own."""
        self._runs.append(run)
        self._line = True

    def block(self, block: Block) -> None:
        """A table or chart; it ends the paragraph before it."""
        self._flush()
        self.blocks.append(block)

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        """The title (empty: the template has none) and everything below it."""
        self._flush()
        return self.title, tuple(self.blocks)

    def _new_line(self) -> None:
        if self._marks or not self._line:
            self._flush()
        self._line = False

    def _in_line(self, text: str) -> None:
        if not self._line:
            text = text.lstrip()
            if heading := HEADING.match(text):
                self._flush()
                self._marks = len(heading[1])
                text = text[heading.end() :]
            if text and self._runs and ASCII_EDGE.match(self._runs[-1].text[-1:]) and ASCII_EDGE.match(text):
                text = f" {text}"  # a line break between two words of Latin script is a space, in Chinese it is nothing
        if text:
            self._runs.append(Run(text))
            self._line = True

    def _flush(self) -> None:
        runs, marks = _trimmed(self._runs), self._marks
        self._runs, self._marks, self._line = [], 0, False
        if not runs:
            return
        if marks == 1 and not self.title:
            self.title = "".join(run.text for run in runs)
        elif marks:
            self.blocks.append(Heading(cast("Level", min(max(marks - 1, 1), DEEPEST)), runs))
        else:
            self.blocks.append(Paragraph(runs))


def _trimmed(runs: list[Run]) -> tuple[Run, ...]:
    """The runs without white space at the end, neighbouring words joined."""
    joined: list[Run] = []
    for run in runs:
        if joined and not run.figure and not joined[-1].figure:
            joined[-1] = Run(joined[-1].text + run.text)
        else:
            joined.append(run)
    if joined and not joined[-1].figure:
        joined[-1] = Run(joined[-1].text.rstrip())
    return tuple(run for run in joined if run.text)
