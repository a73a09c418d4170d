"""Deadlines in words: how much time is left, in working days of the Chinese calendar."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yinling.base import clock
from yinling.base.workdays import workdays_between

SOON = 3
"""With so many working days left the time is marked."""


def time_left(due: date) -> dict[str, str]:
    """How much time is left until a day, or that it has passed: a text with the level of its signal."""
    today = clock.today()
    if due < today:
        return {"text": _("%(day)s, overdue") % {"day": due}, "signal": "bad"}
    left = workdays_between(today, due).days
    text = ngettext("%(count)s working day left", "%(count)s working days left", left) % {"count": left}
    return {"text": text if left else _("due today"), "signal": "warn" if left <= SOON else "none"}
