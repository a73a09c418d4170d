"""Demo associations: made-up records whose counts are those of the 2012 statistics of Guizhou, spread over its real places.

Which village has an association, a venue, funds and so on is drawn by a fixed seed; only the sums are history. Every person
is invented, every resident number has the place code 990101, which no province uses.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from yinling.associations.bulk import NewAssociation
from yinling.associations.models import RuleBook, Setting
from yinling.base.codes import synthetic_resident_id
from yinling.base.paths import under
from yinling.network import Place

SEED = 2012
FIRST_FOUNDED = date(2006, 3, 1)
LAST_FOUNDED = date(2012, 7, 31)
OLDEST, YOUNGEST = date(1932, 1, 1), date(1956, 12, 31)

SURNAMES = "杨吴王李张刘陈周罗田龙石姚彭黄唐潘冉任谭"
GIVEN = "秀英桂兰玉珍国安世明光华正德永昌文忠朝贵开先明才兴发庭"
BOOKS = list(RuleBook.values)
FUNDS = ("村集体经济", "上级补助", "会员缴纳", "社会捐助")
OWNERS = ("村委会", "闲置校舍", "祠堂", "租用民房")
URBAN_OWNERS = ("社区居委会", "文化站", "辖区单位", "租用民房")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many associations of one setting there are, and how many of them have what (document 003)."""

    setting: str
    kind: str
    associations: int
    funded: int
    venue: int
    active: int
    officer: int


RURAL = Counts(Setting.RURAL, "villagers", 12_587, funded=721, venue=4_359, active=3_585, officer=7_495)
URBAN = Counts(Setting.URBAN, "residents", 1_288, funded=370, venue=832, active=952, officer=906)


def associations(province: str, always: tuple[str, ...]) -> Iterator[NewAssociation]:
    """The demo register of a province. The places whose paths are `always` have an association with a chair."""
    chance = random.Random(SEED)
    number = 0
    for counts in (RURAL, URBAN):
        places = list(
            Place.objects.filter(under(province), level=5, kind=counts.kind)
            .order_by("area_path")
            .values_list("pk", "area_path", "short_name", "parent__parent_id")
        )
        chosen = _chosen(chance, places, counts, always)
        marks = {
            name: set(chance.sample(range(len(chosen)), getattr(counts, name)))
            for name in ("funded", "venue", "active", "officer")
        }
        for index, (pk, path, name, _county) in enumerate(chosen):
            number += 1
            has = {key: index in drawn for key, drawn in marks.items()}
            yield _association(chance, counts, number, (pk, path, name), has)


def _chosen(
    chance: random.Random, places: list[tuple[int, str, str, int | None]], counts: Counts, always: tuple[str, ...]
) -> list[tuple[int, str, str, int | None]]:
    """As many places as there are associations; prefectures and counties differ in how well they are covered."""
    prefectures = {path: chance.uniform(0.5, 2.0) for path in sorted({place[1][:4] for place in places})}
    zeal = {county: chance.uniform(0.5, 1.5) for county in sorted({place[3] or 0 for place in places})}
    ranked = sorted(
        places,
        key=lambda place: (
            place[1] not in always,
            chance.random() ** (prefectures[place[1][:4]] * zeal[place[3] or 0]),
        ),
    )
    return sorted(ranked[: counts.associations], key=lambda place: place[1])


def _association(
    chance: random.Random, counts: Counts, number: int, place: tuple[int, str, str], has: dict[str, bool]
) -> NewAssociation:
    pk, path, name = place
    days = (LAST_FOUNDED - FIRST_FOUNDED).days
    founded = FIRST_FOUNDED + timedelta(days=int(days * chance.random() ** 0.8))
    owners = OWNERS if counts.setting == Setting.RURAL else URBAN_OWNERS
    rules = sorted(chance.sample(BOOKS, chance.choice((0, 1, 2, 3, 4, 6, 6))))
    return NewAssociation(
        row=number,
        place_id=pk,
        area_path=path,
        name=f"{name}老年协会",
        founded=founded,
        setting=counts.setting,
        has_funding=has["funded"],
        funding_source=chance.choice(FUNDS) if has["funded"] else "",
        funding_amount=Decimal(chance.randrange(5, 80) * 100) if has["funded"] else None,
        has_venue=has["venue"],
        venue_owner=chance.choice(owners) if has["venue"] else "",
        venue_area=Decimal(chance.randrange(20, 260)) if has["venue"] else None,
        meets=has["active"],
        meetings_a_year=chance.choice((4, 6, 12, 24, 48)) if has["active"] else None,
        chair_name=chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2)))),
        chair_resident_id=_resident_id(number),
        chair_phone=f"139{number:08d}",
        chair_is_officer=has["officer"],
        member_count=chance.randrange(18, 180),
        rule_books=tuple(rules),
        uscc="",
    )


def _resident_id(number: int) -> str:
    span = (YOUNGEST - OLDEST).days
    return synthetic_resident_id(OLDEST + timedelta(days=number * 37 % span), number // span + 1)
