"""The register of papers: skill-grade certificates and the qualifications of staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from yinling.base import clock
from yinling.base.period import as_of
from yinling.base.rules import Actor
from yinling.facts import entries_about
from yinling.figures import figure
from yinling.people import Person, Qualification, may_see_people
from yinling.training import (
    PAPERS,
    Paper,
    add_qualification,
    in_words,
    may_see_training,
    may_train,
    papers,
    withdraw_qualification,
)
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import cell
from yinling.web.form_page import form_page, verb
from yinling.web.happened import history
from yinling.web.list_tools import page_number, select, turning
from yinling.web.page import Request, address_of, found, page
from yinling.web.person_changes import day_field
from yinling.web.pick_person import PersonField
from yinling.web.supervision_forms import WithdrawForm

SIZE = 50
GRADES = (("", "–"), *((str(grade), str(grade)) for grade in (5, 4, 3, 2, 1)))
CHECK_SITE = "https://zscx.osta.org.cn"
"""Where the Ministry of Human Resources lets anybody look up a skill-grade certificate."""

Row = dict[str, object]


class PaperForm(ProblemForm):
    """A paper as it is handed in."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of paper"), choices=Qualification.Kind.choices)
    title = forms.CharField(label=gettext_lazy("Trade or title"), max_length=80)
    grade = forms.TypedChoiceField(
        label=gettext_lazy("Grade"), choices=GRADES, required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("5 is the lowest, 1 the highest."),
    )  # fmt: skip
    number = forms.CharField(
        label=gettext_lazy("Number of the paper"), max_length=40, required=False,
        help_text=gettext_lazy("As printed. An unusual number is remarked, never refused."),
    )  # fmt: skip
    issuer = forms.CharField(label=pgettext_lazy("a paper", "Issued by"), max_length=120)
    issued_on = day_field(pgettext_lazy("a paper", "Issued on"))
    expires_on = forms.DateField(label=gettext_lazy("Valid until"), required=False, widget=forms.DateInput)
    field_order = ("person", "kind", "title", "grade", "number", "issuer", "issued_on", "expires_on")

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"] = PersonField(actor=actor, label=_("Holder"))
        self.order_fields(self.field_order)


@page("skill-certificates/", name="skill-certificates", rule=may_see_training)
def list_page(request: Request) -> HttpResponse:
    """The papers of the actor's area, the newest first; a number is found as a whole."""
    text, kind, number = request.GET.get("q", "").strip(), request.GET.get("kind", ""), page_number(request)
    kind = kind if kind in Qualification.Kind.values else ""
    shown = list(papers(request.actor, text, kind)[number * SIZE : (number + 1) * SIZE + 1])
    may = bool(may_train.check(request.actor))
    new = [
        {"label": _("Record a paper"), "url": address_of("skill-certificate-new"), "primary": True},
        {"label": _("Import papers"), "url": address_of("import-new", key="qualifications")},
    ]
    listing = {
        "title": _("Skill certificates"),
        "search": {"q": text, "placeholder": _("Whole number, holder or trade")},
        "selects": [select("kind", _("Kind of paper"), [("", _("all kinds")), *Qualification.Kind.choices], kind)],
        "actions": new if may else [],
        "columns": [
            {"label": _("Holder")}, {"label": _("Kind of paper")}, {"label": _("Trade or title")}, {"label": _("Grade")},
            {"label": _("Number of the paper")}, {"label": pgettext("a paper", "Issued on")},
            {"label": pgettext("on a number", "Remarks")},
        ],
        "rows": [_row(one, address_of("skill-certificate", pk=one.pk)) for one in shown[:SIZE]],
        "pagination": turning({"q": text, "kind": kind}, number, more=len(shown) > SIZE),
        "empty": {
            "title": _("No paper is recorded here."),
            "hint": _("Papers are found by their whole number, or by the beginning of a name."),
            "action": new[0] if may else None,
        },
    }  # fmt: skip
    return render(request, "pages/list.html", {"page": listing, "crumbs": [{"label": listing["title"]}]})


