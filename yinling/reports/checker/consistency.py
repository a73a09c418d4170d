"""One quantity, said twice: the two values agree, or one of them is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from yinling.reports.checker.judging import Finding, printed
from yinling.reports.checker.mentions import Mention
from yinling.reports.checker.reading import Reading, Seen

_AREA = re.compile(r"全(?:省|市|县|区|州|国|镇|乡|村)")
_DATED = re.compile(r"年|月|日|上年|去年|前年|同期|原有|原来|增加|减少|新增|增至|目标|计划|力争|要求|截止|截至")
LEAST = 2
"""Letters that a noun must have to be told from another."""


def contradictions(reading: Reading) -> Iterator[Finding]:
    """A finding for each figure that gives another value to a quantity said before: the same words, the same unit, the same
    area ("全省"), and no date that could tell them apart."""
    known: dict[tuple[str, str, str], Seen] = {}
    for one in reading.seen:
        key = _key(reading, one)
        if key is None:
            continue
        first = known.setdefault(key, one)
        if _apart(first.mention, one.mention):
            mention, quote = one.mention, reading.quote(one)
            why = _("“%(name)s” is said twice in this text: %(first)s and %(second)s.") % {
                "name": key[0] + key[1],
                "first": reading.quote(first),
                "second": quote,
            }
            yield Finding("error", quote, mention.start, mention.end, quote, printed(first.mention.value, mention), why)


def _key(reading: Reading, one: Seen) -> tuple[str, str, str] | None:
    """Area, noun and unit, where the text leaves no doubt what is counted."""
    lead = reading.lead(one)
    area = _AREA.search(lead)
    sentence = reading.plain[max(reading.sentence_start(one.sentence), one.mention.start - 60) : one.mention.start]
    if one.mention.kind != "count" or area is None or _DATED.search(sentence):
        return None
    rest = lead[area.end() :].strip("，, 共有现计总达")
    noun = one.after or rest
    # With words on both sides one cannot tell which of them narrow what is counted; only the plain form is compared.
    if len(noun) < LEAST or (one.after and rest):
        return None
    return area[0], noun, one.mention.unit


def _apart(one: Mention, other: Mention) -> bool:
    return (one.high is not None and other.low > one.high) or (other.high is not None and one.low > other.high)
