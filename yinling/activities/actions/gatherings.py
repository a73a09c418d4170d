"""Activities that an association reports after they were held: one short form instead of project, activity and session."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.actions.sessions import KEY_BYTES
from yinling.activities.event_measures import GATHERED
from yinling.activities.kinds import KINDS
from yinling.activities.models import Activity, Platform, Project, ProjectState, Session, SessionRole
from yinling.activities.project_measures import HELD, NONE
from yinling.activities.rules import may_run
from yinling.base import clock
from yinling.base.action import action, because, change, create, current, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import attach, record, reverse
from yinling.network import Body

KIND = "gathering"
HOURS: Mapping[str, tuple[time, time]] = {
    "am": (time(9), time(11)),
    "pm": (time(14, 30), time(16, 30)),
    "eve": (time(19), time(21)),
}
"""The usual hours of a morning, an afternoon, an evening: nobody is asked for minutes."""

MOST_PEOPLE = 100_000


@action(
    "activities.report_held", label=gettext_lazy("Report an activity that was held"), rule=may_run, on="body",
    records=[HELD, GATHERED],
)  # fmt: skip
def report_held(
    *, body: Body, platform: str, title: str, day: date, half: str, people: int,
    evidence: Sequence[tuple[str, bytes]] = (), by: Actor,
) -> Session:  # fmt: skip
    """An association held an activity on one of the five platforms; `people` came (a head count, nobody is named). Makes the
    activity and its session in the association's project of that platform and year, closed and counted at once. `evidence`
    are photos. The same title on the same day is refused: it is recorded already."""
    if body.withdrawn or body.dissolved is not None:
        raise Refused(_("This body has already ended."))
    locked(body)  # one report at a time: the same one twice is found
    title = title.strip()
    faults = _faults(platform, title, day, half, people)
    if faults:
        raise ValidationError(faults)
    project = _project(body, platform, day.year)
    if project.activities.filter(title=title, sessions__day=day, state=Activity.State.HELD).exists():
        raise ValidationError({"title": _("This activity is recorded for this day already.")})
    session = _session(project, title, day, half, people)
    path = session.area_path
    record(HELD, source=session.pk, path=path, happened=day, dims={"kind": KIND, "domain": NONE, "platform": platform})
    record(GATHERED, source=session.pk, path=path, happened=day, quantity=people, dims={"platform": platform})
    for name, content in evidence:
        attach(name=name, content=content, path=path)
    current().about(session)
    return session


def _faults(platform: str, title: str, day: date, half: str, people: int) -> dict[str, str]:
    faults = {}
    if platform not in Platform.values:
        faults["platform"] = _("There is no such platform.")
    if not title:
        faults["title"] = _("Say in a few words what you did.")
    if day > clock.today():
        faults["day"] = _("The day lies in the future.")
    if half not in HOURS:
        faults["half"] = _("Choose morning, afternoon or evening.")
    if not 1 <= people <= MOST_PEOPLE:
        faults["people"] = _("Write how many people came.")
    return faults


def _project(body: Body, platform: str, year: int) -> Project:
    """The association's project for a platform and year; it is no call for people, so it is never published."""
    label = Platform(platform).label
    title = _("%(platform)s: activities of %(year)d") % {"platform": label, "year": year}
    known = Project.objects.filter(organiser=body, platform=platform, title=title, state=ProjectState.CLOSED).first()
    return known or create(
        Project(
            organiser=body, place=body.place, area_path=body.area_path, title=title, platform=platform,
            starts_on=date(year, 1, 1), ends_on=date(year, 12, 31), state=ProjectState.CLOSED,
            changed_by=current().entry_id,
        )
    )  # fmt: skip


def _session(project: Project, title: str, day: date, half: str, people: int) -> Session:
    entry = current().entry_id
    activity = create(
        Activity(
            project=project, organiser=project.organiser, place=project.place, area_path=project.area_path, kind=KIND,
            title=title, details={"people": people}, state=Activity.State.HELD, changed_by=entry,
        )
    )  # fmt: skip
    begins, ends = (datetime.combine(day, moment, tzinfo=clock.CHINA) for moment in HOURS[half])
    session = create(
        Session(
            activity=activity, place=project.place, area_path=project.area_path, day=day, starts_at=begins,
            ends_at=ends, state=Session.State.HELD, key=secrets.token_bytes(KEY_BYTES), changed_at=clock.now(),
            changed_by=entry,
        )
    )  # fmt: skip
    role = str(KINDS[KIND].role)
    create(SessionRole(session=session, area_path=session.area_path, name=role, capacity=people, serves=False))
    return session


@action(
    "activities.withdraw_held", label=gettext_lazy("Take back a report of an activity"), rule=may_run, on="session",
    records=[HELD, GATHERED],
)  # fmt: skip
def withdraw_held(*, session: Session, reason: str, by: Actor) -> Session:
    """It was never held, or is recorded twice: what it counted is reversed. Only for what was reported afterwards."""
    because(reason)
    activity, held = locked(session.activity), locked(session)
    reported = activity.kind == KIND and activity.project.published_on is None
    if not reported or held.state != Session.State.HELD:
        raise Refused(_("This is no report of an activity, or it was taken back already."))
    reverse(held.changed_by, source=held.pk, kinds=[HELD, GATHERED])
    change(activity, state=Activity.State.CANCELLED, changed_by=current().entry_id)
    return change(session, state=Session.State.CANCELLED, notice=reason[:200], changed_by=current().entry_id)
