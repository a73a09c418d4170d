"""The national list of places, and the demo's Guizhou of 2012 made from it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from yinling.network import divisions, guizhou2012
from yinling.network.divisions import KINDS, Division, kind_of, short_name

TOOL = Path(__file__).parents[2] / "tools" / "build_divisions.py"
WIDTH = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}


@pytest.fixture(scope="module")
def upper() -> dict[str, Division]:
    """Every place above the villages, by path."""
    return {place.path: place for place in divisions.read() if place.level < 5}


@pytest.fixture(scope="module")
def guizhou() -> dict[str, Division]:
    """Every place of Guizhou in the list of 2023, by path."""
    return {place.path: place for place in divisions.read("52")}


@pytest.fixture(scope="module")
def demo() -> list[Division]:
    """Every place of the demo's Guizhou."""
    return list(guizhou2012.read())


def faults(places: Iterable[Division]) -> tuple[list[str], Counter[int]]:
    """What is wrong with places that must form a tree in path order, and the number of places at each level."""
    found: list[str] = []
    numbers: Counter[int] = Counter()
    levels = {"": 0}
    before = ""
    for place in places:
        numbers[place.level] += 1
        right = (
            before < place.path
            and len(place.path) == WIDTH[place.level]
            and place.path.startswith(place.parent_path)
            and levels.get(place.parent_path, 9) < place.level
            and (place.level == 1) == (place.parent_path == "")
            and place.kind in KINDS[place.level]
            and place.name != ""
            and place.short != ""
            and place.initials.isascii()
            and place.initials.isalnum()
            and place.initials == place.initials.lower()
        )
        if not right:
            found.append(f"{place.path} {place.name}")
        if place.level < 5:
            levels[place.path] = place.level
        before = place.path
    return found, numbers


def names_under(places: dict[str, Division], path: str) -> list[str]:
    return [place.name for place in places.values() if place.parent_path == path]


def test_every_place_stands_after_and_under_the_place_above_it() -> None:
    found, numbers = faults(divisions.read())
    assert found == []
    assert numbers == {1: 31, 2: 333, 3: 2974, 4: 41340, 5: 620572}
    assert divisions.counts() == numbers


def test_the_code_is_the_path_filled_up_to_twelve_digits(guizhou: dict[str, Division]) -> None:
    assert guizhou["52"].code == "520000000000"
    assert guizhou["520622102"].code == "520622102000"
    assert guizhou["520622102201"].code == "520622102201"
    assert all(place.code.isdigit() and len(place.code) == 12 for place in guizhou.values())


def test_one_province_is_the_same_part_of_the_whole(upper: dict[str, Division], guizhou: dict[str, Division]) -> None:
    part = {path: place for path, place in upper.items() if path.startswith("52")}
    assert {path: place for path, place in guizhou.items() if place.level < 5} == part
    assert Counter(place.level for place in guizhou.values()) == {1: 1, 2: 9, 3: 88, 4: 1510, 5: 17964}


@pytest.mark.parametrize("province", ["71", "5", "5201", "00", "99", ""])
def test_a_province_that_is_not_in_the_list_is_refused(province: str) -> None:
    with pytest.raises(KeyError):
        next(divisions.read(province))


@pytest.mark.parametrize(
    ("city", "township"),
    [("4419", "东城街道"), ("4420", "石岐街道"), ("4604", "那大镇"), ("6202", "雄关街道")],
)
def test_townships_of_a_city_without_counties_stand_under_the_city(
    upper: dict[str, Division], city: str, township: str
) -> None:
    assert township in names_under(upper, city)
    assert not any(place.level == 3 and place.path.startswith(city) for place in upper.values())


@pytest.mark.parametrize(
    ("province", "county"),
    [
        ("11", "东城区"), ("12", "和平区"), ("31", "浦东新区"), ("50", "万州区"), ("50", "城口县"),
        ("41", "济源市"), ("42", "仙桃市"), ("46", "五指山市"), ("65", "石河子市"),
    ],
)  # fmt: skip
def test_counties_without_a_prefecture_stand_under_the_province(
    upper: dict[str, Division], province: str, county: str
) -> None:
    assert county in names_under(upper, province)


def test_no_name_of_a_mere_grouping_is_left(upper: dict[str, Division]) -> None:
    wrong = [
        place.name
        for place in upper.values()
        if place.name in {"市辖区", "县"} or "直辖县级" in place.name or "直辖村级" in place.name
    ]
    assert wrong == []


