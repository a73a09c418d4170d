"""Settings from the environment: read strictly, and refused with a reason where they make no sense."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from yinling.ops import environment, keys

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(1, 33))).decode()


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """As outside of tests: a fresh home and nothing set."""
    for name in ("YINLING_TEST", "YINLING_SECRET_KEY", "YINLING_FIELD_KEYS", "DATABASE_URL", "YINLING_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("YINLING_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("Yes", True), ("off", False), ("", False), ("0", False)])
def test_flag(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("YINLING_DEBUG", value)
    assert environment.flag("YINLING_DEBUG") is expected


def test_flag_refuses_what_is_neither_yes_nor_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINLING_DEBUG", "ture")
    with pytest.raises(ImproperlyConfigured, match="YINLING_DEBUG must be 1 or 0"):
        environment.flag("YINLING_DEBUG")


def test_home_must_be_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINLING_HOME", "var")
    with pytest.raises(ImproperlyConfigured, match="absolute"):
        environment.home()


def test_hosts_always_hold_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINLING_HOSTS", "aging.example.cn, 10.0.0.5")
    assert environment.allowed_hosts() == ["aging.example.cn", "10.0.0.5", "localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize("value", ["*", "https://a.cn", "a.cn:8000", "a.cn/x", "a b"])
def test_hosts_refuse_what_is_no_host_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("YINLING_HOSTS", value)
    with pytest.raises(ImproperlyConfigured, match="YINLING_HOSTS"):
        environment.allowed_hosts()


def test_trusted_origins_need_a_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINLING_TRUSTED_ORIGINS", "https://a.cn")
    assert environment.trusted_origins() == ["https://a.cn"]
    monkeypatch.setenv("YINLING_TRUSTED_ORIGINS", "a.cn")
    with pytest.raises(ImproperlyConfigured, match="YINLING_TRUSTED_ORIGINS"):
        environment.trusted_origins()


@pytest.mark.usefixtures("outside")
def test_database_address_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://clerk:a%40b@db.example.cn:5433/aging?sslmode=require")
    found = environment.database()
    assert found["ENGINE"] == "yinling.ops.postgresql"
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example.cn", "5433", "aging")
    assert (found["USER"], found["PASSWORD"], found["OPTIONS"]) == ("clerk", "a@b", {"sslmode": "require"})


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://u:secret-word@h", "postgresql://u:secret-word@h:x/n"])
def test_a_refused_database_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.database()
    assert "secret-word" not in str(refused.value)


@pytest.mark.usefixtures("outside")
def test_without_an_address_the_embedded_server_is_used_and_commits_are_durable() -> None:
    found = environment.database()
    assert (found["ENGINE"], found["OPTIONS"]) == ("yinling.ops.embedded", {})


def test_each_test_run_has_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINLING_TEST_RUN", "4711")
    assert environment.database()["TEST"] == {"NAME": "test_yinling_4711"}


@pytest.mark.usefixtures("outside")
def test_keys_are_made_once_for_the_owner_alone() -> None:
    assert environment.uses_development_keys()
    with pytest.raises(keys.KeysMissing):
        keys.require()
    keys.ensure()
    path = environment.keys_file()
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_text()
    with pytest.raises(FileExistsError):
        keys.create()
    keys.ensure()
    keys.require()
    assert path.read_text() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["keys.json"]
    assert not environment.uses_development_keys()
    ((name, key),) = environment.field_keys()
    assert name.startswith("k")
    assert len(key) == 32


@pytest.mark.usefixtures("outside")
def test_field_keys_of_the_environment_win(monkeypatch: pytest.MonkeyPatch) -> None:
    keys.ensure()
    monkeypatch.setenv("YINLING_FIELD_KEYS", f"new:{OTHER},old:{KEY}")
    assert environment.field_keys() == [("new", bytes(range(1, 33))), ("old", bytes(range(32)))]


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize("value", ["", KEY, "a:c2hvcnQ=", f"a:{KEY},a:{OTHER}", f"a b:{KEY}", f"a:{KEY[:-3]}!!!"])
def test_field_keys_that_make_no_sense_are_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("YINLING_FIELD_KEYS", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.field_keys()
    assert KEY[:20] not in str(refused.value)


@pytest.mark.parametrize("content", ["", "[]", json.dumps({"SECRET_KEY": []}), json.dumps({"SECRET_KEY": "x"})])
def test_a_damaged_keys_file_stops_everything(outside: Path, content: str) -> None:
    (outside / "keys.json").write_text(content)
    with pytest.raises(ImproperlyConfigured, match=r"keys\.json"):
        environment.secret("SECRET_KEY")


@pytest.mark.usefixtures("outside")
def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINLING_SECRET_KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="32 characters"):
        environment.secret("SECRET_KEY")


def test_the_folder_of_fonts_must_be_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("YINLING_FONTS", raising=False)
    assert environment.fonts() == ""
    monkeypatch.setenv("YINLING_FONTS", str(tmp_path))
    assert environment.fonts() == str(tmp_path)
    monkeypatch.setenv("YINLING_FONTS", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match="YINLING_FONTS"):
        environment.fonts()
