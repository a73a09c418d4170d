"""Reading an old record on today's map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from yinling.base.paths import is_under
from yinling.network import Relocation

Signed = tuple[int, str]
"""A region by its old path, and whether it is added or taken off."""


def as_today(path: str) -> tuple[Signed, ...]:
    """The regions, by the paths facts were recorded under, that make up the place `path` on today's map.

    A fact belongs to the most specific relocation its path lies in; one that lies in none stayed where it was, as if the
    whole map had been relocated to itself. Each relocation that leads into the place, or around it, gives the region that
    does, without what more specific relocations in it took elsewhere. A region can lie in one that is taken off.
    """
    return regions_of(path, relocations())


Moves = Sequence[tuple[str, str]]
"""Old paths and where they lie today."""


def relocations() -> Moves:
    """Every area that lies elsewhere today, by its old path."""
    return list(Relocation.objects.order_by("old_path").values_list("old_path", "area_path"))


def lies_today(path: str, relocated: Moves) -> str:
    """The path today of the place that had this path; of one that was merged, that of the place it is part of."""
    old, new = max(
        (move for move in relocated if is_under(path, move[0])), key=lambda move: len(move[0]), default=("", "")
    )
    return new + path[len(old) :]


def regions_of(path: str, relocated: Moves) -> tuple[Signed, ...]:
    """`as_today` with the relocations read already."""
    moves = [("", ""), *relocated]
    inner: dict[str, list[str]] = {old: [] for old, _new in moves}
    for old, _new in moves[1:]:
        inner[max((around for around in inner if around != old and is_under(old, around)), key=len)].append(old)
    signs: Counter[str] = Counter()
    for old, new in moves:
        if is_under(new, path):
            region = old
        elif is_under(path, new):
            region = old + path[len(new) :]
        else:
            continue
        if any(is_under(region, taken) for taken in inner[old]):
            continue  # the whole of it went elsewhere
        signs[region] += 1
        signs.subtract(taken for taken in inner[old] if is_under(taken, region))
    return tuple((sign, region) for region, sign in sorted(signs.items()) if sign)
