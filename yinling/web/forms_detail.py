"""One version of a form: as those who fill it in will see it, what it costs them, what changed, what may be done with it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinling.base.rules import Actor, Denied
from yinling.facts import entries_about
from yinling.network import Body
from yinling.returns import (
    FormVersion,
    designs,
    hindrances,
    may_design,
    next_version,
    publish_form,
    retire_form,
)
from yinling.returns import forms as schema
from yinling.web.exports import download
from yinling.web.form_words import TYPES, choice_words, differences, source_in_words, sources, unit_of
from yinling.web.forms_list import SIGNALS, State, asked_count, minutes_text
from yinling.web.happened import Names, history
from yinling.web.page import Request, address_of, attempt, found, page

Crumbs = list[dict[str, object]]
DESIGNERS = ("administrator", "officer")
SHOWN = 100
"""Rounds, and differences to the version before, shown at most."""


@page("forms/<int:pk>/", name="form", rule=may_design)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One version of a form."""
    version = seen_version(request, pk)
    form = schema.Form.from_json(version.content)
    hints = hindrances(form) if version.state == State.DRAFT else []
    known = Names(bodies={version.owner_id: version.owner.name}, paths={version.area_path: version.owner.name})
    others = list(FormVersion.objects.filter(key=version.key).exclude(pk=version.pk).order_by("number"))
    rounds = list(version.rounds.order_by("-opened_on", "-pk")[:SHOWN])
    detail = {
        "title": version.title,
        "subtitle": f"{version.key} · v{version.number} · {version.owner.name}",
        "signal": {"level": SIGNALS[State(version.state)], "text": version.get_state_display()},
        "intro": "",
        "facts": _facts(version, form),
        "sections": [
            *(
                [{"title": _("Before it can be published"), "template": "forms/hints.html", "hints": hints}]
                if hints
                else []
            ),
            {"title": _("As it will be filled in"), "template": "forms/preview.html", **preview(form)},
            *_changed(version, form, others),
            *([_burden(form, rounds)] if rounds else []),
        ],
        "history": history(list(entries_about({"formversion": [version.pk]})), known),
        "verbs": _verbs(request.actor, version, hints, others),
    }
    return render(request, "pages/detail.html", {"page": detail, "crumbs": crumbs(version, last=True)})


def seen_version(request: Request, pk: int) -> FormVersion:
    """A version the actor may read; 404 otherwise."""
    return get_object_or_404(designs(request.actor), pk=pk)


def own_version(request: Request, pk: int) -> FormVersion:
    """A version the actor may change; 404 otherwise."""
    return found(may_design, request.actor, FormVersion.objects.select_related("owner"), pk=pk)


def crumbs(version: FormVersion, *, last: bool = False) -> Crumbs:
    """The way to a form."""
    here: dict[str, object] = {"label": f"{version.title} v{version.number}"}
    if not last:
        here["url"] = address_of("form", pk=version.pk)
    return [{"label": _("Forms"), "url": address_of("forms")}, here]


def _facts(version: FormVersion, form: schema.Form) -> list[dict[str, object]]:
    questions = list(form.questions())
    bases = dict.fromkeys(question.field.legal_basis for question in questions if question.field.legal_basis)
    without = [question for question in questions if question.asks and not question.field.legal_basis]
    missing = ngettext("%(count)s question names none", "%(count)s questions name none", len(without))
    shown = sum(not question.asks and question.field.type != "note" for question in questions)
    facts: list[dict[str, object]] = [
        {"label": _("Questions asked"), "value": str(asked_count(form))},
        {"label": _("Filled in by the platform"), "value": str(shown)},
        {"label": _("Minutes"), "value": minutes_text(form), "note": _("as the dictionary estimates them")},
        {
            "label": _("Legal bases"), "value": "；".join(bases) or _("none"),
            "note": missing % {"count": len(without)} if without else "",
        },
        {"label": _("Designed by"), "value": version.owner.name},
    ]  # fmt: skip
    if version.digest:
        facts.append({"label": _("Digest"), "value": version.digest[:16], "note": _("SHA-256 of the frozen content")})
    return facts


def preview(form: schema.Form) -> dict[str, object]:
    """The context of forms/preview.html."""
    known = sources() if any(question.field.holds or question.field.binds for question in form.questions()) else {}
    numbers = {question.key: number for number, question in enumerate(_answered(form), start=1)}
    return {
        "intro_text": str(form.intro),
        "groups": [
            {
                "label": str(section.labels),
                "relevant": section.relevant,
                "questions": [
                    _previewed(question, numbers.get(question.key, 0), known) for question in section.questions
                ],
            }
            for section in form.sections
        ],
    }


def _answered(form: schema.Form) -> Iterator[schema.Question]:
    return (question for question in form.questions() if question.field.type != "note")


def _previewed(question: schema.Question, number: int, known: dict[str, str]) -> dict[str, object]:
    field = question.field
    return {
        "number": number,
        "label": str(field.labels),
        "type": field.type,
        "type_text": str(TYPES[field.type]),
        "unit": unit_of(field),
        "help": str(field.help),
        "required": question.required,
        "asks": question.asks,
        "choices": [choice_words(choice) for choice in field.choices],
        "default": question.default,
        "source": source_in_words(field.holds, known) if field.holds else "",
        "reason": question.reason,
        "binds": source_in_words(field.binds, known) if field.binds else "",
        "evidence": question.evidence,
        "rules": [
            (label, text)
            for label, text in (
                (_("Asked only if"), question.relevant), (_("Condition"), question.constraint),
                (_("Calculated"), question.calculation), (_("If not met"), str(question.message)),
            )
            if text
        ],
    }  # fmt: skip


