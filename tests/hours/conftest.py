"""The ground of the tests of hours, with the clock standing in the evening of the day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.hours.ground import Ground


@pytest.fixture
def ground(cast: Cast) -> Iterator[Ground]:
    """See `ground.make`."""
    from django.utils import translation

    from tests.hours.ground import at, make
    from yinling.base import clock

    with clock.frozen(at(18)), translation.override("en"):
        yield make(cast)
