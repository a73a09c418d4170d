"""Issuing certificates, one or many at a time, and ending them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yinling.base import clock
from yinling.base.action import action, change, current, locked, note
from yinling.base.rules import Actor, Refused
from yinling.certificates.actions.numbering import demand_issuer, numbered
from yinling.certificates.actions.requests import demand_not_self, demand_period, demand_service, given_reason
from yinling.certificates.content import Draft, Signatures, completion_text, demand_others, service_text
from yinling.certificates.models import Certificate, CertificateRequest, Kind
from yinling.certificates.records import Service, service_of, services
from yinling.certificates.rules import may_certify
from yinling.facts import NewFact, record, record_many, touch
from yinling.network import Body
from yinling.people import Person

CHUNK = 1_000
COLUMNS = (
    "name", "area_path", "resident_id", "volunteer__number", "volunteer__account_id", "volunteer__area_path",
)  # fmt: skip
DETAIL = 120
FACT = "certificate.issued"


@dataclass(frozen=True, slots=True)
class Issued:
    """What a run over many volunteers gave: how many certificates, the first and the last number, how many volunteers were
    left out because they have one of the same period or would have signed for themselves, and the entry it is told by."""

    count: int
    first: str
    last: str
    left_out: int
    entry_id: int


def _service_draft(person: Person, service: Service, since: date, until: date, *, identity: bool = False) -> Draft:
    return Draft(
        kind=Kind.SERVICE, person=person, since=since, until=until, minutes=service.minutes, show_identity=identity,
        text=service_text(person, since, until, service.minutes),
        projects=sorted(service.projects.items(), key=lambda one: (-one[1], one[0])), records=service.records,
    )  # fmt: skip


def write_one(issuer: Body, draft: Draft, signed: Signatures) -> Certificate:
    """Number, sign and write one certificate, and count it. Runs inside an action that records `certificate.issued`."""
    demand_issuer(issuer)
    demand_others(draft.person, signed)
    certificate = next(numbered(issuer, draft.kind, (draft,), signed))
    # Written without its values in the trail: what it says is kept for good in the row itself, and names stay out of there.
    certificate.save(force_insert=True)
    current().about(certificate)
    note(number=certificate.number, sha256=certificate.digest)
    record(FACT, source=certificate.pk, path=issuer.area_path, happened=certificate.issued_on,
           dims={"kind": certificate.kind}, person=draft.person.pk)  # fmt: skip
    return certificate


@action(
    "certificates.issue", label=gettext_lazy("Issue a certificate of service"), rule=may_certify, on="request",
    records=[FACT],
)  # fmt: skip
def issue_service(*, request: CertificateRequest, signed: Signatures, by: Actor) -> Certificate:
    """The certificate that was asked for, from what the issuer's records confirm today (Order 67: only from records)."""
    row = locked(request)
    if row.state != CertificateRequest.State.ACCEPTED:
        raise Refused(_("Only a request that was accepted is issued."))
    demand_not_self(row, by)
    demand_service(row.person.volunteer, row.issuer, row.since, row.until)
    service = service_of(row.person, issuer=row.issuer, since=row.since, until=row.until)
    draft = _service_draft(row.person, service, row.since, row.until, identity=row.show_identity)
    certificate = write_one(row.issuer, draft, signed)
    change(row, state=CertificateRequest.State.ISSUED, certificate=certificate, changed_by=current().entry_id)
    current().about(certificate)
    return certificate


@action(
    "certificates.issue_many", label=gettext_lazy("Issue certificates to many volunteers"), rule=may_certify, on="issuer",
    records=[FACT],
)  # fmt: skip
def issue_many(*, issuer: Body, since: date, until: date, signed: Signatures, area: str = "", by: Actor) -> Issued:
    """A certificate to each volunteer (registered under the path `area`) of whose service the issuer's records confirm any in
    the period. Open requests for exactly this are met by it. One transaction: all numbers or none."""
    demand_period(since, until)
    demand_issuer(issuer)
    touch(FACT)
    left_out: list[int] = []
    drafts = numbered(issuer, Kind.SERVICE, _drafts(issuer, since, until, area, signed, by, left_out), signed)
    first, last, count = "", "", 0
    while chunk := list(islice(drafts, CHUNK)):
        made = Certificate.objects.bulk_create(chunk, batch_size=500)
        record_many(FACT, (
            NewFact({"kind": Kind.SERVICE.value}, one.pk, one.area_path, one.issued_on, person=one.person_id) for one in made
        ))  # fmt: skip
        first, last, count = first or made[0].number, made[-1].number, count + len(made)
        _meet(issuer, since, until, made)
    note(rows=count, number=f"{first} – {last}" if count else "", left_out=len(left_out))
    current().about(issuer)
    return Issued(count, first, last, len(left_out), current().entry_id)


def _meet(issuer: Body, since: date, until: date, made: Sequence[Certificate]) -> None:
    """Close the requests that these certificates answer."""
    by_person = {one.person_id: one for one in made}
    waiting = CertificateRequest.objects.filter(
        issuer=issuer, since=since, until=until, person__in=by_person,
        state__in=(CertificateRequest.State.ASKED, CertificateRequest.State.ACCEPTED),
    )  # fmt: skip
    for row in waiting:
        change(
            row,
            state=CertificateRequest.State.ISSUED,
            certificate=by_person[row.person_id],
            changed_by=current().entry_id,
        )


