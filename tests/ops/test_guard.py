"""What is not fit for other machines is not served to them."""

from __future__ import annotations

import base64

import pytest
from pytest_django import Settings

from yinling import network
from yinling.base.rules import Actor
from yinling.ops import guard


@pytest.fixture
def own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys as `yinling init` makes them, not those everybody knows."""
    monkeypatch.setenv("YINLING_SECRET_KEY", "x" * 50)
    monkeypatch.setenv("YINLING_FIELD_KEYS", "k1:" + base64.b64encode(bytes(range(32))).decode())


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True), ("localhost", True),
        ("0.0.0.0", False), ("::", False), ("10.1.1.1", False), ("aging.example.cn", False), ("", False),
    ],
)  # fmt: skip
def test_loopback(host: str, expected: bool) -> None:
    assert guard.is_loopback(host) is expected


@pytest.mark.django_db
def test_development_keys_stay_on_this_machine() -> None:
    guard.refuse_unsafe("127.0.0.1")
    with pytest.raises(guard.UnsafeStart, match="development keys"):
        guard.refuse_unsafe("0.0.0.0")


@pytest.mark.django_db
@pytest.mark.usefixtures("own_keys")
def test_a_demo_stays_on_this_machine() -> None:
    assert guard.state() is guard.State.EMPTY
    guard.refuse_unsafe("0.0.0.0")
    with pytest.raises(guard.UnsafeStart, match="the demo"):
        guard.refuse_unsafe("0.0.0.0", demo=True)
    network.install(demo=True, by=Actor.for_system("test"))
    assert guard.state() is guard.State.DEMO
    with pytest.raises(guard.UnsafeStart, match="the demo"):
        guard.refuse_unsafe("0.0.0.0")
    guard.refuse_unsafe("127.0.0.1")


@pytest.mark.django_db
@pytest.mark.usefixtures("own_keys")
def test_a_real_installation_may_be_served_unless_debugging(settings: Settings) -> None:
    network.install(demo=False, by=Actor.for_system("test"))
    assert guard.state() is guard.State.REAL
    guard.refuse_unsafe("0.0.0.0")
    settings.DEBUG = True
    with pytest.raises(guard.UnsafeStart, match="YINLING_DEBUG"):
        guard.refuse_unsafe("0.0.0.0")
