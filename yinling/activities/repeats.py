"""What repeats: the rules of RFC 5545 (3.3.10) that sessions go by, made from plain choices, read from text, laid out.

Only days repeat; the time of day is the session's. China has one time and no summer time, so days are all there is to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base.clock import CHINA
from yinling.base.rules import Reason

Often = Literal["daily", "weekly", "monthly"]
DAYS: tuple[tuple[str, Reason], ...] = (
    ("MO", gettext_lazy("Monday")), ("TU", gettext_lazy("Tuesday")), ("WE", gettext_lazy("Wednesday")),
    ("TH", gettext_lazy("Thursday")), ("FR", gettext_lazy("Friday")), ("SA", gettext_lazy("Saturday")),
    ("SU", gettext_lazy("Sunday")),
)  # fmt: skip
LONGEST = 200
MOST_APART = 99

PARTS = {
    "DAILY": {"INTERVAL", "COUNT", "UNTIL", "WKST"},
    "WEEKLY": {"INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"},
    "MONTHLY": {"INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYSETPOS"},
}
"""What a rule of each frequency may say. Rules that could search for a day for ages (every day that is a 31 February) are
not among them."""

NUMBER = re.compile(r"[1-9]\d{0,3}", re.ASCII)
SIGNED = re.compile(r"[+-]?[1-9]\d?", re.ASCII)
MOST_DAYS = 31
DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repetition as chosen on a form: every so many days, weeks or months. Weekly on `weekdays` (MO, TU …); monthly on
    the `nth` (1 to 4, -1 the last) of `weekdays`, or, without them, on the day of the month of the first session."""

    often: Often
    every: int = 1
    weekdays: Sequence[str] = ()
    nth: int = 0

    def rule(self) -> str:
        """The RRULE."""
        parts = [f"FREQ={self.often.upper()}"]
        if self.every != 1:
            parts.append(f"INTERVAL={self.every}")
        if self.weekdays and self.often != "daily":
            nth = str(self.nth) if self.often == "monthly" and self.nth else ""
            parts.append("BYDAY=" + ",".join(nth + day for day, _label in DAYS if day in self.weekdays))
        return ";".join(parts)


def clean_rule(text: str) -> str:
    """A pasted RRULE in one form, checked part by part. Raises ValidationError for `rule` with what to mend."""
    text = text.strip().upper().removeprefix("RRULE:")
    if len(text) > LONGEST:
        raise _wrong(_("This is longer than %(maximum)d characters.") % {"maximum": LONGEST})
    parts: dict[str, str] = {}
    for part in text.strip(";").split(";"):
        name, sign, value = part.partition("=")
        if not sign or name in parts:
            raise _wrong(_("This is no RRULE. It looks like FREQ=WEEKLY;BYDAY=TU."))
        parts[name] = value
    often = parts.pop("FREQ", "")
    if often not in PARTS:
        raise _wrong(_("Sessions repeat daily, weekly or monthly (FREQ)."))
    for name, value in parts.items():
        if name not in PARTS[often] or not _is_good(name, value):
            raise _wrong(_("%(part)s cannot be used here.") % {"part": f"{name}={value}"[:40]})
    if not _can_happen(often, parts):
        raise _wrong(_("These parts do not go together."))
    if "COUNT" in parts and "UNTIL" in parts:
        raise _wrong(_("A rule ends by COUNT or by UNTIL, not by both."))
    return ";".join([f"FREQ={often}", *(f"{name}={value}" for name, value in parts.items())])


def _is_good(name: str, value: str) -> bool:
    values = value.split(",")
    if name == "INTERVAL":
        return bool(NUMBER.fullmatch(value)) and int(value) <= MOST_APART
    if name == "COUNT":
        return bool(NUMBER.fullmatch(value))
    if name == "UNTIL":
        return _until(value) is not None
    if name == "WKST":
        return value in dict(DAYS)
    if name == "BYDAY":
        return all(DAY.fullmatch(one) for one in values)
    return all(SIGNED.fullmatch(one) and abs(int(one)) <= MOST_DAYS for one in values)


