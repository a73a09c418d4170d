"""Names of places by the paths that facts were recorded under, also where the place has another path today."""

from __future__ import annotations

from collections.abc import Iterable

from yinling.base.paths import prefixes
from yinling.network import Place, Relocation


def names_at(paths: Iterable[str]) -> dict[str, str]:
    """The short name of the place at each path: of the one that is or was there, else of the one that moved away since;
    the path itself where no place is known."""
    wanted = set(paths)
    names = dict(Place.objects.filter(area_path__in=wanted).values_list("area_path", "short_name"))
    if left := wanted - names.keys():
        moved = dict(Relocation.objects.filter(old_path__in=left).values_list("old_path", "area_path"))
        today = dict(Place.objects.filter(area_path__in=moved.values()).values_list("area_path", "short_name"))
        names |= {old: today[new] for old, new in moved.items() if new in today}
    return {path: names.get(path, path) for path in wanted}


def lines_at(paths: Iterable[str]) -> dict[str, str]:
    """The place at each path with the one above it as it was then: 大龙街道 大龙堡村."""
    wanted = set(paths)
    names = names_at({above for path in wanted for above in prefixes(path)})
    known = {path: [above for above in prefixes(path) if names[above] != above] for path in wanted}
    return {path: " ".join(names[above] for above in known[path][-2:]) or path for path in wanted}
