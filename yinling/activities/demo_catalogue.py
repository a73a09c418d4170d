"""The catalogue of the demo's city: 12 domains with 28 measures, the types of outcome, 36 brands. All wording is made up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from yinling.activities.actions.catalogue import found_brand, set_domain, set_outcome_type, set_undertaking
from yinling.activities.models import Brand, Domain
from yinling.base.rules import Actor
from yinling.network import Body, Place, place_at, register_body

SINCE = date(2023, 1, 10)
FOUNDED = date(2005, 1, 1)

DOMAINS: dict[str, tuple[str, tuple[str, ...]]] = {
    "policy": ("政策理论宣讲", ("组建老同志宣讲小组进村入户", "办好院落里的微课堂")),
    "rural": ("助力乡村振兴", ("农技专家包村指导", "帮村里理清集体账目", "为农产品找销路")),
    "teaching": ("支教助学", ("退休教师下乡支教", "为乡村学校募集图书", "结对帮扶困难学生")),
    "health": ("健康义诊", ("定期下乡义诊送药", "办健康讲座")),
    "culture": ("文化传承", ("送文艺节目下乡", "组织书画创作和展览", "整理民歌、花灯和傩戏")),
    "law": ("法律服务", ("在驿站开设法律咨询", "老法官老律师以案说法")),
    "youth": ("关心下一代", ("办假期托管班", "讲家风和校史故事")),
    "community": ("基层治理", ("参与邻里纠纷调解", "为小区改造出主意", "巡查楼道和院落安全")),
    "care": ("为老助老", ("探访独居和空巢老人", "代购代办和陪同就医")),
    "ecology": ("生态环保", ("巡护梵净山下的河道", "带头做好垃圾分类")),
    "science": ("科技推广", ("老工程师进企业问诊", "办科普大讲堂")),
    "digital": ("数字助老", ("教老年人用智能手机", "防范网络和电信诈骗")),
}
"""Code, name and measures of each domain, in their order."""

OUTCOMES = {
    "books": ("捐赠图书", "book"), "teachers_trained": ("培训教师", "person_time"), "people_treated": ("义诊群众", "person_time"),
    "medicine_value": ("发放药品价值", "yuan"), "shows": ("送文化下乡", "session"), "troupe_shows": ("剧团演出", "session"),
    "artworks": ("书画作品", "work"), "operas": ("戏曲节目", "programme"), "spectators": ("观众", "person_time"),
    "students_aided": ("结对帮扶学生", "person"), "aid_funds": ("筹集助学资金", "yuan"),
    "elders_served": ("服务老人", "person_time"), "participants": ("参加活动", "person_time"),
}  # fmt: skip
"""Name and unit of each type of outcome, by its code."""

COUNTY_BRANDS = {
    "02": (("锦江银帆", "community"), ("古城讲堂", "culture")),
    "03": (("丹砂夕照", "policy"), ("楼栋老管家", "community")),
    "21": (("太平河守望", "ecology"), ("梵净山下健康行", "health")),
    "22": (("箫笛传声", "culture"), ("侗乡老把式", "rural")),
    "23": (("苔茶老师傅", "rural"), ("温泉城里的调解员", "law")),
    "24": (("乌江花灯社", "culture"), ("思南银发课堂", "teaching")),
    "25": (("书法之乡传帮带", "culture"), ("山里娃的爷爷奶奶", "youth")),
    "26": (("傩乡银杏", "culture"), ("天麻地里的老专家", "rural")),
    "27": (("土家山歌队", "culture"), ("乌江渡口暖心站", "care")),
    "28": (("苗绣奶奶", "culture"), ("松江老兵讲堂", "policy")),
}
"""Brands of each county (by the last two digits of its path): name and domain."""

CITY_BRANDS = (
    ("教育局", "春蚕助学", "teaching"), ("卫生健康局", "白发杏林", "health"), ("农业农村局", "田间老专家", "rural"),
    ("水务局", "河湖银哨", "ecology"), ("司法局", "老律师说法", "law"), ("公安局", "警徽不老", "community"),
    ("科学技术局", "银发智库", "science"), ("文体广电旅游局", "夕阳文艺轻骑队", "culture"), ("财政局", "老会计帮村", "rural"),
    ("人民法院", "金秋调解室", "law"), ("自然资源局", "老测绘看家园", "ecology"), ("民政局", "暖夕阳", "care"),
    ("工业和信息化局", "师徒结对", "science"), ("老年大学", "手机不难", "digital"), ("人民医院", "名医回乡", "health"),
    ("税务局", "晚霞护苗", "youth"),
)  # fmt: skip
"""City units with one brand each: unit, name of the brand, domain."""


def catalogue(*, city: str, owner: Body, by: Actor) -> dict[str, Domain]:
    """Domains, measures and types of outcome, set by the city's office `owner`; the domains by code."""
    assert owner.area_path == city, "the city's own office sets them"
    domains: dict[str, Domain] = {}
    for order, (code, (name, measures)) in enumerate(DOMAINS.items(), start=1):
        domains[code] = set_domain(owner=owner, code=code, name=name, since=SINCE, order=order, by=by)
        for number, measure in enumerate(measures, start=1):
            set_undertaking(domain=domains[code], name=measure, since=SINCE, order=number, by=by)
    for code, (name, unit) in OUTCOMES.items():
        set_outcome_type(owner=owner, code=code, name=name, unit=unit, by=by)
    return domains


def brands(*, city: str, owners: Mapping[str, Body], by: Actor) -> list[Brand]:
    """36 brands: two of each county's body in `owners` (by path), one of each of 16 city units, which are registered here."""
    place = place_at(city)
    assert place is not None, "the places are loaded first"
    domains = {domain.code: domain for domain in Domain.objects.filter(code__in=DOMAINS)}
    made: list[Brand] = []
    for county, own in COUNTY_BRANDS.items():
        for name, code in own:
            made.append(_brand(owners[city + county], name, domains[code], len(made), by))
    for unit, name, code in CITY_BRANDS:
        made.append(_brand(_unit(place, unit, by), name, domains[code], len(made), by))
    return made


def _unit(place: Place, name: str, by: Actor) -> Body:
    kind = Body.Kind.SCHOOL if name.endswith("大学") else Body.Kind.INSTITUTION if "医院" in name else Body.Kind.BUREAU
    return register_body(place=place, kind=kind, name=f"{place.short_name}{name}", founded=FOUNDED, by=by)


def _brand(owner: Body, name: str, domain: Domain, number: int, by: Actor) -> Brand:
    story = (
        f"“{name}”由{owner.name}的退休干部发起，长期在“{domain.name}”领域开展志愿服务，队伍固定、时间固定、项目固定。"
    )
    honours = "2025年获评全省离退休干部志愿服务优秀品牌" if not number % 12 else ""
    since = date(2023 + number % 3, 1 + number % 11, 15)
    return found_brand(owner=owner, name=name, domain=domain, story=story, honours=honours, since=since, by=by)
