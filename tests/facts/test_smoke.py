from datetime import date

import pytest

from yinling.base.period import as_of
from yinling.base.rules import Actor
from yinling.facts import verify
from yinling.figures import figure, recheck
from yinling.network import Place, guizhou2012, load_places
from yinling.associations.measures import VILLAGES, COMMUNITIES, RURAL, LEVELS
from yinling.associations.actions import register, change_attribute, correct_attribute
from yinling.associations.models import Association

SYSTEM = Actor.for_system("test")


@pytest.mark.django_db
def test_smoke() -> None:
    load_places(divisions=guizhou2012.read(), on=date(2005, 1, 1), source="t", by=SYSTEM)
    when = as_of(date(2012, 8, 16))
    assert figure(VILLAGES, path="52", period=when).value == 17912
    assert figure(COMMUNITIES, path="52", period=when).value == 1439
    assert figure(LEVELS, path="52", period=when).value == 5
    place = Place.objects.filter(level=5).first()
    a = register(place=place, name="测试协会", founded=date(2010, 5, 1), attributes={"setting": {"setting": "rural"}, "venue": {"has_venue": True, "venue_area": "20"}}, by=SYSTEM)
    assert figure(RURAL.venue, path="52", period=when).value == 1
    a = change_attribute(association=a, attribute="venue", values={"has_venue": False}, on=date(2011, 5, 3), by=SYSTEM)
    assert figure(RURAL.venue, path="52", period=when).value == 0
    assert figure(RURAL.venue, path="52", period=as_of(date(2011, 5, 2))).value == 1
    a = correct_attribute(association=a, attribute="venue", values={"has_venue": True}, since=date(2011, 6, 1), reason="错了", by=SYSTEM)
    assert figure(RURAL.venue, path="52", period=when).value == 1
    assert figure(RURAL.venue, path="", period=as_of(date(2011, 5, 2))).value == 1
    assert figure(RURAL.coverage, path=place.area_path[:9], period=when).numerator == 1
    assert list(verify()) == []
    assert list(recheck()) == []
    from yinling.figures import table
    paths = ["", "52", "5201", place.area_path[:6], place.area_path[:9], place.area_path]
    t = table([*RURAL.measures, VILLAGES], paths=paths, periods=[when, as_of(date(2011, 5, 31)), as_of(date(2026, 11, 22))])
    for m in RURAL.measures:
        for path in paths:
            for w in (when, as_of(date(2011, 5, 31)), as_of(date(2026, 11, 22))):
                assert t.at(m, path, w).value == figure(m, path=path, period=w).value, (m.card.key, path, w)
