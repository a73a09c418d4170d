"""Backup and restore: one tar file with the database, the uploaded files and a manifest that proves both.

The file holds, in this order: `manifest.json`, `database.dump` (pg_dump's custom format), `files.tar`, and only if
asked for `keys.json`. Restoring fills a new database beside the present one and swaps the two in one transaction, so a
failure at any point before leaves everything as it was.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import connection

from yinling.ops import database, environment, keys

FORMAT = 1
MANIFEST, DUMP, FILES, KEYS = "manifest.json", "database.dump", "files.tar", "keys.json"
_CHUNK = 1 << 20
# What a database that was only migrated holds already.
_BOOKKEEPING = {
    "django_migrations", "django_content_type", "auth_permission", "django_session", "yinling_cache",
}  # fmt: skip


class BackupError(RuntimeError):
    """A backup that cannot be made, or must not or cannot be restored; nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself."""

    version: str
    made_at: datetime
    migrations: dict[str, str]
    field_keys: list[str]
    parts: dict[str, str]

    def as_json(self) -> str:
        """The manifest as it is written into the file."""
        return json.dumps(
            {
                "product": "yinling",
                "format": FORMAT,
                "version": self.version,
                "made_at": self.made_at.isoformat(),
                "migrations": self.migrations,
                "field_keys": self.field_keys,
                "sha256": self.parts,
            },
            indent=2,
        )

    @classmethod
    def of_json(cls, text: str) -> Manifest:
        """Read a manifest; raises `BackupError` if it is not one that this version understands."""
        try:
            found: dict[str, Any] = json.loads(text)
            if found["product"] != "yinling" or found["format"] != FORMAT:
                raise BackupError(f"the backup has format {found['format']!r}; this version reads {FORMAT}")
            return cls(
                version=str(found["version"]),
                made_at=datetime.fromisoformat(found["made_at"]),
                migrations={str(app): str(name) for app, name in found["migrations"].items()},
                field_keys=[str(key) for key in found["field_keys"]],
                parts={str(name): str(digest) for name, digest in found["sha256"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise BackupError("the file is not a Yinling backup: its manifest cannot be read") from problem


def backup(target: Path, *, with_keys: bool = False) -> Manifest:
    """Write a backup to `target` (mode 0600), whole or not at all.

    The database is dumped as it was at one moment; files are added after, so every file a record names is there. With
    `with_keys` whoever has the file can read all personal data in it. Raises `BackupError`.
    """
    if target.exists():
        raise BackupError(f"{target} exists already; backups are not overwritten")
    if with_keys and environment.stored_keys() is None:
        raise BackupError("the keys of this installation are not in a file (YINLING_FIELD_KEYS?): they cannot be added")
    with tempfile.TemporaryDirectory(dir=target.resolve().parent, prefix=".yinling-backup-") as folder:
        work = Path(folder)
        try:
            database.run_client("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={work / DUMP}")
        except database.ClientError as problem:
            raise BackupError(str(problem)) from problem
        _pack_files(work / FILES)
        names = [DUMP, FILES]
        if with_keys:
            shutil.copyfile(environment.keys_file(), work / KEYS)
            names.append(KEYS)
        manifest = Manifest(
            version=_version(),
            made_at=datetime.now(UTC),
            migrations=database.heads(),
            field_keys=[_fingerprint(key) for key in environment.field_keys()],
            parts={name: _sha256(work / name) for name in names},
        )
        (work / MANIFEST).write_text(manifest.as_json(), "utf-8")
        whole = work / "backup.tar"
        with tarfile.open(whole, "w") as archive:
            for name in [MANIFEST, *names]:
                archive.add(work / name, name)
        whole.chmod(0o600)
        whole.rename(target)
    return manifest


def restore(source: Path, *, replace: bool = False) -> Manifest:
    """Put the database and files of a backup in place of the present ones, and bring the tables up to date.

    Raises `BackupError`, with everything left as it was, if the file is damaged or newer than this program, if its
    personal data could not be read with the keys at hand, if the database holds records and `replace` is not given, or
    if somebody else is connected.
    """
    files = Path(settings.MEDIA_ROOT)
    files.parent.mkdir(parents=True, exist_ok=True)
    # Beside the files, so that moving them is a rename.
    with tempfile.TemporaryDirectory(dir=files.parent, prefix=".restore-") as folder:
        work = Path(folder)
        manifest = _unpack(source, work)
        bring_keys = _check_keys(manifest, work)
        unknown = database.unknown_heads(manifest.migrations)
        if unknown:
            raise BackupError(f"the backup was made by a newer version ({manifest.version}): {', '.join(unknown)}")
        if not replace and not _is_empty():
            raise BackupError("the database holds records; --replace puts the backup in their place")
        _unpack_files(work / FILES, work / "files")
        fresh = f"{connection.settings_dict['NAME']}_restore_{os.getpid()}"
        with _filled_database(fresh, work / DUMP), _installed_keys(work / KEYS if bring_keys else None):
            _swap(fresh, work, files)
    return manifest


@contextmanager
def _installed_keys(source: Path | None) -> Iterator[None]:
    """Put the keys in `source` in their place; take them away again if what follows fails."""
    if source is None:
        yield
        return
    written = keys.write(json.loads(source.read_text("utf-8")))
    try:
        yield
    except BaseException:
        written.unlink()
        raise


def _swap(fresh: str, work: Path, files: Path) -> None:
    """Exchange database and files for the restored ones; the previous database is dropped, the files with `work`."""
    previous = f"{connection.settings_dict['NAME']}_previous_{os.getpid()}"
    moved = files.exists()
    if moved:
        files.rename(work / "previous")
    (work / "files").rename(files)
    try:
        database.swap(fresh, previous)
    except database.ClientError as problem:
        files.rename(work / "files")
        if moved:
            (work / "previous").rename(files)
        raise BackupError(str(problem)) from problem
    database.drop(previous)


@contextmanager
def _filled_database(name: str, dump: Path) -> Iterator[None]:
    """Restore `dump` into a new database and migrate it; on any failure, inside too, drop it again."""
    database.create(name)
    try:
        try:
            database.run_client("pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", str(dump), name=name)
        except database.ClientError as problem:
            raise BackupError(str(problem)) from problem
        with database.using(name):
            database.migrate(verbosity=0)
        yield
    except BaseException:
        database.drop(name)
        raise


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in _BOOKKEEPING:
                continue
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})")  # noqa: S608 - quoted
            if cursor.fetchone() == (True,):
                return False
    return True


def _check_keys(manifest: Manifest, work: Path) -> bool:
    """Whether the backup's keys are to be installed; raises if neither they nor the present ones open its data."""
    needed = set(manifest.field_keys)
    if needed <= {_fingerprint(key) for key in environment.field_keys()}:
        return False
    if KEYS not in manifest.parts:
        raise BackupError(
            "the backup's personal data was encrypted with keys that are not here; put back keys.json first"
        )
    if environment.stored_keys() is not None:
        raise BackupError(f"the backup brings other keys than {environment.keys_file()}; keys are never overwritten")
    brought = json.loads((work / KEYS).read_text("utf-8"))
    if not needed <= {_fingerprint(environment.field_key(text)) for text in brought["FIELD_KEYS"]}:
        raise BackupError("the keys in the backup are not those its personal data was encrypted with")
    return True


