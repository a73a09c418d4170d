"""Messages in English, whatever the catalogue says; and something to count of persons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kinds and measures of `served`, and what follows a merge, for one test."""
    from tests.volunteers import served
    from yinling.facts.kinds import _kinds
    from yinling.figures.measures import _measures
    from yinling.people.merges import _followers

    for kind in served.KINDS:
        monkeypatch.setitem(_kinds, kind.key, kind)
    for measure in served.MEASURES:
        monkeypatch.setitem(_measures, measure.card.key, measure)
    monkeypatch.setattr("yinling.people.merges._followers", [*_followers, served.follow])
