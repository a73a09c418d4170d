"""A village chair reports on the phone that the association held an activity: one short form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.activities import Platform, events, may_run
from yinling.associations import Association
from yinling.base.rules import Refused
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request, page
from yinling.web.person_changes import day_field
from yinling.web.supervision_forms import FilesField

HALVES = (
    ("am", gettext_lazy("in the morning")),
    ("pm", gettext_lazy("in the afternoon")),
    ("eve", gettext_lazy("in the evening")),
)
WORDS = {
    "learning": gettext_lazy("learning: classes, lectures, reading"),
    "helping": gettext_lazy("helping each other: visits, mutual care"),
    "joy": gettext_lazy("joy: singing, dancing, chess, sport"),
    "contributing": gettext_lazy("contributing: mediation, patrol, teaching children"),
    "recognition": gettext_lazy("recognition: praising good families and people"),
}
"""The platforms in words a chair uses, with examples."""


class HeldForm(ProblemForm):
    """What was held, when, how many came, photos."""

    title = forms.CharField(label=gettext_lazy("What did you do?"), max_length=60)
    platform = forms.ChoiceField(
        label=gettext_lazy("What kind of activity?"), widget=forms.RadioSelect,
        choices=[(one.value, WORDS[one.value]) for one in Platform],
    )  # fmt: skip
    day = day_field(gettext_lazy("On which day?"))
    half = forms.ChoiceField(
        label=gettext_lazy("At what time?"), choices=HALVES, widget=forms.RadioSelect, initial="am"
    )
    people = forms.IntegerField(label=gettext_lazy("How many people came?"), min_value=1, max_value=100_000)
    evidence = FilesField(
        label=gettext_lazy("Photos"), help_text=gettext_lazy("One or two are enough; you may leave it empty.")
    )


@page("pocket/held/", name="pocket-held", rule=may_run, methods="GET POST")
def held_page(request: Request) -> HttpResponse:
    """Report an activity of one's association."""
    bodies = [grant.body_id for grant in request.actor.grants if grant.role == "chair" and grant.body_id]
    rows = Association.objects.filter(pk__in=bodies, body__withdrawn=False, body__dissolved__isnull=True)
    association = rows.select_related("body__place").first()
    if association is None:
        raise Http404
    form = HeldForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            events.report_held(body=association.body, **data, by=request.actor)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, _("Recorded: %(title)s, %(people)d people. Thank you.") % data)
            return redirect("pocket")
    context = {"form": form, "title": _("We held an activity"), "association": association}
    return render(request, "pages/pocket_form.html", context, status=422 if form.is_bound and form.errors else 200)
