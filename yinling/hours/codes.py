"""Rotating codes: what the organiser's device shows at a session and those who come hand in.

The key of a session makes one code for each span of some seconds and each direction (come or go), as a text for the square
code and as six digits to type. A code says where and when it was shown and nothing about who saw it. All times are the
server's: a device that shows codes knows by how much its own clock is off.

HMAC-SHA-256 by RFC 2104; the digits are cut from it as in RFC 6238.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["in", "out"]
KINDS: tuple[Kind, ...] = ("in", "out")
DIGITS = 6
_MARK_BYTES = 10
_LONG = re.compile(rf"[0-9a-f]{{{2 * _MARK_BYTES}}}")
_SHORT = re.compile(rf"[0-9]{{{DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Code:
    """A code as shown: `long` is in the square code (80 bits, not to be guessed), `short` is typed."""

    kind: Kind
    step: int
    long: str
    short: str

    def matches(self, text: str) -> bool:
        """Whether `text` is one of the two forms; takes as long for a near miss as for a far one."""
        own = self.long if len(text) == len(self.long) else self.short
        return hmac.compare_digest(own.encode(), text.encode())


def step_at(moment: float, seconds: int) -> int:
    """The number of the span of `seconds` in which a moment (seconds since 1970) lies."""
    return int(moment // seconds)


def code_at(key: bytes, session: int, kind: Kind, step: int) -> Code:
    """The code that a session's key makes for one step."""
    digest = hmac.digest(key, f"code:{session}:{kind}:{step}".encode(), "sha256")
    number = int.from_bytes(digest[_MARK_BYTES : _MARK_BYTES + 8]) % 10**DIGITS
    return Code(kind, step, digest[:_MARK_BYTES].hex(), f"{number:0{DIGITS}}")


def find_code(key: bytes, session: int, text: str, steps: Iterable[int]) -> Code | None:
    """The code of one of the steps, in their order, that `text` is; None where there is none. Every candidate is compared,
    so the time taken does not tell which step was near."""
    found = None
    for step in steps:
        for kind in KINDS:
            candidate = code_at(key, session, kind, step)
            if candidate.matches(text) and found is None:
                found = candidate
    return found


def person_mark(key: bytes, session: int, person: int) -> str:
    """What a person's own square code holds at a session: the organiser's device can check it without a network."""
    return hmac.digest(key, f"person:{session}:{person}".encode(), "sha256")[:_MARK_BYTES].hex()


def is_code(text: str) -> bool:
    """Whether `text` has the form of a code at all."""
    return bool(_LONG.fullmatch(text) or _SHORT.fullmatch(text))


def is_typed(text: str) -> bool:
    """Whether a code is in the short form, which can be guessed."""
    return len(text) == DIGITS
