"""Work reports: text with figures, frozen on issue; the checker of any report's text."""

from yinling.reports.checker import (
    ENDINGS,
    LARGEST,
    Binding,
    Choice,
    Finding,
    UnreadableError,
    check,
    propose,
    text_of,
)

__all__ = ["ENDINGS", "LARGEST", "Binding", "Choice", "Finding", "UnreadableError", "check", "propose", "text_of"]
