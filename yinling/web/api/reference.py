"""The reference of the API as a plain page, made from its own description; works offline and without scripts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override

from yinling.base.rules import anyone
from yinling.web.api.access import CALLS_A_MINUTE
from yinling.web.page import Request, address_of, page

Shown = dict[str, object]


@page("api/", name="api-reference", rule=anyone)
def reference(request: Request) -> HttpResponse:
    """Every call with its rule, scope and parameters. Says nothing of any record, so strangers may read it."""
    context: Shown = {
        "calls": _calls(get_language()),
        "description_url": address_of("api:openapi-json"),
        "calls_a_minute": CALLS_A_MINUTE,
    }
    return render(request, "accounts/api.html", context)


@lru_cache(maxsize=4)
def _calls(language: str | None) -> list[Shown]:
    """Every call, in a language. To describe them takes a fifth of a second and gives the same each time."""
    from yinling.web.api import api

    with override(language):
        described: dict[str, Any] = api.get_openapi_schema()
    return [
        _call(method, address, told)
        for address, methods in described["paths"].items()
        for method, told in methods.items()
    ]


def _call(method: str, address: str, told: dict[str, Any]) -> Shown:
    parameters = [
        {"name": given["name"], "required": given["required"], "hint": given.get("description", "")}
        for given in told["parameters"]
    ]
    return {
        "method": method.upper(),
        "address": address,
        "summary": told["summary"],
        "rule": told["x-rule"],
        "scope": told["x-scope"],
        "parameters": parameters,
        "body": "requestBody" in told,
    }
