"""The resident number in a cell of a spreadsheet."""

from __future__ import annotations

from typing import NamedTuple

from yinling.base.codes import resident_id
from yinling.base.crypto import keyring
from yinling.exchange import Cell, cell_text
from yinling.people.actions import RESIDENT


class Resident(NamedTuple):
    """A resident number, and the keyed hash under which the register finds its holder."""

    number: str
    hash: str


def resident_cell(cell: Cell) -> Resident:
    """The resident number (GB 11643-1999) in a cell; CodeError where it is none."""
    found = resident_id(cell_text(cell))
    return Resident(found.number, keyring().hash(found.modern, RESIDENT))
