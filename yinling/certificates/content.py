"""What certificates say, in the words of Chinese papers. Not translated: it is part of an official paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yinling.base.rules import Refused
from yinling.certificates.models import Certificate, Kind
from yinling.figures import written
from yinling.network import Body
from yinling.office import day, plain
from yinling.people import Person

TITLES = {Kind.SERVICE: "志愿服务记录证明", Kind.STAR: "星级志愿者证书", Kind.COMPLETION: "结业证书"}
WORDS = {Kind.SERVICE: "志证", Kind.STAR: "星证", Kind.COMPLETION: "结证"}
"""What the numbers of each kind begin with."""

NO_SKILL_GRADE = "本证书不是职业技能等级证书，也不是职业资格证书。"
STATE_PAPERS = re.compile(r"(职业资格|技能等级)证书?$|国家职业")
LEVELS = "零一二三四五"
SHOWN = 10
"""Projects printed by name; the rest are one line."""

NUMBER = re.compile(
    rf"(?P<word>{'|'.join(WORDS.values())})〔(?P<year>[0-9]{{4}})〕(?P<code>[0-9]{{2,12}}(\.[0-9]{{1,4}})?)-(?P<serial>[0-9]{{6,9}})"
)
NAME, CONTACT, REASON = 40, 80, 200


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who answers for a certificate (民发〔2015〕149号: person in charge, handler, contact of the issuer), and the public address
    of the platform (https://…), under which it is checked."""

    in_charge: str
    handler: str
    contact: str = ""
    site: str = ""

    def cleaned(self) -> Signatures:
        """With single spaces; ValidationError where a name is missing or too long."""
        values = {name: " ".join(plain(getattr(self, name)).split()) for name in ("in_charge", "handler", "contact")}
        for name in ("in_charge", "handler"):
            if not values[name] or len(values[name]) > NAME:
                raise ValidationError({name: _("Give a name of at most %(count)s characters.") % {"count": NAME}})
        if len(values["contact"]) > CONTACT:
            raise ValidationError({"contact": _("At most %(count)s characters.") % {"count": CONTACT}})
        return Signatures(**values, site=self.site or public_address())


def public_address() -> str:
    """The address of this platform as it was set up; local where nothing was set."""
    return next((one for one in settings.CSRF_TRUSTED_ORIGINS if "*" not in one), "http://localhost")


def check_address(code: str, site: str = "") -> str:
    """Where the certificate with this check code is checked."""
    return f"{(site or public_address()).rstrip('/')}/check/{code}/"


@dataclass(slots=True)
class Draft:
    """A certificate before it has a number."""

    kind: Kind
    person: Person
    since: date
    until: date
    text: str
    minutes: int = 0
    level: int | None = None
    show_identity: bool = False
    projects: Sequence[tuple[str, int]] = ()
    details: Sequence[tuple[str, str]] = ()
    records: Sequence[tuple[int, int]] = field(default=())

    def contents(self, *, number: str, issuer: Body, issued_on: date, code: str, signed: Signatures) -> dict[str, Any]:
        """Everything it says, ready to be frozen. The identity number itself is never kept here, only what a mask shows."""
        volunteer = getattr(self.person, "volunteer", None)
        return {
            "kind": self.kind.value,
            "number": number,
            "title": TITLES[self.kind],
            "issuer": issuer.name,
            "name": self.person.name,
            "volunteer": volunteer.number if volunteer else "",
            "identity": self.person.masked_resident_id if self.show_identity else "",
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "minutes": self.minutes,
            "level": self.level,
            "text": self.text,
            "projects": [list(one) for one in self.projects],
            "details": [list(one) for one in self.details],
            "in_charge": signed.in_charge,
            "handler": signed.handler,
            "contact": signed.contact,
            "issued_on": issued_on.isoformat(),
            "check": code,
        }


def hours(minutes: int) -> str:
    """Minutes as hours to one decimal, half up."""
    return written(Decimal(minutes), "hour")


def service_text(person: Person, since: date, until: date, minutes: int) -> str:
    """The sentence of a certificate of service."""
    return (
        f"{person.name}同志于{day(since)}至{day(until)}参加我单位组织的志愿服务，"
        f"经确认的服务时间合计{hours(minutes)}小时。"
    )


def star_text(person: Person, level: int, minutes: int) -> str:
    """The sentence of a star certificate."""
    return (
        f"{person.name}同志热心志愿服务，经确认的服务时间累计{hours(minutes)}小时，服务质量经评价符合要求，"
        f"认定为{LEVELS[level]}星级志愿者。"
    )


def completion_text(person: Person, title: str, since: date | None, finished_on: date) -> str:
    """The sentence of a certificate of completion. Refused for a title that reads like a state certificate of skill."""
    title = " ".join(plain(title).split()).strip("《》“”")
    if not title:
        raise ValidationError({"title": _("Name the course.")})
    if STATE_PAPERS.search(title):
        raise Refused(
            _("A certificate of completion must not read like a state certificate of skill or qualification.")
        )
    when = f"于{day(since)}至{day(finished_on)}" if since else f"于{day(finished_on)}"
    return f"{person.name}同志{when}参加“{title}”学习，修完规定内容，成绩合格，准予结业。"


def number_of(kind: Kind, code: str, year: int, serial: int) -> str:
    """A number as printed: 志证〔2025〕520622-000123."""
    return f"{WORDS[kind]}〔{year}〕{code}-{serial:06}"


def read_number(typed: str) -> str | None:
    """The number somebody typed, in its one form; None where it can be none. Kinds of brackets and dashes do not matter."""
    bare = "".join(typed.split()).translate(str.maketrans("[]【】()（）－—–", "〔〕〔〕〔〕〔〕---"))
    return bare if NUMBER.fullmatch(bare) else None


def demand_others(draft_for: Person, signed: Signatures) -> None:
    """Refused where a volunteer would sign for their own service."""
    names = {"".join(name.split()) for name in (signed.in_charge, signed.handler)}
    if "".join(draft_for.name.split()) in names:
        raise Refused(_("Nobody certifies their own service: the person in charge and the handler must be others."))


def shown_title(certificate: Certificate) -> str:
    """What a certificate is called in lists: its title, with the stars of a star certificate."""
    stars = f" {'★' * certificate.level}" if certificate.level else ""
    return f"{certificate.contents['title']}{stars}"
