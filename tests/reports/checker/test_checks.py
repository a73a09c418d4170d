"""What the text itself states is computed again: each kind of check, right and wrong, and the edges of rounding."""

from __future__ import annotations

import time
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yinling.reports import Finding, check

CASES = [
    # shares: the whole is named
    ("全县17912个行政村中建立协会12587个，协会占行政村总数的70.27%。", ("note", "70.27%", "70.27%")),
    ("全县17912个行政村中建立协会12587个，协会占行政村总数的71.27%。", ("error", "71.27%", "70.27%")),
    ("在12587个协会中，有经费的协会721个，占协会总数的5.73%。", ("note", "5.73%", "5.73%")),
    ("在12587个协会中，有经费的协会721个，占协会总数的5.93%。", ("error", "5.93%", "5.73%")),
    ("在12587个协会中，有场所的协会4359个，占协会总数的百分之三十四点六三。", ("note", "百分之三十四点六三", "百分之三十四点六三")),
    ("在12587个协会中，有场所的协会4359个，占协会总数的三成多。", ("note", "三成多", "三成多")),
    ("在12587个协会中，有场所的协会4359个，占协会总数的五成以上。", ("error", "五成以上", "30%")),
    ("在12587个协会中，有场所的协会4359个，占协会总数的三分之一。", ("note", "三分之一", "三分之一")),
    ("12587个协会占全省17912个行政村的70.27%。", ("note", "70.27%", "70.27%")),
    # the whole is set apart by the sentence
    ("本期受训300人，其中就业260人，占86.67%。", ("note", "86.67%", "86.67%")),
    ("本期受训300人，其中就业260人，占87.67%。", ("error", "87.67%", "86.67%")),
    ("本期受训300人，其中就业260人，就业率87.67%。", ("doubt", "87.67%", "86.67%")),
    # rounded inputs are bounds
    ("全市1.2万名老人中，8600余人参加，占老人总数的71.7%。", ("note", "71.7%", "71.7%")),
    ("全市1.2万名老人中，8600余人参加，占老人总数的91.7%。", ("error", "91.7%", "72.2%")),
    # sums
    ("农村协会12587个，城市协会1288个，合计13875个。", ("note", "13875个", "13875个")),
    ("农村协会12587个，城市协会1288个，合计13885个。", ("error", "13885个", "13875个")),
    ("全省共有协会13875个，其中农村12587个，城市1288个。", ("note", "13875个", "13875个")),
    ("全省共有协会13875个，其中农村12587个，城市1298个。", ("doubt", "13875个", "13885个")),
    ("本期参加100人，其中会员120人。", ("error", "100人", "120人")),
    ("收入600元。其中:1.会费100元;2.捐赠200元;3.服务300元。", ("note", "600元", "600元")),
    ("收入900元。其中:1.会费100元;2.捐赠200元;3.服务300元。", ("doubt", "900元", "600元")),
    # growth
    ("协会由11000个增加到12587个，增长14.43%。", ("note", "14.43%", "14.43%")),
    ("协会由11000个增加到12587个，增长15.43%。", ("error", "15.43%", "14.43%")),
    ("协会由12587个减少到11000个，减少12.61%。", ("note", "12.61%", "12.61%")),
    ("协会由11000个增加到12587个，增加1588个。", ("error", "1588个", "1587个")),
    ("去年有协会11000个，今年有12587个，比上年增长24.43%。", ("doubt", "24.43%", "14.43%")),
    ("覆盖率由60.00%提高到70.27%，提高10.27个百分点。", ("note", "10.27个百分点", "10.27个百分点")),
    ("覆盖率由60.00%提高到70.27%，提高11.27个百分点。", ("error", "11.27个百分点", "10.27个百分点")),
    ("覆盖率由60.00%提高到70.27%，提高10.27%。", ("doubt", "10.27%", "17.12%")),
    ("会员由500人增加到1000人，翻了一番。", ("note", "翻了一番", "翻了一番")),
    ("会员由500人增加到1500人，翻了一番。", ("error", "翻了一番", "3倍")),
    ("会员由500人增加到1500人，增长2倍。", ("note", "2倍", "2倍")),
    ("会员由500人增加到1500人，增长3倍。", ("error", "3倍", "2倍")),
    ("会员由500人增加到1500人，是原来的3倍。", ("note", "3倍", "3倍")),
    ("经费比上年增加12000元，增长20%，达到72000元。", ("note", "20%", "20%")),
    ("经费比上年增加12000元，增长25%，达到72000元。", ("doubt", "25%", "20%")),
    ("会员60人，比上年减少15人，下降20%。", ("note", "20%", "20%")),
    # averages
    ("组织活动120场次，参加老人1.5万人次，平均每场125人。", ("note", "125人", "125人")),
    ("12587个协会共有会员1019547人，平均每个协会81人。", ("note", "81人", "81人")),
    ("12587个协会共有会员1019547人，平均每个协会91人。", ("error", "91人", "81人")),
    ("慰问老人70人，发放慰问金3.5万元，人均500元。", ("note", "500元", "500元")),
    ("慰问老人70人，发放慰问金3.5万元，人均600元。", ("error", "600元", "500元")),
    # one quantity twice
    ("全省17912个行政村。到会的说，全省17921个行政村都有了牌子。", ("error", "17921个", "17912个")),
    ("全省超过36家养老院。全省30家养老院已经评过。", ("error", "30家", "36家")),
]  # fmt: skip


