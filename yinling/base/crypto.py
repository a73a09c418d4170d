"""Encryption of single fields, and keyed hashes to find encrypted values again.

The keys live outside the database (``settings.FIELD_KEYS``): a copy of the database alone shows how long values are
and which hashes are equal, not what they say. Every key yields two, one for AES-256-GCM and one for HMAC-SHA256,
derived by HKDF (RFC 5869): neither use weakens the other. Each value is bound to a context such as
"person.resident_id"; moved to another column it does not decrypt.

**Changing keys.** Put a new key in front of the ring: new values use it, old ones still decrypt, and ``rotate`` brings
old ones up to date at leisure. Hashes do not change then, because they are made with the *last*, oldest key: a unique
constraint on a hash column holds throughout. A hash names its key and a look-up tries all of them (``hashes``).

To retire the oldest key: ``rotate`` every value; then, while nobody writes, write every hash anew with
``keyring().without(oldest)`` in one transaction and take the key out of the settings. Rows whose hash was not written
anew can no longer be found once the key is gone.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

KEY_BYTES = 32
HASH_LENGTH = 60
"""The longest a hash can be: 16 for the key id, a colon, 43 for the digest. Width for the column."""

_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_ID = re.compile(r"[0-9A-Za-z_-]{1,16}")


class DecryptionError(Exception):
    """A stored value cannot be read: its key is not in the ring, or it was altered or moved to another column."""


class Keyring:
    """Field keys, the current one first and the oldest last. Safe to share between threads."""

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        """Take (key id, 32-byte key) pairs. Raises ImproperlyConfigured when they cannot be used as they are."""
        ids = [key_id for key_id, _key in keys]
        if not keys or len(set(ids)) != len(ids):
            raise ImproperlyConfigured("FIELD_KEYS needs at least one key, each with an id of its own.")
        if not all(_KEY_ID.fullmatch(key_id) and len(key) == KEY_BYTES for key_id, key in keys):
            raise ImproperlyConfigured("A field key has 32 bytes and an id of 1 to 16 letters, digits, - or _.")
        self._keys = tuple(keys)
        self._ciphers = {_header(key_id): AESGCM(_derive(key, b"encryption")) for key_id, key in keys}
        self._hash_keys = {key_id: _derive(key, b"hash") for key_id, key in keys}
        self._current = _header(ids[0])
        self._oldest = ids[-1]

    def encrypt(self, value: str, context: str) -> bytes:
        """Encrypt with the current key. The same value gives another result each time.

        Layout: version 1, length and text of the key id, 12 random bytes, ciphertext, 16-byte tag. Everything before
        the random bytes is authenticated together with the context. Random nonces allow some 2**32 values a key.
        """
        nonce = os.urandom(_NONCE_BYTES)
        bound = self._current + context.encode()
        return self._current + nonce + self._ciphers[self._current].encrypt(nonce, value.encode(), bound)

    def decrypt(self, stored: bytes, context: str) -> str:
        """The value that was encrypted for this context with any key of the ring. Raises DecryptionError."""
        header = _split(stored)
        cipher = self._ciphers.get(header)
        if cipher is None:
            raise DecryptionError("The key of this value is not in FIELD_KEYS.")
        body = len(header) + _NONCE_BYTES
        try:
            return cipher.decrypt(stored[len(header) : body], stored[body:], header + context.encode()).decode()
        except InvalidTag:
            raise DecryptionError("This value was altered, or written for another column.") from None

    def rotate(self, stored: bytes, context: str) -> bytes:
        """The same value under the current key; the very same bytes when that is its key. Raises DecryptionError."""
        if _split(stored) == self._current:
            return stored
        return self.encrypt(self.decrypt(stored, context), context)

    def hash(self, value: str, context: str) -> str:
        """The hash to store beside an encrypted value: key id, colon, URL-safe base64 digest under the oldest key.

        The caller brings the value into its one normal form first; "x" and "X" are different values here.
        """
        return self._hash(self._oldest, value, context)

    def hashes(self, value: str, context: str) -> list[str]:
        """Every hash under which the value may be stored, one a key: filter with ``column__in``."""
        return [self._hash(key_id, value, context) for key_id in self._hash_keys]

    def without(self, key_id: str) -> Keyring:
        """The ring without one key, to write hashes anew when that is retired. ImproperlyConfigured if none is left."""
        return Keyring([pair for pair in self._keys if pair[0] != key_id])

    def _hash(self, key_id: str, value: str, context: str) -> str:
        digest = hmac.digest(self._hash_keys[key_id], f"{context}\0{value}".encode(), "sha256")
        return f"{key_id}:{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def keyring() -> Keyring:
    """The ring of ``settings.FIELD_KEYS``: (key id, 32-byte key) pairs, current first. Raises ImproperlyConfigured."""
    return _keyring(tuple(settings.FIELD_KEYS))


# Two, not one: a rotation command works with the ring of the settings and tests override it.
@lru_cache(maxsize=2)
def _keyring(keys: tuple[tuple[str, bytes], ...]) -> Keyring:
    return Keyring(keys)


def _derive(key: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"yinling field " + use).derive(key)


def _header(key_id: str) -> bytes:
    return _VERSION + bytes([len(key_id)]) + key_id.encode()


def _split(stored: bytes) -> bytes:
    """The header of a stored value: what names its version and key."""
    header = len(_VERSION) + 1 + int.from_bytes(stored[1:2])
    if stored[:1] != _VERSION or len(stored) < header + _NONCE_BYTES + _TAG_BYTES:
        raise DecryptionError("This is not an encrypted value.")
    return stored[:header]


# Generic like Django's own fields, so that the type checker sees ``str``, and ``str | None`` where null is allowed.
_Set_contra = TypeVar("_Set_contra", contravariant=True)
_Get_co = TypeVar("_Get_co", covariant=True)

if TYPE_CHECKING:
    _TextField = models.TextField
else:

    class _TextField(models.TextField):
        """Django's field cannot be subscripted while the program runs."""

        def __class_getitem__(cls, _types):
            return cls


class EncryptedTextField(_TextField[_Set_contra, _Get_co]):
    """Text that is encrypted in the database (a bytea column) and plain in Python.

    It cannot be searched, sorted or made unique: the same text is stored differently each time. Keep a hash beside it
    for equality. ``context`` names table and column and may never change once rows exist.
    """

    def __init__(self, *args: Any, context: str, **kwargs: Any) -> None:
        self.context = context
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """For migrations: the field as its constructor takes it."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "context": self.context}

    def get_internal_type(self) -> str:
        """The column is binary, whatever the Python value is."""
        return "BinaryField"

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way to the database; expressions pass through."""
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return keyring().encrypt(str(value), self.context)

    def from_db_value(self, value: bytes | memoryview | None, _expression: object, _connection: object) -> str | None:
        """Decrypt on the way from the database. Raises DecryptionError."""
        return None if value is None else keyring().decrypt(bytes(value), self.context)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only ``isnull``: any other comparison would quietly find nothing, so Django is made to refuse it."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
