"""The checker of a report's figures: finds them, computes what the text itself lets one compute, and says what differs."""

from yinling.reports.checker.checking import LARGEST, check
from yinling.reports.checker.judging import Finding, Level

__all__ = ["LARGEST", "Finding", "Level", "check"]
