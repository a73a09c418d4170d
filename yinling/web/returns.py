"""Returns on the desk and on the phone: one return with its answers, filling it in, checking it, reopening it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.paths import WIDTHS
from yinling.base.period import parse
from yinling.base.rules import Actor, Denied, Refused
from yinling.facts import Evidence, entries_about
from yinling.figures import table
from yinling.network import Place
from yinling.returns import (
    Check,
    Return,
    attach_evidence,
    check_return,
    field_measures,
    last_answers,
    may_check,
    may_check_lists,
    may_fill,
    may_open,
    may_see_returns,
    reopen,
    save,
    send_back,
    submit,
)
from yinling.returns import forms as schema
from yinling.web.association_forms import ProblemForm
from yinling.web.cells import Cell, cell
from yinling.web.filling import FillForm, in_words
from yinling.web.form_page import form_page
from yinling.web.happened import Names, history
from yinling.web.page import Request, address_of, found, page
from yinling.web.rounds import SIGNALS, States, id_of

ROWS = Return.objects.select_related("round__form", "round__asked_by", "place__parent", "body")


class ReopenForm(ProblemForm):
    """Why an accepted return is reopened."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


def address(answer: Return) -> str:
    """The page of a return."""
    return address_of("return", pk=answer.pk)


def _form_of(answer: Return) -> schema.Form:
    return schema.Form.from_json(answer.round.form.content)


def _signal(answer: Return) -> dict[str, str]:
    text = answer.get_state_display()
    if answer.waits_at:
        text = _("%(state)s, waits at: %(level)s") % {"state": text, "level": Place.Level(answer.waits_at).label}
    return {"level": SIGNALS[States(answer.state)], "text": text}


def _crumbs(actor: Actor, answer: Return, last: str = "") -> list[dict[str, object]]:
    crumbs: list[dict[str, object]] = []
    if actor.has("administrator", "officer", "clerk", "auditor"):
        crumbs = [
            {"label": _("Collection rounds"), "url": address_of("rounds")},
            {"label": answer.round.name, "url": address_of("round", pk=answer.round_id)},
        ]
    crumbs.append({"label": answer.unit, "url": address(answer)})
    return [*crumbs, {"label": last}] if last else crumbs


@page("returns/<int:pk>/", name="return", rule=may_see_returns)
def detail_page(request: Request, pk: int) -> HttpResponse:
    """One return: its answers beside the last ones, what the offices said, what may be done now."""
    answer = found(may_see_returns, request.actor, ROWS, pk=pk)
    form = _form_of(answer)
    last = last_answers([answer], form)[answer.pk]
    striking = {one["question"]: one["text"] for one in answer.outliers}
    rows = []
    for question in form.questions():
        if question.field.type == "note":
            continue
        text = in_words(question.field, answer.answers.get(question.key))
        stands_out = {"text": striking[question.key], "signal": "warn"} if question.key in striking else {"text": ""}
        rows.append(
            {
                "cells": [
                    {"text": str(question.field.labels)}, {"text": text, "numeric": question.field.type == "integer"},
                    {"text": in_words(question.field, last.get(question.key))}, stands_out,
                ]
            }
        )  # fmt: skip
    detail = {
        "title": answer.unit,
        "subtitle": f"{answer.round.name} · {parse(answer.round.period).label()}",
        "signal": _signal(answer),
        "facts": _facts(answer),
        "sections": [
            {
                "title": _("Answers"), "rows": rows,
                "columns": [{"label": label} for label in (_("Question"), _("Answer"), _("Last time"), _("Stands out"))],
            },
            *_said(answer, form),
            *_files(answer, form),
        ],
        "history": history(list(entries_about({"return": [answer.pk]})), Names(places={answer.place_id: answer.place.name})),
        "verbs": _verbs(request.actor, answer),
        "counts_towards": _figures(answer, form),
    }  # fmt: skip
    return render(request, "pages/detail.html", {"page": detail, "crumbs": _crumbs(request.actor, answer)})


def _facts(answer: Return) -> list[dict[str, object]]:
    return [
        {
            "label": _("Place"),
            "value": answer.place.name,
            "url": address_of("place", path=answer.place.area_path),
        },
        {"label": _("Asked by"), "value": answer.round.asked_by.name},
        {"label": _("Due on"), "value": answer.round.due_on.isoformat()},
        {"label": _("Handed in on"), "value": answer.submitted_on.isoformat() if answer.submitted_on else ""},
        {"label": _("Approved by"), "value": answer.round.approver},
        {"label": _("Legal basis"), "value": answer.round.legal_basis},
    ]


