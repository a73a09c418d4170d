"""The `yinling` command as an operator meets it: in a home of its own, outside of the test settings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from yinling.ops import postgres

ADMINISTRATOR = ("--place", "520622", "--office", "玉屏县老龄办", "--name", "杨正华", "--phone", "13800000004")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home of its own; whatever a command left running is stopped."""
    yield tmp_path
    postgres.stop(tmp_path)
    here = postgres.place(tmp_path)
    for folder in (here.base, here.socket):
        shutil.rmtree(folder, ignore_errors=True)


def run(home: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YINLING_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-m", "yinling.cli", *arguments],
        check=False, env={**kept, "YINLING_HOME": str(home)}, input=text, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def is_running(home: Path) -> bool:
    return (postgres.place(home).data / "postmaster.pid").exists()


def test_help_lists_the_commands_of_every_module(home: Path) -> None:
    done = run(home, "--help")
    assert done.returncode == 0
    commands = {line.split()[0] for line in done.stdout.splitlines() if line.startswith("    ") and line[4] != " "}
    assert commands == {
        "serve", "web", "worker", "init", "migrate", "backup", "restore", "stop", "manage",
        "places", "audit", "figures", "sources", "report", "certificates", "demo",
    }  # fmt: skip


@pytest.mark.parametrize("command", [["serve"], ["web"], ["worker"], ["migrate"], ["audit", "verify"]])
def test_without_keys_nothing_starts_and_the_reason_is_one_line(home: Path, command: list[str]) -> None:
    done = run(home, *command)
    assert done.returncode == 1
    assert done.stderr.startswith("yinling: this installation has no keys yet")
    assert done.stderr.count("\n") == 1
    assert not is_running(home)


def test_a_setting_that_makes_no_sense_is_one_line_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://x/y")
    kept = {**os.environ, "YINLING_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "yinling.cli", "--help"], check=False, env=kept, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == "yinling: DATABASE_URL must be like postgresql://user:password@host:port/name\n"


def test_port_must_be_a_port(home: Path) -> None:
    done = run(home, "serve", "--port", "99999")
    assert done.returncode == 2
    assert "is not a port number" in done.stderr


def test_the_demo_is_not_served_to_other_machines(home: Path) -> None:
    done = run(home, "serve", "--demo", "--host", "0.0.0.0", "--port", "47113")
    assert done.returncode == 1
    assert "not serving on 0.0.0.0" in done.stderr
    assert "its database is the demo" in done.stderr
    assert not is_running(home), "the command takes the server that it started along"


@pytest.mark.long
def test_init_makes_an_installation_once_and_a_backup_moves_it(home: Path, tmp_path: Path) -> None:
    refused = run(home, "init", *ADMINISTRATOR[2:], "--place", "99", "--password-file", "-", text="a long password 7\n")
    assert (refused.returncode, refused.stderr) == (1, "yinling: no province has the code '99'\n")
    keys = (home / "keys.json").read_bytes()
    done = run(home, "init", *ADMINISTRATOR, "--password-file", "-", text="a long password 7\n")
    assert (done.returncode, done.stderr) == (0, "")
    again = run(home, "init", *ADMINISTRATOR, "--password-file", "-", text="a long password 7\n")
    assert again.returncode == 1
    assert "holds an installation's own records already" in again.stderr
    demo = run(home, "serve", "--demo", "--port", "47114")
    assert "real records" in demo.stderr
    assert (home / "keys.json").read_bytes() == keys

    file = tmp_path / "backup.tar"
    assert run(home, "backup", str(file)).returncode == 0
    refused = run(home, "restore", str(file))
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    restored = run(home, "restore", "--replace", str(file))
    assert (restored.returncode, restored.stderr) == (0, "")
    assert run(home, "audit", "verify").returncode == 0
    assert not is_running(home)
