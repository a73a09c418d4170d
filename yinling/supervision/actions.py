"""Writes of supervision: visits with their findings, the steps of a finding, trainings of leaders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, because, change, create, current, demand_seen, locked
from yinling.base.paths import is_under
from yinling.base.rules import Actor, Denied, Refused
from yinling.base.workdays import add_workdays
from yinling.facts import Fact, attach, hold, open_facts, record, reverse
from yinling.network import Body, Place
from yinling.supervision.measures import CLOSED, FINDING_KINDS, FOUND, OPEN, TRAINED, TRAINING, TRAINING_KINDS, VISIT
from yinling.supervision.models import Finding, FindingStep, LeaderTraining, State, SupervisionVisit
from yinling.supervision.rules import may_answer, may_supervise, may_train
from yinling.supervision.workflow import FOUND as BEGINS
from yinling.supervision.workflow import STEPS, VISITORS, acts_for_visitor, may_take

Files = Sequence[tuple[str, bytes]]
"""Evidence that comes with an action: name and content of each file."""

SHORTEST = 2
LONGEST_TIME = 250
"""Working days that may be given at most: about a year."""


@action(
    "supervision.record_visit", label=gettext_lazy("Record a supervision visit"), rule=may_supervise, on="place",
    records=[VISIT],
)  # fmt: skip
def record_visit(
    *,
    office: Body,
    place: Place,
    body: Body | None = None,
    visited_on: date,
    visitors: str = "",
    summary: str = "",
    evidence: Files = (),
    by: Actor,
) -> SupervisionVisit:
    """The office visited `body`, which lies at `place`, or the place as such. One visit a day: a second is refused."""
    _not_in_future(visited_on, "visited_on")
    if not (by.system or any(is_under(office.area_path, path) for path in by.reach(VISITORS))):
        raise Refused(_("You do not act for this office."))
    if not is_under(place.area_path, office.area_path) or place.area_path == office.area_path:
        raise ValidationError({"office": _("The visiting office must lie above the place that was visited.")})
    if body is not None and body.place_id != place.pk:
        raise ValidationError({"body": _("This body lies in another place.")})
    if place.closed is not None or _has_ended(body) or _has_ended(office):
        raise Refused(_("The place or one of the bodies has already ended."))
    visit = SupervisionVisit(
        office=office, place=place, body=body, area_path=place.area_path, visited_on=visited_on, visitors=visitors,
        summary=summary, entry_id=current().entry_id,
    )  # fmt: skip
    _create_once(visit, _("The visit of this office on this day is already recorded; add the finding to it."))
    dims = {"level": str(office.place.level), "visited": visit.kind}
    record(VISIT, source=visit.pk, path=visit.area_path, happened=visited_on, dims=dims)
    _keep(evidence, visit.area_path)
    return visit


@action(
    "supervision.add_finding", label=gettext_lazy("Record a finding"), rule=may_supervise, on="visit",
    records=[FOUND, OPEN],
)  # fmt: skip
def add_finding(
    *,
    visit: SupervisionVisit,
    what: str,
    severity: str,
    owner: Body,
    in_charge: str = "",
    workdays: int,
    evidence: Files = (),
    by: Actor,
) -> Finding:
    """Something found during the visit, to be mended by `owner` within `workdays` working days from today: its time runs
    from the day it is handed over, however late the visit is recorded."""
    visit = locked(visit)
    _for_visitor(visit, by)
    if visit.withdrawn:
        raise Refused(_("This visit was withdrawn."))
    office = visit.office
    if not is_under(visit.area_path, owner.area_path) or is_under(office.area_path, owner.area_path):
        text = _("It must be a body of the place visited, or of a place above it that lies below the visiting office.")
        raise ValidationError({"owner": text})
    if _has_ended(owner):
        raise ValidationError({"owner": _("This body has already ended.")})
    due_on, certain = _due(workdays)
    finding = Finding(
        visit=visit, area_path=visit.area_path, what=_said(what, "what"), severity=severity, owner=owner,
        in_charge=in_charge, due_on=due_on, due_certain=certain, changed_by=current().entry_id,
    )  # fmt: skip
    _create_once(finding, _("This finding is already recorded."))
    _note_step(finding, BEGINS, "", evidence)
    dims = {"severity": severity}
    record(FOUND, source=finding.pk, path=finding.area_path, happened=visit.visited_on, dims=dims)
    hold(OPEN, source=finding.pk, path=finding.area_path, on=visit.visited_on, dims=dims)
    return finding


@action("supervision.answer", label=gettext_lazy("Answer a finding"), rule=may_answer, on="finding")
def answer(*, finding: Finding, text: str, evidence: Files = (), seen: int | None = None, by: Actor) -> Finding:
    """The owner says what was done. `seen` is the `changed_by` of the finding the user had in front of them: if somebody
    went on with it meanwhile, this is refused (so also in the other steps)."""
    return _take("answer", finding, text, seen, by, evidence)


@action(
    "supervision.close", label=gettext_lazy("Close a finding"), rule=may_supervise, on="finding", records=[OPEN, CLOSED]
)
def close(*, finding: Finding, text: str = "", evidence: Files = (), seen: int | None = None, by: Actor) -> Finding:
    """The visiting office accepts the answer; in time if it does so on or before the due day."""
    finding = _take("close", finding, text, seen, by, evidence)
    today = clock.today()
    hold(OPEN, source=finding.pk, path=finding.area_path, on=today, quantity=0)
    dims = {"severity": finding.severity, "in_time": "yes" if today <= finding.due_on else "no"}
    record(CLOSED, source=finding.pk, path=finding.area_path, happened=today, dims=dims)
    return finding


@action("supervision.send_back", label=gettext_lazy("Send a finding back"), rule=may_supervise, on="finding")
def send_back(*, finding: Finding, text: str, evidence: Files = (), seen: int | None = None, by: Actor) -> Finding:
    """The visiting office does not accept the answer and says what is missing. The due day stays."""
    return _take("send-back", finding, text, seen, by, evidence)


@action(
    "supervision.reopen", label=gettext_lazy("Reopen a finding"), rule=may_supervise, on="finding",
    records=[OPEN, CLOSED],
)  # fmt: skip
def reopen(
    *, finding: Finding, text: str, workdays: int, evidence: Files = (), seen: int | None = None, by: Actor
) -> Finding:
    """The closure did not hold: its facts are reversed, and the finding is due anew in `workdays` working days."""
    because(text)
    due_on, certain = _due(workdays)
    finding = _take("reopen", finding, text, seen, by, evidence, due_on=due_on, due_certain=certain)
    reverse(open_facts(CLOSED, finding.pk)[-1].entry_id, source=finding.pk)
    # While it was closed its place may have been moved; what is open lies where the place is now.
    dims = {"severity": finding.severity}
    hold(OPEN, source=finding.pk, path=finding.area_path, on=clock.today(), dims=dims)
    return finding


@action(
    "supervision.withdraw_finding", label=gettext_lazy("Withdraw a finding"), rule=may_supervise, on="finding",
    records=FINDING_KINDS,
)  # fmt: skip
def withdraw_finding(
    *, finding: Finding, text: str, evidence: Files = (), seen: int | None = None, by: Actor
) -> Finding:
    """The finding was wrong: everything it ever counted is reversed, dated as it was."""
    because(text)
    finding = _take("withdraw", finding, text, seen, by, evidence)
    facts = Fact.objects.filter(source_id=finding.pk, series__kind__in=FINDING_KINDS, reversal=False)
    # The last first: a closure, or a move of the place, builds on what was recorded before it.
    for entry_id in facts.order_by("-entry_id").values_list("entry_id", flat=True).distinct():
        reverse(entry_id, source=finding.pk)
    return finding


@action(
    "supervision.withdraw_visit", label=gettext_lazy("Withdraw a supervision visit"), rule=may_supervise, on="visit",
    records=[VISIT],
)  # fmt: skip
def withdraw_visit(*, visit: SupervisionVisit, reason: str, by: Actor) -> SupervisionVisit:
    """The visit never took place. Refused while one of its findings stands."""
    visit = locked(visit)
    _for_visitor(visit, by)
    if visit.withdrawn:
        raise Refused(_("This visit was withdrawn."))
    if visit.findings.exclude(state=State.WITHDRAWN).exists():
        raise Refused(_("Withdraw its findings first."))
    because(_said(reason, "reason"))
    change(visit, withdrawn=True)
    reverse(visit.entry_id, source=visit.pk)
    return visit


@action(
    "supervision.record_training", label=gettext_lazy("Record a training of leaders"), rule=may_train, on="host",
    records=TRAINING_KINDS,
)  # fmt: skip
def record_training(
    *, host: Body, place: Place, held_on: date, people: int, topics: str, evidence: Files = (), by: Actor
) -> LeaderTraining:
    """A training for leaders of associations. It belongs to the host's area, wherever it was held."""
    _not_in_future(held_on, "held_on")
    if _has_ended(host):
        raise ValidationError({"host": _("This body has already ended.")})
    if people < 1:
        raise ValidationError({"people": _("At least one person takes part in a training.")})
    training = LeaderTraining(
        host=host, place=place, area_path=host.area_path, held_on=held_on, people=people, topics=_said(topics, "topics"),
        entry_id=current().entry_id,
    )  # fmt: skip
    _create_once(training, _("This training is already recorded."))
    for kind, quantity in ((TRAINING, 1), (TRAINED, people)):
        record(
            kind, source=training.pk, path=training.area_path, happened=held_on, quantity=quantity,
            dims={"level": str(host.place.level)},
        )  # fmt: skip
    _keep(evidence, training.area_path)
    return training


