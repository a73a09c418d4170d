"""The keys of an installation: made once, kept in `<home>/keys.json` for its owner's eyes only (mode 0600).

Without them the personal data in the database cannot be read by anybody, us included. A backup leaves them out unless
asked, so that a lost backup is not a leak; so they must be kept safe apart from it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from yinling.ops import environment


class KeysMissing(RuntimeError):
    """This installation has no keys of its own yet; the text says how to make them."""


def create() -> Path:
    """Make new keys and return their file. Raises `FileExistsError` if there are keys: they are never overwritten."""
    name = f"k{datetime.now(UTC):%Y%m%d}"
    field_key = f"{name}:{base64.b64encode(secrets.token_bytes(environment.FIELD_KEY_BYTES)).decode()}"
    return write({"SECRET_KEY": [secrets.token_urlsafe(48)], "FIELD_KEYS": [field_key]})


def write(keys: dict[str, list[str]]) -> Path:
    """Write `keys` to the keys file, whole or not at all. Raises `FileExistsError` if there is one."""
    path = environment.keys_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(keys, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        # A link fails where a rename would overwrite: of two processes at once, one wins and the other hears of it.
        os.link(temporary, path)
    finally:
        Path(temporary).unlink()
    return path


def ensure() -> None:
    """Make keys if there are none yet, neither in the file nor in the environment."""
    if environment.uses_development_keys():
        try:
            create()
        except FileExistsError as problem:
            if environment.uses_development_keys():
                raise ImproperlyConfigured(f"{environment.keys_file()} holds the development keys") from problem


def require() -> None:
    """Raise `KeysMissing` if records would be protected by nothing but the development keys."""
    if environment.uses_development_keys() and not environment.testing():
        raise KeysMissing(
            "this installation has no keys yet: `yinling init` sets it up, `yinling serve --demo` shows the demo"
        )
