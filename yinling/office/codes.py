"""Check codes: what is printed on a document so that anybody can ask whether it is genuine and still valid."""

from __future__ import annotations

import re
import secrets
import unicodedata

ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
"""Digits and letters that stay apart on a bad copy: none of 0 O, 1 I L, 2 Z, 5 S, 8 B, U V."""

GROUP, GROUPS = 4, 3
_WRITTEN = re.compile(rf"[{ALPHABET}]{{{GROUP * GROUPS}}}")


def new_code() -> str:
    """A random code like `ACDE-3467-WXYT`. Of 23 to the twelfth (some 10 to the sixteenth) one; nobody guesses it."""
    return _grouped("".join(secrets.choice(ALPHABET) for _place in range(GROUP * GROUPS)))


def read_code(typed: str) -> str | None:
    """The code somebody typed, in its one form; None where it can be none. Case, spaces, dashes and full-width characters
    do not matter."""
    bare = re.sub(r"[\s\-‐-―]", "", unicodedata.normalize("NFKC", typed)).upper()
    return _grouped(bare) if _WRITTEN.fullmatch(bare) else None


def _grouped(bare: str) -> str:
    return "-".join(bare[start : start + GROUP] for start in range(0, GROUP * GROUPS, GROUP))
