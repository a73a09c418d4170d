"""Which measure of the platform a figure of a text may be, and what the platform's own value of it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import override

from yinling.base.period import Period, PeriodError, as_of, month, year
from yinling.figures import Figure, Measure, all_measures, table
from yinling.network import Place
from yinling.reports.checker.reading import Reading, Seen

ENOUGH = 0.6
"""Part of a label that must be found again."""

CONTEXT = 0.5
"""What a word weighs that stands only in the sentence around the figure."""

OFFERED = 3
MOST = 200
"""Figures bound at most, and names of places looked up at most."""

_UNITS = {
    "percent": {"%"}, "yuan": {"元"}, "person": {"人", "名", "位"}, "paper": {"篇"}, "square_metre": {"平方米"},
    "village": {"个", "村", ""}, "community": {"个", "社区", ""}, "association": {"个", "家", "所", ""},
    "office": {"个", "家", ""}, "level": {"级"}, "place": {"个", "处", ""},
}  # fmt: skip
_DAY = re.compile(r"(?<!\d)([12]\d{3})[年\-/.](?:(\d{1,2})(?:[月\-/.](?:(\d{1,2})(?!\d))?)?)?")
_PLACE_END = re.compile(r"街道|[省市州县区镇乡]")
_CHINESE = re.compile(r"[一-鿿]{2,}")
LONGEST = 12
"""Letters of a place's name before its last."""

_LEVELS = {"省": 1, "市": 2, "州": 2, "县": 3, "区": 3, "镇": 4, "乡": 4}
_ALL = re.compile(r"全([省市州县区镇乡])")


@dataclass(frozen=True, slots=True)
class Choice:
    """A measure that may be meant: how much of its label was found again (0 to 1), the words that were, and its figure for
    the place and period that the text names (None where it names none)."""

    measure: Measure
    score: float
    words: tuple[str, ...]
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Binding:
    """A figure of a text with the measures it may be, the likeliest first."""

    quote: str
    start: int
    end: int
    value: Decimal
    place: str
    choices: tuple[Choice, ...]


def propose(text: str) -> list[Binding]:
    """Measures for the figures of a text, by the words of their Chinese labels. The place of a figure is the one of the
    level its sentence speaks of ("全省"), else the one its sentence names, else the first of the text; the period is the
    day, month or year named last before it, else the first of the text."""
    reading = Reading(text)
    with override("zh-hans"):
        labels = [(measure, _plain(str(measure.card.label))) for measure in all_measures()]
    days, places = _days(reading.plain), _places(reading.plain)
    found = []
    for one in reading.seen:
        scored = _scored(reading, one, labels)
        if scored:
            found.append((one, scored, _place_of(reading, one, places), _period_of(one, days)))
    return _with_figures(reading, found[:MOST])


Scored = tuple[Measure, float, tuple[str, ...]]
Found = tuple[Seen, list[Scored], "Place | None", "Period | None"]


def _with_figures(reading: Reading, found: Sequence[Found]) -> list[Binding]:
    """The bindings with the platform's values, those of one period read together."""
    figures: dict[tuple[str, str, str], Figure] = {}
    for period in {row[3] for row in found if row[3]}:
        rows = [row for row in found if row[3] == period and row[2]]
        measures = {scored[0].card.key: scored[0] for row in rows for scored in row[1]}
        paths = sorted({row[2].area_path for row in rows if row[2]})
        if measures and paths:
            figures.update(table(list(measures.values()), paths=paths, periods=[period]).cells)

    def figure(measure: Measure, place: Place | None, period: Period | None) -> Figure | None:
        return figures.get((measure.card.key, place.area_path, period.key)) if place and period else None

    return [
        Binding(
            reading.quote(one), one.mention.start, one.mention.end, one.mention.value, place.name if place else "",
            tuple(Choice(measure, score, words, figure(measure, place, period)) for measure, score, words in scored),
        )
        for one, scored, place, period in found
    ]  # fmt: skip


def _plain(label: str) -> str:
    return re.sub(r"[^一-鿿]", "", label)


