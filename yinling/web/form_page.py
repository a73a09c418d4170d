"""The page of one form: shown, carried out, and where to go then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yinling.base.rules import Actor, Denied, Placed, Refused, Rule
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request

T = TypeVar("T")
Crumb = dict[str, object]


def form_page(
    request: Request, form: ProblemForm, *, title: str, write: Callable[..., T], then: Callable[[T], str], back: str,
    crumbs: Sequence[Crumb] = (), intro: str = "", submit: str = "", done: str = "",
) -> HttpResponse:  # fmt: skip
    """Show a form, or call `write` with its values and go to the address `then` makes of the result. What the action refuses
    is shown in the form, next to the field where there is one. `back` is where "cancel" leads."""
    if request.method == "POST" and form.is_valid():
        try:
            written = write(**form.cleaned_data)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, done or _("Saved. The figures have moved with it."))
            return redirect(then(written))
    context = {
        "form": form, "title": title, "intro": intro, "submit_label": submit or _("Save"), "cancel_url": back,
        "crumbs": [*crumbs, {"label": title}],
    }  # fmt: skip
    return render(request, "pages/form.html", context, status=422 if form.is_bound and form.errors else 200)


def verb(actor: Actor, rule: Rule, row: Placed, label: str, url: str, **more: Any) -> dict[str, object]:
    """Something that may be done with a row, or the reason why not, as detail.html shows it."""
    answer = rule.check(actor, row)
    reason = str(answer.reason) if isinstance(answer, Denied) else ""
    return {"label": label, "url": url, "reason": reason, **more}
