"""The checker of a report's figures as a page: paste a text or upload a file, see each figure judged in its place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yinling.base.invalid import Invalid
from yinling.figures import may_see_figures
from yinling.reports import ENDINGS, LARGEST, Binding, Finding, check, propose, text_of
from yinling.web.cells import cell
from yinling.web.page import Request, page

SIGNALS = {"error": "bad", "doubt": "warn", "note": "ok"}
ORDER = {"error": 0, "doubt": 1, "note": 2}
Piece = dict[str, object]


class CheckForm(forms.Form):
    """A text, or a file that holds one."""

    text = forms.CharField(
        label=gettext_lazy("Text of the report"), required=False, max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 12}),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Or a file"), required=False,
        help_text=gettext_lazy(".txt, .docx, .pdf or .html, at most 10 MB. Nothing of it is kept."),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )  # fmt: skip

    def clean_text(self) -> str:
        """The text with plain line ends, as its offsets are counted."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """Either of the two; a file goes before the text."""
        upload = self.cleaned_data.get("file")
        if upload:
            try:
                self.cleaned_data["text"] = text_of(upload.name, upload.read())
            except Invalid as problem:
                self.add_error("file", str(problem))
        elif not self.errors and not self.cleaned_data.get("text"):
            self.add_error("text", _("Paste a text, or choose a file."))
        return self.cleaned_data


@page("checker/", name="checker", rule=may_see_figures, methods="GET POST")
def checker_page(request: Request) -> HttpResponse:
    """Check a text. Nothing is stored: not the text, not the findings."""
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm()
    title = _("Check a report")
    context: dict[str, object] = {"form": form, "title": title, "crumbs": [{"label": title}]}
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["text"]
        context |= _result(text) | {"form": CheckForm(initial={"text": text})}
    return render(request, "pages/checker.html", context, status=422 if form.is_bound and form.errors else 200)


def _result(text: str) -> dict[str, object]:
    findings, bindings = check(text), propose(text)
    return {
        "checked": True,
        "summary": _summary(findings),
        "lines": _lines(text, findings, bindings),
        "findings": [
            {"level": SIGNALS[one.level], "label": _labels()[one.level], "number": number, "one": one}
            for number, one in sorted(enumerate(findings), key=lambda entry: ORDER[entry[1].level])
        ],
        "columns": [
            {"label": _("In the text")}, {"label": _("Likely measure")}, {"label": _("From the records"), "numeric": True},
            {"label": _("Place")}, {"label": _("Period")}, {"label": _("Words in common")},
        ],
        "rows": [_row(one) for one in bindings],
    }  # fmt: skip


def _labels() -> dict[str, str]:
    return {"error": _("error"), "doubt": _("doubt"), "note": _("confirmed")}


def _summary(findings: list[Finding]) -> list[dict[str, str]]:
    counts = {level: sum(one.level == level for one in findings) for level in SIGNALS}
    texts = {
        "error": ngettext("%(count)s error", "%(count)s errors", counts["error"]),
        "doubt": ngettext("%(count)s doubt", "%(count)s doubts", counts["doubt"]),
        "note": ngettext("%(count)s confirmed", "%(count)s confirmed", counts["note"]),
    }
    return [{"level": SIGNALS[level], "text": texts[level] % {"count": counts[level]}} for level in SIGNALS]


def _lines(text: str, findings: list[Finding], bindings: list[Binding]) -> list[list[Piece]]:
    """The text in lines, each in pieces: plain text, a figure that was judged (its worst finding), one that has a measure."""
    judged: dict[int, tuple[int, Finding]] = {}
    for number, one in enumerate(findings):
        if one.start not in judged or ORDER[one.level] < ORDER[judged[one.start][1].level]:
            judged[one.start] = (number, one)
    marks: list[tuple[int, int, Piece]] = [
        (one.start, one.end, {"number": number, "level": SIGNALS[one.level], "label": _labels()[one.level]})
        for number, one in judged.values()
    ]
    marks += [(one.start, one.end, {"bound": one.start}) for one in bindings if one.start not in judged]
    lines: list[list[Piece]] = [[]]
    position = 0
    for start, end, mark in sorted(marks, key=lambda entry: entry[:2]):
        if start >= position:
            _add(lines, text[position:start])
            lines[-1].append({"text": text[start:end], **mark})
            position = end
    _add(lines, text[position:])
    return [line for line in lines if line]


def _add(lines: list[list[Piece]], text: str) -> None:
    first, *others = text.split("\n")
    for number, part in enumerate([first, *others]):
        if number:
            lines.append([])
        if part.strip():
            lines[-1].append({"text": part})


def _row(one: Binding) -> dict[str, object]:
    best = one.choices[0]
    return {
        "cells": [
            {"text": one.quote},
            {"text": str(best.measure.card.label)},
            {"figure": cell(best.figure)} if best.figure else {"text": ""},
            {"text": one.place},
            {"text": best.figure.period.label() if best.figure else ""},
            {"text": "、".join(best.words)},
        ]
    }
