"""Headers and logs of every response."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from yinling.ops import logs, security


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What goes to standard output in production."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter())
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [handler])
    monkeypatch.setattr(root, "level", logging.INFO)
    logging.getLogger("yinling.request").manager._clear_cache()  # type: ignore[attr-defined] # levels are remembered
    return stream


def test_policy_allows_nothing_inline_and_no_frame() -> None:
    policy = security.SecurityHeaders(page)(RequestFactory().get("/")).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy


def test_a_view_may_be_stricter() -> None:
    def strict(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})

    response = security.SecurityHeaders(strict)(RequestFactory().get("/"))
    assert response.headers["Content-Security-Policy"] == "default-src 'none'"


def test_a_request_is_one_line_without_its_query(written: io.StringIO) -> None:
    request = RequestFactory().get("/people/?phone=13800000000", headers={"X-Request-ID": "abcdef-123"})
    session = SessionBase()
    session["_auth_user_id"] = "42"
    request.session = session
    response = logs.RequestLog(page)(request)
    assert response.headers["X-Request-ID"] == "abcdef-123"
    (line,) = written.getvalue().splitlines()
    found = json.loads(line)
    assert {key: found[key] for key in ("event", "method", "path", "status", "account", "request_id")} == {
        "event": "request", "method": "GET", "path": "/people/", "status": 200, "account": "42",
        "request_id": "abcdef-123",
    }  # fmt: skip
    assert found["ms"] >= 0
    assert "13800000000" not in line


def test_a_request_number_that_is_none_is_replaced(written: io.StringIO) -> None:
    request = RequestFactory().get("/", headers={"X-Request-ID": 'x"}\n{"event": "forged'})
    response = logs.RequestLog(page)(request)
    assert len(response.headers["X-Request-ID"]) == 32
    assert "forged" not in written.getvalue()


def test_an_exception_is_logged_without_its_message(written: io.StringIO) -> None:
    try:
        raise ValueError("Key (phone)=(13800000000) already exists")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/people/")
    found = json.loads(written.getvalue())
    assert found["exception"] == "builtins.ValueError"
    assert found["where"][-1].startswith("tests/ops/test_http.py:")
    assert "13800000000" not in written.getvalue()
