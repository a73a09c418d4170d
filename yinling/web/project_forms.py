"""Forms of projects: set up, change, publish with its checklist, end, withdraw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yinling.activities import (
    Brand,
    Domain,
    Platform,
    Project,
    ProjectState,
    Undertaking,
    change_project,
    close_project,
    create_project,
    may_run,
    publish_project,
    withdraw_project,
    workflow,
)
from yinling.base import clock
from yinling.base.paths import prefixes, under
from yinling.base.rules import Actor, Denied
from yinling.network import Body, Place
from yinling.people import Qualification
from yinling.volunteers import Limit
from yinling.web.association_forms import ProblemForm
from yinling.web.form_page import form_page
from yinling.web.page import Request, address_of, page, sent
from yinling.web.pick import BodyField, PlaceField, reach
from yinling.web.project_words import Crumbs
from yinling.web.projects import project_for

RUNNERS = ("administrator", "officer", "clerk", "keeper", "chair")
DASH = "—"
EMPTY = ("", DASH)
TEXTS = {"summary": 4, "risks": 4}
"""Texts of several lines, with how many."""


def place_field(known: Place | None) -> PlaceField:
    """A place by name; where there is one already, another need not be named."""
    if known is None:
        return PlaceField(
            label=_("Place"), roots=("",), help_text=_("Where it is done: name, pinyin initials or code.")
        )
    text = _("Now: %(place)s. Write another one only to change it.") % {"place": known.with_parent}
    return PlaceField(label=_("Place"), roots=("",), required=False, help_text=text)


class UndertakingChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A measure with the domain it belongs to."""

    def label_from_instance(self, obj: Any) -> str:
        """The domain before the measure."""
        return f"{obj.domain.name} · {obj.name}"


class ProjectForm(ProblemForm):
    """What a project says of itself. A draft needs title, place and dates only."""

    title = forms.CharField(label=pgettext_lazy("of a project", "Title"), max_length=120)
    starts_on = forms.DateField(label=gettext_lazy("Starts on"), widget=forms.DateInput)
    ends_on = forms.DateField(label=gettext_lazy("Ends on"), widget=forms.DateInput)
    risks = forms.CharField(
        label=gettext_lazy("Risks"), max_length=2000, required=False,
        help_text=gettext_lazy(
            "What may happen, and what to mind: people read it before anything else. The law asks for it (Order 685, article 12)."
        ),
    )  # fmt: skip
    summary = forms.CharField(label=gettext_lazy("What is done"), max_length=2000, required=False)
    served = forms.CharField(label=gettext_lazy("For whom"), max_length=120, required=False)
    contact = forms.CharField(
        label=gettext_lazy("Contact"), max_length=80, required=False,
        help_text=gettext_lazy("Name and telephone; everybody can read it."),
    )  # fmt: skip
    platform = forms.ChoiceField(
        label=gettext_lazy("Platform"), choices=(EMPTY, *Platform.choices), required=False,
        help_text=gettext_lazy("A project belongs to a domain, or to one of the five platforms."),
    )  # fmt: skip
    danger = forms.BooleanField(
        label=gettext_lazy("There may be danger to the person"), required=False,
        help_text=gettext_lazy("Then accident insurance and a written agreement are needed."),
    )  # fmt: skip
    needs_insurance = forms.BooleanField(label=gettext_lazy("Accident insurance is needed"), required=False)
    needs_agreement = forms.BooleanField(
        label=gettext_lazy("Written agreement is needed"), required=False,
        help_text=gettext_lazy("Always so where there may be danger, and for long projects."),
    )  # fmt: skip
    needs_training = forms.CharField(
        label=gettext_lazy("Training needed"), max_length=60, required=False,
        help_text=gettext_lazy(
            "The topic, as it is written in the records of trainings. A class for volunteers counts by the name of its series."
        ),
    )  # fmt: skip
    needs_qualification = forms.ChoiceField(
        label=gettext_lazy("Paper needed"), choices=(EMPTY, *Qualification.Kind.choices), required=False
    )
    least_age = forms.IntegerField(label=gettext_lazy("Least age"), min_value=0, max_value=120, required=False)
    most_age = forms.IntegerField(label=gettext_lazy("Greatest age"), min_value=0, max_value=120, required=False)
    strains = forms.MultipleChoiceField(
        label=gettext_lazy("What the work asks of the body"), choices=Limit.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nobody is given it who said not to be able to."),
    )  # fmt: skip
    field_order: tuple[str, ...] = (
        "organiser", "title", "place", "starts_on", "ends_on", "risks", "summary", "served", "contact", "domain",
        "undertaking", "brand", "platform",
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, project: Project | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, lines in TEXTS.items():
            self.fields[name].widget = forms.Textarea(attrs={"rows": lines})
        if project is None:
            self.fields["organiser"] = BodyField(label=_("Organiser"), roots=reach(actor, *RUNNERS))
        self.kept_place = project.place if project else None
        self.fields["place"] = place_field(self.kept_place)
        self._add_choices(project.organiser.area_path if project else actor.home)
        if project is not None:
            self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)
            self.initial = {**_initial(project), **self.initial}
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """A place that is not named anew stays."""
        data = super().clean() or self.cleaned_data
        if self.kept_place is not None and "place" in data:
            data["place"] = data["place"] or self.kept_place
        return data

    def _add_choices(self, home: str) -> None:
        """Domains, measures and brands that can be chosen in an area: those set there or above."""
        near = Q(area_path__in=prefixes(home)) | under(home)
        own = Domain.objects.filter(near, ended=False).order_by("area_path", "order", "pk")
        measures = Undertaking.objects.filter(near, ended=False).select_related("domain")
        measures = measures.order_by("domain__order", "domain", "order", "pk")
        brands = Brand.objects.filter(near, withdrawn=False, until__isnull=True).order_by("name")
        self.fields["domain"] = forms.ModelChoiceField(own, label=_("Domain"), required=False, empty_label=DASH)
        self.fields["undertaking"] = UndertakingChoice(
            measures, label=_("Measure it carries out"), required=False, empty_label=DASH,
            help_text=_("Its domain follows from it."),
        )  # fmt: skip
        self.fields["brand"] = forms.ModelChoiceField(brands, label=_("Brand"), required=False, empty_label=DASH)