def _drafts(
    issuer: Body, since: date, until: date, area: str, signed: Signatures, by: Actor, left_out: list[int]
) -> Iterator[Draft]:
    pending = services(None, issuer=issuer, since=since, until=until, area=area)
    kept = Certificate.objects.filter(
        kind=Kind.SERVICE, issuer=issuer, since=since, until=until, state=Certificate.State.ISSUED
    )
    have = set(kept.values_list("person_id", flat=True))
    wanted = CertificateRequest.objects.filter(issuer=issuer, since=since, until=until, show_identity=True)
    with_identity = set(
        wanted.filter(state__in=(CertificateRequest.State.ASKED, CertificateRequest.State.ACCEPTED)).values_list(
            "person_id", flat=True
        )
    )
    own = {"".join(name.split()) for name in (signed.in_charge, signed.handler)}
    while chunk := list(islice(pending, CHUNK)):
        rows = Person.objects.filter(pk__in=[pk for pk, _service in chunk], volunteer__isnull=False)
        people = {one.pk: one for one in rows.select_related("volunteer").only(*COLUMNS)}
        for pk, service in chunk:
            person = people.get(pk)
            if person is None or pk in have or person.name in own or _is_own(person, by):
                left_out.append(pk)
                continue
            yield _service_draft(person, service, since, until, identity=pk in with_identity)


def _is_own(person: Person, by: Actor) -> bool:
    return by.account_id is not None and person.volunteer.account_id == by.account_id


@action(
    "certificates.issue_completion", label=gettext_lazy("Issue a certificate of completion"), rule=may_certify,
    on="issuer", records=[FACT],
)  # fmt: skip
def issue_completion(
    *,
    person: Person,
    issuer: Body,
    title: str,
    details: Sequence[tuple[str, str]] = (),
    finished_on: date,
    since: date | None = None,
    signed: Signatures,
    by: Actor,
) -> Certificate:
    """A certificate that `person` completed the course `title` (结业证书), with lines of label and value (`details`: lessons,
    marks). It has numbers and a look of its own and says that it is no certificate of skill grade."""
    if finished_on > clock.today() or (since is not None and since > finished_on):
        raise ValidationError({"finished_on": _("This day cannot be right.")})
    if any(len(text) > DETAIL for line in details for text in line):
        raise ValidationError({"details": _("At most %(count)s characters.") % {"count": DETAIL}})
    draft = Draft(
        kind=Kind.COMPLETION, person=person, since=since or finished_on, until=finished_on,
        text=completion_text(person, title, since, finished_on), details=[("课程", title), *details],
    )  # fmt: skip
    certificate = write_one(issuer, draft, signed)
    return certificate


@action(
    "certificates.supersede", label=gettext_lazy("Supersede a certificate"), rule=may_certify, on="certificate",
    records=[FACT],
)  # fmt: skip
def supersede_certificate(*, certificate: Certificate, signed: Signatures, reason: str, by: Actor) -> Certificate:
    """A new certificate of the same period from the records as they are now takes the place of `certificate`, which stays on
    record and says so. Returns the new one."""
    row = locked(certificate)
    reason = given_reason(reason)
    _demand_issued(row)
    if row.kind != Kind.SERVICE:
        raise Refused(_("Only certificates of service are made anew from records; revoke this one and issue another."))
    if _is_own(row.person, by):
        raise Refused(_("Nobody certifies their own service."))
    service = service_of(row.person, issuer=row.issuer, since=row.since, until=row.until)
    if not service.minutes:
        raise Refused(_("Nothing of this service is confirmed any more. Revoke the certificate instead."))
    draft = _service_draft(row.person, service, row.since, row.until, identity=row.show_identity)
    fresh = write_one(row.issuer, draft, signed)
    end(row, Certificate.State.SUPERSEDED, reason, superseded_by=fresh)
    current().about(fresh)
    return fresh


@action("certificates.revoke", label=gettext_lazy("Revoke a certificate"), rule=may_certify, on="certificate")
def revoke_certificate(*, certificate: Certificate, reason: str, by: Actor) -> Certificate:
    """It no longer holds, and whoever checks it reads so. Its number stays taken. A star is revoked where stars are decided."""
    row = locked(certificate)
    reason = given_reason(reason)
    _demand_issued(row)
    if row.kind == Kind.STAR:
        raise Refused(_("Revoke the star itself; its certificate ends with it."))
    return end(row, Certificate.State.REVOKED, reason)


def _demand_issued(row: Certificate) -> None:
    if row.state != Certificate.State.ISSUED:
        raise Refused(_("This certificate is no longer valid."))


def end(
    row: Certificate, state: Certificate.State, reason: str, superseded_by: Certificate | None = None
) -> Certificate:
    """End a certificate. Runs inside an action."""
    return change(
        row, state=state, reason=reason, superseded_by=superseded_by, ended_on=clock.today(),
        changed_by=current().entry_id,
    )  # fmt: skip
