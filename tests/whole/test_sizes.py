"""Files and functions stay short enough to be read in one go."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator

from tests.whole import project

FILE, FILE_TARGET = 450, 400
FUNCTION, FUNCTION_TARGET = 60, 40
TEMPLATE = 200
log = logging.getLogger(__name__)  # pytest --log-cli-level=info shows what passes a target but not yet a limit


def lengths(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Name and number of lines of every function, from `def` to its last line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


def _files() -> dict[str, int]:
    return {
        project.shown(path): path.read_text("utf-8").count("\n")
        for path in project.files(".py", ".css", ".ts")
        if "migrations" not in path.parts
    }


def _functions() -> dict[str, int]:
    return {
        f"{project.shown(path)}: {name}": lines
        for path in project.files(".py")
        if "migrations" not in path.parts
        for name, lines in lengths(project.tree(path))
    }


def _over(limit: int, sizes: dict[str, int]) -> dict[str, int]:
    return {name: lines for name, lines in sorted(sizes.items(), key=lambda size: -size[1]) if lines > limit}


def test_files() -> None:
    log.info("files over the target: %s", _over(FILE_TARGET, _files()))
    assert _over(FILE, _files()) == {}


def test_functions() -> None:
    log.info("functions over the target: %s", _over(FUNCTION_TARGET, _functions()))
    assert _over(FUNCTION, _functions()) == {}


def test_templates() -> None:
    sizes = {project.shown(path): path.read_text("utf-8").count("\n") for path in project.files(".html")}
    assert sizes, "the templates were not found"
    assert _over(TEMPLATE, sizes) == {}


def test_length_is_counted() -> None:
    tree = ast.parse("@decorated\ndef outer():\n    x = 1\n    def inner():\n        pass\n    return inner\n")
    assert dict(lengths(tree)) == {"outer": 5, "inner": 2}
    assert _over(3, {"long": 5, "short": 2}) == {"long": 5}
