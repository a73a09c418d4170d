"""The content of an official document, apart from any paper: what Word, PDF and the web page are all made from.

The parts follow GB/T 9704-2012 (header, body, annexes, record of printing). A layout is plain data, goes to JSON and comes
back equal, and so can be frozen when a document is issued.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

Level = Literal[1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text. `figure` is the mark of the figure it prints (empty: plain words)."""

    text: str
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the four levels of official prose: 一、 （一） 1. （1）. The number is part of the text."""

    level: Level
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, its first line set in by two characters."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its caption, one row of column heads, rows of cells. `numeric` marks the columns set flush right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Run, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its label, its length as a share of the longest (0 to 1), the figure printed at its end."""

    label: str
    share: float
    run: Run


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart, drawn from the top down."""

    caption: str
    bars: tuple[Bar, ...]


Block = Heading | Paragraph | Grid | Chart


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex (附件): its title and content, begun on a new page."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """An official document. What is empty is left out on paper.

    `issuer` is the body's full name; `number` the document number (黔老龄办发〔2012〕8号), empty for a draft; `addressee` the
    bodies it is for; `issued_on` the date under it; `copies_to` who gets copies (抄送); `printed_by` the printing office.
    """

    issuer: str
    title: str
    blocks: tuple[Block, ...]
    number: str = ""
    addressee: str = ""
    annexes: tuple[Annex, ...] = ()
    issued_on: date | None = None
    copies_to: str = ""
    printed_by: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON column; `from_json` gives an equal layout."""
        return {
            "issuer": self.issuer,
            "title": self.title,
            "blocks": [_block_out(block) for block in self.blocks],
            "number": self.number,
            "addressee": self.addressee,
            "annexes": [
                {"title": one.title, "blocks": [_block_out(block) for block in one.blocks]} for one in self.annexes
            ],
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "copies_to": self.copies_to,
            "printed_by": self.printed_by,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Layout:
        """The layout kept as JSON; KeyError or TypeError where it is none."""
        return cls(
            issuer=data["issuer"],
            title=data["title"],
            blocks=tuple(_block_in(block) for block in data["blocks"]),
            number=data["number"],
            addressee=data["addressee"],
            annexes=tuple(
                Annex(one["title"], tuple(_block_in(block) for block in one["blocks"])) for one in data["annexes"]
            ),
            issued_on=date.fromisoformat(data["issued_on"]) if data["issued_on"] else None,
            copies_to=data["copies_to"],
            printed_by=data["printed_by"],
        )


KINDS: dict[str, type[Block]] = {"heading": Heading, "paragraph": Paragraph, "grid": Grid, "chart": Chart}


def _block_out(block: Block) -> dict[str, Any]:
    return {"kind": type(block).__name__.lower(), **asdict(block)}


def _runs(data: Sequence[Mapping[str, Any]]) -> tuple[Run, ...]:
    return tuple(Run(**run) for run in data)


def _block_in(data: Mapping[str, Any]) -> Block:
    kind = KINDS[data["kind"]]
    if kind is Heading:
        return Heading(data["level"], _runs(data["runs"]))
    if kind is Paragraph:
        return Paragraph(_runs(data["runs"]))
    if kind is Chart:
        bars = tuple(Bar(one["label"], one["share"], Run(**one["run"])) for one in data["bars"])
        return Chart(data["caption"], bars)
    rows = tuple(_runs(row) for row in data["rows"])
    return Grid(data["caption"], tuple(data["head"]), rows, tuple(data["numeric"]))
