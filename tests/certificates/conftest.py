"""The ground of the tests of certificates, on the first of July 2025."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.certificates.ground import Ground


@pytest.fixture
def ground(cast: Cast) -> Iterator[Ground]:
    """See `ground.make`."""
    from django.utils import translation

    from tests.certificates.ground import TODAY, make
    from yinling.base import clock

    with clock.frozen(TODAY), translation.override("en"):
        yield make(cast)
