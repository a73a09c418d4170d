"""Finding the places that rows of a spreadsheet name: by code, by the names of county, township and village, or by one cell
that holds all of them. A chunk of rows takes a few queries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from yinling.base.invalid import Invalid
from yinling.base.paths import prefixes, under
from yinling.network import Place, divisions

COLUMNS = ("pk", "area_path", "short_name", "name", "kind", "level")
NAME_LEVELS = (("county", 3), ("township", 4), ("village", 5))
ENDINGS = ("", "村", "社区", "居委会")
_PART = re.compile(r".+?(?:自治区|自治州|自治县|地区|街道办事处|街道|省|市|州|盟|县|(?<![社小园])区|旗|镇|乡)(?=.)")


class Site(NamedTuple):
    """A place as a row names it."""

    pk: int
    area_path: str
    short_name: str
    name: str
    kind: str
    level: int


Parts = list[tuple[int, str]]
"""Names from the widest to the narrowest, each with its level (0: not said)."""

Named = Mapping[str, object]
"""The cells of a row that say where it is: code, county, township, village, address; None where empty."""


class SiteFinder:
    """Finds places; names are looked for in one subtree, codes everywhere (whether the row may go there is another question)."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._above: dict[str, Site] = {}

    def find(self, rows: Sequence[Named]) -> list[Site | Invalid]:
        """The place of each row, or why there is none."""
        codes = self._by_code({str(row["code"]) for row in rows if row.get("code")})
        asked = [[] if row.get("code") else _readings(row) for row in rows]
        names = self._by_name({e for readings in asked for parts in readings for e in _endings(parts[-1][1])})
        found: list[Site | Invalid] = []
        for row, readings in zip(rows, asked, strict=True):
            if not row.get("code"):
                found.append(self._first(readings, names))
            elif site := codes.get(str(row["code"])):
                found.append(site)
            else:
                found.append(Invalid("place", _("There is no place with this code today.")))
        return found

    def _first(self, readings: list[Parts], names: Mapping[str, list[Site]]) -> Site | Invalid:
        found: Site | Invalid = Invalid("place", _("The row does not say where the association is."))
        for parts in readings:
            found = self._pick(parts, names)
            if isinstance(found, Site):
                break
        return found

    def _by_code(self, codes: set[str]) -> dict[str, Site]:
        if not codes:
            return {}
        places = Place.objects.filter(code__in=codes, closed__isnull=True).order_by("-level")
        # A place and its parent share a code where zeros fill it up; the higher one is meant, and so comes last.
        return {code: Site(*values) for code, *values in places.values_list("code", *COLUMNS)}

    def _by_name(self, names: set[str]) -> dict[str, list[Site]]:
        found: dict[str, list[Site]] = defaultdict(list)
        if names:
            places = Place.objects.filter(under(self._root), short_name__in=names, closed__isnull=True)
            for values in places.values_list(*COLUMNS):
                found[values[2]].append(Site(*values))
            self._learn_above(site for sites in found.values() for site in sites)
        return found

    def _learn_above(self, sites: Iterable[Site]) -> None:
        paths = {path for site in sites for path in prefixes(site.area_path)[1:-1]} - self._above.keys()
        for values in Place.objects.filter(area_path__in=paths).values_list(*COLUMNS):
            self._above[values[1]] = Site(*values)

    def _pick(self, parts: Parts, names: Mapping[str, list[Site]]) -> Site | Invalid:
        level, name = parts[-1]
        for written in _endings(name):
            fitting = [
                site for site in names.get(written, ())
                if level in (0, site.level) and all(self._lies_in(site, *part) for part in parts[:-1])
            ]
            if len(fitting) == 1:
                return fitting[0]
            if fitting:
                return Invalid("place", _("Several places of your area have this name. Write county and township too."))
        return Invalid("place", _("There is no such place in your area. Compare the names, or write the code."))

    def _lies_in(self, site: Site, level: int, name: str) -> bool:
        """Whether one of the places above is called so; people leave out the ending (云岩 for 云岩区)."""
        above = (self._above[path] for path in prefixes(site.area_path)[:-1] if path in self._above)
        return any(
            level in (0, place.level) and (name in (place.name, place.short_name) or place.name.startswith(name))
            for place in above
        )


def _readings(row: Named) -> list[Parts]:
    """The ways to understand the names of a row, the likeliest first. An address may be one name or several in a row."""
    if parts := [(level, str(row[key])) for key, level in NAME_LEVELS if row.get(key)]:
        return [parts]
    address = str(row.get("address") or "").replace(" ", "")
    rest, parts = address, []
    while match := _PART.match(rest):
        parts.append((0, match.group()))
        rest = rest[match.end() :]
    readings = [[(0, address)], [*parts, (0, rest)]]
    return readings[: 2 if parts else 1] if address else []


def _endings(name: str) -> list[str]:
    """The short names a place may have that is written so, the likeliest first."""
    return list(dict.fromkeys(divisions.short_name(name + ending) for ending in ENDINGS))
