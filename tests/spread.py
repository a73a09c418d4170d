"""How a run is spread over its processes, with `--dist loadgroup`: test by test, but all browser journeys on one.

The journeys share one served demo, which takes a minute to make. The marks of xdist that keep tests together no longer
reach its scheduler (pytest 9 keeps the name of a test elsewhere), so it is told here.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/browser/"


class Spread(LoadScopeScheduling):  # type: ignore[misc] # untyped
    """Sends the journeys first, then one test after the other to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid


def long_ones_first(items: list[pytest.Item]) -> None:
    """Put tests marked `long` before all others, which keep their random order: the last test to end begins early."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
