"""What must not be reachable from other machines: an installation that anybody could sign in to or decrypt."""

from __future__ import annotations

import enum
import ipaddress

from django.conf import settings
from django.db import connection

from yinling.ops import environment


class UnsafeStart(RuntimeError):
    """Serving on this address would expose the installation; the text says why and what to do."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`. A name other than localhost counts as reachable from outside."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class State(enum.Enum):
    """What the database holds, by its one row of `Installation`."""

    EMPTY = "nothing yet"
    DEMO = "the demo"
    REAL = "an installation's own records"


def state() -> State:
    """What the database holds. A database without tables counts as empty."""
    from yinling.network import installation  # has tables, so it loads only once Django is set up

    if "yinling_installation" not in connection.introspection.table_names():
        return State.EMPTY
    row = installation()
    if row is None:
        return State.EMPTY
    return State.DEMO if row.demo else State.REAL


def refuse_unsafe(host: str, *, demo: bool = False) -> None:
    """Raise `UnsafeStart` if `host` is reachable from outside and the installation is not fit for that.

    `demo` says that the demo is about to be loaded, before the database can tell.
    """
    if is_loopback(host):
        return
    reasons = []
    if environment.uses_development_keys():
        reasons.append("its keys are the development keys, which everybody can compute (run `yinling init`)")
    if settings.DEBUG:
        reasons.append("YINLING_DEBUG is on, which shows settings and records on error pages")
    if demo or state() is State.DEMO:
        reasons.append("its database is the demo, whose passwords are public (set up a real one with `yinling init`)")
    if reasons:
        raise UnsafeStart(
            f"not serving on {host}, where other machines can reach this installation: " + "; ".join(reasons)
        )
