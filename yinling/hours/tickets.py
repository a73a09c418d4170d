"""What devices hand in after a time without a network: read, and checked to be from whom it says it is.

A letter is one JSON object, written with its keys in order and without spaces, and the signature of that very text: of the
person's own device by ECDSA on P-256 with SHA-256 (FIPS 186-5; r and s side by side, as browsers give them), of the
organiser's device by HMAC-SHA-256 with the key of the session.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from yinling.hours.codes import KINDS, Kind, is_code

LONGEST = 600
"""Characters of a letter."""

_HALF = 32
_LATEST = 4_102_444_800_000  # the year 2100, in milliseconds
_LARGEST = 2**63 - 1
_NONCE = 40


class Unreadable(ValueError):
    """A letter that says nothing, or not in the one form that is signed."""


@dataclass(frozen=True, slots=True)
class CodeLetter:
    """A code that somebody saw: at which session, in which step by the square code (None: typed), when by the device's own
    clock, and on which registered device."""

    session: int
    code: str
    step: int | None
    made_at: datetime
    nonce: str
    device: int


@dataclass(frozen=True, slots=True)
class MarkLetter:
    """A person whom the organiser saw come or go, when by the device's own clock, and by how much that clock was ahead of the
    server's when the device was prepared."""

    session: int
    person: int
    kind: Kind
    made_at: datetime
    ahead: timedelta
    nonce: str


def read_code(payload: str) -> CodeLetter:
    """The letter of a person's own device. Raises Unreadable."""
    said = _read(payload, {"at", "code", "device", "nonce", "session", "step", "v"})
    code, step = said["code"], _number(said, "step")
    if not isinstance(code, str) or not is_code(code):
        raise Unreadable
    return CodeLetter(
        _number(said, "session"), code, step or None, _moment(said), _nonce(said), _number(said, "device")
    )


def read_mark(payload: str) -> MarkLetter:
    """The letter of an organiser's device. Raises Unreadable."""
    said = _read(payload, {"ahead", "at", "kind", "nonce", "person", "session", "v"})
    kind = said["kind"]
    if kind not in KINDS:
        raise Unreadable
    ahead = timedelta(milliseconds=_number(said, "ahead", least=-_LATEST, most=_LATEST))
    return MarkLetter(
        _number(said, "session"), _number(said, "person"), cast("Literal['in', 'out']", kind), _moment(said), ahead,
        _nonce(said),
    )  # fmt: skip


def canonical(said: Mapping[str, object]) -> str:
    """The one text of a letter: keys in order, no spaces, nothing escaped that need not be."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def public_key(text: str) -> EllipticCurvePublicKey:
    """A device's key: the base64 text of an uncompressed point on P-256. Raises ValueError."""
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), base64.b64decode(text, validate=True))
    except binascii.Error:
        raise ValueError("not base64") from None


def is_signed_by(key: str, payload: str, signature: str) -> bool:
    """Whether the device with this key signed this text."""
    try:
        raw = base64.b64decode(signature, validate=True)
        if len(raw) != 2 * _HALF:
            return False
        pair = encode_dss_signature(int.from_bytes(raw[:_HALF]), int.from_bytes(raw[_HALF:]))
        public_key(key).verify(pair, payload.encode(), ECDSA(SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def sealed(key: bytes, payload: str) -> str:
    """The signature of an organiser's device: made with the key of the session, in hexadecimal."""
    return hmac.digest(key, f"letter:{payload}".encode(), "sha256").hex()


def is_sealed(key: bytes, payload: str, signature: str) -> bool:
    """Whether a device that was prepared for the session signed this text."""
    return hmac.compare_digest(sealed(key, payload).encode(), signature.encode("utf-8", "replace"))


def _read(payload: str, keys: set[str]) -> dict[str, Any]:
    if len(payload) > LONGEST:
        raise Unreadable
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(said, dict) or set(said) != keys or said["v"] != 1 or canonical(said) != payload:
        raise Unreadable
    return said


def _number(said: Mapping[str, object], key: str, least: int = 0, most: int = _LARGEST) -> int:
    value = said[key]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Unreadable
    return value


def _moment(said: Mapping[str, object]) -> datetime:
    return datetime.fromtimestamp(_number(said, "at", most=_LATEST) / 1000, UTC)


def _nonce(said: Mapping[str, object]) -> str:
    value = said["nonce"]
    if not isinstance(value, str) or not 16 <= len(value) <= _NONCE:  # noqa: PLR2004 - 80 bits
        raise Unreadable
    if not value.isascii() or not value.isprintable():
        raise Unreadable
    return value
