"""Messages are matched in the language they are written in, whatever the catalogue says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    from django.utils import translation

    with translation.override("en"):
        yield
