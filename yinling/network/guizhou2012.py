"""The places of Guizhou for the demo: as many villages and communities as the statistics for 2012 count.

Those statistics give 17,912 villages and 1,439 urban communities. The demo must meet both numbers exactly, and no list
of the places of that year is at hand. So it starts from the list for 2023 (9 prefectures, 88 counties, 1,510 streets,
towns and townships, 13,689 villagers' and 4,275 residents' committees) and goes back as follows:

1. Between the two years many villages became communities. 1,439 of the residents' committees stand for the communities
   of 2012: first those in streets, then those in towns, then the others; within each group first the first community
   of every street or town, then the second, and so on, so that all prefectures have their share. Streets alone have
   2,385, so all of the 1,439 are in streets.
2. The other 2,836 residents' committees count as villages of 2012, under the names they have today.
3. 1,387 villages are still missing, because villages merged. Made-up ones take their places, one or two in each of the
   1,145 towns and townships. Their names say so, 示例一村 and 示例二村, they have no code, and their paths end in 901
   and 902, which the statistical code does not use.

So the numbers are those of 2012, and the places are real ones of 2023 or openly made up; no single place is evidence
of what stood there in 2012. 朱家场镇 of 玉屏侗族自治县 has its 街上村 (520622102201). The town of Dalong is 大龙街道 in
the list, and its street community 街上居民委员会 (520622003001), which step 1 keeps as a community.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

from yinling.network import divisions
from yinling.network.divisions import Division
from yinling.network.names import initials_of

PROVINCE: Final = "52"
VILLAGES: Final = 17_912
COMMUNITIES: Final = 1_439

_URBAN_FIRST: Final = {"street": 0, "town": 1}
_LAST: Final = 2
_NUMERALS: Final = "一二三四五六七八九"


def read() -> Iterator[Division]:
    """Guizhou's places in path order, each after the place above it: 17,912 'villagers' and 1,439 'residents'."""
    places = list(divisions.read(PROVINCE))
    communities = _communities(places)
    as_of_2012 = [
        replace(place, kind="residents" if place.path in communities else "villagers") if place.level == 5 else place
        for place in places
    ]
    missing = VILLAGES - sum(place.kind == "villagers" for place in as_of_2012)
    yield from sorted(chain(as_of_2012, _made_up(places, missing)), key=lambda place: place.path)


def _communities(places: list[Division]) -> frozenset[str]:
    """The paths of the residents' committees of 2023 that stand for the communities of 2012."""
    kinds = {place.path: place.kind for place in places}
    seen: defaultdict[str, int] = defaultdict(int)
    ranked: list[tuple[int, int, str]] = []
    for place in places:
        if place.kind == "residents":
            seen[place.parent_path] += 1
            ranked.append((_URBAN_FIRST.get(kinds[place.parent_path], _LAST), seen[place.parent_path], place.path))
    return frozenset(path for _, _, path in sorted(ranked)[:COMMUNITIES])


def _made_up(places: list[Division], number: int) -> Iterator[Division]:
    """So many villages that never were, spread evenly over the towns and townships that are no streets."""
    townships = [place for place in places if place.level == 4 and place.kind != "street"]
    for index, township in enumerate(townships):
        # Whole numbers, which differ by one at most and add up to `number`.
        share = (index + 1) * number // len(townships) - index * number // len(townships)
        for ordinal in range(1, share + 1):
            yield _example(township, ordinal)


def _example(township: Division, ordinal: int) -> Division:
    name = f"示例{_NUMERALS[ordinal - 1]}村"
    return Division(
        path=f"{township.path}9{ordinal:02}",
        code="",
        level=5,
        name=name,
        kind="villagers",
        parent_path=township.path,
        initials=initials_of(name),
    )