def _said(answer: Return, form: schema.Form) -> list[dict[str, object]]:
    checks = list(answer.checks.order_by("-pk"))
    if not checks:
        return []
    labels = {question.key: str(question.field.labels) for question in form.questions()}
    rows = []
    for one in checks:
        remarks = [f"{labels.get(key, key)}：{text}" for key, text in one.remarks.items()]
        level = str(Place.Level(one.level).label) if one.level else ""
        rows.append(
            {
                "cells": [
                    {"text": one.on.isoformat()}, {"text": f"{one.by_name} {level}".strip()},
                    {"text": one.get_verdict_display(), "signal": _signal_of(one)},
                    {"text": "；".join([*filter(None, [one.remark]), *remarks])},
                ]
            }
        )  # fmt: skip
    labels_of = (_("On"), _("By"), _("Verdict"), _("Remarks"))
    return [{"title": _("What the offices said"), "rows": rows, "columns": [{"label": label} for label in labels_of]}]


def _signal_of(check: Check) -> str:
    return "bad" if check.verdict in (Check.Verdict.SENT_BACK, Check.Verdict.REOPENED) else "ok"


def _files(answer: Return, form: schema.Form) -> list[dict[str, object]]:
    kept = Evidence.objects.in_bulk(list(answer.evidence.values()))
    rows = [
        {
            "url": address_of("evidence", pk=pk),
            "cells": [{"text": kept[pk].name}, {"text": str(form.question(key).field.labels)}],
        }
        for key, pk in answer.evidence.items()
        if pk in kept
    ]
    columns = [{"label": _("File")}, {"label": _("Question")}]
    return [{"title": _("Evidence"), "rows": rows, "columns": columns}] if rows else []


def _figures(answer: Return, form: schema.Form) -> list[Cell]:
    """The figures of the unit's county that its answers count in."""
    period = parse(answer.round.period)
    path = answer.area_path[: WIDTHS[2]]
    measures = [
        one for question in form.questions() if not question.field.binds for one in field_measures(question.field)
    ]
    values = table(measures, paths=[path], periods=[period])
    return [cell(values.at(measure, path, period)) for measure in measures]


def _verbs(actor: Actor, answer: Return) -> list[dict[str, object]]:
    key = {"pk": answer.pk}
    fills, checks = may_fill.check(actor, answer), may_check.check(actor, answer)
    why_not_fill = str(fills.reason) if isinstance(fills, Denied) else ""
    if not why_not_fill and not answer.is_changeable:
        why_not_fill = _("It is handed in; ask the checking office to send it back.")
    opens = may_open.check(actor, answer.round.asked_by)
    why_not_open = str(opens.reason) if isinstance(opens, Denied) else ""
    if not why_not_open and answer.state not in (States.ACCEPTED, States.LOCKED):
        why_not_open = _("Only what was accepted can be reopened.")
    return [
        {"label": _("Fill in"), "url": address_of("return-fill", **key), "reason": why_not_fill, "primary": True},
        {
            "label": _("Check"), "url": address_of("return-check", **key), "primary": True,
            "reason": str(checks.reason) if isinstance(checks, Denied) else "",
        },
        {"label": _("Reopen"), "url": address_of("return-reopen", **key), "reason": why_not_open},
    ]  # fmt: skip


@page("returns/<int:pk>/fill/", name="return-fill", rule=may_fill, methods="GET POST")
def fill_page(request: Request, pk: int) -> HttpResponse:
    """Fill in a return: saved for now, or handed in. On the phone face for those who only chair an association."""
    answer = found(may_fill, request.actor, ROWS, pk=pk)
    if not answer.is_changeable:
        return redirect("return", pk=pk)
    form = FillForm(request.POST if request.method == "POST" else None, answer=answer, form=_form_of(answer))
    looking = bool(request.headers.get("HX-Request")) and request.POST.get("then") is None
    if request.method == "POST" and not looking and _kept(request, form, answer):
        return redirect("return", pk=pk) if request.POST.get("then") == "submit" else redirect("return-fill", pk=pk)
    desk = request.actor.has("administrator", "officer", "clerk", "auditor")
    context = {
        "shell_template": "desk.html" if desk else "pocket.html",
        "title": answer.round.name,
        "answer": answer,
        "form": form,
        "parts": form.parts(),
        "intro": str(form.form.intro),
        "cancel_url": address(answer) if desk else address_of("pocket"),
        "crumbs": _crumbs(request.actor, answer, _("Fill in")),
        "remark": _remark(answer),
    }
    bad = request.method == "POST" and not looking
    return render(request, "returns/fill.html", context, status=422 if bad else 200)


def _remark(answer: Return) -> str:
    back = answer.checks.order_by("pk").last()
    return back.remark if back is not None and answer.state == States.RETURNED else ""


