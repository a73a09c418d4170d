"""Committed results that tests compare with: `RENEW=1 python -m pytest tests/whole` writes them anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

Committed = Callable[[Path, str], None]


@pytest.fixture(scope="session")
def committed() -> Committed:
    """Assert that a file holds a text; write it instead where RENEW is set."""

    def compare(path: Path, text: str) -> None:
        if os.environ.get("RENEW") == "1":
            path.write_text(text, "utf-8")
        before = path.read_text("utf-8") if path.exists() else ""
        assert text == before, f"{path.name} is no longer so; if that is meant: RENEW=1 python -m pytest tests/whole"

    return compare


@pytest.fixture(autouse=True)
def files_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Uploaded files go into the test's own folder."""
    settings.MEDIA_ROOT = tmp_path
