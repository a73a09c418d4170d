"""The reference documents that are printed from the code: `python -m yinling.ops.reference` writes docs/reference,
`--check` only compares. What is declared (actions, pages, fact kinds, measures, commands, variables) is described where
it is declared; nothing is told twice, and a test holds the committed documents against the code."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

import django
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"
NOTE = "Printed from the code by `python -m yinling.ops.reference`; do not edit."

VARIABLES = {
    "DATABASE_URL": "the PostgreSQL server, postgresql://user:password@host:port/name; the embedded one without it",
    "DJANGO_SETTINGS_MODULE": "the settings module; the commands set it to `yinling.settings`",
    "PORT": "the port of `yinling serve` and `yinling web` where `--port` is not given; 8000 without it",
    "YINLING_DEBUG": "1 shows errors with their details and serves files as built; never for real records",
    "YINLING_FIELD_KEYS": "the keys of personal data, `id:base64` separated by commas, instead of those in keys.json",
    "YINLING_FONTS": "a folder of licensed fonts (小标宋, 仿宋, 楷体, 黑体) that documents are set in, before the open ones",
    "YINLING_HOME": "the absolute path of the folder everything is kept in: database, files, keys, logs",
    "YINLING_HOSTS": "the host names the platform answers to, separated by commas, besides this machine itself",
    "YINLING_HTTPS": "1 where a proxy in front ends https: secure cookies, redirects, X-Forwarded-Proto is believed",
    "YINLING_SECRET_KEY": "what signs sessions, at least 32 characters, instead of the one in keys.json",
    "YINLING_TEST": "1 while the tests run; they set it themselves",
    "YINLING_TEST_RUN": "the number that names the databases of a test run; the tests set it themselves",
    "YINLING_TRUSTED_ORIGINS": "further origins that may post forms, each with its scheme, separated by commas",
}
"""What an installation may choose by environment variables. A test compares the names with those the code reads."""

VARIABLE = re.compile(r"\b(YINLING_[A-Z_]*[A-Z]|DATABASE_URL|DJANGO_SETTINGS_MODULE)\b|environ\.get\(\"([A-Z]+)\"")


class Unversioned(RuntimeError):
    """A measure counts something else than its committed version did, under the same version number."""


def escaped(text: object) -> str:
    """A text that is safe in the cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def page(title: str, intro: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A document with one table. Texts in backquotes must come with theirs."""
    lines = [f"# {title}", "", NOTE, "", intro, "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    lines += [f"| {' | '.join(map(escaped, row))} |" for row in rows]
    return "\n".join(lines) + "\n"


def code(*names: object) -> str:
    """Names in the type of code, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)


def actions() -> str:
    """Every action: the only way anything is written."""
    from yinling.base.action import registry

    rows = [
        (code(spec.name), spec.label, spec.rule.name, code(spec.on) if spec.on else "", code(*sorted(spec.records)))
        for _name, spec in sorted(registry.items())
    ]
    return page(
        "Actions", "Everything that is written is written by one of these; each leaves an entry in the audit trail.",
        ("Action", "Label", "Who may", "For the place of", "Facts it sees to"), rows,
    )  # fmt: skip


def pages() -> str:
    """Every page with its address and rule."""
    from yinling.web.page import pages as declared

    rows = [
        (
            code(name),
            f"`/{found.route}`",
            " ".join(sorted(found.methods - {"HEAD"})),
            found.rule.name,
            _first(found.view),
        )
        for name, found in sorted(declared.items())
    ]
    return page("Pages", "Every page, its address and the rule that opens it. Who that is: permissions.md.",
                ("Page", "Address", "Methods", "Rule", "What it shows"), rows)  # fmt: skip


def _first(function: Callable[..., object]) -> str:
    return (function.__doc__ or "").strip().split("\n\n")[0]


def kinds() -> str:
    """Every kind of fact."""
    from yinling.base.action import registry
    from yinling.facts import all_kinds

    rows = [
        (
            code(kind.key), kind.label, kind.mode, kind.unit, kind.source, code(*kind.dims),
            code(*sorted(spec.name for spec in registry.values() if kind.key in spec.records)),
        )
        for kind in all_kinds()
    ]  # fmt: skip
    return page(
        "Kinds of fact",
        "A flow happens on a day; a stock holds from a day until it is closed. Every figure is a sum over these.",
        ("Kind", "Label", "Mode", "Unit", "Recorded from", "Dimensions", "Recorded by"), rows,
    )  # fmt: skip


def measures() -> str:
    """Every measure with its version and fingerprint."""
    from yinling.figures import declared_measures, fingerprint

    declared = sorted(declared_measures(), key=lambda measure: measure.card.key)
    rows = [
        (
            code(measure.card.key), measure.card.label, measure.card.unit, measure.card.version,
            code(fingerprint(measure)), _counting(measure), measure.card.text, measure.card.basis,
        )
        for measure in declared
    ]  # fmt: skip
    return page(
        "Measures",
        "What each figure counts. The fingerprint changes with what is counted, and then the version must change too.",
        ("Measure", "Label", "Unit", "Version", "Fingerprint", "How", "What is counted", "Basis"), rows,
    )  # fmt: skip