def _changed(version: FormVersion, form: schema.Form, others: list[FormVersion]) -> list[dict[str, object]]:
    """The section about the published version before this one, if there is one."""
    before = [other for other in others if other.digest and other.number < version.number]
    if not before:
        return []
    earlier = before[-1]
    rows = list(differences(schema.Form.from_json(earlier.content), form))
    breaking = any(row["breaks"] for row in rows)
    return [
        {
            "title": _("Changed since v%(number)s") % {"number": earlier.number},
            "intro": _("Nothing.") if not rows else
            _("Answers to the earlier version do not all stand under this one.") if breaking else
            _("Answers to the earlier version stand under this one."),
            "columns": [
                {"label": _("What")}, {"label": _("Entry")}, {"label": _("Before")}, {"label": _("Now")},
                {"label": _("Earlier answers")},
            ],
            "rows": [
                {"cells": [
                    {"text": f"{row['what']}：{row['name']}"}, {"text": row["entry"]}, {"text": row["before"]},
                    {"text": row["after"]},
                    {"text": _("do not stand"), "signal": "bad"} if row["breaks"] else {"text": ""},
                ]}
                for row in rows[:SHOWN]
            ],
        }
    ]  # fmt: skip


def _burden(form: schema.Form, rounds: list[Any]) -> dict[str, object]:
    """What the rounds of this version asked of their units together."""
    asked, minutes = asked_count(form), schema.minutes(form)
    return {
        "title": _("Rounds and burden"),
        "intro": _("Questions asked and minutes, for all units of a round together."),
        "columns": [
            {"label": _("Round")}, {"label": _("Period")}, {"label": _("Units"), "numeric": True},
            {"label": _("Questions asked"), "numeric": True}, {"label": _("Hours"), "numeric": True},
        ],
        "rows": [
            {
                "url": address_of("round", pk=row.pk),
                "cells": [
                    {"text": row.name}, {"text": row.period}, {"text": f"{row.units:,}"}, {"text": f"{row.units * asked:,}"},
                    {"text": f"{row.units * minutes / 60:,.1f}"},
                ],
            }
            for row in rounds
        ],
    }  # fmt: skip


def _verbs(actor: Actor, version: FormVersion, hints: list[str], others: list[FormVersion]) -> list[dict[str, object]]:
    """What may be done with a version, with the reason beside what may not."""
    answer = may_design.check(actor, version)
    denied = str(answer.reason) if isinstance(answer, Denied) else ""
    draft, retired = version.state == State.DRAFT, version.state == State.RETIRED
    frozen = "" if draft else _("A published form is never changed; begin its next version.")
    drafted = draft or any(other.state == State.DRAFT for other in others)
    twice = _("There already is a draft of the next version.") if drafted else ""

    def verb(label: str, name: str, reason: str = "", **more: object) -> dict[str, object]:
        return {"label": label, "url": address_of(name, pk=version.pk), "reason": denied or reason, **more}

    return [
        verb(_("Edit"), "form-edit", frozen, primary=draft and bool(hints)),
        verb(_("Publish"), "form-publish", frozen or next(iter(hints), ""), post=True, primary=draft and not hints),
        verb(_("Begin the next version"), "form-next", twice, post=True),
        verb(_("Give up the draft") if draft else _("Retire"), "form-retire",
             _("This form is already retired.") if retired else "", post=True),
        {"label": _("Download as XLSForm"), "url": address_of("form-xlsform", pk=version.pk)},
    ]  # fmt: skip


@page("forms/<int:pk>/publish/", name="form-publish", rule=may_design, methods="POST")
def publish_page(request: Request, pk: int) -> HttpResponse:
    """Freeze a draft."""
    version = own_version(request, pk)
    attempt(request, lambda: publish_form(version=version, by=request.actor), _("Published. Rounds can ask it now."))
    return redirect("form", pk=pk)


@page("forms/<int:pk>/retire/", name="form-retire", rule=may_design, methods="POST")
def retire_page(request: Request, pk: int) -> HttpResponse:
    """Let no round ask a form any more, or give up a draft."""
    version = own_version(request, pk)
    attempt(request, lambda: retire_form(version=version, by=request.actor), _("Retired."))
    return redirect("form", pk=pk)


@page("forms/<int:pk>/next/", name="form-next", rule=may_design, methods="POST")
def next_page(request: Request, pk: int) -> HttpResponse:
    """Begin the next version and open it for editing."""
    version, begun = own_version(request, pk), list[FormVersion]()
    write: Callable[[], object] = lambda: begun.append(next_version(version=version, by=request.actor))  # noqa: E731
    if attempt(request, write, _("The next version has begun, with the content of this one.")):
        return redirect("form-edit", pk=begun[0].pk)
    return redirect("form", pk=pk)


@page("forms/<int:pk>/form.xlsx", name="form-xlsform", rule=may_design)
def xlsform_page(request: Request, pk: int) -> HttpResponse:
    """The form as an XLSForm workbook."""
    version = seen_version(request, pk)
    content = schema.write_xlsform(schema.Form.from_json(version.content))
    return download(io.BytesIO(content), f"{version.title} v{version.number}.xlsx")


def own_offices(actor: Actor) -> list[Body]:
    """The bodies for which the actor designs, the highest first."""
    mine = {grant.body_id for grant in actor.grants if grant.role in DESIGNERS and grant.body_id is not None}
    return list(Body.objects.filter(pk__in=mine, withdrawn=False).order_by("area_path"))
