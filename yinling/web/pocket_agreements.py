"""On the phone: read the agreement of a project and sign it by typing one's name; one's agreements, and ending them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext

from yinling.activities import Agreement, Project, ProjectState, agreements
from yinling.base import clock
from yinling.base.rules import Refused, signed_in
from yinling.volunteers import volunteer_of
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request, address_of, found, page, sent

OFFICIAL = "zh-hans"
"""The language an agreement is written in."""


class SignForm(ProblemForm):
    """Agree, by a tick and one's own name."""

    agreed = forms.BooleanField(label=gettext_lazy("I have read the agreement, the risks too, and agree to it."))
    signature = forms.CharField(label=gettext_lazy("Your name, as a signature"), max_length=40)


class EndForm(ProblemForm):
    """Why an agreement ends."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)


@page("pocket/projects/<int:pk>/agreement/", name="agreement-sign", rule=signed_in, methods="GET POST")
def sign_page(request: Request, pk: int) -> HttpResponse:
    """The agreement of a project as it would be signed today, and the place to sign it."""
    project = Project.objects.select_related("organiser", "place").filter(pk=pk, state=ProjectState.PUBLISHED).first()
    volunteer = volunteer_of(request.actor.account_id)
    if project is None or volunteer is None:
        raise Http404
    back = _back(request)
    form = SignForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            agreements.sign_agreement(
                project=project, volunteer=volunteer, signature=form.cleaned_data["signature"], by=request.actor
            )
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, _("Signed. You can end the agreement at any time."))
            return redirect(back)
    with override(OFFICIAL):
        text = agreements.agreement_text(project, volunteer, clock.today(), project.ends_on)
    context: dict[str, Any] = {
        "form": form, "title": _("The agreement"), "text": text, "submit_label": _("Sign the agreement"),
        "back_url": back,
    }  # fmt: skip
    return render(request, "pages/pocket_ask.html", context, status=422 if form.is_bound and form.errors else 200)


def _back(request: Request) -> str:
    """Where the reader came from (a session to join), else the agreements."""
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe and target.startswith("/") else address_of("me-agreements")


@page("pocket/me/agreements/", name="me-agreements", rule=signed_in)
def list_page(request: Request) -> HttpResponse:
    """One's own agreements."""
    today = clock.today()
    choices = [
        {
            "label": row.project.title,
            "url": address_of("me-agreement", pk=row.pk),
            "hint": pgettext("an agreement", "until %(day)s") % {"day": row.until}
            if row.holds_on(today)
            else _("ended"),
        }
        for row in agreements.own_agreements(request.actor)
    ]
    groups = [{"choices": choices, "empty": _("You have signed no agreement. Most projects need none.")}]
    context = {"title": _("My agreements"), "groups": groups, "back_url": address_of("me")}
    return render(request, "pages/pocket_list.html", context)


@page("pocket/me/agreements/<int:pk>/", name="me-agreement", rule=signed_in, methods="GET POST")
def agreement_page(request: Request, pk: int) -> HttpResponse:
    """One agreement of one's own: its text, and the way to end it."""
    row = found(agreements.is_own_agreement, request.actor, Agreement.objects.select_related("project"), pk=pk)
    form = EndForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            agreements.end_agreement(agreement=row, reason=form.cleaned_data["reason"], by=request.actor)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, _("The agreement has ended."))
            return redirect("me-agreements")
    context = {
        "form": form if row.holds_on(clock.today()) else None, "title": row.project.title, "text": row.text,
        "submit_label": _("End the agreement"), "back_url": address_of("me-agreements"),
    }  # fmt: skip
    return render(request, "pages/pocket_ask.html", context, status=422 if form.is_bound and form.errors else 200)
