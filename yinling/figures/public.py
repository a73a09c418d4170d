"""Figures for the public: small counts are not shown, nor what would let them be worked out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

SMALL = 5
"""Counts of 1 to 4 are suppressed."""


def suppressed(values: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    """`values` (by child place, adding up to a published total) with small counts as None.

    Where only one would be hidden it could be had by subtraction, so the next smallest is hidden with it.
    """
    hidden = {key for key, value in values.items() if 0 < value < SMALL}
    if len(hidden) == 1:
        others = sorted((value, key) for key, value in values.items() if key not in hidden and value > 0)
        hidden.update(key for _value, key in others[:1])
    return {key: None if key in hidden else value for key, value in values.items()}


def suppressed_share(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """A share in percent, None where it would give away a small count on either side."""
    if not denominator or 0 < numerator < SMALL or 0 < denominator - numerator < SMALL:
        return None
    return numerator * 100 / denominator
