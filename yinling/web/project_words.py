"""Projects and sessions in words, the same on every page: states with their signals, times, places taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from yinling.activities import KINDS, Project, ProjectState, Session, SessionRole
from yinling.base import clock
from yinling.base.clock import CHINA
from yinling.base.rules import Reason
from yinling.base.workdays import is_holiday
from yinling.figures import UNITS, written
from yinling.network import children_of, place_at
from yinling.web.list_tools import select
from yinling.web.page import Request
from yinling.web.supervision import areas

EVERYWHERE = "all"
Row = dict[str, object]
Crumbs = list[Row]

WEEKDAYS: tuple[Reason, ...] = (
    pgettext_lazy("weekday", "Mon"), pgettext_lazy("weekday", "Tue"), pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"), pgettext_lazy("weekday", "Fri"), pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)  # fmt: skip
SIGNALS = {ProjectState.DRAFT: "warn", ProjectState.PUBLISHED: "ok", ProjectState.CLOSED: "none"}
SESSION_SIGNALS = {Session.State.OPEN: "none", Session.State.HELD: "ok", Session.State.CANCELLED: "bad"}


def state_cell(project: Project) -> Row:
    """The state of a project with its signal."""
    return {"text": project.get_state_display(), "signal": SIGNALS.get(ProjectState(project.state), "bad")}


def session_state(session: Session) -> Row:
    """The state of a session with its signal; one that is over and not closed yet is asked for."""
    return state_at(session.state, session.ends_at)


def state_at(state: str, ends_at: datetime) -> Row:
    """The state of a session that ends at a moment, with its signal."""
    if state == Session.State.OPEN and ends_at <= clock.now():
        return {"text": _("over, to be closed"), "signal": "warn"}
    return {"text": str(Session.State(state).label), "signal": SESSION_SIGNALS[Session.State(state)]}


def day_words(day: date) -> str:
    """A day with its weekday, and whether it is a public holiday; of another year with the year."""
    written = f"{day:%m-%d}" if day.year == clock.today().year else day.isoformat()
    words = f"{written} {WEEKDAYS[day.weekday()]}"
    return f"{words} · {_('public holiday')}" if is_holiday(day) else words


def span_words(first: date, last: date) -> str:
    """From which day to which, with hyphens that do not break."""
    return f"{first} – {last}".replace("-", "\u2011")


def area_asked(request: Request) -> str:
    """The path a list is about: what its address says (`all`: everything), else the viewer's own area."""
    asked = request.GET.get("place", "")
    return "" if asked == EVERYWHERE else asked or request.actor.home


def area_select(request: Request) -> list[Row]:
    """A choice among the viewer's own area, what lies right below it, and everything."""
    home, asked = place_at(request.actor.home), request.GET.get("place", "")
    if home is None:
        return areas(request.actor, asked)
    options = [
        ("", home.short_name),
        *((one.area_path, one.short_name) for one in children_of(home)),
        (EVERYWHERE, _("everywhere")),
    ]
    return [select("place", _("Area"), options, asked)]


def hours_words(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when, in China time."""
    begins, ends = starts_at.astimezone(CHINA), ends_at.astimezone(CHINA)
    if begins.date() == ends.date():
        return f"{begins:%H:%M}–{ends:%H:%M}"
    return f"{begins:%H:%M} – {ends:%m-%d %H:%M}"


def kind_label(kind: str) -> str:
    """A kind of activity in words."""
    return str(KINDS[kind].label) if kind in KINDS else kind


def taken_words(roles: Iterable[SessionRole]) -> str:
    """Places taken and places there are, over all roles."""
    given = list(roles)
    return f"{sum(role.taken for role in given)} / {sum(role.capacity for role in given)}"


def amount_words(quantity: Decimal, unit: str | None) -> str:
    """A quantity of an outcome with its unit (none where its type is not known)."""
    return str(quantity) if unit is None else f"{written(quantity, unit)} {UNITS[unit].label}"
