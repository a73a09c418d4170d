"""Shares: what part of what whole a text says, computed from the two counts it states."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from yinling.reports.checker.judging import Working, divided, fits, shown_of
from yinling.reports.checker.mentions import HUNDRED
from yinling.reports.checker.reading import LIKELY, SURE, Reading, Seen, core, fit

REACH = 36
"""Letters between 占 and its percentage at most."""

NOUN_LEAST = 2
"""Letters of a subject that names something."""

ROW = 8
"""Shares said in one row at most."""

GROWTH = re.compile(
    r"增长|增加|上升|提高|提升|下降|减少|降低|同比|环比|比上年|比去年|较上年|较去年|增幅|降幅|回落|增速"
)
_ASIDE = re.compile(r"^(?:[仅只约也已均共其就都则]|分别|占|大约|超过|总共|合计)+|(?:[仅只约也已均共就都则]|分别)+$")
_SHARE = re.compile(r"(?:的)?(?:比例|比重|份额|百分比|比)?(?:[为达是到约近仅超]|超过|达到|不足|高达|大约|已)*$")
_RATE = re.compile(r"(?:率|比例|比重|占比|份额)(?:[为达是到约近仅超]|超过|达到|不足|高达|大约|已)*$")
_ALSO = re.compile(r"^(?:和|与|、|及|以及|，|,)$")

Pair = tuple[Seen, Seen, bool]
"""Part, whole, and whether the text leaves no doubt that these are meant."""


def ratios(reading: Reading) -> Iterator[Working]:
    """A working for each share whose part and whole the text states. One that names no whole has that of the share before it
    in its sentence."""
    last: Pair | None = None
    for one in reading.seen:
        if one.mention.kind != "share":
            continue
        pairs = _pairs(reading, one, last)
        workings = [_working(reading, one, *pair) for pair in pairs]
        place = next((number for number, working in enumerate(workings) if fits(working)), 0)
        # A pair that is only likely may confirm a share; it takes more than that to doubt one.
        if workings and (fits(workings[place]) or _named(pairs[0])):
            last = pairs[place]
            yield workings[place]


def _named(pair: Pair) -> bool:
    part, whole, sure = pair
    return sure or whole.inside or whole.among or part.sentence == whole.sentence


def _working(reading: Reading, one: Seen, part: Seen, whole: Seen, sure: bool) -> Working:
    top, bottom = part.mention, whole.mention
    low = divided(top.low * HUNDRED, bottom.high) if bottom.high else divided(top.low * 0, HUNDRED)
    high = divided(top.high * HUNDRED, bottom.low) if top.high is not None and bottom.low else None
    why = _("%(part)s ÷ %(whole)s, of “%(name)s”.") % {
        "part": shown_of(top),
        "whole": shown_of(bottom),
        "name": whole.name,
    }
    return Working(one.mention, reading.quote(one), low, high, why, sure)


def _pairs(reading: Reading, one: Seen, last: Pair | None) -> list[Pair]:
    """The parts and wholes a share may be of, the likeliest first."""
    row = _row(reading, one)
    first = row[0]
    start = max(reading.clause_start(first.mention.start), first.mention.start - REACH)
    lead = reading.plain[start : first.mention.start]
    share = lead.rfind("占")
    if GROWTH.search(lead[max(share, 0) :]):
        return []
    if share >= 0 and reading.plain[start + share + 1] != "比":
        return _of_share(reading, row, row.index(one), start + share, last)
    if _RATE.search(lead) and first is one:
        counts = [other for other in reading.earlier(one) if other.mention.kind == "count"][:1]
        pairs = [pair for part in counts for pair in _by_place(reading, one, part)]
        return [(part, whole, False) for part, whole, _sure in pairs if whole.inside or whole.among]
    return []


def _row(reading: Reading, one: Seen) -> list[Seen]:
    """The shares that stand in one row with this one ("34.63% and 5.73%")."""
    row = [one]
    while row[0].index and _joined(reading, reading.seen[row[0].index - 1], row[0]) and len(row) < ROW:
        row.insert(0, reading.seen[row[0].index - 1])
    while row[-1].index + 1 < len(reading.seen) and len(row) < ROW:
        if not _joined(reading, row[-1], reading.seen[row[-1].index + 1]):
            break
        row.append(reading.seen[row[-1].index + 1])
    return row


def _joined(reading: Reading, left: Seen, right: Seen) -> bool:
    return left.mention.kind == right.mention.kind == "share" and _ALSO.match(reading.gap(left, right)) is not None


def _of_share(reading: Reading, row: list[Seen], place: int, position: int, last: Pair | None) -> list[Pair]:
    """The pairs of a share that is said with 占 at `position`; `place` is its place in its row."""
    one, first = row[place], row[0]
    clause = reading.clause_start(position)
    subject = _ASIDE.sub("", reading.plain[clause:position].strip())
    counts = [
        other for other in reading.earlier(first) if other.mention.kind == "count" and other.mention.end <= position
    ]
    if reading.plain[max(position - 2, 0) : position] == "分别":
        parts = counts[: len(row)][::-1][place : place + 1]
    elif place:
        parts = []
    else:
        parts = _parts(counts, clause, subject)
    within = [other for other in reading.between(position, first.mention.start) if other.mention.kind == "count"]
    if within:
        return [(part, within[-1], part.group == within[-1].group) for part in parts]
    name = core(_SHARE.sub("", reading.plain[position + 1 : first.mention.start]))
    if name:
        return [pair for part in parts for pair in _by_name(reading, one, part, name)]
    found = [pair for part in parts for pair in _by_place(reading, one, part)]
    if not found and last and last[1].sentence == one.sentence:
        found = [(part, last[1], False) for part in parts if part.group == last[1].group]
    return found


def _parts(counts: list[Seen], clause: int, subject: str) -> list[Seen]:
    """The count that is the part: one in the same clause, what the subject of the share names, else the nearest."""
    same = [other for other in counts if other.mention.start >= clause]
    name = core(subject)
    if same or len(name) < NOUN_LEAST:
        return (same or counts)[:1]
    return [other for other in counts if fit(name, other)][:1]


def _by_name(reading: Reading, one: Seen, part: Seen, name: str) -> list[Pair]:
    """The wholes that the share names ("of all associations"): those marked as wholes before others, the nearest first."""
    found: list[tuple[int, Seen, bool]] = []
    for rank, other in enumerate(reading.earlier(one, far=True)):
        if other.index == part.index or other.group != part.group or other.mention.kind != "count":
            continue
        fitting = fit(name, other)
        if fitting and not _is_part(reading, other, name):
            marked = other.inside or other.among or other.whole
            order = (0 if marked else 2) + (0 if fitting == SURE else 1)
            plain = other.inside or other.among or "总" in other.before or name in map(core, other.nouns)
            found.append((order * 100 + rank, other, marked and plain and fitting == SURE))
    found.sort(key=lambda entry: entry[0])
    sure = any(entry[2] for entry in found)
    return [(part, other, certain) for _order, other, certain in found if certain or not sure]


def _is_part(reading: Reading, other: Seen, name: str) -> bool:
    """Whether the text gives a figure as a part of what `name` says, so that it is not the whole of it."""
    end = other.mention.end
    gap = reading.plain[end : min(reading.seen[other.index + 1].mention.start, end + REACH)]
    return "占" in gap and name in gap[gap.rfind("占") :]


def _by_place(reading: Reading, one: Seen, part: Seen) -> list[Pair]:
    """The wholes of a share that names none: what the sentence sets the part apart from ("of 300 trained, 260 …")."""
    before = [other for other in reading.earlier(one) if other.index < part.index and other.mention.kind == "count"]
    fitting = [other for other in before if other.group == part.group or _one_kind(other, part)]
    marked = [other for other in fitting if other.inside or other.among]
    if marked:
        return [(part, other, other.group == part.group) for other in marked[:1]]
    return [(part, other, False) for other in fitting if other.whole][:1]


def _one_kind(one: Seen, other: Seen) -> bool:
    return one.mention.unit == other.mention.unit or fit(core(other.after or other.before), one) == LIKELY
