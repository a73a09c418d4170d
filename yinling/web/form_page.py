"""The page of one form: shown, carried out, and where to go then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yinling.base.rules import Answer, Denied, Refused
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request

T = TypeVar("T")
Crumb = dict[str, object]


def form_page(
    request: Request, form: ProblemForm, title: str, write: Callable[..., T], *, back: str,
    then: Callable[[T], str] | None = None, crumbs: Sequence[Mapping[str, object]] = (), intro: str = "",
    submit: str = "", done: str = "", template: str = "pages/form.html", private: bool = False, **shown: object,
) -> HttpResponse:  # fmt: skip
    """Show a form, or carry it out with `write(**cleaned_data)` and go on: to the address that `then` makes of what was
    written, else to `back`, where "cancel" leads as well. What the action refuses stands next to its field.

    `private` pages are kept in no cache; `shown` is what a `template` of one's own shows besides the form."""
    if request.method == "POST" and form.is_valid():
        try:
            written = write(**form.cleaned_data)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, done or _("Saved. The figures have moved with it."))
            return redirect(then(written) if then else back)
    context = {
        "form": form, "title": title, "intro": intro, "submit_label": submit or _("Save"), "cancel_url": back,
        "crumbs": [*crumbs, {"label": title}], **shown,
    }  # fmt: skip
    response = render(request, template, context, status=422 if form.is_bound and form.errors else 200)
    if private:
        response["Cache-Control"] = "no-store"
    return response


def verb(label: str, url: str, answer: Answer | None = None, **more: object) -> dict[str, object]:
    """Something that may be done with a row, or the reason why not (`answer` of its rule), as detail.html shows it."""
    return {"label": label, "url": url, "reason": str(answer.reason) if isinstance(answer, Denied) else "", **more}
