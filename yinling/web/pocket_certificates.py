"""On the phone: a volunteer's certificates and stars: what there is, what waits, asking for more."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yinling.base import clock
from yinling.base.rules import Actor, Refused, signed_in
from yinling.certificates import (
    WORDING,
    Certificate,
    CertificateRequest,
    apply_star,
    ask,
    askable,
    hours,
    is_holder,
    progress,
    shown_title,
    standing,
    withdraw_request,
)
from yinling.network import Body
from yinling.volunteers import Volunteer
from yinling.web.association_forms import ProblemForm
from yinling.web.certificates import signal_of
from yinling.web.page import Request, address_of, attempt, found, page

FEW = 8
YEARS = 4
WAITING = (CertificateRequest.State.ASKED, CertificateRequest.State.ACCEPTED)


class YearForm(ProblemForm):
    """Which year is to be certified."""

    def __init__(self, *args: Any, years: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"] = forms.TypedChoiceField(
            label=_("Service of which year?"), choices=[(one, str(one)) for one in years], coerce=int,
            widget=forms.RadioSelect, initial=years[0],
        )  # fmt: skip


class WhomForm(ProblemForm):
    """Who is asked, and what the paper shows."""

    purpose = forms.CharField(label=gettext_lazy("What you need it for"), max_length=120, required=False)
    show_identity = forms.BooleanField(label=gettext_lazy("Print my identity number in full"), required=False)
    field_order = ("issuer", "purpose", "show_identity")

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["issuer"] = forms.TypedChoiceField(
            label=_("Who shall certify it?"), choices=choices, coerce=int, widget=forms.RadioSelect,
            initial=choices[0][0] if choices else None,
        )  # fmt: skip
        self.order_fields(self.field_order)


def _volunteer(actor: Actor) -> Volunteer:
    """The volunteer whose account this is; 404 for everybody else."""
    row = None
    if actor.account_id is not None:
        row = Volunteer.objects.select_related("person").filter(account_id=actor.account_id).first()
    if row is None:
        raise Http404
    return row


@page("pocket/me/certificates/", name="me-certificates", rule=signed_in)
def home_page(request: Request) -> HttpResponse:
    """Hours and stars, requests that wait, the certificates there are."""
    volunteer = _volunteer(request.actor)
    stands = progress(volunteer)
    own = Certificate.objects.filter(person=volunteer.person).defer("credential", "records")
    asked = CertificateRequest.objects.filter(person=volunteer.person).exclude(state=CertificateRequest.State.ISSUED)
    context = {
        "hours": hours(stands.minutes),
        "stars": "★" * stands.level,
        "next": "★" * (stands.level + 1) if stands.needed is not None else "",
        "needed": stands.needed,
        "percent": stands.percent,
        "missing": hours(stands.missing),
        "waiting": stands.waiting,
        "can_apply": stands.can_apply,
        "number": stands.number,
        "requests": [_asked(row) for row in asked.select_related("issuer").order_by("-asked_on", "-pk")[:FEW]],
        "certificates": [
            {
                "label": shown_title(one),
                "url": address_of("me-certificate", pk=one.pk),
                "hint": f"{one.number} · {WORDING[standing(one)].word}",
            }
            for one in own.order_by("-issued_on", "-pk")[: FEW * 4]
        ],
        "back": address_of("me"),
    }
    return render(request, "pages/pocket_certificates.html", context)


def _asked(row: CertificateRequest) -> dict[str, object]:
    return {
        "title": row.issuer.name,
        "text": f"{row.since} – {row.until}",
        "state": row.get_state_display(),
        "reason": row.reason,
        "withdraw_url": address_of("me-certificate-withdraw", pk=row.pk) if row.state in WAITING else "",
    }


@page("pocket/me/certificates/ask/", name="me-certificate-ask", rule=signed_in, methods="GET POST")
def ask_page(request: Request) -> HttpResponse:
    """Ask for a certificate in two steps: of which year, of whom. The second names only bodies that can certify."""
    volunteer = _volunteer(request.actor)
    today = clock.today()
    years = [today.year - back for back in range(YEARS)]
    chosen = request.GET.get("year", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) == len("2012") and int(chosen) in years):
        form: ProblemForm = YearForm(years=years)
        return _screen(request, form, _("Ask for a certificate"), "", pgettext("a step", "Next"), get=True)
    since, until = date(int(chosen), 1, 1), min(date(int(chosen), 12, 31), today)
    bodies = askable(volunteer.person, since=since, until=until)
    if not bodies:
        text = _("In %(year)s no service of yours is confirmed. Ask the organiser if something is missing.")
        messages.error(request, text % {"year": chosen})
        return redirect("me-certificate-ask")
    choices = [
        (one.body.pk, _("%(body)s: %(hours)s hours") % {"body": one.body.name, "hours": hours(one.minutes)})
        for one in bodies[:FEW]
    ]
    form = WhomForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        issuer = Body.objects.get(pk=data["issuer"])
        try:
            ask(
                volunteer=volunteer, issuer=issuer, since=since, until=until, purpose=data["purpose"],
                show_identity=data["show_identity"], by=request.actor,
            )  # fmt: skip
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, _("Your request has been sent. You will find the answer here."))
            return redirect("me-certificates")
    return _screen(request, form, _("Certificate for %(year)s") % {"year": chosen}, "", _("Send the request"))


def _screen(
    request: Request, form: ProblemForm, title: str, intro: str, submit: str, *, get: bool = False
) -> HttpResponse:
    context = {
        "form": form, "title": title, "intro": intro, "submit_label": submit, "method_get": get,
        "cancel_url": address_of("me-certificates"), "back": address_of("me-certificates"),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "pages/pocket_certificate_ask.html", context, status=status)


@page("pocket/me/certificates/star/", name="me-star-apply", rule=signed_in, methods="POST")
def star_page(request: Request) -> HttpResponse:
    """Apply for the next star."""
    volunteer = _volunteer(request.actor)
    done = _("Your application has been sent. The office decides on hours and quality.")
    attempt(request, lambda: apply_star(volunteer=volunteer, by=request.actor), done)
    return redirect("me-certificates")


@page("pocket/me/certificates/<int:pk>/", name="me-certificate", rule=is_holder)
def certificate_page(request: Request, pk: int) -> HttpResponse:
    """One certificate of one's own: what it says, whether it holds, its files."""
    one = found(is_holder, request.actor, Certificate.objects.defer("credential", "records"), pk=pk)
    now = standing(one)
    facts: list[dict[str, object]] = [
        {"label": pgettext("a certificate", "Number"), "value": one.number},
        {"label": pgettext("a certificate", "Issued by"), "value": one.contents["issuer"]},
        {"label": _("Period"), "value": f"{one.since} – {one.until}"},
    ]
    if one.minutes:
        facts.append({"label": _("Service hours"), "value": hours(one.minutes)})
    if one.publicity_until is not None:
        facts.append({"label": _("In publicity until"), "value": one.publicity_until})
    if one.reason:
        facts.append({"label": _("Reason"), "value": one.reason})
    context = {
        "one": one, "title": shown_title(one), "signal": signal_of(now), "statement": WORDING[now].statement,
        "facts": facts, "back": address_of("me-certificates"),
    }  # fmt: skip
    return render(request, "pages/pocket_certificate.html", context)


@page(
    "pocket/me/certificates/requests/<int:pk>/withdraw/", name="me-certificate-withdraw", rule=is_holder, methods="POST"
)
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw one's own request."""
    row = found(is_holder, request.actor, CertificateRequest.objects.select_related("person__volunteer"), pk=pk)
    attempt(request, lambda: withdraw_request(request=row, by=request.actor), _("The request is withdrawn."))
    return redirect("me-certificates")
