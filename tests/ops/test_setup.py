"""The steps of `make`: where packages come from, and message catalogues without gettext."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from yinling.ops import bootstrap, messages

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Sign in"
msgstr "登录"

#, fuzzy
msgid "Sign out"
msgstr "登录吗"

#, python-format
msgid "%(count)s villages"
msgstr "{}个村"
"""


def catalogue(folder: Path, translation: str) -> Path:
    path = folder / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE.replace("{}", translation), "utf-8")
    return path


def test_catalogues_are_compiled_for_gettext_leaving_guesses_out(tmp_path: Path) -> None:
    source = catalogue(tmp_path, "%(count)s")
    assert messages.compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    with source.with_suffix(".mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Sign in") == "登录"
    assert translations.gettext("Sign out") == "Sign out"
    assert translations.gettext("%(count)s villages") == "%(count)s个村"


def test_a_translation_that_lost_its_placeholder_is_refused(tmp_path: Path) -> None:
    source = catalogue(tmp_path, "%(cuont)s")
    with pytest.raises(messages.CatalogueError, match=r"django\.po:\d+: '%\(count\)s villages'"):
        messages.compile_catalogues(tmp_path)
    assert not source.with_suffix(".mo").exists()


def test_what_pip_is_told_is_passed_on_to_uv() -> None:
    listed = "\n".join(
        [
            "global.index-url='https://a.example/simple'",
            "global.extra-index-url='https://b.example/simple https://c.example/simple'",
            "global.find-links='/wheels /more'",
            "install.trusted-host='a.example'",
            ":env:.index-url='https://d.example/simple'",
            ":env:.timeout='180'",
        ]
    )
    assert bootstrap.uv_settings(listed) == {
        "UV_DEFAULT_INDEX": "https://d.example/simple",
        "UV_INDEX": "https://b.example/simple https://c.example/simple",
        "UV_FIND_LINKS": "/wheels,/more",
        "UV_INSECURE_HOST": "a.example",
    }


def test_without_settings_uv_gets_none() -> None:
    assert bootstrap.uv_settings("") == {}


def test_missing_browser_fails_only_in_ci(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bootstrap, "browser_program", lambda: None)
    monkeypatch.setattr(bootstrap, "_has_chinese_type", lambda: True)
    monkeypatch.setattr(bootstrap, "_install_system_packages", lambda *_names: False)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(bootstrap.StepFailed, match="apt-get install chromium"):
        bootstrap.browser()
    monkeypatch.delenv("CI")
    bootstrap.browser()
    assert "they are skipped" in capsys.readouterr().out
