"""A small made-up county, and the people who work there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from yinling.base.rules import Actor
from yinling.facts import forget_series
from yinling.network import Account, Body, Place, create_account, load_places, register_body
from yinling.network.divisions import Division, kind_of
from yinling.network.names import initials_of

SYSTEM = Actor.for_system("test")
OPENED = date(2005, 1, 1)
PASSWORD = "a-long-enough-secret-1"

NAMES = {
    "52": "贵州省",
    "5299": "银龄市",
    "529901": "松柏县",
    "529902": "长青县",
    "529901101": "清泉镇",
    "529901102": "白鹤镇",
    "529902101": "清泉镇",
    "529901101201": "上河村村委会",
    "529901101202": "下河村村委会",
    "529901101001": "东门社区居委会",
    "529901102201": "上河村村委会",
    "529901102202": "桃花村村委会",
    "529902101201": "远山村村委会",
}


def divisions() -> Iterator[Division]:
    """The places, each after the place above it."""
    for path, name in NAMES.items():
        above = max((other for other in NAMES if path.startswith(other) and other != path), key=len, default="")
        yield Division(
            path=path, code=path.ljust(12, "0"), level={2: 1, 4: 2, 6: 3, 9: 4, 12: 5}[len(path)], name=name,
            kind=kind_of(path, name), parent_path=above, initials=initials_of(name),
        )


def load() -> dict[str, Place]:
    """Load the places; every one by its path."""
    forget_series()
    load_places(divisions=divisions(), on=OPENED, source="test", by=SYSTEM)
    return {place.area_path: place for place in Place.objects.all()}


def make_clerk(place: Place) -> Account:
    """A clerk of the office at `place`."""
    office = register_body(place=place, kind=Body.Kind.OFFICE, name="老龄办", founded=OPENED, by=SYSTEM)
    return create_account(
        username=f"clerk{place.area_path}", display_name="李书记员", password=PASSWORD, body=office, role="clerk",
        since=OPENED, must_change_password=False, by=SYSTEM,
    )