@action(
    "supervision.withdraw_training", label=gettext_lazy("Withdraw a training"), rule=may_train, on="training",
    records=TRAINING_KINDS,
)  # fmt: skip
def withdraw_training(*, training: LeaderTraining, reason: str, by: Actor) -> LeaderTraining:
    """The training was recorded by mistake."""
    training = locked(training)
    if training.withdrawn:
        raise Refused(_("This training was withdrawn."))
    because(_said(reason, "reason"))
    change(training, withdrawn=True)
    reverse(training.entry_id, source=training.pk)
    return training


def _take(
    verb: str, finding: Finding, text: str, seen: int | None, by: Actor, evidence: Files, **columns: object
) -> Finding:
    """Go one step on, as the table of the workflow says; refused with the reason where it does not."""
    step, finding = STEPS[verb], locked(finding)
    allowed = may_take(step, by, finding)
    if isinstance(allowed, Denied):
        raise Refused(allowed.reason)
    demand_seen(finding, seen)
    text = _said(text, "text") if step.must_say else text.strip()
    closed_on = clock.today() if step.to == State.CLOSED else None
    finding = change(finding, state=step.to, closed_on=closed_on, changed_by=current().entry_id, **columns)
    _note_step(finding, verb, text, evidence)
    return finding


def _note_step(finding: Finding, verb: str, text: str, evidence: Files) -> None:
    create(
        FindingStep(
            finding=finding, area_path=finding.area_path, verb=verb, state=finding.state, on=clock.today(), text=text,
            entry_id=current().entry_id,
        )
    )  # fmt: skip
    _keep(evidence, finding.area_path)


