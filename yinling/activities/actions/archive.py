"""Where records of earlier years belong: one session for each project, which spans the project and counts as none held."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities.models import Activity, Project, ProjectState, Session, SessionRole
from yinling.activities.rules import may_run
from yinling.base import clock
from yinling.base.action import action, change, create, current
from yinling.base.rules import Actor, Refused
from yinling.network import Body

EARLIEST = date(1990, 1, 1)
ARCHIVE = "archive"
"""The mark in an activity's details."""


@action("activities.open_archive", label=gettext_lazy("Open the file of earlier records"), rule=may_run, on="organiser")
def open_archive(*, organiser: Body, project: Project | None = None, by: Actor) -> Session:
    """The session that old records of a project (or of the organiser alone) belong to; made on first use, and made to last
    until today. It is marked as held and is no session held: nothing took place but what its records say."""
    if project is not None and project.organiser_id != organiser.pk:
        raise Refused(_("Another body organises this project."))
    kept = project or _own(organiser)
    begins, ends = _instant(kept.starts_on), _instant(max(kept.starts_on, min(kept.ends_on, clock.today())))
    ends += timedelta(days=1)
    found = Session.objects.filter(activity__project=kept, activity__details__has_key=ARCHIVE).first()
    if found is not None:
        return change(found, ends_at=max(ends, found.ends_at))
    place = {"place": kept.place, "area_path": kept.area_path, "changed_by": current().entry_id}
    activity = create(
        Activity(
            project=kept, organiser=organiser, kind="service", title=kept.title, details={ARCHIVE: True},
            state=Activity.State.HELD, **place,
        )
    )  # fmt: skip
    session = create(
        Session(
            activity=activity, day=kept.starts_on, starts_at=begins, ends_at=ends, state=Session.State.HELD,
            venue=_("records of earlier years"), key=secrets.token_bytes(32), **place,
        )
    )  # fmt: skip
    create(SessionRole(session=session, area_path=kept.area_path, name=_("volunteer"), capacity=0, serves=True))
    return session


def _own(organiser: Body) -> Project:
    """The organiser's own project for what belongs to no other."""
    title = _("Service records of earlier years")
    mark = {"activities__details__has_key": ARCHIVE, "state": ProjectState.CLOSED}
    found = Project.objects.filter(organiser=organiser, title=title, **mark).first()
    if found is not None:
        return change(found, ends_on=max(found.ends_on, clock.today()))
    return create(
        Project(
            organiser=organiser, place=organiser.place, area_path=organiser.area_path, title=title,
            starts_on=EARLIEST, ends_on=clock.today(), state=ProjectState.CLOSED, changed_by=current().entry_id,
        )
    )  # fmt: skip


def _instant(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.CHINA)
