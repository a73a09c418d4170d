"""Sessions and who takes part in them in words, on the desk and on the phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinling.activities import Enrolment, EnrolmentState, Project, Session, gates
from yinling.base import clock
from yinling.web.page import address_of, pages

STATE_SIGNALS = {
    EnrolmentState.APPLIED: "warn", EnrolmentState.INVITED: "warn", EnrolmentState.CONFIRMED: "ok",
    EnrolmentState.WAITING: "up", EnrolmentState.CANCELLED: "none", EnrolmentState.DECLINED: "none",
    EnrolmentState.NO_SHOW: "bad",
}  # fmt: skip


def day_in_words(moment: datetime) -> str:
    """The day of a moment in China with its weekday; the year only where it is not this one."""
    local = localtime(moment, clock.CHINA)
    pattern = "MONTH_DAY_FORMAT" if local.year == clock.today().year else "DATE_FORMAT"
    return _("%(day)s, %(weekday)s") % {"day": date_format(local, pattern), "weekday": date_format(local, "l")}


def when(session: Session) -> str:
    """Day and time of a session: 10月23日 星期四 09:00–11:00."""
    start, end = localtime(session.starts_at, clock.CHINA), localtime(session.ends_at, clock.CHINA)
    text = f"{day_in_words(session.starts_at)} {start:%H:%M}–{end:%H:%M}"
    return (
        text if start.date() == end.date() else f"{day_in_words(session.starts_at)} {start:%H:%M} – {day_in_words(end)}"
    )


def free_places(free: int) -> str:
    """How many places are left, in words."""
    if free <= 0:
        return _("full: join the waiting list")
    return ngettext("%(count)s place left", "%(count)s places left", free) % {"count": free}


def asked_of(project: Project) -> Iterator[str]:
    """What a project asks of those who serve, one thing each."""
    if project.least_age is not None and project.most_age is not None:
        yield _("From %(least)s to %(most)s years old") % {"least": project.least_age, "most": project.most_age}
    elif project.least_age is not None:
        yield _("At least %(age)s years old") % {"age": project.least_age}
    elif project.most_age is not None:
        yield _("At most %(age)s years old") % {"age": project.most_age}
    if project.needs_training:
        yield _("Trained in: %(topic)s") % {"topic": project.needs_training}
    if project.needs_qualification:
        yield _("A valid paper: %(kind)s") % {"kind": gates.paper_name(project.needs_qualification)}
    if project.needs_insurance:
        yield _("Accident insurance, which the organiser takes out")
    if project.needs_agreement:
        yield _("A written agreement with the organiser")


def state_of(enrolment: Enrolment) -> dict[str, str]:
    """Where an enrolment stands, with the level of its signal."""
    if enrolment.session.state == Session.State.CANCELLED and enrolment.state not in {
        EnrolmentState.CANCELLED, EnrolmentState.DECLINED,
    }:  # fmt: skip
        return {"text": _("The session was cancelled"), "signal": "bad"}
    state = EnrolmentState(enrolment.state)
    return {"text": str(state.label), "signal": STATE_SIGNALS[state]}


def way_to(name: str, pk: int | None = None) -> str:
    """The address of a page that another part of the platform may bring, empty where there is none. `pk` is given to a page
    that is about one row."""
    known = pages.get(name)
    if known is None:
        return ""
    if "<" not in known.route:
        return address_of(name)
    return address_of(name, pk=pk) if pk is not None and known.route.count("<") == 1 else ""
