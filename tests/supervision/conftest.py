"""Fixtures of the tests of supervision."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def files_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Uploaded files go into the test's own folder."""
    settings.MEDIA_ROOT = tmp_path
