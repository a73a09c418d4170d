"""What may be done with a volunteer: registered for somebody, verified, changed, paused, ended; trainings; a sign-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yinling.base.rules import Actor, Denied, Reason, Rule
from yinling.people import may_merge_people
from yinling.volunteers import (
    State,
    Training,
    Volunteer,
    may_register,
    may_verify,
    register_volunteer,
    standing,
    trainings,
    verify_volunteer,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request, address_of, found, page, sent
from yinling.web.volunteer_forms import (
    ChangeVolunteerForm,
    NewVolunteerForm,
    OnForm,
    ReasonForm,
    SignInForm,
    TrainingForm,
    WhyForm,
    answer,
    given,
)

S = State


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that may be done with a volunteer: its form, its action, in which states."""

    label: Reason
    rule: Rule
    form: type[ProblemForm]
    act: Callable[..., Any]
    states: frozenset[State]


VERBS: dict[str, Verb] = {
    "verify": Verb(gettext_lazy("Verify"), may_verify, OnForm, verify_volunteer, frozenset({S.APPLIED})),
    "refuse": Verb(
        gettext_lazy("Refuse the registration"), may_verify, WhyForm, standing.refuse_volunteer, frozenset({S.APPLIED})
    ),
    "pause": Verb(gettext_lazy("Pause"), may_register, ReasonForm, standing.pause_volunteer, frozenset({S.ACTIVE})),
    "resume": Verb(
        gettext_lazy("Take back"), may_verify, OnForm, standing.resume_volunteer,
        frozenset({S.PAUSED, S.LEFT, S.REFUSED}),
    ),
    "sign-in": Verb(
        gettext_lazy("Open a sign-in"), may_verify, SignInForm, standing.open_sign_in, frozenset({S.ACTIVE, S.PAUSED})
    ),
    "leave": Verb(
        gettext_lazy("Record that the volunteer left"), may_register, ReasonForm, standing.leave_volunteering,
        frozenset({S.APPLIED, S.ACTIVE, S.PAUSED}),
    ),
    "died": Verb(
        gettext_lazy("Record that the volunteer died"), may_register, ReasonForm, standing.record_death,
        frozenset({S.APPLIED, S.ACTIVE, S.PAUSED, S.LEFT}),
    ),
}  # fmt: skip
CHANGEABLE = frozenset({S.APPLIED, S.ACTIVE, S.PAUSED})


def verbs_of(actor: Actor, row: Volunteer) -> list[dict[str, object]]:
    """What may be done with a volunteer as it stands now, or why not."""
    if row.merged_into_id is not None:
        return []

    def verb(label: Reason, url: str, rule: Rule, *, primary: bool = False) -> dict[str, object]:
        allowed = rule.check(actor, row)
        reason = str(allowed.reason) if isinstance(allowed, Denied) else ""
        return {"label": str(label), "url": url, "reason": reason, "primary": primary}

    keys = {"pk": row.pk}
    verbs = []
    for key, one in VERBS.items():
        if row.state in one.states and not (key == "sign-in" and row.account_id):
            url = address_of("volunteer-verb", **keys, verb=key)
            verbs.append(verb(one.label, url, one.rule, primary=key == "verify"))
    if row.state in CHANGEABLE:
        first = 0 if row.state != S.APPLIED else len(verbs)
        verbs.insert(first, verb(_("Change the particulars"), address_of("volunteer-change", **keys), may_register))
        verbs.insert(first + 1, verb(_("Record a training"), address_of("volunteer-training", **keys), may_register))
    merge = verb(_("Merge with another record"), address_of("person-merge", **keys), may_merge_people)
    return [*verbs, merge]


def _address(row: Volunteer) -> str:
    return address_of("volunteer", pk=row.pk)


def _crumbs(row: Volunteer) -> list[dict[str, object]]:
    return [
        {"label": _("Volunteers"), "url": address_of("volunteers")},
        {"label": f"{row.person.masked_name} {row.number}", "url": _address(row)},
    ]


