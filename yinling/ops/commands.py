"""The commands that run an installation: serve, web, worker, init, migrate, backup, restore, stop, manage."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured

from yinling.ops import environment, keys, postgres, supervisor
from yinling.ops.supervisor import say

WEB_WORKERS = 2
# Pages are short and spend their time in Python: more threads would only take turns.
WEB_THREADS = 2
# A browser keeps its connection open, and each holds one of these permits: a low number would lock people out.
CONNECTIONS_PER_WORKER = 256


class CommandError(RuntimeError):
    """A command cannot do what it was asked to; the text says why and what to do."""


def add_commands(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the commands of this module."""
    serve_ = sub.add_parser("serve", help="run everything: database, web server and background worker")
    serve_.add_argument("--demo", action="store_true", help="load the demo if the database is empty")
    _add_address(serve_)
    serve_.set_defaults(run=serve)
    web_ = sub.add_parser("web", help="run the web server alone")
    _add_address(web_)
    web_.set_defaults(run=web)
    sub.add_parser("worker", help="run the background worker alone").set_defaults(run=worker)
    init_ = sub.add_parser("init", help="set up a new installation: keys, tables, places, first administrator")
    init_.add_argument("--place", help="the code of the place whose office this is, e.g. 52 or 520622")
    init_.add_argument("--office", help="the name of that office")
    init_.add_argument("--name", help="the administrator's name")
    init_.add_argument("--phone", help="the administrator's mobile number")
    init_.add_argument("--password-file", help="a file whose first line is the password; - reads standard input")
    init_.set_defaults(run=init)
    sub.add_parser("migrate", help="bring the tables up to date").set_defaults(run=migrate)
    backup_ = sub.add_parser("backup", help="write database and files into one file")
    backup_.add_argument("file", type=Path)
    backup_.add_argument("--with-keys", action="store_true", help="add the keys; then guard the file like the keys")
    backup_.set_defaults(run=backup)
    restore_ = sub.add_parser("restore", help="put a backup in place of the present database and files")
    restore_.add_argument("file", type=Path)
    restore_.add_argument("--replace", action="store_true", help="even if the database holds records")
    restore_.set_defaults(run=restore)
    sub.add_parser("stop", help="stop the embedded database server").set_defaults(run=stop)
    manage_ = sub.add_parser("manage", help="run a command of Django", add_help=False)
    manage_.add_argument("arguments", nargs=argparse.REMAINDER)
    manage_.set_defaults(run=manage)


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"), help="default: $PORT, else 8000")


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = 0
    if not 0 < port < 1 << 16:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number (1 to 65535)")
    return port


def serve(arguments: argparse.Namespace) -> int:
    """Run everything until told to stop."""
    if arguments.demo:
        keys.ensure()
    else:
        keys.require()
    if supervisor.answers(arguments.host, arguments.port):
        raise CommandError(f"something else listens on port {arguments.port} already; choose another with --port")
    django.setup()
    from django.db import connections

    from yinling.ops import guard

    guard.refuse_unsafe(arguments.host, demo=arguments.demo)
    _ensure_static_files()
    _prepare_database(demo=arguments.demo)
    connections.close_all()
    address = f"http://{_shown(arguments.host)}:{arguments.port}/"

    def ready() -> None:
        say(f"yinling: ready at {address} (Ctrl-C stops it)")
        if arguments.demo:
            from yinling import demo

            say(demo.accounts_text())

    where = ("--host", arguments.host, "--port", str(arguments.port))
    children = [
        supervisor.Child("the web server", supervisor.yinling("web", *where)),
        supervisor.Child("the background worker", supervisor.yinling("worker")),
    ]
    return supervisor.run(children, address=(arguments.host, arguments.port), ready=ready)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _prepare_database(*, demo: bool) -> None:
    """Bring the tables up to date; with `demo` fill an empty database, otherwise insist on one that was set up."""
    from yinling.ops import database, guard

    say("yinling: checking the database")
    if demo and guard.state() is guard.State.REAL:
        raise CommandError("this installation holds real records: no --demo here; YINLING_HOME chooses another place")
    if database.migrate(verbosity=0):
        say("yinling: the tables are up to date now")
    if guard.state() is not guard.State.EMPTY:
        return
    if not demo:
        raise CommandError("nothing was set up yet: `yinling init` sets it up, `yinling serve --demo` shows the demo")
    from yinling import demo as records

    records.load()


