"""Forms of supervision: a visit, what was found during it, and the steps of a finding; also for the phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.paths import prefixes
from yinling.base.rules import Actor, Denied, Refused
from yinling.network import Body
from yinling.supervision import (
    LONGEST_TIME,
    STEPS,
    Files,
    Finding,
    Severity,
    Step,
    SupervisionVisit,
    add_finding,
    answer,
    close,
    may_answer,
    may_supervise,
    may_take,
    record_visit,
    reopen,
    send_back,
    visits,
    withdraw_finding,
    withdraw_visit,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.page import Request, address_of, found, page
from yinling.web.person_changes import day_field
from yinling.web.pick import BodyField, PlaceField, reach
from yinling.web.supervision import finding_for
from yinling.web.supervision_words import due_fact, severity_cell, state_cell, step_in_words

VISITORS = ("administrator", "officer")
USUAL_TIME = 15
"""Working days that are proposed for mending a finding."""

ACTIONS: dict[str, Callable[..., Finding]] = {
    "answer": answer, "close": close, "send-back": send_back, "reopen": reopen, "withdraw": withdraw_finding,
}  # fmt: skip
"""The action behind each step of the workflow."""


class ManyFiles(forms.ClearableFileInput):
    """A control that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; gives the name and content of each."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Evidence"))
        options.setdefault("help_text", gettext_lazy("Photos, scans or documents, up to 20 MB each."))
        super().__init__(widget=ManyFiles, required=False, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files read whole; an empty one is an error, none at all is not."""
        uploads = data if isinstance(data, list | tuple) else [data]
        cleaned: list[UploadedFile[bytes]] = [super(FilesField, self).clean(one, initial) for one in uploads if one]
        return [(one.name or "", one.read()) for one in cleaned]


class VisitForm(ProblemForm):
    """A visit: by which office, to what, when."""

    visited_on = day_field(gettext_lazy("Visited on"))
    visitors = forms.CharField(
        label=gettext_lazy("Who went"), required=False, max_length=120,
        help_text=gettext_lazy("Posts or names, as they stand in the record of the visit."),
    )  # fmt: skip
    summary = forms.CharField(
        label=gettext_lazy("What was looked at"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    evidence = FilesField()
    field_order = ("office", "body", "place", "visited_on", "visitors", "summary", "evidence")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        roots = reach(actor, *VISITORS)
        self.fields["office"] = BodyField(label=_("Visiting office"), roots=roots, kind=Body.Kind.OFFICE)
        self.fields["body"] = BodyField(
            label=_("Body visited"), roots=roots, required=False, help_text=_("An association or an office, by its name."),
        )  # fmt: skip
        self.fields["place"] = PlaceField(
            label=_("Or the place visited"), roots=roots, required=False,
            help_text=_("Only where no body was visited: the village, township or county as such."),
        )  # fmt: skip
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """What was visited is a body, and so its place, or a place."""
        data = super().clean() or self.cleaned_data
        if {"body", "place"} & self.errors.keys():
            return data
        body, place = data.get("body"), data.get("place")
        if body is None and place is None:
            self.add_error("body", _("Name the body that was visited, or the place."))
        elif body is not None and place is not None and body.place_id != place.pk:
            self.add_error("place", _("This body lies in another place. Leave the place empty."))
        elif body is not None:
            data["place"] = body.place
        return data


class FindingForm(ProblemForm):
    """Something found, with who mends it and by when."""

    what = forms.CharField(
        label=gettext_lazy("What was found"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("Severity"), choices=Severity.choices, widget=forms.RadioSelect, initial=Severity.MEND
    )
    owner = forms.ModelChoiceField(queryset=Body.objects.none(), label=gettext_lazy("To be mended by"))
    in_charge = forms.CharField(
        label=gettext_lazy("Post in charge"), required=False, max_length=40,
        help_text=gettext_lazy("Who sees to it there: the chair, the township clerk …"),
    )  # fmt: skip
    workdays = forms.IntegerField(
        label=gettext_lazy("Working days to mend it"), min_value=1, max_value=LONGEST_TIME, initial=USUAL_TIME,
        help_text=gettext_lazy("Counted from tomorrow, without weekends and public holidays."),
    )  # fmt: skip
    evidence = FilesField()

    def __init__(self, *args: Any, visit: SupervisionVisit, **options: Any) -> None:
        super().__init__(*args, **options)
        owners = self.fields["owner"]
        assert isinstance(owners, forms.ModelChoiceField)
        owners.queryset = _owners(visit)
        owners.initial = visit.body_id


def _owners(visit: SupervisionVisit) -> Any:
    """The bodies of the place visited and of the places above it, up to below the visiting office."""
    office = visit.office.area_path
    paths = [path for path in prefixes(visit.area_path) if len(path) > len(office)]
    bodies = Body.objects.filter(area_path__in=paths, withdrawn=False, dissolved__isnull=True)
    return bodies.order_by("-area_path", "pk")


class StepForm(ProblemForm):
    """A step of a finding: what is said, a new time where the step sets one, files. Carries the state the user saw."""

    def __init__(self, *args: Any, step: Step, finding: Finding, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"] = forms.CharField(
            label=str(step.says), required=step.must_say, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
        )
        if step.renews:
            self.fields["workdays"] = forms.IntegerField(
                label=_("Working days to mend it"), min_value=1, max_value=LONGEST_TIME, initial=USUAL_TIME
            )
        self.fields["evidence"] = FilesField()
        self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, initial=finding.changed_by)


class WithdrawForm(ProblemForm):
    """Why something recorded was wrong."""

    reason = forms.CharField(label=gettext_lazy("Reason"), min_length=2, max_length=200)


@page("supervision/visits/new/", name="supervision-visit-new", rule=may_supervise, methods="GET POST")
def new_visit_page(request: Request) -> HttpResponse:
    """Record a visit; what was found is added to it afterwards."""
    bodies = [grant.body_id for grant in request.actor.grants if grant.role in VISITORS and grant.body_id]
    own = Body.objects.filter(pk__in=bodies, kind=Body.Kind.OFFICE).first()
    initial = {"office": own.name if own else ""}
    form = VisitForm(request.POST or None, request.FILES or None, actor=request.actor, initial=initial)

    def write(**data: Any) -> SupervisionVisit:
        return record_visit(**data, by=request.actor)

    done = _("Recorded. Now add what was found, one by one.")
    return _visit_form(request, form, _("Record a supervision visit"), write, done, None)


@page("supervision/visits/<int:pk>/finding/", name="finding-new", rule=may_supervise, methods="GET POST")
def new_finding_page(request: Request, pk: int) -> HttpResponse:
    """Add something that was found during a visit."""
    visit = found(may_supervise, request.actor, visits(request.actor), pk=pk)
    form = FindingForm(request.POST or None, request.FILES or None, visit=visit)

    def write(**data: Any) -> SupervisionVisit:
        add_finding(visit=visit, **data, by=request.actor)
        return visit

    done = _("Recorded. It waits for an answer now; add the next finding, or leave it at that.")
    return _visit_form(request, form, _("Add a finding"), write, done, visit)


@page(
    "supervision/visits/<int:pk>/withdraw/", name="supervision-visit-withdraw", rule=may_supervise, methods="GET POST"
)
def withdraw_visit_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a visit that never took place."""
    visit = found(may_supervise, request.actor, visits(request.actor), pk=pk)

    def write(reason: str) -> SupervisionVisit:
        return withdraw_visit(visit=visit, reason=reason, by=request.actor)

    form = WithdrawForm(request.POST or None)
    return _visit_form(request, form, _("Withdraw the visit"), write, _("Withdrawn. It counts no more."), visit)


def _visit_form(
    request: Request, form: ProblemForm, title: str, write: Callable[..., SupervisionVisit], done: str,
    visit: SupervisionVisit | None,
) -> HttpResponse:  # fmt: skip
    """Show a form, or carry it out and go on to the visit."""
    back = address_of("supervision-visit", pk=visit.pk) if visit else address_of("findings")
    crumbs: list[dict[str, object]] = [{"label": _("Supervision"), "url": address_of("findings")}]
    if visit:
        crumbs.append({"label": str(visit), "url": back})
    return form_page(
        request, form, title, write, back=back, crumbs=crumbs, done=done,
        then=lambda written: address_of("supervision-visit", pk=written.pk),
        intro=f"{visit.office.name} → {visit}" if visit else "",
    )  # fmt: skip


def _take(request: Request, form: StepForm, step: Step, finding: Finding) -> bool:
    """Carry out a step if its form is sent and good; whether it went through."""
    if request.method != "POST" or not form.is_valid():
        return False
    data = dict(form.cleaned_data)
    files: Files = data.pop("evidence")
    try:
        ACTIONS[step.verb](finding=finding, **data, evidence=files, by=request.actor)
    except (Refused, ValidationError) as problem:
        form.add_problem(problem)
        return False
    return True


@page("supervision/findings/<int:pk>/<str:verb>/", name="finding-step", rule=may_answer, methods="GET POST")
def step_page(request: Request, pk: int, verb: str) -> HttpResponse:
    """Take one step with a finding: answer, close, send back, reopen or withdraw it."""
    finding, step = finding_for(request, pk), STEPS.get(verb)
    if step is None:
        raise Http404
    form = StepForm(request.POST or None, request.FILES or None, step=step, finding=finding)
    if request.method != "POST":
        _demand(step, request.actor, finding)
    if _take(request, form, step, finding):
        messages.success(request, _("Saved: %(what)s.") % {"what": step.done})
        return redirect("finding", pk=pk)
    back = address_of("finding", pk=pk)
    crumbs = [
        {"label": _("Supervision"), "url": address_of("findings")},
        {"label": finding.visit.visited, "url": back}, {"label": str(step.label)},
    ]  # fmt: skip
    context = {
        "form": form, "title": str(step.label), "intro": finding.what, "submit_label": str(step.label),
        "cancel_url": back, "crumbs": crumbs,
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.is_bound and form.errors else 200)


def _demand(step: Step, actor: Actor, finding: Finding) -> None:
    allowed = may_take(step, actor, finding)
    if isinstance(allowed, Denied):
        raise Refused(allowed.reason)


@page("pocket/findings/<int:pk>/", name="pocket-finding", rule=may_answer, methods="GET POST")
def pocket_page(request: Request, pk: int) -> HttpResponse:
    """One finding on the phone: what was found, by when it is to be mended, and the answer."""
    finding, step = finding_for(request, pk), STEPS["answer"]
    allowed = may_take(step, request.actor, finding)
    form = StepForm(request.POST or None, request.FILES or None, step=step, finding=finding)
    form.fields["evidence"].help_text = _("Take a photo of what was mended, if you can.")
    if _take(request, form, step, finding):
        messages.success(request, _("Sent. Thank you."))
        return redirect("pocket")
    last = finding.steps.order_by("-pk").first()
    state, severity = state_cell(finding), severity_cell(finding)
    context = {
        "finding": finding, "form": form if allowed or form.errors else None, "reason": getattr(allowed, "reason", ""),
        "remark": step_in_words(last) if last is not None and last.text else "",
        "facts": [
            {"label": _("Severity"), "value": severity["text"], "signal": severity["signal"]},
            due_fact(finding),
            {"label": _("State"), "value": state["text"], "signal": state["signal"]},
            {"label": _("Found by"), "value": finding.visit.office.name, "note": finding.visit.visited_on.isoformat()},
        ],
    }  # fmt: skip
    return render(request, "pages/pocket_finding.html", context, status=422 if form.is_bound and form.errors else 200)
