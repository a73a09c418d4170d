"""The project as text: its files, its modules and their syntax trees, for tests that hold for all of them."""

from __future__ import annotations

import ast
import functools
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "yinling"


def settings() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def layers() -> list[str]:
    """The modules of the platform, the highest first, as the contract of the layers names them."""
    contracts: list[dict[str, Any]] = settings()["tool"]["importlinter"]["contracts"]
    found: list[str] = next(one["layers"] for one in contracts if one["type"] == "layers")
    return found


def files(*endings: str, under: Path = ROOT) -> Iterator[Path]:
    """The files of the project with one of the endings (all without any), those that .gitignore names left out."""
    for path in sorted(under.iterdir()):
        if _is_ignored(path):
            continue
        if path.is_dir():
            yield from files(*endings, under=path)
        elif not endings or path.suffix in endings:
            yield path


@functools.cache
def _ignored() -> tuple[str, ...]:
    lines = (ROOT / ".gitignore").read_text("utf-8").split("\n")
    return (".git", *(line.strip() for line in lines if line.strip() and not line.startswith("#")))


def _is_ignored(path: Path) -> bool:
    inside = path.relative_to(ROOT).as_posix()
    return any(
        inside == pattern.strip("/") if pattern.startswith("/") else fnmatch(path.name, pattern.rstrip("/"))
        for pattern in _ignored()
    )


def code(under: Path = PACKAGE) -> Iterator[Path]:
    """The Python files of the package, migrations left out: Django writes those."""
    return (path for path in files(".py", under=under) if "migrations" not in path.parts)


def shown(path: Path) -> str:
    """A path as messages name it."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def module_of(path: Path) -> str:
    """The dotted name of the module in a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