def test_villages_without_a_township_stand_under_the_county() -> None:
    longgang = [place for place in divisions.read("33") if place.parent_path == "330383"]
    assert len(longgang) == 103
    assert {place.level for place in longgang} == {5}
    assert not any(place.path.startswith("350527") for place in divisions.read("35") if place.level > 3)


@pytest.mark.parametrize(
    ("path", "initials"),
    [
        ("50", "cqs"), ("4301", "css"), ("3502", "xms"), ("3415", "las"), ("2202", "jls"), ("5201", "gys"),
        ("2113", "cys"), ("140428", "zzx"), ("371722", "sx"), ("141024", "htx"), ("440113", "pyq"), ("421303", "zdq"),
        ("350105", "mwq"), ("330382", "yqs"), ("130726", "yx"), ("520622", "ypdzzzx"),
    ],
)  # fmt: skip
def test_initials_follow_the_local_reading(upper: dict[str, Division], path: str, initials: str) -> None:
    assert upper[path].initials == initials


def test_the_initials_of_digits_and_brackets() -> None:
    by_name = {place.name: place.initials for place in divisions.read("22") if place.level == 5}
    assert by_name["站前社区（白河）"] == "zqsqbh"
    hospital = next(place for place in divisions.read("11") if place.name == "309医院社区居委会")
    assert hospital.initials == "309yysqjwh"


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("52", "贵州省", "province"),
        ("5226", "黔东南苗族侗族自治州", "prefecture"),
        ("520203", "六枝特区", "district"),
        ("520281", "盘州市", "county_city"),
        ("520622", "玉屏侗族自治县", "autonomous_county"),
        ("150722", "莫力达瓦达斡尔族自治旗", "autonomous_county"),
        ("150121", "土默特左旗", "county"),
        ("130171", "石家庄高新技术产业开发区", "other"),
        ("520622003", "大龙街道", "street"),
        ("110105021", "南磨房地区", "street"),
        ("520622102", "朱家场镇", "town"),
        ("520111207", "黔陶布依族苗族乡", "ethnic_township"),
        ("150524201", "哈日干吐苏木", "township"),
        ("410171400", "郑州经济技术开发区明湖街道", "street"),
        ("411571400", "信阳国际家居产业小镇", "other"),
        ("230109400", "松花江农场", "other"),
        ("520622102201", "街上村村民委员会", "villagers"),
        ("520622003001", "街上居民委员会", "residents"),
        ("110106001001", "翠林一里社区", "residents"),
        ("150626200201", "白泥井新村社区", "villagers"),
        ("110106001201", "西铁营村", "villagers"),
        ("370000001001", "薛村矿社区村民委员会", "villagers"),
        ("150000001201", "查干朝鲁图农村牧区社区居委会", "residents"),
        ("130000001401", "河北实验中学居委会", "residents"),
        ("370114002401", "山东经济学院明水校区类似居委会", "other"),
        ("110108001498", "文景街道虚拟社区", "other"),
        ("650000001501", "八连生活区", "other"),
    ],
)
def test_kinds(path: str, name: str, kind: str) -> None:
    assert kind_of(path, name) == kind


