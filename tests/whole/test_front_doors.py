"""A module is used through its front door: the names that its `__init__.py` lists in `__all__`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.whole import project

LARGEST_DOOR = 60
WITHOUT_DOOR = {"base", "web"}
"""The files of `base` are its doors; nothing lies above `web`."""

INNER = {
    "yinling.models": {"models"},
    "yinling.apps": {"declarations"},
    "yinling.urls": {"urls"},
    "yinling.cli": {"commands"},
    "yinling.demo": {"demo", "demo_running", "bulk"},
    "yinling.demo_city": {
        "demo",
        "demo_catalogue",
        "demo_checkin",
        "demo_enrolments",
        "demo_projects",
        "demo_stations",
    },
}
"""What lies beside the layers and collects something from all of them: which inner files it may open."""


def doors() -> dict[str, set[str]]:
    """The names each front door offers, by module."""
    return {
        name: set(_listed(project.tree(project.PACKAGE / name / "__init__.py")))
        for name in project.layers()
        if name not in WITHOUT_DOOR
    }


def _listed(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    return []


def _imported(tree: ast.Module) -> set[str]:
    nodes = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module != "__future__")
    return {alias.asname or alias.name for node in nodes for alias in node.names}


def trespasses(importer: str, tree: ast.Module, offered: Mapping[str, set[str]]) -> Iterator[str]:
    """Each import in the module `importer` that does not go through a front door."""
    own = importer.split(".")[1] if importer.count(".") else ""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from _checked(importer, own, node.module or "", [alias.name for alias in node.names], offered)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield from _checked(importer, own, alias.name, [], offered)


def _checked(importer: str, own: str, source: str, names: list[str], offered: Mapping[str, set[str]]) -> Iterator[str]:
    top, module, *inner = [*source.split("."), ""][:3]
    if top != "yinling" or module == own or module not in offered:
        return
    if inner[0:1] not in ([], [""]):
        if inner[0] not in INNER.get(importer, set()):
            yield f"{importer}: {source} lies behind the front door of {module}"
        return
    for name in names:
        if name not in offered[module]:
            yield f"{importer}: {name} is not in the __all__ of yinling.{module}"


def test_only_front_doors_are_used() -> None:
    offered = doors()
    found = [
        fault for path in project.code() for fault in trespasses(project.module_of(path), project.tree(path), offered)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("module", [name for name in project.layers() if name not in WITHOUT_DOOR])
def test_a_door_lists_what_it_imports(module: str) -> None:
    tree = project.tree(project.PACKAGE / module / "__init__.py")
    listed = _listed(tree)
    assert set(listed) == _imported(tree)
    assert len(listed) == len(set(listed)) <= LARGEST_DOOR
    assert ast.get_docstring(tree), "a front door says what the module is for"


def test_trespasses_are_seen() -> None:
    bad = ast.parse(
        "from yinling.facts.models import Fact\n"
        "from yinling.facts import Fact, secret\n"
        "import yinling.facts.trail\n"
        "from yinling.base.paths import under\n"
    )
    assert list(trespasses("yinling.people.actions", bad, {"facts": {"Fact"}, "people": set()})) == [
        "yinling.people.actions: yinling.facts.models lies behind the front door of facts",
        "yinling.people.actions: secret is not in the __all__ of yinling.facts",
        "yinling.people.actions: yinling.facts.trail lies behind the front door of facts",
    ]
    allowed = ast.parse("from yinling.facts.models import Fact")
    assert list(trespasses("yinling.models", allowed, {"facts": {"Fact"}})) == []
    assert list(trespasses("yinling.facts.actions", allowed, {"facts": {"Fact"}})) == []
