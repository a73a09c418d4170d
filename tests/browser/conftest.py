"""Journeys run in a real browser against the real thing: `yinling serve --demo` in a home of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "yinling2012"  # the demo's
DESK = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)
START_SECONDS = 400
expect.set_options(timeout=20_000)  # two workers and the server share two cores
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser: the one `make test` found, or the system's."""
    return os.environ.get("YINLING_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@dataclass(frozen=True)
class Served:
    """A running demo: its address, and the environment in which `yinling` commands reach its database."""

    url: str
    env: dict[str, str]

    def yinling(self, *arguments: str) -> str:
        """Run a `yinling` command on the demo's database and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "yinling.cli", *arguments],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo, served once for all journeys."""
    if chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("the browser tests need Chromium: apt-get install chromium fonts-noto-cjk")
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    home = tmp_path_factory.mktemp("served")
    home.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {key: value for key, value in os.environ.items() if not key.startswith(("YINLING_", "DJANGO_"))}
    env |= {"YINLING_HOME": str(home)}
    log = (home / "serve.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "yinling.cli", "serve", "--demo", "--port", str(port)],
        env=env,
        cwd=ROOT,
        stdout=log,
        stderr=log,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server, home / "serve.log")
        yield Served(url, env)
    finally:
        server.terminate()
        server.wait(timeout=30)
        subprocess.run(
            [sys.executable, "-m", "yinling.cli", "stop"], env=env, cwd=ROOT, check=False, capture_output=True
        )
        log.close()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _attempt in range(START_SECONDS * 2):
        if server.poll() is not None:
            pytest.fail(f"the demo did not start:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"the demo did not answer in {START_SECONDS} s:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="package")
def browser(served: Served) -> Iterator[Browser]:
    """One Chromium for all journeys. It is closed after the last, for as long as it is open its event loop counts as
    running, and Django refuses to speak to a database."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """`visit("county")`: a new window signed in with that demo account, the cockpit open. A script error or a refused
    resource (the page's own policy) fails the test."""
    opened: list[BrowserContext] = []
    problems: list[str] = []

    def open_window(login: str | None, *, phone: bool = False, **options: object) -> Page:
        context = browser.new_context(
            base_url=served.url,
            locale="zh-CN",
            viewport=PHONE if phone else DESK,
            accept_downloads=True,
            **options,  # type: ignore[arg-type]
        )
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None,
        )
        if login:
            page.goto("/sign-in/")
            page.fill("input[name=login]", login)
            page.fill("input[name=password]", PASSWORD)
            with page.expect_navigation(url=lambda url: "/sign-in" not in url, wait_until="load"):
                page.click("main button[type=submit], main button:not([type])")
        return page

    yield open_window
    for context in opened:
        context.close()
    assert problems == []
