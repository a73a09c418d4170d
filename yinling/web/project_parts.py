"""What belongs to a project on the desk: its activities and its outcomes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.activities import (
    KINDS,
    Activity,
    Outcome,
    OutcomeType,
    Project,
    Session,
    SessionRole,
    cancel_activity,
    change_activity,
    create_activity,
    may_run,
    may_see_projects,
    project_measures,
    queries,
    record_outcome,
    repeats,
    withdraw_outcome,
    workflow,
)
from yinling.base import clock
from yinling.base.paths import prefixes
from yinling.base.period import year
from yinling.base.rules import Actor, Refused
from yinling.facts import entries_about
from yinling.figures import UNITS, table
from yinling.network import Place
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import Cell, cell
from yinling.web.event_links import event_links
from yinling.web.form_page import form_page, verb
from yinling.web.happened import history
from yinling.web.page import Request, address_of, found, page
from yinling.web.person_changes import day_field
from yinling.web.project_forms import ReasonForm, address, place_field, running, trail
from yinling.web.project_words import Crumbs, Row, amount_words, kind_label
from yinling.web.projects import SIZE, session_columns, session_rows
from yinling.web.supervision_forms import FilesField

DETAIL = "detail_"
"""Before the names of fields that a kind asks for, which may be called like others."""


class KindForm(ProblemForm):
    """What kind of activity it is: it decides what else is asked."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of activity"), choices=[(kind.key, kind.label) for kind in KINDS.values()],
        widget=forms.RadioSelect, initial="service",
    )  # fmt: skip


