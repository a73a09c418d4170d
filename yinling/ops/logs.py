"""Logs: one JSON object a line on standard output, with no personal data in it.

What could carry personal data is left out at the source: query strings, posted fields, the messages of exceptions (a
database error repeats the row), SQL. An exception is logged by its type and the places it passed through.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

_FOLDER = str(Path(__file__).resolve().parents[2]) + "/"
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_INNERMOST_FRAMES = 12
log = structlog.get_logger("yinling.request")


def configure(*, quiet: bool) -> dict[str, object]:
    """Set structlog up and return Django's LOGGING; `quiet` (tests) keeps everything below a warning out."""
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    level = "WARNING" if quiet else "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        # Named, not held: the web server passes this dictionary on to the processes it starts.
        "formatters": {"json": {"()": "yinling.ops.logs.formatter"}},
        "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # The request log has a line for each refusal already.
            "django.request": {"level": "ERROR"},
            "_granian": {"handlers": [], "level": level, "propagate": True},
        },
    }


def formatter() -> logging.Formatter:
    """The formatter of every handler: ours and the libraries' records come out alike."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exception_without_message,
    ]


def exception_without_message(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Processor: replace `exc_info` by the exception's type and its innermost frames."""
    given = event.pop("exc_info", None)
    problem = _exception(given)
    if problem is not None:
        event["exception"] = f"{type(problem).__module__}.{type(problem).__qualname__}"
        event["where"] = _frames(problem.__traceback__)
    return event


def _exception(given: object) -> BaseException | None:
    if given is True:
        import sys

        return sys.exc_info()[1]
    if isinstance(given, tuple):
        given = given[1]
    return given if isinstance(given, BaseException) else None


def _frames(trace: TracebackType | None) -> list[str]:
    found = traceback.extract_tb(trace)[-_INNERMOST_FRAMES:]
    return [f"{frame.filename.removeprefix(_FOLDER)}:{frame.lineno} {frame.name}" for frame in found]


class RequestLog:
    """Middleware: a line for each request with its id, method, path, status, duration (ms) and the account's id.

    The id comes from the proxy in front (`X-Request-ID`) or is made here; it goes back in the response, so that what a
    user reports can be found, and is on every line logged while the request is served.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request and log it."""
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000, 1),
            account=_account(request),
        )
        structlog.contextvars.clear_contextvars()
        return response


def _account(request: HttpRequest) -> str | None:
    """The account's id, if the request looked at its session: the log must not cost a query of its own."""
    session = getattr(request, "session", None)
    if session is None or not session.accessed:
        return None
    account = session.get("_auth_user_id")
    return str(account) if account is not None else None