def _counting(measure: object) -> str:
    from yinling.figures import Difference, Distinct, Ratio, Sum

    if isinstance(measure, Ratio):
        return f"{code(measure.numerator.card.key)} ÷ {code(measure.denominator.card.key)}"
    if isinstance(measure, Difference):
        return f"{code(measure.whole.card.key)} − {code(measure.part.card.key)}"
    assert isinstance(measure, Sum | Distinct)
    where = "".join(f", {name} = {value}" for name, value in sorted(measure.where.items()))
    over = f"different {measure.over} in " if isinstance(measure, Distinct) else ""
    return f"{over}{measure.mode} {code(measure.kind)}{where}"


def commands() -> str:
    """Every command of `yinling` with its options."""
    return page("Commands", "The `yinling` command; `yinling COMMAND --help` says more.",
                ("Command", "Arguments", "What it does"), _commands(command_line(), "yinling"))  # fmt: skip


def command_line() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    from yinling import cli
    from yinling.ops import commands as own

    parser = argparse.ArgumentParser(prog="yinling")
    sub = parser.add_subparsers()
    for module in (own, *map(import_module, cli.MODULES)):
        module.add_commands(sub)
    return parser


def _commands(parser: argparse.ArgumentParser, prefix: str) -> Iterator[tuple[str, str, str]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, below in action.choices.items():
                full = f"{prefix} {name}"
                if any(isinstance(one, argparse._SubParsersAction) for one in below._actions):
                    yield from _commands(below, full)
                else:
                    yield code(full), "<br>".join(map(_argument, _arguments(below))), helps.get(name, "")


def _arguments(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]


def _argument(action: argparse.Action) -> str:
    name = "/".join(action.option_strings) or str(action.metavar or action.dest).upper()
    if action.option_strings and action.nargs != 0:
        name += f" {action.metavar or action.dest.upper()}"
    return f"{code(name)} {action.help or ''}".strip()


def variables() -> str:
    """Every environment variable an installation may set."""
    rows = [(code(name), text) for name, text in sorted(VARIABLES.items())]
    return page("Environment variables", "What an installation may choose; everything else is chosen already.",
                ("Variable", "Meaning"), rows)  # fmt: skip


def variables_read(text: str) -> set[str]:
    """The environment variables a source text names or reads."""
    return {name for pair in VARIABLE.findall(text) for name in pair if name}


DOCUMENTS: dict[str, Callable[[], str]] = {
    "actions.md": actions,
    "pages.md": pages,
    "facts.md": kinds,
    "measures.md": measures,
    "commands.md": commands,
    "settings.md": variables,
}


def printed() -> dict[str, str]:
    """Every document by its name, as the code is now; in English, whatever the language in use."""
    import_module("yinling.web.urls")
    with translation.override("en"):
        return {name: document() for name, document in DOCUMENTS.items()}


MEASURE = re.compile(r"^\| `(?P<key>[^`]+)` \|.*?\| (?P<version>\d+) \| `(?P<mark>[0-9a-f]{12})` \|", re.MULTILINE)


def unversioned(committed: str, current: str) -> list[str]:
    """The measures that count something else than the committed document says, under the same version number."""
    known = {found["key"]: (found["version"], found["mark"]) for found in MEASURE.finditer(committed)}
    return [
        found["key"]
        for found in MEASURE.finditer(current)
        if found["key"] in known
        and known[found["key"]][0] == found["version"]
        and known[found["key"]][1] != found["mark"]
    ]


def differing() -> list[str]:
    """The documents that are not as the code prints them."""
    return [name for name, text in printed().items() if _committed(name) != text]


def _committed(name: str) -> str:
    path = FOLDER / name
    return path.read_text("utf-8") if path.exists() else ""


def write() -> None:
    """Write every document. Raises Unversioned, and writes nothing, where a measure needs a new version first."""
    documents = printed()
    if stale := unversioned(_committed("measures.md"), documents["measures.md"]):
        raise Unversioned(f"{', '.join(stale)}: what is counted has changed; give the definition a new version")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in documents.items():
        (FOLDER / name).write_text(text, "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the documents, or with `--check` name those that differ; exit code 1 if any does."""
    parser = argparse.ArgumentParser(prog="python -m yinling.ops.reference", description="Print docs/reference.")
    parser.add_argument("--check", action="store_true", help="only compare with what is committed")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinling.settings")
    django.setup()
    if not chosen.check:
        write()
        return 0
    stale = differing()
    for name in stale:
        print(f"docs/reference/{name} is not as the code prints it", file=sys.stderr)
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
