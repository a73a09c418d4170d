"""Who waits to be verified, claims side by side with the record they are about, and the merge of two records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yinling.facts import entries_about
from yinling.network import Account
from yinling.people import Person, likely_same, may_merge_people, merge_people, people_visible
from yinling.volunteers import Claim, Volunteer, claims, may_verify, queries
from yinling.web.association_forms import ProblemForm
from yinling.web.happened import history
from yinling.web.page import Request, address_of, found, page, sent
from yinling.web.volunteer_forms import Crumbs, SeenForm, WhyForm, answer
from yinling.web.volunteers import place_names

SIZE = 100
DECISIONS = {"approve": gettext_lazy("Approve the claim"), "refuse": gettext_lazy("Refuse the claim")}


@page("volunteers/waiting/", name="volunteer-queue", rule=may_verify)
def queue_page(request: Request) -> HttpResponse:
    """Applications and claims of the actor's area, the oldest first."""
    applied = queries.applications(request.actor).select_related("person", "unit")
    asked = queries.claims_waiting(request.actor).select_related("person", "place")
    new, doubtful = list(applied[:SIZE]), list(asked[:SIZE])
    places = place_names({row.area_path for row in new} | {row.area_path for row in doubtful})
    rows = [
        {
            "url": address_of("claim", pk=one.pk),
            "cells": [
                {"text": one.masked_name},
                {"text": _("claim"), "signal": "warn"},
                {"text": places.get(one.area_path, "")},
                {"text": _("registered online")},
                {"text": one.masked_phone},
                {"text": one.made_on.isoformat()},
            ],
        }
        for one in doubtful
    ]
    rows += [
        {
            "url": address_of("volunteer", pk=one.pk),
            "cells": [
                {"text": one.person.masked_name}, {"text": _("application")}, {"text": places.get(one.area_path, "")},
                {"text": one.get_source_display()}, {"text": one.person.masked_phone},
                {"text": one.registered_on.isoformat()},
            ],
        }
        for one in new
    ]  # fmt: skip
    title = _("To be verified")
    listing = {
        "title": title,
        "intro": _("Compare each with the identity document. A claim is an application for a record that exists already."),
        "count_text": _("%(new)s applications, %(claims)s claims")
        % {"new": applied.count(), "claims": asked.count()},
        "columns": [
            {"label": pgettext("of a person", "Name")}, {"label": _("What")}, {"label": _("Place")},
            {"label": _("Registered by way of")}, {"label": _("Telephone")}, {"label": _("Asked on")},
        ],
        "rows": rows,
        "empty": {"title": _("Nobody waits."), "hint": _("There is nothing to do here.")},
    }  # fmt: skip
    crumbs = [{"label": _("Volunteers"), "url": address_of("volunteers")}, {"label": title}]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})


@page("volunteers/claims/<int:pk>/", name="claim", rule=may_verify)
def claim_page(request: Request, pk: int) -> HttpResponse:
    """One claim beside the record it is about, both masked."""
    claim = _claim(request, pk)
    known = Volunteer.objects.filter(pk=claim.person_id).first()
    waits = claim.state == Claim.State.WAITING
    verbs = [
        {
            "label": str(label),
            "url": address_of("claim-decide", pk=pk, verb=key),
            "primary": key == "approve",
        }
        for key, label in DECISIONS.items()
        if waits
    ]
    decided = [
        {"label": pgettext("a claim", "Decided by"), "value": claim.decided_by, "note": str(claim.decided_on)},
        {"label": _("Reason"), "value": claim.reason},
    ]  # fmt: skip
    detail = {
        "title": _("Claim of %(name)s") % {"name": claim.masked_name},
        "subtitle": claim.made_on.isoformat(),
        "signal": {"level": "warn" if waits else "none", "text": claim.get_state_display()},
        "intro": _("Somebody applied under an identity number that is in the register. Look at the identity document."),
        "facts": [] if waits else decided,
        "sections": [_compared(claim, known)],
        "history": history(list(entries_about({"claim": [pk]}))),
        "verbs": verbs,
    }
    response = render(request, "pages/detail.html", {"page": detail, "crumbs": _crumbs(detail["title"])})
    response["Cache-Control"] = "no-store"
    return response


def _claim(request: Request, pk: int) -> Claim:
    rows = Claim.objects.select_related("person__place__parent", "place__parent", "account")
    return found(may_verify, request.actor, rows, pk=pk)


def _crumbs(title: object) -> list[dict[str, object]]:
    return [
        {"label": _("Volunteers"), "url": address_of("volunteers")},
        {"label": _("To be verified"), "url": address_of("volunteer-queue")},
        {"label": title},
    ]