def _row(one: Qualification, url: str) -> Row:
    remarks = in_words(one.number_note)
    ended = one.expires_on is not None and one.expires_on < clock.today()
    text = _("expired") if ended else remarks[0] if remarks else ""
    return {
        "url": url,
        "cells": [
            {"text": one.person.masked_name}, {"text": one.get_kind_display()}, {"text": one.title},
            {"text": one.grade or ""}, {"text": one.number}, {"text": one.issued_on.isoformat()},
            {"text": text, "signal": "bad" if ended else "warn" if remarks else ""},
        ],
    }  # fmt: skip


@page("skill-certificates/new/", name="skill-certificate-new", rule=may_train, methods="GET POST")
def new_page(request: Request) -> HttpResponse:
    """Record a paper."""

    def write(person: Person, **data: Any) -> Qualification:
        return add_qualification(person=person, paper=Paper(**data), by=request.actor)

    return form_page(
        request, PaperForm(request.POST or None, actor=request.actor), _("Record a paper"), write,
        back=address_of("skill-certificates"), crumbs=_crumbs(),
        then=lambda made: address_of("skill-certificate", pk=made.pk),
    )  # fmt: skip


def _crumbs() -> list[Row]:
    return [{"label": _("Skill certificates"), "url": address_of("skill-certificates")}]


@page("skill-certificates/<int:pk>/", name="skill-certificate", rule=may_see_training)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One paper, with what strikes at its number."""
    rows = Qualification.objects.select_related("person__place")
    one = found(may_see_training, request.actor, rows, pk=pk)
    holder: Row = {"label": _("Holder"), "value": one.person.masked_name}
    if may_see_people.check(request.actor, one.person):
        holder["url"] = address_of("person", pk=one.person_id)
    remarks = in_words(one.number_note)
    measure = PAPERS[Qualification.Kind(one.kind).value]
    detail = {
        "title": one.title,
        "subtitle": f"{one.get_kind_display()} · {one.person.masked_name}",
        "signal": {"level": "bad", "text": _("withdrawn")} if one.withdrawn else None,
        "facts": [
            holder,
            {"label": _("Grade"), "value": one.grade or "–"},
            {"label": _("Number of the paper"), "value": one.number or "–"},
            {"label": pgettext("a paper", "Issued by"), "value": one.issuer},
            {"label": pgettext("a paper", "Issued on"), "value": one.issued_on.isoformat()},
            {"label": _("Valid until"), "value": one.expires_on.isoformat() if one.expires_on else "–"},
        ],
        "sections": [
            {
                "title": _("The number"),
                "intro": " ".join(remarks) or _("Nothing strikes at its form."),
                "facts": [{"label": _("Look it up at the Ministry"), "value": CHECK_SITE}],
            }
        ] if one.kind in {Qualification.Kind.SKILL_GRADE, Qualification.Kind.VOCATIONAL} else [],
        "history": history(list(entries_about({"qualification": [one.pk]}))),
        "verbs": [] if one.withdrawn else [
            verb(_("Withdraw"), address_of("skill-certificate-withdraw", pk=pk),
                 may_train.check(request.actor, one)),
        ],
        "counts_towards": [cell(figure(measure, path=one.area_path, period=as_of(clock.today())))],
    }  # fmt: skip
    return render(request, "pages/detail.html", {"page": detail, "crumbs": [*_crumbs(), {"label": one.title}]})


@page("skill-certificates/<int:pk>/withdraw/", name="skill-certificate-withdraw", rule=may_train, methods="GET POST")
def withdraw_page(request: Request, pk: int) -> HttpResponse:
    """Withdraw a paper that was recorded by mistake."""
    rows = Qualification.objects.filter(withdrawn=False).select_related("person")
    one = found(may_train, request.actor, rows, pk=pk)

    def write(reason: str) -> Qualification:
        return withdraw_qualification(qualification=one, reason=reason, by=request.actor)

    return form_page(
        request, WithdrawForm(request.POST or None), _("Withdraw"), write, intro=f"{one.title} {one.person.masked_name}",
        back=address_of("skill-certificate", pk=pk), crumbs=_crumbs(),
    )  # fmt: skip
