"""Writes of the register: one association at a time (see `bulk` for imports)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.associations.attributes import ATTRIBUTES, KINDS, Attribute, Values
from yinling.associations.models import Association, AttributePeriod
from yinling.associations.rules import may_change, may_correct, may_register
from yinling.base import clock
from yinling.base.action import action, because, change, create, current, demand_seen, locked
from yinling.base.rules import Actor, Refused
from yinling.facts import BuiltOn, Evidence, attach, hold, open_facts, reverse, touch
from yinling.network import Body, Place, initials_of
from yinling.people import Person, Position, leave_position, take_position

SHORTEST_REASON = 2


@action(
    "associations.register", label=gettext_lazy("Register an association"), rule=may_register, on="place", records=KINDS
)
def register(
    *,
    place: Place,
    name: str,
    founded: date,
    uscc: str = "",
    attributes: dict[str, Values],
    evidence: Evidence | None = None,
    by: Actor,
) -> Association:
    """A new association at `place`, with the attributes it has from its founding (by attribute key; setting is required)."""
    _not_in_future(founded)
    if place.closed is not None:
        raise Refused(_("This place has already ended."))
    try:
        body = create(
            Body(
                kind=Body.Kind.ASSOCIATION,
                name=name,
                initials=initials_of(name),
                place=place,
                area_path=place.area_path,
                uscc=uscc,
                founded=founded,
            )
        )
    except IntegrityError as error:
        raise Refused(_("An association with this name or credit code is already registered.")) from error
    association = Association(body=body, area_path=place.area_path)
    for key, attribute in ATTRIBUTES.items():
        for column, value in attribute.clean(attributes.get(key, {})).items():
            setattr(association, column, value)
    association.changed_by = current().entry_id
    create(association)
    for attribute in ATTRIBUTES.values():
        _open_period(association, attribute, founded, evidence=evidence)
    _hold(association, KINDS, founded)
    current().about(body)
    if association.chair is not None:
        _seat(association, founded, by)
    return association


@action("associations.add_evidence", label=gettext_lazy("Add evidence"), rule=may_change, on="association")
def add_evidence(*, association: Association, name: str, content: bytes, by: Actor) -> Evidence:
    """Keep a file that shows what is recorded of an association to be true."""
    return attach(name=name, content=content, path=association.area_path)


@action(
    "associations.change", label=gettext_lazy("Change an attribute"), rule=may_change, on="association", records=KINDS
)
def change_attribute(
    *,
    association: Association,
    attribute: str,
    values: Values,
    on: date,
    evidence: Evidence | None = None,
    remark: str = "",
    seen: int | None = None,
    by: Actor,
) -> Association:
    """From the day `on` the attribute is as `values` say; figures before that day stay. `seen` is the `changed_by` of the
    record the user had in front of them: if somebody changed it meanwhile, this is refused and nothing is lost."""
    spec = ATTRIBUTES[attribute]
    association = _fresh(association, seen)
    _not_in_future(on)
    present = _present(association, spec)
    holds_since = max(present.since, _stands_since(association, spec))
    if on < holds_since:
        raise Refused(
            _("What is recorded now holds since %(day)s. To mend an earlier record, correct it.") % {"day": holds_since}
        )
    cleaned = spec.clean(values)
    touch(*KINDS)
    if all(getattr(association, column) == value for column, value in cleaned.items()):
        raise Refused(_("Nothing has changed."))
    change(present, until=on)
    change(association, **cleaned, changed_by=current().entry_id)
    _open_period(association, spec, on, evidence=evidence, remark=remark)
    _hold(association, _kinds_of(spec), on)
    current().about(association.body)
    if attribute == "chair":
        _seat(association, on, by)
    return association


@action(
    "associations.correct",
    label=gettext_lazy("Correct an attribute"),
    rule=may_correct,
    on="association",
    records=KINDS,
)
def correct_attribute(
    *,
    association: Association,
    attribute: str,
    values: Values,
    since: date,
    reason: str,
    evidence: Evidence | None = None,
    seen: int | None = None,
    by: Actor,
) -> Association:
    """The present record of the attribute was wrong: it is `values`, since the day `since`. Its facts are reversed, dated as
    they were, and the right ones recorded; what was frozen or reported before keeps its value, and the change can be seen."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError({"reason": _("Say why the record was wrong.")})
    spec = ATTRIBUTES[attribute]
    association = _fresh(association, seen)
    _not_in_future(since)
    because(reason)
    wrong = _present(association, spec)
    before = (
        association.history.filter(attribute=attribute, corrected=False, until__isnull=False)
        .order_by("since", "pk")
        .last()
    )
    earliest = before.since if before else association.body.founded
    if since < earliest:
        raise Refused(_("The day lies before %(day)s, when the record before it begins.") % {"day": earliest})
    if spec.key == "setting" and before is None and since > earliest:
        raise Refused(_("It has been rural or urban since its founding on %(day)s; give that day.") % {"day": earliest})
    if min(since, wrong.since if spec.key != "setting" else since) < _stands_since(association, spec, corrected=True):
        raise BuiltOn((association.pk,))
    cleaned = spec.clean(values)
    touch(*KINDS)
    for entry_id in _recorded_by(association, spec, wrong):
        reverse(entry_id, source=association.pk, kinds=_kinds_of(spec))
    change(wrong, corrected=True)
    if before is not None:
        change(before, until=since)
    change(association, **cleaned, changed_by=current().entry_id)
    _open_period(association, spec, since, evidence=evidence, remark=reason)
    _hold(association, _kinds_of(spec), since)
    current().about(association.body)
    if attribute == "chair":
        _reseat(association, wrong.since, since, by)
    return association