class ActivityForm(ProblemForm):
    """An activity of one kind, with what its kind asks for."""

    title = forms.CharField(label=pgettext_lazy("of a project", "Title"), max_length=120)

    def __init__(self, *args: Any, kind: str, place: Place, activity: Activity | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept_place = place
        self.fields["place"] = place_field(self.kept_place)
        for detail in KINDS[kind].details:
            self.fields[DETAIL + detail.key] = _detail_field(detail)
            if activity is not None:
                self.initial[DETAIL + detail.key] = activity.details.get(detail.key, "")
        if activity is not None:
            self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput)
            self.initial = {
                **self.initial,
                "title": activity.title, "seen": activity.changed_by
            }  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action; details apart."""
        data = {name: value for name, value in self.cleaned_data.items() if not name.startswith(DETAIL)}
        data["place"] = data["place"] or self.kept_place
        names = [name for name in self.fields if name.startswith(DETAIL)]
        return data | {"details": {name.removeprefix(DETAIL): self.cleaned_data.get(name) for name in names}}

    def add_problem(self, problem: Refused | ValidationError) -> None:
        """Show what was refused; what is wrong with a detail next to its field."""
        if isinstance(problem, ValidationError) and hasattr(problem, "error_dict"):
            for name, texts in problem.message_dict.items():
                field = DETAIL + name if DETAIL + name in self.fields else name
                self.add_error(field if field in self.fields else None, texts)
            return
        super().add_problem(problem)


def _detail_field(detail: Any) -> forms.Field:
    options: dict[str, Any] = {"label": str(detail.label), "required": detail.required}
    if detail.type == "number":
        return forms.IntegerField(min_value=0, max_value=999_999, **options)
    if detail.type == "date":
        return forms.DateField(widget=forms.DateInput, **options)
    if detail.type == "long":
        return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **options)
    return forms.CharField(max_length=120, **options)


@page("projects/<int:pk>/activities/new/", name="activity-new", rule=may_run, methods="GET POST")
def new_page(request: Request, pk: int) -> HttpResponse:
    """Add an activity: first its kind, then what the kind asks for."""
    project, kind = running(request, pk), request.GET.get("kind", "")
    back, crumbs = address(project), trail(project)
    if kind not in KINDS:
        context = {
            "form": KindForm(), "title": _("Add an activity"), "intro": _("First: what kind of activity is it?"),
            "submit_label": _("Go on"), "method_get": True, "cancel_url": back,
            "crumbs": [*crumbs, {"label": _("Add an activity")}],
        }  # fmt: skip
        return render(request, "pages/form.html", context)
    form = ActivityForm(request.POST or None, kind=kind, place=project.place, initial={"title": project.title})
    return form_page(
        request, form, title=_("Add an activity"), intro=f"{kind_label(kind)} · {project.title}",
        write=lambda **_data: create_activity(project=project, kind=kind, **form.arguments(), by=request.actor),
        then=activity_address, back=back, crumbs=crumbs, done=_("Saved. Now lay out its sessions."),
    )  # fmt: skip


def activity_address(activity: Activity) -> str:
    """The page of an activity."""
    return address_of("activity", pk=activity.pk)


def activity_for(request: Request, pk: int, *, running: bool = False) -> Activity:
    """The activity with this key, if the viewer may see it, or run things there; 404 otherwise."""
    rows = queries.activities(request.actor).select_related("place__parent")
    return found(may_run if running else may_see_projects, request.actor, rows, pk=pk)


def activity_trail(activity: Activity) -> Crumbs:
    """The way to a page about an activity."""
    return [*trail(activity.project), {"label": activity.title, "url": activity_address(activity)}]


@page("activities/<int:pk>/", name="activity", rule=may_see_projects)
def activity_page(request: Request, pk: int) -> HttpResponse:
    """One activity with its sessions."""
    activity = activity_for(request, pk)
    rows = activity.sessions.select_related("activity", "place")
    rows = rows.prefetch_related(Prefetch("roles", SessionRole.objects.order_by("pk")))
    shown = list(rows.filter(day__gte=clock.today()).order_by("day", "starts_at", "pk")[:SIZE])
    details = {detail.key: detail for detail in KINDS[activity.kind].details}
    facts: list[Row] = [
        {"label": _("Kind"), "value": kind_label(activity.kind)},
        {"label": _("Project"), "value": activity.project.title, "url": address(activity.project)},
        {"label": _("Organiser"), "value": activity.organiser.name},
        {"label": _("Place"), "value": activity.place.with_parent},
        {"label": _("Repeats"), "value": repeats.in_words(activity.repeats) if activity.repeats else _("no")},
        *(
            {"label": str(details[key].label), "value": value}
            for key, value in activity.details.items()
            if key in details
        ),
    ]
    detail = {
        "title": activity.title, "subtitle": f"{kind_label(activity.kind)} · {activity.get_state_display()}", "facts": facts,
        "sections": [{
            "title": _("Next sessions"), "intro": "" if shown else _("No session from today on."),
            "columns": session_columns(), "rows": session_rows(shown),
        }],
        "history": history(list(entries_about({"activity": [activity.pk]})[:SIZE])),
        "verbs": _verbs(request.actor, activity),
    }  # fmt: skip
    crumbs = [*trail(activity.project), {"label": activity.title}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _verbs(actor: Actor, activity: Activity) -> list[Row]:
    every: Row = {
        "label": _("All its sessions"), "url": f"{address_of('sessions')}?project={activity.project_id}&days=all&place=all"
    }  # fmt: skip
    if activity.state == Activity.State.CANCELLED or activity.project.state not in workflow.RUNNING:
        return [*event_links(activity), every]
    named: list[tuple[str, str, dict[str, bool]]] = [
        (_("Lay out sessions"), "session-layout", {"primary": True}), (_("Add one session"), "session-new", {}),
        (_("Change the activity"), "activity-change", {}),
    ]  # fmt: skip
    if activity.state == Activity.State.PLANNED:
        named.append((_("Cancel the activity"), "activity-cancel", {}))
    return [
        *event_links(activity),
        *(
            verb(label, address_of(name, pk=activity.pk), may_run.check(actor, activity), **more)
            for label, name, more in named
        ),
        every,
    ]


@page("activities/<int:pk>/change/", name="activity-change", rule=may_run, methods="GET POST")
def change_page(request: Request, pk: int) -> HttpResponse:
    """Change title, place and details of an activity."""
    activity = activity_for(request, pk, running=True)
    form = ActivityForm(request.POST or None, kind=activity.kind, place=activity.place, activity=activity)
    return form_page(
        request, form, title=_("Change the activity"), intro=activity.title,
        write=lambda **_data: change_activity(activity=activity, **form.arguments(), by=request.actor),
        then=activity_address, back=activity_address(activity), crumbs=activity_trail(activity),
    )  # fmt: skip


@page("activities/<int:pk>/cancel/", name="activity-cancel", rule=may_run, methods="GET POST")
def cancel_page(request: Request, pk: int) -> HttpResponse:
    """Cancel an activity with its sessions to come."""
    activity = activity_for(request, pk, running=True)
    return form_page(
        request, ReasonForm(request.POST or None), title=_("Cancel the activity"), intro=activity.title,
        write=lambda reason: cancel_activity(activity=activity, reason=reason, by=request.actor),
        then=activity_address, back=activity_address(activity), crumbs=activity_trail(activity),
        submit=_("Cancel the activity"), done=_("Cancelled, with its sessions to come."),
    )  # fmt: skip


class TypeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A type of outcome with the unit it is counted in."""

    def label_from_instance(self, obj: Any) -> str:
        """The unit behind the name."""
        return f"{obj.name} ({UNITS[obj.unit].label})"