def _unpack(source: Path, work: Path) -> Manifest:
    """Unpack the parts of a backup and compare each with its checksum in the manifest."""
    try:
        with tarfile.open(source) as archive:
            for name in (MANIFEST, DUMP, FILES, KEYS):
                # Only the names we know, never a path out of the archive.
                try:
                    part = archive.extractfile(name)
                except KeyError:
                    continue
                if part is not None:
                    with part, (work / name).open("wb") as target:
                        shutil.copyfileobj(part, target, _CHUNK)
    except (OSError, tarfile.TarError) as problem:
        raise BackupError(f"{source} cannot be read as a backup: {problem}") from problem
    if not (work / MANIFEST).exists():
        raise BackupError(f"{source} is not a Yinling backup: it has no manifest")
    manifest = Manifest.of_json((work / MANIFEST).read_text("utf-8", errors="replace"))
    for name in {DUMP, FILES, *manifest.parts}:
        if not (work / name).exists() or manifest.parts.get(name) != _sha256(work / name):
            raise BackupError(f"{source} is damaged: {name} does not match its checksum")
    return manifest


def _pack_files(target: Path) -> None:
    with tarfile.open(target, "w") as archive:
        folder = Path(settings.MEDIA_ROOT)
        for path in sorted(folder.rglob("*")) if folder.exists() else []:
            if path.is_file() and not path.is_symlink():
                archive.add(path, path.relative_to(folder).as_posix())


def _unpack_files(source: Path, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with tarfile.open(source) as archive:
        for member in archive:
            parts = PurePosixPath(member.name).parts
            content: IO[bytes] | None = archive.extractfile(member) if member.isreg() else None
            if content is None or not parts or parts[0] == "/" or ".." in parts:
                raise BackupError(f"the backup holds a file that none of ours can be: {member.name!r}")
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file, _CHUNK)
            target.chmod(0o600)


def _fingerprint(key: tuple[str, bytes]) -> str:
    """Names a field key without giving it away: its id and a hash of its 32 random bytes."""
    return f"{key[0]}:{hashlib.sha256(key[1]).hexdigest()[:16]}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version() -> str:
    try:
        return importlib.metadata.version("yinling")
    except importlib.metadata.PackageNotFoundError:
        return "a checkout"
