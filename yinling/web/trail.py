"""The audit trail as a page: what was asked for of it, the facts of an entry, the proof that nothing was altered."""

from __future__ import annotations

from itertools import islice
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.action import registry
from yinling.facts import Asked, Chain, Entry, Fact, entries, facts_of, kind_of, last_seq, verify
from yinling.figures import UNITS, written
from yinling.network import Place, may_read_trail
from yinling.web.dimensions import in_words
from yinling.web.happened import history, label_of
from yinling.web.happened_words import SUBJECTS
from yinling.web.page import Request, address_of, found, page
from yinling.web.pick import PlaceField

SIZE = 50
FACTS = 200
"""Facts of one entry shown at most; what a figure counts is reached through its door."""

VERIFIED_AT_ONCE = 50_000
"""Entries checked while somebody waits; more take the command."""

FAULTS = 100


class AskedForm(forms.Form):
    """What of the trail is asked for."""

    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput)
    until = forms.DateField(label=gettext_lazy("Up to"), required=False, widget=forms.DateInput)
    actor = forms.CharField(label=gettext_lazy("Who"), required=False)
    action = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    place = PlaceField(label=gettext_lazy("Place"), required=False, roots=("",))
    subject = forms.ChoiceField(label=gettext_lazy("To what"), required=False)
    subject_id = forms.IntegerField(label=gettext_lazy("Its number"), required=False, min_value=1, max_value=2**62)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        actions = sorted(((name, str(spec.label)) for name, spec in registry.items()), key=lambda pair: pair[1])
        self.fields["action"].choices = [("", _("everything")), *actions]  # type: ignore[attr-defined]
        self.fields["subject"].choices = [("", _("everything")), *SUBJECTS.items()]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What a valid form asks for; of an invalid one, what can be understood."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        place = asked.pop("place", None)
        return Asked(**asked, path=place.area_path if place else "")


@page("trail/", name="trail", rule=may_read_trail)
def trail_page(request: Request) -> HttpResponse:
    """The entries of the actor's area, the newest first, fifty at a time."""
    form = AskedForm(request.GET)
    rows = entries(request.actor, may_read_trail, form.asked())
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit():
        rows = rows.filter(seq__lt=min(int(before), 2**62))
    shown = list(rows[: SIZE + 1])
    query = {key: value for key, value in request.GET.items() if key != "before" and value}
    following = f"?{urlencode({**query, 'before': shown[SIZE - 1].seq})}" if len(shown) > SIZE else ""
    context = {
        "form": form,
        "history": history(shown[:SIZE]),
        "pagination": {"first_url": f"?{urlencode(query)}" if before else "", "next_url": following},
        "crumbs": [{"label": _("Audit trail")}],
    }
    return render(request, "pages/trail.html", context)


@page("trail/<int:pk>/facts/", name="trail-facts", rule=may_read_trail)
def facts_page(request: Request, pk: int) -> HttpResponse:
    """The facts one entry recorded."""
    entry = found(may_read_trail, request.actor, Entry.objects.all(), pk=pk)
    facts = list(facts_of(entry)[:FACTS])
    places = Place.objects.filter(area_path__in={fact.area_path for fact in facts})
    names = dict(places.values_list("area_path", "short_name"))
    count = _("%(count)s facts") % {"count": entry.fact_count}
    if entry.fact_count > FACTS:
        count = _("the first %(shown)s of %(count)s facts") % {"shown": FACTS, "count": entry.fact_count}
    listing = {
        "title": _("Facts recorded by “%(action)s”") % {"action": label_of(entry.action)},
        "count_text": count,
        "columns": [
            {"label": _("Fact")}, {"label": _("What kind")}, {"label": _("Place")}, {"label": _("Day")},
            {"label": _("Quantity"), "numeric": True}, {"label": _("Settles")},
        ],
        "rows": [_fact(fact, names) for fact in facts],
        "empty": {"title": _("This entry recorded no facts."), "hint": _("It changed records that are not counted.")},
    }  # fmt: skip
    crumbs = [{"label": _("Audit trail"), "url": address_of("trail")}, {"label": f"#{entry.seq}"}]
    return render(request, "pages/list.html", {"page": listing, "crumbs": crumbs})


def _fact(fact: Fact, names: dict[str, str]) -> dict[str, object]:
    kind = kind_of(fact.series.kind)
    settles = ""
    if fact.settles_id:
        settles = _("undoes #%(fact)s") if fact.reversal else _("ends #%(fact)s")
    return {
        "cells": [
            {"text": f"#{fact.pk} {kind.label}"},
            {"text": in_words(fact.series.dims, " · ")},
            {"text": names.get(fact.area_path, fact.area_path)},
            {"text": fact.happened.isoformat()},
            {"text": f"{written(fact.quantity, kind.unit)} {UNITS[kind.unit].label}"},
            {"text": settles % {"fact": fact.settles_id} if settles else ""},
        ]
    }


@page("trail/verify/", name="trail-verify", rule=may_read_trail, methods="POST")
def verify_page(request: Request) -> HttpResponse:
    """Recompute the chain now and say what was found; too long a trail is left to the command."""
    count = last_seq()
    context: dict[str, object] = {
        "count": count,
        "crumbs": [{"label": _("Audit trail"), "url": address_of("trail")}, {"label": _("Verification")}],
    }
    if count > VERIFIED_AT_ONCE:
        context["too_long"] = True
    else:
        context["faults"] = [{"text": f"#{fault.seq}: {fault.what}"} for fault in islice(verify(), FAULTS)]
        context["head"] = bytes(Chain.objects.get().hash).hex()
    return render(request, "pages/trail_verified.html", context)
