"""What is counted of projects, sessions and their outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from yinling.activities.kinds import KINDS, Kind
from yinling.activities.models import OutcomeType
from yinling.facts import FactKind
from yinling.facts import declare as declare_kinds
from yinling.figures import Definition, Measure, Sum, declare, supply

PUBLISHED, HELD, OUTCOME = "project.published", "session.held", "outcome"
NONE = "none"
"""Stands in facts for a domain or platform that was not named."""

declare_kinds(
    FactKind(
        PUBLISHED, "flow", unit="project", label=_("A project was published"), source="project", dims=("domain",)
    ),
    FactKind(
        HELD, "flow", unit="session", label=_("A session was held"), source="session",
        dims=("kind", "domain", "platform"),
    ),
    FactKind(
        OUTCOME, "flow", unit="unit", label=_("An outcome was recorded"), source="outcome", dims=("type", "domain")
    ),
)  # fmt: skip

PROJECTS = Sum(
    Definition(
        "projects.published", _("Projects published"), "project",
        _("Projects published in the period, each on the day of its publication. Withdrawn ones do not count."),
        basis=_("Regulations on Volunteer Service (State Council Order 685), article 12"),
    ),
    PUBLISHED,
)  # fmt: skip
SESSIONS = Sum(
    Definition(
        "sessions.held", _("Sessions held"), "session",
        _("Sessions of activities that were closed as held, each on the day on which it began."),
    ),
    HELD,
)  # fmt: skip


def _name(kind: str) -> str:
    return gettext("Sessions held: %(kind)s") % {"kind": KINDS[kind].label}


_label = lazy(_name, str)


def _of_kind(kind: Kind) -> Sum:
    text = _("Sessions of one kind of activity that were closed as held, each on the day on which it began.")
    return Sum(Definition(f"sessions.{kind.key}", _label(kind.key), "session", text), HELD, {"kind": kind.key})


SESSIONS_BY_KIND: Mapping[str, Sum] = {kind.key: _of_kind(kind) for kind in KINDS.values()}
"""Sessions held of each kind, by its key."""

declare(PROJECTS, SESSIONS, *SESSIONS_BY_KIND.values())

_TEXT = gettext_lazy("What was recorded as outcome of projects and sessions in the period, added up.")


def outcome_measure(type: OutcomeType) -> Sum:
    """The figure that outcomes of a type add up to."""
    card = Definition(f"{OUTCOME}.{type.code}", type.name, type.unit, _TEXT)
    return Sum(card, OUTCOME, {"type": type.code})


class _Outcomes:
    """The figure of each type of outcome, `outcome.<code>`."""

    def some(self, keys: Sequence[str]) -> Iterable[Measure]:
        """The figures of the types with these codes."""
        codes = [code for key in keys if (code := key.partition(".")[2]).isprintable()]
        return [outcome_measure(type) for type in OutcomeType.objects.filter(code__in=codes)]

    def all(self) -> Iterable[Measure]:
        """The figure of every type."""
        return [outcome_measure(type) for type in OutcomeType.objects.order_by("code")]


supply(OUTCOME, _Outcomes())