class OutcomeForm(ProblemForm):
    """What came of a project or one of its sessions."""

    quantity = forms.DecimalField(label=gettext_lazy("How much"), max_digits=14, decimal_places=2)
    happened_on = day_field(gettext_lazy("On"))
    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)
    evidence = FilesField()
    field_order = ("type", "quantity", "happened_on", "session", "remark", "evidence")

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        types = OutcomeType.objects.filter(area_path__in=prefixes(project.area_path), ended=False)
        self.fields["type"] = TypeChoice(types.order_by("pk"), label=_("What came of it"))
        held = Session.objects.filter(activity__project=project).exclude(state=Session.State.CANCELLED)
        held = held.filter(day__lte=clock.today()).select_related("activity").order_by("-day", "-pk")
        latest = held.filter(pk__in=list(held.values_list("pk", flat=True)[:SIZE]))
        self.fields["session"] = SessionChoice(
            latest, label=_("Session"), required=False, help_text=_("Only where it came of one session.")
        )
        self.order_fields(self.field_order)


class SessionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A session by its day and activity."""

    def label_from_instance(self, obj: Any) -> str:
        """Day, activity, venue."""
        return f"{obj.day} {obj.activity.title} {obj.venue}"


@page("projects/<int:pk>/outcomes/new/", name="outcome-new", rule=may_run, methods="GET POST")
def new_outcome_page(request: Request, pk: int) -> HttpResponse:
    """Record what came of a project, or of one of its sessions."""
    project = running(request, pk)
    asked = request.GET.get("session", "")
    initial = {"session": asked} if asked.isascii() and asked.isdigit() else {}
    form = OutcomeForm(request.POST or None, request.FILES or None, project=project, initial=initial)
    return form_page(
        request, form, title=_("Record an outcome"), intro=project.title,
        write=lambda **data: record_outcome(project=project, **data, by=request.actor),
        then=lambda outcome: address(outcome.project), back=address(project), crumbs=trail(project),
    )  # fmt: skip


@page("outcomes/<int:pk>/", name="outcome", rule=may_see_projects)
def outcome_page(request: Request, pk: int) -> HttpResponse:
    """One outcome: how much, when, of what, what it counts towards."""
    outcome = found(may_see_projects, request.actor, queries.outcomes(request.actor), pk=pk)
    type_ = OutcomeType.objects.filter(code=outcome.type).first()
    name = type_.name if type_ else outcome.type
    detail = {
        "title": f"{name}: {amount_words(outcome.quantity, type_.unit if type_ else None)}",
        "subtitle": f"{outcome.happened_on} · {outcome.project.title}",
        "signal": {"level": "bad", "text": pgettext("an outcome", "withdrawn")} if outcome.withdrawn else None,
        "facts": _outcome_facts(outcome),
        "history": history(list(entries_about({"outcome": [outcome.pk]})[:SIZE])),
        "verbs": [] if outcome.withdrawn else [
            verb(
                _("Withdraw the outcome"), address_of("outcome-withdraw", pk=outcome.pk),
                may_run.check(request.actor, outcome),
            )
        ],
        "counts_towards": _figures(outcome, type_),
    }  # fmt: skip
    crumbs = [*trail(outcome.project), {"label": name}]
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs})


def _outcome_facts(outcome: Outcome) -> list[Row]:
    facts: list[Row] = [
        {"label": _("Project"), "value": outcome.project.title, "url": address(outcome.project)},
        {"label": _("On"), "value": outcome.happened_on.isoformat()},
        {"label": _("Remark"), "value": outcome.remark},
    ]
    if outcome.session:
        session = {
            "value": outcome.session.activity.title,
            "url": address_of("session", pk=outcome.session_id),
        }
        facts.insert(1, {"label": _("Session"), **session})
    return facts


def _figures(outcome: Outcome, type_: OutcomeType | None) -> list[Cell]:
    if outcome.withdrawn or type_ is None:
        return []
    measure, period = project_measures.outcome_measure(type_), year(outcome.happened_on.year)
    path = outcome.area_path[: len("520622")]
    return [cell(table([measure], paths=[path], periods=[period]).at(measure, path, period))]


@page("outcomes/<int:pk>/withdraw/", name="outcome-withdraw", rule=may_run, methods="GET POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw an outcome that was recorded by mistake."""
    outcome = found(may_run, request.actor, queries.outcomes(request.actor), pk=pk)
    return form_page(
        request, ReasonForm(request.POST or None), title=_("Withdraw the outcome"), intro=outcome.project.title,
        write=lambda reason: withdraw_outcome(outcome=outcome, reason=reason, by=request.actor),
        then=lambda one: address(one.project), back=address_of("outcome", pk=pk), crumbs=trail(outcome.project),
        submit=_("Withdraw the outcome"), done=_("Withdrawn. It counts no more."),
    )  # fmt: skip