def _scored(reading: Reading, one: Seen, labels: Sequence[tuple[Measure, str]]) -> list[Scored]:
    """The measures of the figure's unit whose label is found again, the most of it first, the longer label before."""
    start = reading.sentence_start(one.sentence)
    around = reading.plain[max(start, one.mention.start - 2 * MOST) : one.mention.end] + one.after
    phrase = one.before + one.after if one.mention.kind == "count" else _clauses(reading, one)
    found = []
    for measure, label in labels:
        if one.mention.unit in _UNITS.get(measure.card.unit, ()) and one.mention.kind in {"count", "share"}:
            near = _shared(label, phrase)
            rest = "".join("\n" if covered else letter for letter, covered in zip(label, near[1], strict=True))
            far = _shared(rest, around)
            weight = (sum(near[1]) + CONTEXT * sum(far[1])) / len(label)
            if weight >= ENOUGH and near[0]:
                found.append((measure, round(weight, 2), tuple(near[0] + far[0])))
    found.sort(key=lambda entry: (-entry[1], -sum(map(len, entry[2]))))
    return found[:OFFERED]


def _clauses(reading: Reading, one: Seen) -> str:
    """The words a share is about: back to the share before it, or the end of what came before."""
    before = next((other.mention.end for other in reading.earlier(one)[:6] if other.mention.kind == "share"), 0)
    return reading.plain[max(before, reading.sentence_start(one.sentence), one.mention.start - 60) : one.mention.start]


def _shared(label: str, phrase: str) -> tuple[list[str], list[bool]]:
    """The words of two letters or more that a label has in common with a phrase, the longest first at each place; and which
    of its letters they cover."""
    words, covered, position = [], [False] * len(label), 0
    while position < len(label) - 1:
        length = 0
        while position + length < len(label) and label[position : position + length + 1] in phrase:
            length += 1
        if length > 1:
            words.append(label[position : position + length])
            covered[position : position + length] = [True] * length
            position += length
        else:
            position += 1
    return words, covered


def _days(plain: str) -> list[tuple[int, Period]]:
    """Where the text names a day, month or year, and the period it names."""
    return [(found.start(), period) for found in _DAY.finditer(plain) if (period := _named(found))]


def _named(found: re.Match[str]) -> Period | None:
    number, of_month, of_day = (int(part) if part else None for part in found.groups())
    try:
        if number and of_month and of_day:
            return as_of(date(number, of_month, of_day))
        return month(number or 0, of_month) if of_month else year(number or 0)
    except (PeriodError, ValueError):
        return None


def _period_of(one: Seen, days: Sequence[tuple[int, Period]]) -> Period | None:
    before = [period for position, period in days if position <= one.mention.start]
    return before[-1] if before else next((period for _position, period in days), None)


def _places(plain: str) -> list[tuple[int, Place]]:
    """Where the text names a place of the platform: words of up to LONGEST letters that end as names of places do."""
    names: dict[str, int] = {}
    for found in _PLACE_END.finditer(plain):
        for start in range(max(found.start() - LONGEST, 0), found.start()):
            name = plain[start : found.end()]
            if _CHINESE.fullmatch(name):
                names.setdefault(name, start)
        if len(names) > MOST * LONGEST:
            break
    rows = Place.objects.filter(name__in=list(names), closed__isnull=True, level__lte=4).order_by("level")
    return sorted(((names[place.name], place) for place in rows[:MOST]), key=lambda entry: (entry[0], entry[1].level))


def _place_of(reading: Reading, one: Seen, places: Sequence[tuple[int, Place]]) -> Place | None:
    start = reading.sentence_start(one.sentence)
    said = [
        found[1] for found in _ALL.finditer(reading.plain, max(start, one.mention.start - 2 * MOST), one.mention.start)
    ]
    if said:
        return next((place for _position, place in places if place.level == _LEVELS[said[-1]]), None)
    named = [place for position, place in places if start <= position < one.mention.start]
    return named[-1] if named else next((place for _position, place in places), None)
