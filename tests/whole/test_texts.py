"""What no file of the project may hold, and what pyproject.toml must say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.whole import project

# Written so that this file does not match itself.
FORBIDDEN = {
    "the host of a package registry": re.compile(
        r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|yarnpkg\.com|npmmirror\.com|crates\.io"
        r"|https?://[\w.-]*(registry|artifactory|nexus|mirrors?)[\w-]*\.[\w.-]+|--(extra-)?index-url\s+https?:"
    ),
    "a path of the machine it was written on": re.compile(r"(?<![\w./-])/(work|root|Users)/[\w.]"),
    "an unfinished spot": re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b"),
}
BINARY = {".xz", ".gz", ".png", ".jpg", ".ico", ".xlsx", ".docx", ".pdf", ".woff2"}
DEPENDENCY = re.compile(r'^    "[\w.-]+(\[[\w,-]+\])?[<>=~!]=?.*",')


def forbidden(text: str) -> Iterator[tuple[int, str]]:
    """Line and description of everything in `text` that may not be there."""
    for number, line in enumerate(text.split("\n"), 1):
        for what, pattern in FORBIDDEN.items():
            if pattern.search(line):
                yield number, what


def unreasoned(pyproject: str) -> list[str]:
    """The dependency lines of pyproject.toml that give no reason."""
    return [
        line.strip()
        for line in pyproject.split("\n")
        if DEPENDENCY.match(line) and not re.search(r"#\s+\S+\s+\S+", line)
    ]


def test_no_file_holds_what_it_may_not() -> None:
    found = [
        f"{project.shown(path)}:{line} {what}"
        for path in project.files()
        if path.suffix not in BINARY
        for line, what in forbidden(path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


def test_every_dependency_has_its_reason() -> None:
    text = (project.ROOT / "pyproject.toml").read_text("utf-8")
    declared = project.settings()
    expected = len(declared["project"]["dependencies"]) + sum(map(len, declared["dependency-groups"].values()))
    assert sum(bool(DEPENDENCY.match(line)) for line in text.split("\n")) == expected, "one dependency a line"
    assert unreasoned(text) == []


def test_faults_are_seen() -> None:
    bad = "\n".join(
        [
            "see https://py" "pi.org/x", "cd /wo" "rk/main", "# TO" "DO later", "open /rework/main and todo/",
            "https://" "registry.example.com/",
        ]
    )  # fmt: skip
    assert [line for line, _what in forbidden(bad)] == [1, 2, 3, 5]
    assert unreasoned('    "django>=5",\n    "psycopg>=3",  # the driver\n') == ['"django>=5",']
