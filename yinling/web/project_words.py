"""Projects and sessions in words, the same on every page: states with their signals, times, places taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import KINDS, OutcomeType, Project, ProjectState, Session, SessionRole
from yinling.base import clock
from yinling.base.clock import CHINA
from yinling.base.rules import Reason
from yinling.base.workdays import is_holiday
from yinling.figures import UNITS, written
from yinling.network import Place
from yinling.web.page import pages

Row = dict[str, object]
Crumbs = list[Row]

WEEKDAYS: tuple[Reason, ...] = (
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"), gettext_lazy("Fri"),
    gettext_lazy("Sat"), gettext_lazy("Sun"),
)  # fmt: skip
SIGNALS = {ProjectState.DRAFT: "warn", ProjectState.PUBLISHED: "ok", ProjectState.CLOSED: "none"}
SESSION_SIGNALS = {Session.State.OPEN: "none", Session.State.HELD: "ok", Session.State.CANCELLED: "bad"}


def state_cell(project: Project) -> Row:
    """The state of a project with its signal."""
    return {"text": project.get_state_display(), "signal": SIGNALS.get(ProjectState(project.state), "bad")}


def session_state(session: Session) -> Row:
    """The state of a session with its signal; one that is over and not closed yet is asked for."""
    if session.state == Session.State.OPEN and session.ends_at <= clock.now():
        return {"text": _("over, to be closed"), "signal": "warn"}
    return {"text": session.get_state_display(), "signal": SESSION_SIGNALS[Session.State(session.state)]}


def day_words(day: date) -> str:
    """A day with its weekday, and whether it is a public holiday."""
    words = f"{day.isoformat()} {WEEKDAYS[day.weekday()]}"
    return f"{words} · {_('public holiday')}" if is_holiday(day) else words


def hours_words(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when, in China time."""
    begins, ends = starts_at.astimezone(CHINA), ends_at.astimezone(CHINA)
    if begins.date() == ends.date():
        return f"{begins:%H:%M}–{ends:%H:%M}"
    return f"{begins:%H:%M} – {ends:%m-%d %H:%M}"


def kind_label(kind: str) -> str:
    """A kind of activity in words."""
    return str(KINDS[kind].label) if kind in KINDS else kind


def where(place: Place) -> str:
    """A place with the one above it."""
    return f"{place.parent.short_name} {place.short_name}" if place.parent else place.short_name


def taken_words(roles: Iterable[SessionRole]) -> str:
    """Places taken and places there are, over all roles."""
    given = list(roles)
    return f"{sum(role.taken for role in given)} / {sum(role.capacity for role in given)}"


def amount_words(quantity: object, type_: OutcomeType | None) -> str:
    """A quantity of an outcome with its unit."""
    if type_ is None:
        return str(quantity)
    from decimal import Decimal

    return f"{written(Decimal(str(quantity)), type_.unit)} {UNITS[type_.unit].label}"


def link(name: str, label: object, **arguments: object) -> Row | None:
    """A way to a page of this name, if there is one."""
    return {"label": str(label), "url": reverse(name, kwargs=arguments)} if name in pages else None
