"""A text read for its figures: which stand in one sentence, what each counts, which of them is a whole."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from yinling.reports.checker.mentions import Mention, find, normal
from yinling.reports.checker.names import list_items

REACH = 40
"""Figures looked back over for a whole, a part, a sum."""

NOUN = 24
"""Letters of a noun phrase at most."""

CLAUSE = 60
"""Letters of a clause at most; the bound keeps the time in step with the length of a text without punctuation."""

_EDGE = re.compile(r"[，,。；;：:、！？!?\n\t()（）“”‘’\"|]")
_SENTENCE = re.compile(r"[。！？!?\n]")
_LEAD = re.compile(
    r"(?:(?:一共|总共|共计|合计|总计|累计|现有|现已|目前|已经|共有|达到|实现|仅有|只有|[共有为是达到已仅只约计的了增至])+)$"
)
_AFTER = re.compile(
    r"中(?=$|[，,、：:有共已建能由未无的])|之中|当中|里(?=$|[，,有])|内(?=$|[，,有])|占|均|已|共|为|都|有了|没有|全部|全都|仍|将|由|与|和|及|在|以|的(?=$)|"
    r"参加|参与|开展|建立|建成|就业|获得|举办|组织|提供|合计|比上年|比去年|同比|平均|人均"
)
_OPEN = re.compile(r"^(?:[ 　]*\d{1,2}[.．、])?(?:其中|分别|[在并占和与：:])*")
_INSIDE = re.compile(r"(?:之中|当中|中|里|内)(?=$|[，,、：:有共已建能由未无])")
_WHOLE = re.compile(r"全(?:省|市|县|区|州|国|镇|乡|村|街道|系统|部|体)|总|共|合计|所有|全部")
_ANY = re.compile(
    r"^(?:全(?:省|市|县|区|州|国|镇|乡|村|部|体)|所有|全部|其|该|本|我[省市县区州])?(?:[一总]?共有|现有|有|共)?"
)
_COUNT = re.compile(r"(?:总人数|总户数|总数量|总数|总量|总额|总和|数量|人数|户数|数)$")
_AMONG = re.compile(r"其中|包括|主要用于|分别[为是]")


@dataclass(frozen=True, slots=True)
class Seen:
    """A figure in its text: its place among the figures and sentences, the words before and after it, and whether the
    text treats it as a whole: `inside` (of the 12587 associations …), `among` (…, of these …), `whole` (all, total)."""

    index: int
    mention: Mention
    sentence: int
    depth: int
    before: str
    after: str
    inside: bool
    among: bool
    whole: bool

    @property
    def nouns(self) -> tuple[str, ...]:
        """What it may count: the words after its unit, those before it, the unit itself."""
        return tuple(noun for noun in (self.after, self.before, self.mention.unit) if noun)

    @property
    def name(self) -> str:
        """What it counts, for the reader."""
        return self.after or self.before or self.mention.unit

    @property
    def group(self) -> str:
        """See Mention."""
        return self.mention.group


class Reading:
    """A text with its figures. `plain` has the offsets of the text that was given."""

    def __init__(self, text: str) -> None:
        self.plain = normal(text)
        self._ends = [found.start() for found in _SENTENCE.finditer(self.plain)]
        self._item_list = list_items(self.plain)
        self._edges = [found.start() for found in _EDGE.finditer(self.plain)]
        mentions = list(find(self.plain))
        depths = _depths(self.plain, mentions)
        self.seen = [self._seen(index, mentions, depths[index]) for index in range(len(mentions))]

    def sentence_at(self, position: int) -> int:
        """The number of the sentence at a position."""
        return bisect_left(self._ends, position)

    def sentence_start(self, number: int) -> int:
        """Where a sentence begins."""
        return self._ends[number - 1] + 1 if number else 0

    def clause_start(self, position: int) -> int:
        """Where the clause around a position begins: after the nearest mark of punctuation before it, CLAUSE letters before
        it at most."""
        number = bisect_left(self._edges, position)
        return max(self._edges[number - 1] + 1 if number else 0, position - CLAUSE)

    def gap(self, left: Seen, right: Seen) -> str:
        """The text between two figures."""
        return self.plain[left.mention.end : right.mention.start]

    def quote(self, one: Seen) -> str:
        """A figure as it stands in the text."""
        return self.plain[one.mention.start : one.mention.end]

    def lead(self, one: Seen) -> str:
        """The words of its clause before a figure, after the figure before it."""
        start = self.clause_start(one.mention.start)
        if one.index:
            start = max(start, self.seen[one.index - 1].mention.end)
        return self.plain[start : one.mention.start]

    def earlier(self, one: Seen, *, far: bool = False) -> list[Seen]:
        """The figures before one in its sentence (with `far`: in the text), the nearest first, REACH at most; without those
        in brackets that do not enclose it."""
        found = []
        for other in reversed(self.seen[max(one.index - REACH, 0) : one.index]):
            if not far and other.sentence != one.sentence:
                break
            if other.depth <= one.depth:
                found.append(other)
        return found

    def later(self, one: Seen) -> list[Seen]:
        """The figures after one in its sentence, in order, REACH at most."""
        following = self.seen[one.index + 1 : one.index + 1 + REACH]
        return [other for other in following if other.sentence == one.sentence and other.depth <= one.depth]

    def items(self, start: int) -> list[tuple[int, int]]:
        """The beginnings and ends of the items of a numbered list that begins near `start` and stays in its paragraph."""
        first = bisect_left(self._item_list, (start, 0))
        paragraph = self.plain.find("\n", start, start + 5000)
        last = paragraph if paragraph >= 0 else min(start + 5000, len(self.plain))
        positions: list[int] = []
        for position, number in self._item_list[first : first + REACH]:
            if position > last or number != len(positions) + 1:
                break
            positions.append(position)
        return list(zip(positions, [*positions[1:], last][: len(positions)], strict=True))

    def between(self, start: int, end: int) -> list[Seen]:
        """The figures that stand between two positions."""
        starts = [start, end]
        first, last = (bisect_right(self.seen, at, key=lambda one: one.mention.start - 1) for at in starts)
        return self.seen[first:last]

    def _seen(self, index: int, mentions: list[Mention], depth: int) -> Seen:
        mention = mentions[index]
        start = self.clause_start(mention.start)
        if index:
            start = max(start, mentions[index - 1].end)
        lead = self.plain[start : mention.start].strip()
        following = mentions[index + 1].start if index + 1 < len(mentions) else len(self.plain)
        tail = self.plain[mention.end : min(following, mention.end + 2 * NOUN)]
        clause = _EDGE.split(tail, maxsplit=1)[0].strip()
        cut = _AFTER.search(clause)
        inside = _INSIDE.search(clause)
        after = clause[: cut.start()] if cut else clause
        before = _OPEN.sub("", _LEAD.sub("", lead))[-NOUN:]
        return Seen(
            index, mention, self.sentence_at(mention.start), depth, before, after[:NOUN],
            inside=inside is not None and (cut is None or inside.start() <= cut.start()),
            among=_AMONG.search(tail) is not None, whole=_WHOLE.search(lead) is not None,
        )  # fmt: skip


def _depths(plain: str, mentions: list[Mention]) -> list[int]:
    """How many brackets enclose each figure; a line end closes all."""
    depths, depth, position = [], 0, 0
    for mention in mentions:
        for letter in plain[position : mention.start]:
            if letter in "(（":
                depth += 1
            elif letter in ")）":
                depth = max(depth - 1, 0)
            elif letter == "\n":
                depth = 0
        depths.append(depth)
        position = mention.start
    return depths


@lru_cache(maxsize=4096)
def core(noun: str) -> str:
    """What a noun phrase names, without "all", "total", "number of": 协会 of 协会总数."""
    noun = _ANY.sub("", noun.strip())
    return _COUNT.sub("", noun.removeprefix("总")).removesuffix("的")


SURE, LIKELY, NO = 2, 1, 0


def fit(name: str, one: Seen) -> int:
    """How well a figure counts what `name` says. The head of a Chinese noun stands last, so a phrase that ends with the
    name is of its kind; one that only holds it may be."""
    found = NO
    for noun in one.nouns:
        other = core(noun)
        if other.endswith(name):
            return SURE
        if name in other or (len(other) > 1 and name.endswith(other)):
            found = LIKELY
    return found
