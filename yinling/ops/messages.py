"""Compile the message catalogues without the gettext programs, which a fresh machine does not have.

Run as `python -m yinling.ops.messages [folder]`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages import mofile, pofile

LOCALE = Path(__file__).resolve().parents[1] / "locale"


class CatalogueError(ValueError):
    """A catalogue that must not ship; the text names file, line and reason."""


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Write a .mo beside each .po under `folder`; return those written.

    Raises `CatalogueError` if a file cannot be read or a translation lost a placeholder of its original: it would
    fail on the page, and only in that language.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            try:
                catalogue = pofile.read_po(file, abort_invalid=True)
            except pofile.PoFileError as problem:
                raise CatalogueError(f"{source}: {problem}") from problem
        for message, problems in catalogue.check():
            raise CatalogueError(f"{source}:{message.lineno}: {message.id!r}: {problems[0]}")
        target = source.with_suffix(".mo")
        with target.open("wb") as file:
            mofile.write_mo(file, catalogue)
        written.append(target)
    return written


if __name__ == "__main__":
    try:
        made = compile_catalogues(*map(Path, sys.argv[1:2]))
    except CatalogueError as failure:
        sys.exit(f"error: {failure}")
    print(f"{len(made)} message catalogues compiled")
