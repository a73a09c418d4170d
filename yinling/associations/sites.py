"""Finding the places that rows of a spreadsheet name: by code, by the names of county, township and village, or by one
cell that holds all of them. A chunk of rows takes a few queries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.invalid import Invalid
from yinling.base.paths import WIDTHS, is_under, prefixes, under
from yinling.base.rules import Actor, Denied, Rule
from yinling.exchange import Field, Row, place_code, text
from yinling.network import Place, divisions

COLUMNS = ("pk", "area_path", "short_name", "name", "kind", "level")
NAME_LEVELS = (("county", 3), ("township", 4), ("village", 5))
NO_SUCH_PLACE = gettext_lazy("There is no such place in your area. Compare the names, or write the code.")
ENDINGS = ("", "村", "社区", "居委会")
VILLAGE = 5
MOST_TOWNSHIPS = 2_000
"""How many townships' villages are kept in memory: some 30,000 places."""

_PART = re.compile(r".+?(?:自治区|自治州|自治县|地区|街道办事处|街道|省|市|州|盟|县|(?<![社小园])区|旗|镇|乡)(?=.)")


PLACE_FIELDS = (
    Field(
        "code", gettext_lazy("Place code"), place_code,
        ("所在地代码", "行政区划代码", "区划代码", "地址代码", "村代码", "统计代码"),
        accepts=gettext_lazy("The 12 digits of the village's statistical code. Format the column as text."),
        example="520622101201",
    ),
    Field("county", gettext_lazy("County"), text(40), ("县", "区县", "县区", "县(市、区)", "所在县")),
    Field("township", gettext_lazy("Township"), text(40), ("乡镇", "镇", "街道", "乡镇街道", "所在乡镇")),
    Field(
        "village", gettext_lazy("Village or community"), text(40), ("村", "村社区", "社区", "村居", "村名", "村(社区)"),
        example="上河村",
    ),
)  # fmt: skip
"""The columns that name a village; beside them a list has its own column `address`, which holds all of it in one cell."""

PLACE_KEYS = (*(field.key for field in PLACE_FIELDS), "address")


class Site(NamedTuple):
    """A place as a row names it."""

    pk: int
    area_path: str
    short_name: str
    name: str
    kind: str
    level: int


Part = tuple[int, str]
Parts = list[Part]
"""Names from the widest to the narrowest, each with its level (0: not said)."""

Named = Mapping[str, object]
"""The cells of a row that say where it is: code, county, township, village, address; None where empty."""


class SiteFinder:
    """Finds places for one subtree, the one a batch belongs to; codes are found everywhere, so that the reason can say why
    a row may not go there. It keeps the places above the villages, and of the villages those of the townships last
    named."""

    def __init__(self, root: str) -> None:
        self._root = root
        around = under(root) | Q(area_path__in=prefixes(root))
        wide = Place.objects.filter(around, level__lt=VILLAGE, closed__isnull=True)
        self._wide = [Site(*values) for values in wide.values_list(*COLUMNS)]
        self._regions: dict[tuple[Part, ...], tuple[str, ...]] = {(): (root,)}
        self._villages: dict[str, dict[str, list[Site]]] = {}

    def place(
        self, rows: Sequence[Row], may: Rule, actor: Actor, keys: Sequence[str] = PLACE_KEYS
    ) -> Iterator[tuple[Row, Site]]:
        """The rows with the place that their cells (`keys`) name, where the actor `may`; the others are refused."""
        cells = [{key: row.values.get(key) for key in keys} for row in rows]
        for row, given, site in zip(rows, cells, self._find(cells), strict=True):
            if isinstance(site, Invalid):
                row.refuse(next((key for key in keys if given[key]), "village"), site.message)
            elif isinstance(answer := may.check(actor, site), Denied):
                row.refuse("village", answer.reason)
            elif not is_under(site.area_path, self._root):
                row.refuse("village", NO_SUCH_PLACE)
            else:
                yield row, site

    def _find(self, rows: Sequence[Named]) -> list[Site | Invalid]:
        """The place of each row, or why there is none."""
        codes = self._by_code({str(row["code"]) for row in rows if row.get("code")})
        asked = [[] if row.get("code") else _readings(row) for row in rows]
        self._load_villages({path for readings in asked for parts in readings for path in self._region(parts[:-1])})
        names = self._by_name({name for readings in asked for parts in readings for name in self._stray(parts)})
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
        found: Site | Invalid = Invalid("place", _("The row does not say where it is."))
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

    def _region(self, parts: Parts) -> tuple[str, ...]:
        """The paths of the places that these names, the widest first, lead to; people leave out the ending (云岩 for
        云岩区)."""
        key = tuple(parts)
        known = self._regions.get(key)
        if known is None:
            (level, name), above = parts[-1], self._region(parts[:-1])
            # A row may name what lies above the area, too: the area then lies in what it names.
            paths = (
                site.area_path if site.area_path.startswith(self._root) else self._root
                for site in self._wide
                if level in (0, site.level)
                and (name in (site.short_name, site.name) or site.name.startswith(name))
                and (site.area_path.startswith(above) or self._root.startswith(site.area_path))
            )
            known = self._regions[key] = tuple(dict.fromkeys(paths))
        return known

    def _stray(self, parts: Parts) -> list[str]:
        """The names a village is looked for by where no township is named."""
        level = parts[-1][0]
        in_townships = all(path in self._villages for path in self._region(parts[:-1]))
        return [] if level not in (0, VILLAGE) or in_townships else _endings(parts[-1][1])

    def _load_villages(self, paths: set[str]) -> None:
        townships = {path for path in paths if len(path) == WIDTHS[-2]}
        if len(self._villages) > MOST_TOWNSHIPS:
            self._villages.clear()
        fresh = townships - self._villages.keys()
        self._villages.update((path, defaultdict(list)) for path in fresh)
        places = Place.objects.filter(parent__area_path__in=fresh, level=VILLAGE, closed__isnull=True)
        for values in places.values_list(*COLUMNS) if fresh else ():
            site = Site(*values)
            self._villages[site.area_path[: WIDTHS[-2]]][site.short_name].append(site)

    def _by_name(self, names: set[str]) -> dict[str, list[Site]]:
        found: dict[str, list[Site]] = defaultdict(list)
        if names:
            places = Place.objects.filter(under(self._root), short_name__in=names, level=VILLAGE, closed__isnull=True)
            for values in places.values_list(*COLUMNS):
                site = Site(*values)
                found[site.short_name].append(site)
        return found

    def _pick(self, parts: Parts, names: Mapping[str, list[Site]]) -> Site | Invalid:
        level, name = parts[-1]
        region = self._region(parts[:-1])
        for written in _endings(name):
            fitting = self._fitting(level, written, region, names)
            if len(fitting) == 1:
                return fitting[0]
            if fitting:
                return Invalid("place", _("Several places of your area have this name. Write county and township too."))
        return Invalid("place", NO_SUCH_PLACE)

    def _fitting(self, level: int, name: str, region: tuple[str, ...], names: Mapping[str, list[Site]]) -> list[Site]:
        if level not in (0, VILLAGE):
            wide = (site for site in self._wide if site.level == level and name in (site.short_name, site.name))
            return [site for site in wide if site.area_path.startswith(region)]
        if all(path in self._villages for path in region):
            return [site for path in region for site in self._villages[path].get(name, ())]
        return [site for site in names.get(name, ()) if site.area_path.startswith(region)]


def _readings(row: Named) -> list[Parts]:
    """The ways to understand the names of a row, the likeliest first. An address may be one name or several in a
    row."""
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