def _compared(claim: Claim, known: Volunteer | None) -> dict[str, object]:
    person = claim.person
    places = place_names({claim.place.area_path, known.area_path if known else person.area_path})
    signs: list[tuple[str, str, str]] = [
        (pgettext("of a person", "Name"), claim.masked_name, person.masked_name),
        (_("Resident number"), _("the same"), person.masked_resident_id),
        (_("Telephone"), claim.masked_phone, person.masked_phone),
        (
            _("Place"), places.get(claim.place.area_path, ""),
            places.get(known.area_path if known else person.area_path, ""),
        ),
        (_("Volunteer number"), "", known.number if known else _("no volunteer yet")),
        (_("State"), "", known.get_state_display() if known else ""),
        (_("Signs in by telephone"), _sign_in(claim.account), _("yes") if known and known.account_id else _("no")),
    ]  # fmt: skip
    same = {0: claim.name == person.name, 2: bool(claim.phone) and claim.phone == person.phone}
    rows = []
    for index, (label, typed, kept) in enumerate(signs):
        mark = {"text": _("the same"), "signal": "ok"} if same.get(index) else {"text": _("differs"), "signal": "warn"}
        rows.append(
            {"cells": [{"text": label}, {"text": typed}, {"text": kept}, mark if index in same else {"text": ""}]}
        )
    return {
        "title": _("Application and record"),
        "columns": [
            {"label": pgettext("compared", "What")},
            {"label": _("Applied")},
            {"label": _("In the register")},
            {"label": ""},
        ],
        "rows": rows,
    }


def _sign_in(account: Account | None) -> str:
    return _("opened with the claim") if account else _("none: the telephone number already signs somebody in")


@page("volunteers/claims/<int:pk>/<str:verb>/", name="claim-decide", rule=may_verify, methods="GET POST")
def decide_page(request: Request, pk: int, verb: str) -> HttpResponse:
    """Approve or refuse a claim."""
    if verb not in DECISIONS:
        raise Http404
    claim = _claim(request, pk)
    kind = SeenForm if verb == "approve" else WhyForm
    form = kind(sent(request), initial={"seen": claim.changed_by})
    back = address_of("claim", pk=pk)

    def write(**data: Any) -> str:
        if verb == "refuse":
            claims.refuse_claim(claim=claim, **data, by=request.actor)
            return address_of("volunteer-queue")
        return address_of("volunteer", pk=claims.approve_claim(claim=claim, **data, by=request.actor).pk)

    intro = (
        _("You have seen the identity document, and it belongs to who applied. A sign-in used before ends.")
        if verb == "approve"
        else _("The sign-in opened with the claim ends.")
    )
    title = str(DECISIONS[verb])
    crumbs: Crumbs = [*_crumbs(claim.masked_name)[:2], {"label": claim.masked_name, "url": back}]
    return answer(request, form, write, title=title, back=back, crumbs=crumbs, submit=title, intro=intro)


class MergeForm(ProblemForm):
    """Which record is given up, and why."""

    gone = forms.ChoiceField(label=gettext_lazy("Record to give up"), widget=forms.RadioSelect)
    reason = forms.CharField(label=gettext_lazy("Why the two are one person"), min_length=2, max_length=200)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["gone"].choices = choices  # type: ignore[attr-defined]


@page("people/<int:pk>/merge/", name="person-merge", rule=may_merge_people, methods="GET POST")
def merge_page(request: Request, pk: int) -> HttpResponse:
    """Give up another record of the same person: those that look alike are offered, or one found by number."""
    rows = Person.objects.filter(withdrawn=False).select_related("place__parent", "volunteer")
    kept = found(may_merge_people, request.actor, rows, pk=pk)
    text = (request.POST.get("q") or request.GET.get("q", "")).strip()
    others = _others(request, kept, text)
    form = MergeForm(sent(request), choices=[(str(one.pk), _described(one)) for one in others])
    volunteer = getattr(kept, "volunteer", None)
    back = address_of("volunteer" if volunteer else "person", pk=pk)

    def write(gone: str, reason: str) -> str:
        other = next((one for one in others if str(one.pk) == gone), None)
        if other is None:
            raise ValidationError({"gone": _("Choose a record.")})
        merge_people(kept=kept, gone=other, reason=reason, by=request.actor)
        return back

    return answer(
        request, form, write, title=_("Merge with another record"), back=back,
        crumbs=[{"label": _("People"), "url": address_of("people")}, {"label": kept.masked_name, "url": back}],
        submit=_("Merge"), said=_("Merged. Everything recorded is now under one person."),
        template="pages/person_merge.html", kept=_described(kept), q=text, found_some=bool(others),
        hidden=[{"name": "q", "value": text}] if text else [],
    )  # fmt: skip


def _others(request: Request, kept: Person, text: str) -> list[Person]:
    """Records that may be the same person: of the same name and birth or telephone, or those a text finds."""
    if text:
        near = Volunteer.objects.filter(number=text).values("person")
        rows = people_visible(request.actor).filter(name=text) | people_visible(request.actor).filter(pk__in=near)
        keys = list(rows.values_list("pk", flat=True)[:20])
    else:
        keys = [
            one.person.pk
            for one in likely_same(
                name=kept.name, resident_id=kept.resident_id, phone=kept.phone, place_path=kept.area_path
            )
        ]
    rows = people_visible(request.actor).filter(pk__in=keys).exclude(pk=kept.pk)
    return list(
        may_merge_people.filter(request.actor, rows).select_related("place__parent", "volunteer").order_by("pk")
    )


def _described(person: Person) -> str:
    place = person.place
    volunteer = getattr(person, "volunteer", None)
    signs = (
        person.masked_name, person.get_sex_display(), str(person.birth.year) if person.birth else "",
        person.masked_resident_id, person.masked_phone,
        place.with_parent,
        _("volunteer %(number)s") % {"number": volunteer.number} if volunteer else "",
    )  # fmt: skip
    return " · ".join(sign for sign in signs if sign)
