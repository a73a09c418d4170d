"""What time it is. Nothing else in the project asks the operating system, so a test or the demo can set the date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

# A context variable, not a global: while the demo is made with a set date, other threads keep the real time.
_frozen: ContextVar[datetime | None] = ContextVar("yinling_frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC: the form in which times are stored."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The calendar day in China: the day on which things happen, become due and are counted."""
    return now().astimezone(CHINA).date()


@contextmanager
def frozen(moment: date | datetime) -> Iterator[None]:
    """Stop the clock at a moment, in this thread or task only, for as long as the ``with`` block runs.

    A plain date means noon of that day in China. Raises ValueError for a datetime without a time zone.
    """
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(12), tzinfo=CHINA)
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
