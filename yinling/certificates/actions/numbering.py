"""Numbers, and the rows that carry them: what every way of issuing has in common. Runs inside an action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from yinling.base import clock
from yinling.base.action import create, current, locked
from yinling.base.rules import Refused
from yinling.certificates.actions.keys import signer
from yinling.certificates.badges import Signer, payload_of
from yinling.certificates.content import Draft, Signatures, check_address, number_of
from yinling.certificates.models import Certificate, CertificateSeries, Kind
from yinling.certificates.records import takes_over
from yinling.network import Body, parameters
from yinling.office import digest_of, new_code

LONGEST = 90


def demand_issuer(issuer: Body) -> None:
    """Refused for a body that is gone, with the body that certifies in its place."""
    if issuer.dissolved is None and not issuer.withdrawn:
        return
    heir = takes_over(issuer)
    if heir is None:
        raise Refused(_("This body no longer exists."))
    raise Refused(_("This body no longer exists; %(body)s certifies in its place.") % {"body": heir.name})


def series_of(issuer: Body, kind: Kind) -> CertificateSeries:
    """The issuer's series of a kind, locked until the action ends: nobody else gets a number meanwhile, so none is missing."""
    known = CertificateSeries.objects.filter(body=issuer, kind=kind)
    if not known.exists():
        # Several bodies of one place share its code; each gets its own behind a point, in the order of their first paper.
        locked(issuer.place)
        if not known.exists():
            path = issuer.area_path or "00"
            taken = CertificateSeries.objects.filter(kind=kind, code__startswith=path).values_list("code", flat=True)
            count = sum(code == path or code.startswith(f"{path}.") for code in taken)
            create(
                CertificateSeries(
                    body=issuer, area_path=issuer.area_path, kind=kind, code=f"{path}.{count + 1}" if count else path,
                    changed_by=current().entry_id,
                )
            )  # fmt: skip
    return locked(known.get())


def numbered(issuer: Body, kind: Kind, drafts: Iterable[Draft], signed: Signatures) -> Iterator[Certificate]:
    """The drafts as certificates of `issuer`, issued today with the next numbers and signed; not written yet."""
    signed, today, entry = signed.cleaned(), clock.today(), current().entry_id
    series, hand = series_of(issuer, kind), signer()
    last = Certificate.objects.filter(series=series, year=today.year).aggregate(last=Max("serial"))["last"] or 0
    numbers = parameters(("publicity_days", "valid_after_publicity"), issuer.area_path, today)
    # The guidance asks publicity of what says something about service, not of courses.
    days = 0 if kind == Kind.COMPLETION else min(int(numbers["publicity_days"]), LONGEST)
    ends = today + timedelta(days=days) if days else None
    for serial, draft in enumerate(drafts, last + 1):
        number, code = number_of(kind, series.code, today.year, serial), new_code()
        contents = draft.contents(number=number, issuer=issuer, issued_on=today, code=code, signed=signed)
        yield Certificate(
            kind=kind, series=series, area_path=issuer.area_path, year=today.year, serial=serial, number=number,
            issuer=issuer, person=draft.person, since=draft.since, until=draft.until, minutes=draft.minutes,
            level=draft.level, contents=contents, digest=digest_of(contents), credential=signed_by(hand, contents, signed),
            records=[list(one) for one in draft.records], check_code=code, show_identity=draft.show_identity,
            issued_on=today, publicity_until=ends, provisional=bool(ends and numbers["valid_after_publicity"]),
            entry_id=entry, changed_by=entry,
        )  # fmt: skip


def signed_by(hand: Signer, contents: dict[str, object], signed: Signatures) -> bytes:
    """The credential about these contents."""
    url = check_address(str(contents["check"]), signed.site)
    return hand.sign(payload_of(contents, did=hand.did, check_url=url)).encode()
