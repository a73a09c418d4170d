"""What is said about a workbook while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A remark about a cell: the sheet, the row (0: the sheet or file as a whole), the letters of the column, what it is.
    Problems and notes have the same shape."""

    sheet: str
    row: int
    column: str
    what: str


@dataclass(slots=True)
class Remarks:
    """All remarks about one workbook."""

    unsupported: list[Unsupported] = field(default_factory=list)
    problems: list[Unsupported] = field(default_factory=list)
    notes: list[Unsupported] = field(default_factory=list)

    def unsupported_at(self, sheet: str, row: int, column: str, what: str) -> None:
        """Something the file means and the platform does not do."""
        self.unsupported.append(Unsupported(sheet, row, column, what))

    def problem(self, sheet: str, row: int, column: str, what: str) -> None:
        """Something that is wrong in the file."""
        self.problems.append(Unsupported(sheet, row, column, what))

    def note(self, sheet: str, row: int, column: str, what: str) -> None:
        """Something worth knowing that stands in nobody's way. Said once for each cell."""
        remark = Unsupported(sheet, row, column, what)
        if remark not in self.notes:
            self.notes.append(remark)

    def take(self, other: Remarks) -> None:
        """Add the remarks of another reader."""
        self.unsupported += other.unsupported
        self.problems += other.problems
        self.notes += other.notes
