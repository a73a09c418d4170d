"""Who may call what: bearer tokens, scopes, rules, the limit of calls, and errors as JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Literal, cast

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as Unreadable
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from yinling.base import clock
from yinling.base.invalid import Invalid
from yinling.base.rules import Actor, Denied, Reason, Refused, Rule
from yinling.network import Token, account_by_token, actor_of
from yinling.web.api.schemas import Failure, Field

CALLS_A_MINUTE: Final = 300
WINDOW: Final = 60
"""Seconds. The cache keeps a counter longer than this, whatever its default time is."""

Scope = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the actor behind the token, and what calls are counted under."""

    actor: Actor
    counter: str


class ApiError(Exception):
    """An answer that is an error: its status, a key for programs, a sentence for people, the fields at fault."""

    def __init__(self, status: int, key: str, message: Reason, fields: list[Field] | None = None) -> None:
        super().__init__(key)
        self.status, self.key, self.message, self.fields = status, key, message, fields or []


class Bearer(HttpBearer):
    """A token made on the page “My account”, sent as `Authorization: Bearer yl_…`."""

    def __init__(self, rule: Rule, scope: Scope) -> None:
        super().__init__()
        self._rule, self._scope = rule, scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller; None (401) for a token that is unknown, ended or expired. Raises ApiError (403) for one that may
        not make this call."""
        known = account_by_token(token)
        if known is None:
            return None
        _refuse_nul(request)
        account, scope = known
        if account.must_change_password:
            raise ApiError(HTTPStatus.FORBIDDEN, "password", _("Sign in and choose a password of your own first."))
        if self._scope == "write" and scope != Token.Scope.WRITE:
            raise ApiError(HTTPStatus.FORBIDDEN, "scope", _("This token may only read."))
        actor = actor_of(account, f"api {request.META.get('REMOTE_ADDR', '')} …{token[-4:]}")
        demand(self._rule, actor)
        return Caller(actor, hashlib.sha256(token.encode()).hexdigest())


class PerToken(BaseThrottle):
    """So many calls a minute for each token, counted over all processes. It keeps no state: threads share it."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the call; whether it is still within the limit."""
        key = f"api:{int(clock.now().timestamp()) // WINDOW}:{_caller(request).counter}"
        return cache.add(key, 1) or cache.incr(key) <= CALLS_A_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW - clock.now().timestamp() % WINDOW


def opens(rule: Rule, summary: Reason, answer: Any, scope: Scope = "read") -> dict[str, Any]:
    """What every endpoint declares: the rule that opens it, what it does, its answer, the scope a token needs. One that
    does not declare it is found by a test."""
    return {
        "auth": Bearer(rule, scope),
        "throttle": PerToken(),
        "summary": summary,
        "response": {200: answer, frozenset({401, 403, 404, 422, 429}): Failure},
        "openapi_extra": {"x-rule": rule.name, "x-scope": scope},
    }


def actor_behind(request: HttpRequest) -> Actor:
    """The actor of a call that came through `Bearer`."""
    return _caller(request).actor


def _caller(request: HttpRequest) -> Caller:
    return cast("Caller", request.auth)  # type: ignore[attr-defined] # set by ninja


def demand(rule: Rule, actor: Actor, row: Any = None) -> None:
    """Raise ApiError (403) with the reason unless the rule allows."""
    answer = rule.check(actor, row)
    if isinstance(answer, Denied):
        raise ApiError(HTTPStatus.FORBIDDEN, "forbidden", answer.reason)


def _refuse_nul(request: HttpRequest) -> None:
    # PostgreSQL stores no such character; where it may not be written, nothing with it can be found either.
    given = [request.path, *request.GET.values(), *request.GET]
    if any("\0" in text for text in given) or b"\\u0000" in request.body:
        raise ApiError(422, "nul", _("The request holds a character (NUL) that no text may hold."))


def wrong(field: str, key: str, message: Reason) -> ApiError:
    """The error (422) of one parameter."""
    return ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", _("Something in the request is not right."),
                    [Field(field=field, key=key, message=str(message))])  # fmt: skip


def handle_errors(api: NinjaAPI) -> None:
    """Answer every error with a key and a sentence in the caller's language (`Accept-Language`)."""

    def answer(request: HttpRequest, raised: Exception | type[Exception]) -> HttpResponse:
        error = _as_api_error(raised)
        body = Failure(key=error.key, message=str(error.message), fields=error.fields)
        response = api.create_response(request, body.model_dump(), status=error.status)
        if error.status == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"  # RFC 6750, 3
        return response

    for kind in (ApiError, Http404, HttpError, Unreadable, Invalid, Refused, ValidationError):
        api.add_exception_handler(kind, answer)


def _as_api_error(raised: object) -> ApiError:
    match raised:
        case ApiError():
            error = raised
        case HttpError():
            error = _of_status(raised)
        case Unreadable():
            error = _unreadable(raised)
        case Invalid():
            error = ApiError(422, raised.reason, raised.message)
        case Refused():
            error = ApiError(422, "refused", raised.reason)
        case ValidationError():
            error = _invalid(raised)
        case _:
            error = missing()
    return error


def missing() -> ApiError:
    """The error (404) of a row that is not there, or lies outside the caller's area: the two look alike."""
    return ApiError(HTTPStatus.NOT_FOUND, "not_found", _("There is nothing here, or it lies outside your area."))


def _of_status(error: HttpError) -> ApiError:
    told = {
        401: ("token", _("Send a token that is still good: “Authorization: Bearer …”.")),
        403: ("forbidden", _("This call is not open to you.")),
        429: ("too_many_calls", _("Too many calls. Wait as long as “Retry-After” says.")),
    }
    key, message = told.get(error.status_code, ("unreadable", _("The request could not be read.")))
    return ApiError(error.status_code, key, message)


def _unreadable(error: Unreadable) -> ApiError:
    def field(problem: Mapping[str, Any]) -> Field:
        place = ".".join(str(part) for part in problem["loc"][1:])
        return Field(field=place, key=str(problem["type"]), message=_told(problem))

    return ApiError(422, "invalid", _("Something in the request is not right."), [field(one) for one in error.errors])


def _told(problem: Mapping[str, Any]) -> str:
    kind = str(problem["type"])
    if kind == "missing":
        return _("This is missing.")
    if kind.startswith(("date", "int", "bool", "decimal", "string", "list", "dict")):
        return _("This is not of the right form.")
    if kind in {"less_than_equal", "greater_than_equal", "enum", "literal_error"}:
        return _("This is not one of the values allowed.")
    return _("This is not right.")


def _invalid(error: ValidationError) -> ApiError:
    fields = getattr(error, "message_dict", None) if hasattr(error, "error_dict") else None
    found = fields or {"": error.messages}
    listed = [Field(field=name, key="invalid", message=text) for name, texts in found.items() for text in texts]
    return ApiError(422, "invalid", _("Something in the request is not right."), listed)
