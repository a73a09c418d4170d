"""Fixtures of the import and export tests. What they make is in `ground`, imported late: pytest reads this file before
Django is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from yinling.network import Account, Place


@pytest.fixture
def places(db: None) -> Iterator[dict[str, Place]]:
    """Every place of the made-up county by its path."""
    from tests.exchange import ground
    from yinling.facts import forget_series

    yield ground.load()
    forget_series()


@pytest.fixture
def clerk(places: dict[str, Place]) -> Account:
    """A clerk of 松柏县."""
    from tests.exchange import ground

    return ground.make_clerk(places["529901"])


@pytest.fixture(autouse=True)
def _files_in_tmp(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
