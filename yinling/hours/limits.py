"""The numbers of `parameters` for many records at once, read in one statement."""

from __future__ import annotations

from datetime import date

from yinling.base import clock
from yinling.base.workdays import add_workdays
from yinling.hours.reckoning import broken_in_words
from yinling.network import Parameter, declared_parameters

KEYS = ("slack_minutes", "single_record_minutes", "daily_minutes", "record_within_workdays")


class Limits:
    """What holds at a place on a day, as `parameter` gives it; and who records (an account number)."""

    def __init__(self, by_account: int | None) -> None:
        self.by_account = by_account
        self._set: dict[str, list[tuple[str, date, int]]] = {key: [] for key in KEYS}
        for row in Parameter.objects.filter(key__in=KEYS).order_by("area_path", "since", "pk"):
            self._set[row.key].append((row.area_path, row.since, int(row.value)))
        self._default = {one.key: int(one.default) for one in declared_parameters() if one.key in KEYS}
        self._known: dict[tuple[str, str, date], int] = {}
        self._holding: dict[tuple[str, date], tuple[bool, int, int]] = {}
        self._today = clock.today()

    def of(self, key: str, path: str, day: date) -> int:
        """The number that holds at a place on a day."""
        known = self._known.get((key, path, day))
        if known is None:
            holding = [
                (len(at), since, value) for at, since, value in self._set[key] if path.startswith(at) and since <= day
            ]
            known = max(holding)[2] if holding else self._default[key]
            self._known[key, path, day] = known
        return known

    def judged(self, path: str, day: date, minutes: int, others: int) -> tuple[bool, list[str]]:
        """Whether a record of a day comes late, and in words which ceilings it breaks beside `others` minutes of that day."""
        known = self._holding.get((path, day))
        if known is None:
            single, daily = (self.of(key, path, day) for key in ("single_record_minutes", "daily_minutes"))
            known = self._holding[path, day] = self._late(path, day), single, daily
        late, single, daily = known
        if minutes <= single and minutes + others <= daily:
            return late, []
        return late, broken_in_words(minutes, others, single, daily)

    def _late(self, path: str, day: date) -> bool:
        """Whether today is later than the working days allowed for recording service of `day`."""
        if day >= self._today:
            return False
        return self._today > add_workdays(day, self.of("record_within_workdays", path, day)).day