COLUMNS = (
    "title", "starts_on", "ends_on", "risks", "summary", "served", "contact", "platform", "danger", "needs_insurance",
    "needs_agreement", "needs_training", "needs_qualification", "least_age", "most_age", "strains",
)  # fmt: skip


def _initial(project: Project) -> dict[str, Any]:
    values = {name: getattr(project, name) for name in COLUMNS}
    return {
        **values, "domain": project.domain_id, "undertaking": project.undertaking_id,
        "brand": project.brand_id, "seen": project.changed_by,
    }  # fmt: skip


class PublishForm(ProjectForm):
    """The project once more, so that what is missing can be filled in on the spot, and the checklist."""

    checked = forms.MultipleChoiceField(
        label=gettext_lazy("I looked at each of these points"), choices=tuple(workflow.NOT_SERVICE.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("What is not volunteer service is not published as such. Taking part is free."),
    )  # fmt: skip
    field_order = (*ProjectForm.field_order, "platform", "danger", "needs_insurance", "needs_agreement")


class ReasonForm(ProblemForm):
    """Why something does not take place, or was wrong."""

    reason = forms.CharField(label=gettext_lazy("Reason"), min_length=2, max_length=200)


def own_body(actor: Actor) -> Body | None:
    """The body through which somebody runs things: proposed as the organiser."""
    bodies = [grant.body_id for grant in actor.grants if grant.role in RUNNERS and grant.body_id]
    return Body.objects.filter(pk__in=bodies).order_by("area_path").first()


def trail(project: Project | None = None) -> Crumbs:
    """The way to a page about a project."""
    crumbs: Crumbs = [{"label": _("Projects"), "url": address_of("projects")}]
    if project is not None:
        crumbs.append({"label": project.title, "url": address(project)})
    return crumbs


def address(project: Project) -> str:
    """The page of a project."""
    return address_of("project", pk=project.pk)


def running(request: Request, pk: int) -> Project:
    """The project with this key, if the viewer runs things there; 404 otherwise."""
    project = project_for(request, pk)
    if not may_run.check(request.actor, project):
        raise Http404
    return project


@page("projects/new/", name="project-new", rule=may_run, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Set up a draft."""
    own = own_body(request.actor)
    initial = {"organiser": own.name if own else "", "starts_on": clock.today()}
    form = ProjectForm(request.POST or None, actor=request.actor, initial=initial)
    return form_page(
        request, form, title=_("Set up a project"), intro=_("Title, place and dates are enough for a draft."),
        write=lambda **data: create_project(**data, by=request.actor), then=address, back=address_of("projects"),
        crumbs=trail(), submit=_("Save the draft"), done=_("Saved as a draft. Add its activities, then publish it."),
    )  # fmt: skip


@page("projects/<int:pk>/change/", name="project-change", rule=may_run, methods="GET POST")
def change_page(request: Request, pk: int) -> HttpResponse:
    """Change what a project says."""
    project = running(request, pk)
    form = ProjectForm(request.POST or None, actor=request.actor, project=project)
    return form_page(
        request, form, title=_("Change the project"), intro=project.title,
        write=lambda **data: change_project(project=project, **data, by=request.actor), then=address,
        back=address(project), crumbs=trail(project),
    )  # fmt: skip


@page("projects/<int:pk>/publish/", name="project-publish", rule=may_run, methods="GET POST")
def publish_page(request: Request, pk: int) -> HttpResponse:
    """Publish a draft: everything that is still missing is named next to its field."""
    project = running(request, pk)
    if answer := _closed_way("publish", request, project):
        return answer
    form = PublishForm(request.POST or None, actor=request.actor, project=project)

    def write(checked: list[str], seen: int | None, **data: Any) -> Project:
        with transaction.atomic():
            changed = change_project(project=project, seen=seen, **data, by=request.actor)
            return publish_project(project=changed, checked=checked, by=request.actor)

    faults = workflow.missing(project, clock.today())
    intro = _("Look everything over once more; from now on anybody can read it.")
    if faults and request.method != "POST":
        names = "、".join(str(form.fields[name].label) for name in faults if name in form.fields)
        intro = _("Still missing: %(fields)s.") % {"fields": names}
    return form_page(
        request, form, title=_("Publish the project"), intro=intro, write=write, then=address, back=address(project),
        crumbs=trail(project), submit=_("Publish"), done=_("Published. People can join its sessions now."),
    )  # fmt: skip


def _closed_way(verb: str, request: Request, project: Project) -> HttpResponse | None:
    """Back to the project with the reason, where a step cannot be taken now."""
    allowed = workflow.step_open(workflow.PROJECT_STEPS[verb], request.actor, project)
    if not isinstance(allowed, Denied):
        return None
    messages.error(request, str(allowed.reason))
    return redirect(address(project))


class EndForm(ProblemForm):
    """Nothing is asked when a project ends."""


@page("projects/<int:pk>/<str:verb>/", name="project-step", rule=may_run, methods="GET POST")
def step_page(request: Request, pk: int, verb: str) -> HttpResponse:
    """End a project, or withdraw it with the reason."""
    if verb not in ("close", "withdraw"):
        raise Http404
    project, step = running(request, pk), workflow.PROJECT_STEPS[verb]
    if request.method != "POST" and (answer := _closed_way(verb, request, project)):
        return answer
    form: ProblemForm = ReasonForm(sent(request)) if step.says else EndForm(sent(request))
    seen = project.changed_by

    def write(reason: str = "") -> Project:
        if verb == "close":
            return close_project(project=project, seen=seen, by=request.actor)
        return withdraw_project(project=project, reason=reason, seen=seen, by=request.actor)

    intro = {
        "close": _("It stays counted. Sessions to come are cancelled."),
        "withdraw": _(
            "It counts no more. Its open sessions, and who is enrolled there, are cancelled with the reason."
        ),
    }[verb]
    if project.state == ProjectState.DRAFT:
        intro = _("The draft is put aside; nothing was counted.")
    return form_page(
        request, form, title=f"{step.label}: {project.title}", intro=intro, write=write, then=address,
        back=address(project), crumbs=trail(project), submit=str(step.label), done=str(step.done),
    )  # fmt: skip
