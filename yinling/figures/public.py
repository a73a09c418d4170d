"""Figures for the public: small counts are not shown, nor what would let them be worked out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

SMALL = 5
"""Counts of 1 to 4 are suppressed."""


def suppressed(values: Mapping[str, Decimal]) -> dict[str, Decimal | None]:
    """`values` (by child place, adding up to a published total) with small counts as None.

    The total less what is shown gives the sum of the hidden ones. Where that tells them (there is only one; all must be 1,
    or all 4, to add up to it), the next smallest are hidden with them, all of the same size, so that not even the choice
    among equals tells anything; and noughts where nothing else is left.
    """
    hidden = {key for key, value in values.items() if 0 < value < SMALL}
    sizes = sorted({(value == 0, value) for key, value in values.items() if key not in hidden})
    while sizes and hidden and _told_by_their_sum([values[key] for key in hidden]):
        _nought, size = sizes.pop(0)
        hidden |= {key for key, value in values.items() if value == size}
    return {key: None if key in hidden else value for key, value in values.items()}


def _told_by_their_sum(hidden: list[Decimal]) -> bool:
    return len(hidden) == 1 or sum(hidden) in (len(hidden), len(hidden) * (SMALL - 1))


def suppressed_share(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """A share in percent, None where it would give away a small count on either side."""
    if not denominator or 0 < numerator < SMALL or 0 < denominator - numerator < SMALL:
        return None
    return numerator * 100 / denominator
