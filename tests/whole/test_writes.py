"""Rows are written by actions and nowhere else, so that no write goes without rule, transaction and audit entry."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.whole import project

WRITING = {
    "save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create",
    "asave", "acreate", "aupdate", "adelete", "abulk_create", "aget_or_create", "aupdate_or_create",
}  # fmt: skip
SQL = re.compile(
    r"\b(INSERT\s+INTO\s+\w|UPDATE\s+\S+(\s+\w+)?\s+SET\s|DELETE\s+FROM\s+\w|COPY\s+\w+\s*\(.*FROM\s+STDIN|TRUNCATE\s+\w)",
    re.DOTALL,
)

PLACES = re.compile(r"^yinling/(\w+/(actions|bulk)(\.py|/)|base/action\.py|facts/)")
"""Where writes belong: the actions of a module, their bulk variants, the mechanism itself, and the facts it records."""

ALLOWED: dict[str, str] = {
    "yinling/exchange/steps.py": "the steps of an import are actions too; a worker runs them one after the other",
    "yinling/office/word_file.py": "saves a Word file, not a row",
    "yinling/ops/backup.py": "creates a database, not a row",
    "yinling/ops/fonts.py": "saves a font, not a row",
    "yinling/web/session_store.py": "keeps the sessions of browsers, as Django's own store does",
}
"""Other files that write, each with its reason."""


def writes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and kind of every write: a call of the ORM, or SQL in a text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING:
            # `update` of a dictionary or set takes what it adds as an argument, a query set only keywords.
            if node.func.attr == "update" and node.args:
                continue
            yield node.lineno, f".{node.func.attr}()"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (found := SQL.search(node.value)):
            yield node.lineno, found[0].split()[0]


def _by_file() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in project.code():
        name = project.shown(path)
        if not PLACES.match(name):
            for line, what in writes(project.tree(path)):
                found.setdefault(name, []).append(f"{name}:{line} {what}")
    return found


def test_writes_stand_in_actions() -> None:
    found = [place for name, places in _by_file().items() if name not in ALLOWED for place in places]
    assert not found, "\n".join(found)


def test_every_exception_is_needed() -> None:
    assert [name for name in ALLOWED if name not in _by_file()] == []


def test_writes_are_seen() -> None:
    bad = ast.parse(
        "row.save()\n"
        "Place.objects.create(name='x')\n"
        "Place.objects.filter(pk=1).update(name='x')\n"
        "cursor.execute('UPDATE yinling_place SET name = 1')\n"
        "cursor.execute(f'DELETE FROM yinling_place WHERE id = {pk}')\n"
        "cursor.copy('COPY yinling_place (id) FROM STDIN')\n"
        "known.update(other)\n"
        "Place.objects.filter(pk=1).select_for_update()\n"
        "form.is_valid()\n"
    )
    assert [line for line, _what in sorted(writes(bad))] == [1, 2, 3, 4, 5, 6]
    assert PLACES.match("yinling/network/actions/places.py")
    assert not PLACES.match("yinling/network/queries.py")
    assert not PLACES.match("yinling/web/actions_of.py")
    assert Path(project.PACKAGE / "base" / "action.py").exists()
