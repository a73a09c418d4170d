"""Every text of the interface is in the Chinese catalogue, and can be: texts are literal where they are marked."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation.template import templatize

from tests.whole import project
from yinling.base.action import registry
from yinling.facts import all_kinds
from yinling.figures import UNITS, declared_measures

CATALOGUE = project.PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
SAME = re.compile(r"[^A-Za-z]*|[A-Z]{2,}|[vV]\d+")
"""Texts that may be the same in Chinese: without letters, or an abbreviation."""
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}")

Message = tuple[str, str]
"""Context and text."""


def messages_in(method: str, source: str) -> Iterator[Message]:
    """The texts that a Python source, or a template made readable by Django, marks for translation."""
    # The JavaScript reader takes any text in order, which a Python reader does not of what was a template.
    found = extract(method, io.BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"})
    for _line, texts, _comments, context in found:
        for text in [texts] if isinstance(texts, str) else texts[:1]:
            yield context or "", text


def messages() -> dict[Message, str]:
    """Every text of the interface, with a file it stands in."""
    found: dict[Message, str] = {}
    for path in project.code():
        found.update({message: project.shown(path) for message in messages_in("python", path.read_text("utf-8"))})
    for path in project.files(".html", under=project.PACKAGE):
        source = templatize(path.read_text("utf-8"))
        found.update({message: project.shown(path) for message in messages_in("javascript", _plain(source))})
    return found


def _plain(templatized: str) -> str:
    # Django writes u'…' for texts, which only Python knows.
    return re.sub(r"(?<=[(\s,])u(?=['\"])", "", templatized)


def unmarkable(tree: ast.Module) -> Iterator[int]:
    """Lines where something else than a literal text is to be translated: no catalogue holds what is put together."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT and node.args:
            count = 2 if node.func.id[0] in "np" else 1
            if not all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in node.args[:count]):
                yield node.lineno


def faults(catalogue: Catalog, wanted: dict[Message, str]) -> Iterator[str]:
    """What is wrong with a catalogue: texts missing, empty, uncertain, unused, or with other placeholders."""
    known: dict[Message, object] = {}
    for entry in catalogue:
        if entry.id:
            text, *plural = [entry.id] if isinstance(entry.id, str) else entry.id
            known[entry.context or "", text] = entry
            if (entry.context or "", text) not in wanted:
                yield f"no longer used: {text!r}"
            # Chinese has one form for one and for many, so it takes the placeholders of the plural.
            yield from _faults_of(text, entry.string or "", like=plural[0] if plural else text, fuzzy=entry.fuzzy)
    yield from (
        f"missing: {text!r} ({where})" for (context, text), where in wanted.items() if (context, text) not in known
    )


def _faults_of(text: str, translated: str | tuple[str, ...] | list[str], *, like: str, fuzzy: bool) -> Iterator[str]:
    for one in [translated] if isinstance(translated, str) else translated:
        if not one:
            yield f"empty: {text!r}"
        elif sorted(PLACEHOLDER.findall(like)) != sorted(PLACEHOLDER.findall(one)):
            yield f"other placeholders: {text!r}"
        elif one == text and not SAME.fullmatch(PLACEHOLDER.sub("", text)):
            yield f"not translated: {text!r}"
    if fuzzy:
        yield f"uncertain: {text!r}"


def test_the_catalogue_is_complete() -> None:
    with CATALOGUE.open("rb") as file:
        found = list(faults(read_po(file, locale="zh_Hans"), messages()))
    assert not found, f"{len(found)} faults\n" + "\n".join(found)


def test_only_literal_texts_are_marked() -> None:
    found = [f"{project.shown(path)}:{line}" for path in project.code() for line in unmarkable(project.tree(path))]
    assert not found, "\n".join(found)


def test_labels_of_declarations_are_marked() -> None:
    """What is declared when the platform starts must wait with its language until somebody reads it."""
    reverse("home")
    labels = {f"action {spec.name}": spec.label for spec in registry.values()}
    labels |= {f"kind {kind.key}": kind.label for kind in all_kinds()}
    labels |= {f"measure {measure.card.key}": measure.card.label for measure in declared_measures()}
    labels |= {f"measure {measure.card.key} (text)": measure.card.text for measure in declared_measures()}
    labels |= {f"unit {unit.key}": unit.label for unit in UNITS.values() if unit.label != "%"}
    assert [name for name, label in labels.items() if not isinstance(label, Promise)] == []


def test_texts_are_found() -> None:
    python = (
        'from x import gettext as _\n_("One " "two")\ngettext_lazy("Three")\npgettext("place", "Four")\n'
        'ngettext("%(n)d row", "%(n)d rows", 2)\n'
    )
    assert set(messages_in("python", python)) == {
        ("", "One two"), ("", "Three"), ("place", "Four"), ("", "%(n)d row"),
    }  # fmt: skip
    template = (
        '{% load i18n %}<p title="{% translate "Five" %}">it\'s {% blocktranslate with n=1 %}Six {{ n }}'
        '{% endblocktranslate %}{{ _("Seven")|upper }}{% translate "Eight" context "c" %}</p>'
    )
    found = set(messages_in("javascript", _plain(templatize(template))))
    assert found == {("", "Five"), ("", "Six %(n)s"), ("", "Seven"), ("c", "Eight")}


@pytest.mark.parametrize(
    "call", ['_(f"{n} rows")', '_("{} rows".format(n))', "_(label)", '_("%s rows" % n)', "_('a' + b)"]
)
def test_put_together_texts_are_seen(call: str) -> None:
    assert list(unmarkable(ast.parse(call))) == [1]
    assert list(unmarkable(ast.parse('_("%(n)s rows") % {"n": 1}; ngettext("a", "b", n); _("a " "b")'))) == []


def test_faults_of_a_catalogue_are_seen(tmp_path: Path) -> None:
    catalogue = Catalog(locale="zh_Hans")
    for text, translated, flags in (
        ("Good", "好", ()), ("%(n)s good", "%(n)s 个好", ()), ("Empty", "", ()), ("%(n)s rows", "行", ()),
        ("Rows", "Rows", ()), ("Sure", "确定", ("fuzzy",)), ("Gone", "没了", ()), ("API", "API", ()),
    ):  # fmt: skip
        catalogue.add(text, translated, flags=flags)
    catalogue.add(("One row", "%(n)d rows"), ("%(n)d 行",))
    used = ["One row", "Good", "%(n)s good", "Empty", "%(n)s rows", "Rows", "Sure", "API", "New"]
    assert sorted(faults(catalogue, {("", text): "here.py" for text in used})) == [
        "empty: 'Empty'", "missing: 'New' (here.py)", "no longer used: 'Gone'", "not translated: 'Rows'",
        "other placeholders: '%(n)s rows'", "uncertain: 'Sure'",
    ]  # fmt: skip
