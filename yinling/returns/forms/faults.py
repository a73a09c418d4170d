"""What is wrong with a form, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: where (a JSON path such as "sections[0].questions[2].relevant") and a sentence saying what."""

    path: str
    text: Text

    def below(self, prefix: str) -> Fault:
        """The same fault seen from above: `prefix` before its path."""
        dot = "." if prefix and self.path and not self.path.startswith("[") else ""
        return Fault(f"{prefix}{dot}{self.path}", self.text)


class FormError(ValueError):
    """A form, or a part of one, that cannot stand; `faults` says everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(f"{fault.path}: {fault.text}" for fault in self.faults)
