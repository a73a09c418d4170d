"""What stands between `{{` and `}}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Literal, cast

from django.utils.translation import gettext as _

from yinling.base.period import PeriodError
from yinling.base.period import parse as parse_period
from yinling.figures import Difference as Lack
from yinling.figures import Distinct, Measure, Sum, all_measures, measure_of
from yinling.reports.prose import Format, FormatError, parse_format
from yinling.reports.template.scan import TagError, Word
from yinling.reports.template.tree import At, Chart, Cited, Difference, Node, Reading, Said, Share, Single, Table

PLACE = re.compile(r"[0-9A-Za-z]{2,12}")
PLACES = ("here", "parent")
PERIODS = ("this", "last", "lastyear")
ROWS = ("children", "months")
YES_NO = {"yes": True, "no": False, "是": True, "否": False}


def guess(name: str, among: list[str]) -> str:
    """ "; did you mean …?", or nothing where nothing is near."""
    near = get_close_matches(name, among, n=1)
    return _("; did you mean %(name)s?") % {"name": near[0]} if near else ""


def known(word: Word) -> Measure:
    """The measure a word names. Raises TagError."""
    try:
        return measure_of(word.text)
    except KeyError:
        among = [measure.card.key for measure in all_measures()]
        message = _("there is no measure called %(name)s%(guess)s")
        raise TagError(word.at, message % {"name": word.text, "guess": guess(word.text, among)}) from None


def place_word(word: Word) -> str:
    """A place as tags name it: here, parent, a path or a code. Raises TagError."""
    if word.text in PLACES or PLACE.fullmatch(word.text):
        return word.text
    raise TagError(word.at, _("a place is here, parent, or a path or code of 2 to 12 digits"))


def period_word(word: Word) -> str:
    """A period as tags name it. Raises TagError."""
    if word.text not in PERIODS:
        try:
            parse_period(word.text)
        except PeriodError:
            message = _("a period is this, last, lastyear, or written like 2012, 2012-08, 2012Q3 or 2012-08-16")
            raise TagError(word.at, message) from None
    return word.text


class Tag:
    """The words of one tag, taken one after the other."""

    def __init__(self, words: list[Word], at: At) -> None:
        self.at, self.name = at, words[0]
        self.plain: list[Word] = []
        self.options: dict[str, Word] = {}
        self.named: dict[str, At] = {}
        rest = words[1:]
        while rest:
            word, *rest = rest
            if not (rest and rest[0].text == "=" and not rest[0].quoted):
                if word.text == "=" and not word.quoted:
                    raise TagError(word.at, _("an equals sign stands between the name of an option and its value"))
                self.plain.append(word)
                continue
            if len(rest) == 1:
                raise TagError(word.at, _("the option %(name)s has no value") % {"name": word.text})
            if word.text in self.options:
                raise TagError(word.at, _("the option %(name)s stands here twice") % {"name": word.text})
            self.options[word.text], self.named[word.text] = rest[1], word.at
            rest = rest[2:]

    def option(self, name: str) -> Word | None:
        """Take an option."""
        return self.options.pop(name, None)

    def needed(self, name: str) -> Word:
        """Take an option that must be there."""
        found = self.option(name)
        if found is None:
            raise TagError(self.name.at, _("%(tag)s needs %(name)s=") % {"tag": self.name.text, "name": name})
        return found

    def measure(self) -> Word:
        """Take the one plain word, which names a measure."""
        if not self.plain:
            raise TagError(self.name.at, _("%(tag)s needs the code of a figure") % {"tag": self.name.text})
        word = self.plain.pop(0)
        known(word)
        return word

    def done(self, *allowed: str) -> None:
        """Complain of what is left."""
        if self.plain:
            raise TagError(self.plain[0].at, _("%(word)s does not belong here") % {"word": self.plain[0].text})
        for name in self.options:
            message = _("%(tag)s has no option %(name)s%(guess)s")
            values = {"tag": self.name.text, "name": name, "guess": guess(name, list(allowed))}
            raise TagError(self.named[name], message % values)

    def where(self) -> str:
        """Take `place=`."""
        word = self.option("place")
        return place_word(word) if word else "here"

    def when(self, name: str = "period", default: str = "this") -> str:
        """Take `period=`, or another option that names a period."""
        word = self.option(name)
        return period_word(word) if word else default

    def form(self) -> Format:
        """Take `as=`."""
        word = self.option("as")
        try:
            return parse_format(word.text if word else "")
        except FormatError as error:
            assert word is not None
            raise TagError(word.at, str(error)) from None

    def choice(self, name: str, among: tuple[str, ...]) -> str:
        """Take an option that is one of a few words."""
        word = self.needed(name)
        if word.text not in among:
            raise TagError(word.at, _("%(name)s is one of: %(words)s") % {"name": name, "words": ", ".join(among)})
        return word.text


def _single(tag: Tag) -> Node:
    word = tag.measure()
    node = Single(Reading(word.at, word.text, tag.where(), tag.when()), tag.form())
    tag.done("place", "period", "as")
    return node


def _counted(word: Word) -> Word:
    if not isinstance(known(word), Sum | Distinct | Lack):
        raise TagError(word.at, _("%(name)s is a share itself; name two counts") % {"name": word.text})
    return word


def _share(tag: Tag) -> Node:
    part, whole = _counted(tag.measure()), _counted(tag.needed("of"))
    place, period = tag.where(), tag.when()
    node = Share(Reading(part.at, part.text, place, period), Reading(whole.at, whole.text, place, period), tag.form())
    tag.done("of", "place", "period", "as")
    return node


def _difference(tag: Tag) -> Node:
    word, place = tag.measure(), tag.where()
    since, to = tag.when("from", "last"), tag.when("to")
    node = Difference(Reading(word.at, word.text, place, to), Reading(word.at, word.text, place, since), tag.form())
    tag.done("place", "from", "to", "as")
    return node


def _cited(tag: Tag) -> Node:
    word = tag.measure()
    if isinstance(known(word), Distinct):
        raise TagError(word.at, _("%(name)s counts different things and cannot be added up") % {"name": word.text})
    tag.choice("from", ("children",))
    node = Cited(Reading(word.at, word.text, "here", tag.when()), tag.form())
    tag.done("from", "period", "as")
    return node


def _list(word: Word) -> list[Word]:
    """The parts of a list in one word, each where it stands."""
    parts, start = [], 0
    for part in re.split("[,，]", word.text):
        text = part.strip()
        inner = start + len(part) - len(part.lstrip()) + int(word.quoted)
        if text:
            parts.append(Word(text, At(word.at.line, word.at.column + inner)))
        start += len(part) + 1
    return parts


def _table(tag: Tag) -> Node:
    rows = tag.choice("rows", ROWS)
    named = tag.needed("columns")
    place, period = tag.where(), tag.when()
    columns = tuple(Reading(word.at, known(word).card.key, place, period) for word in _list(named))
    if not columns:
        raise TagError(named.at, _("a table needs a column at least"))
    heads = tag.option("heads")
    own = tuple(word.text for word in _list(heads)) if heads else ()
    if heads and len(own) != len(columns):
        raise TagError(heads.at, _("there are %(heads)s heads for %(columns)s columns")
                       % {"heads": len(own), "columns": len(columns)})  # fmt: skip
    caption, total = tag.option("caption"), tag.option("total")
    if total and total.text not in YES_NO:
        raise TagError(total.at, _("%(name)s is one of: %(words)s") % {"name": "total", "words": "yes, no"})
    tag.done("rows", "columns", "heads", "caption", "total", "place", "period")
    return Table(
        tag.at, _rows(rows), columns, own, caption.text if caption else "", place, period,
        YES_NO[total.text] if total else False,
    )  # fmt: skip


def _chart(tag: Tag) -> Node:
    measure = tag.needed("measure")
    rows = tag.choice("rows", ROWS)
    column = Reading(measure.at, known(measure).card.key, tag.where(), tag.when())
    caption = tag.option("caption")
    tag.done("measure", "rows", "caption", "place", "period")
    return Chart(column, _rows(rows), caption.text if caption else "")


def _rows(word: str) -> Literal["children", "months"]:
    return cast('Literal["children", "months"]', word)


def _said(tag: Tag) -> Node:
    tag.done()
    return Said(cast('Literal["place", "period", "issuer", "date"]', tag.name.text))


TAGS: dict[str, Callable[[Tag], Node]] = {
    "figure": _single, "share": _share, "difference": _difference, "cited": _cited, "table": _table, "chart": _chart,
    "place": _said, "period": _said, "issuer": _said, "date": _said,
}  # fmt: skip


def read_tag(words: list[Word], at: At) -> Node:
    """The node of a `{{ … }}`. Raises TagError."""
    if not words:
        raise TagError(at, _("there is nothing between these braces"))
    kind = TAGS.get(words[0].text)
    if kind is None:
        message = _("there is no tag called %(name)s%(guess)s")
        name = words[0].text
        raise TagError(words[0].at, message % {"name": name, "guess": guess(name, list(TAGS))})
    return kind(Tag(words, at))
