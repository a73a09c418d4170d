"""One process that keeps the web server and the background worker running.

Deliberately small: it starts its children, starts a dead one again after a delay that doubles with each early death,
and takes all of them along when it stops. A larger installation runs `yinling web` and `yinling worker` under its own
service manager instead.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

STOP_SECONDS = 8.0
STEADY_SECONDS = 60.0
MAX_DELAY_SECONDS = 30.0
_TICK_SECONDS = 0.2
# Tells a child which process to outlive by no more than a moment.
PARENT_VARIABLE = "YINLING_SUPERVISOR"


def say(text: str) -> None:
    """Print a line at once, so that it shows also when the output goes to a file."""
    print(text, flush=True)


@dataclass
class Child:
    """A process to keep running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    delay: float = field(default=1.0)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor alone, which stops things in order."""
        self.process = subprocess.Popen(
            list(self.command), start_new_session=True, env={**os.environ, PARENT_VARIABLE: str(os.getpid())}
        )
        self.started = time.monotonic()

    def tend(self, now: float) -> None:
        """Start it if it is due; if it has died, say so and set when it is due again."""
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        # What it had started itself may have outlived it, and would answer in place of the new one.
        self.signal(signal.SIGKILL)
        if now - self.started > STEADY_SECONDS:
            self.delay = 1.0
        say(f"yinling: {self.name} ended with {code}; starting it again in {self.delay:.0f} s")
        self.process, self.due = None, now + self.delay
        self.delay = min(self.delay * 2, MAX_DELAY_SECONDS)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to what it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


def run(children: Sequence[Child], *, address: tuple[str, int], ready: Callable[[], None]) -> int:
    """Keep `children` running until SIGTERM or SIGINT, then stop them within 10 seconds.

    `ready` is called once, when something answers at `address`.
    """
    stopping = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    announced = False
    while not stopping:
        now = time.monotonic()
        for child in children:
            child.tend(now)
        if not announced and answers(*address):
            announced = True
            ready()
        time.sleep(_TICK_SECONDS)
    say("yinling: stopping")
    stop_all(children)
    return 0


def stop_all(children: Sequence[Child]) -> None:
    """Ask every child to end; after `STOP_SECONDS` end those that did not."""
    for child in children:
        if child.process is not None:
            # To the process itself: it tells its own workers, and each finishes the request it is at.
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while any(child.alive() for child in children) and time.monotonic() < deadline:
        time.sleep(_TICK_SECONDS)
    for child in children:
        child.signal(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()


def answers(host: str, port: int) -> bool:
    """Whether something takes connections there."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        socket.create_connection((reachable, port), timeout=1).close()
    except OSError:
        return False
    return True


def end_with_parent() -> None:
    """In a child: end when the supervisor is gone, also when it was killed and could not say so."""
    parent = os.environ.get(PARENT_VARIABLE)
    if not parent or int(parent) != os.getppid():
        return

    def watch() -> None:
        while os.getppid() == int(parent):
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def yinling(*arguments: str) -> list[str]:
    """The command line of a `yinling` command, run by this same Python."""
    return [sys.executable, "-m", "yinling.cli", *arguments]
