"""The supervisor: starts, starts again, stops everything in time, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from yinling.ops import supervisor

SUPERVISE = """
import sys
from yinling.ops import supervisor
children = [supervisor.Child(f"child {n}", [sys.executable, "-c", code]) for n, code in enumerate(sys.argv[1:])]
sys.exit(supervisor.run(children, address=("127.0.0.1", 1), ready=lambda: None))
"""


def start(*codes: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SUPERVISE, *codes], stdout=subprocess.PIPE, text=True)


def lines_in(path: Path, count: int) -> list[str]:
    """The lines of a file, once there are `count` of them."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        lines = path.read_text().splitlines() if path.exists() else []
        if len(lines) >= count:
            return lines
        time.sleep(0.05)
    raise AssertionError(f"{path.name}: {count} lines did not come")


def gone(number: int) -> bool:
    """Whether a process has ended, with some time to do so."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        if state_of(number) == "Z":
            return True  # ended; in a container there may be nobody to collect it
        time.sleep(0.05)
    return False


def state_of(number: int) -> str:
    """The state letter of a process, where the system tells it."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def test_a_dead_child_is_started_again(tmp_path: Path) -> None:
    note = tmp_path / "starts"
    process = start(f"open({str(note)!r}, 'a').write('started\\n')")
    lines_in(note, 2)
    process.terminate()
    said, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "child 0 ended with 0; starting it again in 1 s" in said


def test_what_a_dead_child_had_started_ends_before_it_is_started_again(tmp_path: Path) -> None:
    note = tmp_path / "numbers"
    code = (
        "import subprocess, sys; grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        f"open({str(note)!r}, 'a').write(f'{{grandchild.pid}}\\n')"
    )
    process = start(code)
    first, _second = (int(line) for line in lines_in(note, 2)[:2])
    assert gone(first)
    process.terminate()
    process.communicate(timeout=10)


def test_all_are_stopped_within_ten_seconds_also_those_that_refuse(tmp_path: Path) -> None:
    note = tmp_path / "numbers"
    write = (
        "import os, signal, time; signal.signal(signal.SIGTERM, %s); "
        f"open({str(note)!r}, 'a').write(f'{{os.getpid()}}\\n')"
    )
    process = start(*(f"{write % how}; time.sleep(60)" for how in ("signal.SIG_DFL", "signal.SIG_IGN")))
    numbers = [int(line) for line in lines_in(note, 2)]
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=12)
    assert time.monotonic() - started < 10
    assert all(gone(number) for number in numbers)


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "number"
    code = (
        "import os, time; from yinling.ops import supervisor; supervisor.end_with_parent(); "
        f"open({str(note)!r}, 'w').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
    )
    process = start(code)
    (number,) = (int(line) for line in lines_in(note, 1))
    process.kill()
    process.communicate(timeout=10)
    assert gone(number)


def test_delay_doubles_up_to_a_limit() -> None:
    child = supervisor.Child("child", [sys.executable, "-c", ""])
    delays = []
    for _ in range(6):
        child.start()
        assert child.process is not None
        child.process.wait()
        delays.append(child.delay)
        child.tend(time.monotonic())
    assert delays == [1, 2, 4, 8, 16, 30]