def _kept(request: Request, form: FillForm, answer: Return) -> bool:
    """Keep what was typed, and hand it in if asked to; whether that went through."""
    wrong = form.add_reading_problems()
    if not form.is_valid() and wrong:
        return False
    seen = form.cleaned_data.get("seen")
    if seen is None:
        raise Http404
    handing_in = request.POST.get("then") == "submit"
    try:
        seen = _attached(request, form, answer, seen)
        write = submit if handing_in else save
        write(answer=answer, answers=form.typed, seen=seen, by=request.actor)
    except (Refused, ValidationError) as problem:
        form.add_problem(problem)
        return False
    messages.success(request, _("Handed in.") if handing_in else _("Saved for now. It is not handed in yet."))
    return True


def _attached(request: Request, form: FillForm, answer: Return, seen: int) -> int:
    """Keep the files that came along, each by itself; the state of the return that its answers are then written upon. The
    page shows that state too, should an answer be refused: the files are kept already."""
    for question in form.form.questions():
        upload = request.FILES.get(f"{question.key}__file") if question.evidence else None
        if upload is None:
            continue
        try:
            attach_evidence(
                answer=answer, question=question.key, name=upload.name or "", content=upload.read(), seen=seen,
                by=request.actor,
            )  # fmt: skip
        except ValidationError as problem:
            raise ValidationError({question.key: problem.messages}) from problem
        answer.refresh_from_db(fields=["evidence", "changed_by"])
        seen = answer.changed_by
        data = request.POST.copy()
        data["seen"] = str(seen)
        form.data = data
    return seen


@page("returns/<int:pk>/check/", name="return-check", rule=may_check_lists, methods="GET POST")
def check_page(request: Request, pk: int) -> HttpResponse:
    """Check a return: found right, or sent back with remarks on its questions."""
    answer = found(may_see_returns, request.actor, ROWS, pk=pk)
    may = may_check.check(request.actor, answer)
    if isinstance(may, Denied):  # checked meanwhile, by a second click or by somebody else
        messages.info(request, str(may.reason))
        return redirect("return", pk=pk)
    form = _form_of(answer)
    last = last_answers([answer], form)[answer.pk]
    striking = {one["question"]: one["text"] for one in answer.outliers}
    rows = [
        {
            "key": question.key,
            "label": str(question.field.labels),
            "value": in_words(question.field, answer.answers.get(question.key)),
            "last": in_words(question.field, last.get(question.key)),
            "outlier": striking.get(question.key, ""),
            "remark": request.POST.get(f"remark-{question.key}", ""),
        }
        for question in form.questions()
        if question.field.type != "note"
    ]
    problem = ""
    if request.method == "POST":
        try:
            _judge(request, answer, {str(row["key"]): str(row["remark"]) for row in rows})
        except (Refused, ValidationError) as refused:
            problem = str(refused.reason) if isinstance(refused, Refused) else "；".join(refused.messages)
        else:
            return redirect("return", pk=pk)
    context = {
        "title": _("Check: %(unit)s") % {"unit": answer.unit},
        "answer": answer,
        "rows": rows,
        "remark": request.POST.get("remark", ""),
        "problem": problem,
        "final": answer.waits_at == answer.round.checked_at[-1],
        "crumbs": _crumbs(request.actor, answer, _("Check")),
    }
    return render(request, "returns/check.html", context, status=422 if problem else 200)


def _judge(request: Request, answer: Return, remarks: dict[str, str]) -> None:
    seen = id_of(request.POST.get("seen", "")) or 0
    if request.POST.get("then") == "back":
        remark = request.POST.get("remark", "").replace("\r\n", "\n")
        send_back(answer=answer, remarks=remarks, remark=remark, seen=seen, by=request.actor)
        messages.success(request, _("Sent back with your remarks."))
    else:
        done = check_return(answer=answer, seen=seen, by=request.actor)
        accepted = done.state == States.ACCEPTED
        messages.success(request, _("Accepted. The figures have moved with it.") if accepted else _("Passed on."))


@page("returns/<int:pk>/reopen/", name="return-reopen", rule=may_open, methods="GET POST")
def reopen_page(request: Request, pk: int) -> HttpResponse:
    """Reopen an accepted return: what it counted is taken back."""
    answer = found(may_see_returns, request.actor, ROWS, pk=pk)
    may_open.demand(request.actor, answer.round.asked_by)

    def write(reason: str) -> Return:
        return reopen(answer=answer, reason=reason, area=answer.round.asked_by, by=request.actor)

    return form_page(
        request, ReopenForm(request.POST or None), _("Reopen"), write, back=address(answer),
        crumbs=_crumbs(request.actor, answer), intro=answer.unit, submit=_("Reopen"),
        done=_("Reopened. What it counted is taken back."),
    )  # fmt: skip
