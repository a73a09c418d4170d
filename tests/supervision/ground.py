"""A county office that visits an association, the chair who answers, and the figures that follow."""

from __future__ import annotations

from datetime import date

from tests import cast as at
from tests.cast import SYSTEM, Cast
from yinling.base.period import Period, as_of, year
from yinling.base.rules import Actor
from yinling.figures import figure
from yinling.supervision import FINDING_MEASURES, Finding, SupervisionVisit, add_finding, record_visit

LEVELS = (at.VILLAGE, at.TOWNSHIP, at.COUNTY, at.PREFECTURE, at.PROVINCE)
VISITED = date(2026, 3, 2)
"""A Monday; the next holiday is on 4 April."""


def visited(cast: Cast, *, office: str = at.COUNTY, on: date = VISITED, by: Actor = SYSTEM) -> SupervisionVisit:
    """The office of a place visits the association of 街上村."""
    association = cast.associations[at.VILLAGE]
    return record_visit(
        office=cast.offices[office], place=association.body.place, body=association.body, visited_on=on, by=by
    )


def found(
    visit: SupervisionVisit, what: str = "台阶没有扶手", *, severity: str = "mend", workdays: int = 10
) -> Finding:
    """Something found there, to be mended by the association."""
    assert visit.body is not None
    return add_finding(
        visit=visit, what=what, severity=severity, owner=visit.body, in_charge="会长", workdays=workdays, by=SYSTEM
    )


def counts(path: str, day: date, period: Period | None = None) -> tuple[int, int, int, int]:
    """Found, open at the end of a day, closed, closed in time: from the beginning to that day, or in a period."""
    found_, open_, closed, in_time, _share = FINDING_MEASURES
    flows = period or as_of(day)
    values = [figure(found_, path=path, period=flows), figure(open_, path=path, period=as_of(day))]
    values += [figure(measure, path=path, period=flows) for measure in (closed, in_time)]
    first, second, third, fourth = (int(value.value or 0) for value in values)
    return first, second, third, fourth


def share(path: str, number: int) -> str:
    """The share closed in time in a year, as printed."""
    return figure(FINDING_MEASURES[-1], path=path, period=year(number)).text
