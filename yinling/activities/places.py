"""Where what a body does belongs."""

from __future__ import annotations

from yinling.base.paths import is_under
from yinling.network import Body, Place


def lies_at(place: Place, organiser: Body) -> str:
    """Where what an organiser does at a place belongs: to the place if it lies in the organiser's area; a trip elsewhere
    still belongs to its organiser."""
    return place.area_path if is_under(place.area_path, organiser.area_path) else organiser.area_path
