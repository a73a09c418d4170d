"""How a run is spread over its processes, with `--dist loadgroup`: test by test, but some stay together on one.

The browser journeys share one served demo, which takes a minute to make; the tests of all places of China share their
list. The marks of xdist that keep tests together no longer reach its scheduler (pytest 9 keeps the name of a test
elsewhere), so it is told here.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

JOURNEYS = "tests/browser/"
TOGETHER = (JOURNEYS, "tests/network/test_divisions.py")


class Spread(LoadScopeScheduling):  # type: ignore[misc] # untyped
    """Sends what stays together first, then one test after the other to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return next((start for start in TOGETHER if nodeid.startswith(start)), nodeid)


def long_ones_first(items: list[pytest.Item]) -> None:
    """Put the journeys, then tests marked `long`, before all others, which keep their random order: what takes longest
    begins first, so that nobody waits for it at the end."""
    items.sort(key=lambda item: (not item.nodeid.startswith(JOURNEYS), item.get_closest_marker("long") is None))
