"""Backup and restore against the real server: what went in comes out, and a failure changes nothing."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from yinling import network
from yinling.base.rules import Actor
from yinling.ops import backup, database, environment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    """The folder of uploaded files, with one in it."""
    folder = tmp_path / "home" / "files"
    (folder / "rolls").mkdir(parents=True)
    (folder / "rolls" / "1.jpg").write_bytes(b"photo of a paper roll")
    settings.MEDIA_ROOT = folder
    return folder


@pytest.fixture
def saved(files: Path, tmp_path: Path) -> Path:
    """A backup of a demo installation and its files."""
    assert files.exists()
    network.install(demo=True, by=Actor.for_system("test"))
    path = tmp_path / "backup.tar"
    backup.backup(path)
    return path


def databases() -> set[str]:
    """This test's database and whatever was made beside it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        mine = str(connection.settings_dict["NAME"])
        return {name for (name,) in cursor.fetchall() if name == mine or name.startswith((f"{mine}_r", f"{mine}_p"))}


def change_everything(files: Path) -> None:
    network.Installation.objects.update(ready=False)
    (files / "rolls" / "1.jpg").write_bytes(b"another photo")
    (files / "2.jpg").write_bytes(b"uploaded after the backup")


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change the parts of a backup file."""
    with tarfile.open(path) as archive:
        parts = {member.name: file.read() for member in archive if (file := archive.extractfile(member))}
    change(parts)
    with tarfile.open(path, "w") as archive:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def test_round_trip(saved: Path, files: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    assert b"phone" not in saved.read_bytes()[:10240], "the manifest comes first and names no records"
    with tarfile.open(saved) as archive:
        assert archive.getnames() == ["manifest.json", "database.dump", "files.tar"]
    change_everything(files)
    before = databases()
    manifest = backup.restore(saved, replace=True)
    assert manifest.migrations == database.heads()
    assert network.Installation.objects.get().ready
    assert (files / "rolls" / "1.jpg").read_bytes() == b"photo of a paper roll"
    assert not (files / "2.jpg").exists()
    assert databases() == before
    assert [entry.name for entry in files.parent.iterdir()] == ["files"]


def test_records_are_replaced_only_when_asked(saved: Path, files: Path) -> None:
    change_everything(files)
    with pytest.raises(backup.BackupError, match="--replace"):
        backup.restore(saved)
    assert_unchanged(files)


def assert_unchanged(files: Path) -> None:
    assert not network.Installation.objects.get().ready
    assert (files / "2.jpg").exists()
    assert (files / "rolls" / "1.jpg").read_bytes() == b"another photo"
    assert databases() == {str(connection.settings_dict["NAME"])}


@pytest.mark.parametrize("part", ["database.dump", "files.tar"])
def test_a_damaged_backup_changes_nothing(saved: Path, files: Path, part: str) -> None:
    change_everything(files)

    def flip(parts: dict[str, bytes]) -> None:
        parts[part] = parts[part][:-1] + bytes([parts[part][-1] ^ 1])

    rewrite(saved, flip)
    with pytest.raises(backup.BackupError, match=f"{part} does not match"):
        backup.restore(saved, replace=True)
    assert_unchanged(files)


def test_a_dump_that_fails_half_way_changes_nothing(saved: Path, files: Path, tmp_path: Path) -> None:
    change_everything(files)

    def cut(parts: dict[str, bytes]) -> None:
        parts["database.dump"] = parts["database.dump"][: len(parts["database.dump"]) * 3 // 4]
        dump = tmp_path / "cut"
        dump.write_bytes(parts["database.dump"])
        manifest = json.loads(parts["manifest.json"])
        manifest["sha256"]["database.dump"] = backup._sha256(dump)
        parts["manifest.json"] = json.dumps(manifest).encode()

    rewrite(saved, cut)
    with pytest.raises(backup.BackupError, match="pg_restore failed"):
        backup.restore(saved, replace=True)
    assert_unchanged(files)


def test_nothing_is_swapped_under_somebody_who_is_connected(saved: Path, files: Path) -> None:
    change_everything(files)
    other = connection.copy()
    other.ensure_connection()
    try:
        with pytest.raises(backup.BackupError, match="being accessed by other users"):
            backup.restore(saved, replace=True)
    finally:
        other.close()
    assert_unchanged(files)


def with_manifest(**changes: object) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), **changes}).encode()

    return change


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"migrations": {"yinling": "9999_from_the_future"}}, "newer version"),
        ({"format": 99}, "format 99"),
        ({"product": "other"}, "not a Yinling backup|has format"),
        ({"field_keys": ["k9:0123456789abcdef"]}, "keys that are not here"),
        ({"made_at": "yesterday"}, "manifest cannot be read"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(
    saved: Path, files: Path, changes: dict[str, object], reason: str
) -> None:
    change_everything(files)
    rewrite(saved, with_manifest(**changes))
    with pytest.raises(backup.BackupError, match=reason):
        backup.restore(saved, replace=True)
    assert_unchanged(files)


def test_a_file_that_points_outside_is_refused(saved: Path, files: Path, tmp_path: Path) -> None:
    change_everything(files)

    def escape(parts: dict[str, bytes]) -> None:
        inner = tmp_path / "inner.tar"
        with tarfile.open(inner, "w") as archive:
            archive.addfile(tarfile.TarInfo("../outside"), io.BytesIO())
        parts["files.tar"] = inner.read_bytes()
        manifest = json.loads(parts["manifest.json"])
        manifest["sha256"]["files.tar"] = backup._sha256(inner)
        parts["manifest.json"] = json.dumps(manifest).encode()

    rewrite(saved, escape)
    with pytest.raises(backup.BackupError, match=r"\.\./outside"):
        backup.restore(saved, replace=True)
    assert_unchanged(files)


@pytest.mark.parametrize("content", [b"", b"not a tar file", bytes(10240)])
def test_what_is_no_backup_is_refused(files: Path, tmp_path: Path, content: bytes) -> None:
    assert files.exists()
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(backup.BackupError):
        backup.restore(path, replace=True)


def test_backups_are_not_overwritten(saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(backup.BackupError, match="not overwritten"):
        backup.backup(saved)
    assert saved.read_bytes() == before


def test_keys_travel_only_when_asked_and_are_never_overwritten(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.install(demo=True, by=Actor.for_system("test"))
    home = tmp_path / "keys"
    home.mkdir()
    own = home / "keys.json"
    own.write_text(json.dumps(environment.development_keys()))
    monkeypatch.setattr(environment, "keys_file", lambda: own)
    path = tmp_path / "with-keys.tar"
    backup.backup(path, with_keys=True)
    change_everything(files)
    # On another machine, whose keys cannot open the data:
    monkeypatch.setattr(environment, "field_keys", lambda: [("other", bytes(32))])
    with pytest.raises(backup.BackupError, match="never overwritten"):
        backup.restore(path, replace=True)
    assert_unchanged(files)
    own.unlink()
    backup.restore(path, replace=True)
    assert json.loads(own.read_text()) == environment.development_keys()
    assert own.stat().st_mode & 0o777 == 0o600
