"""A form about elderly associations, and a round of it in the cast's county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.cast import COUNTY, PROVINCE, SYSTEM, Cast
from yinling.base import clock
from yinling.base.period import Period, year
from yinling.base.rules import Actor
from yinling.figures import Region, figure, measure_of
from yinling.returns import FormVersion, Return, Round, open_round, publish_form, start_form, submit
from yinling.returns.forms import Choice, Field, Form, Question, Section, Words

LAST_YEAR = year(clock.today().year - 1)


def number(key: str, zh: str, counts: str = "stock", **options: object) -> Field:
    """A whole number that counts."""
    return Field(key=key, type="integer", labels=Words(zh), counts=counts, minimum=Decimal(0), **options)  # type: ignore[arg-type]


ELDERS = number("elders", "六十岁以上老年人数", unit="person", minutes=Decimal(2))
LIVING_ALONE = number("living_alone", "独居老年人数", unit="person")
ACTIVITIES = number("activities", "全年开展活动次数", counts="flow")
CANTEEN = Field(key="canteen", type="yes_no", labels=Words("有无老年食堂", "Has a canteen"), counts="stock")
TYPE = Field(
    key="care_type", type="choice", labels=Words("养老服务方式"), counts="stock",
    choices=(Choice("mutual", Words("互助")), Choice("bought", Words("购买服务"))),
)  # fmt: skip
NAME = Field(key="unit_name", type="text", labels=Words("所在村"), holds="place.name")
VENUE = Field(
    key="venue", type="yes_no", labels=Words("协会有无活动场所"), holds="association.venue.has_venue",
    binds="association.venue.has_venue",
)  # fmt: skip
REMARK = Field(key="remark", type="long_text", labels=Words("说明"))

FORM = Form(
    key="yearly",
    labels=Words("老年协会年度情况表", "Yearly form"),
    sections=(
        Section(
            key="main",
            questions=(
                Question(field=NAME),
                Question(field=ELDERS, required=True),
                Question(field=LIVING_ALONE, constraint=". <= ${elders}", message=Words("独居人数不能多于老年人数。")),
                Question(field=ACTIVITIES, required=True),
                Question(field=CANTEEN),
                Question(field=TYPE),
                Question(field=VENUE, reason="年度核对"),
                Question(field=REMARK),
            ),
        ),
    ),
)
GOOD: dict[str, object] = {"elders": 120, "living_alone": 9, "activities": 6, "canteen": True, "care_type": "mutual"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A round and who works in it."""

    cast: Cast
    round: Round

    def of(self, path: str) -> Return:
        """The return of a place as it is now."""
        return self.round.returns.get(area_path=path)

    def by(self, name: str) -> Actor:
        """The actor of an account of the cast, by what it is."""
        return self.cast.actor(getattr(self.cast, name))

    def hand_in(self, path: str, by: Actor | None = None, **answers: object) -> Return:
        """Hand in the return of a place."""
        row = self.of(path)
        done = submit(answer=row, answers=GOOD | answers, seen=row.changed_by, by=by or SYSTEM)
        assert isinstance(done, Return)
        return done


def published(cast: Cast, form: Form = FORM) -> FormVersion:
    """A published form of the province's office."""
    draft = start_form(form=form, owner=cast.offices[PROVINCE], by=SYSTEM)
    done = publish_form(version=draft, by=SYSTEM)
    assert isinstance(done, FormVersion)
    return done


def ask(cast: Cast, form: FormVersion | None = None, *, period: Period = LAST_YEAR, **options: Any) -> Asked:
    """A round of all villages and communities of the county, checked by township and county."""
    given: dict[str, Any] = {
        "form": form or published(cast), "name": "年度填报", "asked_by": cast.offices[PROVINCE], "area": Region(COUNTY),
        "period": period, "respondents": "level5", "checked_at": (4, 3), "workdays": 10,
        "expires_on": clock.today() + timedelta(days=90), "approver": "办公室主任", "legal_basis": "统计调查制度", "by": SYSTEM,
    }  # fmt: skip
    return Asked(cast, open_round(**{**given, **options}))


def counted(key: str, path: str, period: Period = LAST_YEAR) -> Decimal | None:
    """A figure by its key."""
    return figure(measure_of(key), path=path, period=period).value
