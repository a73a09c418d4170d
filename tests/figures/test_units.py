"""Units: how a value that facts count is written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from yinling.figures import in_unit, signed, written


@pytest.mark.parametrize(
    ("minutes", "hours"), [(0, "0.0"), (60, "1.0"), (90, "1.5"), (92, "1.5"), (93, "1.6"), (30_000_123, "500002.1")]
)
def test_hours_are_kept_as_minutes_and_written_to_one_decimal(minutes: int, hours: str) -> None:
    """Half up, from the exact number of minutes."""
    assert written(Decimal(minutes), "hour") == hours


def test_a_difference_of_minutes_is_written_in_hours() -> None:
    """With its sign."""
    assert [signed(Decimal(minutes), "hour") for minutes in (90, -30, 0)] == ["+1.5", "−0.5", "0.0"]


def test_other_units_are_written_as_counted() -> None:
    """Most units are what facts count."""
    assert written(Decimal(3), "project") == "3"
    assert in_unit(Decimal("1.25"), "yuan") == Decimal("1.25")
    assert in_unit(Decimal(150), "hour") == Decimal("2.5")
