"""Certificates of the demo city: a township's volunteers at once, a few asked for one by one, stars of every level the hours
allow; one revoked, one made anew, one objected to. Who signs is made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice

from django.db.models import Sum

from yinling.base import clock
from yinling.base.paths import under
from yinling.base.rules import Actor, Refused
from yinling.certificates.actions import (
    accept,
    apply_star,
    ask,
    decline,
    grant_star,
    issue_many,
    issue_service,
    object_to,
    revoke_certificate,
    supersede_certificate,
)
from yinling.certificates.content import Signatures
from yinling.certificates.measures import LEVELS
from yinling.certificates.models import Certificate, CertificateRequest
from yinling.certificates.records import confirmed, services
from yinling.network import Body
from yinling.volunteers import Volunteer

SIGNED = Signatures("欧阳蔚然", "蒙静怡", "0856-3220000")
YEAR = 2025
ISSUED = date(2026, 1, 15)
JUDGED = (
    "服务认真负责，服务对象和组织单位评价好。",
    "长期坚持送医下乡，群众评价好，无投诉。",
    "课后辅导备课充分，学校和家长反映良好。",
    "参加矛盾调解耐心细致，调解成功率高。",
    "传承民族文化成绩突出，带出一批学员。",
)
PURPOSES = ("参加评先评优", "社区积分登记", "个人留存")
STARRED, ASKING, FEW = 12, 7, 3


def certificates(*, city: str, issuer: Body, area: str, by: Actor) -> None:
    """For volunteers registered under `area` (a township of the county office `issuer`), and the city's busiest for stars. Wants
    confirmed hours of 2024 and 2025; where there are none it does nothing."""
    with clock.frozen(ISSUED):
        issue_many(issuer=issuer, since=date(YEAR, 1, 1), until=date(YEAR, 12, 31), area=area, signed=SIGNED, by=by)
    made = list(Certificate.objects.filter(issuer=issuer).select_related("issuer", "person__volunteer")[:FEW])
    if len(made) < FEW:
        return
    with clock.frozen(ISSUED + timedelta(days=20)):
        revoke_certificate(certificate=made[0], reason="经核实，部分记录误记为本人", by=by)
        supersede_certificate(certificate=made[1], signed=SIGNED, reason="姓名更正后重新出具", by=by)
    _stars(city, by)
    _asked(issuer, by)


def _stars(city: str, by: Actor) -> None:
    """The busiest volunteers reach the star their hours allow, the last of them only apply."""
    totals = confirmed().filter(person__volunteer__isnull=False).filter(under(city, "person__volunteer__area_path"))
    busiest = totals.values_list("person").annotate(total=Sum("counted")).order_by("-total", "person")[:STARRED]
    people = [pk for pk, _total in busiest]
    rows = Volunteer.objects.select_related("person").in_bulk(people)
    for number, pk in enumerate(people):
        # Down the list each stops one star lower, so that all levels are held by somebody.
        most = max(LEVELS) - number * len(LEVELS) // len(people)
        for level in range(1, most + 1):
            with clock.frozen(ISSUED + timedelta(days=10 * level)):
                try:
                    application = apply_star(volunteer=rows[pk], by=by)
                except Refused:
                    break
                if number >= STARRED - FEW and level == most:
                    break
                grant_star(application=application, evaluation=JUDGED[level - 1], signed=SIGNED, by=by)


def _asked(issuer: Body, by: Actor) -> None:
    """A few asked for the year before: issued some days ago and still in publicity, waiting, declined."""
    since, until = date(YEAR - 1, 1, 1), date(YEAR - 1, 12, 31)
    people = [pk for pk, _service in islice(services(None, issuer=issuer, since=since, until=until), ASKING)]
    rows = Volunteer.objects.select_related("person").in_bulk(people)
    with clock.frozen(clock.today() - timedelta(days=3)):
        asked = [
            ask(
                volunteer=rows[pk],
                issuer=issuer,
                since=since,
                until=until,
                purpose=PURPOSES[number % len(PURPOSES)],
                by=by,
            )
            for number, pk in enumerate(people)
            if pk in rows
        ]
        _answer(asked, by)


def _answer(asked: Sequence[CertificateRequest], by: Actor) -> None:
    last: Certificate | None = None
    for row in asked[:FEW]:
        accept(request=row, handler=SIGNED.handler, by=by)
        last = issue_service(request=row, signed=SIGNED, by=by)
    for row in asked[FEW : FEW + 1]:
        accept(request=row, handler=SIGNED.handler, by=by)
    for row in asked[FEW + 1 : FEW + 2]:
        decline(request=row, reason="其中两次活动不是本单位组织，请向组织单位申请", by=by)
    if last is not None:
        object_to(certificate=last, by_name="社区居民代表", text="十月的一次活动当日没有见到本人，请核实。", by=by)
