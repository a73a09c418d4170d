"""What a deployment may choose, read from the environment once and checked at once.

Every reader raises `ImproperlyConfigured` on a value it does not understand: a mistyped switch that silently counts
as "off" is how test keys end up on a public address.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from yinling.ops import postgres

ROOT = Path(__file__).resolve().parents[2]

FIELD_KEY_BYTES = 32
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def home() -> Path:
    """The folder this installation writes to: `YINLING_HOME`, else `var` in the project."""
    chosen = os.environ.get("YINLING_HOME", "")
    if chosen and not Path(chosen).is_absolute():
        raise ImproperlyConfigured(f"YINLING_HOME must be an absolute path, not {chosen!r}")
    return Path(chosen) if chosen else ROOT / "var"


def fonts() -> str:
    """The folder of licensed fonts that documents are set in first (`YINLING_FONTS`); empty without one."""
    chosen = os.environ.get("YINLING_FONTS", "")
    if chosen and not Path(chosen).is_dir():
        raise ImproperlyConfigured(f"YINLING_FONTS must be a folder, which {chosen!r} is not")
    return chosen


def flag(name: str, *, default: bool = False) -> bool:
    """A switch: 1/true/yes/on or 0/false/no/off; unset means `default`."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in _TRUE:
        return True
    if value.strip().lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0 (true/false, yes/no, on/off), not {value!r}")


def testing() -> bool:
    """Whether this process runs the test suite (`YINLING_TEST`, set by tests/conftest.py)."""
    return flag("YINLING_TEST")


def names(variable: str) -> list[str]:
    """A comma-separated list, empty entries dropped."""
    return [part.strip() for part in os.environ.get(variable, "").split(",") if part.strip()]


def keys_file() -> Path:
    """Where this installation keeps its keys: outside the database, so that a stolen dump stays unreadable."""
    return home() / "keys.json"


def development_keys() -> dict[str, list[str]]:
    """Keys that anybody can compute: for tests and for tools that only need settings to load.

    `yinling.ops.guard` refuses to serve other machines with them.
    """
    material = hashlib.sha256(b"yinling: a key for development and tests, not a secret").digest()
    return {"SECRET_KEY": [material.hex()], "FIELD_KEYS": ["development:" + base64.b64encode(material).decode()]}


def stored_keys() -> dict[str, list[str]] | None:
    """The keys in `keys_file()`, or None if this installation has none yet."""
    path = keys_file()
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as problem:
        raise ImproperlyConfigured(f"the keys in {path} cannot be read: {problem}") from problem
    wanted = {"SECRET_KEY", "FIELD_KEYS"}
    if not isinstance(found, dict) or set(found) != wanted or not all(_is_texts(value) for value in found.values()):
        raise ImproperlyConfigured(f"{path} must hold SECRET_KEY and FIELD_KEYS, each a list of texts")
    return found


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _keys() -> dict[str, list[str]]:
    if testing():
        return development_keys()
    return stored_keys() or development_keys()


def secret(name: str) -> str:
    """The secret `name`: `YINLING_<name>`, else the keys file, else the development key."""
    given = os.environ.get(f"YINLING_{name}")
    if given is None:
        return _keys()[name][0]
    if len(given) < 32:  # noqa: PLR2004 - the length Django's own deployment check asks for, give or take
        raise ImproperlyConfigured(f"YINLING_{name} must have at least 32 characters")
    return given


def field_keys() -> list[tuple[str, bytes]]:
    """The keys of field encryption as (id, 32 bytes); the first encrypts, all decrypt.

    `YINLING_FIELD_KEYS` (comma-separated `id:base64`) overrides the keys file, for a deployment with its own key store.
    """
    texts = names("YINLING_FIELD_KEYS") if "YINLING_FIELD_KEYS" in os.environ else _keys()["FIELD_KEYS"]
    keys = dict(map(field_key, texts))
    if not keys or len(keys) != len(texts):
        raise ImproperlyConfigured("YINLING_FIELD_KEYS needs at least one key, each with an id of its own")
    return list(keys.items())


def field_key(text: str) -> tuple[str, bytes]:
    """Read one key, `id:base64`. The key itself is never repeated in a message: messages end up in logs."""
    name, _, encoded = text.partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,32}", name) or len(key) != FIELD_KEY_BYTES:
        raise ImproperlyConfigured(f"a field key is not `id:base64` of {FIELD_KEY_BYTES} bytes")
    return name, key


def uses_development_keys() -> bool:
    """Whether personal data or sessions would be protected by a key that everybody knows."""
    known = development_keys()
    field = {field_key(text)[1] for text in known["FIELD_KEYS"]}
    return secret("SECRET_KEY") in known["SECRET_KEY"] or any(key in field for _, key in field_keys())


def allowed_hosts() -> list[str]:
    """The host names this installation answers to: `YINLING_HOSTS`, and always this machine itself."""
    hosts = names("YINLING_HOSTS")
    for host in hosts:
        if not re.fullmatch(r"\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:]+\]", host):
            raise ImproperlyConfigured(f"YINLING_HOSTS: {host!r} is not a host name (no scheme, port, path or '*')")
    return [*hosts, *(host for host in _LOOPBACK if host not in hosts)]


def trusted_origins() -> list[str]:
    """Further origins that may post forms (`YINLING_TRUSTED_ORIGINS`), each with its scheme."""
    origins = names("YINLING_TRUSTED_ORIGINS")
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            raise ImproperlyConfigured(f"YINLING_TRUSTED_ORIGINS: {origin!r} is not like https://host")
    return origins


def database() -> dict[str, object]:
    """Django's database settings: the server of `DATABASE_URL`, else the embedded one.

    Loading settings starts nothing: the embedded server starts at the first connection (see `ops.embedded.base`).
    """
    url = os.environ.get("DATABASE_URL", "")
    settings = _database_of_url(url) if url else _embedded_database()
    if testing():
        # Runs side by side each get their own database; losing the last test in a power cut is no loss.
        settings["TEST"] = {"NAME": f"test_yinling_{os.environ.get('YINLING_TEST_RUN', 'shared')}"}
        options = settings["OPTIONS"]
        assert isinstance(options, dict)
        options["options"] = f"{options.get('options', '')} -c synchronous_commit=off".strip()
    return settings


def _embedded_database() -> dict[str, object]:
    place = postgres.place(home())
    return {"ENGINE": "yinling.ops.embedded", **place.settings(), **_COMMON, "OPTIONS": {}}


_COMMON: dict[str, object] = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def _database_of_url(url: str) -> dict[str, object]:
    """Settings for postgresql://user:password@host:port/name?option=value (options as libpq names them)."""
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    try:
        port = parts.port
    except ValueError as problem:
        raise ImproperlyConfigured("DATABASE_URL: the port is not a number") from problem
    if parts.scheme not in {"postgresql", "postgres"} or not name or "/" in name or parts.fragment:
        # The address holds a password: say what is expected, not what was given.
        raise ImproperlyConfigured("DATABASE_URL must be like postgresql://user:password@host:port/name")
    options: dict[str, object] = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    return {
        "ENGINE": "yinling.ops.postgresql",
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": name,
        **_COMMON,
        "OPTIONS": options,
    }
