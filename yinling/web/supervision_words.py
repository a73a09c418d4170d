"""Findings in words: how their severity, time, state and course are printed, on the desk, the phone and the to-do list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.reading import rows_by_key
from yinling.facts import Entry, entries_about
from yinling.network import Place
from yinling.supervision import FOUND, STEPS, Finding, FindingStep, Severity, State, evidence_of, is_overdue
from yinling.web.deadlines import time_left
from yinling.web.happened import actor_in_words, label_of
from yinling.web.page import address_of

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
    return time_left(finding.due_on)


def due_fact(finding: Finding) -> dict[str, str]:
    """When a finding is due, as components/facts.html takes it: the day, and below it how much time is left."""
    cell = due_cell(finding)
    notes = [cell["text"]] if cell["signal"] and not is_overdue(finding) else []
    if not finding.due_certain:
        notes.append(_("The holidays of that year are not known yet; the day may shift."))
    value = cell["text"] if is_overdue(finding) else finding.due_on.isoformat()
    return {"label": _("Due on"), "value": value, "signal": cell["signal"], "note": " ".join(notes)}


def step_in_words(step: FindingStep) -> str:
    """What was done in a step, with what was said."""
    label = _("Found") if step.verb == FOUND else str(STEPS[step.verb].done)
    return _("%(step)s: %(text)s") % {"step": label, "text": step.text} if step.text else label


def around(place: Place) -> str:
    """The path of the area whose figures stand beside a record: the place above the place."""
    return place.parent.area_path if place.parent else place.area_path


def course(steps: Sequence[FindingStep]) -> list[dict[str, object]]:
    """Steps of a finding as components/history.html shows them, each with its words and files."""
    entries = rows_by_key(Entry, (step.entry_id for step in steps))
    files = _links(entries)
    return [
        {
            "when": step.on.isoformat(),
            "who": actor_in_words(entries[step.entry_id].actor_name),
            "what": step_in_words(step),
            "evidence": files.get(step.entry_id, []),
        }
        for step in steps
    ]


def events(subject: str, pk: int) -> list[dict[str, object]]:
    """What happened to a visit or a training as components/history.html shows it, with the files handed in."""
    entries = list(entries_about({subject: [pk]}))
    files = _links(entry.pk for entry in entries)
    return [
        {
            "when": f"{entry.at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}",
            "who": actor_in_words(entry.actor_name),
            "what": label_of(entry.action),
            "reason": entry.reason,
            "evidence": files.get(entry.pk, []),
        }
        for entry in entries
    ]


def _links(entry_ids: Iterable[int]) -> dict[int, list[dict[str, object]]]:
    return {
        entry: [{"label": one.name, "url": address_of("supervision-evidence", pk=one.pk)} for one in kept]
        for entry, kept in evidence_of(entry_ids).items()
    }
