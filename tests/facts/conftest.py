"""Fixtures of the tests of facts. What they use is imported late: pytest reads this file before Django is loaded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kinds and measures of `ground`, for one test."""
    from tests.facts import ground
    from yinling.facts import forget_series
    from yinling.facts.kinds import _kinds
    from yinling.figures.measures import _measures

    for kind in (ground.FLOW, ground.STOCK):
        monkeypatch.setitem(_kinds, kind.key, kind)
    for measure in ground.MEASURES:
        monkeypatch.setitem(_measures, measure.card.key, measure)
    forget_series()
    yield
    forget_series()
