"""docs/reference is what the code prints, and a figure that counts something else says so by a new version."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole import project
from yinling.ops import reference

RENEW = "run: python -m yinling.ops.reference"
NOT_CHOSEN = {"PATH", "CI", "YINLING_SUPERVISOR"}
"""Variables that the code reads and nobody sets for an installation: the system's, and what processes tell others."""


def test_the_documents_are_as_the_code_prints_them() -> None:
    assert not reference.differing(), RENEW


def test_a_changed_measure_has_a_new_version() -> None:
    committed = (reference.FOLDER / "measures.md").read_text("utf-8")
    stale = reference.unversioned(committed, reference.printed()["measures.md"])
    assert not stale, "what these measures count has changed: give their definitions a new version"


def test_every_declaration_is_in_its_document() -> None:
    from yinling.base.action import registry
    from yinling.facts import all_kinds
    from yinling.figures import declared_measures
    from yinling.web.page import pages

    documents = reference.printed()
    declared = {
        "actions.md": set(registry),
        "pages.md": set(pages),
        "facts.md": {kind.key for kind in all_kinds()},
        "measures.md": {measure.card.key for measure in declared_measures()},
    }
    for name, keys in declared.items():
        assert keys, f"nothing is declared for {name}"
        assert {key for key in keys if f"| `{key}` |" not in documents[name]} == set()


def test_every_page_says_what_it_shows() -> None:
    from yinling.web.page import pages

    assert reference.printed()
    assert [found.name for found in pages.values() if not (found.view.__doc__ or "").strip()] == []


def test_every_variable_is_described() -> None:
    texts = [path.read_text("utf-8") for path in project.code() if path.name != "reference.py"]
    read = set().union(*map(reference.variables_read, texts)) - NOT_CHOSEN
    read.add("YINLING_SECRET_KEY")  # its name is put together from two parts
    assert read == set(reference.VARIABLES)


def test_a_changed_count_is_seen() -> None:
    row = "| `rural.venue` | Venues | association | {} | `{}` | sum | x | y |\n"
    before = row.format(1, "0123456789ab")
    assert reference.unversioned(before, row.format(1, "ba9876543210")) == ["rural.venue"]
    assert reference.unversioned(before, row.format(2, "ba9876543210")) == []
    assert reference.unversioned(before, before) == []
    assert reference.unversioned("", before) == []


def test_writing_refuses_a_changed_count(monkeypatch: pytest.MonkeyPatch) -> None:
    row = "| `rural.venue` | Venues | association | 1 | `{}` | sum | x | y |\n"
    written: list[str] = []
    monkeypatch.setattr(reference, "_committed", lambda _name: row.format("0123456789ab"))
    monkeypatch.setattr(reference, "printed", lambda: {"measures.md": row.format("ba9876543210")})
    monkeypatch.setattr(Path, "write_text", lambda self, *_text: written.append(self.name))
    with pytest.raises(reference.Unversioned, match=r"rural\.venue"):
        reference.write()
    assert written == []


def test_variables_are_found_in_a_text() -> None:
    text = 'flag("YINLING_DEBUG"); os.environ.get("PORT", "8000"); url = "DATABASE_URL"'
    assert reference.variables_read(text) == {"YINLING_DEBUG", "PORT", "DATABASE_URL"}