def _keep(evidence: Files, path: str) -> None:
    for name, content in evidence:
        attach(name=name, content=content, path=path)


def _for_visitor(visit: SupervisionVisit, by: Actor) -> None:
    if not (by.system or acts_for_visitor(by, Finding(visit=visit))):
        raise Refused(_("Only the visiting office may do this."))


def _create_once(row: Model, refusal: str) -> None:
    """Insert a row of which there can be one only, so that what is sent twice is recorded once."""
    try:
        create(row)
    except IntegrityError as error:
        raise Refused(refusal) from error


def _due(workdays: int) -> tuple[date, bool]:
    if not 0 < workdays <= LONGEST_TIME:
        text = _("Give a number of working days from 1 to %(most)s.") % {"most": LONGEST_TIME}
        raise ValidationError({"workdays": text})
    return add_workdays(clock.today(), workdays)


def _said(text: str, field: str) -> str:
    said = text.strip()
    if len(said) < SHORTEST:
        raise ValidationError({field: _("Say it in a few words.")})
    return said


def _has_ended(body: Body | None) -> bool:
    return body is not None and (body.withdrawn or body.dissolved is not None)


def _not_in_future(day: date, field: str) -> None:
    if day > clock.today():
        raise ValidationError({field: _("The day lies in the future.")})