def _ensure_static_files() -> None:
    """Collect style sheets and scripts under their hashed names, if `make assets` has not done so."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.STATIC_ROOT is None or (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return
    if not Path(settings.STATICFILES_DIRS[0]).is_dir():
        raise CommandError("the front end was not built: run `make assets`")
    call_command("collectstatic", interactive=False, verbosity=0)


def web(arguments: argparse.Namespace) -> int:
    """Run the web server."""
    keys.require()
    django.setup()
    from django.conf import settings
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces

    from yinling.ops import guard

    guard.refuse_unsafe(arguments.host)
    connections.close_all()
    supervisor.end_with_parent()
    Granian(
        "yinling.wsgi:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=WEB_WORKERS,
        blocking_threads=WEB_THREADS,
        backpressure=CONNECTIONS_PER_WORKER,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_dictconfig=settings.LOGGING,
    ).serve()
    return 0


def worker(_arguments: argparse.Namespace) -> int:
    """Run the background worker: it takes tasks from the database's queue, one at a time."""
    keys.require()
    django.setup()
    from django.core.management import call_command

    from yinling.ops import memory, upkeep

    supervisor.end_with_parent()
    upkeep.start()
    memory.settle()
    call_command("db_worker", queue_name="*", reload=False)
    return 0


def init(arguments: argparse.Namespace) -> int:
    """Set up a new installation. Keys that exist are used, never replaced; a database in use is never touched."""
    made = environment.uses_development_keys()
    keys.ensure()
    if made:
        say(f"yinling: keys made in {environment.keys_file()}. Keep a copy in a safe place, apart from the backups:")
        say("yinling: without them nobody can read the personal data, not even from a backup.")
    django.setup()
    from yinling.ops import database, guard

    found = guard.state()
    if found is not guard.State.EMPTY:
        raise CommandError(f"the database holds {found.value} already; YINLING_HOME chooses another place")
    say("yinling: making the tables")
    database.migrate(verbosity=0)
    _first_records(
        place=arguments.place or _ask("Code of your place (province 2 digits, prefecture 4, county 6): "),
        office=arguments.office or _ask("Name of your office: "),
        name=arguments.name or _ask("Name of the first administrator: "),
        phone=arguments.phone or _ask("Mobile number: "),
        password=_password(arguments.password_file),
    )
    say("yinling: ready. `yinling serve` starts it.")
    return 0


def _first_records(*, place: str, office: str, name: str, phone: str, password: str) -> None:
    """The places of the province, the office and its administrator: all of them or none."""
    from django.db import transaction

    from yinling import network
    from yinling.base.rules import Actor
    from yinling.network import divisions

    with transaction.atomic():
        say("yinling: loading the places")
        try:
            network.load_places(
                divisions=divisions.read(place[:2]), on=divisions.EDITION, source=divisions.SOURCE,
                by=Actor.for_system("init"),
            )  # fmt: skip
        except KeyError:
            raise CommandError(f"no province has the code {place[:2]!r}") from None
        where = network.place_at(place)
        if where is None:
            raise CommandError(f"no place has the code {place!r}")
        network.create_first_administrator(name=name, phone=phone, password=password, place=where, office=office)


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError("nobody to ask here: give every answer as an option (yinling init --help)")
    return input(question).strip()


def _password(file: str | None) -> str:
    """The password from a file or asked for twice; never from the command line, which others can read."""
    if file == "-":
        return sys.stdin.readline().rstrip("\n")
    if file:
        return Path(file).read_text("utf-8").split("\n", 1)[0]
    if not sys.stdin.isatty():
        raise CommandError("nobody to ask here: give every answer as an option (yinling init --help)")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Password again: "):
        raise CommandError("the two passwords differ")
    return password


def migrate(_arguments: argparse.Namespace) -> int:
    """Bring the tables up to date, printing each step."""
    keys.require()
    django.setup()
    from yinling.ops import database

    if not database.migrate(verbosity=1):
        say("yinling: the tables were up to date")
    return 0


def backup(arguments: argparse.Namespace) -> int:
    """Write a backup."""
    keys.require()
    django.setup()
    from yinling.ops import backup as backups

    say("yinling: writing the backup")
    backups.backup(arguments.file, with_keys=arguments.with_keys)
    say(f"yinling: {arguments.file}: {arguments.file.stat().st_size / 1e6:.1f} MB")
    if not arguments.with_keys:
        say(f"yinling: the keys are not in it; keep a copy of {environment.keys_file()} elsewhere")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Restore a backup. Needs no keys to start with: a backup may bring its own."""
    django.setup()
    from yinling.ops import backup as backups

    say("yinling: checking and restoring the backup")
    manifest = backups.restore(arguments.file, replace=arguments.replace)
    say(f"yinling: restored what was backed up on {manifest.made_at:%Y-%m-%d %H:%M} UTC")
    return 0


def stop(_arguments: argparse.Namespace) -> int:
    """Stop the embedded database server, wherever it was started."""
    postgres.stop(environment.home())
    return 0


def manage(arguments: argparse.Namespace) -> int:
    """Pass the arguments to Django."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["yinling manage", *arguments.arguments])
    return 0


# What a command raises when the user, not the program, must do something: shown without a traceback.
EXPECTED: tuple[type[Exception], ...] = (CommandError, ImproperlyConfigured, keys.KeysMissing, postgres.ServerError)
