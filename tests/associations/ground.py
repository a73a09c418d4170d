"""An association to try things on, and its figures by month."""

from __future__ import annotations

from datetime import date

from tests.facts.ground import SYSTEM, load
from yinling.associations import RURAL, URBAN, Association, register
from yinling.associations.attributes import Values
from yinling.base.period import as_of
from yinling.figures import Measure, figure
from yinling.network import Place
from yinling.people import Person, register_person

VILLAGE, NEIGHBOUR = "520101001001", "520101002001"
FOUNDED = date(2011, 1, 1)
MONTHS = tuple(date(2011, month, 1) for month in range(1, 7))
JAN, FEB, MAR, APR, MAY, JUN = MONTHS
ALL: dict[str, Values] = {
    "setting": {"setting": "rural"},
    "funding": {"has_funding": True, "funding_source": "村集体", "funding_amount": "3000.50"},
    "venue": {"has_venue": True, "venue_owner": "村委会", "venue_area": "80"},
    "meeting": {"meets": True, "meetings_a_year": 6},
    "members": {"member_count": 126},
    "rules": {"rule_books": ["study", "meeting", "finance", "materials", "awards", "venue"]},
}


def make(
    attributes: dict[str, Values] | None = None, place: Place | None = None, name: str = "老年协会"
) -> Association:
    """A rural association, founded in January 2011, with the other attributes given (all of them, unless told)."""
    place = place or load()[VILLAGE]
    rural: dict[str, Values] = {"setting": {"setting": "rural"}}
    given = ALL if attributes is None else rural | attributes
    made = register(place=place, name=name, founded=FOUNDED, attributes=given, by=SYSTEM)
    assert isinstance(made, Association)
    return made


def person(name: str) -> Person:
    """Somebody of the village."""
    found = register_person(place=Place.objects.get(area_path=VILLAGE), name=name, by=SYSTEM)
    assert isinstance(found, Person)
    return found


def course(measure: Measure, path: str = "52") -> list[int]:
    """A figure at the first day of each month from January to June 2011."""
    return [int(figure(measure, path=path, period=as_of(day)).value or 0) for day in MONTHS]


def everything(day: date = JUN, path: str = "52") -> dict[str, str]:
    """Every figure of the register on a day."""
    return {
        measure.card.key: figure(measure, path=path, period=as_of(day)).text
        for family in (RURAL, URBAN)
        for measure in family.measures
    }
