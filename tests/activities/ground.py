"""What tests of activities stand on: a project of the county with an activity and sessions, and a small catalogue."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests import cast as at
from tests.cast import Cast
from yinling.activities import (
    Activity,
    Domain,
    NewRole,
    OutcomeType,
    Project,
    Session,
    add_session,
    create_activity,
    create_project,
    publish_project,
    workflow,
)
from yinling.base.clock import CHINA
from yinling.network import Body

TODAY = date(2026, 3, 2)
"""A Monday; tests stop the clock there."""

HELPERS = (NewRole("志愿者", 5, serves=True),)
EVERYTHING = frozenset(workflow.NOT_SERVICE)
FIT: dict[str, Any] = {
    "summary": "到村为老人量血压、讲用药。", "served": "农村老年人", "contact": "田老师 0856-5220000",
    "risks": "山路湿滑，请穿防滑鞋；身体不适请勿勉强。", "platform": "contributing",
}  # fmt: skip
"""What a project needs beside title, place and dates."""


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in China."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


def domain(office: Body, code: str = "health") -> Domain:
    """A domain of an office, put straight into its table: the catalogue's own actions belong elsewhere."""
    return Domain.objects.create(owner=office, area_path=office.area_path, code=code, name=f"领域{code}", changed_by=1)


def outcome_type(office: Body, code: str = "books", unit: str = "book") -> OutcomeType:
    """A type of outcome of an office."""
    return OutcomeType.objects.create(
        owner=office, area_path=office.area_path, code=code, name=f"成果{code}", unit=unit, changed_by=1
    )


def draft(cast: Cast, *, path: str = at.COUNTY, place: str = at.VILLAGE, **values: Any) -> Project:
    """A draft of the office at `path`, fit to be published unless `values` say otherwise."""
    dates = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=20)}
    return create_project(
        organiser=cast.offices[path], place=cast.places[place], by=at.SYSTEM,
        **{"title": "健康乡村行", **dates, **FIT, **values},
    )  # fmt: skip


def published(cast: Cast, **values: Any) -> Project:
    """A published project."""
    return publish_project(project=draft(cast, **values), checked=EVERYTHING, by=at.SYSTEM)


def activity(cast: Cast, project: Project | None = None, kind: str = "service", **details: object) -> Activity:
    """An activity of a project (a new one without)."""
    project = project or published(cast)
    return create_activity(project=project, kind=kind, title="义诊", place=project.place, details=details, by=at.SYSTEM)


def session(cast: Cast, of: Activity | None = None, *, day: date = TODAY, hour: int = 9, **values: Any) -> Session:
    """A session of two hours with five helpers."""
    of = of or activity(cast)
    return add_session(
        activity=of, starts_at=moment(day, hour), ends_at=moment(day, hour + 2),
        **{"roles": HELPERS, "venue": "村委会", **values}, by=at.SYSTEM,
    )  # fmt: skip
