"""The tests. Compiled code is kept, where the surroundings forbid to keep it beside its source also: a run starts some
forty processes, and each would compile Django anew."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.dont_write_bytecode and sys.pycache_prefix is None:
    sys.pycache_prefix = str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "compiled")
    sys.dont_write_bytecode = False
    # The workers of the run and the commands that tests start inherit it.
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
