"""How presence is reckoned: minutes of the clock, the best grade a source can have, what sends a record to review.

Nothing is ever cut or dropped silently: a record that breaks a ceiling is kept as it was recorded and waits for review, with
the reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from yinling.activities import Session
from yinling.base import clock
from yinling.base.rules import Refused
from yinling.base.workdays import add_workdays
from yinling.hours.models import Attendance, Grade, Source, State
from yinling.network import parameter, parameters

BEST: dict[str, str] = {
    Source.SCAN: Grade.A,
    Source.CODE: Grade.A,
    Source.LIST: Grade.B,
    Source.PAPER: Grade.C,
    Source.LATE: Grade.D,
    Source.IMPORT: Grade.C,
}
"""The best grade that what comes from a source can have."""

DAY = 24 * 60
MINUTE = timedelta(minutes=1)
WHY = Attendance._meta.get_field("why").max_length or 400


def whole_minute(moment: datetime) -> datetime:
    """The minute of the clock a moment lies in: times of presence are kept so, and lengths add up."""
    return moment.replace(second=0, microsecond=0) if moment.second or moment.microsecond else moment


def day_of(moment: datetime) -> date:
    """The day in China."""
    return moment.astimezone(clock.CHINA).date()


def minutes_between(started_at: datetime, ended_at: datetime) -> int:
    """Length in whole minutes; never less than 0."""
    return max(0, (ended_at - started_at) // MINUTE)


def clock_time(moment: datetime) -> str:
    """Hour and minute in China, with the day where it is another than today's."""
    local = moment.astimezone(clock.CHINA)
    return f"{local:%H:%M}" if local.date() == clock.today() else f"{local:%Y-%m-%d %H:%M}"


def demand_time(session: Session, moment: datetime) -> None:
    """Refused for a cancelled session, a moment in the future, or one further from the session than parameter
    `slack_minutes`."""
    if session.state == Session.State.CANCELLED:
        raise Refused(_("This session was cancelled."))
    if moment > clock.now():
        raise Refused(_("This time lies in the future."))
    slack = slack_of(session)
    if not session.starts_at - slack <= moment <= session.ends_at + slack:
        raise Refused(
            _("The session is from %(start)s to %(end)s; presence may lie at most %(minutes)s minutes outside.")
            % {
                "start": clock_time(session.starts_at),
                "end": clock_time(session.ends_at),
                "minutes": int(slack.total_seconds() // 60),
            }
        )


def slack_of(session: Session) -> timedelta:
    """How far presence may lie outside the session's own times."""
    return timedelta(minutes=int(parameter("slack_minutes", session.area_path, session.day)))


def is_late(day: date, path: str) -> bool:
    """Whether today is later than the working days allowed for recording service of `day` (Order 685, 19)."""
    if day >= clock.today():
        return False
    allowed = int(parameter("record_within_workdays", path, day))
    return clock.today() > add_workdays(day, allowed).day


def graded(source: str, grade: str, day: date, path: str) -> str:
    """The grade a record has: no better than its source allows, the last one where it is late."""
    late = Grade.D if is_late(day, path) else Grade.A
    return max(str(grade), str(BEST[Source(source)]), str(late))


def other_minutes(person_id: int, day: date, without: Sequence[int] = ()) -> int:
    """Minutes of service that other records of the person's day hold, whatever their state (voided ones aside)."""
    rows = Attendance.objects.filter(person_id=person_id, day=day, serves=True)
    rows = rows.exclude(state=State.VOIDED).exclude(pk__in=list(without))
    return int(rows.aggregate(total=Sum("minutes"))["total"] or 0)


def ceilings_broken(*, path: str, day: date, minutes: int, others: int) -> list[str]:
    """In words, which ceilings a record of this length breaks beside `others` minutes of the same day."""
    limits = parameters(("single_record_minutes", "daily_minutes"), path, day)
    single, daily = (int(limits[key]) for key in ("single_record_minutes", "daily_minutes"))
    return broken_in_words(minutes, others, single, daily)


def broken_in_words(minutes: int, others: int, single: int, daily: int) -> list[str]:
    """Which of the two ceilings are broken."""
    broken = []
    if minutes > single:
        broken.append(
            _("%(minutes)s minutes at once, over the %(most)s of a single record")
            % {"minutes": minutes, "most": single}
        )
    if minutes + others > daily:
        broken.append(
            _("%(minutes)s minutes on this day, over the %(most)s of a day")
            % {"minutes": minutes + others, "most": daily}
        )
    return broken


def in_words(reasons: Sequence[str]) -> str:
    """Reasons as one text that fits its column."""
    text = "; ".join(reasons)
    return text if len(text) <= WHY else text[: WHY - 1] + "…"
