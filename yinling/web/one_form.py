"""A page that is one form: shown, carried out, or shown again with what was wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yinling.base.rules import Refused
from yinling.web.association_forms import ProblemForm
from yinling.web.page import Request

Crumbs = Sequence[Mapping[str, object]]


def one_form(
    request: Request, form: ProblemForm, title: str, write: Callable[..., object], *, back: str, crumbs: Crumbs,
    done: str = "", intro: str = "", goes_to: Callable[[Any], str] | None = None, submit: str = "",
    template: str = "pages/form.html", extra: Mapping[str, object] | None = None,
) -> HttpResponse:  # fmt: skip
    """Show a form, or carry it out with `write(**cleaned_data)` and go on: to `back`, or where `goes_to` of what was
    written says. What the action refuses stands next to its field."""
    if request.method == "POST" and form.is_valid():
        try:
            written = write(**form.cleaned_data)
        except (Refused, ValidationError) as problem:
            form.add_problem(problem)
        else:
            messages.success(request, done or _("Saved. The figures have moved with it."))
            return redirect(goes_to(written) if goes_to else back)
    context = {
        "form": form, "title": title, "intro": intro, "submit_label": submit or _("Save"), "cancel_url": back,
        "crumbs": [*crumbs, {"label": title}], **(extra or {}),
    }  # fmt: skip
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def verb(
    label: str, url: str, answer: object = True, *, post: bool = False, primary: bool = False
) -> dict[str, object]:
    """Something that may be done now, or why not (`answer` is Allowed or Denied)."""
    reason = str(getattr(answer, "reason", ""))
    return {"label": label, "url": url, "reason": reason, "post": post, "primary": primary}
