"""What `certificates` declares when the platform starts: what is counted, how it is shown behind a figure, what a printed code
or number stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yinling.base.masking import mask_name
from yinling.base.rules import Actor
from yinling.certificates import measures
from yinling.certificates.content import hours, read_number
from yinling.certificates.models import Certificate, Kind, StarHolder
from yinling.certificates.rules import may_see_certificates
from yinling.certificates.standing import WORDING, standing
from yinling.figures import SourceRow, describe_source
from yinling.office import Checked, Shown, declare_check, read_code
from yinling.volunteers import may_see_volunteers

__all__ = ["measures"]


def _certificates(ids: Sequence[int], viewer: Actor) -> Mapping[int, SourceRow]:
    rows = may_see_certificates.filter(viewer, Certificate.objects.filter(pk__in=ids)).select_related("issuer__place")
    return {
        row.pk: SourceRow(
            f"{row.number} {mask_name(row.contents['name'])}", f"/certificates/{row.pk}/", row.issuer.place.short_name
        )
        for row in rows
    }  # fmt: skip


def _holders(ids: Sequence[int], viewer: Actor) -> Mapping[int, SourceRow]:
    rows = may_see_volunteers.filter(viewer, StarHolder.objects.filter(pk__in=ids)).select_related("person__place")
    return {
        row.pk: SourceRow(
            f"{row.number} {row.person.masked_name}", f"/stars/?q={row.number}", row.person.place.short_name
        )
        for row in rows
    }  # fmt: skip


describe_source("certificate", _certificates)
describe_source("starholder", _holders)


def _checked(typed: str) -> Checked | None:
    """The certificate with this code or number. Says number, issuer, period, hours, state and the masked name; nothing else."""
    code, number = read_code(typed), read_number(typed)
    if code is None and number is None:
        return None
    rows = Certificate.objects.select_related("superseded_by").defer("credential", "records")
    row = (rows.filter(check_code=code) if code else rows.filter(number=number)).first()
    if row is None:
        return None
    wording = WORDING[standing(row)]
    return Checked(
        key=code or row.number,
        signal=wording.signal,
        statement=wording.statement,
        facts=tuple(_facts(row)),
        hint=_("Compare number, name, period and hours with the print in your hands."),
        url=f"/certificates/{row.pk}/",
        url_label=_("Open the certificate"),
        opens=lambda actor: bool(may_see_certificates.check(actor, row)),
    )


def _facts(row: Certificate) -> Iterator[Shown]:
    yield Shown(_("Certificate"), row.contents["title"])
    yield Shown(_("Number"), row.number)
    yield Shown(_("Name"), mask_name(row.contents["name"]))
    yield Shown(_("Issued by"), row.contents["issuer"])
    if row.kind == Kind.COMPLETION:
        yield Shown(_("Finished on"), row.until.isoformat())
    else:
        yield Shown(_("Period"), f"{row.since.isoformat()} – {row.until.isoformat()}")
        yield Shown(_("Service hours"), hours(row.minutes))
    if row.in_publicity() and row.publicity_until is not None:
        yield Shown(_("In publicity until"), row.publicity_until.isoformat())
    if row.ended_on is not None:
        yield Shown(_("No longer valid since"), row.ended_on.isoformat())
    if row.superseded_by is not None:
        yield Shown(pgettext_lazy("a certificate", "Superseded by"), row.superseded_by.number)


declare_check(_checked)
