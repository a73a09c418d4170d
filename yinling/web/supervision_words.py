"""Findings in words: how their severity, time and state are printed, on the desk, the phone and the to-do list alike."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinling.base import clock
from yinling.base.workdays import workdays_between
from yinling.network import Place
from yinling.supervision import FOUND, STEPS, Finding, FindingStep, Severity, State, is_overdue

SOON = 3
"""With so many working days left the time is marked."""

SETTLED = (State.CLOSED, State.WITHDRAWN)
SEVERITY_SIGNALS = {Severity.NOTE: "none", Severity.MEND: "warn", Severity.SERIOUS: "bad"}
STATE_SIGNALS = {
    State.OPEN: "warn", State.ANSWERED: "up", State.SENT_BACK: "warn", State.CLOSED: "ok", State.WITHDRAWN: "none",
}  # fmt: skip

Printed = dict[str, str]
"""A text with the level of its signal, as components/records.html takes it."""


def severity_cell(finding: Finding) -> Printed:
    """How much a finding weighs."""
    severity = Severity(finding.severity)
    return {"text": str(severity.label), "signal": SEVERITY_SIGNALS[severity]}


def state_cell(finding: Finding) -> Printed:
    """Where a finding stands."""
    state = State(finding.state)
    return {"text": str(state.label), "signal": STATE_SIGNALS[state]}


def due_cell(finding: Finding) -> Printed:
    """When a finding is due, and how much time is left of it while it is not settled."""
    if finding.state in SETTLED:
        return {"text": finding.due_on.isoformat(), "signal": ""}
    if is_overdue(finding):
        return {"text": _("overdue since %(day)s") % {"day": finding.due_on}, "signal": "bad"}
    left = workdays_between(clock.today(), finding.due_on).days
    text = ngettext("%(count)s working day left", "%(count)s working days left", left) % {"count": left}
    return {"text": text if left else _("due today"), "signal": "warn" if left <= SOON else "none"}


def step_in_words(step: FindingStep) -> str:
    """What was done in a step, with what was said."""
    label = _("Found") if step.verb == FOUND else str(STEPS[step.verb].done)
    return _("%(step)s: %(text)s") % {"step": label, "text": step.text} if step.text else label


def where(place: Place) -> str:
    """A place with the one above it."""
    return f"{place.parent.short_name} {place.short_name}" if place.parent else place.short_name