def found(text: str) -> list[tuple[str, str, str]]:
    """Level, stated and computed of each finding, after the offsets were proved right."""
    findings = check(text)
    assert all(text[one.start : one.end] == one.quote for one in findings)
    return [(one.level, one.stated, one.computed) for one in findings]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_each_check(text: str, expected: tuple[str, str, str]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "2012年8月16日，省老龄办发〔2012〕8号印发。",
        "全市具有专业背景的志愿者仅占35%。",
        "举办培训9期，受训300多人，帮助就业260人。",
        "农村协会12587个，城市社区1439个中，共计建立1288个协会。",
        "全省12587个老年协会。全省1288个城市协会。",
        "2011年全省11000个协会。2012年全省12587个协会。",
        "培训班9期，参加300人，共260人就业。",
        "老年人口占总人口的18.5%，比上年提高0.5个百分点。",
        "去年培训50人，今年培训60人，累计培训300人。",
        "会员5600人，其中女性3100人，党员860人，高龄1200人。",
        "举办3场，其中县级1场。",
        "全国老年人口28004万人，占总人口的19.8%；全国高龄老年人口20978万人，占总人口的14.9%。",
        "男会员60人，占会员总数的60%；女会员40人，占会员总数的40%。",
        "",
        "。，、%%占占占合计其中",
    ],
)
def test_what_gives_no_alarm(text: str) -> None:
    assert found(text) == []


def test_shares_in_a_row() -> None:
    text = "全省有协会12587个。有场所的、有经费的分别为4359个、721个，分别占协会总数的34.63%和5.93%。"
    assert found(text) == [("note", "34.63%", "34.63%"), ("error", "5.93%", "5.73%")]


def test_a_later_share_has_the_whole_of_the_one_before() -> None:
    text = "全省协会12587个，有经费的721个，占协会总数的5.73%，有场所的4359个，占{}。"
    assert found(text.format("34.63%"))[-1] == ("note", "34.63%", "34.63%")
    assert found(text.format("35.63%"))[-1] == ("doubt", "35.63%", "34.63%")


def test_the_figure_in_brackets_is_not_the_part() -> None:
    text = "总收入1292593.77元，会费380000元（截止12月为460000元），占收入总额的29.40%。"
    assert found(text) == [("note", "29.40%", "29.40%")]


def test_a_share_cut_off_is_doubted_unless_the_text_rounds() -> None:
    cut = "总收入1292593.77元，捐赠100000元，占收入总额的7.73%。"
    assert found(cut) == [("doubt", "7.73%", "7.74%")]
    rounded = "会费380000元，占收入总额的29.40%。"
    assert found(cut + rounded) == [("error", "7.73%", "7.74%"), ("note", "29.40%", "29.40%")]


@pytest.mark.parametrize(
    ("part", "share", "level"),
    [(125, "12.5%", "note"), (125, "13%", "note"), (125, "12%", "doubt"), (124, "12%", "note"), (124, "13%", "error"), (1000, "100%", "note"), (0, "0%", "note")],
)  # fmt: skip
def test_halves_are_rounded_up(part: int, share: str, level: str) -> None:
    assert [one[0] for one in found(f"在1000个协会中，有场所的协会{part}个，占协会总数的{share}。")] == [level]


def sentence(part: int, whole: int, share: Decimal) -> list[Finding]:
    """The findings of a sentence that names its whole."""
    return check(f"在全省{whole}个农村老年协会中，有活动场所的协会{part}个，占协会总数的{share}%。")


def parts() -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(min_value=1, max_value=10**7).flatmap(
        lambda whole: st.tuples(st.integers(min_value=0, max_value=whole), st.just(whole))
    )


@given(parts(), st.integers(min_value=0, max_value=3))
def test_a_true_share_is_always_confirmed(counts: tuple[int, int], places: int) -> None:
    part, whole = counts
    share = (Decimal(part) * 100 / whole).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    (one,) = sentence(part, whole, share)
    assert (one.level, one.computed) == ("note", one.stated)


@given(parts(), st.integers(min_value=0, max_value=3), st.integers(min_value=-500, max_value=500))
def test_a_share_off_by_more_than_rounding_is_always_an_error(counts: tuple[int, int], places: int, off: int) -> None:
    part, whole = counts
    step = Decimal(1).scaleb(-places)
    true = (Decimal(part) * 100 / whole).quantize(step, rounding=ROUND_HALF_UP)
    stated = true + off * step
    assume(off and stated >= 0)
    assume(stated != (Decimal(part) * 100 / whole).quantize(step, rounding=ROUND_DOWN))
    (one,) = sentence(part, whole, stated)
    assert one.level == "error"
    assert Decimal(one.computed.removesuffix("%")) == true


@given(
    st.text(
        alphabet="0123456789一二十百万亿点占其中合计共个人元%，。（）由到增长倍平均全省分之成半翻番\n1.", max_size=200
    )
)
def test_any_text_will_do(text: str) -> None:
    for one in check(text):
        assert text[one.start : one.end] == one.quote
        assert (one.level == "note") == (one.stated == one.computed)


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "占1%",
        "其中1个，",
        "1个，占总数的1%，",
        "平均每个1人，",
        "由1个增加到2个，增长1倍，",
        "1,111",
        "(1个",
        "“",
        "一万",
        "\n",
    ],
)
def test_the_time_grows_with_the_text_and_not_faster(unit: str) -> None:
    def seconds(length: int) -> float:
        """The least of a few tries: others use the processor too."""
        tries = []
        for _try in range(3):
            start = time.process_time()
            check((unit * length)[:length])
            tries.append(time.process_time() - start)
        return min(tries)

    assert seconds(40_000) < 8 * seconds(10_000) + 1