def _can_happen(often: str, parts: dict[str, str]) -> bool:
    """Whether the parts leave a day in some month before long: dateutil would look for one up to the year 9999."""
    days = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    numbered = any(len(day) > len("MO") for day in days)
    if numbered and (often != "MONTHLY" or "BYMONTHDAY" in parts or "BYSETPOS" in parts):
        return False
    if "BYSETPOS" in parts:
        # Every weekday is in each month four times at least.
        chosen = max(abs(int(one)) for one in parts["BYSETPOS"].split(","))
        return "BYMONTHDAY" not in parts and chosen <= 4 * len(set(days))
    return True


def _until(value: str) -> date | None:
    """The last day in China that an UNTIL allows."""
    found = UNTIL.fullmatch(value)
    if not found:
        return None
    try:
        moment = datetime.strptime(found[1] + (found[2] or "000000"), "%Y%m%d%H%M%S").replace(
            tzinfo=UTC if found[3] else CHINA
        )
    except ValueError:
        return None
    return moment.astimezone(CHINA).date()


def _wrong(text: str) -> ValidationError:
    return ValidationError({"rule": text})


def occurrences(rule: str, first: date, last: date, *, most: int) -> list[date]:
    """The days of a rule that begins on `first`, up to `last`. Raises ValidationError for a rule that is none, that means no
    day, or that means more than `most`."""
    rule = clean_rule(rule)
    parts = dict(part.split("=") for part in rule.split(";"))
    if "UNTIL" in parts:
        last = min(last, _until(parts.pop("UNTIL")) or last)
    if "BYDAY" in parts:
        parts["BYDAY"] = _each_numbered(parts["BYDAY"])
    dated = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        days = rrulestr(dated, dtstart=datetime.combine(first, time.min))
    except ValueError as error:
        raise _wrong(_("This is no RRULE. It looks like FREQ=WEEKLY;BYDAY=TU.")) from error
    found: list[date] = []
    for moment in days:
        if moment.date() > last:
            break
        if len(found) == most:
            text = _("These would be more than %(most)s sessions. Choose an earlier end.")
            raise ValidationError({"last": text % {"most": most}})
        found.append(moment.date())
    if not found:
        raise ValidationError({"last": _("The rule means no day between the first and the last.")})
    return found


def _each_numbered(days: str) -> str:
    """MO,1TU means every Monday and the first Tuesday; dateutil takes it for Mondays that are a first Tuesday, and looks for one
    up to the year 9999. So beside a numbered day every other is numbered too."""
    each = days.split(",")
    if all(day in dict(DAYS) for day in each):
        return days
    return ",".join(f"1{day},2{day},3{day},4{day},5{day}" if day in dict(DAYS) else day for day in each)


def in_words(rule: str) -> str:
    """A rule as people say it: every week on Tuesday and Friday. One with parts that have no plain words is shown as it is."""
    parts = dict(part.split("=") for part in rule.split(";") if "=" in part)
    often, every = parts.pop("FREQ", ""), int(parts.pop("INTERVAL", "1"))
    days = parts.pop("BYDAY", "")
    parts.pop("UNTIL", None)
    parts.pop("COUNT", None)
    words = {
        "DAILY": _("every day") if every == 1 else _("every %(count)s days"),
        "WEEKLY": _("every week") if every == 1 else _("every %(count)s weeks"),
        "MONTHLY": _("every month") if every == 1 else _("every %(count)s months"),
    }
    plain = all(day in dict(DAYS) for day in days.split(",")) if days else True
    if often not in words or parts or not plain:
        return rule
    named = "、".join(str(dict(DAYS)[day]) for day in days.split(",")) if days else ""
    return f"{words[often] % {'count': every}} {named}".strip()
