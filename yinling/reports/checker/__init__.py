"""The checker of a report's figures: finds them, computes what the text itself lets one compute, and says what differs."""

from yinling.reports.checker.bindings import Binding, Choice, propose
from yinling.reports.checker.checking import LARGEST, check
from yinling.reports.checker.files import ENDINGS, UnreadableError, text_of
from yinling.reports.checker.judging import Finding

__all__ = ["ENDINGS", "LARGEST", "Binding", "Choice", "Finding", "UnreadableError", "check", "propose", "text_of"]