@action(
    "associations.dissolve",
    label=gettext_lazy("Dissolve an association"),
    rule=may_register,
    on="association",
    records=KINDS,
)
def dissolve(*, association: Association, on: date, reason: str, by: Actor) -> Association:
    """The association ends on the day `on`; it leaves every count from that day."""
    association = _fresh(association, None)
    _not_in_future(on)
    because(reason)
    latest = association.history.filter(until__isnull=True, corrected=False).order_by("since").last()
    if latest is not None and on < latest.since:
        raise Refused(_("Something is recorded of it from a later day; correct that first."))
    for kind in KINDS:
        _hold_one(association, kind, 0, on)
    change(association.body, dissolved=on)
    for period in association.history.filter(until__isnull=True, corrected=False):
        change(period, until=on)
    _vacate(association, on, by)
    current().about(association.body)
    return association


def _fresh(association: Association, seen: int | None) -> Association:
    association = locked(association)
    if association.body.withdrawn or association.body.dissolved is not None:
        raise Refused(_("This association has ended or was withdrawn."))
    demand_seen(association, seen)
    return association


def _present(association: Association, attribute: Attribute) -> AttributePeriod:
    return association.history.get(attribute=attribute.key, until__isnull=True, corrected=False)


def _open_period(
    association: Association, attribute: Attribute, since: date, *, evidence: Evidence | None = None, remark: str = ""
) -> None:
    create(
        AttributePeriod(
            association=association,
            area_path=association.area_path,
            attribute=attribute.key,
            value=attribute.of(association),
            since=since,
            evidence=evidence,
            remark=remark[:200],
            entry_id=current().entry_id,
        )
    )


def _kinds_of(attribute: Attribute) -> tuple[str, ...]:
    # Whether it is rural or urban is a dimension of every fact, so that change restates them all.
    return KINDS if attribute.key == "setting" else tuple(stock.kind for stock in attribute.stocks)


def _hold(association: Association, kinds: tuple[str, ...], on: date) -> None:
    for attribute in ATTRIBUTES.values():
        for stock in attribute.stocks:
            if stock.kind in kinds:
                _hold_one(association, stock.kind, stock.quantity(association), on)


def _hold_one(association: Association, kind: str, quantity: object, on: date) -> None:
    hold(
        kind,
        source=association.pk,
        path=association.area_path,
        on=on,
        quantity=quantity,  # type: ignore[arg-type]
        dims={"setting": association.setting},
    )


def _stands_since(association: Association, attribute: Attribute, *, corrected: bool = False) -> date:
    """Since when facts can be recorded as the association stands today: in its present place and setting, for both are part
    of every fact; and a change of the setting, which restates all facts, not before any other attribute's last change."""
    if attribute.key != "setting":
        return max(fact.happened for fact in open_facts("association", association.pk))
    present = association.history.filter(until__isnull=True, corrected=False)
    others = present.exclude(attribute="setting") if corrected else present
    return max(others.values_list("since", flat=True))


def _recorded_by(association: Association, attribute: Attribute, wrong: AttributePeriod) -> list[int]:
    """The entries that recorded the facts of an attribute's present period, the last first: the one that opened the period,
    and where the setting was corrected since, the one that restated them for it."""
    entries = {wrong.entry_id}
    if attribute.key != "setting":
        for kind in _kinds_of(attribute):
            entries.update(fact.entry_id for fact in open_facts(kind, association.pk) if fact.happened >= wrong.since)
    return sorted(entries, reverse=True)


def _seats(association: Association) -> QuerySet[Position]:
    return Position.objects.filter(body=association.body, title=Position.Title.CHAIR, until__isnull=True)


def _vacate(association: Association, on: date, by: Actor) -> None:
    for seat in _seats(association):
        leave_position(position=seat, on=on, by=by)


def _seat(association: Association, since: date, by: Actor) -> None:
    chair, held = association.chair, _seats(association).first()
    if chair is None:
        _vacate(association, since, by)
        return
    seat = take_position(
        person=Person.objects.get(pk=chair.pk),
        body=association.body,
        title="chair",
        since=since,
        village_officer=association.chair_is_officer,
        by=by,
    )
    if held is not None and held.person_id == chair.pk:
        change(seat, term_ends=held.term_ends)  # became or ceased to be an officer; was not elected anew


def _reseat(association: Association, wrong: date, since: date, by: Actor) -> None:
    """The chair recorded from the day `wrong` on never was, or not since then: who sat before stayed until `since`."""
    seat = _seats(association).first()
    if seat is not None and seat.person_id == association.chair_id and wrong == since:
        change(seat, village_officer=association.chair_is_officer)
        return
    for seat in _seats(association).filter(since__gte=wrong):
        leave_position(position=seat, on=seat.since, by=by)
    for seat in Position.objects.filter(body=association.body, title="chair", since__lt=wrong, until=wrong):
        change(seat, until=max(since, seat.since))
    _seat(association, since, by)


def _not_in_future(day: date) -> None:
    if day > clock.today():
        raise Refused(_("The day lies in the future."))
