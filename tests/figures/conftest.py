"""The tests of figures use the kinds and measures of the tests of facts."""

from tests.facts.conftest import kinds

__all__ = ["kinds"]
