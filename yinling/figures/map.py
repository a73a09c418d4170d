"""Reading an old record on today's map."""

from __future__ import annotations

from yinling.base.paths import is_under
from yinling.network import Relocation

Signed = tuple[int, str]
"""A region by its old path, and whether it is added or taken off."""


def as_today(path: str) -> tuple[Signed, ...]:
    """The regions, by the paths facts were recorded under, that make up the place `path` on today's map.

    A fact belongs to the most specific relocation its path lies in. So each relocation changes the answer for its own region
    from what would hold without it (what the relocation around it says, or else the path itself) to what it says.
    """
    moves = sorted(Relocation.objects.values_list("old_path", "area_path"))
    regions: list[Signed] = []
    if not any(is_under(path, old) for old, _new in moves):
        regions.append((1, path))
    for old, new in moves:
        around = [(o, n) for o, n in moves if o != old and is_under(old, o)]
        without = max(around, key=lambda move: len(move[0]))[1] if around else old
        before, after = is_under(without, path), is_under(new, path)
        if before and not after and is_under(path, old):
            continue  # the place itself was moved away; its own path was not counted to begin with
        if after != before:
            regions.append((1 if after else -1, old))
    return tuple(regions)
