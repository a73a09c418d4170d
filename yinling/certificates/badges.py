"""Certificates as signed credentials that anybody can check without asking this platform.

A credential is an Open Badge 3.0 (an AchievementCredential in the data model W3C VC 2.0) in the proof format JSON Web Token:
the payload is the credential itself, signed with EdDSA over Ed25519 (RFC 8037). The issuer is a did:key, so the public key
stands in the credential. Whether it still holds, only the check page knows; the credential names its address.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.utils.translation import gettext as _

from yinling.base.invalid import Invalid

ALGORITHM: Final = "EdDSA"
BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519: Final = b"\xed\x01"
"""The multicodec prefix of an Ed25519 public key."""

KEY_BYTES: Final = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
CONTEXT: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    {"record": {"@id": "urn:yinling:record", "@type": "@json"}},
)
ACHIEVEMENTS: Final = {"service": "CommunityService", "star": "Award", "completion": "CertificateOfCompletion"}
"""The type of achievement (Open Badges 3.0, AchievementType) of each kind of certificate."""


class BadCredential(Invalid):
    """A text that is no credential, or one whose signature is wrong. Reasons: form, key, signature."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential whose signature is right: the did:key that signed it, what the certificate says, the whole payload."""

    did: str
    record: Mapping[str, Any]
    payload: Mapping[str, Any]


def new_private() -> str:
    """A new private key, as text to be kept encrypted."""
    return _text(Ed25519PrivateKey.generate().private_bytes_raw())


class Signer:
    """Signs with one private key; made once for many certificates."""

    def __init__(self, private: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(_bytes(private))
        public = self._key.public_key().public_bytes_raw()
        self.did = did_of(public)
        header = {"alg": ALGORITHM, "typ": "JWT", "kid": f"{self.did}#{self.did.removeprefix('did:key:')}"}
        header["jwk"] = {"kty": "OKP", "crv": "Ed25519", "x": _text(public)}  # type: ignore[assignment]
        self._head = _text(_json(header))

    def sign(self, payload: Mapping[str, Any]) -> str:
        """The payload as a compact JSON Web Token (RFC 7515, 7519)."""
        text = f"{self._head}.{_text(_json(payload))}"
        return f"{text}.{_text(self._key.sign(text.encode()))}"


def payload_of(record: Mapping[str, Any], *, did: str, check_url: str) -> dict[str, Any]:
    """The credential about what a certificate says. `check_url` is the page that knows whether it still holds."""
    issued = f"{record['issued_on']}T00:00:00+08:00"
    return {
        "@context": list(CONTEXT),
        "id": check_url,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": record["title"],
        "issuer": {"id": did, "type": ["Profile"], "name": record["issuer"]},
        "validFrom": issued,
        "credentialSubject": _subject(record, check_url),
        "credentialStatus": {"id": check_url, "type": "CheckPage"},
        "record": dict(record),
        "iss": did,
        "jti": check_url,
        "nbf": _seconds(record["issued_on"]),
    }


def _subject(record: Mapping[str, Any], check_url: str) -> dict[str, Any]:
    return {
        "type": ["AchievementSubject"],
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityType": kind, "identityHash": record[key]}
            for key, kind in (("name", "name"), ("volunteer", "ext:volunteerNumber"))
            if record.get(key)
        ],
        "activityStartDate": f"{record['since']}T00:00:00+08:00",
        "activityEndDate": f"{record['until']}T00:00:00+08:00",
        "licenseNumber": record["number"],
        "achievement": {
            "id": f"{check_url}#achievement",
            "type": ["Achievement"],
            "achievementType": ACHIEVEMENTS[record["kind"]],
            "inLanguage": "zh-CN",
            "name": record["title"],
            "description": record["text"],
            "criteria": {"narrative": record["text"]},
        },
    }


def read_credential(text: str) -> Credential:
    """Check the signature of a credential by nothing but itself. Raises BadCredential.

    The algorithm is the one this module writes and no other; the key is that of the issuer's did:key, not one of the header.
    """
    token = text.strip()
    if not TOKEN.fullmatch(token):
        raise BadCredential("form", _("This is not a signed certificate."))
    head, body, signature = token.split(".")
    try:
        header, payload = json.loads(_bytes(head)), json.loads(_bytes(body))
        record, did = payload["record"], payload["iss"]
        sound = header["alg"] == ALGORITHM and payload["issuer"]["id"] == did and isinstance(record, dict)
        public = public_of(did)
        signed = _bytes(signature)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise BadCredential("form", _("This is not a signed certificate.")) from None
    if not sound:
        raise BadCredential("form", _("This is not a signed certificate."))
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed, f"{head}.{body}".encode())
    except InvalidSignature:
        raise BadCredential("signature", _("The signature is wrong: what it says was changed.")) from None
    return Credential(did, record, payload)


def short_form(credential: str) -> str:
    """The short form of a signature as printed: the first twenty hexadecimal digits of the SHA-256 of the credential."""
    text = hashlib.sha256(credential.encode()).hexdigest()[:20].upper()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def did_of(public: bytes) -> str:
    """The did:key of an Ed25519 public key: multibase (base 58) of its multicodec."""
    number = int.from_bytes(ED25519 + public, "big")
    text = ""
    while number:
        number, digit = divmod(number, len(BASE58))
        text = BASE58[digit] + text
    return f"did:key:z{text}"


def public_of(did: str) -> bytes:
    """The Ed25519 public key of a did:key. Raises BadCredential for what is none."""
    text = did.removeprefix("did:key:z")
    if text == did or not text or any(sign not in BASE58 for sign in text):
        raise BadCredential("key", _("This is not a public key (did:key) of the kind used here."))
    number = 0
    for sign in text:
        number = number * len(BASE58) + BASE58.index(sign)
    known = number.to_bytes(max(len(ED25519) + KEY_BYTES, (number.bit_length() + 7) // 8), "big")
    if not known.startswith(ED25519) or len(known) != len(ED25519) + KEY_BYTES:
        raise BadCredential("key", _("This is not a public key (did:key) of the kind used here."))
    return known[len(ED25519) :]


def canonical(value: object) -> bytes:
    """A value as JSON that comes out the same everywhere: UTF-8, keys sorted, no spaces (RFC 8785, for texts and whole
    numbers)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _seconds(day: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(f"{day}T00:00:00+08:00").timestamp())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