def _row(request: Request, pk: int, rule: Rule) -> Volunteer:
    rows = Volunteer.objects.exclude(state=State.WITHDRAWN).select_related("person", "unit")
    return found(rule, request.actor, rows, pk=pk)


@page("volunteers/new/", name="volunteer-new", rule=may_register, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Register somebody who is here, or whom a unit recommends."""
    form = NewVolunteerForm(sent(request), actor=request.actor, initial={"place": request.GET.get("place", "")})

    def write(**_entries: Any) -> str:
        return _address(register_volunteer(**form.arguments(), by=request.actor))

    crumbs = [{"label": _("Volunteers"), "url": address_of("volunteers")}]
    return answer(
        request, form, write, title=_("Register a volunteer"), back=address_of("volunteers"), crumbs=crumbs,
        submit=pgettext("a volunteer", "Register"), said=_("Registered."),
    )  # fmt: skip


@page("volunteers/<int:pk>/change/", name="volunteer-change", rule=may_register, methods="GET POST")
def change_page(request: Request, pk: int) -> HttpResponse:
    """Change the particulars; what is counted follows from the day given."""
    row = _row(request, pk, may_register)
    form = ChangeVolunteerForm(sent(request), actor=request.actor, initial=given(row))

    def write(**data: Any) -> str:
        standing.change_volunteer(
            volunteer=row, particulars=form.particulars(data), phone=data["phone"], on=data["on"], seen=data["seen"],
            by=request.actor,
        )  # fmt: skip
        return _address(row)

    return answer(
        request, form, write, title=_("Change the particulars"), back=_address(row), crumbs=_crumbs(row),
        intro=row.person.masked_name,
    )  # fmt: skip


@page("volunteers/<int:pk>/training/", name="volunteer-training", rule=may_register, methods="GET POST")
def training_page(request: Request, pk: int) -> HttpResponse:
    """Record a training that the volunteer passed."""
    row = _row(request, pk, may_register)

    def write(**data: Any) -> str:
        trainings.record_training(volunteers=[row], **data, by=request.actor)
        return _address(row)

    form = TrainingForm(sent(request), actor=request.actor)
    return answer(
        request, form, write, title=_("Record a training"), back=_address(row), crumbs=_crumbs(row),
        intro=row.person.masked_name,
    )  # fmt: skip


@page(
    "volunteers/<int:pk>/training/<int:training>/", name="volunteer-training-withdraw", rule=may_register,
    methods="GET POST",
)  # fmt: skip
def training_withdraw_page(request: Request, pk: int, training: int) -> HttpResponse:
    """Take a training back that was recorded by mistake."""
    row = _row(request, pk, may_register)
    one = found(may_register, request.actor, Training.objects.filter(volunteer=row, withdrawn=False), pk=training)

    def write(reason: str, seen: int | None) -> str:
        del seen
        trainings.withdraw_training(training=one, reason=reason, by=request.actor)
        return _address(row)

    return answer(
        request, WhyForm(sent(request)), write, title=_("Withdraw a training"), back=_address(row),
        crumbs=_crumbs(row), intro=f"{one.topic} {one.held_on}",
    )  # fmt: skip


@page("volunteers/<int:pk>/<str:verb>/", name="volunteer-verb", rule=may_register, methods="GET POST")
def verb_page(request: Request, pk: int, verb: str) -> HttpResponse:
    """Verify, refuse, pause, take back, let go: whatever fits where the volunteer stands."""
    chosen = VERBS.get(verb)
    if chosen is None:
        raise Http404
    row = _row(request, pk, chosen.rule)
    form = chosen.form(sent(request), initial={"seen": row.changed_by})

    def write(**data: Any) -> str:
        chosen.act(volunteer=row, **data, by=request.actor)
        return _address(row)

    return answer(
        request, form, write, title=str(chosen.label), back=_address(row), crumbs=_crumbs(row),
        intro=f"{row.person.masked_name} {row.number} · {row.get_state_display()}",
    )  # fmt: skip
