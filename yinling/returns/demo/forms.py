"""Forms of the demo: one that the province asks every year, published, and one that is still being designed."""

from __future__ import annotations

from decimal import Decimal

from yinling.base.rules import Actor
from yinling.network import Body
from yinling.returns.actions import publish_form, start_form
from yinling.returns.forms import Choice, Counting, Field, Form, Question, Section, Words
from yinling.returns.models import FormVersion

LAW, STATISTICS = "《中华人民共和国老年人权益保障法》", "《中华人民共和国统计法》"
NOUGHT = Decimal(0)
YEARLY_CHECK = "年度核对"


def yearly_form(*, owner: Body, by: Actor) -> FormVersion:
    """《基层老年协会年度情况表》, asked of villages and communities with an association; published."""
    form = Form(
        key="association_year",
        labels=Words("基层老年协会年度情况表", "Yearly form of elderly associations"),
        intro=Words(
            "本表由村（社区）老年协会每年填报一次。台账中已有的内容由平台带出，请核对，不必重填。",
            "Filled in once a year by the associations. What the register holds is shown; check it, do not type it again.",
        ),
        sections=(_association(), _people(), _work()),
    )
    return publish_form(version=start_form(form=form, owner=owner, by=by), by=by)


def _association() -> Section:
    members = _count("member_count", "会员人数", "Members", unit="person", register="association.members.member_count")
    venue = Field(
        key="has_venue", type="yes_no", labels=Words("有无活动场所", "Has a venue"), legal_basis=LAW,
        holds="association.venue.has_venue", binds="association.venue.has_venue",
    )  # fmt: skip
    area = Field(
        key="venue_area", type="decimal", labels=Words("活动场所面积", "Area of the venue"), unit="square_metre",
        minimum=NOUGHT, maximum=Decimal(100_000), legal_basis=LAW, holds="association.venue.venue_area",
        binds="association.venue.venue_area",
    )  # fmt: skip
    place = Field(
        key="unit_name", type="text", labels=Words("所在村（社区）", "Village or community"), holds="place.name"
    )
    township = Field(key="township", type="text", labels=Words("所属乡镇（街道）", "Township"), holds="place.township")
    return Section(
        key="association",
        labels=Words("协会基本情况", "The association"),
        questions=(
            Question(place),
            Question(township),
            Question(members, required=True, reason=YEARLY_CHECK),
            Question(venue, required=True, reason=YEARLY_CHECK),
            Question(area, relevant="${has_venue} = 'yes'", reason=YEARLY_CHECK),
        ),
    )  # fmt: skip


def _people() -> Section:
    elders = _count("elders", "六十周岁以上老年人数", "People of 60 and over", counts="stock", unit="person", minutes=2)
    oldest = _count(
        "elders_80", "八十周岁以上老年人数", "People of 80 and over", counts="stock", unit="person", minutes=1
    )
    alone = _count("living_alone", "独居老年人数", "Elders living alone", counts="stock", unit="person", minutes=1)
    share = Field(
        key="elders_80_share", type="decimal", labels=Words("八十周岁以上占比", "Share of 80 and over"), unit="percent"
    )
    return Section(
        key="people",
        labels=Words("老年人情况", "Elders"),
        questions=(
            Question(elders, required=True),
            Question(
                oldest, required=True, constraint=". <= ${elders}",
                message=Words("八十周岁以上人数不能多于六十周岁以上人数。", "There cannot be more than people of 60 and over."),
            ),
            Question(
                alone, constraint=". <= ${elders}",
                message=Words("独居人数不能多于老年人总数。", "There cannot be more than people of 60 and over."),
            ),
            Question(share, calculation="round(${elders_80} div ${elders} * 100, 1)"),
        ),
    )  # fmt: skip


def _work() -> Section:
    canteen = Field(
        key="has_canteen", type="yes_no", labels=Words("有无老年食堂（助餐点）", "Has a canteen for elders"), counts="stock",
        legal_basis=LAW,
    )  # fmt: skip
    ways = Field(
        key="care_way", type="choice", labels=Words("主要服务方式", "How services are mainly given"), counts="stock",
        choices=(
            Choice("mutual", Words("互助养老", "mutual help")), Choice("volunteers", Words("志愿服务", "volunteers")),
            Choice("bought", Words("购买服务", "bought services")),
        ),
        legal_basis=LAW,
    )  # fmt: skip
    meals = _count(
        "canteen_meals", "老年食堂平均每日用餐人数", "People eating there a day", counts="stock", unit="person"
    )
    remark = Field(key="suggestions", type="long_text", labels=Words("存在问题和建议", "Problems and suggestions"))
    return Section(
        key="work",
        labels=Words("活动和服务", "Activities and services"),
        questions=(
            Question(
                _count("activities", "全年开展活动次数", "Activities in the year", counts="flow", help="按活动记录填写。"),
                required=True,
            ),
            Question(_count("participants", "全年参加活动人次", "Attendances in the year", counts="flow", unit="person")),
            Question(canteen, required=True),
            Question(meals, relevant="${has_canteen} = 'yes'"),
            Question(ways),
            Question(remark),
        ),
    )  # fmt: skip


def canteen_draft(*, owner: Body, by: Actor) -> FormVersion:
    """《农村老年食堂情况摸底表》, a draft that takes fields of the yearly form and adds its own."""
    canteen = next(one.field for one in _work().questions if one.key == "has_canteen")
    name = _association().questions[0]
    opened = Field(
        key="canteen_opened", type="date", labels=Words("老年食堂开办日期", "Canteen opened on"), legal_basis=LAW
    )
    subsidy = Field(
        key="canteen_subsidy", type="money", labels=Words("上年度运营补助", "Subsidy for running it, last year"), unit="yuan",
        minimum=NOUGHT, counts="flow",
    )  # fmt: skip
    form = Form(
        key="canteen_survey",
        labels=Words("农村老年食堂情况摸底表", "Survey of rural canteens for elders"),
        sections=(
            Section(key="where", labels=Words("所在地", "Where"), questions=(name,)),
            Section(
                key="canteen",
                labels=Words("食堂情况", "The canteen"),
                questions=(
                    Question(canteen, required=True),
                    Question(opened, required=True, relevant="${has_canteen} = 'yes'", constraint=". <= today()"),
                    Question(subsidy, relevant="${has_canteen} = 'yes'", evidence=True),
                ),
            ),
        ),
    )
    return start_form(form=form, owner=owner, by=by)


def _count(
    key: str,
    zh: str,
    en: str,
    *,
    counts: Counting = "",
    unit: str = "",
    minutes: int = 0,
    register: str = "",
    help: str = "",
) -> Field:
    """A whole number, from nought."""
    return Field(
        key=key, type="integer", labels=Words(zh, en), unit=unit, help=Words(help), legal_basis=STATISTICS, minimum=NOUGHT,
        counts=counts, holds=register, binds=register, minutes=Decimal(minutes),
    )  # fmt: skip