@pytest.mark.parametrize("path", ["", "5", "52062", "5206221022011"])
def test_a_path_of_no_level_has_no_kind(path: str) -> None:
    with pytest.raises(ValueError, match=r"nation|not in tuple"):
        kind_of(path, "街上村")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("街上村村委会", "街上村"),
        ("街上村村民委员会", "街上村"),
        ("小红门村民委员会", "小红门村"),
        ("肖村村民委员会", "肖村"),
        ("楼梓庄村委会", "楼梓庄村"),
        ("脑敏塔拉嘎查村委会", "脑敏塔拉嘎查"),
        ("刘南社区村委会", "刘南社区"),
        ("街道社区居民委员会", "街道社区"),
        ("宝山路社区委员会", "宝山路社区"),
        ("西王社区委会", "西王社区"),
        ("街上居民委员会", "街上居委会"),
        ("大龙社区第一居民委员会", "大龙社区第一居委会"),
        ("街道居委会", "街道居委会"),
        ("保康街道办事处", "保康街道"),
        ("村委会", "村委会"),
        ("示例一村", "示例一村"),
        ("铜仁市", "铜仁市"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short
    assert Division("520622102201", "520622102201", 5, name, "villagers", "520622102", "j").short == short


def test_the_demo_has_the_numbers_of_2012(demo: list[Division]) -> None:
    found, numbers = faults(demo)
    assert found == []
    assert numbers == {1: 1, 2: 9, 3: 88, 4: 1510, 5: 17_912 + 1_439}
    kinds = Counter(place.kind for place in demo if place.level == 5)
    assert kinds == {"villagers": 17_912, "residents": 1_439}


def test_the_demo_keeps_every_real_place_and_marks_the_others(
    demo: list[Division], guizhou: dict[str, Division]
) -> None:
    by_path = {place.path: place for place in demo}
    assert guizhou.keys() <= by_path.keys()
    assert all(by_path[path].name == place.name for path, place in guizhou.items())
    made_up = [place for path, place in by_path.items() if path not in guizhou]
    assert len(made_up) == 1_387
    assert all(place.name.startswith("示例") and place.code == "" for place in made_up)
    assert len({(place.parent_path, place.name) for place in made_up}) == len(made_up)
    per_township = Counter(place.parent_path for place in made_up)
    assert set(per_township.values()) == {1, 2}
    assert len(per_township) == 1_145
    assert not any(guizhou[path].kind == "street" for path in per_township)


def test_the_communities_of_the_demo_are_in_streets_of_every_prefecture(
    demo: list[Division], guizhou: dict[str, Division]
) -> None:
    communities = [place for place in demo if place.kind == "residents"]
    assert all(guizhou[place.path].kind == "residents" for place in communities)
    assert {guizhou[place.parent_path].kind for place in communities} == {"street"}
    assert len({place.path[:4] for place in communities}) == 9


def test_the_demo_is_the_same_every_time(demo: list[Division]) -> None:
    assert list(guizhou2012.read()) == demo


def test_the_demo_has_the_places_the_documents_speak_of(demo: list[Division]) -> None:
    by_path = {place.path: place for place in demo}
    village, community = by_path["520622102201"], by_path["520622003001"]
    assert (village.short, village.kind) == ("街上村", "villagers")
    assert (community.name, community.kind) == ("街上居民委员会", "residents")
    assert [by_path[path].name for path in ("52", "5206", "520622", "520622102", "520622003")] == [
        "贵州省", "铜仁市", "玉屏侗族自治县", "朱家场镇", "大龙街道",
    ]  # fmt: skip


def test_the_tool_leaves_out_what_is_no_place_and_its_file_reads_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "provinces.csv": [("44", "广东省"), ("50", "重庆市")],
        "cities.csv": [("4419", "东莞市"), ("4420", "重重市"), ("5001", "市辖区"), ("5002", "县")],
        "areas.csv": [
            ("441900", "东莞市"),
            ("442001", "重安（六）区Ａ7"),
            ("500101", "万州区"),
            ("620201", "嘉峪关市"),
        ],
        "streets.csv": [("441900003", "圩、涌"), ("330383198", "龙港县直辖村级区划"), ("350527000", "金门县")],
        "villages.csv": [("441900003001", "涌泉社区居民委员会"), ("350527000000", "金门县")],
    }
    (tmp_path / "dist").mkdir()
    for file, rows in files.items():
        lines = ["code,name", *(f'{code},"{name}"' for code, name in rows)]
        (tmp_path / "dist" / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    output = tmp_path / "places.tsv.xz"
    # In a process of its own: the tool teaches pypinyin readings that other tests must not meet.
    subprocess.run([sys.executable, TOOL, tmp_path, output], check=True)
    monkeypatch.setattr(divisions, "DATA", output)
    assert [(place.path, place.parent_path, place.name, place.initials) for place in divisions.read()] == [
        ("44", "", "广东省", "gds"),
        ("4419", "44", "东莞市", "dgs"),
        ("441900003", "4419", "圩、涌", "xc"),
        ("441900003001", "441900003", "涌泉社区居民委员会", "cqsqjmwyh"),
        ("4420", "44", "重重市", "ccs"),
        ("442001", "4420", "重安（六）区Ａ7", "calqa7"),
        ("50", "", "重庆市", "cqs"),
        ("500101", "50", "万州区", "wzq"),
    ]
    assert divisions.counts() == {1: 2, 2: 2, 3: 2, 4: 1, 5: 1}
